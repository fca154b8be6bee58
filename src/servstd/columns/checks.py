"""The vector checks of the shipped kinds: each is the twin of the `check` of its kind, whose parameters it reads.

A vector check gives a code for each row, `LEFT` where it is not sure. What it decides must be what the scalar check
decides, outcome and reason, to the last row; tests/table holds both against each other.
"""

from __future__ import annotations

from typing import Any

from servstd.columns.columns import NO, YES, Bytes, Columns
from servstd.columns.deadlines import deadlines
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.events import any_seen, single
from servstd.columns.numbers import elapsed_kept, limits_kept
from servstd.columns.rest import reopened
from servstd.columns.single_deadlines import single_deadline, untracked
from servstd.columns.windows import recorded
from servstd.outcome import FAIL, PASS, UNKNOWN


def review_codes(columns: Columns) -> Bytes:
    """Records that a reviewer answered the rule on are left from the beginning, so nobody has here."""
    decision = Decision(columns)
    decision.settle_rest(UNKNOWN, "no_review")
    return decision.codes


def deadline_codes(check: Any, columns: Columns) -> Decided:
    """Single events at once; what they leave by all events of the record."""
    if not columns.are_single((*check.from_.types, *check.to.types)):
        return deadlines(check, columns)
    return reopened(single_deadline(check, columns), lambda rest: deadlines(check, rest))


def limit_codes(check: Any, columns: Columns) -> Bytes:
    """A number within bounds."""
    if check.of.elapsed is not None:
        return elapsed_kept(check, columns).codes
    is_simple = check.of.field is not None and check.for_every is None
    return _limit(check, columns) if is_simple else limits_kept(check, columns).codes


def _limit(check: Any, columns: Columns) -> Bytes:
    """A number of a field, with fixed bounds: asked once a value."""
    decision = Decision(columns)
    low, high = check.at_least, check.at_most

    def is_kept(value: object) -> bool | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return (low is None or value >= low) and (high is None or value <= high)

    answer = columns.field(check.of.field).ask(is_kept)
    decision.settle(answer == YES, PASS, "limit_kept")
    decision.settle(answer == NO, FAIL, "limit_broken")
    decision.settle_rest(UNKNOWN, "missing_field")
    return decision.codes


def recorded_codes(check: Any, columns: Columns) -> Decided:
    """Single events at once; whatever they leave, other windows and fields, by all events of the record."""
    if not _is_simple(check, columns):
        return recorded(check, columns)
    return reopened(_recorded(check, columns), lambda rest: recorded(check, rest))


def _is_simple(check: Any, columns: Columns) -> bool:
    """True for a single event anywhere, or until another one."""
    is_other = check.event is None or check.event.is_this or check.with_ is not None or check.same is not None
    if is_other or check.from_ is not None or check.within is not None:
        return False
    until = () if check.until is None else (None,) if check.until.event is None else check.until.event.types
    return None not in until and columns.are_single((*check.event.types, *until))


def _recorded(check: Any, columns: Columns) -> Decision:
    """An event that is certainly there, or certainly proves nothing."""
    decision, event = Decision(columns), check.event
    hit = single(event, columns)
    is_inside = hit.is_there
    if check.until is not None:
        until = single(check.until.event, columns)
        decision.leave(until.is_unsure)
        is_inside = hit.is_there & ~(until.is_there & (hit.at > until.at))
    decision.settle(is_inside & ~hit.is_unsure, *((FAIL, "happened") if check.never else (PASS, "done")))
    decision.leave(any_seen(event, columns))
    is_proof = bool(check.trust_silence) or columns.is_complete(event.types)
    if check.until is None or not is_proof:  # where silence is proof, a window that is still open comes first
        untracked(decision, event)
    if not is_proof:
        decision.settle_rest(UNKNOWN, "no_such_event")
    return decision
