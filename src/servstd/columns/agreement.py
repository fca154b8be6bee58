"""`same`: events grouped by record and by what they say of an attribute (terms/agreement.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from servstd.columns.arrays import Bools, EventRows, Ints
from servstd.columns.columns import Columns
from servstd.columns.timeline import Matched, Timeline

SAYS_NOTHING = -1


class Sayings:
    """Numbers for what events say of one attribute, the same for every type of event."""

    def __init__(self, attribute: str, columns: Columns) -> None:
        self.attribute, self._known = attribute, dict[Any, int]()
        # Events agree by what they say themselves; a column has the declared default laid under.
        words = (event.attributes.get(attribute) for event in columns.vocabulary.events.values())
        self.is_plain = all(word is None or word.default is None for word in words)

    def of(self, events: EventRows, index: Ints) -> Ints:
        """What some events say."""
        column = events.field(self.attribute)
        numbers = [self._known.setdefault(value, len(self._known)) for value in column.values]
        return np.array([*numbers, SAYS_NOTHING], np.int64)[column.codes[index]]

    def of_matched(self, matched: Matched) -> Ints:
        """What each event of a reference says."""
        found = np.full(len(matched.row), SAYS_NOTHING, np.int64)
        for number, events in enumerate(matched.types):
            mine = np.flatnonzero(matched.source == number)
            found[mine] = self.of(events, matched.index[mine])
        return found


@dataclass(frozen=True)
class Grouped:
    """Some events by record and saying: a timeline whose records are these groups."""

    events: Timeline
    keys: Ints
    width: int

    def first_from(self, record: Ints, said: Ints, at: Ints, fine: Ints | None) -> tuple[Ints, Ints, Bools]:
        """The first event of a record that says this, from a position on: instant, place in it, whether there is."""
        if not len(self.keys):
            zeros = np.zeros(len(record), np.int64)
            return zeros, zeros, np.zeros(len(record), np.bool_)
        key = record * self.width + said + 1
        group = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        place = self.events.first_from(group, at, fine)
        is_there = (self.keys[group] == key) & (place < self.events.end(group))
        return self.events.instants(place, is_there, 0), self.events.fines(place, is_there, 0), is_there


def grouped(matched: Matched, said: Ints, where: Bools, width: int) -> Grouped:
    """Some events of a reference, by record and by what they say."""
    rows = np.flatnonzero(where)
    key = matched.row[rows] * width + said[rows] + 1
    order = np.argsort(key, kind="stable")  # within a group they stay in order
    keys, number = np.unique(key[order], return_inverse=True)
    rows = rows[order]
    return Grouped(Timeline(len(keys), number, matched.at[rows], matched.fine[rows]), keys, width)


Position = tuple[Ints, Ints, Bools]


def earlier(one: Position, other: Position) -> Position:
    """The first of two events in each row, where there is one."""
    is_other = other[2] & (~one[2] | is_before(other, one))
    return np.where(is_other, other[0], one[0]), np.where(is_other, other[1], one[1]), one[2] | other[2]


def is_before(one: Position, other: Position) -> Bools:
    """Rows in which the one comes before the other; nothing comes after what is not there."""
    found: Bools = (one[0] < other[0]) | ((one[0] == other[0]) & (one[1] < other[1]))
    return found
