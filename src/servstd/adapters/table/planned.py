"""The flat form of rows by the columns of a mapping: `plan.RowReading.take_all` for a whole batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.cells import Cell
from servstd.adapters.mapping import LogMapping
from servstd.adapters.plan import EventPlan, RowPlan
from servstd.adapters.table.arrow import INSTANT, Bools, Ints, instants, ints, valid
from servstd.adapters.table.flat import Flat, Odd, bits_of, by_name, coalesced, constant, has_columns, masked
from servstd.adapters.table.lists import LIST_TYPES, Piece, event_list_type
from servstd.adapters.table.values import Values, arrow_type
from servstd.errors import Problem
from servstd.values import ValueType
from servstd.vocabulary import Vocabulary

_TEXT = ValueType("text")
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Planned:
    """What a plan gives: the types of its columns, and which of its events get columns of their own."""

    plan: RowPlan
    mapping: LogMapping
    vocabulary: Vocabulary
    types: Mapping[str, Any]
    is_wide: tuple[bool, ...]
    in_lists: Mapping[str, Any] = field(default_factory=dict)

    def read(self, known: Mapping[Cell, Values], count: int) -> Flat:
        """The flat form of a batch whose cells were read. `bad` stays with whoever read them."""
        flat = Flat(count)
        for name, value in self.mapping.constants.items():
            flat.columns[name] = constant(value, _field_type(name, self.vocabulary), count)
        for cell in self.plan.fields:
            flat.columns[cell.name] = coalesced([known[cell].values], self.types[cell.name])
        at_us = self._with_times(flat, known)
        self._without_times(flat, known, at_us)
        return flat

    def _with_times(self, flat: Flat, known: Mapping[Cell, Values]) -> list[tuple[str, Ints, Bools]]:
        """The events that have a column for their time; they come before all others."""
        taken: list[tuple[str, Ints, Bools]] = []
        for place, event in enumerate(self.plan.events):
            if event.at is not None:
                at = known[event.at].values
                taken.append(self._take(flat, place, known, ints(at), valid(at)))
        return taken

    def _without_times(
        self, flat: Flat, known: Mapping[Cell, Values], taken: Sequence[tuple[str, Ints, Bools]]
    ) -> None:
        """The events that come with the one that begins the record."""
        at_us: Ints | None = None
        for place, event in enumerate(self.plan.events):
            if event.at is None:
                if at_us is None:
                    at_us = self._beginning(flat, taken)
                self._take(flat, place, known, at_us, at_us != _FAR)

    def _beginning(self, flat: Flat, taken: Sequence[tuple[str, Ints, Bools]]) -> Ints:
        """The time of the first event that begins a record of its kind."""
        found = np.full(flat.count, _FAR, np.int64)
        for kind, where in _kinds(flat).items():
            types = self.mapping.begins.get(kind, ())
            for name, at, is_there in taken:
                if name in types:
                    found = np.where(where & is_there, np.minimum(found, at), found)
        return found

    def _take(
        self, flat: Flat, place: int, known: Mapping[Cell, Values], at: Ints, has_time: Bools
    ) -> tuple[str, Ints, Bools]:
        event = self.plan.events[place]
        given = [valid(known[cell].values) for cell in event.attributes]
        is_found = np.logical_or.reduce(given) if given else np.zeros(flat.count, np.bool_)
        happened = has_time & is_found if event.needs_attribute else has_time
        odd = is_found & ~has_time if event.at is None or not event.needs_attribute else np.zeros(flat.count, np.bool_)
        if odd.any():
            flat.odd.append(Odd(bits_of(given, odd), partial(_without_event, event)))
        attributes = by_name(event.attributes, known)
        flat.happened.append((happened, self.is_wide[place]))
        if self.is_wide[place]:
            flat.columns[f"{event.type}_at"] = instants(at, happened)
            for name, arrays in attributes.items():
                key = f"{event.type}_{name}"
                flat.columns[key] = masked(coalesced(arrays, self.types[key]), happened | odd)
        else:
            flat.pieces.append(self._piece(flat, event, at, np.flatnonzero(happened), attributes))
        return event.type, at, happened

    def _piece(
        self, flat: Flat, event: EventPlan, at: Ints, rows: Ints, attributes: Mapping[str, Sequence[Any]]
    ) -> Piece:
        places = pa.array(rows)
        columns = {name: coalesced(arrays, self.in_lists[name]).take(places) for name, arrays in attributes.items()}
        order = np.full(len(rows), (1 << 30) + len(flat.pieces), np.int64)
        return Piece(rows, (event.type,), np.zeros(len(rows), np.int64), at[rows], order, None, columns)


def _without_event(event: EventPlan, given: Sequence[int]) -> Problem:
    columns = " and ".join(event.attributes[place].column for place in given)
    other = event.at.column if event.at else "an event that begins the record"
    return Problem("attribute-without-event", f"{columns} without {other}: no {event.type!r}", (columns,))


def _kinds(flat: Flat) -> dict[str, Bools]:
    """The rows of each kind of record."""
    column = flat.columns.get("kind")
    if column is None:
        return {"interaction": np.ones(flat.count, np.bool_)}
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    found: dict[str, Bools] = {}
    for code, kind in enumerate([*encoded.dictionary.to_pylist(), "interaction"]):
        where = codes == (code if code < len(encoded.dictionary) else -1)
        found[str(kind)] = found[str(kind)] | where if str(kind) in found else where
    return found


def _field_type(name: str, vocabulary: Vocabulary) -> ValueType:
    word = vocabulary.fields.get(name)
    return word.type if word else _TEXT


def planned(
    mapping: LogMapping,
    vocabulary: Vocabulary,
    raw_type: Callable[[str], Any],
    row_attributes: Mapping[str, Any] | None = None,
) -> Planned:
    """What the plan of a mapping gives. `raw_type` tells the Arrow type of a column, None where it is not known.

    `row_attributes` are those of the events that rows make by themselves: where rows do, there is a list of events.
    """
    plan = mapping.plan or RowPlan()
    times = Counter(event.type for event in plan.events)
    is_wide = tuple(times[event.type] == 1 and has_columns(event, vocabulary) for event in plan.events)
    types = {name: constant(value, _field_type(name, vocabulary), 0).type for name, value in mapping.constants.items()}
    types |= {cell.name: _cell_type(cell, raw_type) for cell in plan.fields}
    attributes: dict[str, Any] = dict(row_attributes or {})
    for event, has_own in zip(plan.events, is_wide, strict=True):
        if has_own:
            types |= _own_types(event, raw_type)
        if not has_own or row_attributes is not None:
            for cell in event.attributes:
                attributes[cell.name] = _either(attributes.get(cell.name), _cell_type(cell, raw_type))
    lists = [name for name, _ in plan.lists]
    attributes = all_attributes(vocabulary, attributes) if "events" in lists else attributes
    has_list = "events" in lists or row_attributes is not None or not all(is_wide)
    types |= {"events": event_list_type(attributes)} if has_list else {}
    types |= {name: LIST_TYPES[name] for name in lists if name != "events"}
    return Planned(plan, mapping, vocabulary, types, is_wide, attributes)


def _own_types(event: EventPlan, raw_type: Callable[[str], Any]) -> dict[str, Any]:
    """The types of an event's own columns; one attribute may come from several."""
    types: dict[str, Any] = {f"{event.type}_at": INSTANT}
    for cell in event.attributes:
        key = f"{event.type}_{cell.name}"
        types[key] = _either(types.get(key), _cell_type(cell, raw_type))
    return types


def _cell_type(cell: Cell, raw_type: Callable[[str], Any]) -> Any:
    return arrow_type(cell.type, raw_type(cell.column), cell.values is not None)


def _either(known: Any, kind: Any) -> Any:
    """The type of a column that has to hold both: a text, where they differ."""
    return kind if known is None or known == kind else pa.string()


def all_attributes(vocabulary: Vocabulary, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The type of each attribute that any event may have."""
    found = dict(more or {})
    for event in vocabulary.events.values():
        for word in event.attributes.values():
            found[word.name] = _either(found.get(word.name), arrow_type(word.type))
    return found


def cells_of(plan: Planned) -> list[Cell]:
    """Every cell of a plan."""
    cells = list(plan.plan.fields)
    for event in plan.plan.events:
        cells += [event.at] if event.at else []
        cells += event.attributes
    return cells
