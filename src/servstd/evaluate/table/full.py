"""The full verdict table as Arrow: the columns of evaluate/rows.py, a row a record and rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from servstd.columns.columns import Ints
from servstd.columns.figures import LEANS
from servstd.columns.roll_up import NEVER
from servstd.evaluate.rows import COLUMNS
from servstd.evaluate.table.body_figures import BodyJudge
from servstd.evaluate.table.compact import checked_ids
from servstd.evaluate.table.record_values import values_of
from servstd.evaluate.table.rule_figures import RuleFigures, rule_figures
from servstd.evaluate.table.text_lines import Zones
from servstd.evaluate.verdict import SCHEMA_VERSION
from servstd.outcome import Outcome

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided
    from servstd.evaluate.table.flat_source import FlatSource
    from servstd.evaluate.table.run import TableRun

# A row a rule with all figures takes far more memory than a code: about 150 bytes.
FULL_VERDICTS = 1 << 18
_LEAST_ROWS = 64
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
_CODED = pa.dictionary(pa.int32(), pa.string())


def _type_of(name: str) -> Any:
    if name in _INSTANTS:
        return pa.timestamp("us", "UTC")
    if name in _SECONDS:
        return pa.float64()
    if name in (*_COUNTS, "opportunities"):
        return pa.int32()
    return pa.bool_() if name in _FLAGS else pa.string()


FULL_SCHEMA = pa.schema([(name, _type_of(name)) for name in COLUMNS])
# Texts of which there are few stand once, and rows point to them: so they are made and written.
CODED_TEXTS = tuple(one.name for one in FULL_SCHEMA if one.type == pa.string() and one.name != "record_id")
CODED_SCHEMA = pa.schema([(one.name, _CODED if one.name in CODED_TEXTS else one.type) for one in FULL_SCHEMA])


def full_rows(rules: Sequence[str]) -> int:
    """How many records to take at once, so that a batch of the table stays within some ten megabytes."""
    return max(_LEAST_ROWS, FULL_VERDICTS // max(len(rules), 1))


def full_batch(run: TableRun, source: FlatSource, columns: Columns, found: dict[str, Decided]) -> Any:
    """Every verdict of a batch: the rules of each record in the order of the run."""
    return full_table(run, source, columns, found).batch().cast(FULL_SCHEMA)


def full_table(
    run: TableRun, source: FlatSource, columns: Columns, found: dict[str, Decided], *, has_zones: bool = False
) -> FullTable:
    """The same as figures by rule; `has_zones`: with the time zones in which the instants are shown."""
    catalog, rules = run.evaluator.catalog, list(found)
    ids = checked_ids(source.batch, run.work.records - columns.count)
    judge = BodyJudge(catalog, columns, has_zones=has_zones)
    figures = [rule_figures(catalog.rules[name], found[name], judge, columns, run.words) for name in rules]
    judge.close()
    _judge_rest(run, source, figures)
    return FullTable(run, source, ids, figures)


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


class FullTable:
    """The figures of all rules on a batch, and as the columns of the table."""

    def __init__(self, run: TableRun, source: FlatSource, ids: Any, figures: Sequence[RuleFigures]) -> None:
        self.run, self.source, self.ids, self.figures = run, source, ids, figures
        self.count, self.width = len(ids), len(figures)
        self.size = self.count * self.width

    def batch(self) -> Any:
        """The record batch, its texts coded."""
        arrays = [self._column(name) for name in COLUMNS]
        return pa.RecordBatch.from_arrays(arrays, schema=CODED_SCHEMA)

    def by_rule(self) -> dict[str, RuleFigures]:
        """The figures of each rule."""
        return {one.rule.id: one for one in self.figures}

    def zones(self) -> Zones:
        """The time zone of each row."""
        known = self.figures[0].judge.zones if self.figures else []
        return Zones(self._flat([one.zone for one in self.figures], np.int16), known or [ZoneInfo("UTC")])

    def _column(self, name: str) -> Any:
        if name in _TIMES:
            return self._times(name)
        if name in _COUNTS:
            place = _COUNTS.index(name)
            return pa.array(self._flat([one.amounts[:, place] for one in self.figures], np.int32))
        if name == "opportunities":
            return pa.array(self._flat([one.amounts.sum(axis=1) for one in self.figures], np.int32))
        if name in _FLAGS:
            return pa.array(self._flags(name, np.bool_))
        if name == "record_id":
            return self.ids.take(pa.array(np.repeat(np.arange(self.count, dtype=np.int32), self.width)))
        return self._groups(name) if name in _GROUPS else self._words(name)

    def _flat(self, columns: Sequence[NDArray[Any] | int], kind: Any) -> NDArray[Any]:
        """A column of each rule as one, record by record."""
        table = np.empty((self.count, self.width), kind)
        for place, column in enumerate(columns):
            table[:, place] = column
        return table.reshape(-1)

    def _times(self, name: str) -> Any:
        given = [one.times.get(_TIMES[name]) for one in self.figures]
        kind = FULL_SCHEMA.field(name).type
        if all(one is None for one in given):
            return pa.nulls(self.size, kind)
        values: Ints = self._flat([NEVER if one is None else one for one in given], np.int64)
        is_none = values == NEVER
        if name in _SECONDS:
            return pa.array(values / 1_000_000, kind, mask=is_none)
        return pa.array(values, pa.int64(), mask=is_none).view(kind)

    def _flags(self, name: str, kind: Any) -> NDArray[Any]:
        return self._flat([one.flags.get(name, 0) for one in self.figures], kind)

    def _groups(self, name: str) -> Any:
        codes, values = values_of(self.source, name, self.run.reader)
        texts: dict[str, int] = {}
        places = [-1 if value is None else texts.setdefault(str(value), len(texts)) for value in values]
        own = np.array(places, np.int32)[codes] if places else np.empty(0, np.int32)
        return _dictionary(np.repeat(own, self.width), list(texts))

    def _words(self, name: str) -> Any:
        """The words that a rule or a verdict has of its own."""
        if name in ("rule_id", "reading"):
            own = [getattr(one.rule, "id" if name == "rule_id" else name) for one in self.figures]
            return self._chosen(own, np.tile(np.arange(self.width, dtype=np.int32), self.count))
        if name in ("outcome", "reason"):
            pairs = self.run.codes.pairs
            texts = [outcome.value if name == "outcome" else reason for outcome, reason in pairs]
            return self._chosen(texts, self._flat([one.codes for one in self.figures], np.uint8))
        if name == "without_waiver":
            outcomes = [outcome.value for outcome in Outcome]
            return self._chosen(outcomes, self._flat([one.without_waiver() for one in self.figures], np.int8))
        if name == "lean":
            return self._chosen(LEANS, self._flags(name, np.int8))
        catalog = self.run.evaluator.catalog
        same = {"schema_version": SCHEMA_VERSION, "catalog_version": catalog.version, "catalog_digest": catalog.digest}
        return self._chosen((same[name],), np.zeros(self.size, np.int8))

    def _chosen(self, texts: Sequence[str | None], places: NDArray[Any]) -> Any:
        """Texts by their places; a text that is None is none."""
        known = list(dict.fromkeys(text for text in texts if text is not None))
        number = {text: place for place, text in enumerate(known)}
        return _dictionary(np.array([number.get(text or "", -1) for text in texts], np.int32)[places], known)


def _dictionary(codes: NDArray[np.int32], texts: Sequence[str]) -> Any:
    """Texts by their numbers; -1 is none."""
    is_none = codes < 0
    indices = pa.array(codes, pa.int32(), mask=is_none if is_none.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.string()))


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
