"""Judging a table: batch by batch, by columns where that is certain, record by record where it is not."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import starmap
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from servstd.columns import LEFT, Codes, Columns, Decided
from servstd.columns.columns import Ints, Setting
from servstd.errors import Problem, RecordError
from servstd.evaluate.assessment import Assessment
from servstd.evaluate.table.alike import Words, representatives
from servstd.evaluate.table.batches import as_reader, batches_of
from servstd.evaluate.table.coded_texts import texts_asked
from servstd.evaluate.table.compact import compact_batch
from servstd.evaluate.table.declared import declared_by
from servstd.evaluate.table.flat_source import FlatSource
from servstd.evaluate.table.full import full_batch, full_rows
from servstd.evaluate.table.judge_columns import RuleJudge
from servstd.evaluate.table.one_by_one import Left, judge_rows
from servstd.spelling import first_names, nearest
from servstd.values import parse_instant, to_us

if TYPE_CHECKING:
    from servstd.evaluate.evaluator import Evaluator

logger = logging.getLogger("servstd")


@dataclass
class Work:
    """What a run did: how many verdicts, how many of them judged one by one, by rule, and the seconds it took.

    `failed` counts the batches in which the vector check of a rule raised, so that every record was judged by itself.
    """

    records: int = 0
    verdicts: int = 0
    one_by_one: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    seconds_one_by_one: float = 0.0

    @property
    def share_one_by_one(self) -> float:
        """The share of the verdicts that were judged one by one, 0 to 1."""
        return self.one_by_one.total() / self.verdicts if self.verdicts else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, of which those of several runs can be added up."""
        return {
            "records": self.records,
            "verdicts": self.verdicts,
            "one_by_one": dict(self.one_by_one),
            "seconds": self.seconds,
            "seconds_one_by_one": self.seconds_one_by_one,
        }

    def log(self) -> None:
        """Say which rules were judged one by one, for how many records, and what share of the time that took."""
        share = self.seconds_one_by_one / self.seconds if self.seconds else 0.0
        most = ", ".join(f"{rule_id} {count}" for rule_id, count in self.one_by_one.most_common(5))
        logger.info(
            "%d records; %.1f%% of the verdicts one by one, in %.0f%% of the time: %s",
            self.records, 100 * self.share_one_by_one, 100 * share, most or "none",
        )  # fmt: skip


