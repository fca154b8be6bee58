"""The events that the rows of cases make: changes of state, the row's own event, and what every row shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell
from servstd.adapters.mapping import EventRows, Made, State
from servstd.adapters.table.arrow import INSTANT, Bools, Codes, Ints
from servstd.adapters.table.case_order import Ordered
from servstd.adapters.table.case_rows import CaseRows, marked
from servstd.adapters.table.flat import conform
from servstd.adapters.table.lists import Piece
from servstd.adapters.table.values import arrow_type, as_arrow
from servstd.vocabulary import Vocabulary

_LEAVE, _ENTER, _OWN, _EACH = range(4)


@dataclass(frozen=True)
class _Some:
    """The rows that give events of one sort, with the code and the sequence of every row."""

    rows: Ints
    codes: Codes
    body: Sequence[Made]
    sequence: Ints


@dataclass(frozen=True)
class EventMaker:
    """What rows can make. `attributes` are the Arrow types of those that their events may have."""

    terms: EventRows
    attributes: Mapping[str, Any]

    def pieces(self, rows: CaseRows, ordered: Ordered) -> list[Piece]:
        """The events of rows that are in order."""
        number = ordered.number()
        made = {
            _LEAVE: self._changes(rows, ordered, number, _LEAVE),
            _ENTER: self._changes(rows, ordered, number, _ENTER),
            _OWN: self._own(rows, ordered),
            _EACH: None if self.terms.each_row is None else (np.zeros(len(number), np.int32), [self.terms.each_row]),
        }
        given = {kind: one for kind, one in made.items() if one is not None}
        sequences = _sequences([codes for codes, _ in given.values()], ordered)
        found = []
        for (kind, (codes, body)), sequence in zip(given.items(), sequences, strict=True):
            some = np.flatnonzero(codes >= 0)
            if len(some):
                found.append(self._piece(rows, ordered, number, kind, _Some(some, codes, body, sequence)))
        return found

    def _piece(self, rows: CaseRows, ordered: Ordered, number: Ints, kind: int, one: _Some) -> Piece:
        """The events of one sort."""
        some, codes, sequence = one.rows, one.codes, one.sequence
        at = ordered.of(rows.at)
        if len(some) < len(codes):
            number, codes, sequence, at = (array[some] for array in (number, codes, sequence, at))
        attributes = self._attributes(one.body, codes)
        types = [made.type for made in one.body]
        if kind == _OWN:
            attributes |= self._of_cells(rows, ordered.rows(some), types, codes, attributes)
        names = list(dict.fromkeys(types))
        codes = codes if len(names) == len(types) else np.array([names.index(name) for name in types])[codes]
        return Piece(number, names, codes, at, some * 4 + kind, sequence, attributes)

    def _changes(self, rows: CaseRows, ordered: Ordered, number: Ints, kind: int) -> tuple[Codes, list[Made]] | None:
        """For each row the event of leaving the state before, or of entering the next; -1 for none."""
        names, states = list(self.terms.states), list(self.terms.states.values())
        made = [one for state in states if (one := state.leave if kind == _LEAVE else state.enter)]
        if not made or rows.states is None:
            return None
        state = ordered.of(rows.states)
        some = np.flatnonzero(state >= 0)
        now, of_record = state[some], number[some]
        before = np.full(len(some), -1, np.int32)
        before[1:] = now[:-1]
        before[1:][of_record[1:] != of_record[:-1]] = -1
        found = np.full(len(state), -1, np.int32)
        lookup = _lookup(names, states, made, kind)
        found[some] = np.where(before == now, -1, lookup[before, now])
        return found, made

    def _own(self, rows: CaseRows, ordered: Ordered) -> tuple[Codes, list[Made]] | None:
        """For each row its own event, -1 for none."""
        if rows.words is None:
            return None
        words = ordered.of(rows.words)
        if self.terms.events is None:
            return words, [Made(name) for name in rows.names]
        made = [one for one in self.terms.events.values() if one is not None]
        numbers = {id(one): index for index, one in enumerate(made)}
        code = [-1 if one is None else numbers[id(one)] for one in map(self.terms.events.get, rows.names)]
        return np.array([*code, -1], np.int32)[words], made

    def _attributes(self, made: Sequence[Made], codes: Codes) -> dict[str, Any]:
        """The attributes that all events of one sort have."""
        found: dict[str, Any] = {}
        for name in dict.fromkeys(name for one in made for name in one.attributes):
            kind = self.attributes[name]
            held = pa.int64() if kind == INSTANT else kind.value_type if pa.types.is_dictionary(kind) else kind
            values = pa.array([as_arrow(one.attributes.get(name), kind) for one in made], held)
            found[name] = conform(values.take(pa.array(codes)), kind)
        return found

    def _of_cells(
        self, rows: CaseRows, places: Ints, types: Sequence[str], codes: Codes, below: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The attributes that rows give to their own events; each column speaks for one type."""
        found = dict(below)
        for name, cells in self.terms.row_cells.items():
            is_type = np.array([one == name for one in types], np.bool_)[codes]
            if not is_type.any():
                continue
            for cell in cells:
                array = conform(rows.known[cell].values.take(pa.array(places)), self.attributes[cell.name])
                array = pc.if_else(pa.array(is_type), array, pa.scalar(None, array.type))
                known = found.get(cell.name)
                found[cell.name] = array if known is None else _over(array, known)
        return found

    def bad_cells(self, rows: CaseRows) -> Bools | None:
        """Rows whose own event has an attribute that can not be read; None: there are none."""
        found = None
        for name, cells in self.terms.row_cells.items():
            bad = [one for cell in cells if (one := rows.known.bad(cell)) is not None]
            if bad and rows.words is not None:
                is_type = marked(rows.names, partial(self._is_of, name))
                mine = is_type[np.maximum(rows.words, -1)] & np.logical_or.reduce(bad)
                found = mine if found is None else found | mine
        return found

    def undeclared(self, rows: CaseRows, vocabulary: Vocabulary) -> Bools | None:
        """Rows whose own event nobody declared; None: there are none."""
        if rows.words is None or self.terms.events is not None:
            return None
        is_strange = marked(rows.names, lambda name: name not in vocabulary.events)
        return is_strange[rows.words] if is_strange.any() else None

    def _is_of(self, name: str, word: str) -> bool:
        return self._type_of(word) == name

    def _type_of(self, word: str) -> str | None:
        if self.terms.events is None:
            return word
        made = self.terms.events.get(word)
        return None if made is None else made.type


