"""How far a calendar reaches, how it grows, and what it says when there is no answer."""

import threading
import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.calendar.build import at, calendar

from servstd.calendar import BusinessCalendar, HolidaysUnknownWarning, Interval
from servstd.calendar.instants import to_us
from servstd.errors import CalendarError, HolidaysUnknown, NeverOpen

HOUR = timedelta(hours=1)
NOW = at("2026-05-22T10:00-04:00")
ALWAYS = {"daily": "00:00-24:00"}


@pytest.mark.parametrize("order", [(2026, 2031, 1999), (1999, 2031, 2026), (2031, 1999, 2026)])
def test_the_order_of_questions_does_not_change_the_answers(order: tuple[int, ...]) -> None:
    grown = calendar({"daily": "22:00-06:00"})
    for year in order:
        start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        assert grown.elapsed(start, end) == calendar({"daily": "22:00-06:00"}).elapsed(start, end)
    whole = calendar({"daily": "22:00-06:00"}).intervals_us(0, to_us(NOW))
    assert grown.intervals_us(0, to_us(NOW)) == whole


def test_a_shift_over_new_year_is_one_interval_however_the_table_grew() -> None:
    shop = calendar({"daily": "22:00-06:00"}, "UTC")
    shop.is_open(at("2026-06-01T00:00Z"))
    shop.is_open(at("2027-06-01T00:00Z"))
    new_year = shop.intervals(at("2026-12-31T12:00Z"), at("2027-01-01T12:00Z"))
    assert new_year == [Interval(at("2026-12-31T22:00Z"), at("2027-01-01T06:00Z"))]
    assert new_year[0].duration == 8 * HOUR
    late, early = calendar({"daily": "22:00-06:00"}, "UTC"), calendar({"daily": "22:00-06:00"}, "UTC")
    assert late.next_close(at("2026-12-31T23:00Z")) == at("2027-01-01T06:00Z")
    assert early.previous_opening(at("2027-01-01T01:00Z")) == at("2026-12-31T22:00Z")
    assert late.intervals(at("2027-01-01T12:00Z"), at("2026-12-31T12:00Z")) == []


def test_a_calendar_that_never_opens_says_so() -> None:
    never = calendar({"daily": "closed"})
    assert never.elapsed(NOW, NOW + 99 * HOUR) == timedelta(0)
    assert never.add(NOW, timedelta(0)) == NOW
    assert never.intervals(NOW, NOW + 99 * HOUR) == []
    for ask in (never.next_open, never.next_opening, never.next_close, lambda t: never.add(t, HOUR)):
        with pytest.raises(NeverOpen, match="the calendar never opens after 2026-05-22 10:00-04:00"):
            ask(NOW)
    for ask in (never.previous_open, never.previous_opening, never.previous_close, lambda t: never.subtract(t, HOUR)):
        with pytest.raises(NeverOpen, match="the calendar never opens before 2026-05-22 10:00-04:00"):
            ask(NOW)


def test_a_calendar_that_never_closes_counts_all_time() -> None:
    always = calendar(ALWAYS)
    assert always.add(NOW, timedelta(days=9000)) == NOW + timedelta(days=9000)
    assert always.subtract(NOW, timedelta(days=9000)) == NOW - timedelta(days=9000)
    assert always.next_open(NOW) == always.previous_open(NOW) == NOW
    with pytest.raises(CalendarError, match="open without a break after 2026-05-22"):
        always.next_close(NOW)
    with pytest.raises(CalendarError, match="open without a break before 2026-05-22"):
        always.previous_opening(NOW)


def test_hours_that_are_only_dated_are_found_from_afar() -> None:
    once = calendar({"daily": "closed"}, exceptions={"2026-05-22": "09:00-11:00"})
    assert once.next_open(at("1990-01-01T00:00Z")) == at("2026-05-22T09:00-04:00")
    assert once.previous_open(at("2070-01-01T00:00Z")) == at("2026-05-22T11:00-04:00")
    assert once.add(NOW, HOUR) == at("2026-05-22T11:00-04:00")
    assert once.subtract(NOW, HOUR) == at("2026-05-22T09:00-04:00")
    assert once.previous_opening(NOW) == once.next_opening(NOW - 2 * HOUR) == at("2026-05-22T09:00-04:00")
    assert once.next_close(NOW) == once.previous_close(NOW + 2 * HOUR) == at("2026-05-22T11:00-04:00")
    with pytest.raises(NeverOpen):
        once.add(NOW, HOUR, landing="open")
    with pytest.raises(NeverOpen):
        once.add(NOW, 2 * HOUR)
    with pytest.raises(NeverOpen):
        once.subtract(NOW, 2 * HOUR)


