"""Deadlines with any number of starts and answers in a record: kinds/deadline.py, a row a start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from servstd.columns.agreement import Sayings
from servstd.columns.answers import Answers, Starts, answers_to, first_release, starts_of
from servstd.columns.arrays import Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.due import Due, due_of
from servstd.columns.durations import Durations, durations_of
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.paused_limits import paused_limits
from servstd.columns.roll_up import NEVER, Parts
from servstd.columns.stretches import Stretches, stretches_of
from servstd.columns.timeline import Matched
from servstd.columns.view import View
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.terms.event_ref import EventRef
from servstd.units import Clock

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar


def deadlines(check: Any, columns: Columns) -> Decided:
    """Every start, or the one that `cycles` names, by itself; sums and the longest exchange are left."""
    decision = Decision(columns)
    # a strict calendar: the scalar check also asks for the time used, which may raise
    if check.cycles in ("sum", "longest") or not columns.calendars.are_plain:
        return decision.decided
    matched = started(decision, check.from_, check.automated_counts)
    decision.settle(~can_be_seen(check.to, columns), UNKNOWN, "event_not_tracked")
    to = meant(check.to, columns, check.automated_counts)
    decision.leave(columns.of_batch(to.is_unsure))
    pauses = pauses_of(check, decision)
    same = None if check.same is None else Sayings(check.same, columns)
    rows = np.flatnonzero(decision.todo)
    if not len(rows) or (same is not None and not same.is_plain):
        return decision.decided
    starts = starts_of(columns, matched, rows, check.cycles)
    parts = Decision(View(columns, starts.owner))
    clock = _Clock(parts, starts, pauses)
    clock.set(check, durations_of(check.within, columns).take(starts.owner) if check.within is not None else None)
    conclude(check, parts, clock, answers_to(starts, to, same), same)
    late_after = np.where(clock.is_paused, NEVER, clock.late_after)
    found = Parts(starts.owner, parts.codes, late_after, is_timed=True).rolled(columns.codes, columns.count)
    return decision.with_rest(found)


def started(decision: Decision, ref: EventRef, automated_counts: bool = False) -> Matched:
    """The starts of each row; rows without one are settled."""
    columns = decision.columns
    matched = meant(ref, columns, automated_counts)
    decision.leave(columns.of_batch(matched.is_unsure))
    has_none = columns.of_batch(matched.sure.amount) == 0
    if (has_none & decision.todo).any():
        decision.settle(has_none & columns.of_batch(matched.is_ahead), PENDING, "not_started")
        decision.settle(has_none & ~can_be_seen(ref, columns), UNKNOWN, "event_not_tracked")
        decision.settle(has_none & columns.begins_with(ref.types), UNKNOWN, "no_such_event")
        decision.settle(has_none, NOT_APPLICABLE, "no_opportunity")
    return matched


def pauses_of(check: Any, decision: Decision) -> Stretches | None:
    """The spans in which the clock of each record stands still."""
    if not check.pauses:
        return None
    pauses = stretches_of(check.pauses, decision.columns)
    decision.leave(pauses.is_unsure[decision.columns.record])
    return pauses


class Timed(Protocol):
    """Starts with the limit of each."""

    @property
    def starts(self) -> Starts: ...

    @property
    def begins(self) -> Ints: ...

    @property
    def late_after(self) -> Ints: ...

    @property
    def is_paused(self) -> Bools: ...


class _Clock:
    """When the clock of each start begins to run, and the last instant that passes."""

    def __init__(self, decision: Decision, starts: Starts, pauses: Stretches | None) -> None:
        self.decision, self.starts, self.pauses = decision, starts, pauses
        self.begins, self.late_after = starts.at.copy(), starts.at.copy()
        self.is_paused: Bools = np.zeros(len(starts.owner), np.bool_)

    def set(self, check: Any, within: Durations | None) -> None:
        """The limits under a target, a due time, or both."""
        due = None if check.due is None else due_of(check.due, check.moved_by, self.starts, self.decision)
        if within is not None:
            self.decision.leave(within.is_unsure)
            self.decision.settle(within.number < 0, UNKNOWN, "missing_field")
            for duration, rows in within.each():
                self._fill(duration, rows)
            if due is not None:
                self._take_earlier(due)
        elif due is not None:
            self.decision.settle(due.is_absent, NOT_APPLICABLE, "no_opportunity")
            self.decision.settle(due.is_missing, UNKNOWN, "missing_field")
            self.late_after = due.at

    def _fill(self, duration: Any, rows: Ints) -> None:
        rows, calendars = rows[self.decision.todo[rows]], self.decision.columns.calendars
        if duration.clock is Clock.ELAPSED_TIME:  # which is the same on every calendar
            self._fill_on(calendars.calendars[0], duration, rows)
            return
        for own, calendar in calendars.among(rows):
            self._fill_on(calendar, duration, own)

    def _fill_on(self, calendar: BusinessCalendar, duration: Any, rows: Ints) -> None:
        at = self.starts.at[rows]
        try:
            limits = paused_limits(at, self.starts.record[rows], duration, calendar, self.pauses)
            if duration.clock in (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS):
                self.begins[rows] = calendar.next_open_array(at)
        except CalendarError:  # it never opens, or an instant lies too far off: the scalar check knows which row
            self.decision.todo[rows] = False
            return
        self.late_after[rows] = limits.late_after
        self.is_paused[rows] = limits.late_after == NEVER
        self.decision.todo[rows[limits.is_unsure]] = False

    def _take_earlier(self, due: Due) -> None:
        """The earlier of target and due time holds, one before the start left out.

        A target is used up at a closing, and passes until the next opening: between these the scalar check decides.
        """
        has_due = ~due.is_absent & ~due.is_missing & (due.at >= self.starts.at)
        self.decision.leave(has_due & self.is_paused)
        is_less = has_due & (due.at < self.late_after)
        if is_less.any():
            self.decision.leave(is_less & ~self._is_used_up_at_limit())
        self.late_after = np.where(is_less, due.at, self.late_after)

    def _is_used_up_at_limit(self) -> Bools:
        """Limits before which the office is open: the last passing instant is the due time too."""
        found = np.zeros(len(self.late_after), np.bool_)
        for rows, calendar in self.decision.columns.calendars.among(np.arange(len(found))):
            try:
                found[rows] = calendar.is_open_array(self.late_after[rows] - 1)
            except CalendarError:
                found[rows] = False
        return found


def conclude(check: Any, parts: Decision, clock: Timed, answers: Answers, same: Sayings | None) -> None:
    """Released, done, or still to be done."""
    as_of, late_after, starts = parts.columns.as_of, clock.late_after, clock.starts
    if check.released_by is not None:
        released_by = meant(check.released_by, parts.columns, True)
        parts.leave(released_by.is_unsure[starts.record])
        at, _, is_there = first_release(starts, released_by, same)
        is_first = ~answers.is_there | (at < answers.at)
        parts.settle(is_there & is_first & (clock.is_paused | (at <= late_after)), NOT_APPLICABLE, "released")
    is_in_time = answers.is_there & (clock.is_paused | (answers.at <= late_after))
    parts.settle(answers.is_unclear & ~is_in_time, UNKNOWN, "ambiguous")
    parts.settle(is_in_time, PASS, "in_time")
    parts.settle(answers.is_there, FAIL, "late")
    is_over = ~clock.is_paused & (late_after < as_of)
    parts.settle(answers.is_early(is_over & parts.todo), UNKNOWN, "end_before_start")
    if check.trust_silence is False and not parts.columns.is_complete(check.to.types):
        parts.settle(is_over, UNKNOWN, "no_such_event")
    parts.settle(is_over, FAIL, "overdue")
    parts.settle(clock.is_paused, PENDING, "clock_paused")
    parts.settle(clock.begins > as_of, PENDING, "not_started")
    parts.settle_rest(PENDING, "clock_running")
