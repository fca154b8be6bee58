"""Logs to records: files of many formats, with or without a mapping, one record at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from servstd.adapters.cells import Cell, Dialect
from servstd.adapters.events_layout import group_cases
from servstd.adapters.given import words_given
from servstd.adapters.header import misnamed_events, missing_column
from servstd.adapters.mapping import LogMapping
from servstd.adapters.plan import LISTS, RowReading, read_list
from servstd.adapters.rows import RawRow, Rows, open_rows
from servstd.errors import CatalogError, Problem, RecordError
from servstd.flat import FlatReader
from servstd.record import Record
from servstd.values import ValueType
from servstd.vocabulary import Vocabulary

# what the flat form reports without harm to a verdict; all else makes the row a bad one
_WARNINGS = frozenset(("unknown-event", "attribute-without-event", "unknown-key", "override-without-reason"))

_ZONE_HINT = "set time_zone in the mapping"  # a whole log lacks it, not the one time


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that gives no record, and why. `problem` is the first of its `problems`.

    `line` is None for a row of a JSON file, whose problem says its index; `record_id` is None when it has none.
    """

    file: str
    line: int | None
    problem: Problem
    record_id: str | None = None
    others: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with the row."""
        return (self.problem, *self.others)

    def render(self) -> str:
        """Every problem as `file:line: column: message [code]` with its hint."""
        return "\n".join(problem.render() for problem in self.problems)


class Log(Iterator[Record | BadRow]):
    """The records and bad rows of a log, read as they are asked for.

    `repeats` counts rows that came twice; `given` are the words that have a column, empty or not; `remarks` say what is
    odd about the columns.
    """

    def __init__(self, rows: Rows, mapping: LogMapping, vocabulary: Vocabulary, defaults: Mapping[str, Any]) -> None:
        """Read `rows` as `mapping` says; the defaults of the mapping win over `defaults`."""
        self.rows, self.mapping = rows, mapping
        self.repeats = 0
        self.given = words_given(rows, mapping, vocabulary)
        self.remarks = misnamed_events(rows, mapping, vocabulary)
        self.reader = FlatReader(
            vocabulary,
            mapping.dialect.zone,
            _tracked(rows, mapping, vocabulary),
            mapping.complete_for,
            {**defaults, **mapping.defaults},
        )
        self._items = self._cases() if mapping.event_rows else self._wide()

    def __next__(self) -> Record | BadRow:
        return next(self._items)

    def _wide(self) -> Iterator[Record | BadRow]:
        seen: dict[str, int] = {}
        for raw in self.rows.rows:
            if raw.problem:
                yield BadRow(self.rows.file, raw.line, raw.problem)
                continue
            record_id = read_id(raw.cells.get(self.mapping.id_column), self.mapping.dialect)
            if record_id is not None and seen.get(record_id) == raw.digest:
                self.repeats += 1
                continue
            if record_id is None:
                item: Record | BadRow = self.without_id(raw)
            elif record_id in seen:
                item = self.with_same_id(raw, record_id)
            else:
                item = self.record(raw, record_id)
            if isinstance(item, Record) and record_id is not None:
                seen[record_id] = raw.digest
            yield item

    def without_id(self, raw: RawRow) -> BadRow:
        """The bad row that a row without an id is."""
        message = f"the row has no {self.mapping.id_column!r}, which is its id"
        return self.bad(raw, [Problem("missing-id", message, (self.mapping.id_column,))])

    def with_same_id(self, raw: RawRow, record_id: str) -> BadRow:
        """The bad row that a row is whose id another row had."""
        message = f"the id {record_id!r} is there already, with other content"
        return self.bad(raw, [Problem("duplicate-id", message, (self.mapping.id_column,))], record_id)

    def record(self, raw: RawRow, record_id: str) -> Record | BadRow:
        """The record of one row of a wide log."""
        reading = RowReading(raw.cells, self.mapping.dialect, dict(self.mapping.constants))
        if self.mapping.plan is None:
            self._take_flat(reading)
        else:
            reading.take_all(self.mapping.plan, self.mapping.begins)
        return self.finish(raw, record_id, reading)

    def _take_flat(self, reading: RowReading) -> None:
        """Take a row that is in the flat form, but for the missing cells, the times and the values."""
        mapping, flat = self.mapping, reading.flat
        for key, raw in reading.row.items():
            if key == mapping.id_column or mapping.dialect.is_missing(raw):
                continue
            if key in LISTS and isinstance(raw, str):
                self._take_flat_list(reading, key, raw)
            elif (cell := mapping.values.get(key) or self._flat_time(key)) is None:
                flat[key] = raw
            elif (value := reading.take(cell)) is not None:
                flat[key] = value

    def _take_flat_list(self, reading: RowReading, key: str, raw: str) -> None:
        try:
            reading.flat[key] = read_list(key, raw)
        except ValueError as error:
            reading.errors.append(Problem("not-a-list", str(error), (key,)))

    def _flat_time(self, key: str) -> Cell | None:
        """A cell for a key that holds a time written in the log's own format."""
        if self.mapping.dialect.time_format is None:
            return None
        what, event, attribute = self.reader.meaning(key)
        vocabulary = self.reader.vocabulary
        if what in ("event", "until"):
            return Cell(key, key, ValueType("instant"))
        known = vocabulary.events[event].attributes if what == "attribute" else vocabulary.fields
        word = known.get(attribute or key)
        return Cell(key, key, word.type) if word and word.type.text.startswith("instant") else None

    def _cases(self) -> Iterator[Record | BadRow]:
        cases = group_cases(self.rows, self.mapping)
        for raw, case, problems in cases.bad_rows():
            yield self.bad(raw, problems, case)
        self.repeats = cases.repeats
        for raw, case, reading in cases.readings():
            yield self.finish(raw, case, reading)

    def finish(self, raw: RawRow, record_id: str, reading: RowReading) -> Record | BadRow:
        """The record of a row in flat form, or the bad row when something in it can not be read."""
        if reading.errors:
            return self.bad(raw, reading.errors, record_id)
        flat = reading.flat
        if reading.events:
            flat["events"] = [*reading.events, *flat.get("events", ())]
        flat["id"] = record_id
        try:
            record = self.reader.read(flat)
        except RecordError as error:
            return self.bad(raw, list(error.problems), record_id)
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            return self.bad(raw, [Problem("bad-row", f"the row can not be read: {error}")], record_id)
        errors = [problem for problem in record.problems if not _is_warning(problem)]
        if errors:
            return self.bad(raw, errors, record_id)
        warnings = [self._placed(raw, problem) for problem in (*reading.warnings, *record.problems)]
        return replace(record, problems=tuple(warnings)) if warnings else record

    def bad(self, raw: RawRow, problems: list[Problem], record_id: str | None = None) -> BadRow:
        """A row that can not be read, with all that is wrong with it."""
        first, *others = [self._placed(raw, problem) for problem in problems]
        return BadRow(self.rows.file, raw.line, first, record_id, tuple(others))

    def _placed(self, raw: RawRow, problem: Problem) -> Problem:
        keys = problem.keys if raw.index is None else (raw.index, *problem.keys)
        hint = _ZONE_HINT if problem.code == "naive-time" else problem.hint
        return replace(problem, file=self.rows.file, line=raw.line, keys=keys, hint=hint)


