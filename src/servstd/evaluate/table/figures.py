"""The figures of a log from its columns: what `servstd.evaluate.figures` counts record by record, by batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.columns import Columns, Counts, Decided, FieldColumn
from servstd.columns.columns import Ints
from servstd.evaluate.figures import DATA_REASONS, GROUPING, NEWEST, Figures, failed_us, plain_value
from servstd.evaluate.group_by import is_period
from servstd.evaluate.table.body_figures import BodyJudge
from servstd.evaluate.table.flat_source import FlatSource
from servstd.evaluate.table.lacking import Lacking, Records
from servstd.evaluate.table.newest import certain_at, certain_of, latest_at
from servstd.evaluate.table.periods import period_column
from servstd.evaluate.table.rule_figures import RuleFigures
from servstd.evaluate.table.run import TableRun
from servstd.objective import Counts as Verdicts
from servstd.objective.grouping import with_squares
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN

_COUNTED = (PASS, FAIL, PENDING, UNKNOWN)
_AT_ONCE = 32


class BatchFigures:
    """Adds what a run decided to `figures`, batch by batch."""

    def __init__(self, figures: Figures, run: TableRun) -> None:
        self.figures, self.run = figures, run
        self.catalog = run.evaluator.catalog
        self._lacking = Lacking(run)

    def add(
        self,
        source: FlatSource,
        columns: Columns,
        decided: Mapping[str, Decided],
        full: Mapping[str, RuleFigures] | None = None,
    ) -> None:
        """Count one batch; `full` are the figures of its verdicts, where they are known."""
        batch = source.batch
        self._see(batch, source)
        groups, number = self._groups(source)
        for place, count in enumerate(np.bincount(number, minlength=len(groups)).tolist()):
            self.figures.by_group[groups[place]] += count
        rows = Records(source, columns, self.run)
        self._lacking.start(source)
        judge = BodyJudge(self.catalog, columns)
        for rule_id in self.figures.rules:
            one = decided[rule_id]
            self._count(rule_id, one, groups, number)
            self._add_lacking(rule_id, one, rows)
            self._add_fails(rule_id, one, rows, judge if full is None else full[rule_id])
        judge.close()
        self.figures.records += batch.num_rows

    def _see(self, batch: Any, source: FlatSource) -> None:
        """Remember which fields and events any record gives."""
        seen = self.figures.seen
        for name in batch.schema.names:
            what, event, _ = source.reader.meaning(name)
            if name in ("events", "turns"):
                seen.update(_types(batch.column(name)) if name == "events" else ["turns"] * _has_any(batch, name))
            elif what == "event" and event not in seen and _has_any(batch, name):
                seen.add(event)
            elif what == "field" and name not in (*GROUPING, *_NO_FIELDS, *seen) and _has_any(batch, name):
                seen.add(name)

    def _groups(self, source: FlatSource) -> tuple[list[tuple[Any, ...]], Ints]:
        """The groups of a batch, and for each row the number of its own."""
        count = source.batch.num_rows
        columns = [self._group_column(source, name) for name in self.figures.by]
        if not columns:
            return [()], np.zeros(count, np.int64)
        keys = np.zeros(count, np.int64)
        for column in columns:
            keys = np.unique(keys * (len(column.values) + 1) + column.codes + 1, return_inverse=True)[1]
        _, first, number = np.unique(keys, return_index=True, return_inverse=True)
        return [tuple(_value(column, row) for column in columns) for row in first.tolist()], number

    def _group_column(self, source: FlatSource, name: str) -> FieldColumn:
        """One grouping value of each record, each different one once."""
        if is_period(name, self.catalog.vocabulary):
            return period_column(source, self.run, name)
        found = source.field(name)
        return FieldColumn(np.full(source.batch.num_rows, -1, np.int32), ()) if found is None else found

    def _count(self, rule_id: str, decided: Decided, groups: list[tuple[Any, ...]], number: Ints) -> None:
        pairs = self.run.codes.pairs
        by_code = np.bincount(number * len(pairs) + decided.codes, minlength=len(groups) * len(pairs))
        found: dict[int, Verdicts] = {}
        for key in np.flatnonzero(by_code).tolist():
            group, code = divmod(key, len(pairs))
            outcome, reason = pairs[code]
            amount = int(by_code[key])
            amounts = [amount if outcome is one else 0 for one in _COUNTED]
            found.setdefault(group, Verdicts()).add(outcome, reason, [amount, *amounts, amounts[0] + amounts[1]])
        if decided.counts is not None:
            self._recount(decided, decided.counts, found, number)
        for group, counts in found.items():
            self.figures.tally.add_counts((rule_id, *groups[group]), counts)

    def _recount(self, decided: Decided, counts: Counts, found: Mapping[int, Verdicts], number: Ints) -> None:
        """Put the opportunities of records with several (or with none) in the place of the one that was counted."""
        outcomes = [outcome for outcome, _ in self.run.codes.pairs]
        codes, groups = decided.codes[counts.rows].astype(np.int64), number[counts.rows]
        is_own = np.array([outcome is not NOT_APPLICABLE for outcome in outcomes])[codes]
        is_own &= counts.amounts.sum(axis=1) > 0
        counted = np.array([[outcome is one for one in _COUNTED] for outcome in outcomes], np.int64)[codes]
        change = (with_squares(counts.amounts) - with_squares(counted))[is_own]
        keys = (groups * len(outcomes) + codes)[is_own]
        for key in np.unique(keys).tolist():
            group, code = divmod(key, len(outcomes))
            outcome, reason = self.run.codes.pairs[code]
            found[group].add(outcome, reason, [0, *change[keys == key].sum(axis=0).tolist()])

    def _add_lacking(self, rule_id: str, decided: Decided, rows: Records) -> None:
        causes: Counter[tuple[str, tuple[str, ...]]] = Counter()
        present = np.bincount(decided.codes, minlength=1)
        for code in np.flatnonzero(present).tolist():
            outcome, reason = self.run.codes.pairs[code]
            if outcome is not UNKNOWN:
                continue
            if reason in DATA_REASONS:
                for names, count in self._lacking.names(rule_id, reason, np.flatnonzero(decided.codes == code), rows):
                    causes[reason, names] += count
            else:
                causes[reason, ()] += int(present[code])
        if causes:
            self.figures.lacking.setdefault(rule_id, Counter()).update(causes)

    def _add_fails(self, rule_id: str, decided: Decided, rows: Records, known_by: BodyJudge | RuleFigures) -> None:
        """Judge the fails that may be among the newest, and keep them."""
        is_fail = np.array([outcome is FAIL for outcome, _ in self.run.codes.pairs])[decided.codes]
        if not is_fail.any():
            return
        if isinstance(known_by, BodyJudge):
            at, is_known = certain_at(self.catalog.rules[rule_id], decided, known_by, is_fail, rows)
        else:
            at, is_known = certain_of(known_by, is_fail, rows)
        known = np.flatnonzero(is_known)
        known = known[np.lexsort((known, -at[known]))[:NEWEST]]
        self._keep_fails(rule_id, known, at[known], rows)
        rest = np.flatnonzero(is_fail & ~is_known)
        if len(rest):
            bounds = latest_at(self.catalog.rules[rule_id], rows, rest)
            order = np.argsort(-bounds, kind="stable")
            self._keep_fails(rule_id, rest[order], bounds[order], rows)

    def _keep_fails(self, rule_id: str, rows: Ints, bounds: Ints, records: Records) -> None:
        """Of rows in the order of the latest instant at which each can have failed, those that are among the newest."""
        for begin in range(0, len(rows), _AT_ONCE):
            newest = self.figures.newest.get(rule_id, [])
            if len(newest) == NEWEST and bounds[begin] < min(newest)[0]:
                return
            some = rows[begin : begin + _AT_ONCE]
            records.load(some)
            for row in some.tolist():
                verdict = records.assess(row)[rule_id]
                self.figures.add_fail(rule_id, failed_us(verdict), self.figures.records + row + 1, verdict)


_NO_FIELDS = ("id", "turns", "reviews", "events", "fields", "agent_names", "complete_for", "tracked")


def _value(column: FieldColumn, row: int) -> Any:
    code = int(column.codes[row])
    value = None if code < 0 else column.values[code]
    return None if value == "" else plain_value(value)


def _has_any(batch: Any, name: str) -> bool:
    """Whether a column holds anything but nothing."""
    column = batch.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return bool(pc.any(pc.not_equal(column, "")).as_py())
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return bool(pc.any(pc.greater(pc.list_value_length(column), 0)).as_py())
    return bool(column.null_count < len(column))


def _types(column: Any) -> Iterator[str]:
    """The types in a list of events."""
    kind = column.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or not pa.types.is_struct(kind.value_type):
        return
    yield from (str(one) for one in pc.unique(pc.struct_field(column.flatten(), "type")).to_pylist() if one)
