"""A year at a glance: word for word for one office, and its parts for odder ones."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.calendar.build import calendar

from servstd.calendar import BusinessCalendar, year_view
from servstd.calendar.at_a_glance import WIDTH, year_lines
from servstd.calendar.day_view import DayKind, clock_changes, view_day
from servstd.calendar.wording import group_week, show_date, show_length, show_spans, show_week
from servstd.errors import CalendarError, HolidaysUnknown

GOLDEN = Path(__file__).parent / "year_view.txt"
SOURCES = {"holidays": "0.62", "time zones": None}
OFFICE: dict[str, Any] = {
    "time_zone": "America/New_York",
    "hours": {"mon-thu": "09:00-12:30, 13:30-17:00", "fri": "09:00-16:00"},
    "holidays": {"add": {"2026-01-01": "New Year's Day", "2026-05-25": "Memorial Day", "2026-12-25": None}},
    "exceptions": {
        "2026-03-20": "closed",
        "2026-03-21": "closed",
        "2026-10-10": "10:00-14:00",
        "2026-12-24": "09:00-12:00",
        "2026-12-30": "10:00-13:30, 14:30-18:00",
    },
    "breaks": {"2026-06-11": "09:00-17:00", "2026-06-12": "15:00-16:00"},
    "versions": [
        {"from": "2026-07-01", "hours": {"fri": "09:00-15:00"}},
        {"from": "2027-01-01", "hours": {"fri": "closed"}},
    ],
}


def text_of(shop: BusinessCalendar, year: int = 2026) -> str:
    return year_view(shop, "shop", year, {})


def test_the_year_of_an_office_is_drawn_as_the_golden_file_says() -> None:
    spec = {**OFFICE, "versions": OFFICE["versions"][:1]}
    got = year_view(BusinessCalendar.from_spec(spec), "office", 2026, SOURCES)
    if os.environ.get("SERVSTD_WRITE_GOLDEN"):
        GOLDEN.write_text(got, "utf-8")
    assert got == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("year", [2023, 2024, 2026, 2027, 2032])
def test_no_line_is_wider_than_a_terminal(year: int) -> None:
    long = {f"{year}-05-{day:02}": "A holiday with a name that no terminal has the room for, " * 3 for day in (4, 5)}
    shop = calendar(
        {"daily": "06:00-08:00, 09:00-12:00, 13:00-15:00, 16:00-22:00"},
        holidays={"add": long},
        exceptions={"05-06": "01:00-02:00, 03:00-04:00, 05:00-06:00, 07:00-08:00"},
    )
    text = year_view(shop, "shop", year, {f"source {number}": "1.2.3" for number in range(9)})
    assert max(map(len, text.splitlines())) <= WIDTH
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_every_day_of_the_year_is_there_once() -> None:
    lines = year_lines(calendar({"daily": "09:00-17:00"}), "shop", 2028, {})
    cells = [
        piece.text for line in lines for piece in line if len(piece.text) == 3 and piece.text[:2].strip().isdigit()
    ]
    assert len(cells) == 366


def test_a_clock_change_is_marked_and_told() -> None:
    text = text_of(calendar({"mon-fri": "09:00-17:00"}))
    assert "  Sun  8 Mar  clocks change  02:00 becomes 03:00" in text
    assert "  Sun  1 Nov  clocks change  02:00 becomes 01:00" in text
    assert " .~\n" in text
    assert "~ clocks change" not in text_of(calendar(zone="Asia/Tokyo"))


def test_a_night_shift_through_the_change_is_shorter_or_longer() -> None:
    shop = calendar({"daily": "22:00-06:00"})
    assert view_day(shop, date(2026, 3, 7)).note == "7 h instead of 8 h, as the clocks change"
    assert [view_day(shop, day).kind for day in (date(2026, 3, 7), date(2026, 10, 31))] == [DayKind.SHORT, DayKind.LONG]


def test_changes_at_midnight_and_dates_that_do_not_exist_are_told() -> None:
    apia = calendar({"daily": "09:00-17:00"}, zone="Pacific/Apia")
    text = text_of(apia, 2011)
    assert "  Fri 30 Dec  closed         the zone has no such date" in text
    assert "  Sat 31 Dec  clocks change  Fri 30 Dec 00:00 becomes 00:00" in text
    [only] = clock_changes(calendar(zone="America/Havana"), date(2026, 3, 1), date(2026, 4, 1))
    assert (only.before, only.after) == (datetime(2026, 3, 8, 0), datetime(2026, 3, 8, 1))


def test_versions_that_begin_in_the_year_are_told_and_later_ones_are_not() -> None:
    office = BusinessCalendar.from_spec(OFFICE)
    fri_short = "mon-thu 09:00-12:30, 13:30-17:00; fri 09:00-15:00"
    assert f"\nfrom Wed  1 Jul: {fri_short}\n" in text_of(office, 2026)
    assert text_of(office, 2025).splitlines()[1].startswith("usual hours: mon-thu")
    assert "from Fri  1 Jan" in text_of(office, 2027)
    assert "from" not in text_of(office, 2028)


def test_a_calendar_without_anything_odd_has_no_list() -> None:
    text = text_of(calendar({"daily": "00:00-24:00"}, zone="UTC"))
    assert "12 open\n\n365 open days; 8,760 h open\n" in text
    assert "closed" in text_of(calendar({"daily": "closed"})).splitlines()[1]


def test_a_year_without_known_holidays_raises_when_that_is_strict() -> None:
    strict = calendar(holidays={"country": "US"}, strict_holidays=True)
    with pytest.raises(HolidaysUnknown):
        text_of(strict, 2300)
    with pytest.raises(CalendarError, match="1800 to 2399"):
        text_of(strict, 2400)


def test_words_are_those_that_a_calendar_reads() -> None:
    week = ((), ((32400, 61200),), ((32400, 61200),), (), ((79200, 108000),), (), ())
    nine = ((32400, 61200),)
    assert group_week(((), *[nine] * 5, ())) == {"tue-sat": nine}
    assert group_week(((), (), (), nine, (), (), ())) == {"thu": nine}
    assert group_week([nine] * 7) == {"daily": nine}
    assert group_week(week) == {"tue-wed": ((32400, 61200),), "fri": ((79200, 108000),)}
    assert show_week(week) == "tue-wed 09:00-17:00; fri 22:00-06:00"
    assert (show_spans(((0, 86400),)), show_spans(())) == ("00:00-24:00", "closed")
    assert show_date(date(2026, 1, 1)) == "Thu  1 Jan"
    assert [show_length(us) for us in (0, 5_400_000_000, 1_500_000, 60_000_000)] == [
        "0 h",
        "1 h 30 min",
        "1.5 s",
        "1 min",
    ]


def test_a_legend_that_is_a_little_too_long_goes_on_below() -> None:
    shop = calendar(zone="UTC", exceptions={"2026-05-04": "09:00-10:00", "2026-05-05": "08:00-18:00"})
    lines = text_of(shop).splitlines()
    start = lines.index("  12 open   12- shorter than usual   12+ longer than usual")
    assert lines[start + 1] == "  . no hours that weekday"


def test_one_day_is_counted_in_the_singular_and_the_total_stays_on_one_line() -> None:
    once = {"2026-05-04": "09:00-10:00"}
    shop = calendar({"daily": "closed"}, zone="UTC", exceptions=once, holidays={"dates": ["2026-05-05"]})
    assert "\n1 open day, 1 longer than usual; 1 holiday; 1 h open\n" in text_of(shop)
    shut = calendar({"daily": "09:00-17:00"}, zone="UTC", exceptions={"2026-05-04": "closed"})
    assert "\n364 open days; 1 other closed day; 2,912 h open\n" in text_of(shut)
    odd = {"exceptions": {"05-04": "closed", "05-05": "09:00-10:00", "05-06": "06:00-20:00"}}
    assert "\n2,911 h open\n" in text_of(calendar({"daily": "09:00-17:00"}, zone="UTC", **odd))
