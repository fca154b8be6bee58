"""The one object through which checks see a batch of records as columns.

Instants are integer UTC microseconds. An array has one entry a record. Truth is Kleene's, as small integers: `YES`,
`NO`, `OPEN` (can not be decided) and `UNSURE` (only the scalar check can tell).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from servstd.columns.codes import LEFT

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.columns.codes import Codes
    from servstd.cues import CueFamily
    from servstd.vocabulary import Vocabulary

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Truths = NDArray[np.int8]
Bytes = NDArray[np.uint8]

NO, YES, OPEN, UNSURE = 0, 1, -1, 2


def truth_of(answer: bool | None) -> int:
    """Python's True, False and None as a number."""
    return OPEN if answer is None else int(answer)


@dataclass(frozen=True)
class FieldColumn:
    """The values of one field: `values[codes[row]]`, and -1 where it is missing.

    Each different value stands once in `values`, so that a question is asked once a value and not once a row.
    `unreadable` marks the rows whose value could not be read; None: there are none.
    """

    codes: NDArray[np.int32]
    values: Sequence[Any]
    unreadable: Bools | None = None

    def ask(self, test: Callable[[Any], bool | None]) -> Truths:
        """The truth of a test for each row; a missing value is tested as None."""
        answers = [truth_of(test(value)) for value in self.values]
        answers.append(truth_of(test(None)))
        return np.array(answers, np.int8)[self.codes]

    @property
    def is_missing(self) -> Bools:
        """True where there is no value."""
        return self.codes < 0

    def or_else(self, default: Any) -> FieldColumn:
        """The same with a default where the value is missing."""
        codes = np.where(self.codes < 0, np.int32(len(self.values)), self.codes)
        return FieldColumn(codes, (*self.values, default), self.unreadable)


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
        return _nothing(len(self.at)) if found is None else found


class Source(Protocol):
    """Where the columns of a batch come from: decoded when they are first asked for."""

    def field(self, name: str) -> FieldColumn | None:
        """The column of a field or attribute of records; None when the source has none."""

    def event(self, name: str) -> EventColumn | None:
        """The column of an event type; None when the source has none."""


class Columns:
    """A batch of `count` records as seen at `as_of`.

    `is_left` marks records that only the scalar check can judge: those with reviews, turns and lists of their own.
    """

    def __init__(self, source: Source, count: int, as_of: int, is_left: Bools, setting: Setting) -> None:
        self._source, self.count, self.as_of, self.is_left, self.setting = source, count, as_of, is_left, setting
        self._fields: dict[str, FieldColumn] = {}
        self._events: dict[str, EventColumn | None] = {}
        self._bad: dict[str, tuple[Bools, ...]] = {}
        self.ask: Callable[[str], Bytes] | None = None

    def codes_of(self, rule_id: str) -> Bytes:
        """The codes of another rule on these records; left, when nobody works them out."""
        return np.full(self.count, LEFT, np.uint8) if self.ask is None else self.ask(rule_id)

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
        """The calendar of all records; None when it differs between them."""
        return self.setting.calendar

    def field(self, name: str) -> FieldColumn:
        """A field or attribute of the records, with its default laid under."""
        found = self._fields.get(name)
        if found is None:
            own = self._source.field(name)
            found = _nothing(self.count) if own is None else own
            default = self.setting.defaults.get(name)
            found = self._fields[name] = found if default is None else found.or_else(default)
        return found

    def event(self, name: str) -> EventColumn | None:
        """The events of one type; None when no record has any."""
        if name not in self._events:
            self._events[name] = self._source.event(name)
        return self._events[name]

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
            event = self.event(name)
            both = (self.field(name).unreadable, None if event is None else event.is_unsure)
            self._bad[name] = tuple(bad for bad in both if bad is not None and bad.any())
        return self._bad[name]

    def is_tracked(self, types: Iterable[str]) -> bool:
        """False when the source can produce none of these event types."""
        tracked = self.setting.tracked
        return tracked is None or any(name in tracked for name in types)

    def is_complete(self, types: Iterable[str]) -> bool:
        """True when the absence of all these event types is evidence."""
        return self.setting.complete_for.issuperset(types)

    def begins_with(self, types: Iterable[str]) -> Bools:
        """Rows whose kind of record begins with one of these event types."""
        wanted = frozenset(types)
        vocabulary = self.vocabulary
        truth = self.field("kind").ask(lambda kind: not wanted.isdisjoint(vocabulary.begins(str(kind))))
        found: Bools = truth == YES
        return found

    def on(self, calendar: BusinessCalendar) -> Columns:
        """The same batch on another calendar; what was decoded is shared."""
        setting = replace(self.setting, calendar=calendar)
        other = Columns(self._source, self.count, self.as_of, self.is_left, setting)
        other._fields, other._events, other._bad = self._fields, self._events, self._bad
        other.ask = self.ask
        return other

    @cached_property
    def nowhere(self) -> Bools:
        """False in every row."""
        return np.zeros(self.count, np.bool_)


@dataclass
class Setting:
    """What is the same for all batches of a run."""

    vocabulary: Vocabulary
    cues: Mapping[str, CueFamily]
    codes: Codes
    calendar: BusinessCalendar | None
    defaults: Mapping[str, Any]
    tracked: frozenset[str] | None = None
    complete_for: frozenset[str] = frozenset()


def _nothing(count: int) -> FieldColumn:
    return FieldColumn(np.full(count, -1, np.int32), ())
