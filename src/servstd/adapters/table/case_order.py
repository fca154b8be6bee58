"""The rows of cases in order: by case, time, sequence and content; sorted only where they do not stand so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.adapters.cells import Dialect
from servstd.adapters.events_layout import content_key, place_key
from servstd.adapters.mapping import EventRows, LogMapping
from servstd.adapters.table.arrow import Bools, Codes, Hashes, Ints, ints, valid
from servstd.adapters.table.case_ids import sorted_by
from servstd.adapters.table.case_rows import CaseRows
from servstd.adapters.table.cells import different, different_values, given_cells
from servstd.adapters.table.hashes import hash_rows
from servstd.adapters.table.raw import RawBatch, listed

T = TypeVar("T", bound=np.generic)
DIGEST = "\x00digest"
"""A column with the digest of each row, where columns that are not read were left out."""


@dataclass(frozen=True)
class Ordered:
    """Rows in order: their `places` among all, where those of each record `begin`, and how many each has.

    `places` is None where all rows stand in order as they came. `repeats` counts the rows that came twice.
    """

    places: Ints | None
    begins: Ints
    sizes: Ints
    repeats: int

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.begins)

    def number(self) -> Ints:
        """The record of each row."""
        return np.repeat(np.arange(self.count), self.sizes)

    def of(self, values: NDArray[T]) -> NDArray[T]:
        """What all rows have, in this order."""
        return values if self.places is None else values[self.places]

    def rows(self, numbers: Ints) -> Ints:
        """Where rows of this order stand among all."""
        return numbers if self.places is None else self.places[numbers]


@dataclass
class _Keys:
    """What rows are sorted by; `rank` is None without a sequence, `places` where no row was moved or left out."""

    places: Ints | None
    case: Codes
    at: Ints
    rank: Ints | None

    def take(self, order: Ints) -> _Keys:
        rank = None if self.rank is None else self.rank[order]
        return _Keys(order if self.places is None else self.places[order], self.case[order], self.at[order], rank)

    def rows(self, numbers: Ints) -> Ints:
        return numbers if self.places is None else self.places[numbers]


def in_order(
    rows: CaseRows, where: Bools | None, mapping: LogMapping, terms: EventRows, is_all: bool = True
) -> Ordered:
    """The wanted rows (None: all) in order, those that came twice once.

    Where they are all of a log (`is_all`), its records come by the time of their first row, then by id, as the row
    reader gives them; those of a part of it as they came.
    """
    keys = _keys(rows, where, mapping, terms)
    is_new = _is_new(keys.case)
    later = np.ones(len(is_new), np.bool_)
    later[1:] = _is_later(keys)
    out = np.flatnonzero(~(is_new | later))
    if len(out):
        keys = _sorted_within(keys, is_new, out)
    places, repeats = _without_twins(rows, keys, is_new, mapping)
    if repeats:
        is_new = _is_new(rows.ids.case[places])
    begins = np.flatnonzero(is_new)
    found = Ordered(places, begins, np.diff(begins, append=len(is_new)), repeats)
    return _by_time(rows, found) if is_all else found


def _keys(rows: CaseRows, where: Bools | None, mapping: LogMapping, terms: EventRows) -> _Keys:
    """The keys by case, in the order of the rows within each."""
    rank = _ranks(rows.raw.column(terms.sequence), mapping.dialect) if terms.sequence else None
    keys = _Keys(None, rows.ids.case, rows.at, rank)
    if where is not None:
        keys = keys.take(np.flatnonzero(where))
    if rows.ids.in_runs or bool((keys.case[1:] >= keys.case[:-1]).all()):
        return keys
    return keys.take(sorted_by(keys.case, len(rows.ids.names)))


def _is_new(case: Codes) -> Bools:
    """Where another case begins."""
    found = np.ones(len(case), np.bool_)
    np.not_equal(case[1:], case[:-1], out=found[1:])
    return found


def _is_later(keys: _Keys) -> Bools:
    """Which rows but the first do not come before the one above."""
    at, rank = keys.at, keys.rank
    found: Bools = at[1:] >= at[:-1]
    return found if rank is None else (at[1:] > at[:-1]) | ((at[1:] == at[:-1]) & (rank[1:] >= rank[:-1]))


def _sorted_within(keys: _Keys, is_new: Bools, out: Ints) -> _Keys:
    """The same with the rows sorted of every case that has one out of order."""
    begins = np.flatnonzero(is_new)
    cases = np.unique(np.searchsorted(begins, out, "right") - 1)
    rows = rows_of_ranges(begins[cases], np.append(begins, len(is_new))[cases + 1] - begins[cases])
    some = keys.take(rows)
    columns = (some.at, some.case) if some.rank is None else (some.rank, some.at, some.case)
    order = np.arange(len(is_new))
    order[rows] = rows[np.lexsort(columns)]
    return keys.take(order)


def rows_of_ranges(begins: Ints, sizes: Ints) -> Ints:
    """The places of ranges, one after the other."""
    total = int(sizes.sum())
    found = np.ones(total, np.int64)
    begins, sizes = begins[sizes > 0], sizes[sizes > 0]
    if not total:
        return found
    found[0] = begins[0]
    found[np.cumsum(sizes[:-1])] = begins[1:] - (begins[:-1] + sizes[:-1]) + 1
    return np.cumsum(found)


def _ranks(column: Any, dialect: Dialect) -> Ints:
    """The place of each cell of the sequence in the order of all: none, then numbers, then texts."""
    if not isinstance(column, list) and pa.types.is_integer(column.type):
        raw, given = ints(column), given_cells(column, dialect)
        return raw if given.all() else np.where(given, raw, raw.min(initial=0) - 1)
    codes, values = different(column)
    keys = [place_key(value, dialect) for value in (*values, None)]
    order = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([order[key] for key in keys], np.int64)[codes]


def _without_twins(rows: CaseRows, keys: _Keys, is_new: Bools, mapping: LogMapping) -> tuple[Ints | None, int]:
    """Put rows that are alike so far in the order of their content; of those with the same content one stays."""
    at, rank = keys.at, keys.rank
    same = at[1:] == at[:-1]
    same &= ~is_new[1:]
    if rank is not None:
        same &= rank[1:] == rank[:-1]
    second = np.flatnonzero(same) + 1
    if not len(second):
        return keys.places, 0
    is_tied = np.zeros(len(is_new), np.bool_)
    is_tied[second] = is_tied[second - 1] = True
    tied = np.flatnonzero(is_tied)
    is_second = np.append(False, same)[tied]
    columns = [*_contents(rows, keys.rows(tied), is_second, mapping), np.cumsum(~is_second)]
    order = np.lexsort(columns)
    places = np.arange(len(is_new)) if keys.places is None else keys.places.copy()
    places[tied] = keys.rows(tied[order])
    is_twin = np.logical_and.reduce([key[order][1:] == key[order][:-1] for key in columns])
    if not is_twin.any():
        return places, 0
    return np.delete(places, tied[1:][is_twin]), int(is_twin.sum())


def _contents(rows: CaseRows, places: Ints, is_second: Bools, mapping: LogMapping) -> Sequence[Any]:
    """What rows hold, as keys to sort by: the digest, before that the columns that are read, the first at last.

    What is the same in all rows that are alike so far (`is_second`: in the one above) is left out.
    """
    some = rows.raw.take(places)
    found: list[Any] = [digests_of(some)]
    for name in reversed(mapping.columns()):
        codes, values = different_values(some.column(name))
        if (codes[1:] != codes[:-1])[is_second[1:]].any():
            found.append(_content_ranks(codes, values, mapping.dialect))
    return found


def _content_ranks(codes: Codes, values: Any, dialect: Dialect) -> Ints:
    listed_values = values if isinstance(values, list) else listed(values)
    keys = [content_key(value, dialect) for value in (*listed_values, None)]
    order = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([order[key] for key in keys], np.int64)[codes]


def digests_of(raw: RawBatch) -> Hashes:
    """What tells rows of other content apart; where no column was left out of a row it is worked out now."""
    held = raw.columns.get(DIGEST)
    if held is None:
        return hash_rows(raw.columns, raw.count)
    found: Hashes = held.fill_null(0).to_numpy(zero_copy_only=False)
    if not held.null_count:
        return found
    others = {name: column for name, column in raw.columns.items() if name != DIGEST}
    return np.where(valid(held), found, hash_rows(others, raw.count))


def _by_time(rows: CaseRows, found: Ordered) -> Ordered:
    """The records by the time of their first row, then by id."""
    first = rows.at[found.rows(found.begins)]
    if (first[1:] > first[:-1]).all():
        return found
    order = np.argsort(first)
    in_time = first[order]
    same = np.append(False, in_time[1:] == in_time[:-1])
    if same.any():
        tied = np.flatnonzero(same | np.append(same[1:], False))
        ids = rows.ids.names.take(pa.array(rows.ids.case[found.rows(found.begins[order[tied]])]))
        rank = pc.rank(ids, tiebreaker="first").to_numpy()
        order[tied] = order[tied[np.lexsort((rank, in_time[tied]))]]
    sizes = found.sizes[order]
    places = found.rows(rows_of_ranges(found.begins[order], sizes))
    return Ordered(places, np.cumsum(sizes) - sizes, sizes, found.repeats)
