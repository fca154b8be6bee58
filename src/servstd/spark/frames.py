"""Data frames to verdicts and tallies: what is checked before the job starts, and the job itself."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pyspark.sql import functions as sf

from servstd.adapters import LogMapping, load_mapping
from servstd.evaluate import Evaluator
from servstd.evaluate.plan import Plan
from servstd.objective import Counts, Tally
from servstd.objective.counts import AMOUNTS
from servstd.outcome import Outcome
from servstd.spark.event_rows import event_rows
from servstd.spark.tasks import BAD_ROW_SCHEMA, TALLY_SCHEMA, BadRowTask, CheckTask, TallyTask
from servstd.spark.types import arrow_schema, spark_schema
from servstd.values import EPOCH
from servstd.vocabulary import Vocabulary

Layout = Literal["wide", "events"]
Mapped = LogMapping | Mapping[str, Any] | str | Path | None
# What str.strip() takes away: a case is the same with blanks around it.
_BLANKS = "".join(one for one in map(chr, range(0x3001)) if one.isspace())
# The name of the hash of all columns that are not read; as it begins, no column of a log does.
_OTHERS = "\x00others"
# How values are hashed that a hash does not take, or takes for others: a collation "a" for "A", a number 0.0 for -0.0.
_CASTS = {"string": "binary", "float": "string", "double": "string"}
_NESTED = ("struct", "array", "map", "variant")
_JSON = {
    "ignoreNullFields": "false",
    "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXXXX",
    "timestampNTZFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
}


def check(
    df: Any,
    plan: Plan | Evaluator,
    as_of: datetime,
    *,
    full: bool = False,
    mapping: Mapped = None,
    layout: Layout | None = None,
) -> Any:
    """A data frame of verdicts: compact, a row a record and a column a rule (`outcome/reason`), or the verdict table.

    `df` has a row a record in the flat form (`wide`, the default), or with `layout="events"` a row an event: `id`,
    `type`, `at`, and whatever fields and attributes there are. A `mapping` (a file, a dict or a `LogMapping`) tells
    the layout itself. Instants do not depend on the zone of the session; a TIMESTAMP_NTZ needs the mapping's zone.
    Rows that a mapping can not read give no record; executors count them in their logs, `bad_rows` gives them. Without
    one every row gives a record, with `unknown/bad_data` for what can not be read; a row without an id fails the job.

    Raises `RecordError` and `CatalogError` before the job starts for what the columns or the instant show.
    """
    job = _Job.of(df, plan, mapping, layout)
    task = CheckTask(job.plan, as_of, job.mapping, full)
    answer = job.answer(task)  # what is wrong is told here, and once
    return job.run(task, df, answer)


def tally(
    df: Any,
    plan: Plan | Evaluator,
    as_of: datetime,
    by: str | Sequence[str] = ("rule_id",),
    *,
    mapping: Mapped = None,
    layout: Layout | None = None,
) -> Tally:
    """Counts by group, as `Evaluator.tally_table` gives them; `servstd.summarize` takes them. Runs the job.

    Each task counts its own rows, so that no verdict leaves the executors. `df` and the rest are as for `check`.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    job = _Job.of(df, plan, mapping, layout)
    task = TallyTask(job.plan, as_of, job.mapping, names)
    job.evaluator.tally_table(task.records(job.none), as_of=as_of, by=names)
    parts = job.run(task, df, TALLY_SCHEMA)
    sums = [sf.sum(name).cast("bigint").alias(name) for name in AMOUNTS]
    found = parts.groupBy("key", "outcome", "reason").agg(*sums).collect()
    return _tally(names, found, job.evaluator)


def bad_rows(df: Any, plan: Plan | Evaluator, *, mapping: Mapped = None, layout: Layout | None = None) -> Any:
    """The rows that give no record, as a data frame: `record_id`, `code`, `column`, `message`, a row a problem.

    Each task gives the first thousand of its own. The messages quote what the log says. Without a mapping, of a frame
    with a row a record, they are the rows without an id: those that stop `check` and `tally`.
    """
    job = _Job.of(df, plan, mapping, layout)
    task = BadRowTask(job.plan, EPOCH, job.mapping)
    job.answer(CheckTask(job.plan, EPOCH, job.mapping))
    return job.run(task, df, BAD_ROW_SCHEMA)


