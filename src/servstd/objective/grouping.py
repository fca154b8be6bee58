"""Rows of one group found by columns: each combination of values gets a number. Needs numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from servstd.objective.period import period_at
from servstd.values import local

Ints = NDArray[np.int64]
_MOST_KEYS = 1 << 62
_QUARTER_HOUR_US = 900_000_000  # no clock of our days differs from UTC by anything finer
_FIRST_US = 63_072_000_000_000  # 1972; before it some did


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


def period_codes(at_us: Ints, is_there: NDArray[np.bool_], per: str, zone: tzinfo) -> tuple[Ints, list[str]]:
    """For each instant (UTC microseconds) that is there the place of its period among the labels, else -1."""
    keys = np.where(at_us >= _FIRST_US, at_us // _QUARTER_HOUR_US * _QUARTER_HOUR_US, at_us)[is_there]
    instants, number = np.unique(keys, return_inverse=True)
    labels: dict[str, int] = {}
    places = [labels.setdefault(period_at(local(at, zone), per, zone).label, len(labels)) for at in instants.tolist()]
    codes = np.full(len(at_us), -1, np.int64)
    codes[is_there] = np.array(places, np.int64)[number] if places else 0
    return codes, list(labels)


def with_squares(amounts: NDArray[np.integer]) -> Ints:
    """Opportunities that passed, failed, are pending and are unknown, and the decided ones squared: a row a record."""
    wide = amounts.astype(np.int64)
    return np.column_stack([wide, (wide[:, 0] + wide[:, 1]) ** 2])
