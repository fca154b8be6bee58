"""The logs of `servstd diff`: read once when both catalogs have the same words, else as each of them reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from servstd.adapters import BadRow, LogMapping
from servstd.adapters.batch import Batch, choose_as_of
from servstd.catalog import Catalog
from servstd.cli.arguments import read_batch, read_mapping
from servstd.cli.log_report import heading_of, report_bad_rows
from servstd.cli.stop import BAD_USAGE, say, stop
from servstd.cli.wrapping import count_of, printable
from servstd.errors import CatalogError, Problem
from servstd.record import Record
from servstd.values import to_us
from servstd.vocabulary import nearest

_IDS = 5


@dataclass(frozen=True, slots=True)
class BothLogs:
    """The same logs as each catalog reads them; one batch twice when they have the same words."""

    old: Batch
    new: Batch
    mapping: LogMapping | None
    is_stream: bool

    @property
    def only_old(self) -> tuple[str, ...]:
        """Ids of the records that can be read with the words of the old catalog only."""
        return _only(self.old, self.new)

    @property
    def only_new(self) -> tuple[str, ...]:
        """Ids of the records that can be read with the words of the new catalog only."""
        return _only(self.new, self.old)

    @property
    def count(self) -> int:
        """How many records are compared."""
        return len(self.new.records) - len(self.only_new)

    @property
    def bad_rows(self) -> list[BadRow]:
        """The rows that neither of both can read."""
        readable = frozenset(self.only_old)
        return [row for row in self.new.bad_rows if row.record_id not in readable]

    def pairs(self) -> Iterator[tuple[Record, Record]]:
        """Every record as the old and as the new catalog reads it."""
        for record in self.new.records:
            other = record if self.old is self.new else self.old.find(record.id)
            if other is not None:
                yield other, record

    def find(self, record_id: str) -> tuple[Record, Record]:
        """One record as both read it. Raises `KeyError`."""
        before, after = self.old.find(record_id), self.new.find(record_id)
        if before is None or after is None:
            raise KeyError(record_id)
        return before, after

    def find_or_stop(self, record_id: str) -> tuple[Record, Record]:
        """One record as both read it; else the command ends."""
        try:
            return self.find(record_id)
        except KeyError:
            bad = [row for batch in (self.new, self.old) for row in batch.bad_rows if row.record_id == record_id]
            if bad:
                say(bad[0].render())
                raise typer.Exit(BAD_USAGE) from None
        known = [one.id for one in self.new.records]
        message = f"no record has the id {record_id!r}; {len(known)} were read"
        raise stop(Problem("unknown-record", message, ("--explain",), nearest(record_id, known)))

    def choose_as_of(self, given: datetime | None) -> tuple[datetime, str | None]:
        """The one instant for both: as `servstd check` finds it, the later where the two readings differ."""
        chosen = [choose_as_of(given, self.mapping, batch, self.is_stream) for batch in (self.new, self.old)]
        return max(chosen, key=lambda one: to_us(one[0]))

    def heading(self, as_of: datetime, origin: str | None) -> str:
        """As of when, and how many records; one that only one of both can read is neither record nor bad row."""
        return heading_of((self.count, len(self.bad_rows), self.new.repeats), as_of, origin)


def read_both(old: Catalog, new: Catalog, logs: Sequence[str], path: Path | None, file_format: str | None) -> BothLogs:
    """Read the logs for both catalogs; once when they have the same words."""
    first, second = _readers(old, new, path)
    batch = read_batch(second.words, logs, second.mapping, file_format)
    if first is second:
        return BothLogs(batch, batch, second.mapping, "-" in logs)
    if "-" in logs:
        message = "standard input can be read only once, and the two catalogs have different words or defaults"
        raise stop(Problem("input-once", message, ("LOG",), "write it to a file first"))
    return BothLogs(read_batch(first.words, logs, first.mapping, file_format), batch, second.mapping, False)


def report_logs(both: BothLogs) -> None:
    """Say what could not be read, by either or by both; leave when nothing can be compared."""
    report_bad_rows(both.new)
    for ids, which in ((both.only_old, "OLD"), (both.only_new, "NEW")):
        if ids:
            say(f"left out, as only the words of {which} can read it: {count_of(len(ids), 'record')}, {_few(ids)}")
    if not both.count:
        say("no record can be read with the words of both")
        raise typer.Exit(BAD_USAGE)


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """Whose words a log is read with, and the mapping in these words."""

    words: Catalog
    mapping: LogMapping | None


def _readers(old: Catalog, new: Catalog, path: Path | None) -> tuple[_Reader, _Reader]:
    """How each side reads the logs: the same object twice where there is no difference.

    A mapping that uses a word of one catalog only is no reason to give up: then both are given what that one reads.
    """
    found: dict[str, _Reader] = {}
    errors: dict[str, CatalogError] = {}
    for which, catalog in (("OLD", old), ("NEW", new)):
        try:
            found[which] = _Reader(catalog, read_mapping(catalog, path))
        except CatalogError as error:
            errors[which] = error
    if len(errors) == 2:
        raise errors["NEW"]
    for which, misfit in errors.items():
        other = "NEW" if which == "OLD" else "OLD"
        say(f"the mapping does not fit the words of {which}, so the log is read with those of {other} for both:")
        say(str(misfit))
        return found[other], found[other]
    is_alike = (old.vocabulary, old.defaults) == (new.vocabulary, new.defaults)
    return (found["NEW"] if is_alike else found["OLD"]), found["NEW"]


def _only(batch: Batch, other: Batch) -> tuple[str, ...]:
    if batch is other:
        return ()
    return tuple(record.id for record in batch.records if other.find(record.id) is None)


def _few(ids: Sequence[str]) -> str:
    return ", ".join(map(printable, ids[:_IDS])) + (", ..." if len(ids) > _IDS else "")
