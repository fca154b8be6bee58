"""Instants and lengths of deadlines with one start in a record: what kinds/deadline.py puts into its finding.

They are worked out beside the codes, and only for verdicts that they explain: where what is found here is not what was
decided, the scalar check is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.columns.answers import Answers, Starts, answers_to, starts_of
from servstd.columns.arrays import Bools, Bytes, Ints
from servstd.columns.columns import Columns
from servstd.columns.durations import durations_of
from servstd.columns.limits import limits_of
from servstd.columns.matching import is_seen, meant
from servstd.columns.roll_up import NEVER
from servstd.errors import CalendarError
from servstd.outcome import FAIL, PASS, PENDING, UNKNOWN
from servstd.terms.warning import Warn
from servstd.units import Clock, Duration

_OPEN_CLOCKS = (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)


@dataclass(frozen=True)
class DeadlineFigures:
    """Figures in microseconds for some `rows`; `NEVER` where there is none."""

    rows: Ints
    received: Ints
    started: Ints
    due: Ints
    late_after: Ints
    decided: Ints
    elapsed: Ints
    target: Ints
    late_by: Ints
    is_at_risk: Bools


def deadline_figures(
    check: Any, warn: Sequence[Warn], columns: Columns, codes: Bytes, todo: Bools
) -> list[DeadlineFigures]:
    """The figures of those rows of `todo` whose deadline is one start and its first answer, without a pause.

    `codes` are what was decided. A check with a due time of the record, sums and longest exchanges, and a strict
    calendar (whose scalar clock may raise) give none.
    """
    calendar = columns.calendar
    is_other = check.due is not None or check.same is not None or check.cycles in ("sum", "longest")
    if is_other or calendar is None or calendar.schedule.is_strict:
        return []
    matched = meant(check.from_, columns, check.automated_counts)
    to = meant(check.to, columns, check.automated_counts)
    todo = todo & ~(matched.is_unsure | to.is_unsure)[columns.record] & (matched.sure.amount[columns.record] == 1)
    for ref in (check.released_by, *(pause.from_ for pause in check.pauses)):
        if ref is not None:
            todo = todo & ~is_seen(ref, columns)
    rows = np.flatnonzero(todo)
    if not len(rows):
        return []
    starts = starts_of(columns, matched, rows, "first")
    answers = answers_to(starts, to, None)
    durations = durations_of(check.within, columns).take(rows)
    found = []
    for duration, places in durations.each():
        places = places[~(answers.is_unclear | durations.is_unsure)[places]]
        part = _Part(starts, answers, places, duration, calendar, columns)
        figures = part.figures(check, warn, codes)
        if figures is not None:
            found.append(figures)
    return found


class _Part:
    """The starts under one duration."""

    def __init__(
        self,
        starts: Starts,
        answers: Answers,
        places: Ints,
        duration: Duration,
        calendar: BusinessCalendar,
        of: Columns,
    ) -> None:
        self.rows, self.at = starts.owner[places], starts.at[places]
        self.is_done, self.done = answers.is_there[places], answers.at[places]
        self.is_early = answers.is_early[places]
        self.duration, self.calendar, self.columns = duration, calendar, of

    def figures(self, check: Any, warn: Sequence[Warn], codes: Bytes) -> DeadlineFigures | None:
        """The figures of the rows for which they are certain; None when the calendar has no answer for one."""
        duration, calendar = self.duration, self.calendar
        try:
            limits = limits_of(self.at, duration, calendar)
            begins = calendar.next_open_array(self.at) if duration.clock in _OPEN_CLOCKS and len(self.at) else self.at
            due = limits.late_after
            if duration.clock is Clock.BUSINESS_TIME:
                due = calendar.add_array(begins, duration.amount, "close")
            elapsed = self._elapsed(begins)
            is_at_risk = self._is_at_risk(warn, begins, due, limits.late_after)
        except CalendarError:
            return None
        wanted, is_failed = self._codes(check, begins, limits.late_after)
        is_pending = wanted == self.columns.codes.of(PENDING, "clock_running")
        is_pending |= wanted == self.columns.codes.of(PENDING, "not_started")
        sure = np.flatnonzero(~limits.is_unsure & (wanted == codes[self.rows]))
        amount = duration.amount if duration.is_time else NEVER
        late_by = np.where(is_failed, elapsed - amount, NEVER) if duration.is_time else np.full(len(due), NEVER)
        return DeadlineFigures(
            self.rows[sure],
            self.at[sure],
            begins[sure],
            due[sure],
            limits.late_after[sure],
            np.where(self.is_done, self.done, NEVER)[sure],
            elapsed[sure],
            np.full(len(sure), amount),
            late_by[sure],
            (is_at_risk & is_pending)[sure],
        )

    def _elapsed(self, begins: Ints) -> Ints:
        """Time used up to the answer, or to the instant asked about: real time, or open time on every other clock."""
        end = np.maximum(begins, np.where(self.is_done, self.done, self.columns.as_of))
        if self.duration.clock is Clock.ELAPSED_TIME:
            return end - begins
        return self.calendar.elapsed_array(begins, end)

    def _codes(self, check: Any, begins: Ints, late_after: Ints) -> tuple[Bytes, Bools]:
        """What these figures explain, as codes, and which of it is a fail."""
        of, as_of = self.columns.codes.of, self.columns.as_of
        is_silent = check.trust_silence is False and not self.columns.is_complete(check.to.types)
        overdue = of(UNKNOWN, "no_such_event") if is_silent else of(FAIL, "overdue")
        is_over = late_after < as_of
        codes = np.select(
            [
                self.is_done & (self.done <= late_after),
                self.is_done,
                is_over & self.is_early,
                is_over,
                begins > as_of,
            ],
            [
                of(PASS, "in_time"),
                of(FAIL, "late"),
                of(UNKNOWN, "end_before_start"),
                overdue,
                of(PENDING, "not_started"),
            ],
            of(PENDING, "clock_running"),
        ).astype(np.uint8)
        return codes, np.isin(codes, (of(FAIL, "late"), of(FAIL, "overdue")))

    def _is_at_risk(self, warn: Sequence[Warn], begins: Ints, due: Ints, limit: Ints) -> Bools:
        """Past one of the warnings: terms/warning.py a column at a time."""
        found = np.zeros(len(begins), np.bool_)
        for one in warn:
            found |= self._warned_at(one, begins, due, limit) <= self.columns.as_of
        return found

    def _warned_at(self, warn: Warn, begins: Ints, due: Ints, limit: Ints) -> Ints:
        calendar = self.calendar
        if warn.before is not None:
            if warn.before.clock is Clock.ELAPSED_TIME:
                return limit - warn.before.amount
            return calendar.add_array(limit, -warn.before.amount, "close")
        share = warn.share or 0.0
        if self.duration.clock is Clock.ELAPSED_TIME:
            return begins + ((due - begins) * share).astype(np.int64)
        return calendar.add_array(begins, (calendar.elapsed_array(begins, due) * share).astype(np.int64), "close")
