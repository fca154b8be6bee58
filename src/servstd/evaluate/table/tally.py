"""Counting the verdicts of a table by columns: no verdict is made, and what is kept grows with the groups alone.

Each batch gives, for every rule, how many records of each group have each code, and how many opportunities. What many
batches gave is added up as it comes in, so that the memory goes by the number of groups and not of batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from servstd.columns import Counts, Decided
from servstd.columns.roll_up import usual_amounts
from servstd.errors import Problem, RecordError
from servstd.evaluate.figures import GROUPING
from servstd.evaluate.group_by import PERIODS, is_period
from servstd.evaluate.table.compact import checked_ids
from servstd.evaluate.table.flat_source import FlatSource
from servstd.evaluate.table.periods import period_column
from servstd.evaluate.table.record_values import Places, values_of
from servstd.evaluate.verdict import Verdict
from servstd.objective import Counts as GroupCounts
from servstd.objective import Tally
from servstd.objective.counts import AMOUNTS
from servstd.objective.grouping import Ints, group_rows, with_squares
from servstd.objective.tally import Key, tidy
from servstd.spelling import shown
from servstd.vocabulary import Vocabulary, nearest

if TYPE_CHECKING:
    from servstd.evaluate.table.run import TableRun

_OF_RULE = ("rule_id", "reading")
_OF_CODE = ("outcome", "reason")
_OF_VERDICT = (*_OF_RULE, *_OF_CODE)
_CODES = 256
_FEW_CODES = 8
_MOST_WAITING = 1 << 20


def checked_by(by: str | Sequence[str], columns: Collection[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The grouping columns; raises `RecordError` for what is known of single verdicts only, and for misspelt names.

    `columns` are those of the table. A name that is near to nothing may be a field that this part of a log lacks.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    known = (*_OF_VERDICT, *GROUPING, *PERIODS, "record_id", "id", *vocabulary.fields, *columns)
    for name in names:
        if name not in _OF_VERDICT and name != "record_id" and hasattr(Verdict, name):
            message = f"a table is not counted by {name!r}: give {', '.join(_OF_VERDICT)}, or fields of the records"
            hint = nearest(name, _OF_VERDICT)
            raise RecordError([Problem("unknown-column", message, ("by",), hint)])
        hint = None if name in known or "fields" in columns else nearest(name, known)  # `fields` may hold any
        if hint is not None:
            message = f"no field or column is called {shown(name)}"
            raise RecordError([Problem("unknown-column", message, ("by",), hint)])
    return names


def tally_run(run: TableRun, by: str | Sequence[str]) -> Tally:
    """The tally of a whole run."""
    names = checked_by(by, run.source.schema.names, run.evaluator.catalog.vocabulary)
    counting = _Counting(run, names)
    for batch, found in run.decided():
        counting.add(batch, found)
    run.work.log()
    return counting.tally()


class _Counting:
    """The counts of the batches so far: `cells` by group, rule and code."""

    def __init__(self, run: TableRun, by: tuple[str, ...]) -> None:
        self.run, self.by = run, by
        self.own = tuple(name for name in by if name not in _OF_VERDICT)
        self.rules = run.rules
        self.numbers: dict[Key, int] = {}
        self.cells = _Cells()

    def add(self, batch: Any, found: dict[str, Decided]) -> None:
        """Count one batch, whose rows were judged just now."""
        checked_ids(batch, self.run.work.records - batch.num_rows)
        if not batch.num_rows:
            return
        local, known = self._groups(batch)
        usual = usual_amounts(self.run.codes)
        for place, name in enumerate(self.rules):
            codes, counts = found[name].codes, found[name].counts
            groups, code, amounts = _counted(local, len(known), codes, counts, usual)
            self.cells.add((known[groups] * len(self.rules) + place) * _CODES + code, amounts)
        self.cells.settle()

    def _groups(self, batch: Any) -> tuple[Ints, Ints]:
        """For each row the number of its group in this batch, and for each of these its number in the run."""
        source = FlatSource(batch, self.run.reader)
        columns = [self._values(source, name) for name in self.own]
        groups = group_rows([(codes, len(values)) for codes, values in columns], batch.num_rows)
        keys = [tuple([values[codes[row]] for codes, values in columns]) for row in groups.first.tolist()]
        numbers = self.numbers
        return groups.number, np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)

    def _values(self, source: FlatSource, name: str) -> tuple[Places, list[Any]]:
        """A grouping value of each row: its place among the different ones."""
        if not is_period(name, self.run.evaluator.catalog.vocabulary):
            return values_of(source, name, self.run.reader)
        found = period_column(source, self.run, name)
        return np.where(found.codes < 0, len(found.values), found.codes), [*found.values, None]

    def tally(self) -> Tally:
        """The tally; rules in the order of the catalog, groups as they were first seen."""
        self.cells.settle(is_last=True)
        tally, pairs = Tally(self.by), self.run.codes.pairs
        groups, rest = np.divmod(self.cells.keys, _CODES * max(len(self.rules), 1))
        rules, codes = np.divmod(rest, _CODES)
        order = np.lexsort((codes, groups, rules))
        keys = list(self.numbers)
        rows = (
            groups[order].tolist(),
            rules[order].tolist(),
            codes[order].tolist(),
            self.cells.amounts[order].tolist(),
        )
        for group, rule, code, amounts in zip(*rows, strict=True):
            outcome, reason = pairs[code]
            key = self._key(keys[group], self.rules[rule], outcome, reason)
            counts = tally.groups.get(key)
            if counts is None:
                counts = tally.groups[key] = GroupCounts()
            counts.add(outcome, reason, amounts)
        return tally

    def _key(self, own: Key, rule_id: str, outcome: Any, reason: str) -> Key:
        if self.by == ("rule_id",):
            return (rule_id,)
        of_verdict = {"rule_id": rule_id, "outcome": outcome, "reason": tidy(reason)}
        if "reading" in self.by:
            of_verdict["reading"] = self.run.evaluator.catalog.rules[rule_id].reading
        own_values = iter(own)
        return tuple([of_verdict[name] if name in _OF_VERDICT else next(own_values) for name in self.by])


def _counted(
    local: Ints, group_count: int, codes: NDArray[np.uint8], counts: Counts | None, usual: NDArray[np.int32]
) -> tuple[Ints, Ints, Ints]:
    """The cells of one rule in a batch: group, code, and records with their opportunities and squares (six columns)."""
    totals = _totals(codes)
    present = np.flatnonzero(totals)
    width = len(present)
    place = np.zeros(_CODES, np.uint8)
    place[present] = np.arange(width)
    if group_count == 1:
        cells, records = np.arange(width), totals[present]
    else:
        bins = local * width
        bins += place.take(codes)
        sums = np.bincount(bins, minlength=group_count * width)
        cells = np.flatnonzero(sums)
        records = sums[cells]
    code = present[cells % width]
    amounts = np.empty((len(cells), len(AMOUNTS)), np.int64)
    amounts[:, 0] = records
    amounts[:, 1:5] = usual[code] * records[:, None]
    amounts[:, 5] = amounts[:, 1] + amounts[:, 2]
    if counts is not None and len(counts.rows):
        own = codes[counts.rows]
        more = _more(counts, usual[own])
        bins = local[counts.rows] * width + place[own]
        for column in range(len(AMOUNTS) - 1):
            sums = np.zeros(group_count * width, np.int64)
            np.add.at(sums, bins, more[:, column])
            amounts[:, column + 1] += sums[cells]
    return cells // width, code, amounts


def _more(counts: Counts, usual: NDArray[np.int32]) -> Ints:
    """What records with amounts of their own add to the usual ones.

    What is not applicable counts no opportunities, whatever happened in it.
    """
    is_counted: NDArray[np.bool_] = usual.sum(axis=1, keepdims=True) > 0
    found: Ints = np.where(is_counted, with_squares(counts.amounts) - with_squares(usual), 0)
    return found


def _totals(codes: NDArray[np.uint8]) -> Ints:
    """How many rows have each code: few codes are there, nearly always, and counting one by one is quicker."""
    totals, is_open = np.zeros(_CODES, np.int64), np.ones(len(codes), np.bool_)
    for _ in range(_FEW_CODES):
        place = int(is_open.argmax())
        if not is_open[place]:
            return totals
        is_same = codes == codes[place]
        totals[codes[place]] = np.count_nonzero(is_same)
        is_open ^= is_same
    return np.bincount(codes, minlength=_CODES)


class _Cells:
    """Sums by key, added up when enough has come in to be worth it."""

    def __init__(self) -> None:
        self.keys: Ints = np.empty(0, np.int64)
        self.amounts: Ints = np.empty((0, len(AMOUNTS)), np.int64)
        self._waiting: list[tuple[Ints, Ints]] = []
        self._count = 0

    def add(self, keys: Ints, amounts: Ints) -> None:
        """Sums of further keys."""
        self._waiting.append((keys, amounts))
        self._count += len(keys)

    def settle(self, is_last: bool = False) -> None:
        """Add up what waits, when it is as much as there is, or the last."""
        if not self._waiting or not (is_last or self._count > max(len(self.keys), _MOST_WAITING)):
            return
        every: Iterable[tuple[Ints, Ints]] = [(self.keys, self.amounts), *self._waiting]
        keys, amounts = (np.concatenate(parts) for parts in zip(*every, strict=True))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.empty(0, np.int64)
        self.keys = keys[begins]
        self.amounts = np.add.reduceat(amounts[order], begins, axis=0) if len(keys) else amounts
        self._waiting, self._count = [], 0
