"""Figures of the kinds that look at spans: gaps and periods of kinds/interval.py, and kinds/notice.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.columns.arrays import YES, Bytes, Ints
from servstd.columns.codes import LEFT
from servstd.columns.columns import Columns
from servstd.columns.deadline_figures import with_start
from servstd.columns.deadlines import started
from servstd.columns.decision import Decision
from servstd.columns.figures import LEAN_FAIL, Figures, Warned, at_risk, has, rolled
from servstd.columns.intervals import Gaps, gaps_of, judge_gaps
from servstd.columns.limits import LimitColumn
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.notices import due_of, in_force_of
from servstd.columns.owed_periods import Owed, counted, owed_periods
from servstd.columns.paused_limits import paused_limits, used_up
from servstd.columns.roll_up import NEVER
from servstd.columns.stretches import Stretches, stretches_of
from servstd.columns.timeline import Timeline
from servstd.columns.view import View
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.terms.warning import Warn
from servstd.units import Clock, Duration

_OPEN_CLOCKS = (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)
_NOT_JUDGED = ("bad_data", "not_configured", "check_error")
"""Why a rule could not be judged on a record at all: such a finding holds nothing else."""


def interval_figures(check: Any, columns: Columns, codes: Bytes, warn: Sequence[Warn]) -> Figures:
    """The figures of every gap, or of every period that is owed, rolled up."""
    found, decision, record = Figures(codes.copy()), Decision(columns), columns.record
    begins, calendar = started(decision, check.from_), columns.calendar
    with_start(found, decision, check.from_)
    if calendar is None or calendar.schedule.is_strict:
        found.codes[decision.todo] = LEFT
        return found
    ends, events = meant(check.to, columns), meant(check.event, columns, check.automated_counts)
    decision.leave(ends.is_unsure[record] | events.is_unsure[record])
    pauses = stretches_of(check.pauses, columns) if check.pauses else None
    if pauses is not None:
        decision.leave(pauses.is_unsure[record])
    rows = np.flatnonzero(decision.todo)
    if not len(rows):
        return found
    spans = _Spans(check, columns, rows, (begins.sure, ends.sure, events.sure), pauses, calendar)
    try:
        whole = spans.of_gaps(codes, warn) if isinstance(check.every, Duration) else spans.of_periods(codes, warn)
    except CalendarError:
        return found
    found.put_rows(rows, whole)
    return found


class _Spans:
    """The matters of some rows: when each began, and what was owed in it."""

    def __init__(
        self,
        check: Any,
        columns: Columns,
        rows: Ints,
        lines: tuple[Timeline, Timeline, Timeline],
        pauses: Stretches | None,
        calendar: BusinessCalendar,
    ) -> None:
        self.check, self.columns, self.rows, self.pauses, self.calendar = check, columns, rows, pauses, calendar
        self.begins, self.ends, self.owed = lines
        self.begin = self.begins.at[self.begins.first(columns.record[rows])]

    def _whole(self, codes: Bytes, owner: Ints, parts: Figures) -> Figures:
        """Those of the part that speaks; without any, or where nothing can show it, when the matter began."""
        known, own = self.columns.codes, codes[self.rows]
        whole = rolled(owner, parts, known, len(self.rows))
        is_untracked = ~can_be_seen(self.check.event, self.columns)[self.rows]
        bare = Figures(own.copy())
        is_begun = has(bare, known, UNKNOWN, "event_not_tracked") & is_untracked
        is_begun |= has(bare, known, PENDING, "still_open")
        bare.put("received", is_begun, self.begin[is_begun])
        is_bare = is_begun | has(bare, known, NOT_APPLICABLE)
        rows = np.flatnonzero(is_bare)
        whole.put_rows(rows, bare.take(rows))
        return whole

    def of_periods(self, codes: Bytes, warn: Sequence[Warn]) -> Figures:
        """One part an owed period."""
        columns, check = self.columns, self.check
        owed = owed_periods(check, columns, self.rows, self.begins, self.ends, self.pauses)
        decision = Decision(View(columns, self.rows[owed.owner]))
        decision.settle(owed.is_met, PASS, "updates_made")
        decision.settle(~owed.has_ended & (columns.as_of < owed.high), PENDING, "clock_running")
        if not check.trust_silence and not columns.is_complete(check.event.types):
            decision.settle(decision.todo.copy(), UNKNOWN, "no_such_event")
        decision.settle(decision.todo.copy(), FAIL, "update_missed")
        return self._whole(codes, owed.owner, self._period_parts(decision.codes, owed, warn))

    def _period_parts(self, codes: Bytes, owed: Owed, warn: Sequence[Warn]) -> Figures:
        parts, known = Figures(codes), self.columns.codes
        every = slice(None)
        for name, values in (("received", owed.begin), ("started", owed.low), ("due", owed.high)):
            parts.put(name, every, values)
        parts.put("late_after", every, owed.high - 1)
        parts.put("decided", owed.is_met, owed.met_at[owed.is_met])
        parts.lean[has(parts, known, UNKNOWN)] = LEAN_FAIL
        rows = np.flatnonzero(has(parts, known, PENDING))
        if warn and len(rows):
            of = Warned(owed.low[rows], owed.high[rows], owed.high[rows] - 1, Clock.ELAPSED_TIME)
            parts.is_at_risk[rows] = at_risk(warn, of, self.columns.as_of, self.calendar)
        return parts

    def of_gaps(self, codes: Bytes, warn: Sequence[Warn]) -> Figures:
        """One part a gap; the last of a matter that ended in time is none."""
        gaps = gaps_of(self.columns.record[self.rows], self.begins, self.ends, self.owed)
        limits = paused_limits(gaps.at, gaps.record, self.check.every, self.calendar, self.pauses)
        decision = Decision(View(self.columns, self.rows[gaps.owner]))
        late_after = judge_gaps(self.check, decision, gaps, self.pauses, limits.late_after)
        decision.codes[limits.is_unsure] = LEFT
        parts = self._gap_parts(decision.codes, gaps, limits, late_after)
        if warn:
            self._put_risk(parts, warn)
        kept = np.flatnonzero(gaps.are_owed(late_after))
        return self._whole(codes, gaps.owner[kept], parts.take(kept))

    def _gap_parts(self, codes: Bytes, gaps: Gaps, limits: LimitColumn, late_after: Ints) -> Figures:
        every, calendar, known = self.check.every, self.calendar, self.columns.codes
        parts, whole = Figures(codes), slice(None)
        begins = calendar.next_open_array(gaps.at) if every.clock in _OPEN_CLOCKS else gaps.at
        due = used_up(begins, gaps.record, every, calendar, self.pauses) if every.is_time else limits.late_after
        is_held = has(parts, known, PENDING, "clock_paused")
        parts.put("received", whole, gaps.at)
        parts.put("started", whole, begins)
        parts.put("due", whole, np.where(is_held, NEVER, due))
        parts.put("late_after", whole, np.where(is_held, NEVER, late_after))
        parts.put("target", whole, every.amount if every.is_time else NEVER)
        has_done = ~gaps.is_last | gaps.has_ended
        end = np.where(has_done, gaps.done, self.columns.as_of)
        elapsed = counted(begins, end, every.clock, calendar, gaps.record, self.pauses)
        parts.put("elapsed", whole, elapsed)
        is_decided = ~gaps.is_last
        parts.put("decided", is_decided, gaps.done[is_decided])
        parts.lean[has(parts, known, UNKNOWN)] = LEAN_FAIL
        if every.is_time:
            is_late = has(parts, known, FAIL)
            parts.put("late_by", is_late, (elapsed - every.amount)[is_late])
        return parts

    def _put_risk(self, parts: Figures, warn: Sequence[Warn]) -> None:
        late_after = parts.get("late_after")
        rows = np.flatnonzero(has(parts, self.columns.codes, PENDING) & (late_after != NEVER))
        if len(rows):
            begins, due = parts.get("started")[rows], parts.get("due")[rows]
            of = Warned(begins, due, late_after[rows], self.check.every.clock)
            parts.is_at_risk[rows] = at_risk(warn, of, self.columns.as_of, self.calendar)


def notice_figures(check: Any, columns: Columns, codes: Bytes) -> Figures:
    """When the span began, from when the notice was owed, and when it came too late."""
    found, decision, record = Figures(codes.copy()), Decision(columns), columns.record
    begins, calendar, known = started(decision, check.from_), columns.calendar, columns.codes
    with_start(found, decision, check.from_)
    matched = meant(check.event, columns)
    decision.leave(matched.is_unsure[record] | meant(check.to, columns).is_unsure[record])
    rows = np.flatnonzero(decision.todo)
    if calendar is None or calendar.schedule.is_strict or not len(rows):
        return found
    found.codes[rows] = codes[rows]
    begin = begins.sure.instants(begins.sure.first(record), begins.sure.amount[record] > 0, 0)
    is_bare = has(found, known, NOT_APPLICABLE) | has(found, known, UNKNOWN, *_NOT_JUDGED)
    began = np.flatnonzero(decision.todo & ~is_bare)
    found.put("received", began, begin[began])
    found.lean[decision.todo & has(found, known, UNKNOWN, "no_such_event")] = LEAN_FAIL
    is_judged = decision.todo & (has(found, known, PASS) | has(found, known, FAIL))
    decision.leave(~is_judged)
    try:
        due = due_of(check, decision, begin, calendar)
        found.codes[is_judged & ~decision.todo] = LEFT
        _put_due(found, np.flatnonzero(decision.todo), due, begin)
        _put_late(found, columns, due, calendar, in_force_of(matched, matched.match == YES, columns.as_of), check)
    except CalendarError:
        found.codes[is_judged] = LEFT
    return found


def _put_due(found: Figures, rows: Ints, due: Ints, begin: Ints) -> None:
    for name, values in (("started", begin), ("due", due), ("late_after", due)):
        found.put(name, rows, values[rows])


def _put_late(
    found: Figures, columns: Columns, due: Ints, calendar: BusinessCalendar, spans: Stretches, check: Any
) -> None:
    """The first notice after the first open moment without one."""
    rows = np.flatnonzero(has(found, columns.codes, FAIL))
    if not len(rows):
        return
    record = columns.record[rows]
    gap = calendar.next_open_array(due[rows])
    for number in range(spans.most):
        some, begin, end = spans.each(number, record)
        is_covered = (begin <= gap[some]) & (gap[some] < end)
        covered = some[is_covered]
        if len(covered):
            gap[covered] = calendar.next_open_array(end[is_covered])
    events = meant(check.event, columns).sure
    place = events.first_from(record, gap + 1)
    is_there = place < events.end(record)
    found.put("decided", rows[is_there], events.instants(place, is_there, 0)[is_there])
