"""Filling a column of codes, rule by rule: what is settled is settled, what is left goes to the scalar check."""

from __future__ import annotations

import numpy as np

from servstd.columns.codes import LEFT
from servstd.columns.columns import Bools, Bytes, Columns
from servstd.outcome import Outcome


class Decision:
    """The codes of one check on a batch while they are found; `todo` marks the rows that are still open."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.codes: Bytes = np.full(columns.count, LEFT, np.uint8)
        self.todo: Bools = ~columns.is_left

    def settle(self, where: Bools, outcome: Outcome, reason: str) -> None:
        """These rows have this verdict, if they are still open."""
        hits = self.todo & where
        np.copyto(self.codes, np.uint8(self.columns.codes.of(outcome, reason)), where=hits)
        self.todo &= ~hits

    def put(self, where: Bools, codes: Bytes) -> None:
        """These rows have these codes, if they are still open."""
        hits = self.todo & where
        np.copyto(self.codes, codes, where=hits)
        self.todo &= ~hits

    def leave(self, where: Bools) -> None:
        """These rows go to the scalar check."""
        self.todo &= ~where
