"""Dates named in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cues.tables import load
from servstd.cues import find_dates, tokenise

SAID_ON = date(2026, 5, 22)


@pytest.mark.parametrize(("says", "dates"), [(row["says"], tuple(row["dates"])) for row in load("dates.yaml")])
def test_dates_are_found(says: str, dates: tuple[date, ...]) -> None:
    assert find_dates(says, SAID_ON) == dates
    assert find_dates(tokenise(says.upper()), SAID_ON) == dates


@pytest.mark.parametrize(
    ("says", "today", "day"),
    [
        ("5 January", date(2026, 12, 28), date(2027, 1, 5)),
        ("28 December", date(2027, 1, 3), date(2026, 12, 28)),
        ("the 31st", date(2026, 6, 2), date(2026, 7, 31)),
        ("the 30th", date(2026, 1, 31), date(2026, 3, 30)),
        ("the 5th", date(2026, 12, 28), date(2027, 1, 5)),
        ("29 February", date(2028, 1, 31), date(2028, 2, 29)),
        ("tomorrow", date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_what_was_not_said_is_taken_from_the_day_of_saying(says: str, today: date, day: date) -> None:
    assert find_dates(says, today) == (day,)


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_a_full_date_is_read_back(day: date, today: date) -> None:
    assert find_dates(day.isoformat(), today) == (day,)
    assert find_dates(f"{day.day} {day:%B} {day.year}", today) == (day,)


@given(st.sampled_from(("monday", "wednesday", "sunday")), st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_a_weekday_is_one_to_seven_days_ahead(weekday: str, today: date) -> None:
    (day,) = find_dates(weekday, today)
    assert 1 <= (day - today).days <= 7
    assert f"{day:%A}".lower() == weekday
