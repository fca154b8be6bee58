"""Figures at their limits: due times, pauses, conflicts and notices, by columns as in the verdict."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.table.test_full_columns import differences
from tests.table.test_full_kinds import START, evaluator, table

from servstd.evaluate.table.run import TableRun


def full_row(rule_id: str, row: dict[str, Any], events: list[dict[str, Any]], as_of: datetime) -> dict[str, Any]:
    """The row of one rule, which is that of the verdict."""
    whole = table([row], [events])
    assert differences(evaluator(), whole, as_of, [rule_id]) == []
    found: dict[str, Any] = next(TableRun(evaluator(), whole, as_of, [rule_id]).full()).to_pylist()[0]
    return found


@pytest.mark.parametrize(("microseconds", "target_s"), [(-1, None), (0, 4 * 3600.0), (1, 4 * 3600.0)])
def test_a_due_time_at_the_end_of_the_target_leaves_the_target(microseconds: int, target_s: float | None) -> None:
    due_at = START + timedelta(hours=4, minutes=60, microseconds=microseconds)  # an hour at noon does not count
    row = {"promise_at": START, "promise_due_at": due_at, "fulfilled_at": START + timedelta(hours=6)}
    found = full_row("k.due_or", row, [], START + timedelta(days=1))
    assert (found["target_s"], found["due_at"]) == (target_s, min(due_at, START + timedelta(hours=5)))


def test_a_conflict_in_one_opportunity_of_several_is_one_of_the_verdict() -> None:
    names = ("hold_request", "hold_refusal", "hold_start", "hold_end")
    held = [{"type": name, "at": START + timedelta(minutes=place)} for place, name in enumerate(names)]
    again = {"type": "hold_start", "at": START + timedelta(hours=2)}
    found = full_row("k.first_each", {"priority": "high"}, [*held, again], START + timedelta(days=4))
    assert (found["outcome"], found["opportunities"], found["conflict"]) == ("unknown", 2, True)


@pytest.mark.parametrize(("seconds", "due"), [(-1, None), (0, None), (1, timedelta(hours=3))])
def test_a_target_that_is_used_up_as_an_endless_pause_begins_has_no_due_time(
    seconds: int, due: timedelta | None
) -> None:
    row = {"received_at": START, "waiting_started_at": START + timedelta(hours=3, seconds=seconds)}
    found = full_row("k.paused", row, [], START + timedelta(hours=5))
    assert found["reason"] == ("overdue" if due else "clock_paused")
    assert found["due_at"] == (START + due if due else None)


def test_a_notice_that_came_too_late_is_the_first_after_the_gap() -> None:
    spans = [(1, 2), (2, 3), (4, 8)]  # the first begins as the grace is over
    events = [
        {"type": "autoreply_active", "at": START + timedelta(hours=begin), "until": START + timedelta(hours=end)}
        for begin, end in spans
    ]
    row = {"absence_started_at": START, "absence_ended_at": START + timedelta(hours=8)}
    found = full_row("k.notice", row, events, START + timedelta(days=1))
    assert (found["reason"], found["decided_at"]) == ("not_in_force", START + timedelta(hours=4))


def test_a_target_that_is_used_up_as_a_pause_begins_is_due_then_and_late_after_it() -> None:
    pause = {"waiting_started_at": START + timedelta(hours=3), "waiting_ended_at": START + timedelta(hours=4)}
    row = {"received_at": START, **pause, "responded_at": START + timedelta(hours=4, seconds=1)}
    found = full_row("k.paused_elapsed", row, [], START + timedelta(hours=5))
    assert (found["due_at"], found["late_after"]) == (START + timedelta(hours=3), START + timedelta(hours=4))
    assert (found["reason"], found["late_by_s"]) == ("late", 1)
