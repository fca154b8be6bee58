"""The full verdict table as Arrow: the columns of evaluate/rows.py, a row a record and rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from servstd.columns.columns import Ints
from servstd.columns.roll_up import NEVER
from servstd.evaluate.rows import COLUMNS
from servstd.evaluate.table.compact import checked_ids
from servstd.evaluate.table.record_values import values_of
from servstd.evaluate.table.rule_figures import RuleFigures, rule_figures
from servstd.evaluate.verdict import SCHEMA_VERSION
from servstd.outcome import Outcome

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided
    from servstd.evaluate.table.flat_source import FlatSource
    from servstd.evaluate.table.run import TableRun

# A row a rule with all figures takes far more memory than a code.
FULL_ROWS = 1 << 12
_TIMES = {
    "received_at": "received",
    "clock_started_at": "started",
    "due_at": "due",
    "late_after": "late_after",
    "decided_at": "decided",
    "elapsed_s": "elapsed",
    "target_s": "target",
    "late_by_s": "late_by",
}
_INSTANTS = tuple(_TIMES)[:5]
_SECONDS = tuple(_TIMES)[5:]
_COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")
_FLAGS = ("at_risk", "conflict")
_GROUPS = ("channel", "team", "agent")


def _type_of(name: str) -> Any:
    if name in _INSTANTS:
        return pa.timestamp("us", "UTC")
    if name in _SECONDS:
        return pa.float64()
    if name in (*_COUNTS, "opportunities"):
        return pa.int32()
    return pa.bool_() if name in _FLAGS else pa.string()


FULL_SCHEMA = pa.schema([(name, _type_of(name)) for name in COLUMNS])


def full_batch(run: TableRun, source: FlatSource, columns: Columns, found: dict[str, Decided]) -> Any:
    """Every verdict of a batch: the rules of each record in the order of the run."""
    catalog, rules = run.evaluator.catalog, list(found)
    ids = checked_ids(source.batch, run.work.records - columns.count)
    figures = [rule_figures(catalog.rules[name], found[name], catalog, columns, run.words) for name in rules]
    _judge_rest(run, source, figures)
    return _Assembled(run, source, ids, figures).batch()


def _judge_rest(run: TableRun, source: FlatSource, figures: Sequence[RuleFigures]) -> None:
    """Judge each record once for all rules that need it."""
    wanted: dict[int, list[RuleFigures]] = {}
    for one in figures:
        for row in one.judged.tolist():
            wanted.setdefault(row, []).append(one)
    for row, assessment in run.assessed(source, np.array(sorted(wanted), np.int64)):
        for one in wanted[row]:
            one.put(row, assessment[one.rule.id])
    for one in figures:
        one.spread()


class _Assembled:
    """The figures of all rules as the columns of the table."""

    def __init__(self, run: TableRun, source: FlatSource, ids: Any, figures: Sequence[RuleFigures]) -> None:
        self.run, self.source, self.ids, self.figures = run, source, ids, figures
        self.count, self.width = len(ids), len(figures)
        self.rows = pa.array(np.repeat(np.arange(self.count, dtype=np.int32), self.width))

    def batch(self) -> Any:
        """The record batch."""
        arrays = [self._column(name) for name in COLUMNS]
        return pa.RecordBatch.from_arrays(arrays, schema=FULL_SCHEMA)

    def _column(self, name: str) -> Any:
        if name in _TIMES:
            return self._times(name)
        if name in _COUNTS:
            place = _COUNTS.index(name)
            return pa.array(self._flat([one.amounts[:, place] for one in self.figures], np.int32), pa.int32())
        if name == "opportunities":
            return pa.array(self._flat([one.amounts.sum(axis=1) for one in self.figures], np.int32), pa.int32())
        if name in _FLAGS:
            flags = [one.is_at_risk if name == "at_risk" else one.is_conflict for one in self.figures]
            return pa.array(self._flat(flags, np.bool_), pa.bool_())
        return self._texts(name)

    def _flat(self, columns: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
        """A column of each rule as one, record by record."""
        table = np.empty((self.count, self.width), kind)
        for place, column in enumerate(columns):
            table[:, place] = column
        return table.reshape(-1)

    def _times(self, name: str) -> Any:
        values: Ints = self._flat([one.times[_TIMES[name]] for one in self.figures], np.int64)
        is_none = values == NEVER
        if name in _INSTANTS:
            return pa.array(values, pa.int64(), mask=is_none).cast(pa.timestamp("us")).cast(_type_of(name))
        return pa.array(values / 1_000_000, pa.float64(), mask=is_none)

    def _texts(self, name: str) -> Any:
        catalog, pairs = self.run.evaluator.catalog, self.run.codes.pairs
        if name == "record_id":
            return self.ids.take(self.rows)
        if name in _GROUPS:
            codes, values = values_of(self.source, name, self.run.reader)
            texts = pa.array([None if value is None else str(value) for value in values], pa.string())
            return texts.take(pa.array(codes)).take(self.rows)
        if name in ("rule_id", "reading"):
            own = [getattr(one.rule, "id" if name == "rule_id" else name) for one in self.figures]
            return _taken(own, np.tile(np.arange(self.width), self.count))
        if name in ("outcome", "reason"):
            texts = [outcome.value if name == "outcome" else reason for outcome, reason in pairs]
            return _taken(texts, self._flat([one.codes for one in self.figures], np.uint8))
        if name == "without_waiver":
            outcomes = [outcome.value for outcome in Outcome]
            return _taken(outcomes, self._flat([one.without_waiver for one in self.figures], np.int8))
        if name == "lean":
            return _taken((None, "pass", "fail"), self._flat([one.lean for one in self.figures], np.int8))
        same = {"schema_version": SCHEMA_VERSION, "catalog_version": catalog.version, "catalog_digest": catalog.digest}
        return _taken((same[name],), np.zeros(self.count * self.width, np.int8))


def _taken(texts: Sequence[str | None], places: NDArray[Any]) -> Any:
    return pa.array(texts, pa.string()).take(pa.array(places))


def rows_batch(rows: Iterable[dict[str, Any]]) -> Any:
    """Rows of the verdict table as a record batch."""
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row in rows:
        for name, value in row.items():
            columns[name].append(value)
    for name in _INSTANTS:
        columns[name] = [None if text is None else datetime.fromisoformat(text) for text in columns[name]]
    arrays = [pa.array(values, field.type) for field, values in zip(FULL_SCHEMA, columns.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=FULL_SCHEMA)
