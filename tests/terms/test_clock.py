"""When a target runs out, asked in two ways."""

from __future__ import annotations

from datetime import datetime

import pytest

import servstd
from servstd.terms.clock import limit_of, run_of
from servstd.units import parse_duration
from servstd.values import to_us

OFFICE = servstd.BusinessCalendar.from_spec({"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}})
TARGETS = {
    "4 business hours": "2026-05-18T13:00-04:00",
    "4 elapsed hours": "2026-05-16T14:00-04:00",
    "1 business day": "2026-05-19T09:00-04:00",
    "end of 1 business day": "2026-05-18T17:00-04:00",
    "1 calendar day": "2026-05-17T10:00-04:00",
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_limit_is_that_of_its_run_when_it_begins_while_closed(target: str) -> None:
    saturday, duration = to_us(datetime.fromisoformat("2026-05-16T10:00-04:00")), parse_duration(target)
    begin, *limit = run_of(saturday, duration, OFFICE, ())
    assert tuple(limit) == limit_of(saturday, duration, OFFICE, ())
    assert limit[0] == to_us(datetime.fromisoformat(TARGETS[target]))
    assert begin == (OFFICE.next_open_us(saturday) if "business" in target else saturday)
