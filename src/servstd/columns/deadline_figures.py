"""Figures of deadlines: what kinds/deadline.py puts into its findings, a row a start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.columns.agreement import Sayings
from servstd.columns.answers import Answers, Starts, answers_to, first_release, starts_of
from servstd.columns.arrays import YES, Bools, Bytes, Ints
from servstd.columns.codes import LEFT
from servstd.columns.columns import Columns
from servstd.columns.deadlines import conclude, pauses_of, started
from servstd.columns.decision import Decision
from servstd.columns.due import Due, due_of
from servstd.columns.durations import durations_of
from servstd.columns.figures import LEAN_FAIL, Figures, Warned, at_risk, has, rolled
from servstd.columns.matching import can_be_seen, match_of, meant
from servstd.columns.owed_periods import counted
from servstd.columns.paused_limits import paused_limits, used_up
from servstd.columns.roll_up import NEVER
from servstd.columns.stretches import Stretches
from servstd.columns.view import View
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.terms.event_ref import EventRef
from servstd.terms.warning import Warn
from servstd.units import Clock, Duration

_OPEN_CLOCKS = (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)


def deadline_figures(check: Any, columns: Columns, codes: Bytes, warn: Sequence[Warn]) -> Figures:
    """The figures of every start, rolled up. Sums and the longest exchange are left, and strict calendars."""
    found = Figures(np.full(columns.count, LEFT, np.uint8))
    calendar = columns.calendar
    if check.cycles in ("sum", "longest") or calendar is None or calendar.schedule.is_strict:
        return found
    decision = Decision(columns)
    matched = started(decision, check.from_, check.automated_counts)
    with_start(found, decision, check.from_, check.automated_counts)
    rows = np.flatnonzero(decision.todo)
    if not len(rows):
        return found
    to = meant(check.to, columns, check.automated_counts)
    decision.leave(to.is_unsure[columns.record])
    pauses = pauses_of(check, decision)
    same = None if check.same is None else Sayings(check.same, columns)
    if same is not None and not same.is_plain:
        return found
    rows = np.flatnonzero(decision.todo)
    is_tracked = can_be_seen(check.to, columns)[rows]
    _put_untracked(found, columns, starts_of(columns, matched, rows[~is_tracked], "first"))
    rows = rows[is_tracked]
    starts = starts_of(columns, matched, rows, check.cycles)
    parts = _Parts(check, columns, starts, pauses, calendar)
    parts.decide(answers_to(starts, to, same), same)
    whole = rolled(starts.owner, parts.figures(warn), columns.codes, columns.count)
    found.put_rows(rows, whole.take(rows))
    return found


def with_start(found: Figures, decision: Decision, ref: EventRef, automated_counts: bool = False) -> None:
    """What was settled as there is no start: only one ahead says when."""
    columns, known = decision.columns, decision.columns.codes
    found.codes[:] = decision.codes
    rows = np.flatnonzero(found.codes == known.of(PENDING, "not_started"))
    if len(rows):
        found.put("received", rows, _ahead(ref, columns, automated_counts)[columns.record[rows]])


def _ahead(ref: EventRef, columns: Columns, automated_counts: bool) -> Ints:
    """The first of the events of each record that are still ahead."""
    first = np.full(columns.base.count, NEVER, np.int64)
    for name in ref.types:
        events = columns.events(name)
        if events is not None:
            places = np.flatnonzero((events.at > columns.as_of) & (match_of(ref, events, automated_counts) == YES))
            np.minimum.at(first, events.row[places], events.at[places])
    return first


def _put_untracked(found: Figures, columns: Columns, starts: Starts) -> None:
    """Nothing could show an answer: what is known is the start."""
    if len(starts.owner):
        found.codes[starts.owner] = columns.codes.of(UNKNOWN, "event_not_tracked")
        found.put("received", starts.owner, starts.at)


class _Parts:
    """Each start with its limit and its answer."""

    def __init__(
        self, check: Any, columns: Columns, starts: Starts, pauses: Stretches | None, calendar: BusinessCalendar
    ) -> None:
        self.check, self.columns, self.starts, self.pauses, self.calendar = check, columns, starts, pauses, calendar
        self.decision = Decision(View(columns, starts.owner))
        self.begins, self.due, self.late_after = starts.at.copy(), starts.at.copy(), starts.at.copy()
        self.target = np.full(len(starts.at), NEVER, np.int64)
        self.clocks: list[tuple[Duration, Ints]] = []
        self.is_own = np.zeros(len(starts.at), np.bool_)
        self.is_set = np.zeros(len(starts.at), np.bool_)

    @property
    def is_paused(self) -> Bools:
        """Starts whose clock an endless pause holds."""
        found: Bools = self.late_after == NEVER
        return found

    def decide(self, answers: Answers, same: Sayings | None) -> None:
        """The limit of each, and what came of it."""
        self.answers, self.same = answers, same
        decision, check = self.decision, self.check
        due = None if check.due is None else due_of(check.due, check.moved_by, self.starts, decision)
        if check.within is not None:
            durations = durations_of(check.within, self.columns).take(self.starts.owner)
            decision.leave(durations.is_unsure)
            decision.settle(durations.number < 0, UNKNOWN, "missing_field")
            for duration, rows in durations.each():
                self._fill(duration, rows[decision.todo[rows]])
        elif due is not None:
            decision.settle(due.is_absent, NOT_APPLICABLE, "no_opportunity")
            decision.settle(due.is_missing, UNKNOWN, "missing_field")
        if due is not None:
            self._take_own(due)
        self.is_set = decision.todo.copy()
        conclude(check, decision, self, answers, same)

    def _fill(self, duration: Duration, rows: Ints) -> None:
        if not len(rows):
            return
        at, record, clock = self.starts.at[rows], self.starts.record[rows], duration.clock
        try:
            limits = paused_limits(at, record, duration, self.calendar, self.pauses)
            begins = self.calendar.next_open_array(at) if clock in _OPEN_CLOCKS else at
            due = limits.late_after
            if duration.is_time and (self.pauses is not None or clock is Clock.BUSINESS_TIME):
                due = used_up(begins, record, duration, self.calendar, self.pauses)
        except CalendarError:  # the scalar clock says for which row
            self.decision.todo[rows] = False
            return
        self.begins[rows], self.due[rows], self.late_after[rows] = begins, due, limits.late_after
        self.target[rows] = duration.amount if duration.is_time else NEVER
        self.decision.todo[rows[limits.is_unsure]] = False
        self.clocks.append((duration, rows))

    def _take_own(self, due: Due) -> None:
        """The due time of the record, where it is the earlier one; with a target not one before the start."""
        is_own = ~due.is_absent & ~due.is_missing
        if self.check.within is not None:
            is_own &= (due.at >= self.starts.at) & (due.at < self.due)
        self.due[is_own], self.late_after[is_own], self.target[is_own] = due.at[is_own], due.at[is_own], NEVER
        self.is_own = is_own

    def figures(self, warn: Sequence[Warn]) -> Figures:
        """The figures of each start."""
        found = Figures(self.decision.codes)
        try:
            self._put(found, warn)
        except CalendarError:
            found.codes[:] = LEFT
        return found

    def _put(self, found: Figures, warn: Sequence[Warn]) -> None:
        known, own, is_set = self.columns.codes, found.codes, self.is_set
        is_absent = own == known.of(NOT_APPLICABLE, "no_opportunity")
        found.put("received", ~is_absent, self.starts.at[~is_absent])
        is_held = own == known.of(PENDING, "clock_paused")
        for name, values in (
            ("started", self.begins),
            ("due", np.where(is_held, NEVER, self.due)),
            ("late_after", self.late_after),
            ("target", self.target),
        ):
            found.put(name, is_set, values[is_set])
        is_done = has(found, known, PASS, "in_time") | has(found, known, FAIL, "late")
        found.put("decided", is_done, self.answers.at[is_done])
        self._put_released(found)
        is_timed = is_done | (is_set & ~has(found, known, NOT_APPLICABLE) & ~has(found, known, UNKNOWN, "ambiguous"))
        self._put_elapsed(found, np.where(is_done, self.answers.at, self.columns.as_of), is_timed)
        found.lean[has(found, known, UNKNOWN, "no_such_event")] = LEAN_FAIL
        if warn:
            self._put_risk(found, warn)

    def _put_released(self, found: Figures) -> None:
        rows = np.flatnonzero(has(found, self.columns.codes, NOT_APPLICABLE, "released"))
        if len(rows):
            released_by = meant(self.check.released_by, self.columns, True)
            found.put("decided", rows, first_release(self.starts, released_by, self.same)[0][rows])

    def _put_elapsed(self, found: Figures, end: Ints, is_timed: Bools) -> None:
        """Time used up to an instant: on the target's clock, in open time for days, in real time for a due time."""
        used = np.zeros(len(end), np.int64)
        for clock, rows in self._by_clock():
            rows = rows[is_timed[rows]]
            record = self.starts.record[rows]
            used[rows] = counted(self.begins[rows], end[rows], clock, self.calendar, record, self.pauses)
        found.put("elapsed", is_timed, used[is_timed])
        is_late = has(found, self.columns.codes, FAIL)
        late_by = np.where(
            self.is_own, end - self.late_after, np.where(self.target == NEVER, NEVER, used - self.target)
        )
        found.put("late_by", is_late, late_by[is_late])

    def _by_clock(self) -> list[tuple[Clock, Ints]]:
        timed = [(one.clock, rows[~self.is_own[rows]]) for one, rows in self.clocks]
        return [*timed, (Clock.ELAPSED_TIME, np.flatnonzero(self.is_own))]

    def _put_risk(self, found: Figures, warn: Sequence[Warn]) -> None:
        is_waiting = has(found, self.columns.codes, PENDING) & ~self.is_paused & self.is_set
        for clock, rows in self._by_clock():
            rows = rows[is_waiting[rows]]
            if len(rows):
                of = Warned(self.begins[rows], self.due[rows], self.late_after[rows], clock)
                found.is_at_risk[rows] = at_risk(warn, of, self.columns.as_of, self.calendar)
