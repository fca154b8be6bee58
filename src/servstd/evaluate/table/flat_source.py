"""A batch of rows in the flat form as columns: each different value is read once, by the same reader as always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.columns import EventColumn, EventRows, FieldColumn
from servstd.columns.columns import Bools, Ints
from servstd.columns.lazy import Lazy
from servstd.columns.said import SaidRows
from servstd.evaluate.table.decode import instants_as_they_lie, is_given, is_true, no_values, read_typed
from servstd.evaluate.table.event_list import EventList, sequences
from servstd.evaluate.table.event_rows import Part, first_given, part_of_arrays, part_of_list, rows_of, with_defaults
from servstd.evaluate.table.own_words import OwnWords
from servstd.evaluate.table.review_list import ReviewList
from servstd.evaluate.table.turn_list import TurnList
from servstd.flat import RESERVED, FlatReader


class FlatSource:
    """The columns of one batch, decoded when they are first asked for."""

    def __init__(self, batch: Any, reader: FlatReader) -> None:
        self.batch, self.reader = batch, reader
        self._names = frozenset(batch.schema.names)
        self._events: dict[str, dict[str, str]] = {}
        self._decoded: dict[str, tuple[Part, Bools]] = {}
        self._single: dict[str, EventColumn | None] = {}
        for name in batch.schema.names:
            what, event, attribute = reader.meaning(name)
            if what != "field":
                self._events.setdefault(event, {})[attribute] = name

    def field(self, name: str) -> FieldColumn | None:
        """A field or attribute of the records; the kind is an interaction where nothing else is said."""
        if name == "turns" and self._turns is not None:  # a word of rules, that may be unreadable
            return replace(no_values(self.batch.num_rows), unreadable=self._turns.is_unsure)
        word = self.reader.vocabulary.fields.get(name)
        is_there = name in self._names and name not in RESERVED and self.reader.meaning(name)[0] == "field"
        arrays = [self._fields[name]] if name in self._fields else []
        arrays += [self.batch.column(name)] if is_there else []
        columns = [read_typed(array, word.type if word else None, self.reader) for array in arrays]
        found = first_given(columns[0], columns[1]) if len(columns) == 2 else columns[0] if columns else None
        if name == "kind":
            return (found or no_values(self.batch.num_rows)).or_else("interaction")
        return found

    def event(self, name: str) -> EventColumn | None:
        """The events of one type that wide columns give; None when a record may have several.

        Those `events` has too.
        """
        if name not in self._single:
            self._single[name] = self._single_event(name)
        return self._single[name]

    def _single_event(self, name: str) -> EventColumn | None:
        columns = self._events.get(name, {})
        if "at" not in columns or "sequence" in columns or (self._listed is not None and self._listed.has(name)):
            return None
        part, is_there = self._wide(name, columns)
        attributes = with_defaults(part, self.reader.vocabulary.events[name])
        automated = part.attributes.get("automated")
        is_automated = self._none if automated is None else is_true(automated, len(is_there))
        return EventColumn(part.at, is_there, attributes, part.is_unsure, is_automated)

    def events(self, name: str) -> EventRows | None:
        """All events of one type, of wide columns and of the list; None when no record has any."""
        known = self.reader.vocabulary.events.get(name)
        if known is None:
            return None
        parts: list[Part] = []
        columns = self._events.get(name, {})
        if "at" in columns:
            part, is_there = self._wide(name, columns)
            parts.append(_events_of(part, is_there))
        if self._listed is not None and self._listed.has(name):
            parts.append(part_of_list(self._listed, name, known, self.reader))
        return rows_of(parts, known) if parts else None

    def _wide(self, name: str, columns: Mapping[str, str]) -> tuple[Part, Bools]:
        """The events of wide columns, one for each record, and whether there is one; read once."""
        if name not in self._decoded:
            self._decoded[name] = self._read_wide(name, columns)
        return self._decoded[name]

    def _read_wide(self, name: str, columns: Mapping[str, str]) -> tuple[Part, Bools]:
        at, is_there, is_unsure = instants_as_they_lie(self.batch.column(columns["at"]), self.reader)
        sequence = self._no_sequence
        if "sequence" in columns:
            sequence, is_whole = sequences(self.batch.column(columns["sequence"]), sequence)
            is_unsure = is_unsure | (is_there & ~is_whole)
        arrays = {
            attribute: (self.batch.column(column),)
            for attribute, column in columns.items()
            if attribute not in ("at", "sequence")
        }
        times = self._row_numbers, at, sequence, is_unsure
        return part_of_arrays(times, arrays, self.reader.vocabulary.events[name], self.reader), is_there

    def needs_record(self) -> Bools:
        """Rows of which only a record reader can tell what they hold."""
        found = self._own_words.differs.copy()
        for name, listed in (("events", self._listed), ("turns", self._turns), ("reviews", self._reviews)):
            if listed is not None:
                found |= listed.items.is_odd
            elif name in self._names:
                found |= is_given(self.batch.column(name))
        if "fields" in self._names and not self._fields:
            found |= is_given(self.batch.column("fields"))
        return found

    def has_turns(self) -> Bools:
        """Rows in which somebody said something."""
        return self._none if self._turns is None else self._turns.items.has_any

    def has_reviews(self) -> Bools:
        """Rows with answers of reviewers."""
        return self._none if self._reviews is None else self._reviews.items.has_any

    def reviews_of(self, rule_id: str) -> Bools:
        """Rows with answers of reviewers to this rule."""
        return self._none if self._reviews is None else self._reviews.of(rule_id)

    def said(self, as_of: int) -> SaidRows | None:
        """What was said until an instant; None when no column holds turns."""
        return None if self._turns is None else self._turns.said(as_of)

    def agent_names(self) -> FieldColumn | None:
        """The names that records give of their agents, as tuples; None when no column holds any."""
        return self._own_words.agent_names

    def same_for_all(self) -> dict[str, Any]:
        """What every row says of its source, `tracked` and `complete_for`; rows that say otherwise `needs_record`."""
        return self._own_words.same

    def rows(self, indices: Ints) -> list[dict[str, Any]]:
        """Some rows as mappings."""
        rows: list[dict[str, Any]] = self.batch.take(pa.array(indices)).to_pylist()
        return rows

    @cached_property
    def _none(self) -> Bools:
        return np.zeros(self.batch.num_rows, np.bool_)

    @cached_property
    def _row_numbers(self) -> Ints:
        return np.arange(self.batch.num_rows)

    @cached_property
    def _no_sequence(self) -> Ints:
        return np.zeros(self.batch.num_rows, np.int64)

    @cached_property
    def _own_words(self) -> OwnWords:
        return OwnWords(self.batch, self.reader)

    @cached_property
    def _listed(self) -> EventList | None:
        array = self._column("events")
        return EventList(array, self.reader) if array is not None and EventList.fits(array.type) else None

    @cached_property
    def _turns(self) -> TurnList | None:
        array = self._column("turns")
        return TurnList(array, self.reader) if array is not None and TurnList.fits(array.type) else None

    @cached_property
    def _reviews(self) -> ReviewList | None:
        array = self._column("reviews")
        return ReviewList(array) if array is not None and ReviewList.fits(array.type) else None

    @cached_property
    def _fields(self) -> dict[str, Any]:
        """The columns of a struct `fields`, which go before others of the same name."""
        array = self._column("fields")
        if array is None or not pa.types.is_struct(array.type):
            return {}
        names = [array.type.field(place).name for place in range(array.type.num_fields)]
        return dict(zip(names, array.flatten(), strict=True)) if len(names) == len(set(names)) else {}

    def _column(self, name: str) -> Any | None:
        return self.batch.column(name) if name in self._names else None


def _events_of(part: Part, is_there: Bools) -> Part:
    """The rows that have an event, or one that can not be read: that is at 0 where it has no instant."""
    rows = np.flatnonzero(is_there | part.is_unsure)
    attributes = Lazy({name: partial(_taken, part.attributes, name, rows) for name in part.attributes})
    at = part.at.take(rows) * is_there.take(rows)
    return Part(part.row.take(rows), at, part.sequence.take(rows), part.is_unsure.take(rows), attributes)


def _taken(attributes: Mapping[str, FieldColumn], name: str, rows: Ints) -> FieldColumn:
    return attributes[name].take(rows)


def tracked_by(names: list[str], reader: FlatReader) -> frozenset[str] | None:
    """The only event types that columns of these names can give; None when one of them is a list of any."""
    if "events" in names:
        return None
    meanings = [reader.meaning(name) for name in names]
    return frozenset(event for what, event, _ in meanings if what == "event")
