"""Some rows of a batch, or one row an opportunity: what checks see is gathered through the record of each row."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import cast

import numpy as np

from servstd.columns.arrays import Bools, Bytes, EventColumn, EventRows, FieldColumn, Ints, Truths
from servstd.columns.columns import Array, Columns
from servstd.columns.items import Items
from servstd.terms.condition import FieldIs

FEW = 4
"""When fewer rows than one in so many are meant, only these are looked at."""


class View(Columns):
    """The rows of `parent` at `rows`, in that order; with `this`, each is the opportunity of that event."""

    def __init__(self, parent: Columns, rows: Ints, this: Items | None = None) -> None:
        is_left = None if parent.is_left is parent.nowhere else parent.is_left.take(rows)
        super().__init__(parent.source, len(rows), parent.as_of, is_left, parent.setting)
        self._base = parent.base
        self._record = rows if parent.record is parent.base.record else parent.record.take(rows)
        self.calendars = parent.calendars.take(rows)
        own = None if parent.this is None else parent.this.take(rows)
        self.this = own if this is None else this

    @cached_property
    def record(self) -> Ints:
        """The record of each row in the batch."""
        return self._record

    def of_batch(self, found: Array) -> Array:
        """What was found for each record of the batch, for each row."""
        return cast("Array", self.nowhere if found is self.base.nowhere else found.take(self._record))

    def asked(self, condition: FieldIs) -> Truths:
        """The truth of a condition on a field: of all records, unless these rows are few and nobody asked before."""
        if condition in self.base.known_truths or self.count * FEW > self.base.count:
            return self.of_batch(self.base.asked(condition))
        return super().asked(condition)

    def field(self, name: str) -> FieldColumn:
        """A field of the record of each row."""
        if name not in self._fields:
            self._fields[name] = self.base.field(name).take(self.record)
        return self._fields[name]

    def event(self, name: str) -> EventColumn | None:
        """The single event of the record of each row."""
        if name not in self._events:
            own = self.base.event(name)
            self._events[name] = None if own is None else own.take(self.record)
        return self._events[name]

    def events(self, name: str) -> EventRows | None:
        """All events of the batch; their rows are records, which `record` leads to."""
        return self.base.events(name)

    def unreadable(self, words: Iterable[str]) -> Bools:
        """Rows in whose record a value of any of these fields and events could not be read."""
        return self.of_batch(self.base.unreadable(words))

    @cached_property
    def has_turns(self) -> Bools:
        """Rows whose record holds words that somebody said."""
        return self.of_batch(self.base.has_turns)

    @cached_property
    def has_reviews(self) -> Bools:
        """Rows whose record holds answers of reviewers."""
        return self.of_batch(self.base.has_reviews)

    def reviews_of(self, rule_id: str) -> Bools:
        """Rows whose record holds answers to this rule."""
        return self.of_batch(self.base.reviews_of(rule_id))

    def codes_of(self, rule_id: str) -> Bytes:
        """The codes of another rule: on the same event where it was one of its opportunities, else on the record."""
        found = self.of_batch(self.base.codes_of(rule_id))
        if self.this is None or self.base.ask_items is None:
            return found
        items = self.base.ask_items(rule_id)
        if items is None or not len(items[0]):
            return found
        keys, codes = items
        own = self.this.keys()
        place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
        return np.where(keys[place] == own, codes[place], found)
