"""What a batch of records is made of, as arrays: fields, single events, events in rows, and where they come from.

Instants are integer UTC microseconds. Truth is Kleene's, as small integers: `YES`, `NO`, `OPEN` (can not be decided)
and `UNSURE` (only the scalar check can tell).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from servstd.columns.lazy import Lazy

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Truths = NDArray[np.int8]
Bytes = NDArray[np.uint8]

# In the order in which they win over each other in a conjunction, so that it is the least of its parts.
NO, UNSURE, OPEN, YES = 0, 1, 2, 3
# Looking for so many codes one by one is quicker than looking up every row.
_FEW = 4


def truth_of(answer: bool | None) -> int:
    """Python's True, False and None as a number."""
    return OPEN if answer is None else YES if answer else NO


@dataclass(frozen=True)
class FieldColumn:
    """The values of one field: `values[codes[row]]`, and -1 where it is missing.

    Each different value stands once in `values`, so that a question is asked once a value and not once a row.
    `unreadable` marks the rows whose value could not be read; None: there are none.
    """

    codes: NDArray[np.int32]
    values: Sequence[Any] | NDArray[Any]
    unreadable: Bools | None = None

    def ask(self, test: Callable[[Any], bool | None]) -> Truths:
        """The truth of a test for each row; a missing value is tested as None."""
        answers = [truth_of(test(value)) for value in self.values]
        answers.append(truth_of(test(None)))  # the last, as -1 is
        usual = max(set(answers), key=answers.count)
        others = [code for code, answer in enumerate(answers) if answer != usual]
        if len(others) > _FEW:
            return np.array([answers[-1], *answers[:-1]], np.int8).take(self.codes + 1)  # -1 would take far longer
        found = np.full(len(self.codes), usual, np.int8)
        for code in others:
            is_so = self.codes == (code if code < len(self.values) else -1)
            found ^= is_so.view(np.int8) * np.int8(usual ^ answers[code])
        return found

    @property
    def is_missing(self) -> Bools:
        """True where there is no value."""
        return self.codes < 0

    def or_else(self, default: Any) -> FieldColumn:
        """The same with a default where the value is missing."""
        codes = np.where(self.codes < 0, np.int32(len(self.values)), self.codes)
        return FieldColumn(codes, (*self.values, default), self.unreadable)

    def take(self, rows: Ints) -> FieldColumn:
        """The values of some rows, in that order."""
        unreadable = None if self.unreadable is None else self.unreadable[rows]
        return FieldColumn(self.codes[rows], self.values, unreadable)


def nothing(count: int) -> FieldColumn:
    """A column without any value."""
    return FieldColumn(np.full(count, -1, np.int32), ())


@dataclass(frozen=True)
class EventColumn:
    """One event a record: `at` where `is_there`. `attributes` hold its columns, with declared defaults laid under.

    `is_unsure` marks rows with more than one such event, or with one that could not be read; `is_automated` those that
    say so themselves, without a default.
    """

    at: Ints
    is_there: Bools
    attributes: Mapping[str, FieldColumn]
    is_unsure: Bools
    is_automated: Bools

    def field(self, name: str) -> FieldColumn:
        """An attribute; one that no column gives is missing everywhere."""
        found = self.attributes.get(name)
        return nothing(len(self.at)) if found is None else found

    def take(self, rows: Ints) -> EventColumn:
        """The events of some rows, in that order."""
        attributes = taken(self.attributes, rows)
        return EventColumn(
            self.at[rows], self.is_there[rows], attributes, self.is_unsure[rows], self.is_automated[rows]
        )


@dataclass(frozen=True)
class EventRows:
    """All events of one type in a batch, flat, in the order of (row, at, sequence).

    `row` is the record of each event, ascending. `attributes` hold a column each, over the events, with declared
    defaults laid under; `ref`, `actor` and `until` (whole UTC microseconds) are among them where they are given.
    `is_unsure` marks events that could not be read, or whose order among those of their instant only the content of
    attributes gives: their records go to the scalar check. `is_automated` marks those that say so themselves.
    `sequence` is 0 where none is given.
    """

    row: Ints
    at: Ints
    attributes: Mapping[str, FieldColumn]
    is_unsure: Bools
    is_automated: Bools
    sequence: Ints

    def field(self, name: str) -> FieldColumn:
        """An attribute; one that no column gives is missing everywhere."""
        found = self.attributes.get(name)
        return nothing(len(self.at)) if found is None else found


def rows_of_column(event: EventColumn) -> EventRows:
    """Single events as rows: those that are there, and those that could not be read."""
    row = np.flatnonzero(event.is_there | event.is_unsure)
    attributes = taken(event.attributes, row)
    is_unsure, none = event.is_unsure[row], np.zeros(len(row), np.int64)
    return EventRows(row, event.at[row], attributes, is_unsure, event.is_automated[row], none)


def column_of_rows(events: EventRows, count: int) -> EventColumn:
    """Events as single ones: a record with more than one is unsure."""
    at, is_there, is_unsure = np.zeros(count, np.int64), np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    place = np.full(count, -1, np.int64)
    place[events.row] = np.arange(len(events.row))
    at[events.row], is_there[events.row] = events.at, True
    is_unsure[events.row[events.is_unsure]] = True
    is_unsure[events.row[1:][events.row[1:] == events.row[:-1]]] = True
    is_unsure[events.row[events.sequence != 0]] = True  # who came first is a question of more than instants
    attributes = Lazy({name: partial(_spread, events.attributes, name, place) for name in events.attributes})
    is_automated = np.zeros(count, np.bool_)
    is_automated[events.row[events.is_automated]] = True
    return EventColumn(at, is_there, attributes, is_unsure, is_automated)


def taken(columns: Mapping[str, FieldColumn], rows: Ints) -> Mapping[str, FieldColumn]:
    """Some rows of columns by name, each when it is asked for."""
    return Lazy({name: partial(_taken, columns, name, rows) for name in columns})


def _taken(columns: Mapping[str, FieldColumn], name: str, rows: Ints) -> FieldColumn:
    return columns[name].take(rows)


def _spread(columns: Mapping[str, FieldColumn], name: str, place: Ints) -> FieldColumn:
    """A column over events as one over records; -1 is a record without an event."""
    column = columns[name]
    codes = np.append(column.codes, np.int32(-1))[place]
    unreadable = None if column.unreadable is None else np.append(column.unreadable, False)[place]
    return FieldColumn(codes, column.values, unreadable)


class Source(Protocol):
    """Where the columns of a batch come from: decoded when they are first asked for.

    A source may also have `events(name) -> EventRows | None` for types of which a record has several, and
    `has_turns() -> Bools`, `has_reviews() -> Bools` and `reviews_of(rule_id) -> Bools` for the records that have any
    (of that rule); `said(as_of) -> SaidRows | None` for what was said, `agent_names()` for the names that records
    give of their agents. Without them events are single, and nobody said or reviewed anything.
    """

    def field(self, name: str) -> FieldColumn | None:
        """The column of a field or attribute of records; None when the source has none."""

    def event(self, name: str) -> EventColumn | None:
        """The column of an event type; None when the source has none, or when a record has several."""
