"""Data frames to verdicts and tallies: what is checked before the job starts, and the job itself."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    Rows that a mapping can not read give no record; executors count them in their logs, `bad_rows` gives them.

    Raises `RecordError` and `CatalogError` before the job starts for what the columns or the instant show.
    """
    job = _Job.of(df, plan, mapping, layout)
    task = CheckTask(job.plan, as_of, job.mapping, full)
    answer = job.answer(task)  # what is wrong is told here, and once
    return job.rows(df).mapInArrow(task.__call__, spark_schema(answer))


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
    parts = job.rows(df).mapInArrow(task.__call__, spark_schema(TALLY_SCHEMA))
    sums = [sf.sum(name).cast("bigint").alias(name) for name in AMOUNTS]
    found = parts.groupBy("key", "outcome", "reason").agg(*sums).collect()
    return _tally(names, found, job.evaluator)


def bad_rows(df: Any, plan: Plan | Evaluator, *, mapping: Mapped = None, layout: Layout | None = None) -> Any:
    """The rows that give no record, as a data frame: `record_id`, `code`, `column`, `message`, a row a problem.

    Each task gives the first thousand of its own. The messages quote what the log says.
    """
    job = _Job.of(df, plan, mapping, layout)
    task = BadRowTask(job.plan, EPOCH, job.mapping or LogMapping())
    task.records(job.none)
    return job.rows(df).mapInArrow(task.__call__, spark_schema(BAD_ROW_SCHEMA))


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

    def rows(self, df: Any) -> Any:
        """The data frame with the rows of a case together, and only the columns that a mapping reads."""
        if self.mapping is None:
            return df
        if self.mapping.plan is not None or self.mapping.event_rows is not None:
            df = df.select([_column(name) for name in self.mapping.columns()])
        terms = self.mapping.event_rows
        if terms is None:
            return df
        case = sf.trim(_column(terms.case).cast("string"), sf.lit(_BLANKS))
        return df.repartition(case).sortWithinPartitions(case, _column(terms.at.column))

    def answer(self, task: CheckTask) -> Any:
        """The columns of the answer, from a table without rows; raises what is wrong with columns and instant."""
        found = self.evaluator.iter_tables(task.records(self.none), as_of=task.as_of, full=task.full)
        return next(iter(found)).schema


def _column(name: str) -> Any:
    """A column by its name, with blanks in it or not."""
    return sf.col(f"`{name}`")


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