def test_hours_of_a_leap_day_are_found_over_a_century_without_one() -> None:
    leap = calendar({"daily": "closed"}, exceptions={"02-29": "09:00-11:00"})
    assert leap.next_open(at("2096-03-01T00:00Z")) == at("2104-02-29T09:00-05:00")
    assert leap.previous_open(at("1904-02-29T00:00Z")) == at("1896-02-29T11:00-05:00")


def test_a_calendar_reaches_from_1800_to_2399() -> None:
    office = calendar()
    with pytest.raises(CalendarError, match="1799-12-31 is beyond the years that a calendar reaches, 1800 to 2399"):
        office.is_open(at("1799-12-31T12:00-05:00"))
    with pytest.raises(CalendarError, match="us is beyond the years"):
        office.elapsed(NOW, at("9999-12-31T23:59:59-05:00"))
    with pytest.raises(CalendarError, match="us is beyond the years that a calendar reaches, 1800 to 2399"):
        office.elapsed_us(0, 10**20)
    with pytest.raises(CalendarError, match="the answer lies beyond the years that a calendar reaches, 1800 to 2399"):
        office.add(at("2398-01-01T00:00Z"), timedelta(days=900))
    with pytest.raises(CalendarError, match="the answer lies beyond the years that a calendar reaches, 1800 to 2399"):
        office.subtract(at("1801-01-01T00:00Z"), timedelta(days=900))


def test_unknown_holidays_are_warned_of_once_and_only_when_needed() -> None:
    office = calendar(known_until="2026-06-30")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert office.add(at("2026-06-30T16:00-04:00"), HOUR) == at("2026-06-30T17:00-04:00")
        assert office.elapsed(at("2026-06-30T16:00-04:00"), at("2026-07-01T00:00-04:00")) == HOUR
    with pytest.warns(
        HolidaysUnknownWarning, match="are not known after 2026-06-30; there may be more than the calendar has"
    ):
        assert office.next_open(at("2026-06-30T17:00-04:00")) == at("2026-07-01T09:00-04:00")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert office.is_business_day(date(2027, 1, 1))


def test_unknown_holidays_raise_when_strict() -> None:
    office = calendar(holidays={"country": "US"}, known_until="2026-06-30", strict_holidays=True)
    assert office.elapsed(at("2026-06-29T00:00-04:00"), at("2026-07-01T00:00-04:00")) == 16 * HOUR
    for ask in (lambda: office.is_open(at("2026-07-01T00:00-04:00")), lambda: office.add(NOW, timedelta(days=60))):
        with pytest.raises(HolidaysUnknown, match=r"holidays are not known after 2026-06-30, but .* is needed"):
            ask()
    with pytest.raises(HolidaysUnknown, match="not known before 1991-01-01, but 1990-12-31 is needed"):
        calendar(holidays={"country": "DE"}, strict_holidays=True).subtract(at("1991-01-02T00:00Z"), 99 * HOUR)


def test_the_years_of_a_country_end_where_its_list_ends() -> None:
    office = calendar(holidays={"country": "US"})
    with pytest.warns(HolidaysUnknownWarning, match="after 2100-12-31"):
        assert office.is_business_day(date(2101, 1, 3))
    german = calendar(zone="Europe/Berlin", holidays={"country": "DE"})
    with pytest.warns(HolidaysUnknownWarning, match="before 1991-01-01"):
        assert german.previous_open(at("1990-01-07T12:00Z")) == at("1990-01-05T17:00+01:00")


