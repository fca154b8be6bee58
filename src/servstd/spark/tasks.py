"""What runs in an executor: record batches in, record batches out. Nothing here needs pyspark, and nothing pandas."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import pyarrow as pa

from servstd.adapters import LogMapping
from servstd.evaluate import Evaluator
from servstd.evaluate.plan import Plan
from servstd.evaluate.table.batches import BATCH_ROWS
from servstd.objective.counts import AMOUNTS
from servstd.parquet_datasets import STEP_BYTES

logger = logging.getLogger("servstd")
Batches = Iterator[Any]
# A key is pickled, so that it comes back as it was, whatever it is by: texts, numbers, dates or nothing.
TALLY_SCHEMA = pa.schema([
    ("key", pa.binary()), ("outcome", pa.string()), ("reason", pa.string()), *((name, pa.int64()) for name in AMOUNTS),
])  # fmt: skip
BAD_ROW_SCHEMA = pa.schema([(name, pa.string()) for name in ("record_id", "code", "column", "message")])


@dataclass(frozen=True)
class Task:
    """Judging the rows of one partition. Of a log with a row an event, those of one case must stand together."""

    plan: Plan
    as_of: datetime
    mapping: LogMapping | None = None

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
        source = reader_of(batches)
        if source is not None:
            records = self.records(source)
            found = self.evaluator.iter_tables(records, as_of=self.as_of, full=self.full)
            yield from map(without_dictionaries, found)
            tell_bad_rows(records)


@dataclass(frozen=True)
class TallyTask(Task):
    """Rows to one partial tally a partition."""

    by: tuple[str, ...] = ("rule_id",)

    def __call__(self, batches: Batches) -> Batches:
        source = reader_of(batches)
        if source is None:
            return
        records = self.records(source)
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
        source = reader_of(batches)
        if source is None:
            return
        records = self.records(source)
        for _ in records.to_batches():
            pass
        found = [
            {"record_id": row.record_id, "code": problem.code, "column": problem.path, "message": problem.message}
            for row in records.bad_rows
            for problem in row.problems
        ]
        yield pa.RecordBatch.from_pylist(found, BAD_ROW_SCHEMA)


def tell_bad_rows(records: Any) -> None:
    """Say in the log of the executor how many rows gave no record, and by which codes; never what they hold."""
    if count := getattr(records, "bad_count", 0):
        codes = sorted({row.problem.code for row in records.bad_rows})
        logger.warning("rows that could not be read: %d (%s)", count, ", ".join(codes))


def reader_of(batches: Batches) -> Any:
    """The batches as a reader, in UTC and of a good size; None for a partition without rows."""
    first = next((batch for batch in batches if batch.num_rows), None)
    if first is None:
        return None
    schema = in_utc(first).schema
    return pa.RecordBatchReader.from_batches(schema, _larger(map(in_utc, chain([first], batches))))


def _larger(batches: Batches) -> Batches:
    """Spark cuts batches at 10,000 rows; each has a fixed cost, so that a few are made one."""
    held: list[Any] = []
    rows = size = 0
    for batch in batches:
        if held and (rows + batch.num_rows > BATCH_ROWS or size + batch.nbytes > STEP_BYTES):
            yield pa.concat_batches(held)
            held, rows, size = [], 0, 0
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
    if held:
        yield pa.concat_batches(held)


def in_utc(batch: Any) -> Any:
    """The same instants whatever `spark.sql.session.timeZone` is: Spark sends them in UTC, labelled with that zone."""
    columns = [column.cast(_in_utc(column.type)) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


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
