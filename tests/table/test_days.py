"""The local day of an instant, in zones whose days are not all alike."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import pytest

import servstd
from servstd.columns.limits import _days, limits_of
from servstd.units import parse_duration
from servstd.values import parse_instant, to_us

HOUR_US = 3_600_000_000


@pytest.mark.parametrize(
    ("zone", "begin"),
    [
        ("UTC", "2026-03-01T00:00Z"),
        ("Europe/London", "2026-03-20T00:00Z"),
        ("America/New_York", "2026-10-20T00:00Z"),
        ("Pacific/Apia", "2011-12-20T00:00Z"),  # it had no 30 December 2011
    ],
)
def test_an_instant_lies_in_the_day_whose_midnight_was_last(zone: str, begin: str) -> None:
    calendar, first = servstd.load_catalog().calendar().with_time_zone(zone), to_us(parse_instant(begin))
    year = int(begin[:4])
    days = _days(calendar, year, year, 16)
    assert days is not None
    hours = first + np.arange(24 * 20) * HOUR_US
    instants = np.concatenate([hours - 1, hours, hours + 1])
    midnights = days.midnights.tolist()
    expected = [bisect_right(midnights, instant) - 1 for instant in instants.tolist()]
    assert days._day_of(instants).tolist() == expected


def test_a_start_centuries_away_is_left_and_does_not_make_a_table_of_centuries() -> None:
    office = servstd.BusinessCalendar.from_spec({"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}})
    near = [to_us(parse_instant(f"2026-05-{day}T10:00Z")) for day in (18, 19, 20)]
    _days.cache_clear()
    found = limits_of(
        np.array([*near, to_us(parse_instant("2260-05-18T10:00Z"))]), parse_duration("1 business day"), office
    )
    assert found.is_unsure.tolist() == [False, False, False, True]
    assert found.late_after[:3].tolist() == [at + 24 * HOUR_US for at in near]
    assert _days.cache_info().misses == 1
    days = _days(office, 2026, 2026, 32)
    assert _days.cache_info().hits == 1
    assert days is not None
    assert len(days.midnights) < 1000