def test_growing_stops_first_where_the_known_years_end() -> None:
    shut: dict[str, Any] = {"daily": "closed"}
    strict: dict[str, Any] = {"strict_holidays": True}
    twice = {"2026-05-20": "09:00-10:00", "2030-05-20": "09:00-10:00"}
    office = calendar(shut, exceptions=twice, known_until="2030-12-31", **strict)
    assert office.next_open(NOW) == at("2030-05-20T09:00-04:00")
    once = {"1992-05-20": "09:00-10:00"}
    for last in (1993, 2003):  # so wide a table would grow past the first known year
        early = calendar(shut, "Europe/Berlin", exceptions=once, holidays={"country": "DE"}, **strict)
        assert early.elapsed(at("1993-06-01T00:00Z"), at(f"{last}-07-01T00:00Z")) == timedelta(0)
        assert early.previous_open(at("1993-05-01T12:00Z")) == at("1992-05-20T10:00+02:00")


@pytest.mark.parametrize("ask", ["is_open", "next_open", "next_close"])
def test_an_instant_without_a_zone_is_refused(ask: str) -> None:
    with pytest.raises(CalendarError, match="'2026-05-22 10:00:00' has no time zone"):
        getattr(calendar(), ask)(datetime(2026, 5, 22, 10))
    with pytest.raises(CalendarError, match="'2026-05-22 10:00:00' has no time zone"):
        calendar().elapsed(NOW, datetime(2026, 5, 22, 10))


def test_threads_that_grow_one_calendar_agree() -> None:
    shared, expected, found = calendar(), calendar(), []

    def ask(year: int) -> None:
        start = datetime(year, 1, 1, tzinfo=UTC)
        found.append(shared.elapsed(start, start + timedelta(days=300)) == expected_of[year])

    expected_of = {}
    for year in range(2000, 2016):
        start = datetime(year, 1, 1, tzinfo=UTC)
        expected_of[year] = expected.elapsed(start, start + timedelta(days=300))
    years = (2008, 2000, 2015, 2004, 2012, 2001) * 2
    threads = [threading.Thread(target=ask, args=(year,)) for year in years]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * len(threads)


def test_a_calendar_is_built_from_the_same_mapping_as_in_yaml() -> None:
    assert isinstance(calendar(), BusinessCalendar)
    with pytest.raises(ValueError, match="missing key 'hours'"):
        BusinessCalendar.from_spec({"time_zone": "UTC"})


def test_intervals_that_only_touch_the_range_are_left_out() -> None:
    closing, opening = at("2026-05-21T17:00-04:00"), at("2026-05-22T09:00-04:00")
    assert calendar().intervals(closing, opening) == []
    assert calendar().intervals(opening, NOW) == [Interval(opening, NOW)]


def test_a_question_inside_the_table_builds_nothing() -> None:
    office = calendar()
    table = office.table_us(to_us(NOW), to_us(NOW) + 1)
    assert office.table_us(to_us(NOW), to_us(NOW) + 1) is table
    assert office.elapsed_us(to_us(NOW), to_us(NOW + HOUR)) == 3600 * 10**6


@pytest.mark.parametrize("hours", [{"daily": "22:00-06:00"}, ALWAYS])
def test_the_seam_between_two_years_is_no_edge(hours: dict[str, Any]) -> None:
    seams = at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z")
    for ask in ("is_open", "next_open", "previous_open"):
        for seam in seams:
            shop = calendar(hours, "UTC")
            shop.is_open(at("2026-06-01T12:00Z"))
            assert getattr(shop, ask)(seam) == (True if ask == "is_open" else seam)


def test_the_last_microsecond_before_a_closing_leads_to_the_closing() -> None:
    closing, one_us = at("2026-05-22T17:00-04:00"), timedelta(microseconds=1)
    assert calendar().add(closing - one_us, one_us) == closing
    assert calendar().add(closing, one_us) == at("2026-05-25T09:00-04:00") + one_us


def test_no_time_holds_no_interval() -> None:
    assert calendar().intervals(NOW, NOW) == []


@pytest.mark.parametrize("us", [-1, 0, 1, 2])
def test_the_epoch_is_an_instant_like_any_other(us: int) -> None:
    grown = calendar()
    grown.elapsed_us(-(10**15), 10**15)
    for name in ("next_open", "previous_open", "next_opening", "previous_opening", "next_close", "previous_close"):
        assert getattr(calendar(), f"{name}_us")(us) == getattr(grown, f"{name}_us")(us)
    assert calendar().is_open_us(us) == grown.is_open_us(us)
    for hours in (-1, 1):
        assert calendar().add_us(us, hours * 3600 * 10**6) == grown.add_us(us, hours * 3600 * 10**6)


