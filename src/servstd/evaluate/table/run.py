"""Judging a table: batch by batch, by columns where that is certain, record by record where it is not."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from servstd.columns import LEFT, Codes, Columns
from servstd.columns.columns import Bytes, Ints, Setting
from servstd.errors import Problem, RecordError
from servstd.evaluate.assessment import Assessment
from servstd.evaluate.judge import parts_of
from servstd.evaluate.table.alike import Words, representatives
from servstd.evaluate.table.batches import as_reader, batches_of
from servstd.evaluate.table.compact import compact_batch
from servstd.evaluate.table.flat_source import FlatSource, tracked_by
from servstd.evaluate.table.full import full_batch
from servstd.evaluate.table.judge_columns import rule_codes
from servstd.finding import combine
from servstd.flat import FlatReader
from servstd.values import parse_instant, to_us

if TYPE_CHECKING:
    from servstd.evaluate.evaluator import Evaluator

# A row a rule with all figures takes far more memory than a code.
_FULL_ROWS = 1000
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

    The source can give no events but those of its columns, so that rules about others are `event_not_tracked`. Raises
    `RecordError` for a source that is no table, has no id column, or a row that can not be judged at all.
    """

    def __init__(self, evaluator: Evaluator, source: Any, as_of: datetime) -> None:
        self.evaluator, self.as_of, self.work = evaluator, parse_instant(as_of), Work()
        self.source = as_reader(source)
        names = list(self.source.schema.names)
        _require_id(names)
        catalog = evaluator.catalog
        tracked = tracked_by(names, evaluator.reader)
        self.reader = FlatReader(catalog.vocabulary, tracked=tracked)
        self.codes = Codes()
        self._words = Words(catalog)
        self.setting = Setting(
            catalog.vocabulary,
            catalog.cues,
            self.codes,
            None if catalog.calendar_for else catalog.calendar(),
            evaluator.defaults,
            tracked,
        )

    def compact(self) -> Iterator[Any]:
        """A record batch of the compact table for each batch of the source."""
        for batch in batches_of(self.source):
            first_row = self.work.records
            yield compact_batch(batch, self._judge(batch), self.codes, first_row)
        self.work.log()

    def full(self) -> Iterator[Any]:
        """A record batch of the verdict table for each batch of the source."""
        for batch in batches_of(self.source):
            for begin in range(0, max(batch.num_rows, 1), _FULL_ROWS):
                part = FlatSource(batch.slice(begin, _FULL_ROWS), self.reader)
                yield full_batch(self._assess(row) for row in part.rows(np.arange(part.batch.num_rows)))
                self.work.records += part.batch.num_rows

    def _assess(self, row: dict[str, Any]) -> Assessment:
        return self.evaluator.check(self.reader.read(row), as_of=self.as_of)

    def _judge(self, batch: Any) -> dict[str, Bytes]:
        """A code for each reported rule and row."""
        begin = time.perf_counter()
        source = FlatSource(batch, self.reader)
        is_left = source.needs_record() | self.evaluator.strict  # strictness looks at the whole record
        columns = Columns(source, batch.num_rows, to_us(self.as_of), is_left, self.setting)
        found = self._by_columns(columns)
        self._one_by_one(source, columns, found)
        self.work.records += batch.num_rows
        self.work.seconds += time.perf_counter() - begin
        return found

    def _by_columns(self, columns: Columns) -> dict[str, Bytes]:
        catalog, known = self.evaluator.catalog, dict[str, Bytes]()
        moved: dict[str, Columns] = {}

        def on(calendar: str) -> Columns:
            if calendar not in moved:
                moved[calendar] = columns.on(catalog.calendar(calendar))
            return moved[calendar]

        def codes_of(name: str) -> Bytes:
            if name not in known:
                try:
                    known[name] = rule_codes(catalog.rules[name], catalog, columns, on)
                except Exception as error:  # the scalar check says for which records that matters
                    logger.warning("the columns of rule %s failed: %s", name, type(error).__name__)
                    self.work.failed[name] += 1
                    known[name] = np.full(columns.count, LEFT, np.uint8)
            return known[name]

        columns.ask = codes_of
        found = {name: codes_of(name) for name in self.evaluator.reported}
        # Columns that ask and what they ask hold each other: let go, or the arrays stay until the next collection.
        for one in (columns, *moved.values()):
            one.ask = None
        return {name: codes.copy() for name, codes in found.items()}

    def _one_by_one(self, source: FlatSource, columns: Columns, found: dict[str, Bytes]) -> None:
        """Fill in what the columns left, each record read once for all of its rules."""
        begin = time.perf_counter()
        wanted: dict[int, list[str]] = {}
        speaks: dict[str, tuple[Ints, Ints, Ints]] = {}
        for name, codes in found.items():
            rows = np.flatnonzero(codes == LEFT)
            if len(rows):
                judged, by = representatives(columns, rows, self._words.of(name))
                speaks[name] = rows, judged, by
                for row in judged.tolist():
                    wanted.setdefault(row, []).append(name)
        self._judge_rows(source, wanted, found)
        for name, (rows, judged, by) in speaks.items():
            found[name][rows] = found[name][judged][by]
            self.work.one_by_one[name] += len(judged)
        self.work.verdicts += sum(map(len, found.values()))
        self.work.seconds_one_by_one += time.perf_counter() - begin

    def _judge_rows(self, source: FlatSource, wanted: Mapping[int, Sequence[str]], found: dict[str, Bytes]) -> None:
        indices = np.array(sorted(wanted), np.int64)
        for index, row in zip(indices.tolist(), source.rows(indices), strict=True):
            assessment = self._assess(row)
            for name in wanted[index]:
                finding = combine([part for _, part in parts_of(assessment.judged(name))])
                found[name][index] = self.codes.of(finding.outcome, finding.reason)


def _require_id(names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        problems = [Problem("duplicate-column", f"the column {name!r} is there twice", (name,)) for name in repeated]
        raise RecordError(problems)
    if "id" not in names:
        raise RecordError([Problem("missing-column", "the table has no column 'id'", ("id",))])


def concat(batches: Iterator[Any]) -> Any:
    """One table of many batches, their dictionaries made one. Every source gives one batch at least."""
    return pa.Table.from_batches(list(batches)).unify_dictionaries()
