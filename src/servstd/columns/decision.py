"""Filling a column of codes, rule by rule: what is settled is settled, what is left goes to the scalar check."""

from __future__ import annotations

import numpy as np

from servstd.columns.codes import LEFT
from servstd.columns.columns import Bools, Bytes, Columns, Ints
from servstd.columns.decided import Counts, Decided
from servstd.columns.roll_up import only
from servstd.outcome import Outcome


class Decision:
    """The codes of one check on a batch while they are found; `todo` marks the rows that are still open.

    A mask that is `columns.nowhere` itself costs nothing: most of what could be is not.
    """

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
        if where is not self.columns.nowhere:
            self._fill(self.todo & where, np.uint8(self.columns.codes.of(outcome, reason)))

    def settle_rest(self, outcome: Outcome, reason: str) -> None:
        """All rows that are still open have this verdict."""
        self._fill(self.todo.copy(), np.uint8(self.columns.codes.of(outcome, reason)))

    def put(self, where: Bools, codes: Bytes) -> None:
        """These rows have these codes, if they are still open."""
        self._fill(self.todo & where, codes)

    def _fill(self, hits: Bools, codes: Bytes | np.uint8) -> None:
        if hits.any():
            # open rows hold LEFT; a masked copy takes twenty times as long
            self.codes ^= hits.view(np.uint8) * (codes ^ np.uint8(LEFT))
            self.todo ^= hits

    def leave(self, where: Bools) -> None:
        """These rows go to the scalar check."""
        if where is not self.columns.nowhere:
            self.todo &= ~where

    def leave_rest(self) -> None:
        """So do all that are still open."""
        self.todo = self.columns.nowhere.copy()

    def with_rest(self, found: Decided) -> Decided:
        """What was settled, and for the rows that are still open what another decision found, counts and all."""
        counts = only(found.counts, self.todo)
        self._fill(self.todo.copy(), found.codes)
        return Decided(self.codes, counts)

    def with_rows(self, rows: Ints, found: Decided) -> Decided:
        """The same for a decision on these rows alone, which are all that are still open."""
        self.codes[rows] = found.codes
        counts = found.counts
        return Decided(self.codes, None if counts is None else Counts(rows[counts.rows], counts.amounts))
