"""The events that the rows of cases make: changes of state, the row's own event, and what every row shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell
from servstd.adapters.mapping import EventRows, Made, State
from servstd.adapters.table.arrow import INSTANT, Bools, Ints
from servstd.adapters.table.case_rows import CaseRows
from servstd.adapters.table.flat import conform
from servstd.adapters.table.lists import Piece
from servstd.adapters.table.values import arrow_type, as_arrow
from servstd.vocabulary import Vocabulary

_LEAVE, _ENTER, _OWN, _EACH = range(4)


@dataclass(frozen=True)
class EventMaker:
    """What rows can make. `attributes` are the Arrow types of those that their events may have."""

    terms: EventRows
    attributes: Mapping[str, Any]

    def pieces(self, rows: CaseRows, places: Ints, number: Ints) -> list[Piece]:
        """The events of rows that are in order: `places` of the rows, and the number of the record of each."""
        made = [self._changes(rows, places, number, kind) for kind in (_LEAVE, _ENTER)]
        own, names = self._own(rows, places)
        each = np.zeros(len(places), np.int64) if self.terms.each_row else np.full(len(places), -1, np.int64)
        codes = [*(code for code, _ in made), own, each]
        bodies = [*(body for _, body in made), names, [self.terms.each_row] if self.terms.each_row else []]
        sequences = _sequences(codes, number)
        found = []
        for kind, (code, body, sequence) in enumerate(zip(codes, bodies, sequences, strict=True)):
            some = np.flatnonzero(code >= 0)
            if len(some):
                attributes = self._attributes(body, code[some])
                if kind == _OWN:
                    attributes |= self._of_cells(rows, places[some], [one.type for one in body], code[some], attributes)
                types = [one.type for one in body]
                order, at = some * 4 + kind, rows.at[places[some]]
                found.append(_piece(number[some], types, code[some], at, order, sequence[some], attributes))
        return found

    def _changes(self, rows: CaseRows, places: Ints, number: Ints, kind: int) -> tuple[Ints, list[Made]]:
        """For each row the event of leaving the state before, or of entering the next; -1 for none."""
        names, states = list(self.terms.states), list(self.terms.states.values())
        made = [one for state in states if (one := state.leave if kind == _LEAVE else state.enter)]
        found = np.full(len(places), -1, np.int64)
        if not made:
            return found, []
        state = rows.states[places]
        some = np.flatnonzero(state >= 0)
        now = state[some]
        before = np.full(len(some), -1, np.int64)
        if len(some):
            same = number[some][1:] == number[some][:-1]
            before[1:] = np.where(same, now[:-1], -1)
        lookup = _lookup(names, states, made, kind)
        found[some] = np.where(before == now, -1, lookup[before, now])
        return found, made

    def _own(self, rows: CaseRows, places: Ints) -> tuple[Ints, list[Made]]:
        """For each row its own event, -1 for none."""
        if self.terms.event_column is None:
            return np.full(len(places), -1, np.int64), []
        if self.terms.events is None:
            return np.where(rows.words[places] >= 0, rows.words[places], -1), [Made(name) for name in rows.names]
        made = [one for one in self.terms.events.values() if one is not None]
        code = np.full(len(rows.names) + 1, -1, np.int64)
        for place, name in enumerate(rows.names):
            one = self.terms.events.get(name)
            if one is not None:
                code[place] = next(index for index, other in enumerate(made) if other is one)
        words = rows.words[places]
        return code[np.where(words >= 0, words, -1)], made

    def _attributes(self, made: Sequence[Made], codes: Ints) -> dict[str, Any]:
        """The attributes that all events of one sort have."""
        found: dict[str, Any] = {}
        for name in dict.fromkeys(name for one in made for name in one.attributes):
            kind = self.attributes[name]
            held = pa.int64() if kind == INSTANT else kind.value_type if pa.types.is_dictionary(kind) else kind
            values = pa.array([as_arrow(one.attributes.get(name), kind) for one in made], held)
            found[name] = conform(values.take(pa.array(codes)), kind)
        return found

    def _of_cells(
        self, rows: CaseRows, places: Ints, types: Sequence[str], codes: Ints, below: Mapping[str, Any]
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

    def bad_cells(self, rows: CaseRows) -> Bools:
        """Rows whose own event has an attribute that can not be read."""
        found = np.zeros(rows.raw.count, np.bool_)
        for name, cells in self.terms.row_cells.items():
            bad = [one for cell in cells if (one := rows.known[cell].bad) is not None]
            if bad:
                words = [place for place, word in enumerate(rows.names) if self._type_of(word) == name]
                found |= np.isin(rows.words, words) & np.logical_or.reduce(bad)
        return found

    def undeclared(self, rows: CaseRows, vocabulary: Vocabulary) -> Bools:
        """Rows whose own event nobody declared."""
        if self.terms.event_column is None or self.terms.events is not None:
            return np.zeros(rows.raw.count, np.bool_)
        return np.isin(rows.words, [place for place, name in enumerate(rows.names) if name not in vocabulary.events])

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


def _sequences(codes: Sequence[Ints], number: Ints) -> list[Ints]:
    """The number of each event within its record, from 1."""
    counts = [(code >= 0).astype(np.int64) for code in codes]
    ends = np.cumsum(sum(counts, np.zeros(len(number), np.int64)))
    total = sum(counts, np.zeros(len(number), np.int64))
    before = ends - total
    first = np.zeros(len(number), np.int64)
    begins = np.flatnonzero(np.concatenate([[True], number[1:] != number[:-1]])) if len(number) else first
    if len(number):
        first = np.repeat(before[begins], np.diff(np.append(begins, len(number))))
    found, so_far = [], before - first
    for count in counts:
        so_far = so_far + count
        found.append(so_far)
    return found


def _over(array: Any, below: Any) -> Any:
    plain = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    return pc.coalesce(conform(array, plain), conform(below, plain))


def _piece(
    rows: Ints, types: Sequence[str], codes: Ints, at: Ints, order: Ints, sequence: Ints, attributes: Mapping[str, Any]
) -> Piece:
    names = list(dict.fromkeys(types))
    places = np.array([names.index(one) for one in types], np.int64)
    return Piece(rows, names, places[codes], at, order, sequence, attributes)


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
