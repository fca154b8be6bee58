"""Rows of an event log, read by columns: times, words and cells, as `events_layout.Cases` reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.cells import Cell, Dialect, as_text
from servstd.adapters.mapping import EventRows, LogMapping
from servstd.adapters.plan import read_list
from servstd.adapters.table.arrow import Bools, Codes, Ints, ints, valid
from servstd.adapters.table.case_ids import CaseIds
from servstd.adapters.table.cells import different
from servstd.adapters.table.raw import RawBatch
from servstd.adapters.table.values import Values, can_be_bad, read_cells

UNKNOWN = -2
"""A word that nobody listed."""


@dataclass
class Known:
    """The values of cells, each column read when it is first asked for."""

    raw: RawBatch
    dialect: Dialect
    _held: dict[Cell, Values] = field(default_factory=dict)

    def __getitem__(self, cell: Cell) -> Values:
        """The values of all rows."""
        if cell not in self._held:
            self._held[cell] = read_cells(cell, self.raw.column(cell.column), self.dialect)
        return self._held[cell]

    def bad(self, cell: Cell) -> Bools | None:
        """Which cells can not be read; None: there are none, and perhaps none was looked at."""
        column = self.raw.column(cell.column)
        return self[cell].bad if isinstance(column, list) or can_be_bad(cell, column.type, self.dialect) else None

    def at(self, cell: Cell, rows: Ints) -> Values:
        """The values of some rows alone, of a column that need not be read whole."""
        column = self.raw.column(cell.column)
        if cell in self._held or isinstance(column, list):
            held = self[cell]
            return Values(held.values.take(pa.array(rows)), None, held.given[rows])
        return read_cells(cell, column.take(pa.array(rows)), self.dialect)


@dataclass(frozen=True)
class CaseRows:
    """The rows of some cases.

    `states` and `words` are places in the terms' states and in `names`, -1 for none; None: there is no such column.
    `is_odd` marks rows that the row reader has to look at.
    """

    raw: RawBatch
    ids: CaseIds
    names: Sequence[str]
    at: Ints
    states: Codes | None
    words: Codes | None
    known: Known
    is_odd: Bools


def read_case_rows(
    raw: RawBatch, ids: CaseIds, mapping: LogMapping, terms: EventRows, cells: Iterable[Cell]
) -> CaseRows:
    """Read the columns of some rows; `cells` are those of which one that can not be read spoils its case."""
    dialect, known = mapping.dialect, Known(raw, mapping.dialect)
    at = known[terms.at].values
    is_odd = np.zeros(raw.count, np.bool_) if ids.in_runs else ids.case < 0
    if at.null_count:
        is_odd |= ~valid(at)
    states, _ = _words(raw, terms.state_column, list(terms.states), dialect)
    words, names = _words(raw, terms.event_column, None if terms.events is None else list(terms.events), dialect)
    for codes in (states, words):
        if codes is not None and codes.min(initial=0) == UNKNOWN:
            is_odd |= codes == UNKNOWN
    for cell in cells:
        bad = known.bad(cell)
        is_odd = is_odd if bad is None else is_odd | bad
    for name, column in mapping.plan.lists if mapping.plan else ():
        is_odd |= _bad_lists(name, raw.column(column), dialect)
    return CaseRows(raw, ids, names, ints(at), states, words, known, is_odd)


def _words(
    raw: RawBatch, column: str | None, names: list[str] | None, dialect: Dialect
) -> tuple[Codes | None, list[str]]:
    """For each row the place of its word in `names`, -1 for none; without names the words themselves."""
    if column is None:
        return None, []
    codes, values = different(raw.column(column))
    found = list(names or ())
    place = np.full(len(values) + 1, -1, np.int32)
    for index, value in enumerate(values):
        if dialect.is_missing(value):
            continue
        text = as_text(value)
        if names is None and text not in found:
            found.append(text)
        place[index] = found.index(text) if text in found else UNKNOWN
    is_same = len(values) and (place[:-1] == np.arange(len(values))).all() and codes.min(initial=0) >= 0
    return codes if is_same else place[codes], found


def _bad_lists(name: str, column: Any, dialect: Dialect) -> Bools:
    codes, values = different(column)
    bad = np.zeros(len(values) + 1, np.bool_)
    for index, value in enumerate(values):
        if not dialect.is_missing(value):
            try:
                read_list(name, value)
            except ValueError:
                bad[index] = True
    found: Bools = bad[codes]
    return found


def cells_that_spoil(mapping: LogMapping) -> list[Cell]:
    """The cells of which one that can not be read makes its row a bad one."""
    plan = mapping.plan
    if plan is None:
        return []
    events = (cell for event in plan.events for cell in (*([event.at] if event.at else []), *event.attributes))
    return list(dict.fromkeys([*plan.fields, *events]))


def marked(names: Sequence[str], is_wanted: Callable[[str], bool]) -> Bools:
    """For each place in `names`, and at the end for none, whether the word is wanted."""
    return np.array([*(is_wanted(name) for name in names), False], np.bool_)
