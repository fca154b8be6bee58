"""Several logs as one batch: their records and bad rows, and the instant to judge them at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd.adapters.logs import BadRow, read_log
from servstd.adapters.mapping import LogMapping
from servstd.errors import CatalogError, Problem, RecordError
from servstd.record import Record
from servstd.values import to_us
from servstd.vocabulary import Vocabulary


@dataclass
class Batch:
    """What logs hold.

    `repeats` counts rows that came twice, `given` are the words that have a column in any log; events of `planned`
    types do not show how far a log reaches.
    """

    planned: frozenset[str] = frozenset()
    records: list[Record] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    repeats: int = 0
    given: set[str] = field(default_factory=set)
    _first: dict[str, tuple[str, Record]] = field(default_factory=dict, repr=False)

    def add(self, item: Record | BadRow, file: str) -> None:
        """Take a record, unless its id is there already, or a bad row."""
        if isinstance(item, BadRow):
            self.bad_rows.append(item)
        elif item.id not in self._first:
            self._first[item.id] = file, item
            self.records.append(item)
        elif self._first[item.id][1] == item:
            self.repeats += 1
        else:
            message = f"the id {item.id!r} is in {self._first[item.id][0]} already, with other content"
            self.bad_rows.append(BadRow(file, None, Problem("duplicate-id", message, file=file), item.id))

    def find(self, record_id: str) -> Record | None:
        """The record of that id, or None."""
        known = self._first.get(record_id)
        return known[1] if known else None

    def newest_at(self) -> datetime | None:
        """The newest observed instant of any record, never a due or planned one."""
        instants = (record.newest_at(self.planned) for record in self.records)
        return max((instant for instant in instants if instant is not None), key=to_us, default=None)

    def odd(self) -> list[tuple[Problem, int]]:
        """What was odd about records that can be judged, each once with how many records have it."""
        found: Counter[Problem] = Counter()
        for record in self.records:
            problems = (replace(problem, line=None, keys=_names(problem)) for problem in record.problems)
            found.update(list(dict.fromkeys(problems)))
        return list(found.items())


def choose_as_of(
    given: datetime | None, mapping: LogMapping | None, batch: Batch, is_stream: bool
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
    return newest, "newest event in the log"


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
    batch = Batch(vocabulary.planned)
    unreadable: list[RecordError | CatalogError] = []
    for path in paths:
        try:
            log = read_log(path, mapping, vocabulary, defaults, file_format)
            for item in log:
                batch.add(item, str(path))
                tell(len(batch.records) + len(batch.bad_rows))
            batch.repeats += log.repeats
            batch.given |= log.given
        except (RecordError, CatalogError) as error:
            unreadable.append(error)
    if unreadable:
        raise type(unreadable[0])(problem for error in unreadable for problem in error.problems)
    return batch
