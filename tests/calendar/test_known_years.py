"""Just before, at and after the last instant for which holidays are known: one instant and columns say the same."""

import itertools
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.calendar.build import at, calendar

from servstd.calendar import BusinessCalendar, HolidaysUnknownWarning, holidays_source
from servstd.calendar.arguments import ONE_US
from servstd.calendar.holidays_source import Country, find_year, known_years
from servstd.calendar.instants import EPOCH
from servstd.errors import CalendarError, HolidaysUnknown

HOUR_US = 3600 * 10**6
ALL_DAY = {"daily": "00:00-24:00"}
# Countries with movable feasts of other calendars, whose tables end in different years.
COUNTRIES = {
    "US": "America/New_York",
    "JP": "Asia/Tokyo",
    "CN": "Asia/Shanghai",
    "LK": "Asia/Colombo",
    "IN": "Asia/Kolkata",
    "TR": "Europe/Istanbul",
    "TH": "Asia/Bangkok",
}
# The same question for one instant and for a column.
ASKS: dict[str, tuple[Callable[[BusinessCalendar, int], Any], Callable[[BusinessCalendar, Any], Any]]] = {
    "is_open": (lambda c, t: c.is_open_us(t), lambda c, t: c.is_open_array(t)),
    "next_open": (lambda c, t: c.next_open_us(t), lambda c, t: c.next_open_array(t)),
    "elapsed": (lambda c, t: c.elapsed_us(t - HOUR_US, t), lambda c, t: c.elapsed_array(t - HOUR_US, t)),
    "add": (lambda c, t: c.add_us(t, 1), lambda c, t: c.add_array(t, 1)),
    "add an hour": (lambda c, t: c.add_us(t - HOUR_US, HOUR_US), lambda c, t: c.add_array(t - HOUR_US, HOUR_US)),
    "subtract": (lambda c, t: c.add_us(t, -1), lambda c, t: c.add_array(t, -1)),
}


def after(day: date, cal: BusinessCalendar) -> int:
    """The first instant after that date."""
    return cal.midnight_us(day + timedelta(days=1))


def outcome(ask: Callable[..., Any], cal: BusinessCalendar, instant_us: Any) -> Any:
    """The answer as a number, or the words of the error."""
    try:
        return int(np.asarray(ask(cal, instant_us)).reshape(-1)[0])
    except CalendarError as error:
        return type(error), str(error)


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_at_the_end_of_the_known_dates_columns_say_what_one_instant_says(ask: str, step: int) -> None:
    def strict() -> BusinessCalendar:
        return calendar(ALL_DAY, known_until="2026-06-30", strict_holidays=True)

    instant, (one, column) = after(date(2026, 6, 30), strict()) + step, ASKS[ask]
    expected = outcome(one, strict(), instant)
    assert outcome(column, strict(), np.array([instant])) == expected
    both = np.array([instant, instant - 24 * HOUR_US])
    assert outcome(column, strict(), both) == expected
    needs_more = step > 0 or (step == 0 and ask in {"is_open", "next_open", "add"})
    assert (isinstance(expected, tuple) and expected[0] is HolidaysUnknown) == needs_more


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_last_day_of_a_country_is_known_and_the_next_is_not(country: str) -> None:
    last = date(known_years(Country(country))[1], 12, 31)
    strict = calendar(ALL_DAY, COUNTRIES[country], holidays={"country": country}, strict_holidays=True)
    loose = calendar(ALL_DAY, COUNTRIES[country], holidays={"country": country})
    end = after(last, strict)
    said = f"holidays are not known after {last}, but {last + timedelta(days=1)} is needed"
    noon = EPOCH + ONE_US * (end + 12 * HOUR_US)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for cal in (strict, loose):
            cal.is_business_day(last)
            cal.is_open_us(end - 1)
            cal.is_open_array([end - 1])
            assert cal.elapsed_us(end - 24 * HOUR_US, end) == int(cal.elapsed_array(end - 24 * HOUR_US, end))
    for ask in (
        lambda: strict.is_business_day(last + timedelta(days=1)),
        lambda: strict.is_open_us(end),
        lambda: strict.is_open_array([end]),
        lambda: strict.elapsed(EPOCH + ONE_US * (end - 1), noon),
        lambda: strict.elapsed_array([end - 1], [end + 1]),
    ):
        with pytest.raises(HolidaysUnknown, match=said):
            ask()
    with pytest.warns(HolidaysUnknownWarning, match=f"not known after {last}; there may be more than the calendar has"):
        assert loose.elapsed_array([end], [end + HOUR_US]).tolist() == [loose.elapsed_us(end, end + HOUR_US)]


