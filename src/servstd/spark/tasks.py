"""What runs in an executor: record batches in, record batches out. Nothing here needs pyspark, and nothing pandas."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from servstd.adapters import LogMapping
from servstd.errors import Problem, RecordError
from servstd.evaluate import Evaluator
from servstd.evaluate.plan import Plan
from servstd.evaluate.table.batches import BATCH_ROWS, batches_of
from servstd.objective.counts import AMOUNTS
from servstd.parquet_datasets import STEP_BYTES
from servstd.plain import is_missing

logger = logging.getLogger("servstd")
Batches = Iterator[Any]
# A key is pickled, so that it comes back as it was, whatever it is by: texts, numbers, dates or nothing.
TALLY_SCHEMA = pa.schema([
    ("key", pa.binary()), ("outcome", pa.string()), ("reason", pa.string()), *((name, pa.int64()) for name in AMOUNTS),
])  # fmt: skip
_NO_ID = Problem(
    "missing-id",
    "a row has no id",
    ("id",),
    hint="the mapping {'id': 'id'} leaves out such rows, and all others that can not be read",
)
_MOST_BAD_ROWS = 1_000
BAD_ROW_SCHEMA = pa.schema([(name, pa.string()) for name in ("record_id", "code", "column", "message")])


@dataclass(frozen=True)
class Task:
    """Judging the rows of one partition. Of a log with a row an event, those of one case must stand together.

    `columns` are the names of the columns where they come under others, which Spark takes for nothing but names.
    """

    plan: Plan
    as_of: datetime
    mapping: LogMapping | None = None
    columns: tuple[str, ...] | None = field(default=None, kw_only=True)

    @property
    def evaluator(self) -> Evaluator:
        """The evaluator of the plan, made once in each process."""
        return self.plan.evaluator()

    def records(self, source: Any) -> Any:
        """The records of a table or reader, in the flat form."""
        if self.mapping is None:
            return source
        from servstd.adapters.table import mapped

        return mapped(source, self.mapping, self.evaluator.catalog.vocabulary, order="clustered")


@dataclass(frozen=True)
class CheckTask(Task):
    """Rows to verdicts, compact or in full."""

    full: bool = False

    def __call__(self, batches: Batches) -> Batches:
        source = reader_of(batches, self.columns)
        if source is not None:
            records = self.records(source)
            found = self.evaluator.iter_tables(records, as_of=self.as_of, full=self.full)
            with ids_asked_for():
                yield from map(without_dictionaries, found)
            tell_bad_rows(records)


@dataclass(frozen=True)
class TallyTask(Task):
    """Rows to one partial tally a partition."""

    by: tuple[str, ...] = ("rule_id",)

    def __call__(self, batches: Batches) -> Batches:
        source = reader_of(batches, self.columns)
        if source is None:
            return
        records = self.records(source)
        with ids_asked_for():
            tally = self.evaluator.tally_table(records, as_of=self.as_of, by=self.by)
        tell_bad_rows(records)
        cells = [
            (pickle.dumps(key), outcome.value, reason, *cell)
            for key, counts in tally.groups.items()
            for (outcome, reason), cell in counts.cells.items()
        ]
        yield pa.RecordBatch.from_pylist(
            [dict(zip(TALLY_SCHEMA.names, cell, strict=True)) for cell in cells], TALLY_SCHEMA
        )


@dataclass(frozen=True)
class BadRowTask(Task):
    """Rows to those that give no record; no more than the first thousand of a partition."""

    def __call__(self, batches: Batches) -> Batches:
        source = reader_of(batches, self.columns)
        if source is None:
            return
        found = [
            {"record_id": record_id, "code": problem.code, "column": problem.path, "message": problem.message}
            for record_id, problem in self._problems(source)
        ]
        yield pa.RecordBatch.from_pylist(found, BAD_ROW_SCHEMA)

    def _problems(self, source: Any) -> Iterator[tuple[str | None, Problem]]:
        """What is wrong with rows, by the judgement of the other tasks: in the flat form any row with an id will do."""
        if self.mapping is None:
            ids = (value for batch in batches_of(source) for value in batch.column("id").to_pylist())
            yield from islice(((None, _NO_ID) for value in ids if is_missing(value)), _MOST_BAD_ROWS)
            return
        records = self.records(source)
        for _ in records.to_batches():
            pass
        yield from ((row.record_id, problem) for row in records.bad_rows for problem in row.problems)


@contextmanager
def ids_asked_for(file: str | None = None) -> Iterator[None]:
    """Say how rows without an id are left out. Where one stands is told in a file: in a partition it tells nobody."""
    try:
        yield
    except RecordError as error:
        problems = list(error.problems)
        for place, one in enumerate(problems):
            if one.code == "missing-id":
                problems[place] = replace(_NO_ID, message=one.message, file=file) if file else _NO_ID
        raise RecordError(problems) from None


def tell_bad_rows(records: Any) -> None:
    """Say in the log of the executor how many rows gave no record, and by which codes; never what they hold."""
    if count := getattr(records, "bad_count", 0):
        codes = sorted({row.problem.code for row in records.bad_rows})
        logger.warning("rows that could not be read: %d (%s)", count, ", ".join(codes))


def reader_of(batches: Batches, names: Sequence[str] | None = None) -> Any:
    """The batches as a reader, in UTC, of a good size and with these names; None for a partition without rows."""
    first = next((batch for batch in batches if batch.num_rows), None)
    if first is None:
        return None
    found = (in_utc(batch, names) for batch in chain([first], batches))
    return pa.RecordBatchReader.from_batches(in_utc(first, names).schema, _larger(found))


def _larger(batches: Batches) -> Batches:
    """Spark cuts batches at 10,000 rows; each has a fixed cost, so that a few are made one."""
    held: list[Any] = []
    rows = size = 0
    for batch in batches:
        if held and (rows + batch.num_rows > BATCH_ROWS or size + batch.nbytes > STEP_BYTES):
            yield from _as_one(held)
            held, rows, size = [], 0, 0
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
    if held:
        yield from _as_one(held)


def _as_one(batches: Sequence[Any]) -> Batches:
    """The batches as one: what is put together here is far less than one can hold."""
    return iter(pa.Table.from_batches(batches).combine_chunks().to_batches())


def in_utc(batch: Any, names: Sequence[str] | None = None) -> Any:
    """The same instants whatever `spark.sql.session.timeZone` is: Spark sends them in UTC, labelled with that zone."""
    columns = [column.cast(_in_utc(column.type)) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names if names is None else list(names))


def _in_utc(kind: Any) -> Any:
    if pa.types.is_timestamp(kind):
        return pa.timestamp(kind.unit, "UTC") if kind.tz else kind
    if pa.types.is_list(kind):
        return pa.list_(_in_utc(kind.value_type))
    if pa.types.is_map(kind):
        return pa.map_(_in_utc(kind.key_type), _in_utc(kind.item_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _in_utc(field.type)) for field in kind])
    return kind


def without_dictionaries(batch: Any) -> Any:
    """Dictionary columns as texts: Spark does not take them."""
    columns = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
