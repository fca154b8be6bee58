"""Lists that Arrow holds as such, read by columns: all items of a batch at once.

What is odd about an item makes its row suspicious, and the row reader looks at it; so does a list whose items have
other keys than ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell, Dialect
from servstd.adapters.table.arrow import INSTANT, Bools, Ints, bools, ints, is_coded, is_list, is_text, only, valid
from servstd.adapters.table.flat import coalesced
from servstd.adapters.table.lists import LIST_TYPES, REVIEW, TURN, Piece
from servstd.adapters.table.values import read_cells
from servstd.flat import SPEAKERS
from servstd.values import ValueType
from servstd.vocabulary import EVENT_ATTRIBUTES, Vocabulary

_INSTANT = ValueType("instant")
_LAST = 1 << 40


@dataclass(frozen=True)
class Items:
    """The items of all lists of a batch, and the row of each."""

    values: Any
    rows: Ints
    count: int

    def rows_where(self, items: Bools) -> Bools:
        """The rows that have such an item."""
        found = np.zeros(self.count, np.bool_)
        found[self.rows[items]] = True
        return found


@dataclass(frozen=True)
class Lists:
    """A column of lists in our own form, or the events of one, and the rows that the row reader has to look at."""

    is_odd: Bools
    array: Any = None
    events: Piece | None = None


def read_lists(name: str, column: Any, vocabulary: Vocabulary, dialect: Dialect, kind: Any) -> Lists | None:
    """The lists of a column; None where it has to be read row by row. `kind` is the type that comes out."""
    if isinstance(column, list) or not is_list(column.type):
        return None
    sizes = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    items = Items(column.flatten(), np.repeat(np.arange(len(column)), sizes), len(column))
    times = Dialect(dialect.zone)
    if name == "events":
        return _events(items, vocabulary, times, kind)
    if name == "turns":
        return _turns(items, times)
    return _reviews(items, times) if name == "reviews" else _names(name, items, column, vocabulary)


def _names(name: str, items: Items, column: Any, vocabulary: Vocabulary) -> Lists | None:
    if not is_text(items.values.type):
        return None
    is_odd = ~valid(items.values)
    if name != "agent_names":
        known = pa.array([*vocabulary.events, *vocabulary.fields], items.values.type)
        is_odd |= ~bools(pc.is_in(items.values, value_set=known))
    return Lists(items.rows_where(is_odd), column.cast(LIST_TYPES[name]))


def _fields(items: Items, known: Any) -> dict[str, Any] | None:
    """The columns of the items by key; None when a key is not one of ours."""
    kind = items.values.type
    if not pa.types.is_struct(kind) or not {one.name for one in kind} <= {one.name for one in known}:
        return None
    return {one.name: pc.struct_field(items.values, place) for place, one in enumerate(kind)}


def _texts(columns: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Whether these columns hold texts, where they are there."""
    held = [columns[name].type for name in names if name in columns]
    return all(is_text(kind) or is_coded(kind) or pa.types.is_null(kind) for kind in held)


def _at(columns: Mapping[str, Any], name: str, items: Items, dialect: Dialect) -> tuple[Any, Bools]:
    """The instants of the items, and which can not be read."""
    if name not in columns:
        return pa.nulls(len(items.rows), INSTANT), np.zeros(len(items.rows), np.bool_)
    found = read_cells(Cell(name, name, _INSTANT), columns[name], dialect)
    return found.values, np.zeros(len(items.rows), np.bool_) if found.bad is None else found.bad


def _put_together(items: Items, columns: Mapping[str, Any], kind: Any, is_odd: Bools) -> Lists:
    count = len(items.rows)
    plain = {name: array.cast(pa.string()) if is_coded(array.type) else array for name, array in columns.items()}
    children = [plain[one.name].cast(one.type) if one.name in plain else pa.nulls(count, one.type) for one in kind]
    structs = pa.StructArray.from_arrays(children, fields=list(kind))
    sizes = np.bincount(items.rows, minlength=items.count) if count else np.zeros(items.count, np.int64)
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(ends), structs, type=pa.list_(kind), mask=pa.array(sizes == 0))
    return Lists(items.rows_where(is_odd | ~valid(items.values)), lists)


def _turns(items: Items, dialect: Dialect) -> Lists | None:
    columns = _fields(items, TURN)
    if columns is None or "speaker" not in columns or not _texts(columns, ("speaker", "text")):
        return None
    speakers = columns["speaker"].cast(pa.string())
    is_odd = ~bools(pc.is_in(speakers, value_set=pa.array(SPEAKERS, pa.string())))
    for name in ("at", "until"):
        columns[name], bad = _at(columns, name, items, dialect)
        is_odd |= bad
    return _put_together(items, columns, TURN, is_odd)


