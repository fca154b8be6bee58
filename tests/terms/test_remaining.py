"""What is left of a target in a pause, at its first instant, its last, and where nothing is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

import servstd
from servstd.terms.remaining import pause_at

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
WAITING = [{"from": "waiting_started", "until": "waiting_ended", "where": {"waiting_on": "customer"}}]
PAUSES = [(10, 20), (20, 30), (40, None)]


@pytest.mark.parametrize(
    ("instant", "pause"),
    [
        (9, None),
        (10, PAUSES[0]),
        (19, PAUSES[0]),
        (20, PAUSES[1]),
        (29, PAUSES[1]),
        (30, None),
        (39, None),
        (40, PAUSES[2]),
        (10**9, PAUSES[2]),
    ],
)
def test_a_pause_is_half_open_and_may_have_no_end(instant: int, pause: tuple[int, int | None] | None) -> None:
    assert pause_at(PAUSES, instant) == pause
    assert pause_at([], instant) is None


def judge(as_of: str, waiting: str, ended: str | None = None, received: str = "2026-05-19T10:00") -> servstd.Verdict:
    """An answer due within a business day; times are those of New York in summer."""
    check = {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day", "pauses": WAITING}
    rules = {"mail.reply": {"title": "An answer", "check": check}}
    catalog = servstd.load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules})
    record: dict[str, Any] = {
        "id": "1",
        "received_at": f"{received}-04:00",
        "waiting_started_at": f"{waiting}-04:00",
        "waiting_started_waiting_on": "customer",
        "waiting_ended_at": None if ended is None else f"{ended}-04:00",
    }
    now = datetime.fromisoformat(f"{as_of}-04:00")
    return servstd.Evaluator(catalog).check(record, as_of=now)["mail.reply"]


@pytest.mark.parametrize(
    ("as_of", "waiting", "ended", "reason", "left"),
    [
        ("2026-05-19T10:59:59", "2026-05-19T11:00", None, "clock_running", timedelta(hours=7, seconds=1)),
        ("2026-05-19T11:00", "2026-05-19T11:00", None, "clock_paused", timedelta(hours=7)),
        ("2026-05-29T09:30", "2026-05-19T11:00", None, "clock_paused", timedelta(hours=7)),
        ("2026-05-19T11:59:59", "2026-05-19T11:00", "2026-05-19T12:00", "clock_paused", timedelta(hours=7)),
        ("2026-05-19T12:00", "2026-05-19T11:00", "2026-05-19T12:00", "clock_running", timedelta(hours=7)),
        ("2026-05-19T12:30", "2026-05-19T11:00", "2026-05-19T12:00", "clock_running", timedelta(hours=6, minutes=30)),
        ("2026-05-20T12:00", "2026-05-20T09:59:59", None, "clock_paused", timedelta(seconds=1)),
        ("2026-05-20T12:00", "2026-05-20T10:00", None, "overdue", None),
    ],
)
def test_what_is_left_stands_still_in_a_pause(
    as_of: str, waiting: str, ended: str | None, reason: str, left: timedelta | None
) -> None:
    verdict = judge(as_of, waiting, ended)
    assert (verdict.reason, verdict.remaining) == (reason, left)


def test_a_pause_before_the_clock_starts_takes_nothing() -> None:
    verdict = judge("2026-05-22T12:00", "2026-05-19T21:00", received="2026-05-19T20:00")
    assert (verdict.reason, verdict.remaining) == ("clock_paused", timedelta(hours=8))


def test_nothing_is_left_in_a_pause_between_the_due_closing_and_the_next_opening() -> None:
    for waiting, left in (("16:59:59", timedelta(seconds=1)), ("17:00", timedelta(0)), ("18:00", timedelta(0))):
        verdict = judge("2026-05-20T20:00", f"2026-05-20T{waiting}", received="2026-05-19T17:00")
        assert (verdict.reason, verdict.remaining) == ("clock_paused", left)
