"""Several opportunities of one row as one: finding.py's `combine` for a whole batch.

Any fail is a fail, else any pending, else any unknown, else a pass; what is not applicable counts last. The first fail
speaks, the soonest pending, the longest pass, the first of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from servstd.columns.arrays import Bools, Bytes, Ints
from servstd.columns.codes import LEFT, Codes
from servstd.columns.decided import Counts, Decided
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome

NEVER = np.iinfo(np.int64).max
_ORDER = (FAIL, PENDING, UNKNOWN, PASS, NOT_APPLICABLE)
RANKS_OF = {outcome: rank for rank, outcome in enumerate(_ORDER)}
_LEFT_RANK = len(_ORDER)
SLOTS = {PASS: 0, FAIL: 1, PENDING: 2, UNKNOWN: 3}
_NO_SLOT = 4


@dataclass(frozen=True)
class Parts:
    """Opportunities with their codes: `owner` is the row of each, ascending; the first of a row stands first.

    `late_after` is `NEVER` and `elapsed` 0 where there is none. Without them nothing took any time; but when the check
    `is_timed`, rows in which that would matter are left. `amounts` are those of `Counts`, for each opportunity.
    """

    owner: Ints
    codes: Bytes
    late_after: Ints | None = None
    elapsed: Ints | None = None
    is_timed: bool = False
    amounts: NDArray[np.int32] | None = None

    def rolled(self, known: Codes, count: int) -> Decided:
        """A code for each of `count` rows, `LEFT` for those without opportunities; and counts."""
        codes = np.full(count, LEFT, np.uint8)
        if not len(self.owner):
            return Decided(codes)
        if self.amounts is None and bool((self.owner[1:] != self.owner[:-1]).all()):
            codes[self.owner] = self.codes
            return Decided(codes)
        begins = np.flatnonzero(np.concatenate([[True], self.owner[1:] != self.owner[:-1]]))
        rows = self.owner[begins]
        codes[rows] = self._speaking(known, begins)
        return Decided(codes, self._counts(known, rows, begins, codes))

    def _speaking(self, known: Codes, begins: Ints) -> Bytes:
        """The code that speaks for each group."""
        ranks = ranks_of(known)[self.codes]
        group = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(self.owner))))
        best = np.minimum.reduceat(ranks, begins)
        is_best = ranks == best[group]
        first = _first_where(is_best, group, len(begins))
        is_other = is_best & (self.codes != self.codes[first][group])
        differs = np.bitwise_or.reduceat(is_other, begins)
        is_left = np.bitwise_or.reduceat(ranks == _LEFT_RANK, begins)
        for outcome, values in ((PENDING, self.late_after), (PASS, None if self.elapsed is None else -self.elapsed)):
            unclear = differs & (best == RANKS_OF[outcome])
            if not unclear.any():
                continue
            if values is None:
                is_left |= unclear & self.is_timed
                continue
            keys = np.where(is_best, values, NEVER)
            least = np.minimum.reduceat(keys, begins)
            first = np.where(unclear, _first_where(is_best & (keys == least[group]), group, len(begins)), first)
        return np.where(is_left, np.uint8(LEFT), self.codes[first])

    def _counts(self, known: Codes, rows: Ints, begins: Ints, codes: Bytes) -> Counts | None:
        """The amounts of the rows that had more than one opportunity."""
        amounts = self.amounts if self.amounts is not None else default_amounts(self.codes, known)
        sums = np.add.reduceat(amounts, begins, axis=0)
        has_own = sums.sum(axis=1) > 1
        return Counts(rows[has_own], sums[has_own].astype(np.int32)) if has_own.any() else None


def ranks_of(known: Codes) -> NDArray[np.int8]:
    """The rank of the outcome of each code."""
    return _ranks(tuple(outcome for outcome, _ in known.pairs))


@lru_cache(maxsize=64)
def _ranks(outcomes: tuple[Outcome, ...]) -> NDArray[np.int8]:
    ranks = np.full(256, _LEFT_RANK, np.int8)
    ranks[: len(outcomes)] = [RANKS_OF[outcome] for outcome in outcomes]
    return ranks


def default_amounts(codes: Bytes, known: Codes) -> NDArray[np.int32]:
    """One opportunity of its outcome for each code, none when it is not applicable or left."""
    return usual_amounts(known)[codes]


def usual_amounts(known: Codes) -> NDArray[np.int32]:
    """The same for every code that there may be."""
    table = np.zeros((256, 5), np.int32)
    for code, (outcome, _) in enumerate(known.pairs):
        table[code, SLOTS.get(outcome, _NO_SLOT)] = 1
    return table[:, :4]


def amounts_with(decided: Decided, known: Codes) -> NDArray[np.int32] | None:
    """The amounts of every row; None when each had one opportunity."""
    if decided.counts is None:
        return None
    amounts = default_amounts(decided.codes, known)
    amounts[decided.counts.rows] = decided.counts.amounts
    return amounts


def _first_where(where: Bools, group: Ints, count: int) -> Ints:
    """The first place of each group that is meant; each group has one."""
    places = np.flatnonzero(where)[::-1]
    first = np.zeros(count, np.int64)
    first[group[places]] = places
    return first


def joined(parts: Sequence[tuple[Ints | None, Decided]], count: int) -> Decided:
    """What was decided on different rows (None: on all) as one; rows of no part are left."""
    if len(parts) == 1 and parts[0][0] is None:
        return parts[0][1]
    codes = np.full(count, LEFT, np.uint8)
    counts: list[Counts] = []
    for rows, decided in parts:
        if rows is None:
            return decided
        codes[rows] = decided.codes
        if decided.counts is not None:
            counts.append(Counts(rows[decided.counts.rows], decided.counts.amounts))
    return Decided(codes, merged(counts))


def merged(counts: Sequence[Counts]) -> Counts | None:
    """The counts of different rows as one, in their order."""
    if not counts:
        return None
    rows = np.concatenate([one.rows for one in counts])
    order = np.argsort(rows, kind="stable")
    return Counts(rows[order], np.concatenate([one.amounts for one in counts])[order])


def only(counts: Counts | None, where: Bools) -> Counts | None:
    """The counts of some rows."""
    if counts is None:
        return None
    kept = where[counts.rows]
    return Counts(counts.rows[kept], counts.amounts[kept]) if kept.any() else None
