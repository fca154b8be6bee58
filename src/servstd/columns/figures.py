"""What findings hold beside outcome and reason, for a batch: instants, lengths, leans and conflicts (finding.py).

They are worked out beside the codes, and only for verdicts that they explain: where what is found here is not what was
decided, the scalar check is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from servstd.calendar import BusinessCalendar
from servstd.columns.arrays import Bools, Bytes, Ints
from servstd.columns.codes import LEFT, Codes
from servstd.columns.roll_up import NEVER, RANKS_OF, ranks_of
from servstd.outcome import PASS, PENDING, Outcome
from servstd.terms.warning import Warn
from servstd.units import Clock

TIMES = ("received", "started", "due", "late_after", "decided", "elapsed", "target", "late_by")
"""Instants and lengths of a finding, in microseconds; `NEVER` where there is none."""
LEANS = (None, "pass", "fail")
LEAN_PASS, LEAN_FAIL = 1, 2


class Figures:
    """The figures of a row each: `times` by name (one that is not there is `NEVER` everywhere), leans, warnings.

    `codes` are the verdicts that they belong to, `LEFT` where only the scalar check can tell.
    """

    def __init__(self, codes: Bytes) -> None:
        self.codes = codes
        self.times: dict[str, Ints] = {}
        self.lean = np.zeros(len(codes), np.int8)
        self.is_at_risk = np.zeros(len(codes), np.bool_)
        self.is_conflict = np.zeros(len(codes), np.bool_)

    def put(self, name: str, where: Bools | Ints | slice, values: Ints | int) -> None:
        """An instant or a length in some rows."""
        if name not in self.times:
            self.times[name] = np.full(len(self.codes), NEVER, np.int64)
        self.times[name][where] = values

    def get(self, name: str) -> Ints:
        """An instant or a length of every row."""
        found = self.times.get(name)
        return np.full(len(self.codes), NEVER, np.int64) if found is None else found

    def put_rows(self, rows: Ints, other: Figures) -> None:
        """The figures of some rows."""
        self.codes[rows], self.lean[rows] = other.codes, other.lean
        self.is_at_risk[rows], self.is_conflict[rows] = other.is_at_risk, other.is_conflict
        for name in other.times:
            self.put(name, rows, other.times[name])
        for name in self.times.keys() - other.times.keys():
            self.times[name][rows] = NEVER

    def take(self, rows: Ints) -> Figures:
        """Those of some rows."""
        found = Figures(self.codes[rows])
        found.times = {name: values[rows] for name, values in self.times.items()}
        found.lean, found.is_at_risk = self.lean[rows], self.is_at_risk[rows]
        found.is_conflict = self.is_conflict[rows]
        return found


def rolled(owner: Ints, parts: Figures, known: Codes, count: int) -> Figures:
    """The figures of the part that speaks for each owner (ascending); `LEFT` for rows without parts, or with one left.

    finding.py's `combine`: any fail, else pending, unknown, pass; of these the first, the soonest pending, the longest
    pass. Any part that is in conflict makes the whole so.
    """
    found = Figures(np.full(count, LEFT, np.uint8))
    if not len(owner):
        return found
    is_new = np.concatenate([[True], owner[1:] != owner[:-1]])
    if is_new.all():
        found.put_rows(owner, parts)
        return found
    begins = np.flatnonzero(is_new)
    group = np.cumsum(is_new) - 1
    ranks = ranks_of(known)[parts.codes]
    best = np.minimum.reduceat(ranks, begins)
    key = speaking_keys(parts, ranks, best[group])
    least = np.minimum.reduceat(key, begins)
    places = np.flatnonzero((ranks == best[group]) & (key == least[group]))[::-1]
    first = np.empty(len(begins), np.int64)
    first[group[places]] = places
    spoken = parts.take(first)
    spoken.is_conflict = np.bitwise_or.reduceat(parts.is_conflict, begins)
    spoken.codes = np.where(np.bitwise_or.reduceat(parts.codes == LEFT, begins), np.uint8(LEFT), spoken.codes)
    found.put_rows(owner[begins], spoken)
    return found


def speaking_keys(parts: Figures, ranks: NDArray[np.int8], best: NDArray[np.int8]) -> Ints:
    """Of parts with the best outcome the least speaks: by the limit of a pending, the length of a pass, else 0."""
    key = np.where(ranks == best, 0, NEVER)
    is_waiting, has_passed = ((ranks == RANKS_OF[outcome]) & (ranks == best) for outcome in (PENDING, PASS))
    late_after, elapsed = parts.times.get("late_after"), parts.times.get("elapsed")
    if is_waiting.any():
        key = np.where(is_waiting, NEVER if late_after is None else late_after, key)
    if elapsed is not None and has_passed.any():
        key = np.where(has_passed, -np.where(elapsed == NEVER, 0, elapsed), key)
    return key


@dataclass(frozen=True)
class Warned:
    """The limits of some rows on one clock: that of the target, real time when a due time holds."""

    begins: Ints
    due: Ints
    limit: Ints
    clock: Clock


def at_risk(warn: Sequence[Warn], of: Warned, as_of: int, calendar: BusinessCalendar) -> Bools:
    """Past one of the warnings: terms/warning.py a column at a time. Raises `CalendarError` where that would."""
    found = np.zeros(len(of.begins), np.bool_)
    for one in warn:
        found |= _warned_at(one, of, calendar) <= as_of
    return found


def _warned_at(warn: Warn, of: Warned, calendar: BusinessCalendar) -> Ints:
    if warn.before is not None:
        if warn.before.clock is Clock.ELAPSED_TIME:
            return of.limit - warn.before.amount
        return calendar.add_array(of.limit, -warn.before.amount, "close")
    share = warn.share or 0.0
    if of.clock is Clock.ELAPSED_TIME:
        return of.begins + ((of.due - of.begins) * share).astype(np.int64)
    return calendar.add_array(of.begins, (calendar.elapsed_array(of.begins, of.due) * share).astype(np.int64), "close")


def has(figures: Figures, known: Codes, outcome: Outcome, *reasons: str) -> Bools:
    """Rows with one of these verdicts; without reasons, with any of that outcome."""
    codes = figures.codes
    if not reasons:
        is_so: Bools = ranks_of(known)[codes] == RANKS_OF[outcome]
        return is_so
    found: Bools = codes == known.of(outcome, reasons[0])
    for reason in reasons[1:]:
        found |= codes == known.of(outcome, reason)
    return found
