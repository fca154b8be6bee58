"""A batch of wide rows in the flat form as columns: each different value is read once, by the same reader as always."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.columns import EventColumn, FieldColumn
from servstd.columns.columns import YES, Bools, Ints
from servstd.flat import RESERVED, FlatReader
from servstd.values import BadValue, ValueType, parse_instant, to_us

# Columns that make a record more than its row shows: such records are judged one by one.
_OWN_LISTS = ("events", "turns", "reviews", "complete_for", "agent_names", "fields")

_REF = ValueType("text")
Read = Callable[[Any], Any]


class FlatSource:
    """The columns of one batch, decoded when they are first asked for."""

    def __init__(self, batch: Any, reader: FlatReader) -> None:
        self.batch, self.reader = batch, reader
        self._events: dict[str, dict[str, str]] = {}
        for name in batch.schema.names:
            what, event, attribute = reader.meaning(name)
            if what != "field":
                self._events.setdefault(event, {})[attribute] = name

    def field(self, name: str) -> FieldColumn | None:
        """A field or attribute of the records; the kind is an interaction where nothing else is said."""
        word = self.reader.vocabulary.fields.get(name)
        names = self.batch.schema.names
        is_there = name in names and name not in RESERVED and self.reader.meaning(name)[0] == "field"
        found = self._read(name, word.type if word else None) if is_there else None
        if name == "kind":
            return (found or _empty(self.batch.num_rows)).or_else("interaction")
        return found

    def event(self, name: str) -> EventColumn | None:
        """The events of one type that wide columns give."""
        columns = self._events.get(name)
        if columns is None or "at" not in columns:
            return None
        at, is_there, is_unsure = read_instants(self._array(columns["at"]), self.reader)
        known = self.reader.vocabulary.events[name]
        attributes: dict[str, FieldColumn] = {}
        for attribute, column in columns.items():
            if attribute in ("at", "until", "sequence"):
                continue
            word = known.attributes.get(attribute) if attribute not in ("ref", "actor") else None
            found = self._read(column, word.type if word else _REF if attribute == "ref" else None)
            attributes[attribute] = found
            is_unsure = is_unsure if found.unreadable is None else is_unsure | found.unreadable
        for attribute in ("until", "sequence"):
            if attribute in columns:
                is_unsure = is_unsure | ~self._read(columns[attribute], None).is_missing
        is_automated = _is_true(attributes.get("automated"), self.batch.num_rows)
        for attribute, default in known.defaults.items():
            attributes[attribute] = attributes.get(attribute, _empty(self.batch.num_rows)).or_else(default)
        return EventColumn(at, is_there, attributes, is_unsure, is_automated)

    def needs_record(self) -> Bools:
        """Rows with lists of their own."""
        found = np.zeros(self.batch.num_rows, np.bool_)
        for name in _OWN_LISTS:
            if name in self.batch.schema.names:
                found |= _is_given(self._array(name))
        if "tracked" in self.batch.schema.names:  # an empty list says something too
            found |= pc.is_valid(self._array("tracked")).to_numpy(zero_copy_only=False)
        return found

    def rows(self, indices: Ints) -> list[dict[str, Any]]:
        """Some rows as mappings."""
        rows: list[dict[str, Any]] = self.batch.take(pa.array(indices)).to_pylist()
        return rows

    def _array(self, column: str) -> Any:
        return self.batch.column(column)

    def _read(self, column: str, kind: ValueType | None) -> FieldColumn:
        zone = self.reader.zone
        return read_values(self._array(column), (lambda value: value) if kind is None else lambda v: kind.read(v, zone))


def read_values(array: Any, read: Read) -> FieldColumn:
    """An array as a column; `read` is asked once for each different value."""
    codes, raw = _different(array)
    values: list[Any] = []
    places = np.full(len(raw) + 1, -1, np.int32)
    bad: list[int] = []
    for index, value in enumerate(raw):
        if value is None or (isinstance(value, str) and value == ""):
            continue
        try:
            found = read(value)
        except BadValue:
            bad.append(index)
            continue
        places[index] = len(values)
        values.append(found)
    return FieldColumn(places[codes], values, np.isin(codes, bad) if bad else None)


def _different(array: Any) -> tuple[Any, list[Any]]:
    """For each row the place of its value, -1 for none, and the different values."""
    if pa.types.is_nested(array.type):
        return np.arange(len(array), dtype=np.int32), array.to_pylist()
    encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    codes = encoded.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, encoded.dictionary.to_pylist()


def read_instants(array: Any, reader: FlatReader) -> tuple[Ints, Bools, Bools]:
    """UTC microseconds, whether there is an instant, and whether the row needs another look."""
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        is_there = pc.is_valid(array).to_numpy(zero_copy_only=False)
        at = array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        return at, is_there, np.zeros(len(array), np.bool_)
    column = read_values(array, lambda value: to_us(parse_instant(value, reader.zone)))
    known = np.array([*column.values, 0], np.int64)
    none = np.zeros(len(array), np.bool_)
    return known[column.codes], ~column.is_missing, none if column.unreadable is None else column.unreadable


def _is_given(array: Any) -> Bools:
    """Where a list, a mapping or a text is there and not empty."""
    if pa.types.is_null(array.type):
        return np.zeros(len(array), np.bool_)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = pc.if_else(pc.greater(pc.list_value_length(array), 0), True, None)
    found: Bools = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return found


def _is_true(column: FieldColumn | None, count: int) -> Bools:
    return np.zeros(count, np.bool_) if column is None else column.ask(lambda value: value is True) == YES


def _empty(count: int) -> FieldColumn:
    return FieldColumn(np.full(count, -1, np.int32), ())


def tracked_by(names: list[str], reader: FlatReader) -> frozenset[str] | None:
    """The only event types that columns of these names can give; None when one of them is a list of any."""
    if "events" in names:
        return None
    meanings = [reader.meaning(name) for name in names]
    return frozenset(event for what, event, _ in meanings if what == "event")
