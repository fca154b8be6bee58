"""A list column of events, decoded once: flat arrays in the order of (row, at, sequence), parted by type.

The list holds structs with `type` and `at`, perhaps `until`, `actor`, `ref` and `sequence`; attributes stand beside
them or in a struct or map `attributes`. What a record reader makes of such an item, this makes of the column.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.columns.columns import Bools, Ints
from servstd.evaluate.table.decode import different, is_list, is_text_like, is_valid, read_instants, read_values
from servstd.flat import NESTED, FlatReader
from servstd.values import whole_number
from servstd.vocabulary import EVENT_ATTRIBUTES

_FEW_TYPES = 16


class ListItems:
    """The structs of a list column, one after another, with the row of each. `is_odd` marks rows that hold a null."""

    def __init__(self, array: Any) -> None:
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
        self.flat = array.flatten()
        self.row: Ints = np.repeat(np.arange(len(array), dtype=np.int64), lengths)
        self.names = [field.name for field in self.flat.type]
        self.has_any: Bools = lengths > 0
        self.is_odd: Bools = np.zeros(len(array), np.bool_)
        if self.flat.null_count:
            self.is_odd[self.row[~is_valid(self.flat)]] = True

    @staticmethod
    def fits(kind: Any) -> bool:
        """True for a type that is a list of structs, none of whose fields is there twice."""
        if not is_list(kind) or not pa.types.is_struct(kind.value_type):
            return False
        names = [field.name for field in kind.value_type]
        return len(names) == len(set(names))

    def child(self, name: str) -> Any | None:
        """The values of one field over all items; None when the structs have none of that name."""
        return self.flat.field(name) if name in self.names else None


class EventList:
    """The events of a list column. Those of types that the vocabulary does not know are passed over."""

    def __init__(self, array: Any, reader: FlatReader) -> None:
        self.items, self.reader = ListItems(array), reader
        self.types = tuple(reader.vocabulary.events)
        self._nested = self.items.child(NESTED)
        known = reader.vocabulary.events.values()
        self._declared = frozenset(name for event in known for name in event.attributes)

    @staticmethod
    def fits(kind: Any) -> bool:
        """True for a type that can be read as events."""
        if not ListItems.fits(kind):
            return False
        names = {field.name: field.type for field in kind.value_type}
        nested = names.get(NESTED, pa.null())
        is_plain = not pa.types.is_map(nested) or is_text_like(nested.key_type)
        return "type" in names and is_text_like(names["type"]) and is_plain

    @cached_property
    def times(self) -> tuple[Ints, Bools, Ints]:
        """The instant of each event, whether it could be read, and its sequence."""
        at = self.items.child("at")
        if at is None:
            return np.zeros(len(self.items.row), np.int64), np.zeros(len(self.items.row), np.bool_), self._zeros
        instants, is_there, _ = read_instants(at, self.reader)
        sequence, is_whole = sequences(self.items.child("sequence"), self._zeros)
        return instants, is_there & is_whole, sequence

    @property
    def _zeros(self) -> Ints:
        return np.zeros(len(self.items.row), np.int64)

    @cached_property
    def _places(self) -> dict[str, Ints]:
        """The places of the events of each type, in their order."""
        places, texts = different(self.items.child("type"))
        numbers = {name: number for number, name in enumerate(self.types)}
        codes = np.array([*(numbers.get(text, -1) for text in texts), -1], np.int16).take(places)
        order = self._order()
        codes = codes if order is None else codes[order]
        found = _by_number(codes, len(self.types))
        return {self.types[number]: one if order is None else order[one] for number, one in found.items()}

    def _order(self) -> Ints | None:
        """The order by row, instant and sequence; None when the events stand in it."""
        at, _, sequence = self.times
        return order_of(self.items.row, at, sequence)

    def has(self, name: str) -> bool:
        """Whether there is any event of this type."""
        return name in self._places

    def places(self, name: str) -> Ints:
        """Where the events of a type stand, in the order of row, instant and sequence."""
        return self._places.get(name, np.zeros(0, np.int64))

    def attribute(self, name: str) -> list[Any]:
        """The values of an attribute of all events: those beside `type`, then those of the struct or map."""
        inner = None if name in EVENT_ATTRIBUTES else self._nested_values(name)
        return [one for one in (self.items.child(name), inner) if one is not None]

    def _nested_values(self, name: str) -> Any | None:
        nested = self._nested
        if nested is None or NESTED in self._declared:
            return None
        if pa.types.is_map(nested.type):
            return _of_map(nested, name)
        place = nested.type.get_field_index(name) if pa.types.is_struct(nested.type) else -1
        return None if place < 0 else nested.flatten()[place]


def _by_number(codes: Any, count: int) -> dict[int, Ints]:
    """The places of each number from 0 to below `count` that is there. Of few it is faster to look for each."""
    amounts = np.bincount(codes + 1, minlength=count + 1)[1:]
    present = np.flatnonzero(amounts).tolist()
    if len(present) <= _FEW_TYPES:
        return {number: np.flatnonzero(codes == number) for number in present}
    ordered = np.argsort(codes, kind="stable")
    ends = np.cumsum(amounts) + (len(codes) - int(amounts.sum()))
    return {number: ordered[ends[number] - amounts[number] : ends[number]] for number in present}


def order_of(row: Ints, at: Ints, sequence: Ints) -> Ints | None:
    """The stable order by row, instant and sequence; None when that is how they stand."""
    is_same = row[1:] == row[:-1]
    is_back = (at[1:] < at[:-1]) | ((at[1:] == at[:-1]) & (sequence[1:] < sequence[:-1]))
    if not ((row[1:] < row[:-1]) | (is_same & is_back)).any():
        return None
    return np.lexsort((sequence, at, row))


def sequences(array: Any | None, zeros: Ints) -> tuple[Ints, Bools]:
    """Whole numbers, 0 where none is given, and whether they could be read."""
    is_whole = np.ones(len(zeros), np.bool_)
    if array is None or pa.types.is_null(array.type):
        return zeros, is_whole
    if pa.types.is_integer(array.type) and array.type != pa.uint64():
        return pc.fill_null(array, 0).cast(pa.int64()).to_numpy(zero_copy_only=False), is_whole
    read = read_values(array, whole_number)
    is_near = [abs(value) < 1 << 62 for value in read.values]
    known = np.array([value if near else 0 for value, near in zip(read.values, is_near, strict=True)] + [0], np.int64)
    is_whole = np.array([*is_near, True], np.bool_)[read.codes]
    return known[read.codes], is_whole if read.unreadable is None else is_whole & ~read.unreadable


def _of_map(array: Any, name: str) -> Any:
    """The value under one key in each map; the last where a key is there twice."""
    offsets = array.offsets.to_numpy()
    is_key = pc.fill_null(pc.equal(array.keys, name), False).to_numpy(zero_copy_only=False)
    hits = np.flatnonzero(is_key)
    hits = hits[(hits >= offsets[0]) & (hits < offsets[-1])]
    owner = np.searchsorted(offsets, hits, side="right") - 1
    place = np.full(len(array), -1, np.int64)
    place[owner] = hits
    place[~is_valid(array)] = -1
    return array.items.take(pa.array(place, mask=place < 0))
