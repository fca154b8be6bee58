"""Several logs as one batch: their records and bad rows, and the instant to judge them at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from servstd.adapters.logs import BadRow, Log, read_log
from servstd.adapters.mapping import LogMapping
from servstd.adapters.reach import Reach
from servstd.errors import CatalogError, Problem, RecordError
from servstd.record import Event, Record
from servstd.values import to_us
from servstd.vocabulary import Vocabulary


class Dated(Protocol):
    """Logs that can say how far they reach."""

    def newest_at(self) -> datetime | None:
        """The newest observed instant, never a due or planned one."""

    def reach(self) -> Reach:
        """How far they reach, and whether one record alone reaches so far."""


NEWEST = "newest event in the log"


MOST_BAD_ROWS = 1000
"""How many bad rows are kept of logs of any length; all are counted."""


@dataclass
class LogNotes:
    """What there is to say of logs beside their records.

    `bad_rows` are the first of `bad_count`; `repeats` counts rows that came twice; `odd` counts the records that have
    something odd about them, by what it is; `given` are the words that have a column in any log; `remarks` say what is
    odd about the columns of a log.
    """

    records: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_count: int = 0
    repeats: int = 0
    odd: Counter[Problem] = field(default_factory=Counter)
    given: set[str] = field(default_factory=set)
    remarks: tuple[Problem, ...] = ()

    def add_bad(self, row: BadRow) -> None:
        """Count a bad row, and keep it when it is among the first."""
        self.bad_count += 1
        if len(self.bad_rows) < MOST_BAD_ROWS:
            self.bad_rows.append(row)

    def add_odd(self, record: Record) -> None:
        """Count what is odd about a record, each once."""
        problems = (replace(problem, line=None, keys=_names(problem)) for problem in record.problems)
        self.odd.update(list(dict.fromkeys(problems)))

    def __add__(self, other: LogNotes) -> LogNotes:
        """The notes of two logs, one after the other."""
        return LogNotes(
            self.records + other.records,
            [*self.bad_rows, *other.bad_rows][:MOST_BAD_ROWS],
            self.bad_count + other.bad_count,
            self.repeats + other.repeats,
            self.odd + other.odd,
            self.given | other.given,
            tuple(dict.fromkeys((*self.remarks, *other.remarks))),
        )

    def odd_in_order(self) -> list[tuple[Problem, int]]:
        """What is odd, the most frequent first, then by what is said."""
        return sorted(self.odd.items(), key=lambda one: (-one[1], one[0].render()))


@dataclass
class Batch:
    """What logs hold.

    `repeats` counts rows that came twice, `given` are the words that have a column in any log; events of `planned`
    types do not show how far a log reaches. `has_cases` says that several rows make one record.
    """

    planned: frozenset[str] = frozenset()
    has_cases: bool = False
    records: list[Record] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    repeats: int = 0
    given: set[str] = field(default_factory=set)
    remarks: tuple[Problem, ...] = ()
    _first: dict[str, tuple[str, Record]] = field(default_factory=dict, repr=False)
    _twice: list[BadRow] = field(default_factory=list, repr=False)
    _reach: Reach | None = field(default=None, repr=False)

    def add(self, item: Record | BadRow, file: str) -> None:
        """Take a record, unless its id is there already, or a bad row."""
        if isinstance(item, BadRow):
            self.bad_rows.append(item)
        elif item.id not in self._first:
            self._first[item.id] = file, item
            self.records.append(item)
            self._reach = None
        elif _is_same(self._first[item.id][1], item):
            self.repeats += 1
        else:
            self._twice.append(taken_already(item.id, self._first[item.id][0], file, self.has_cases))

    def end_log(self, log: Log) -> None:
        """Take what is known of a log at its end; ids that an earlier log has come after its own bad rows."""
        self.bad_rows += self._twice
        self._twice.clear()
        self.repeats += log.repeats
        self.given |= log.given
        self.remarks = tuple(dict.fromkeys((*self.remarks, *log.remarks)))

    def find(self, record_id: str) -> Record | None:
        """The record of that id, or None."""
        known = self._first.get(record_id)
        return known[1] if known else None

    def newest_at(self) -> datetime | None:
        """The newest observed instant of any record, never a due or planned one."""
        return self.reach().newest_at

    def reach(self) -> Reach:
        """How far the records reach."""
        if self._reach is None:
            self._reach = Reach()
            for record in self.records:
                if (newest := record.newest_at(self.planned)) is not None:
                    self._reach.add(to_us(newest), record.id)
        return self._reach

    def notes(self) -> LogNotes:
        """What there is to say of these logs beside their records."""
        notes = LogNotes(len(self.records), self.bad_rows[:MOST_BAD_ROWS], len(self.bad_rows), self.repeats)
        notes.given |= self.given
        notes.remarks = self.remarks
        for record in self.records:
            if record.problems:
                notes.add_odd(record)
        return notes


def choose_as_of(
    given: datetime | None, mapping: LogMapping | None, batch: Dated, is_stream: bool
) -> tuple[datetime, str | None]:
    """The instant to judge at, and where it comes from when nobody named it.

    Without a given one it is the mapping's `exported_at`, else the newest event; a stream has no such default, for
    it may go on. Raises `RecordError` when there is none.
    """
    if given is not None:
        return given, None
    if mapping is not None and mapping.exported_at is not None:
        return mapping.exported_at, "exported_at of the mapping"
    newest = None if is_stream else batch.newest_at()
    if newest is None:
        what = "standard input does not say" if is_stream else "no event in the log says"
        message = f"{what} at what instant it is judged"
        raise RecordError([Problem("as-of-missing", message, hint="give --as-of, or exported_at in the mapping")])
    return newest.astimezone(UTC), NEWEST


def _is_same(one: Record, other: Record) -> bool:
    """Whether two records say the same; what was odd about their rows names other lines."""
    return one == other or _said(one) == _said(other)


def _said(record: Record) -> Record:
    return replace(record, problems=(), events=in_tie_order(record.events))


def in_tie_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by instant, sequence and type: the order of the columns that gave them says nothing."""
    return tuple(sorted(events, key=lambda one: (one.at_us, one.sequence, one.type)))