def _lookup(names: Sequence[str], states: Sequence[State], made: Sequence[Made], kind: int) -> Any:
    """By the state before (the last row: none) and the state now, the place of the event in `made`, -1 for none."""
    found = np.full((len(states) + 1, len(states)), -1, np.int64)
    place = {id(one): index for index, one in enumerate(made)}
    for index, state in enumerate(states):
        if kind == _ENTER and state.enter is not None:
            found[:, index] = place[id(state.enter)]
        elif kind == _LEAVE and state.leave is not None:
            found[index] = [-1 if name in state.leave.unless_to else place[id(state.leave)] for name in names]
    return found


def _sequences(codes: Sequence[Codes], ordered: Ordered) -> list[Ints]:
    """The number of each event within its record, from 1."""
    count = int(ordered.sizes.sum())
    counts = [code >= 0 for code in codes]
    if len(counts) == 1 and counts[0].all():
        return [np.arange(1, count + 1) - np.repeat(ordered.begins, ordered.sizes)]
    total = np.zeros(count, np.int64)
    for one in counts:
        total += one
    before = np.cumsum(total) - total
    so_far = before - np.repeat(before[ordered.begins], ordered.sizes)
    found = []
    for one in counts:
        so_far = so_far + one
        found.append(so_far)
    return found


def _over(array: Any, below: Any) -> Any:
    plain = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return pc.coalesce(conform(array, plain), conform(below, plain))


def made_attributes(terms: EventRows, vocabulary: Vocabulary, raw_type: Any) -> dict[str, Any]:
    """The Arrow types of all attributes that rows give to the events that they make."""
    found: dict[str, Any] = {}
    made: list[Made | None] = [*(terms.events or {}).values(), terms.each_row]
    made += [one for state in terms.states.values() for one in (state.enter, state.leave)]
    for one in made:
        for name in one.attributes if one else ():
            word = vocabulary.events[one.type].attributes.get(name) if one else None
            _add(found, name, arrow_type(word.type) if word else pa.string())
    for cells in terms.row_cells.values():
        for cell in cells:
            _add(found, cell.name, _of_cell(cell, raw_type))
    return found


def _of_cell(cell: Cell, raw_type: Any) -> Any:
    return arrow_type(cell.type, raw_type(cell.column), cell.values is not None)


def _add(found: dict[str, Any], name: str, kind: Any) -> None:
    found[name] = kind if found.get(name, kind) == kind else pa.string()


__all__ = ["EventMaker", "made_attributes"]