def test_the_first_day_after_the_table_is_looked_at_too() -> None:
    office = calendar()
    office.is_open(NOW)
    assert office.is_open(at("2027-01-01T10:00-05:00"))


def test_the_reach_begins_and_ends_at_a_midnight() -> None:
    end = at("2400-01-01T00:00-05:00")
    assert calendar().elapsed(end - 24 * HOUR, end) == 8 * HOUR
    assert calendar().elapsed(end, end) == timedelta(0)
    for ask in (lambda: calendar().is_open(end), lambda: calendar().is_business_day(date(2400, 1, 1))):
        with pytest.raises(CalendarError, match="2400-01-01 is beyond the years that a calendar reaches, 1800 to 2399"):
            ask()


def test_a_table_that_would_grow_past_the_reach_grows_up_to_it() -> None:
    late, early = calendar(), calendar()
    late.elapsed(at("2300-06-01T00:00Z"), at("2390-06-01T00:00Z"))
    assert late.next_opening(at("2390-12-31T22:30Z")) == at("2391-01-01T09:00-05:00")
    early.elapsed(at("1810-06-01T00:00Z"), at("1900-06-01T00:00Z"))
    assert early.previous_opening(at("1810-01-01T12:00Z")) == calendar().previous_opening(at("1810-01-01T12:00Z"))


def test_the_first_and_the_last_known_day_are_known() -> None:
    office = calendar(known_until="2027-01-01", strict_holidays=True)
    assert office.next_opening(at("2026-12-31T17:30-05:00")) == at("2027-01-01T09:00-05:00")
    assert office.is_business_day(date(2027, 1, 1))
    german = calendar(zone="Europe/Berlin", holidays={"country": "DE"}, strict_holidays=True)
    assert not german.is_business_day(date(1991, 1, 1))
    assert not german.is_open(at("1991-01-01T12:00+01:00"))
    assert german.previous_opening(at("1992-01-01T12:00+01:00")) == at("1991-12-31T09:00+01:00")


def test_named_years_are_searched_for_however_far_apart() -> None:
    shut, twice = {"daily": "closed"}, {"2020-05-20": "09:00-10:00", "2060-05-20": "09:00-10:00"}
    assert calendar(shut, exceptions=twice).next_open(at("2021-01-01T00:00Z")) == at("2060-05-20T09:00-04:00")
    assert calendar(shut, exceptions=twice).previous_open(at("2059-01-01T00:00Z")) == at("2020-05-20T10:00-04:00")


def test_looking_back_asks_for_no_holidays_ahead() -> None:
    office = calendar(known_until="2026-06-30", strict_holidays=True)
    assert office.previous_opening(at("2026-01-01T00:30-05:00")) == at("2025-12-31T09:00-05:00")


def test_time_that_begins_or_ends_outside_the_table_is_counted() -> None:
    inside, year = to_us(NOW), 365 * 86_400 * 10**6
    for start_us, end_us in ((inside, inside + year), (inside - year, inside), (inside + year, inside)):
        grown = calendar()
        grown.is_open_us(inside)
        assert grown.elapsed_us(start_us, end_us) == calendar().elapsed_us(start_us, end_us)
        assert abs(grown.elapsed_us(start_us, end_us)) > 250 * 8 * 3600 * 10**6


@pytest.mark.parametrize("before", [None, "2399-06-01T00:00+00:00", "1800-06-01T00:00+00:00"])
def test_what_a_calendar_was_asked_before_does_not_change_why_it_has_no_answer(before: str | None) -> None:
    one_day = {"time_zone": "America/New_York", "hours": {}, "exceptions": {"2026-05-18": "09:00-17:00"}}
    asked = BusinessCalendar.from_spec(one_day)
    if before is not None:
        with pytest.raises(CalendarError, match=r"beyond the years"):
            asked.next_opening(at(before)) if before > "2" else asked.previous_opening(at(before))
    with pytest.raises(NeverOpen, match=r"the calendar never opens after 2026-06-01"):
        asked.next_opening(at("2026-06-01T00:00-04:00"))
    with pytest.raises(NeverOpen, match=r"the calendar never opens before 2026-05-01"):
        asked.previous_opening(at("2026-05-01T00:00-04:00"))
