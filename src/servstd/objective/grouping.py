"""Rows of one group found by columns: each combination of values gets a number. Needs numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_MOST_KEYS = 1 << 62


@dataclass(frozen=True)
class Groups:
    """`number` is the group of each row, 0 and up; `first` the first row of each group. The first seen come first."""

    number: Ints
    first: Ints


def group_rows(columns: Sequence[tuple[NDArray[np.integer], int]], count: int) -> Groups:
    """The groups of `count` rows by columns of small numbers, each given with how many different ones there may be."""
    keys, bound = np.zeros(count, np.int64), 1
    for codes, size in columns:
        if bound * size >= _MOST_KEYS:
            keys = np.unique(keys, return_inverse=True)[1].astype(np.int64)
            bound = count
        keys, bound = keys * size + codes, bound * size
    if bound == 1:
        return Groups(keys, np.zeros(min(count, 1), np.int64))
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Groups(rank[number], first[order].astype(np.int64))