class TableRun:
    """One pass over a table of records in the flat form.

    The source can give no events but those of its columns, so that rules about others are `event_not_tracked`; the
    metadata `servstd` of its schema may say otherwise. Raises `RecordError` for a source that is no table, has no id
    column, or a row that can not be judged at all.
    """

    def __init__(self, evaluator: Evaluator, source: Any, as_of: datetime, rules: Sequence[str] | None = None) -> None:
        """A run of all reported rules, or of those named."""
        self.evaluator, self.as_of, self.work = evaluator, parse_instant(as_of), Work()
        self.rules = evaluator.reported if rules is None else tuple(rules)
        _require_table(source)
        self.source = as_reader(source)
        _require_id(list(self.source.schema.names))
        catalog = evaluator.catalog
        self.declared = declared_by(self.source.schema, catalog.vocabulary)
        self.reader = self.declared.reader(catalog.vocabulary)
        self.codes = Codes()
        self.words = Words(catalog)
        self.texts = texts_asked(catalog, self.source.schema, self.reader)
        self.setting = Setting(
            catalog.vocabulary,
            catalog.cues,
            self.codes,
            None if catalog.calendar_for else catalog.calendar(),
            {**evaluator.defaults, **self.declared.defaults},
            self.declared.tracked,
            self.declared.complete_for,
            catalog.fiscal_year_start,
            catalog.names_for,
        )

    def decided(self) -> Iterator[tuple[Any, dict[str, Decided]]]:
        """Each batch of the source with what every reported rule decided on its rows, none of them left."""
        # no loop: its names would hold the arrays of one batch while those of the next are made
        return starmap(_without_columns, self.judged())

    def judged(self, rows: int | None = None) -> Iterator[tuple[FlatSource, Columns, dict[str, Decided]]]:
        """The same with the batch as checks see it, in slices of so many rows, for whoever asks for more than codes."""
        for batch in batches_of(self.source, self.texts):
            step = max(batch.num_rows, 1) if rows is None else rows
            for begin in range(0, max(batch.num_rows, 1), step):
                source, columns = self._seen(batch if rows is None else batch.slice(begin, step))
                yield source, columns, self._judge_seen(source, columns)

    def compact(self) -> Iterator[Any]:
        """A record batch of the compact table for each batch of the source."""
        for batch, found in self.decided():
            first_row = self.work.records - batch.num_rows
            yield compact_batch(batch, {name: one.codes for name, one in found.items()}, self.codes, first_row)
        self.work.log()

    def full(self) -> Iterator[Any]:
        """A record batch of the verdict table for each batch of the source."""
        yield from starmap(partial(full_batch, self), self.judged(full_rows(self.rules)))
        self.work.log()

    def _assess(self, row: dict[str, Any]) -> Assessment:
        return self.evaluator.check(self.reader.read(row), as_of=self.as_of)

    def _seen(self, batch: Any) -> tuple[FlatSource, Columns]:
        """A batch as checks see it."""
        source = FlatSource(batch, self.reader)
        is_left = source.needs_record() | self.evaluator.strict  # strictness looks at the whole record
        setting = replace(self.setting, **source.same_for_all())
        return source, Columns(source, batch.num_rows, to_us(self.as_of), is_left, setting)

    def _judge_seen(self, source: FlatSource, columns: Columns) -> dict[str, Decided]:
        """What each rule decided, whatever the columns left judged one by one."""
        begin = time.perf_counter()
        found = self._by_columns(columns)
        found = self._one_by_one(source, columns, found)
        self.work.records += columns.count
        self.work.seconds += time.perf_counter() - begin
        return found

    def _by_columns(self, columns: Columns) -> dict[str, Decided]:
        judge = RuleJudge(self.evaluator.catalog, columns, self._failed)
        found = {name: judge.decided(name) for name in self.rules}
        judge.close()
        return found

    def _failed(self, rule_id: str, error: Exception) -> None:
        """The scalar check says for which records that matters."""
        logger.warning("the columns of rule %s failed: %s", rule_id, type(error).__name__)
        self.work.failed[rule_id] += 1

    def _one_by_one(self, source: FlatSource, columns: Columns, found: dict[str, Decided]) -> dict[str, Decided]:
        """Fill in what the columns left, each record read once for all of its rules."""
        begin = time.perf_counter()
        left: dict[str, Left] = {}
        for name, decided in found.items():
            rows = np.flatnonzero(decided.codes == LEFT)
            if len(rows):
                left[name] = Left(decided, rows, *representatives(columns, rows, self.words.of(name)))
        judge_rows(left, self.codes, lambda rows: self.assessed(source, rows))
        for name, rest in left.items():
            self.work.one_by_one[name] += len(rest.judged)
        self.work.verdicts += columns.count * len(found)
        self.work.seconds_one_by_one += time.perf_counter() - begin
        return {name: left[name].filled() if name in left else decided for name, decided in found.items()}

    def assessed(self, source: FlatSource, rows: Ints) -> Iterator[tuple[int, Assessment]]:
        """Some rows, read and judged one by one."""
        for index, row in zip(rows.tolist(), source.rows(rows), strict=True):
            yield index, self._assess(row)


def _without_columns(source: FlatSource, _: Columns, found: dict[str, Decided]) -> tuple[Any, dict[str, Decided]]:
    return source.batch, found


def _require_table(source: Any) -> None:
    """Raise `RecordError` for what is a table after one step more."""
    name = type(source).__name__
    if isinstance(source, (str, PurePath)):
        hint = f"read_table({str(source)!r}) reads a file"
    elif hasattr(source, "collect") and not hasattr(source, "__arrow_c_stream__"):
        hint = f"give {name}.collect()"
    else:
        return
    raise RecordError([Problem("not-a-table", f"expected a table (pyarrow, polars, ...), got {name}", hint=hint)])


def _require_id(names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        problems = [Problem("duplicate-column", f"the column {name!r} is there twice", (name,)) for name in repeated]
        raise RecordError(problems)
    if "id" not in names:
        near, message = nearest("id", names), "the table has no column 'id'"
        message = message if near or not names else f"{message}; its columns are {first_names(names)}"
        raise RecordError([Problem("missing-column", message, ("id",), near)])


def concat(batches: Iterator[Any]) -> Any:
    """One table of many batches, their dictionaries made one. Every source gives one batch at least."""
    return pa.Table.from_batches(list(batches)).unify_dictionaries()
