"""What is no instant, duration, date or choice is refused by what was got; nothing else escapes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from tests.calendar.build import at, calendar

from servstd.errors import CalendarError

NOW, LATER = at("2026-05-22T10:00-04:00"), at("2026-05-26T10:00-04:00")
HOUR = timedelta(hours=1)
TODAY = date(2026, 5, 22)
office = calendar()
office.elapsed(NOW, LATER)

AT_ONE: dict[str, Callable[[Any], Any]] = {
    "is_open": office.is_open,
    "next_open": office.next_open,
    "previous_open": office.previous_open,
    "next_opening": office.next_opening,
    "next_close": office.next_close,
    "previous_opening": office.previous_opening,
    "previous_close": office.previous_close,
    "elapsed from": lambda t: office.elapsed(t, LATER),
    "elapsed to": lambda t: office.elapsed(NOW, t),
    "elapsed of both": lambda t: office.elapsed(t, t),
    "the first elapsed": lambda t: calendar().elapsed(NOW, t),
    "intervals from": lambda t: office.intervals(t, LATER),
    "intervals to": lambda t: office.intervals(NOW, t),
    "add": lambda t: office.add(t, HOUR),
    "subtract": lambda t: office.subtract(t, HOUR),
    "add_business_days_at": lambda t: office.add_business_days_at(t, 1),
}


class _Nat(datetime):
    """What pandas has for a missing instant: a datetime that equals nothing and gives itself for every sum."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __sub__(self, other: Any) -> Any:
        return self

    @property
    def days(self) -> float:
        return float("nan")

    def __str__(self) -> str:
        return "NaT"


@pytest.mark.parametrize("ask", AT_ONE.values(), ids=AT_ONE)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("2026-05-22T10:00-04:00", "'2026-05-22T10:00-04:00' (str) is no instant; give a datetime with a time zone"),
        (TODAY, "'2026-05-22' (date) is no instant; give a datetime with a time zone"),
        (1.5, "'1.5' (float) is no instant"),
        (0, "'0' (int) is no instant"),
        (None, "nothing is no instant"),
        (HOUR, "'1:00:00' (timedelta) is no instant"),
        (time(10, tzinfo=UTC), "'10:00:00+00:00' (time) is no instant"),
        (np.datetime64("2026-05-22T10:00"), "'2026-05-22T10:00' (datetime64) is no instant"),
        (_Nat(2026, 5, 22), "'NaT' (_Nat) is no instant"),
        (datetime(2026, 5, 22, 10), "'2026-05-22 10:00:00' has no time zone"),
        ("x" * 200, "'" + "x" * 60 + "...' (str) is no instant"),
        ("x" * 60, "'" + "x" * 60 + "' (str) is no instant"),
    ],
    ids=str,
)
def test_what_is_no_instant_is_named(ask: Callable[[Any], Any], given: Any, said: str) -> None:
    with pytest.raises(CalendarError) as caught:
        ask(given)
    assert str(caught.value).startswith(said)


def test_of_two_instants_the_one_that_is_wrong_is_named() -> None:
    naive = datetime(2026, 5, 22, 10)
    for pair in ((NOW, naive), (naive, NOW), (naive, "later")):
        with pytest.raises(CalendarError, match="'2026-05-22 10:00:00' has no time zone"):
            office.elapsed(*pair)
    with pytest.raises(CalendarError, match="'later' \\(str\\) is no instant"):
        office.elapsed(NOW, "later")  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [8, 8.0, "8 business hours", None, NOW, float("nan")], ids=str)
def test_what_is_no_duration_is_named(given: Any) -> None:
    got = "nothing" if given is None else f"'{given}' ({type(given).__name__})"
    for ask in (office.add, office.subtract):
        with pytest.raises(CalendarError) as caught:
            ask(NOW, given)
        assert str(caught.value) == f"{got} is no duration; give a timedelta"


def test_durations_of_numpy_are_durations() -> None:
    assert office.add(NOW, np.timedelta64(2, "h")) == office.add(NOW, 2 * HOUR)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["opn", "Close", None, 1, ""])
def test_an_unknown_landing_is_refused_for_one_instant_and_for_columns(given: Any) -> None:
    got = "nothing" if given is None else f"'{given}' ({type(given).__name__})"
    said = f"landing: {got} is not understood; 'close' and 'open' are"
    for ask in (
        lambda: office.add(NOW, HOUR, landing=given),
        lambda: office.add(NOW, -HOUR, landing=given),
        lambda: office.add(NOW, 0 * HOUR, landing=given),
        lambda: office.add_us(0, 1, given),
        lambda: office.add_array([0], 1, given),
        lambda: office.add_array([], 1, given),
    ):
        with pytest.raises(CalendarError) as caught:
            ask()
        assert str(caught.value) == said


@pytest.mark.parametrize("given", ["neither", None, "LEFT"])
def test_an_unknown_end_to_count_is_refused_in_either_direction(given: Any) -> None:
    for pair in ((TODAY, date(2026, 6, 1)), (date(2026, 6, 1), TODAY), (TODAY, TODAY)):
        with pytest.raises(CalendarError, match=r"closed: .* is not understood; 'left', 'right' and 'both' are"):
            office.count_business_days(*pair, closed=given)


ON_ONE: dict[str, Callable[[Any], Any]] = {
    "is_business_day": office.is_business_day,
    "add_business_days": lambda day: office.add_business_days(day, 1),
    "add_business_days by none": lambda day: office.add_business_days(day, 0),
    "count_business_days from": lambda day: office.count_business_days(day, TODAY),
    "count_business_days to": lambda day: office.count_business_days(TODAY, day),
}


@pytest.mark.parametrize("ask", ON_ONE.values(), ids=ON_ONE)
@pytest.mark.parametrize("given", [NOW, datetime(2026, 5, 22), "2026-05-22", 20260522, None, 1.5], ids=str)
def test_what_is_no_date_is_named_a_datetime_too(ask: Callable[[Any], Any], given: Any) -> None:
    got = "nothing" if given is None else f"'{given}' ({type(given).__name__})"
    with pytest.raises(CalendarError) as caught:
        ask(given)
    assert str(caught.value) == f"{got} is no date; give a datetime.date"


@pytest.mark.parametrize("given", [1.0, "1", None, HOUR], ids=str)
def test_days_are_counted_in_whole_numbers(given: Any) -> None:
    for ask in (lambda: office.add_business_days(TODAY, given), lambda: office.add_business_days_at(NOW, given)):
        with pytest.raises(CalendarError, match="is no whole number of days"):
            ask()
    three: Any = np.int64(3)
    assert office.add_business_days(TODAY, three) == office.add_business_days(TODAY, 3)
    assert office.add_business_days_at(NOW, three) == office.add_business_days_at(NOW, 3)


@pytest.mark.parametrize("given", [5, None, "Mars/Olympus", b"UTC", ""])
def test_what_names_no_zone_is_refused(given: Any) -> None:
    with pytest.raises(CalendarError, match="no time zone is called"):
        office.with_time_zone(given)