def _reviews(items: Items, dialect: Dialect) -> Lists | None:
    columns = _fields(items, REVIEW)
    if columns is None or not {"rule", "value"} <= set(columns):
        return None
    if pa.types.is_boolean(columns["value"].type):
        columns["value"] = pc.if_else(columns["value"], "yes", "no")
    override, opportunity = (columns.get(name, pa.nulls(0)).type for name in ("override", "opportunity"))
    if not _texts(columns, ("rule", "value", "reviewer", "reason")):
        return None
    if not (pa.types.is_null(override) or pa.types.is_boolean(override)):
        return None
    if not (pa.types.is_null(opportunity) or pa.types.is_integer(opportunity)):
        return None
    is_odd = ~valid(columns["rule"]) | ~valid(columns["value"])
    columns["at"], bad = _at(columns, "at", items, dialect)
    return _put_together(items, columns, REVIEW, is_odd | bad)


def _events(items: Items, vocabulary: Vocabulary, dialect: Dialect, kind: Any) -> Lists | None:
    held = items.values.type
    names = [one.name for one in held] if pa.types.is_struct(held) else []
    if not {"type", "at"} <= set(names) or "attributes" in names:
        return None
    columns = {name: pc.struct_field(items.values, place) for place, name in enumerate(names)}
    if not _texts(columns, ("type", "actor", "ref")) or not _has_whole_numbers(columns.get("sequence")):
        return None
    types, codes = _types(columns["type"])
    is_odd = ~valid(items.values) | (codes < 0)
    is_odd |= np.array([*(name not in vocabulary.events for name in types), True], np.bool_)[codes]
    at, bad = _at(columns, "at", items, dialect)
    is_odd |= bad | ~valid(at)
    attributes: dict[str, Any] = {name: _own_text(columns[name]) for name in ("actor", "ref") if name in columns}
    attributes["until"], bad = _at(columns, "until", items, dialect)
    is_odd |= bad
    for one in kind.value_type:
        if one.name not in EVENT_ATTRIBUTES and one.name in columns:
            attributes[one.name], bad = _attribute(one, columns[one.name], types, codes, vocabulary, dialect)
            is_odd |= bad
    rows, sequence = items.rows_where(is_odd), columns.get("sequence")
    numbers = None if sequence is None or pa.types.is_null(sequence.type) else ints(sequence)
    piece = Piece(items.rows, types, codes, ints(at), _LAST + np.arange(len(codes)), numbers, attributes)
    return Lists(rows, None, piece.without(np.flatnonzero(rows).tolist()))


def _has_whole_numbers(column: Any) -> bool:
    return column is None or pa.types.is_null(column.type) or pa.types.is_integer(column.type)


def _own_text(column: Any) -> Any:
    """Texts, of which an empty one is nothing."""
    texts = column.cast(pa.string())
    return only(texts, bools(pc.fill_null(pc.not_equal(texts, ""), False)))


def _types(column: Any) -> tuple[list[str], Ints]:
    """The different types, and the place of that of each event; -1 for none."""
    encoded = column if is_coded(column.type) else pc.dictionary_encode(column.cast(pa.string()))
    return encoded.dictionary.to_pylist(), encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)


def _attribute(
    one: Any, column: Any, types: list[str], codes: Ints, vocabulary: Vocabulary, dialect: Dialect
) -> tuple[Any, Bools]:
    """An attribute of all events that declare it, each by the type that its own event gives to it."""
    bad, arrays = np.zeros(len(codes), np.bool_), []
    for kind, names in _declared(one.name, types, vocabulary).items():
        is_own = np.array([*(name in names for name in types), False], np.bool_)[codes]
        found = read_cells(Cell(one.name, one.name, kind), column, dialect)
        bad |= is_own & (bad if found.bad is None else found.bad)
        arrays.append(only(found.values, is_own))
    return (coalesced(arrays, one.type) if arrays else pa.nulls(len(codes), one.type)), bad


def _declared(attribute: str, types: list[str], vocabulary: Vocabulary) -> dict[ValueType, set[str]]:
    found: dict[ValueType, set[str]] = {}
    for name in types:
        known = vocabulary.events.get(name)
        word = known.attributes.get(attribute) if known else None
        if word is not None:
            found.setdefault(word.type, set()).add(name)
    return found
