"""What a rule, or a check, decided on a batch: a code for each record, and how many opportunities it had."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from servstd.columns.arrays import Bytes, Ints


@dataclass(frozen=True)
class Counts:
    """Records with a number of opportunities other than one.

    `amounts` has a row for each of `rows` (ascending): how many passed, failed, are pending, are unknown. A record that
    is not among them had one opportunity of its outcome, or none when it is not applicable.
    """

    rows: Ints
    amounts: NDArray[np.int32]


@dataclass(frozen=True)
class Decided:
    """A code of `columns.codes` for each record, with counts; None: every record had one opportunity.

    Codes that are `LEFT` go to the scalar check.
    """

    codes: Bytes
    counts: Counts | None = None


def as_decided(found: Bytes | Decided) -> Decided:
    """Codes alone, or with counts, as one shape."""
    return found if isinstance(found, Decided) else Decided(found)
