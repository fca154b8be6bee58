"""Figures of any check: those of its kind, where its `when` is met; of a combination those of the check that speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from servstd.columns.arrays import NO, UNSURE, YES, Bytes, Ints
from servstd.columns.codes import ABSENT, LEFT
from servstd.columns.columns import Columns
from servstd.columns.combined import decide
from servstd.columns.deadline_figures import deadline_figures
from servstd.columns.decided import Counts, Decided
from servstd.columns.event_figures import cue_figures, limit_figures, permission_figures, recorded_figures
from servstd.columns.figures import Figures, speaking_keys
from servstd.columns.roll_up import NEVER, RANKS_OF, amounts_with, default_amounts, ranks_of
from servstd.columns.span_figures import interval_figures, notice_figures
from servstd.columns.truth import truths
from servstd.columns.view import View
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.terms.warning import Warn

_OF_EVENTS = {
    "recorded": recorded_figures,
    "permission": permission_figures,
    "limit": limit_figures,
    "cue": cue_figures,
    "notice": notice_figures,
}
_OF_CLOCKS = {"deadline": deadline_figures, "interval": interval_figures}


def figures_of(check: Any, columns: Columns, found: Decided, warn: Sequence[Warn], *, is_top: bool = False) -> Figures:
    """The figures of what a shipped check decided on each row; `LEFT` where only the scalar check can tell.

    `is_top` says that it is the check of a rule, of which conflicts are asked.
    """
    if check.when is None:
        return _of_kind(check, columns, found, warn, is_top)
    answer = truths(check.when, columns, columns.count)
    whole, rows = Figures(found.codes.copy()), np.flatnonzero(answer == YES)
    whole.codes[answer == UNSURE] = LEFT
    if len(rows):
        whole.put_rows(rows, _of_kind(check, View(columns, rows), taken(found, rows), warn, is_top))
    return whole


def taken(found: Decided, rows: Ints) -> Decided:
    """What was decided on some rows (ascending), counts and all."""
    counts = found.counts
    if counts is None:
        return Decided(found.codes[rows])
    place = np.minimum(np.searchsorted(rows, counts.rows), len(rows) - 1)
    is_in = rows[place] == counts.rows
    return Decided(found.codes[rows], Counts(place[is_in], counts.amounts[is_in]) if is_in.any() else None)


def _of_kind(check: Any, columns: Columns, found: Decided, warn: Sequence[Warn], is_top: bool) -> Figures:
    kind = check.kind
    if kind in _OF_CLOCKS:
        return _OF_CLOCKS[kind](check, columns, found.codes, warn)
    if kind in _OF_EVENTS:
        return _OF_EVENTS[kind](check, columns, found.codes)
    if kind in ("all_of", "any_of", "first_decided"):
        return _Combined(check, columns, warn).figures(found, is_top)
    return Figures(found.codes.copy())  # a review of records that nobody reviewed


class _Combined:
    """What each check of a combination decided, and which of them speaks."""

    def __init__(self, check: Any, columns: Columns, warn: Sequence[Warn]) -> None:
        self.check, self.columns, self.warn = check, columns, warn
        self.checks = check.children()
        self.found = [_decided(child, columns) for child in self.checks]
        self.ranks = [ranks_of(columns.codes)[one.codes] for one in self.found]

    def figures(self, found: Decided, is_top: bool) -> Figures:
        """The figures of the check that speaks in each row."""
        speaks = self._speaking(found.codes)
        whole = Figures(found.codes.copy())
        for place in range(len(self.checks)):
            rows = np.flatnonzero(speaks == place)
            if len(rows):
                whole.put_rows(rows, self._of(place, rows))
        whole.codes[speaks == _NOBODY_KNOWS] = LEFT
        if self.check.kind == "first_decided":
            self._put_leans(whole, speaks)
            if is_top:
                self._put_conflicts(whole, found)
        return whole

    def _of(self, place: int, rows: Ints) -> Figures:
        return figures_of(self.checks[place], View(self.columns, rows), taken(self.found[place], rows), self.warn)

    def _speaking(self, codes: Bytes) -> Ints:
        """The first check that says what was decided; of several that pass or wait, how long each took may matter."""
        speaks, is_open = np.full(self.columns.count, _NOBODY), ~self.columns.nowhere
        for place, one in enumerate(self.found):
            is_left = is_open & (one.codes == LEFT)
            is_it = is_open & (one.codes == codes) & ~is_left
            speaks[is_left], speaks[is_it] = _NOBODY_KNOWS, place
            is_open &= ~(is_left | is_it)
        if self.check.kind != "first_decided":
            own = ranks_of(self.columns.codes)[codes]
            for rank in (RANKS_OF[PENDING], RANKS_OF[PASS]):
                is_rival = np.array([(ranks == rank) & (own == rank) for ranks in self.ranks])
                rows = np.flatnonzero(is_rival.sum(axis=0) > 1)
                if len(rows):
                    speaks[rows] = self._longest(rows, is_rival[:, rows])
            is_unclear = np.logical_or.reduce([one.codes == LEFT for one in self.found])
            speaks[is_unclear & np.isin(own, (RANKS_OF[PENDING], RANKS_OF[PASS]))] = _NOBODY_KNOWS
        return np.where((speaks == _NOBODY) & (codes != self._none()), _NOBODY_KNOWS, speaks)

    def _none(self) -> int:
        return self.columns.codes.of(NOT_APPLICABLE, "no_opportunity")

    def _put_conflicts(self, whole: Figures, found: Decided) -> None:
        """Another check says the opposite of one that speaks."""
        amounts = amounts_with(found, self.columns.codes)
        amounts = default_amounts(found.codes, self.columns.codes) if amounts is None else amounts
        has_passed, has_failed = amounts[:, 0] > 0, amounts[:, 1] > 0
        passes, fails = (
            np.logical_or.reduce([ranks == RANKS_OF[outcome] for ranks in self.ranks]) for outcome in (PASS, FAIL)
        )
        whole.is_conflict |= (has_passed & fails) | (has_failed & passes)
        is_left = np.logical_or.reduce([one.codes == LEFT for one in self.found])
        whole.codes[(has_passed | has_failed) & is_left] = LEFT

    def _longest(self, rows: Ints, is_rival: NDArray[np.bool_]) -> Ints:
        keys = np.full(is_rival.shape, NEVER)
        is_left = np.zeros(len(rows), np.bool_)
        for place in range(len(self.checks)):
            mine = np.flatnonzero(is_rival[place])
            if not len(mine):
                continue
            own = rows[mine]
            parts = self._of(place, own)
            ranks = ranks_of(self.columns.codes)[parts.codes]
            keys[place, mine] = speaking_keys(parts, ranks, ranks)
            is_left[mine[parts.codes == LEFT]] = True
        keys[~is_rival] = NEVER
        least = keys.min(axis=0)
        return np.where(is_left, _NOBODY_KNOWS, (is_rival & (keys == least)).argmax(axis=0))

    def _put_leans(self, whole: Figures, speaks: Ints) -> None:
        """An undecided combination leans where the first of its checks does that leans at all."""
        is_unknown = ranks_of(self.columns.codes)[whole.codes] == RANKS_OF[UNKNOWN]
        is_bare = is_unknown & (whole.lean == 0) & (speaks >= 0)
        for place, one in enumerate(self.found):
            whole.codes[is_bare & (one.codes == LEFT)] = LEFT
            rows = np.flatnonzero(is_bare & (self.ranks[place] == RANKS_OF[UNKNOWN]) & (speaks != place))
            if not len(rows):
                continue
            own = self._of(place, rows)
            whole.lean[rows] = own.lean
            whole.codes[rows[own.codes == LEFT]] = LEFT
            is_bare[rows[own.lean != 0]] = False


_NOBODY, _NOBODY_KNOWS = -1, -2


def _decided(child: Any, columns: Columns) -> Decided:
    """What a check decides; where it takes no part it is `ABSENT`."""
    found = decide(child, columns)
    if child.when is None:
        return found
    codes = found.codes.copy()
    codes[truths(child.when, columns, columns.count) == NO] = ABSENT
    return Decided(codes, found.counts)
