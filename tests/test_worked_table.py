"""The four readings of "within 24 hours" on six messages, worked out by hand: Monday 25 May 2026 is a holiday."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

import servstd

RULE = "email.response_time"
NEW_YORK = ZoneInfo("America/New_York")
OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}, "holidays": {"dates": ["2026-05-25"]}}
READINGS = ("one_business_day", "business_hours", "elapsed", "end_of_next_business_day")
# Received, then due under each reading, all in May 2026.
TABLE = """
    19 10:00 | 20 10:00 | 22 10:00 | 20 10:00 | 20 17:00
    19 16:45 | 20 16:45 | 22 16:45 | 20 16:45 | 20 17:00
    19 20:30 | 21 09:00 | 22 17:00 | 20 20:30 | 20 17:00
    22 16:00 | 26 16:00 | 28 16:00 | 23 16:00 | 26 17:00
    23 11:00 | 27 09:00 | 28 17:00 | 24 11:00 | 26 17:00
    25 10:00 | 27 09:00 | 28 17:00 | 26 10:00 | 26 17:00
"""
# A target of open time that is used up at a closing may still be met until the next opening.
STILL_IN_TIME = {"22 17:00": "26 09:00", "28 17:00": "29 09:00"}
SECOND = timedelta(seconds=1)


def may(text: str) -> datetime:
    return datetime.strptime(f"2026-05-{text.strip()}", "%Y-%m-%d %H:%M").replace(tzinfo=NEW_YORK)


ROWS = [line.split("|") for line in TABLE.strip().splitlines()]
CELLS = [
    pytest.param(reading, received.strip(), due.strip(), id=f"{reading}, {received.strip()}")
    for received, *dues in ROWS
    for reading, due in zip(READINGS, dues, strict=True)
]


@cache
def evaluator(reading: str) -> servstd.Evaluator:
    policy = {
        "extends": "servstd",
        "calendars": {"office": OFFICE},
        "default_calendar": "office",
        "use_reading": {RULE: reading},
    }
    return servstd.Evaluator(servstd.load_catalog(policy))


def judged(reading: str, received: datetime, responded: datetime | None, as_of: datetime) -> servstd.Verdict:
    record = {"id": "E-1", "channel": "email", "received_at": received}
    if responded is not None:
        record["responded_at"] = responded
    return evaluator(reading).check(record, as_of=as_of)[RULE]


def last_passing(reading: str, due: str) -> datetime:
    return may(STILL_IN_TIME.get(due, due) if reading == "business_hours" else due)


def test_the_table_has_its_24_cells() -> None:
    assert len(CELLS) == 24


@pytest.mark.parametrize(("reading", "received", "due"), CELLS)
def test_the_due_time_is_that_of_the_table(reading: str, received: str, due: str) -> None:
    verdict = judged(reading, may(received), None, may(received))
    assert (verdict.outcome, verdict.due_at) == ("pending", may(due))
    assert verdict.late_after == last_passing(reading, due)
    assert verdict.reading == reading


@pytest.mark.parametrize(("reading", "received", "due"), CELLS)
def test_an_answer_passes_up_to_the_limit_and_fails_a_second_later(reading: str, received: str, due: str) -> None:
    limit, later = last_passing(reading, due), may("31 12:00")
    found = [judged(reading, may(received), limit + step, later) for step in (-SECOND, timedelta(0), SECOND)]
    assert [(one.outcome, one.reason) for one in found] == [("pass", "in_time"), ("pass", "in_time"), ("fail", "late")]


@pytest.mark.parametrize(("reading", "received", "due"), CELLS)
def test_without_an_answer_it_is_overdue_a_second_after_the_limit(reading: str, received: str, due: str) -> None:
    limit = last_passing(reading, due)
    found = [judged(reading, may(received), None, limit + step) for step in (timedelta(0), SECOND)]
    assert [(one.outcome, one.reason) for one in found] == [("pending", "clock_running"), ("fail", "overdue")]