def _tally(by: tuple[str, ...], rows: Sequence[Any], evaluator: Evaluator) -> Tally:
    """The tally of some sums, rules in the order of the catalog, for a shuffle forgets it."""
    cells = [(pickle.loads(row["key"]), row) for row in rows]
    if "rule_id" in by:
        place, at = {name: number for number, name in enumerate(evaluator.reported)}, by.index("rule_id")
        cells.sort(key=lambda cell: place[cell[0][at]])
    tally = Tally(by)
    for key, row in cells:
        tally.groups.setdefault(key, Counts()).add(Outcome(row["outcome"]), row["reason"], [row[n] for n in AMOUNTS])
    return tally


@dataclass(frozen=True)
class _Job:
    """What is known of a job before it starts. `none` is a table without rows that has the columns of the tasks."""

    plan: Plan
    mapping: LogMapping | None
    none: Any

    @classmethod
    def of(cls, df: Any, plan: Any, mapping: Mapped, layout: Layout | None) -> _Job:
        """Check what can be checked here, so that a slip is told once and not by every task."""
        chosen = plan_of(plan)
        vocabulary = chosen.evaluator().catalog.vocabulary
        read = mapping_of(mapping, vocabulary)
        schema = arrow_schema(df.schema)
        if read is None and layout == "events":
            read = event_rows(schema.names, vocabulary)
        elif layout is not None and layout != (read.layout if read else "wide"):
            raise ValueError(f"the layout is {layout!r}, and {read.layout if read else 'wide'!r} in the mapping")
        return cls(chosen, read, schema.empty_table())

    @property
    def evaluator(self) -> Evaluator:
        return self.plan.evaluator()

    def run(self, task: CheckTask | TallyTask | BadRowTask, df: Any, schema: Any) -> Any:
        """The data frame of what the tasks give, in this schema."""
        rows, names = self._rows(df)
        return rows.mapInArrow(replace(task, columns=names).__call__, spark_schema(schema))

    def _rows(self, df: Any) -> tuple[Any, tuple[str, ...]]:
        """The data frame with the rows of a case together, and the names of its columns, which are `c0`, `c1` there.

        Names of ours may hold what Spark reads as parts, quotes or all columns.
        """
        names, read = tuple(field.name for field in df.schema.fields), self.mapping
        rows = df.toDF(*(f"c{place}" for place in range(len(names))))
        if read is None:
            return rows, names
        if read.plan is not None or read.event_rows is not None:
            rows, names = _narrowed(rows, names, read.columns())
        if read.event_rows is None:
            return rows, names
        case, at = (sf.col(f"c{names.index(name)}") for name in (read.event_rows.case, read.event_rows.at.column))
        case = sf.trim(case.cast("string"), sf.lit(_BLANKS))
        return rows.repartition(case).sortWithinPartitions(case, at), names

    def answer(self, task: CheckTask) -> Any:
        """The columns of the answer, from a table without rows; raises what is wrong with columns and instant."""
        found = self.evaluator.iter_tables(task.records(self.none), as_of=task.as_of, full=task.full)
        return next(iter(found)).schema


def _narrowed(rows: Any, names: tuple[str, ...], read: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """The columns that are read, with a number that tells rows apart which differ in the others only."""
    kept: list[Any] = []
    others: list[Any] = []
    for place, (name, field) in enumerate(zip(names, rows.schema.fields, strict=True)):
        column = sf.col(f"c{place}")
        # a hash passes over nulls, so that it must be told where they are
        others += [] if name in read else [column.isNull(), _hashable(column, field.dataType.typeName())]
        kept += [column] if name in read else []
    if not others:
        return rows, names
    numbered = [column.alias(f"c{place}") for place, column in enumerate([*kept, sf.xxhash64(*others)])]
    return rows.select(numbered), (*(name for name in names if name in read), _OTHERS)


def _hashable(column: Any, kind: str) -> Any:
    """What is hashed of a column of this kind: other values are others there too."""
    if kind in _NESTED:
        return sf.to_json(column, _JSON)
    return column.cast(_CASTS[kind]) if kind in _CASTS else column


def plan_of(plan: Any) -> Plan:
    """A plan as it is, or that of an evaluator."""
    if isinstance(plan, Evaluator):
        return Plan.of(plan)
    if not isinstance(plan, Plan):
        raise TypeError(f"expected a Plan or an Evaluator, got {type(plan).__name__}")
    return plan


def mapping_of(mapping: Mapped, vocabulary: Vocabulary) -> LogMapping | None:
    """A mapping as it is, or read from a file or a dict. Raises `CatalogError`."""
    return mapping if mapping is None or isinstance(mapping, LogMapping) else load_mapping(mapping, vocabulary)
