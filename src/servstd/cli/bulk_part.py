"""Judging one part of the logs: a file, or some row groups of one. Runs here or in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd.adapters import LogMapping
from servstd.adapters.batch import LogNotes, taken_already
from servstd.adapters.batches import FORMATS, LogBatches, open_batches, take_rows
from servstd.adapters.log_ids import IdFile, digest_of, has_id, rows_with
from servstd.adapters.logs import BadRow, read_log
from servstd.adapters.notes_file import notes_to_dict
from servstd.adapters.reach import Reach
from servstd.adapters.rows import format_of
from servstd.cli.bulk_writing import writing
from servstd.evaluate import Assessment, Evaluator
from servstd.evaluate.figures import Figures
from servstd.evaluate.figures_file import figures_to_dict
from servstd.evaluate.rows_file import VerdictFile, verdict_file
from servstd.evaluate.whole_file import whole_file
from servstd.record import Record
from servstd.values import to_us

Tell = Callable[[int, int], None]
Claims = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Judging:
    """How all parts are judged; it is sent to other processes, the evaluator as its plan.

    `suffix` is that of the verdicts to write, None for none.
    """

    evaluator: Evaluator
    mapping: LogMapping | None
    rules: list[str]
    by: tuple[str, ...]
    as_of: datetime
    input_format: str | None
    suffix: str | None


@dataclass(frozen=True)
class Part:
    """What to judge: a log, or some row groups of it. `base` is where its files begin, such as `folder/00001`.

    `claims` are the ids that an earlier log has: in which, and with what content. `is_alone` says that there is no
    other part, now or later. `number` is how often the same log came before.
    """

    log: str
    base: Path
    groups: tuple[int, ...] | None = None
    claims: Claims = field(default_factory=dict)
    is_alone: bool = False
    number: int = 0

    def file(self, ending: str) -> Path:
        """One of its files."""
        return self.base.with_name(f"{self.base.name}{ending}")


def judge_part(judging: Judging, part: Part, tell: Tell) -> None:
    """Judge a part and write what came of it: its verdicts, the numbers of its ids, and last its figures.

    Raises `RecordError` for what can not be read, and `OutputError` for what can not be written.
    """
    with writing(part.base):
        ids = IdFile(None if part.is_alone else part.file(".ids"))
        figures, notes, work = _judged(judging, part, ids, tell)
        ids.close()
    found = {"figures": figures_to_dict(figures), "notes": notes_to_dict(notes), "work": work}
    with whole_file(part.file(".json")) as stream:
        json.dump(found, stream)


def _judged(judging: Judging, part: Part, ids: IdFile, tell: Tell) -> tuple[Figures, LogNotes, dict[str, Any]]:
    way = _by_columns if format_of(part.log, judging.input_format) in FORMATS else _by_records
    if judging.suffix is None:
        return way(judging, part, ids, None, tell)
    with verdict_file(part.file(judging.suffix)) as file:
        return way(judging, part, ids, file, tell)


def _by_records(
    judging: Judging, part: Part, ids: IdFile, file: VerdictFile | None, tell: Tell
) -> tuple[Figures, LogNotes, dict[str, Any]]:
    """Record by record, for logs that are not read in batches."""
    evaluator, notes, taken = judging.evaluator, LogNotes(), _Claimed(part, judging)
    log = read_log(part.log, judging.mapping, *_words(judging), judging.input_format)
    figures = Figures(judging.rules, judging.by, columns=log.given)
    for item in log:
        tell(1, 0)
        if isinstance(item, BadRow):
            notes.add_bad(item)
            continue
        ids.add_one(item.id)
        if taken.has(item):
            continue
        notes.records += 1
        notes.add_odd(item)
        assessment = evaluator.check(item, as_of=judging.as_of)
        figures.add(assessment)
        if file is not None:
            _write(assessment, judging, file)
    tell(0, Path(part.log).stat().st_size)
    notes.repeats += log.repeats
    notes.given |= log.given
    notes.remarks = log.remarks
    return figures, notes + taken.notes, {}


def _words(judging: Judging) -> tuple[Any, Any]:
    catalog = judging.evaluator.catalog
    return catalog.vocabulary, catalog.defaults


def _write(assessment: Assessment, judging: Judging, file: VerdictFile) -> None:
    for rule_id in judging.rules:
        file.write(assessment[rule_id])


class _Claimed:
    """Records whose id an earlier log has: those that say the same came twice, all others are bad rows."""

    def __init__(self, part: Part, judging: Judging) -> None:
        self.part, self.notes, mapping = part, LogNotes(), judging.mapping
        self.has_cases = mapping is not None and mapping.event_rows is not None

    def has(self, record: Record) -> bool:
        """Whether a record is not to be judged, and note why."""
        claim = self.part.claims.get(record.id)
        if claim is None:
            return False
        if claim[1] == digest_of(record):
            self.notes.repeats += 1
        else:
            self.notes.add_bad(taken_already(record.id, claim[0], self.part.log, self.has_cases))
        return True


def _by_columns(
    judging: Judging, part: Part, ids: IdFile, file: VerdictFile | None, tell: Tell
) -> tuple[Figures, LogNotes, dict[str, Any]]:
    """By columns, a batch at a time."""
    from servstd.evaluate.table.figures import BatchFigures
    from servstd.evaluate.table.full import full_rows, full_table
    from servstd.evaluate.table.run import TableRun

    opened = open_part(part, judging, tell)
    table = _Unclaimed(opened.table, part, ids, judging)
    figures = Figures(judging.rules, judging.by, columns=opened.table.given)
    run = TableRun(judging.evaluator, table, judging.as_of, rules=judging.rules)
    table.read = run.reader.read
    counting = BatchFigures(figures, run)
    # a Parquet file has all its instants in UTC
    has_zones = judging.suffix != ".parquet"
    for source, columns, decided in run.judged(None if file is None else full_rows(judging.rules)):
        if file is None:
            counting.add(source, columns, decided)
            continue
        whole = full_table(run, source, columns, decided, has_zones=has_zones)
        counting.add(source, columns, decided, whole.by_rule())
        file.put_batch(whole.batch(), whole.zones() if has_zones else None)
    return figures, opened.notes(figures.records) + table.taken.notes, run.work.to_dict()


class _Unclaimed:
    """The batches of a table without the records that an earlier log has already."""

    def __init__(self, table: Any, part: Part, ids: IdFile, judging: Judging) -> None:
        self.table, self.part, self.ids, self.taken = table, part, ids, _Claimed(part, judging)
        self.read: Callable[[Any], Record] | None = None

    @property
    def schema(self) -> Any:
        """That of the table."""
        return self.table.schema

    def to_batches(self, **_: object) -> Iterator[Any]:
        """One pass."""
        for batch in self.table.to_batches():
            self.ids.add(batch.column("id"))
            yield self._left(batch) if self.part.claims else batch

    def _left(self, batch: Any) -> Any:
        ids = batch.column("id").to_pylist()
        rows = [row for row, record_id in enumerate(ids) if record_id in self.part.claims]
        if not rows or self.read is None:
            return batch
        for cells in take_rows(batch, rows).to_pylist():
            self.taken.has(self.read(cells))
        gone = frozenset(rows)
        return take_rows(batch, [row for row in range(batch.num_rows) if row not in gone])


@dataclass
class Opened:
    """A part, open: its batches as they are in the file, and as records in the flat form."""

    log: LogBatches
    table: Any

    def notes(self, records: int) -> LogNotes:
        """What the last pass found; bad rows by line."""
        table = self.table
        bad_rows = sorted([*self.log.bad_rows, *table.bad_rows], key=lambda row: row.line or 0)
        count = len(self.log.bad_rows) + table.bad_count
        return LogNotes(records, bad_rows, count, table.repeats, table.odd, set(table.given), table.remarks)


def open_part(part: Part, judging: Judging, tell: Tell) -> Opened:
    """Open a part of a log that is read in batches."""
    from servstd.adapters.table import mapped

    log = open_batches(part.log, judging.input_format, part.groups)
    log.tell = tell
    return Opened(log, mapped(log, judging.mapping, *_words(judging), file=part.log))


def reach_of(judging: Judging, part: Part, tell: Tell) -> Reach:
    """How far the records of a part reach."""
    reach = Reach()
    if format_of(part.log, judging.input_format) in FORMATS:
        reach.join(open_part(part, judging, tell).table.find_reach())
        return reach
    vocabulary, defaults = _words(judging)
    for item in read_log(part.log, judging.mapping, vocabulary, defaults, judging.input_format):
        if not isinstance(item, BadRow) and (at := item.newest_at(vocabulary.planned)) is not None:
            reach.add(to_us(at), item.id)
    return reach


def digests_in(judging: Judging, part: Part, wanted: Any) -> Iterator[tuple[str, str]]:
    """The ids of a part whose numbers are wanted, with the digests of their records, in order."""
    if format_of(part.log, judging.input_format) in FORMATS:
        yield from _digests_by_columns(judging, part, wanted)
        return
    for item in read_log(part.log, judging.mapping, *_words(judging), judging.input_format):
        if isinstance(item, Record) and has_id(item.id, wanted):
            yield item.id, digest_of(item)


def _digests_by_columns(judging: Judging, part: Part, wanted: Any) -> Iterator[tuple[str, str]]:
    from servstd.evaluate.table.run import TableRun

    table = open_part(part, judging, lambda rows, size: None).table
    read = TableRun(judging.evaluator, table, judging.as_of, rules=judging.rules).reader.read
    for batch in table.to_batches():
        rows = rows_with(batch.column("id"), wanted)
        for cells in take_rows(batch, rows).to_pylist():
            record = read(cells)
            yield record.id, digest_of(record)
