"""Rows of an event log, read by columns: cases, times, order, words and cells, as `events_layout.Cases` reads them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell, Dialect, as_text
from servstd.adapters.mapping import EventRows, LogMapping
from servstd.adapters.plan import read_list
from servstd.adapters.table.arrow import Bools, Hashes, Ints, ints, valid
from servstd.adapters.table.cells import different, given_cells
from servstd.adapters.table.hashes import hash_rows
from servstd.adapters.table.ids import read_ids
from servstd.adapters.table.raw import RawBatch
from servstd.adapters.table.values import Values, read_cells

DIGEST = "\x00digest"
"""A column with the digest of each row, where columns that are not read were left out."""


@dataclass(frozen=True)
class CaseRows:
    """The rows of some cases. `cases` are the ids, `case` the place of each row's, -1 for none.

    `states` and `words` are places in the terms' states and in `names`, -1 for none. `is_odd` marks rows that the row
    reader has to look at.
    """

    raw: RawBatch
    names: Sequence[str]
    cases: Sequence[str]
    case: Ints
    at: Ints
    states: Ints
    words: Ints
    known: Mapping[Cell, Values]
    is_odd: Bools


def read_case_rows(raw: RawBatch, mapping: LogMapping, terms: EventRows, cells: Iterable[Cell]) -> CaseRows:
    """Read the columns of some rows."""
    dialect = mapping.dialect
    cases, case = _cases(raw.column(terms.case), dialect)
    at = read_cells(terms.at, raw.column(terms.at.column), dialect)
    states, _ = _words(raw, terms.state_column, list(terms.states), dialect)
    names = list(terms.events) if terms.events is not None else None
    words, unknown_word = _words(raw, terms.event_column, names, dialect)
    if names is None:
        names = unknown_word
        is_unknown = np.zeros(raw.count, np.bool_)
    else:
        is_unknown = words == _UNKNOWN
    known: dict[Cell, Values] = {}
    is_odd = is_unknown | (states == _UNKNOWN) | (case < 0) | ~valid(at.values)
    for cell in cells:
        known[cell] = read_cells(cell, raw.column(cell.column), dialect)
    for cell in mapping.plan.fields if mapping.plan else ():
        is_odd |= _bad(known[cell], raw.count)
    for event in mapping.plan.events if mapping.plan else ():
        for cell in (*([event.at] if event.at else []), *event.attributes):
            is_odd |= _bad(known[cell], raw.count)
    for name, column in mapping.plan.lists if mapping.plan else ():
        is_odd |= _bad_lists(name, raw.column(column), dialect)
    return CaseRows(raw, names, cases, case, ints(at.values), states, words, known, is_odd)


_UNKNOWN = -2


def _bad(values: Values, count: int) -> Bools:
    return np.zeros(count, np.bool_) if values.bad is None else values.bad


def _cases(column: Any, dialect: Dialect) -> tuple[Sequence[str], Ints]:
    """The different ids, and for each row the place of its own; a blank one is a case without an id."""
    texts, has_id = read_ids(column, dialect)
    given = given_cells(column, dialect)
    encoded = pc.dictionary_encode(pc.if_else(pa.array(has_id), texts, ""))
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return encoded.dictionary.to_pylist(), np.where(given, codes, -1)


def _words(raw: RawBatch, column: str | None, names: list[str] | None, dialect: Dialect) -> tuple[Ints, list[str]]:
    """For each row the place of its word in `names`, -1 for none; without names the words themselves."""
    if column is None:
        return np.full(raw.count, -1, np.int64), []
    codes, values = different(raw.column(column))
    found = list(names or ())
    place = np.full(len(values) + 1, -1, np.int64)
    for index, value in enumerate(values):
        if dialect.is_missing(value):
            continue
        text = as_text(value)
        if names is None and text not in found:
            found.append(text)
        place[index] = found.index(text) if text in found else _UNKNOWN
    return place[codes], found


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


def in_order(rows: CaseRows, where: Bools, mapping: LogMapping, terms: EventRows) -> tuple[Ints, int]:
    """The wanted rows by case, time, sequence and content, those that came twice once; and how many came twice."""
    places = np.flatnonzero(where)
    case, at = rows.case[places], rows.at[places]
    rank = _ranks(rows.raw.column(terms.sequence), terms)[places] if terms.sequence else np.zeros(len(places), np.int64)
    order = _order(case, at, rank)
    if order is not None:
        places, case, at, rank = places[order], case[order], at[order], rank[order]
    same = (case[1:] == case[:-1]) & (at[1:] == at[:-1]) & (rank[1:] == rank[:-1])
    if not same.any():
        return places, 0
    return _without_twins(rows, places, same, mapping)


def _order(case: Ints, at: Ints, rank: Ints) -> Any:
    """How to sort; None when it is sorted."""
    step, later = np.diff(case), np.diff(at)
    if ((step > 0) | ((step == 0) & ((later > 0) | ((later == 0) & (np.diff(rank) >= 0))))).all():
        return None
    return np.lexsort((rank, at, case))


def _ranks(column: Any, terms: EventRows) -> Ints:
    """The place of each cell of the sequence in the order of all: none, then numbers, then texts."""
    if not isinstance(column, list) and pa.types.is_integer(column.type):
        raw = ints(column)
        return np.where(valid(column), raw, raw.min(initial=0) - 1)
    codes, values = different(column)
    keys = [_sequence_key(value) for value in (*values, None)]
    order = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([order[key] for key in keys], np.int64)[codes]


def _sequence_key(raw: Any) -> tuple[int, float, str]:
    if raw is None or raw == "":
        return 0, 0.0, ""
    try:
        number = float(raw)
    except (TypeError, ValueError):
        number = math.nan
    return (1, number, "") if math.isfinite(number) else (2, 0.0, as_text(raw))


def _without_twins(rows: CaseRows, places: Ints, same: Bools, mapping: LogMapping) -> tuple[Ints, int]:
    """Put rows that are alike so far in the order of their content; of those with the same content one stays."""
    tied = np.zeros(len(places), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    group = np.concatenate([[0], np.cumsum(~same)])[tied]
    some = rows.raw.take(places[tied])
    contents = [_content_ranks(some.column(name), some.count) for name in mapping.columns() if name in some.columns]
    digests = digests_of(some)
    keys = [digests, *reversed(contents), group]
    order = np.lexsort(keys)
    places = places.copy()
    places[tied] = places[tied][order]
    is_twin = np.zeros(len(places), np.bool_)
    alike = np.logical_and.reduce([key[order][1:] == key[order][:-1] for key in keys])
    is_twin[np.flatnonzero(tied)[1:]] = alike
    return places[~is_twin], int(is_twin.sum())


def _content_ranks(column: Any, count: int) -> Ints:
    codes, values = different(column)
    texts = [as_text(value) for value in (*values, None)]
    order = {text: place for place, text in enumerate(sorted(set(texts)))}
    return np.array([order[text] for text in texts], np.int64)[codes]


def digests_of(raw: RawBatch) -> Hashes:
    """What tells rows of other content apart."""
    held = raw.columns.get(DIGEST)
    if held is not None:
        found: Hashes = held.to_numpy(zero_copy_only=False)
        return found
    return hash_rows((raw.columns[name] for name in sorted(raw.columns)), raw.count)