def test_the_first_known_day_is_met_in_columns_too() -> None:
    strict = calendar(ALL_DAY, "Europe/Berlin", holidays={"country": "DE"}, strict_holidays=True)
    start = strict.midnight_us(date(1991, 1, 1))
    assert strict.is_open_array([start]).tolist() == [strict.is_open_us(start)] == [False]
    for length in (0, 1):
        fresh = calendar(ALL_DAY, "Europe/Berlin", holidays={"country": "DE"}, strict_holidays=True)
        assert int(fresh.add_array(start, length)) == BusinessCalendar(fresh.schedule).add_us(start, length)
        assert int(fresh.elapsed_array(start, start)) == BusinessCalendar(fresh.schedule).elapsed_us(start, start) == 0
    for ask in (strict.is_open_array, strict.next_open_array, lambda t: strict.add_array(t, 0 * t[0] - 1)):
        with pytest.raises(HolidaysUnknown, match="holidays are not known before 1991-01-01, but 1990"):
            ask([start - 1])


def test_beyond_the_limit_the_holidays_that_are_there_still_count() -> None:
    office = calendar(holidays={"country": "US", "add": {"12-24": "Party"}}, known_until="2026-06-30")
    with pytest.warns(HolidaysUnknownWarning, match="after 2026-06-30; there may be more than the calendar has"):
        assert not office.is_business_day(date(2026, 12, 25))
    assert office.is_business_day(date(2029, 12, 26))
    assert not office.is_business_day(date(2029, 12, 24))


def test_who_has_checked_further_years_says_so() -> None:
    last = known_years(Country("JP"))[1]
    spec: dict[str, Any] = {"holidays": {"country": "JP", "dates": [f"{last + 1}-01-01"]}, "strict_holidays": True}
    tokyo = calendar(zone="Asia/Tokyo", known_until=f"{last + 1}-12-31", **spec)
    assert not tokyo.is_business_day(date(last + 1, 1, 1))
    with pytest.raises(HolidaysUnknown):
        tokyo.is_business_day(date(last + 2, 1, 1))


def test_no_time_at_the_end_of_the_known_dates_needs_no_more() -> None:
    def strict() -> BusinessCalendar:
        return calendar(ALL_DAY, known_until="2026-06-30", strict_holidays=True)

    end = after(date(2026, 6, 30), strict())
    assert strict().elapsed_us(end, end) == int(strict().elapsed_array(end, end)) == 0
    assert strict().add_us(end, 0) == int(strict().add_array(end, 0)) == end


def test_two_warnings_of_one_calendar_are_one() -> None:
    office = calendar(known_until="2026-06-30")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        office.is_open(at("2026-07-02T10:00Z"))
        office.elapsed_array([0], [int(datetime(2028, 1, 1, tzinfo=UTC).timestamp()) * 10**6])
        office.is_business_day(date(2029, 1, 1))
    assert [str(one.message) for one in caught] == [
        "holidays are not known after 2026-06-30; there may be more than the calendar has"
    ]


@pytest.mark.parametrize("country", ["IN", "MU", "FJ"])
def test_a_table_of_moving_feasts_that_ends_ends_the_known_years(country: str) -> None:
    """The package goes on to 2100, but without Diwali."""
    last = known_years(Country(country))[1]

    def has_diwali(year: int) -> bool:
        names = find_year(Country(country), year).names.values()
        return any(name.startswith("Diwali") for name in itertools.chain(*names))

    assert 2026 < last < 2100
    assert has_diwali(last)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not has_diwali(last + 1)
    strict = calendar(zone="Asia/Kolkata", holidays={"country": country}, strict_holidays=True)
    with pytest.raises(HolidaysUnknown, match=f"not known after {last}-12-31, but {last + 1}-10-17 is needed"):
        strict.is_business_day(date(last + 1, 10, 17))


@pytest.mark.parametrize("country", ["US", "GB", "DE", "TR", "SA", "KR", "VN", "IL", "CN", "TW", "JP"])
def test_feasts_that_only_move_and_days_that_are_swapped_end_nothing(country: str) -> None:
    assert known_years(Country(country))[1] >= 2099


def test_to_ask_for_the_known_years_warns_of_nothing() -> None:
    holidays_source.known_years.cache_clear()
    holidays_source.find_year.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        known_years(Country("IN"))
