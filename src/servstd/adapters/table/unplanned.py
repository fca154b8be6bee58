"""Rows that are in the flat form already, but for missing cells, times and values: `logs.Log` for a whole batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell, Dialect, as_text
from servstd.adapters.logs import Log
from servstd.adapters.plan import LISTS
from servstd.adapters.rows import without_gaps
from servstd.adapters.table.arrow import INSTANT, Bools, is_text, only, valid
from servstd.adapters.table.cells import different, given_cells
from servstd.adapters.table.flat import Flat, Odd, bits_of, conform, constant
from servstd.adapters.table.lists import LIST_TYPES, event_list_type
from servstd.adapters.table.planned import all_attributes
from servstd.adapters.table.raw import RawBatch
from servstd.adapters.table.values import Values, arrow_type, read_cells
from servstd.errors import Problem
from servstd.flat import RESERVED
from servstd.values import ValueType
from servstd.vocabulary import nearest

_TEXT = ValueType("text")
_WHOLE = ValueType("number")


@dataclass
class Unplanned:
    """What the columns of a log in flat form mean, by their own names."""

    log: Log

    def types(self, names: Sequence[str], raw_type: Callable[[str], Any]) -> dict[str, Any]:
        """The Arrow types of the columns that come of columns of these names."""
        vocabulary, found = self.log.reader.vocabulary, dict[str, Any]()
        for name, value in self.log.mapping.constants.items():
            word = vocabulary.fields.get(name)
            found[name] = constant(value, word.type if word else _TEXT, 0).type
        for name in names:
            if name == self.log.mapping.id_column or name == "id":
                continue
            if name == "events":
                found[name] = event_list_type(all_attributes(vocabulary))
            elif name in LIST_TYPES:
                found[name] = LIST_TYPES[name]
            elif name not in RESERVED:
                found[name] = self._type(name, raw_type(name))
        return found

    def _type(self, name: str, raw: Any) -> Any:
        what, _, _ = self.log.reader.meaning(name)
        if what in ("event", "until"):
            return INSTANT
        cell = self._cell(name)
        if cell is None:
            return pa.string() if raw is None or pa.types.is_null(raw) else raw
        return pa.int64() if cell.name == "sequence" else arrow_type(cell.type, raw, cell.values is not None)

    def _cell(self, key: str) -> Cell | None:
        """How the cells of a column are read; None: they are taken as they are."""
        own = self.log.mapping.values.get(key)
        if own is not None:
            return own
        what, event, attribute = self.log.reader.meaning(key)
        vocabulary = self.log.reader.vocabulary
        if what in ("event", "until"):
            return Cell(key, attribute, ValueType("instant"))
        if what == "attribute" and attribute == "sequence":
            return Cell(key, "sequence", _WHOLE)
        known = vocabulary.events[event].attributes if what == "attribute" else vocabulary.fields
        word = known.get(attribute or key)
        if word is None:
            return Cell(key, key, _TEXT) if attribute == "ref" else None
        return Cell(key, key, word.type)

    def read(self, raw: RawBatch, types: dict[str, Any]) -> Flat:
        """The flat form of a batch."""
        flat = Flat(raw.count)
        vocabulary = self.log.reader.vocabulary
        for name, value in self.log.mapping.constants.items():
            word = vocabulary.fields.get(name)
            flat.columns[name] = constant(value, word.type if word else _TEXT, raw.count)
        events: dict[str, dict[str, tuple[str, Values]]] = {}
        for key, column in raw.columns.items():
            if key == self.log.mapping.id_column or key == "id":
                continue
            if key in RESERVED:
                if key not in LISTS:
                    flat.has_lists |= given_cells(column, self.log.mapping.dialect)
                continue
            values = self._values(key, column, types)
            flat.columns[key] = _over(flat.columns.get(key), conform(values.values, types[key]))
            what, event, attribute = self.log.reader.meaning(key)
            if what == "field":
                flat.mark(values)
                self._unknown_event(flat, key, values.given)
            else:
                events.setdefault(event, {})[attribute] = key, values
        for event, found in events.items():
            self._event(flat, event, found)
        return flat

    def unreadable(self, raw: RawBatch, types: dict[str, Any]) -> list[str]:
        """The columns in which something can not be read."""
        own = [key for key in raw.columns if key not in RESERVED and key != self.log.mapping.id_column]
        return [key for key in own if self._values(key, raw.columns[key], types).bad is not None]

    def _values(self, key: str, column: Any, types: dict[str, Any]) -> Values:
        dialect, cell = self.log.mapping.dialect, self._cell(key)
        if cell is None:
            return _as_it_is(column, dialect, types[key])
        if cell.name == "sequence" and cell.values is None:
            return _whole_numbers(column, dialect)
        is_own = key in self.log.mapping.values or cell.type.text.startswith("instant")
        return read_cells(cell, column, dialect if is_own else Dialect(dialect.zone, None, dialect.missing))

    def _unknown_event(self, flat: Flat, key: str, given: Bools) -> None:
        vocabulary = self.log.reader.vocabulary
        if key.endswith(("_at", "_until")) and key not in vocabulary.fields and given.any():
            name = key.rpartition("_")[0]
            hint = nearest(name, list(vocabulary.events))
            problem = Problem("unknown-event", f"no event is called {name!r}", (key,), hint)
            flat.odd.append(Odd(given.astype(np.int64), lambda _: problem))

    def _event(self, flat: Flat, event: str, found: dict[str, tuple[str, Values]]) -> None:
        """An event that has no time is not read, and odd."""
        dialect = self.log.mapping.dialect
        has_time = found["at"][1].given if "at" in found else np.zeros(flat.count, np.bool_)
        given = []
        for key, values in found.values():
            is_read_anyway = key in self.log.mapping.values or dialect.time_format is not None
            if values.bad is not None:
                flat.bad |= values.bad if is_read_anyway and _is_time_or_own(self, key) else values.bad & has_time
            bad = np.zeros(flat.count, np.bool_) if values.bad is None else values.bad
            flat.columns[key] = _filled(flat.columns[key], bad & ~has_time)
            given.append(valid(values.values) | bad)
        odd = np.logical_or.reduce(given) & ~has_time
        if odd.any():
            keys = [key for key, _ in found.values()]
            flat.odd.append(Odd(bits_of(given, odd), partial(_without_time, event, keys)))


def _is_time_or_own(form: Unplanned, key: str) -> bool:
    """Whether the mapping reads the cell, before anything is known of its event."""
    cell = form._cell(key)
    return key in form.log.mapping.values or (cell is not None and cell.type.text.startswith("instant"))


def _without_time(event: str, keys: Sequence[str], given: Sequence[int]) -> Problem:
    told = ", ".join(keys[place] for place in given)
    return Problem("attribute-without-event", f"{told} without {event}_at", (f"{event}_at",))


def _filled(array: Any, where: Bools) -> Any:
    """The column with something in cells that nobody reads, so that they are not taken for empty ones."""
    if not where.any():
        return array
    plain = array.cast(array.type.value_type) if pa.types.is_dictionary(array.type) else array
    something = pa.scalar("?" if is_text(plain.type) else 0).cast(plain.type)
    return conform(pc.if_else(pa.array(where), something, plain), array.type)


def _over(below: Any, array: Any) -> Any:
    return array if below is None else pc.coalesce(conform(array, below.type), below)


def _as_it_is(column: Any, dialect: Dialect, kind: Any) -> Values:
    """Cells of a word that nobody declared."""
    codes, raw = different(column)
    known = np.array([*(not dialect.is_missing(value) for value in raw), False], np.bool_)[codes]
    return Values(only(_untyped(column, kind), known), None, known)


def _untyped(column: Any, kind: Any) -> Any:
    if not isinstance(column, list) and column.type == kind:
        return column
    if isinstance(column, list) or pa.types.is_nested(column.type) or pa.types.is_floating(column.type):
        held = column if isinstance(column, list) else column.to_pylist()  # Arrow writes no list, and 1.0 as 1
        column = pa.array([None if one is None else as_text(without_gaps(one)) for one in held], pa.string())
    return column.cast(kind)


def _whole_numbers(column: Any, dialect: Dialect) -> Values:
    """A `sequence`, as `flat` reads it: what Python takes as a whole number."""
    codes, raw = different(column)
    held: list[int | None] = []
    given, bad = np.zeros(len(raw) + 1, np.bool_), np.zeros(len(raw) + 1, np.bool_)
    for place, value in enumerate(raw):
        held.append(None)
        given[place] = not dialect.is_missing(value)
        if given[place]:
            try:
                whole = int(value or 0)
                held[-1], bad[place] = whole, abs(whole) >= 1 << 62
            except (TypeError, ValueError, OverflowError):
                bad[place] = True
    known = [None if unreadable else value for value, unreadable in zip(held, bad.tolist(), strict=False)]
    array = pa.array([*known, None], pa.int64()).take(pa.array(np.where(codes < 0, len(raw), codes)))
    return Values(array, bad[codes] if bad.any() else None, given[codes])
