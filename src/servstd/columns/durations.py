"""Targets of a whole batch: which duration holds for each row (terms/target.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from servstd.columns.arrays import UNSURE, YES, Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.truth import truths
from servstd.terms.target import Target
from servstd.units import Duration, UnitError, parse_duration


@dataclass(frozen=True)
class Durations:
    """`durations[number[row]]`, and -1 where a row has none; `is_unsure` where only the scalar check can tell."""

    durations: Sequence[Duration]
    number: Ints
    is_unsure: Bools

    def take(self, rows: Ints) -> Durations:
        """Those of some rows."""
        return Durations(self.durations, self.number[rows], self.is_unsure[rows])

    def each(self) -> list[tuple[Duration, Ints]]:
        """Every duration with the rows it holds for."""
        if len(self.durations) == 1 and bool((self.number == 0).all()):
            return [(self.durations[0], np.arange(len(self.number)))]
        pairs = ((one, np.flatnonzero(self.number == place)) for place, one in enumerate(self.durations))
        return [(one, rows) for one, rows in pairs if len(rows)]


def durations_of(target: Target, columns: Columns) -> Durations:
    """The duration of each row: the one written down, that of a field, or the first row of a table that holds."""
    none = np.full(columns.count, -1, np.int64)
    if target.duration is not None:
        return Durations((target.duration,), none + 1, columns.nowhere)
    if target.field is not None:
        column = columns.field(target.field)
        read = [_read(value) for value in column.values]
        found = [one for one in read if one is not None]
        places = np.array([*(-1 if one is None else found.index(one) for one in read), -1], np.int64)
        return Durations(found, places[column.codes], columns.nowhere)
    number, is_unsure = none, columns.nowhere.copy()
    for place, (condition, _) in enumerate(target.rows):
        is_open = number < 0
        if condition is None:
            number[is_open] = place
            continue
        answer = truths(condition, columns, columns.count)
        is_unsure |= is_open & (answer == UNSURE)
        number[is_open & (answer == YES)] = place
    return Durations([duration for _, duration in target.rows], number, is_unsure)


def _read(value: Any) -> Duration | None:
    try:
        return value if isinstance(value, Duration) else parse_duration(value)
    except UnitError:
        return None
