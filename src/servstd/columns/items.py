"""The events of `for_each`: each opportunity's own event, and the ones beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from servstd.columns.arrays import UNSURE, Bools, EventRows, FieldColumn, Ints, Truths
from servstd.columns.timeline import RANKS, Matched

NO_END = -(1 << 62)


@dataclass(frozen=True)
class Items:
    """The events of a batch that are opportunities (`place` among those of `matched`), and the `rows` that are meant.

    Every view keeps all of them, so that what comes before and after each is known.
    """

    matched: Matched
    place: Ints
    rows: Ints

    @cached_property
    def own(self) -> Ints:
        """The place of the event of each row."""
        return self.place[self.rows]

    @property
    def at(self) -> Ints:
        """When each happened."""
        return self.matched.at[self.own]

    @property
    def fine(self) -> Ints:
        """Its place among the events of that instant."""
        return self.matched.fine[self.own]

    @property
    def record(self) -> Ints:
        """The record of each."""
        return self.matched.row[self.own]

    def take(self, rows: Ints) -> Items:
        """Those of some rows."""
        return Items(self.matched, self.place, self.rows[rows])

    def beside(self, step: int) -> tuple[Items, Bools]:
        """The one before (-1) or after (1) each in its record, and whether there is one; else it is some other."""
        rows = self.rows + step
        inside = np.clip(rows, 0, max(len(self.place) - 1, 0))
        other = Items(self.matched, self.place, inside)
        return other, (rows == inside) & (other.record == self.record)

    @cached_property
    def until(self) -> Ints:
        """When each ended, `NO_END` where that is not given."""
        found = np.full(len(self.rows), NO_END, np.int64)
        for mine, events in self.by_type():
            found[mine] = until_of(events, self.matched.index[self.own[mine]])
        return found

    def keys(self) -> Ints:
        """A number for each event, the same in every view of the batch."""
        rank = self.fine & (RANKS - 1)
        return (rank << 40) + self.matched.index[self.own]

    def attribute(self, name: str) -> Iterator[tuple[Ints, FieldColumn]]:
        """An attribute, type by type: the rows of the type with their values."""
        for mine, events in self.by_type():
            yield mine, events.field(name).take(self.matched.index[self.own[mine]])

    @cached_property
    def is_automated(self) -> Bools:
        """Those that say so themselves."""
        found = np.zeros(len(self.rows), np.bool_)
        for mine, events in self.by_type():
            found[mine] = events.is_automated[self.matched.index[self.own[mine]]]
        return found

    def truths(self, of_events: Truths) -> Truths:
        """What was found for each event of `matched`, for each row."""
        return of_events[self.own] if len(of_events) else np.full(len(self.rows), UNSURE, np.int8)

    def by_type(self) -> Iterator[tuple[Ints, EventRows]]:
        """The rows of each type of event."""
        source = self.matched.source[self.own]
        for number, events in enumerate(self.matched.types):
            mine = np.flatnonzero(source == number)
            if len(mine):
                yield mine, events


def until_of(events: EventRows, index: Ints) -> Ints:
    """When some events ended, `NO_END` where that is not given."""
    column = events.field("until")
    ends = np.array([*column.values, NO_END], np.int64)
    return ends[column.codes[index]]
