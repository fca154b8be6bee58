"""Deadlines of records with one start and one answer: kinds/deadline.py for nearly all rows, in few passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from servstd.columns.arrays import Bools, FieldColumn, Ints
from servstd.columns.columns import Columns
from servstd.columns.decision import Decision
from servstd.columns.durations import durations_of
from servstd.columns.events import Single, answer_to, any_seen, single
from servstd.columns.instants import Instants
from servstd.columns.limits import limits_of
from servstd.columns.seen import seen_of
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.units import Clock, Duration

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.terms.event_ref import EventRef
    from servstd.terms.target import Target

_OPEN_CLOCKS = (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)


def single_deadline(check: Any, columns: Columns) -> Decision:
    """One start and the first answer from it on; whatever else there may be is left."""
    decision = Decision(columns)
    start = _started(decision, check.from_, check.automated_counts)
    untracked(decision, check.to)
    if not _is_plain(check, columns):
        return decision
    for ref in (check.released_by, *(pause.from_ for pause in check.pauses)):
        if ref is not None:
            decision.leave(any_seen(ref, columns))
    answer, is_early = _answer(check, columns, start)
    decision.leave(answer.is_unsure)
    if check.same is not None:
        decision.leave(answer.is_there | is_early)
    limits = _Limits(decision, start.at)
    if check.due is None:
        limits.under(check.within)
    else:
        limits.until(_own_due(check, columns))
    decision.settle(answer.is_there & (answer.at <= limits.at), PASS, "in_time")
    decision.settle(answer.is_there, FAIL, "late")
    if decision.todo.any():
        is_over = limits.at < columns.as_of
        decision.settle(is_over & is_early, UNKNOWN, "end_before_start")
        is_silent = check.trust_silence is False and not columns.is_complete(check.to.types)
        decision.settle(is_over, *((UNKNOWN, "no_such_event") if is_silent else (FAIL, "overdue")))
        limits.settle_not_started()
        decision.settle_rest(PENDING, "clock_running")
    return decision


def _is_plain(check: Any, columns: Columns) -> bool:
    """True for one target, written down or in a table, or a due time that the start itself says."""
    calendars = columns.calendars.calendars
    # a strict calendar: the scalar check also asks for the time used, which may raise
    if not calendars or any(one.schedule.is_strict for one in calendars) or check.cycles in ("sum", "longest"):
        return False
    if check.due is None:
        return check.within.field is None
    return check.within is None and check.moved_by is None and _own_due(check, columns) is not None


def _own_due(check: Any, columns: Columns) -> FieldColumn | None:
    """The due times that single starts of one type say, where all are instants."""
    event = columns.base.event(check.from_.types[0])
    if check.due.event is not None or len(check.from_.types) > 1 or event is None:
        return None
    column = event.attributes.get(check.due.attribute)
    return column if column is not None and isinstance(column.values, Instants) else None


def _started(decision: Decision, ref: EventRef, automated_counts: bool) -> Single:
    """The one start of each row; rows without one are settled."""
    columns = decision.columns
    start = single(ref, columns, automated_counts)
    decision.leave(start.is_unsure)
    has_none = decision.todo & ~start.is_there
    if has_none.any():
        if not columns.is_tracked(ref.types):
            decision.leave(has_none & any_seen(ref, columns))
            decision.settle(has_none, UNKNOWN, "event_not_tracked")
        decision.settle(has_none & columns.begins_with(ref.types), UNKNOWN, "no_such_event")
        decision.settle(has_none, NOT_APPLICABLE, "no_opportunity")
    return start


def _answer(check: Any, columns: Columns, start: Single) -> tuple[Single, Bools]:
    """The answer to each start, and the rows in which the only event like one came before the start: that is none."""
    answer = answer_to(check.from_, check.to, columns, check.automated_counts)
    events = [] if answer.is_unsure is columns.nowhere else seen_of(check.to, columns, check.automated_counts)
    if len(events) != 1 or check.to.is_this:
        return answer, columns.nowhere
    is_early = columns.of_batch(events[0].is_hit) & (answer.at < start.at)
    return Single(answer.at, answer.is_there & ~is_early, answer.is_unsure & ~is_early), is_early


def untracked(decision: Decision, ref: EventRef) -> None:
    """Nothing is known where the source can not give the event; where it was seen all the same, rows are left."""
    columns = decision.columns
    if not columns.is_tracked(ref.types):
        decision.leave(any_seen(ref, columns))
        decision.settle_rest(UNKNOWN, "event_not_tracked")


class _Limits:
    """The last instant that passes, in each row that is still open."""

    def __init__(self, decision: Decision, starts: Ints) -> None:
        self.decision, self.starts, self.at = decision, starts, starts
        self._open_clocks: list[tuple[Ints, BusinessCalendar]] = []

    def until(self, due: FieldColumn | None) -> None:
        """The due times that starts say."""
        assert due is not None
        assert isinstance(due.values, Instants)
        codes = self.decision.columns.of_batch(due.codes)
        self.decision.settle(codes < 0, UNKNOWN, "missing_field")
        if len(due.values.us):
            self.at = due.values.us.take(np.maximum(codes, 0))

    def under(self, within: Target) -> None:
        """The limits under a target, or under the rows of a table of targets."""
        self.at = np.zeros(len(self.starts), np.int64)
        for duration, rows in self._targets(within):
            for own, calendar in self.decision.columns.calendars.among(rows):
                self._fill(own, duration, calendar)

    def _targets(self, within: Target) -> Iterator[tuple[Duration, Ints]]:
        decision = self.decision
        if within.duration is not None:
            yield within.duration, np.flatnonzero(decision.todo)
            return
        durations = durations_of(within, decision.columns)
        decision.leave(durations.is_unsure | (durations.number < 0))
        for duration, rows in durations.each():
            yield duration, rows[decision.todo[rows]]

    def _fill(self, rows: Ints, target: Duration, calendar: BusinessCalendar) -> None:
        try:
            limits = limits_of(self.starts.take(rows), target, calendar)
        except CalendarError:  # it never opens, or an instant lies too far off: the scalar check knows which row
            self.decision.todo[rows] = False
            return
        self.at[rows] = limits.late_after
        if limits.is_unsure.any():
            self.decision.todo[rows[limits.is_unsure]] = False
        if target.clock in _OPEN_CLOCKS:
            self._open_clocks.append((rows, calendar))

    def settle_not_started(self) -> None:
        """Of those that wait, the clocks that only start at an opening still ahead."""
        decision = self.decision
        is_ahead = np.zeros(len(self.at), np.bool_)
        for rows, calendar in self._open_clocks:
            waiting = rows[decision.todo[rows]]
            if len(waiting):
                is_ahead[waiting] = calendar.next_open_array(self.starts.take(waiting)) > decision.columns.as_of
        decision.settle(is_ahead, PENDING, "not_started")
