"""A calendar as an iCalendar file: what is closed and shorter, so that a program that reads it keeps the open time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from tests.calendar.strategies import Pair, pairs

from servstd.calendar import BusinessCalendar
from servstd.calendar.ical import from_ical
from servstd.calendar.ical_export import to_ical
from servstd.calendar.spans import cut, merge
from servstd.calendar.wording import group_week, show_spans
from servstd.errors import CalendarError

OFFICE: dict[str, Any] = {
    "time_zone": "America/New_York",
    "hours": {"mon-thu": "09:00-12:30, 13:30-17:00", "fri": "09:00-16:00", "sat": "22:00-06:00"},
}
ODD: dict[str, Any] = {
    "holidays": {"country": "US", "add": {"2026-02-03": None}},
    "exceptions": {"12-24": "09:00-12:00", "2026-06-06": "closed"},
    "breaks": {"2026-03-04": "10:00-11:30", "2026-03-08": "02:00-03:30"},
}
STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_is_exported_and_read_back_keeps_the_open_time() -> None:
    office = BusinessCalendar.from_spec({**OFFICE, **ODD})
    text = to_ical(office, "office", [2026, 2027, 2027], STAMP)
    again = BusinessCalendar.from_spec({**OFFICE, **from_ical(text, [2026, 2027])})
    limits = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    assert office.intervals(*limits) == again.intervals(*limits)


def test_hours_beyond_the_usual_are_marked_as_free() -> None:
    office = BusinessCalendar.from_spec({**OFFICE, "exceptions": {"2026-12-31": "08:00-12:30, 13:30-17:00"}})
    text = to_ical(office, "office", [2026], STAMP)
    assert text.count("BEGIN:VEVENT") == 1
    for line in ("SUMMARY:Open", "DTSTART:20261231T130000Z", "DTEND:20261231T140000Z", "TRANSP:TRANSPARENT"):
        assert f"{line}\r\n" in text
    assert from_ical(text, [2026]) == {}


def test_usual_hours_that_a_gap_swallows_are_not_missed() -> None:
    for spans in ("02:15-02:45, 09:00-12:00", "02:00-03:00, 09:00-12:00", "02:30-03:15, 09:00-12:00"):
        shop = BusinessCalendar.from_spec({**OFFICE, "hours": {"sun": spans}})
        assert "BEGIN:VEVENT" not in to_ical(shop, "shop", [2026], STAMP)


def test_closed_dates_are_busy_and_named_so() -> None:
    text = to_ical(BusinessCalendar.from_spec({**OFFICE, "holidays": {"dates": ["2026-02-03"]}}), "a b", [2026], STAMP)
    for line in ("UID:20260203-closed-a b@servstd", "DTSTART;VALUE=DATE:20260203", "TRANSP:OPAQUE"):
        assert f"{line}\r\n" in text


def test_what_the_shift_of_another_date_covers_is_not_missed() -> None:
    night = {
        "hours": {"daily": "22:00-06:00"},
        "exceptions": {"2026-05-04": "22:00-02:00", "2026-05-05": "00:00-05:00"},
    }
    shop = BusinessCalendar.from_spec({**OFFICE, **night})
    missing = {"2026-05-05": "05:00-06:00, 22:00-24:00", "2026-05-06": "00:00-06:00"}
    assert from_ical(to_ical(shop, "shop", [2026], STAMP), [2026]) == {"breaks": missing}


def test_an_instant_without_a_zone_is_no_stamp() -> None:
    with pytest.raises(CalendarError, match="'2026-01-01 00:00:00' has no time zone"):
        to_ical(BusinessCalendar.from_spec(OFFICE), "office", [2026], datetime(2026, 1, 1))


@settings(max_examples=10)
@given(pairs())
def test_the_usual_hours_that_a_calendar_keeps_survive_a_feed(pair: Pair) -> None:
    shop, year = pair.calendar, pair.day.year
    week = group_week(shop.schedule.phases[0].week)
    usual = {"time_zone": shop.schedule.time_zone, "hours": {days: show_spans(spans) for days, spans in week.items()}}
    feed_of_year = to_ical(shop, "shop", [year - 1, year, year + 1], STAMP)
    mapping = from_ical(feed_of_year, [year - 1, year, year + 1])
    again = BusinessCalendar.from_spec({**usual, **mapping})
    limits = shop.midnight_us(date(year, 1, 1)), shop.midnight_us(date(year + 1, 1, 1))
    plain = BusinessCalendar.from_spec(usual).intervals_us(*limits)
    kept = cut(plain, cut(plain, shop.intervals_us(*limits)))
    assert list(again.intervals_us(*limits)) == merge(kept)
