"""What undecided verdicts lack, from columns: of records that a rule can not tell apart one is asked for all.

A rule lacks words, and which ones goes by the fields and events that it reads: their values, as far as there are few,
and whether they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from servstd.columns import Columns, FieldColumn
from servstd.columns.columns import Ints
from servstd.columns.roll_up import NEVER
from servstd.evaluate.assessment import Assessment
from servstd.evaluate.table.alike import Words
from servstd.evaluate.table.flat_source import FlatSource
from servstd.evaluate.table.run import TableRun
from servstd.values import to_us

_MOST_VALUES = 64
_MOST_KEYS = 1 << 16
_MANY = ("a value",)

Names = tuple[str, ...]
Signs = tuple[Any, ...]


class _Word(NamedTuple):
    """What a rule can tell of one word: a small number for each row, and what each number means."""

    codes: NDArray[np.int32]
    signs: Signs


class Records:
    """Records of a batch that are looked at one by one, each read once."""

    def __init__(self, source: FlatSource, columns: Columns, run: TableRun) -> None:
        self.source, self.columns, self.run = source, columns, run
        self._known: dict[int, Assessment] = {}

    def assess(self, row: int) -> Assessment:
        """One record, judged by itself."""
        if row not in self._known:
            self.load(np.array([row], np.int64))
        return self._known[row]

    def load(self, rows: Ints) -> None:
        """Read some records at once, which takes less time."""
        new = np.array([row for row in rows.tolist() if row not in self._known], np.int64)
        if len(new):
            self._known.update(self.run.assessed(self.source, new))

    @cached_property
    def newest(self) -> Ints:
        """For each row the newest instant of any event; `NEVER` where turns, reviews or ends may be newer."""
        source = self.source
        newest = np.zeros(self.columns.count, np.int64)
        newest[source.needs_record() | source.has_turns() | source.has_reviews()] = NEVER
        for name in self.run.evaluator.catalog.vocabulary.events:
            events = source.events(name)
            if events is not None:
                until = events.field("until")
                np.maximum.at(newest, events.row, np.where(until.is_missing & ~events.is_unsure, events.at, NEVER))
        return newest


class Lacking:
    """Answers for a whole run; `start` begins the next batch."""

    def __init__(self, run: TableRun) -> None:
        self.run = run
        self._words = Words(run.evaluator.catalog)
        self._read: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, str, Signs], Names] = {}
        self._batch: dict[str, tuple[list[_Word], Signs]] = {}

    def start(self, source: FlatSource) -> None:
        """Forget the columns of the batch before."""
        self._source, self._batch = source, {}
        self._own = np.flatnonzero(source.needs_record())

    def names(self, rule_id: str, reason: str, rows: Ints, records: Records) -> Iterator[tuple[Names, int]]:
        """What these rows lack, with how many of them: rows of one rule, undecided for one reason."""
        words = self._words_of(rule_id)
        if words is None:
            for row in rows.tolist():
                yield records.assess(row)[rule_id].names, 1
            return
        if len(self._own):
            own = np.intersect1d(rows, self._own)
            for row in own.tolist():
                yield records.assess(row)[rule_id].names, 1
            rows = np.setdiff1d(rows, own)
        read = [self._columns(word) for word in words]
        columns = [column for varied, _ in read for column in varied]
        same = tuple(sign for _, signs in read for sign in signs)
        for row, count in _one_of_each(columns, rows):
            key = rule_id, reason, (*same, *(column.signs[column.codes[row]] for column in columns))
            if key not in self._known:
                self._known[key] = records.assess(row)[rule_id].names
            yield self._known[key], count

    def _words_of(self, rule_id: str) -> tuple[str, ...] | None:
        found = self._words.of(rule_id)
        if found is None:
            return None
        if rule_id not in self._read:
            fields = (f"field {name}" for name in sorted(found.fields))
            self._read[rule_id] = (*fields, *sorted(found.events - {"turns"}), "turns", "reviews")
        return self._read[rule_id]

    def _columns(self, word: str) -> tuple[list[_Word], Signs]:
        """What there is of a word in this batch: what differs between rows, and what is the same in all."""
        if word not in self._batch:
            varied, same = [], []
            for column in self._find(word):
                if len(column.codes) and np.ptp(column.codes):
                    varied.append(column)
                else:
                    same.append(column.signs[column.codes[0]] if len(column.codes) else None)
            self._batch[word] = varied, tuple(same)
        return self._batch[word]

    def _find(self, word: str) -> Iterator[_Word]:
        source = self._source
        if word in ("turns", "reviews"):
            has_any = source.has_turns() if word == "turns" else source.has_reviews()
            yield _Word(has_any.astype(np.int32), ((word, False), (word, True)))
        elif word.startswith("field "):
            column = source.field(word.removeprefix("field "))
            if column is not None:
                yield _of_values(word, column)
        else:
            yield from self._of_event(word)

    def _of_event(self, name: str) -> Iterator[_Word]:
        """How many there are (up to two) that were seen and that lie ahead, and the attributes of the first."""
        events = self._source.events(name)
        if events is None:
            return
        count, is_seen = self._source.batch.num_rows, events.at <= to_us(self.run.as_of)
        seen = np.minimum(np.bincount(events.row[is_seen], minlength=count), 2)
        ahead = np.minimum(np.bincount(events.row[~is_seen], minlength=count), 2)
        yield _Word((3 * seen + ahead).astype(np.int32), tuple((name, number) for number in range(9)))
        place = np.full(count, -1, np.int64)
        place[events.row[::-1]] = np.arange(len(events.row))[::-1]
        for attribute in sorted(events.attributes):
            if attribute not in ("until", "ref"):
                column = events.attributes[attribute]
                codes = np.append(column.codes, np.int32(-1))[place]
                yield _of_values(f"{name}.{attribute}", FieldColumn(codes, column.values))


def _of_values(name: str, column: FieldColumn) -> _Word:
    """The values where there are few, else only whether there is one."""
    if len(column.values) > _MOST_VALUES:
        return _Word((~column.is_missing).astype(np.int32), ((name, None), (name, _MANY)))
    signs = [(name, type(value).__name__, str(value)) for value in column.values]
    return _Word(column.codes + 1, ((name, None), *signs))


def _one_of_each(columns: list[_Word], rows: Ints) -> Iterator[tuple[int, int]]:
    """Of rows that look alike the first, and how many they are."""
    if not len(rows):
        return
    keys, bound = np.zeros(len(rows), np.int64), 1
    for column in columns:
        size = len(column.signs)
        if bound * size > _MOST_KEYS:
            keys = np.unique(keys, return_inverse=True)[1]
            bound = int(keys.max()) + 1
        keys, bound = keys * size + column.codes[rows], bound * size
    if bound > 4 * _MOST_KEYS:
        keys = np.unique(keys, return_inverse=True)[1]
        bound = int(keys.max()) + 1
    counts = np.bincount(keys, minlength=bound)
    first = np.empty(bound, np.int64)
    first[keys[::-1]] = rows[::-1]
    for key in np.flatnonzero(counts).tolist():
        yield int(first[key]), int(counts[key])
