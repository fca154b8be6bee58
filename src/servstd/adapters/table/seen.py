"""Ids that came before, as numbers in sorted arrays: 12 bytes each, up to a bound."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from servstd.adapters.table.arrow import Bools, Hashes, Ints

MOST_IDS = 10_000_000
_LONGEST_RUN = 4_000_000  # putting two runs together takes four times their memory for a moment
NEW, REPEAT, CONFLICT = 0, 1, 2
logger = logging.getLogger("servstd")


@dataclass
class SeenIds:
    """The ids of a log and what their rows held, as hashes. Beyond `most` ids nothing is remembered any more.

    `unchecked` counts the rows that could not be compared with all before them.
    """

    most: int = MOST_IDS
    unchecked: int = 0
    _runs: list[tuple[Hashes, Any]] = field(default_factory=list, repr=False)

    @property
    def count(self) -> int:
        """How many are remembered."""
        return sum(len(ids) for ids, _ in self._runs)

    def take(self, ids: Hashes, contents: Hashes, is_good: Bools) -> Any:
        """What each row of a batch is: new, a row that came twice, or another row with the same id.

        Only good rows are remembered: a bad one before a good one does no harm.
        """
        digests = (contents >> np.uint64(32)).astype(np.uint32)
        found = np.zeros(len(ids), np.int8)
        is_known = np.zeros(len(ids), np.bool_)
        order = _order_of(ids)  # sorted ids are found several times faster
        for known, held in self._runs:
            place = np.minimum(np.searchsorted(known, ids[order]), len(known) - 1)
            same = known[place] == ids[order]
            if same.any():
                rows = order[same]
                is_known[rows] = True
                found[rows] = np.where(held[place[same]] == digests[rows], REPEAT, CONFLICT)
        self._within(ids, digests, is_good, order[~is_known[order]], found)
        self._remember(ids, digests, order[(~is_known & is_good & (found == NEW))[order]])
        return found

    def _within(self, ids: Hashes, digests: Any, is_good: Bools, order: Ints, found: Any) -> None:
        """Rows of one batch that share an id: all after the first good one are no new ones."""
        same = ids[order][1:] == ids[order][:-1]
        if not same.any():
            return
        group = np.concatenate([[0], np.cumsum(~same)])
        shared = np.isin(group, group[1:][same])
        first: dict[int, int] = {}
        for row, number in zip(order[shared].tolist(), group[shared].tolist(), strict=True):
            if number in first:
                found[row] = REPEAT if digests[row] == digests[first[number]] else CONFLICT
            elif is_good[row]:
                first[number] = row

    def _remember(self, ids: Hashes, digests: Any, rows: Ints) -> None:
        """Keep some rows, which come in the order of their ids."""
        if self.unchecked or self.count + len(rows) > self.most:
            if not self.unchecked:
                logger.warning("more than %d ids: rows that come twice are not looked for any more", self.most)
            self.unchecked += len(rows)
            return
        run = ids[rows], digests[rows]
        while self._runs and _may_join(len(self._runs[-1][0]), len(run[0])):
            run = _merged(self._runs.pop(), run)
        if len(run[0]):
            self._runs.append(run)


def _order_of(ids: Hashes) -> Ints:
    """The order of ids, those that are alike as they come: that costs more, and few ever are."""
    order = np.argsort(ids)
    in_order = ids[order]
    return np.argsort(ids, kind="stable") if (in_order[1:] == in_order[:-1]).any() else order


def _may_join(one: int, other: int) -> bool:
    """Runs of about the same length are put together, so that there are few of them."""
    return one < 2 * other and one + other <= _LONGEST_RUN


def _merged(one: tuple[Hashes, Any], other: tuple[Hashes, Any]) -> tuple[Hashes, Any]:
    ids, digests = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = np.argsort(ids, kind="stable")  # which makes use of two runs that are in order
    return ids[order], digests[order]
