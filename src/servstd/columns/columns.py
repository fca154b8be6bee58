"""The one object through which checks see a batch of records as columns.

An array has one entry a record, or, within a view, an entry an opportunity. Instants are integer UTC microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from servstd.columns.arrays import (
    NO,
    OPEN,
    UNSURE,
    YES,
    Bools,
    Bytes,
    EventColumn,
    EventRows,
    FieldColumn,
    Ints,
    Source,
    Truths,
    column_of_rows,
    nothing,
    rows_of_column,
    truth_of,
)
from servstd.columns.calendars import Calendars
from servstd.columns.codes import LEFT
from servstd.columns.said import NamesOfRows, Said, names_of_rows
from servstd.columns.setting import Setting
from servstd.columns.timeline import Matched, match_events
from servstd.terms.condition import FieldIs

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.columns.codes import Codes
    from servstd.columns.items import Items
    from servstd.vocabulary import Vocabulary

T = TypeVar("T")
Array = TypeVar("Array", bound=NDArray[Any])

__all__ = [
    "NO",
    "OPEN",
    "UNSURE",
    "YES",
    "Bools",
    "Bytes",
    "Columns",
    "EventColumn",
    "EventRows",
    "FieldColumn",
    "Ints",
    "Setting",
    "Source",
    "Truths",
    "truth_of",
]


class Columns:
    """A batch of `count` records as seen at `as_of`.

    `is_left` marks records that only the scalar check can judge (None: there are none). `ask` gives the codes of
    another rule, and `ask_items` those of its opportunities by the event of each, in the order of `Items.keys`.
    """

    this: Items | None = None
    """The event of each row, in a view of opportunities."""

    def __init__(self, source: Source, count: int, as_of: int, is_left: Bools | None, setting: Setting) -> None:
        self.source, self.count, self.as_of, self.setting = source, count, as_of, setting
        self.is_left = self.nowhere if is_left is None else self.marked(is_left)
        self.calendars = Calendars(() if setting.calendar is None else (setting.calendar,))
        self._base: Columns | None = None
        self._fields: dict[str, FieldColumn] = {}
        self._events: dict[str, EventColumn | None] = {}
        self._rows: dict[str, EventRows | None] = {}
        self._bad: dict[str, tuple[Bools, ...]] = {}
        self._kept: dict[Any, Any] = {}
        self.known_truths: dict[Any, Truths] = {}
        self.ask: Callable[[str], Bytes] | None = None
        self.ask_items: Callable[[str], tuple[Ints, Bytes] | None] | None = None

    @property
    def base(self) -> Columns:
        """The batch itself, which a view is of."""
        return self if self._base is None else self._base  # itself would be a circle, and keep its arrays

    @cached_property
    def record(self) -> Ints:
        """The record of each row: in the batch itself, each row is one."""
        return np.arange(self.count)

    def of_batch(self, found: Array) -> Array:
        """What was found for each record of the batch, for each row."""
        return found

    def marked(self, where: Bools) -> Bools:
        """The same, but `nowhere` itself where no row is marked: then it need not be looked at again."""
        return where if where.any() else self.nowhere

    def codes_of(self, rule_id: str) -> Bytes:
        """The codes of another rule on these records; left, when nobody works them out."""
        ask = self.base.ask
        return np.full(self.count, LEFT, np.uint8) if ask is None else ask(rule_id)

    @property
    def codes(self) -> Codes:
        """Numbers of outcomes with their reasons."""
        return self.setting.codes

    @property
    def vocabulary(self) -> Vocabulary:
        """The declared words."""
        return self.setting.vocabulary

    @property
    def calendar(self) -> BusinessCalendar | None:
        """The calendar of all rows; None when there is none. Raises `SeveralCalendars` when it differs between them."""
        return self.calendars.only

    def field(self, name: str) -> FieldColumn:
        """A field or attribute of the records, with its default laid under."""
        found = self._fields.get(name)
        if found is None:
            own = self.source.field(name)
            found = self._nothing if own is None else own
            default = self.setting.defaults.get(name)
            found = self._fields[name] = found if default is None else found.or_else(default)
        return found

    def asked(self, condition: FieldIs) -> Truths:
        """The truth of a condition on a field; the same stands in many rules, so it is kept."""
        found = self.known_truths.get(condition)
        if found is None:
            name, test = condition.name, condition.test
            found = self.field(name).ask(lambda value: test({} if value is None else {name: value}))
            self.known_truths[condition] = found
        return found

    def event(self, name: str) -> EventColumn | None:
        """The events of one type as single ones, unsure where a record has several; None when no record has any."""
        if name not in self._events:
            own, events = self.source.event(name), getattr(self.source, "events", None)
            if own is None and events is not None and (rows := self.events(name)) is not None:
                own = column_of_rows(rows, self.count)
            self._events[name] = own
        return self._events[name]

    def are_single(self, names: Iterable[str]) -> bool:
        """True when no record has two events of one of these types, as far as the source knows."""
        return all(self.source.event(name) is not None or self.events(name) is None for name in names)

    def events(self, name: str) -> EventRows | None:
        """All events of one type, several of one record among them; None when no record has any."""
        if name not in self._rows:
            events = getattr(self.source, "events", None)
            own = self.source.event(name) if events is None else None
            self._rows[name] = events(name) if events is not None else None if own is None else rows_of_column(own)
        return self._rows[name]

    def matched(self, key: object, names: Sequence[str], ask: Callable[[EventRows], Truths]) -> Matched:
        """The events of some types of all records of the batch, found once for each `key`; `ask` says which match."""

        def make() -> Matched:
            types = {name: events for name in names if (events := self.events(name)) is not None}
            found = match_events(types, self.vocabulary, self.count, self.as_of, ask)
            is_unsure, is_ahead = self.marked(found.is_unsure), self.marked(found.is_ahead)
            return replace(found, is_unsure=is_unsure, is_ahead=is_ahead, is_seen=self.marked(found.is_seen))

        return self.keep(key, make)

    def keep(self, key: object, make: Callable[[], T]) -> T:
        """What is the same for all rules and calendars, found once for each `key`."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def seen(self, names: Sequence[str]) -> Matched:
        """The seen events of some types, whatever they say."""
        return self.base.matched(("seen", *names), names, lambda events: np.full(len(events.at), YES, np.int8))

    @cached_property
    def has_turns(self) -> Bools:
        """Rows whose record holds words that somebody said."""
        ask = getattr(self.source, "has_turns", None)
        return self.nowhere if ask is None else self.marked(ask())

    @cached_property
    def has_reviews(self) -> Bools:
        """Rows whose record holds answers of reviewers."""
        ask = getattr(self.source, "has_reviews", None)
        return self.nowhere if ask is None else self.marked(ask())

    def reviews_of(self, rule_id: str) -> Bools:
        """Rows whose record holds answers to this rule, or to any where the source does not tell them apart."""
        ask: Callable[[str], Bools] | None = getattr(self.source, "reviews_of", None)
        return self.has_reviews if ask is None else self.marked(ask(rule_id))

    @cached_property
    def names(self) -> NamesOfRows:
        """The names that count for self-identification in the records of the batch."""
        if self._base is not None:
            return self._base.names
        own = getattr(self.source, "agent_names", None)
        agents = self.source.field("agent")
        return names_of_rows(agents, None if own is None else own(), self.count, self.setting.names_for)

    @cached_property
    def said(self) -> Said | None:
        """What was said in the records of the batch; None when the source holds no words."""
        if self._base is not None:
            return self._base.said
        ask = getattr(self.source, "said", None)
        rows = None if ask is None else ask(self.as_of)
        return None if rows is None else Said(rows, self.names)

    def unreadable(self, words: Iterable[str]) -> Bools:
        """Rows in which a value of any of these fields and events could not be read."""
        found = self.nowhere
        for name in words:
            for bad in self._bad_rows(name):
                found = found | bad
        return found

    def _bad_rows(self, name: str) -> tuple[Bools, ...]:
        """What could not be read of one word; nothing, nearly always."""
        if name not in self._bad:
            both = (self.field(name).unreadable, self._bad_events(name))
            self._bad[name] = tuple(bad for bad in both if bad is not None and bad.any())
        return self._bad[name]

    def _bad_events(self, name: str) -> Bools | None:
        event = self.source.event(name)
        if event is not None and not event.is_unsure.any():
            return None
        rows = self.events(name)
        if rows is None:
            return None
        found = np.zeros(self.count, np.bool_)
        found[rows.row[rows.is_unsure]] = True
        return found

    def is_tracked(self, types: Iterable[str]) -> bool:
        """False when the source can produce none of these event types."""
        tracked = self.setting.tracked
        return tracked is None or any(name in tracked for name in types)

    def is_complete(self, types: Iterable[str]) -> bool:
        """True when the absence of all these event types is evidence."""
        return self.setting.complete_for.issuperset(types)

    def begins_with(self, types: Iterable[str]) -> Bools:
        """Rows whose kind of record begins with one of these event types."""
        return self._of_kind(self.vocabulary.begins, types)

    def has_ended(self) -> Bools:
        """Rows in which an event that ends records of their kind was seen."""
        found = self.nowhere.copy()
        kinds = self.field("kind")
        for name in {name for kind in kinds.values for name in self.vocabulary.ends(str(kind))}:
            found |= self.seen((name,)).is_seen[self.record] & self._of_kind(self.vocabulary.ends, (name,))
        return found

    def _of_kind(self, words: Callable[[str], tuple[str, ...]], types: Iterable[str]) -> Bools:
        wanted = frozenset(types)
        found: Bools = self.field("kind").ask(lambda kind: not wanted.isdisjoint(words(str(kind)))) == YES
        return found

    def on(self, calendars: Calendars) -> Columns:
        """The same rows on other calendars; what was decoded is shared. Rows without one are left."""
        _ = self.record, self.nowhere, self.has_turns, self.has_reviews  # found once for all calendars
        other = copy(self)
        other.calendars, other._base = calendars, self.base
        if calendars.number is not None:
            other.is_left = self.marked(self.is_left | (calendars.number < 0))
        return other

    @cached_property
    def nowhere(self) -> Bools:
        """False in every row."""
        found = np.zeros(self.count, np.bool_)
        found.flags.writeable = False  # it stands for what marks no row wherever that is asked
        return found

    @cached_property
    def _nothing(self) -> FieldColumn:
        return nothing(self.count)
