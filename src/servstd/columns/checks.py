"""The vector checks of the shipped kinds: each is the twin of the `check` of its kind, whose parameters it reads.

A vector check gives a code for each row, `LEFT` where it is not sure. What it decides must be what the scalar check
decides, outcome and reason, to the last row; tests/table holds both against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servstd.columns.columns import NO, OPEN, UNSURE, YES, Bools, Bytes, Columns, Ints
from servstd.columns.deadlines import deadlines
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.events import Single, any_seen, first_from, single
from servstd.columns.limits import limits_of
from servstd.columns.numbers import limits_kept
from servstd.columns.rest import then
from servstd.columns.truth import truths
from servstd.columns.windows import recorded
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.terms.event_ref import EventRef
    from servstd.terms.target import Target
    from servstd.units import Duration


def review_codes(columns: Columns) -> Bytes:
    """Records that a reviewer answered the rule on are left from the beginning, so nobody has here."""
    decision = Decision(columns)
    decision.settle(~columns.nowhere, UNKNOWN, "no_review")
    return decision.codes


def deadline_codes(check: Any, columns: Columns) -> Decided:
    """Single events at once; what they leave by all events of the record."""
    if not columns.are_single((*check.from_.types, *check.to.types)):
        return deadlines(check, columns)
    return then(_deadline(check, columns), columns, lambda rest: deadlines(check, rest))


def _deadline(check: Any, columns: Columns) -> Bytes:
    """One start and the first answer from it on; pauses, releases, sums and due times of records are left."""
    decision, calendar = Decision(columns), columns.calendar
    start = _started(decision, check.from_, check.automated_counts)
    _untracked(decision, check.to)
    if check.due is not None or check.cycles in ("sum", "longest") or calendar is None:
        return decision.codes
    if calendar.schedule.is_strict:  # the scalar check also asks for the time used, which may raise
        return decision.codes
    for ref in (check.released_by, *(pause.from_ for pause in check.pauses)):
        if ref is not None:
            decision.leave(any_seen(ref, columns))
    late_after = _limits(decision, start.at, check.within, calendar)
    answer = first_from(check.to, start.at, columns, check.automated_counts)
    decision.leave(answer.is_unsure)
    if check.same is not None:
        decision.leave(answer.is_there)
    decision.settle(answer.is_there & (answer.at <= late_after.at), PASS, "in_time")
    decision.settle(answer.is_there, FAIL, "late")
    is_over = late_after.at < columns.as_of
    if check.trust_silence is False and not columns.is_complete(check.to.types):
        decision.settle(is_over, UNKNOWN, "no_such_event")
    decision.settle(is_over, FAIL, "overdue")
    decision.settle(late_after.starts > columns.as_of, PENDING, "not_started")
    decision.settle(decision.todo, PENDING, "clock_running")
    return decision.codes


def _started(decision: Decision, ref: EventRef, automated_counts: bool) -> Single:
    """The one start of each row; rows without one are settled."""
    start = single(ref, decision.columns, automated_counts)
    decision.leave(start.is_unsure)
    _without_start(decision, ref, ~start.is_there)
    return start


def _without_start(decision: Decision, ref: EventRef, where: Bools) -> None:
    """The start was not seen, and none is ahead."""
    columns = decision.columns
    if not (where & decision.todo).any():
        return
    if not columns.is_tracked(ref.types):
        decision.leave(where & any_seen(ref, columns))
        decision.settle(where, UNKNOWN, "event_not_tracked")
    decision.settle(where & columns.begins_with(ref.types), UNKNOWN, "no_such_event")
    decision.settle(where, NOT_APPLICABLE, "no_opportunity")


def _untracked(decision: Decision, ref: EventRef) -> None:
    columns = decision.columns
    if not columns.is_tracked(ref.types):
        decision.leave(any_seen(ref, columns))
        decision.settle(decision.todo, UNKNOWN, "event_not_tracked")


class _Limits:
    """When the clock began, and the last instant that passes."""

    def __init__(self, starts: Ints) -> None:
        self.at, self.starts = starts.copy(), starts.copy()

    def fill(self, decision: Decision, where: Bools, target: Duration, calendar: BusinessCalendar) -> None:
        """The limits of the rows to which this target applies."""
        begins = self.starts[where]
        try:
            is_open_clock = target.clock.name.startswith("BUSINESS") and len(begins) > 0
            openings = calendar.next_open_array(begins) if is_open_clock else None
            limits = limits_of(begins, target, calendar, openings)
            self.starts[where] = begins if openings is None else openings
        except CalendarError:  # it never opens, or an instant lies too far off: the scalar check knows which row
            decision.leave(where)
            return
        self.at[where] = limits.late_after
        is_unsure = np.zeros(len(where), np.bool_)
        is_unsure[where] = limits.is_unsure
        decision.leave(is_unsure)


def _limits(decision: Decision, starts: Ints, within: Target, calendar: BusinessCalendar) -> _Limits:
    """The limits under a target, or under the rows of a table of targets."""
    limits, columns = _Limits(starts), decision.columns
    if within.field is not None:
        decision.leave(decision.todo)
        return limits
    rows = ((None, within.duration),) if within.duration is not None else within.rows
    rest = decision.todo.copy()
    for condition, duration in rows:
        answer = np.full(columns.count, YES) if condition is None else truths(condition, columns, columns.count)
        decision.leave(rest & (answer == UNSURE))
        where = rest & decision.todo & (answer == YES)
        rest &= ~where
        limits.fill(decision, where, duration, calendar)
    return limits


def limit_codes(check: Any, columns: Columns) -> Bytes:
    """A number within bounds."""
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
    decision.settle(answer == OPEN, UNKNOWN, "missing_field")
    decision.settle(answer == YES, PASS, "limit_kept")
    decision.settle(answer == NO, FAIL, "limit_broken")
    return decision.codes


def recorded_codes(check: Any, columns: Columns) -> Decided:
    """Single events anywhere at once; whatever they leave, windows and fields, by all events of the record."""
    is_simple = check.event is not None and not check.event.is_this and check.with_ is None and check.same is None
    if not is_simple or check.from_ is not None or check.until is not None or check.within is not None:
        return recorded(check, columns)
    if not columns.are_single(check.event.types):
        return recorded(check, columns)
    return then(_recorded(check, columns), columns, lambda rest: recorded(check, rest))


def _recorded(check: Any, columns: Columns) -> Bytes:
    """An event that is certainly there, or certainly proves nothing."""
    decision, event = Decision(columns), check.event
    hit = single(event, columns)
    decision.settle(hit.is_there & ~hit.is_unsure, *((FAIL, "happened") if check.never else (PASS, "done")))
    decision.leave(any_seen(event, columns))
    if not columns.is_tracked(event.types):
        decision.settle(decision.todo, UNKNOWN, "event_not_tracked")
    if not (check.trust_silence or columns.is_complete(event.types)):
        decision.settle(decision.todo, UNKNOWN, "no_such_event")
    return decision.codes