def read_id(value: Any, dialect: Dialect) -> str | None:
    """The id that a cell holds, or None."""
    return None if dialect.is_missing(value) else str(value).strip() or None


def read_log(
    path: str | Path,
    mapping: LogMapping | None,
    vocabulary: Vocabulary,
    defaults: Mapping[str, Any] | None = None,
    file_format: str | None = None,
) -> Log:
    """The records of a log and its bad rows, in order; a log of event rows gives its records by time.

    `path` ends in .csv, .tsv, .jsonl, .ndjson, .json or .parquet; `file_format` says which standard input, `-`, is.
    Without a mapping the log must be in the flat form. Raises `RecordError` when the file can not be read as a
    whole, and `CatalogError` when it lacks a column that the mapping names.
    """
    rows = open_rows(path, file_format)
    require_columns(rows, mapping)
    return Log(rows, mapping or LogMapping(), vocabulary, defaults or {})


def require_columns(rows: Rows, given: LogMapping | None) -> None:
    """A table must have every column that the mapping names, once; a JSON record may leave any out.

    Without a mapping a table is in the flat form, and must have the column `id`.
    """
    if rows.header is None:
        return
    mapping = given or LogMapping()
    needed = mapping.columns() if mapping.plan or mapping.event_rows else rows.header
    problems = []
    for column in dict.fromkeys((*mapping.columns(), *needed)):
        if column not in rows.header:
            problems.append(missing_column(rows, column, given))
        elif column in rows.repeated and column:
            problems.append(
                Problem("duplicate-column", f"the column {column!r} is there twice", (), None, rows.file, 1)
            )
    if problems:
        raise CatalogError(problems)


def _tracked(rows: Rows, mapping: LogMapping, vocabulary: Vocabulary) -> frozenset[str] | None:
    """The only event types that the log can give: what the mapping says, or the header of a flat table."""
    if mapping.tracked is not None or mapping.plan is not None or rows.header is None or "events" in rows.header:
        return mapping.tracked
    reader = FlatReader(vocabulary)
    meanings = [reader.meaning(name) for name in rows.header]
    return frozenset(event for what, event, _ in meanings if what == "event") | mapping.complete_for


def _is_warning(problem: Problem) -> bool:
    """An unknown type in a list of events is no mere warning: the log says that something happened."""
    return problem.code in _WARNINGS and (problem.code, problem.keys) != ("unknown-event", ("events",))
