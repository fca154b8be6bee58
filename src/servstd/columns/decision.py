"""Filling a column of codes, rule by rule: what is settled is settled, what is left goes to the scalar check."""

from __future__ import annotations

import numpy as np

from servstd.columns.codes import LEFT
from servstd.columns.columns import Bools, Bytes, Columns
from servstd.columns.decided import Decided
from servstd.columns.roll_up import only
from servstd.outcome import Outcome


class Decision:
    """The codes of one check on a batch while they are found; `todo` marks the rows that are still open."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.codes: Bytes = np.full(columns.count, LEFT, np.uint8)
        self.todo: Bools = ~columns.is_left

    @property
    def decided(self) -> Decided:
        """The codes alone: an opportunity in each row."""
        return Decided(self.codes)

    def settle(self, where: Bools, outcome: Outcome, reason: str) -> None:
        """These rows have this verdict, if they are still open."""
        self._fill(self.todo & where, np.uint8(self.columns.codes.of(outcome, reason)))

    def put(self, where: Bools, codes: Bytes) -> None:
        """These rows have these codes, if they are still open."""
        self._fill(self.todo & where, codes)

    def _fill(self, hits: Bools, codes: Bytes | np.uint8) -> None:
        if hits.any():
            self.codes ^= hits * (codes ^ np.uint8(LEFT))  # open rows hold LEFT; a masked copy is slower
            self.todo ^= hits

    def leave(self, where: Bools) -> None:
        """These rows go to the scalar check."""
        self.todo &= ~where

    def with_rest(self, found: Decided) -> Decided:
        """What was settled, and for the rows that are still open what another decision found, counts and all."""
        counts = only(found.counts, self.todo)
        self.put(self.todo.copy(), found.codes)
        return Decided(self.codes, counts)
