"""Something in force for the whole of a span, for a whole batch: kinds/notice.py a column at a time.

A span is covered when no open time is left of it after that of the notices, back to back ones as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servstd.columns.arrays import YES, Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.deadlines import started
from servstd.columns.decision import Decision
from servstd.columns.durations import durations_of
from servstd.columns.items import NO_END, until_of
from servstd.columns.limits import limits_of
from servstd.columns.matching import can_be_seen, is_seen, meant
from servstd.columns.stretches import Stretches, stretches_from
from servstd.columns.timeline import Matched
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.terms.lasting import lasts_from

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar


def notices(check: Any, columns: Columns) -> Decision:
    """Whether the notices cover the open time of each span."""
    decision, record = Decision(columns), columns.record
    begins, ends, known = started(decision, check.from_), meant(check.to, columns), meant(check.event, columns)
    decision.leave(columns.of_batch(ends.is_unsure))
    decision.leave(columns.of_batch(known.is_unsure))
    calendar = columns.calendar
    if calendar is None or calendar.schedule.is_strict:
        return _left(decision)
    begin = begins.sure.instants(begins.sure.first(record), columns.of_batch(begins.sure.amount) > 0, 0)
    place = ends.sure.first_from(record, begin)
    is_over = place < ends.sure.end(record)
    end = ends.sure.instants(place, is_over, columns.as_of)
    try:
        _too_short(check, decision, begin, end, is_over, calendar)
        due = due_of(check, decision, begin, calendar)
        _settle(check, decision, _Span(due, end, is_over), known, calendar)
    except CalendarError:  # the scalar check says for which records
        return _left(decision)
    return decision


class _Span:
    """From when until when a notice must be in force, and whether that is over."""

    def __init__(self, due: Ints, end: Ints, is_over: Bools) -> None:
        self.due, self.end, self.is_over = due, np.maximum(due, end), is_over

    def uncovered(self, notices: Stretches, record: Ints, rows: Ints, calendar: BusinessCalendar) -> Ints:
        """The open time of some rows that no notice covers."""
        due, end = self.due[rows], self.end[rows]
        left = calendar.elapsed_array(due, end) if len(rows) else due
        for number in range(notices.most):
            some, begin, until = notices.each(number, record[rows])
            low = np.clip(begin, due[some], end[some])
            high = np.clip(until, low, end[some])
            if len(some):
                left[some] -= calendar.elapsed_array(low, high)
        return left


def _settle(check: Any, decision: Decision, span: _Span, known: Matched, calendar: BusinessCalendar) -> None:
    columns, record = decision.columns, decision.columns.record
    rows = np.flatnonzero(decision.todo)
    is_bare, may_be_bare = columns.nowhere.copy(), columns.nowhere.copy()
    for bare, where in ((is_bare, known.match == YES), (may_be_bare, None)):
        spans = in_force_of(known, where, columns.as_of)
        bare[rows] = span.uncovered(spans, record, rows, calendar) > 0
    decision.settle(~is_bare & span.is_over, PASS, "in_force")
    waits = decision.todo & ~is_bare
    if waits.any():  # when it would be bare is asked too, which a calendar that never opens can not say
        calendar.next_open_array(np.maximum(span.due[waits], columns.as_of))
    decision.settle(~is_bare, PENDING, "still_open")
    decision.settle(~may_be_bare, UNKNOWN, "missing_field")
    decision.settle(~can_be_seen(check.event, columns), UNKNOWN, "event_not_tracked")
    if not check.trust_silence and not columns.is_complete(check.event.types):
        decision.settle(~is_seen(check.event, columns), UNKNOWN, "no_such_event")
    decision.settle_rest(FAIL, "not_in_force")


def in_force_of(known: Matched, where: Bools | None, as_of: int) -> Stretches:
    """The spans of the notices; one without an end is in force to `as_of`."""
    until = np.full(len(known.row), NO_END, np.int64)
    for number, events in enumerate(known.types):
        mine = np.flatnonzero(known.source == number)
        until[mine] = until_of(events, known.index[mine])
    end = np.where(until == NO_END, as_of, np.minimum(until, as_of))
    rows = np.arange(len(known.row)) if where is None else np.flatnonzero(where)
    return stretches_from([(known.row[rows], known.at[rows], end[rows])], known.count, known.is_unsure)


def _too_short(
    check: Any, decision: Decision, begin: Ints, end: Ints, is_over: Bools, calendar: BusinessCalendar
) -> None:
    """Spans that have not lasted long enough: over, or still open."""
    if check.lasting is None:
        return
    rows = np.flatnonzero(decision.todo)
    begins, number = np.unique(begin[rows], return_inverse=True)
    found = [lasts_from(check.lasting, at, calendar) for at in begins.tolist()]
    enough = np.array([np.iinfo(np.int64).max if at is None else at for at in found], np.int64)
    is_short = decision.columns.nowhere.copy()
    is_short[rows] = enough[number] > end[rows]
    decision.settle(is_short & is_over, NOT_APPLICABLE, "too_short")
    # still open ones are judged too, to say when they will change
    decision.leave(is_short)


def due_of(check: Any, decision: Decision, begin: Ints, calendar: BusinessCalendar) -> Ints:
    """The instant from which the notice must be in force."""
    if check.grace is None:
        return begin
    durations, due = durations_of(check.grace, decision.columns), begin.copy()
    decision.leave(durations.is_unsure)
    decision.settle(durations.number < 0, UNKNOWN, "missing_field")
    for duration, rows in durations.each():
        rows = rows[decision.todo[rows]]
        if duration.amount and len(rows):
            limits = limits_of(begin[rows], duration, calendar)
            due[rows] = limits.late_after
            decision.todo[rows[limits.is_unsure]] = False
    return due


def _left(decision: Decision) -> Decision:
    decision.leave_rest()
    return decision
