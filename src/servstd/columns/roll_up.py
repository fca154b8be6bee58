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
_PLACE_BITS = 40
_FEW_BITS = 28
# The four amounts of an opportunity as 16 bits each of one number.
_SHIFTS = np.array([0, 16, 32, 48])
_ONES = int((1 << _SHIFTS).sum())
_MOST_PACKED = (1 << 15) - 1


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
        return Decided(codes, self._counts(known, rows, begins))

    def _speaking(self, known: Codes, begins: Ints) -> Bytes:
        """The code that speaks for each group."""
        of_code = ranks_of(known)
        ranks, present = of_code[self.codes], np.flatnonzero(np.bincount(self.codes, minlength=256))
        best, first = _best_of(ranks, begins)
        is_left = np.zeros(len(begins), np.bool_)
        if LEFT in present:
            is_left = np.maximum.reduceat(ranks, begins) == _LEFT_RANK
        for outcome, values in ((PENDING, self.late_after), (PASS, None if self.elapsed is None else -self.elapsed)):
            rank = RANKS_OF[outcome]
            if np.count_nonzero(of_code[present] == rank) < 2:
                continue  # all say the same: it does not matter which of them speaks
            groups = np.flatnonzero(best == rank)
            places, group = _members(begins, groups, len(self.owner))
            heads = np.flatnonzero(np.diff(group, prepend=-1))
            is_best = ranks[places] == rank
            differs = np.bitwise_or.reduceat(is_best & (self.codes[places] != self.codes[first[groups]][group]), heads)
            if values is None:
                is_left[groups] |= differs & self.is_timed
                continue
            keys = np.where(is_best, values[places], NEVER)
            soonest = np.minimum.reduceat(keys, heads)
            speaker = places[_first_where(is_best & (keys == soonest[group]), group, len(groups))]
            first[groups] = np.where(differs, speaker, first[groups])
        return np.where(is_left, np.uint8(LEFT), self.codes[first])

    def _counts(self, known: Codes, rows: Ints, begins: Ints) -> Counts | None:
        """The amounts of the rows that had more than one opportunity."""
        if self.amounts is None and int(np.diff(begins, append=len(self.owner)).max()) <= _MOST_PACKED:
            sums = np.add.reduceat(_packed(known)[self.codes], begins)
            # another bit than the lowest of a slot, or more bits than one
            places = np.flatnonzero((sums & ~_ONES) | (sums & (sums - 1)))
            amounts = (sums[places, None] >> _SHIFTS) & _MOST_PACKED
            return Counts(rows[places], amounts.astype(np.int32)) if len(places) else None
        given = self.amounts if self.amounts is not None else default_amounts(self.codes, known)
        sums = np.add.reduceat(given, begins, axis=0)
        has_own = sums.sum(axis=1) > 1
        return Counts(rows[has_own], sums[has_own].astype(np.int32)) if has_own.any() else None


def _packed(known: Codes) -> Ints:
    """The usual amounts of every code in one number: the sums of up to `_MOST_PACKED` of them do not overflow."""
    found: Ints = (usual_amounts(known).astype(np.int64) << _SHIFTS).sum(axis=1)
    return found


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


def _best_of(ranks: NDArray[np.int8], begins: Ints) -> tuple[Ints, Ints]:
    """The least rank of each group, and its first place there."""
    bits, whole = (_FEW_BITS, np.int32) if len(ranks) < 1 << _FEW_BITS else (_PLACE_BITS, np.int64)
    keys = np.left_shift(ranks, bits, dtype=whole)
    keys += np.arange(len(ranks), dtype=whole)
    least = np.minimum.reduceat(keys, begins)
    return least >> bits, (least & ((1 << bits) - 1)).astype(np.int64)


def _members(begins: Ints, groups: Ints, count: int) -> tuple[Ints, Ints]:
    """The places of some groups among `count`, one group after the other, and for each which of these it is."""
    sizes = np.append(begins[1:], count)[groups] - begins[groups]
    group = np.repeat(np.arange(len(groups)), sizes)
    return np.arange(len(group)) + np.repeat(begins[groups] - np.cumsum(sizes) + sizes, sizes), group


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
    if kept.all():
        return counts
    return Counts(counts.rows[kept], counts.amounts[kept]) if kept.any() else None
