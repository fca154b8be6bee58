"""Asked, answered and agreed before an act, for a whole batch: kinds/permission.py a column at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from servstd.columns.anchors import Bound, position_of_first, start_bound
from servstd.columns.arrays import Bools, Bytes, Ints
from servstd.columns.columns import Columns
from servstd.columns.decision import Decision
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.timeline import FIRST
from servstd.outcome import FAIL, PASS, UNKNOWN
from servstd.terms.anchor import Anchor
from servstd.terms.event_ref import EventRef


def permissions(check: Any, columns: Columns) -> Bytes:
    """The window of each act: from the act before it, or from the last `from` event, up to the act."""
    decision = Decision(columns)
    act = position_of_first(check.act, columns)
    start = start_bound(check.from_ or Anchor("previous"), columns)
    decision.leave(act.is_unsure | start.is_unsure)
    decision.settle(~act.is_there, UNKNOWN, "no_such_event")
    asked = Before(check.asked, decision, start, act)
    agreed, refused = Before(check.agreed, decision, start, act), Before(check.refused, decision, start, act)
    is_answered = agreed.is_there | refused.is_there
    if check.needs == "asked":
        decision.settle(asked.is_there | is_answered, PASS, "done")
        _not_asked(check, decision, decision.todo.copy())
        return decision.codes
    if check.needs == "answered":
        decision.settle(is_answered, PASS, "answered")
    decision.settle(is_answered & agreed.is_at_or_after(refused), PASS, "agreed")
    decision.settle(is_answered, FAIL, "refused")
    decision.settle(_is_agreed_after(check, columns, act), FAIL, "late")
    _not_asked(check, decision, ~asked.is_there)
    _not_answered(check, decision)
    return decision.codes


class Before:
    """The last event of a reference between the start and the act of each row."""

    def __init__(self, ref: EventRef | None, decision: Decision, start: Bound, act: Bound) -> None:
        columns, record = decision.columns, decision.columns.record
        self.at: Ints = np.full(columns.count, FIRST)
        self.fine: Ints = np.full(columns.count, FIRST)
        self.is_there: Bools = columns.nowhere
        if ref is None:
            return
        matched = meant(ref, columns)
        decision.leave(columns.of_batch(matched.is_unsure))
        events = matched.sure
        low = events.first_from(record, start.at, start.fine + 1)
        low = np.where(start.is_there & start.is_placed, low, events.first(record))
        high = events.first_from(record, act.at, act.fine)
        self.is_there = high > low
        self.at = events.instants(np.maximum(high - 1, 0), self.is_there, FIRST)
        self.fine = events.fines(np.maximum(high - 1, 0), self.is_there, FIRST)

    def is_at_or_after(self, other: Before) -> Bools:
        """Rows in which this is there, and the other is not later."""
        is_later = (other.at > self.at) | ((other.at == self.at) & (other.fine > self.fine))
        found: Bools = self.is_there & ~is_later
        return found


def _is_agreed_after(check: Any, columns: Columns, act: Bound) -> Bools:
    """Rows in which the yes is logged after the act and can belong to no later one."""
    if check.agreed is None:
        return columns.nowhere
    events = meant(check.agreed, columns).sure
    is_after = events.first_from(columns.record, act.at, act.fine + 1) < events.end(columns.record)
    has_next = columns.nowhere if columns.this is None else columns.this.beside(1)[1]
    return is_after & ~has_next


def _not_asked(check: Any, decision: Decision, where: Bools) -> None:
    """Neither asked nor answered: a fail only when the log is complete for all that could show it."""
    refs = [ref for ref in (check.asked, check.agreed) if ref is not None]
    if all(_is_proof(check, ref, decision.columns) for ref in refs):
        decision.settle(where, FAIL, "not_asked")
    _undecided(decision, refs, where)


def _not_answered(check: Any, decision: Decision) -> None:
    refs = [ref for ref in (check.agreed, check.refused) if ref is not None]
    if all(_is_proof(check, ref, decision.columns) for ref in refs):
        decision.settle_rest(FAIL, "not_answered")
    _undecided(decision, refs, decision.todo.copy())


def _is_proof(check: Any, ref: EventRef, columns: Columns) -> bool:
    return bool(check.trust_silence) or ref.is_this or columns.is_complete(ref.types)


def _undecided(decision: Decision, refs: list[EventRef], where: Bools) -> None:
    can_be = decision.columns.nowhere
    for ref in refs:
        can_be = can_be | can_be_seen(ref, decision.columns)
    decision.settle(where & can_be, UNKNOWN, "no_such_event")
    decision.settle(where, UNKNOWN, "event_not_tracked")