_PUT_TOGETHER = "all rows of a case have to be in one log: put these together"


def taken_already(record_id: str, first: str, file: str, is_case: bool = False) -> BadRow:
    """The bad row for an id that another log gives with other content; `is_case`: several rows make one record."""
    message = f"the id {record_id!r} is in {first} already, with other content"
    hint = _PUT_TOGETHER if is_case else None
    return BadRow(file, None, Problem("duplicate-id", message, hint=hint, file=file), record_id)


def _names(problem: Problem) -> tuple[str | int, ...]:
    return tuple(part for part in problem.keys if isinstance(part, str))


def read_logs(
    paths: Iterable[str | Path],
    mapping: LogMapping | None,
    vocabulary: Vocabulary,
    defaults: Mapping[str, Any] | None = None,
    file_format: str | None = None,
    tell: Callable[[int], None] = lambda count: None,
) -> Batch:
    """Everything that the logs hold. `tell` is called with the number of records and bad rows so far.

    Raises `RecordError` or `CatalogError` with what is wrong with every file that can not be read as a whole.
    """
    batch = Batch(vocabulary.planned, mapping is not None and mapping.event_rows is not None)
    unreadable: list[RecordError | CatalogError] = []
    for path in paths:
        try:
            log = read_log(path, mapping, vocabulary, defaults, file_format)
            for item in log:
                batch.add(item, str(path))
                tell(len(batch.records) + len(batch.bad_rows))
            batch.end_log(log)
        except (RecordError, CatalogError) as error:
            unreadable.append(error)
    if unreadable:
        raise type(unreadable[0])(problem for error in unreadable for problem in error.problems)
    return batch
