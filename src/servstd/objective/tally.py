"""Counting verdicts: one `Counts` a group, and tallies of parts that add up to the tally of the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.counts import COUNTED, Counts
from servstd.objective.period import CALENDAR_PERIODS, verdict_period
from servstd.outcome import NOT_APPLICABLE, Outcome
from servstd.plain import as_text, is_missing, is_single
from servstd.vocabulary import nearest

Key = tuple[Any, ...]
Read = Callable[[str], Any]
COUNT_COLUMNS = ("passed_count", "failed_count", "pending_count", "unknown_count")
OUTCOMES: Mapping[Any, Outcome] = {outcome.value: outcome for outcome in Outcome}
_PERIODS = frozenset(CALENDAR_PERIODS)
_ABSENT = object()


@dataclass(slots=True)
class Tally:
    """Counts by group. `by` names the columns that make a group's key, in order.

    Tallies of the same columns add up: `tally(part) + tally(rest)` is the tally of the whole, so that a log may be
    counted in parts, by several processes, in any order. A verdict that is added twice counts twice.
    """

    by: tuple[str, ...] = ("rule_id",)
    groups: dict[Key, Counts] = field(default_factory=dict)

    def add(self, row: Any, time_zone: str | tzinfo | None = None) -> None:
        """Count one verdict: a `Verdict`, or a mapping with the columns of the verdict table.

        By `day`, `week`, `month`, `quarter` or `year` a `Verdict` goes by when its record began, in the catalog's
        zone. A mapping that has no such column goes by its receipt, else its clock's start, else its decision, in
        `time_zone`.

        A not applicable verdict adds no opportunities. Any other without counts (a rule that could not even tell
        how many opportunities there are) adds one opportunity with its outcome.

        Raises `RecordError` when the outcome or a count cannot be read, and for a period without a `time_zone`.
        """
        read, find = _readers(row)
        if isinstance(row, Mapping) and not _PERIODS.isdisjoint(self.by):
            find = _with_periods(row, time_zone)
        outcome = _read_outcome(read)
        amounts = _read_amounts(read, outcome)
        key = tuple([tidy(find(name)) for name in self.by])
        counts = self.groups.get(key)
        if counts is None:
            counts = self.groups[key] = Counts()
        counts.add(outcome, str(read("reason") or ""), (1, *amounts, (amounts[0] + amounts[1]) ** 2))

    def add_counts(self, key: Key, counts: Counts) -> None:
        """Add what was counted elsewhere, such as in columns, to one group."""
        self.groups[key] = self.groups.get(key, Counts()) + counts

    def __add__(self, other: Tally) -> Tally:
        if self.by != other.by:
            raise ValueError(f"tallies by {', '.join(self.by)} and by {', '.join(other.by)} do not add up")
        whole = Tally(self.by)
        for part in (self, other):
            for key, counts in part.groups.items():
                whole.add_counts(key, counts)
        return whole

    def coarser(self, by: Sequence[str]) -> Tally:
        """The same counts in larger groups: `by` are some of this tally's columns. Raises `RecordError` for others."""
        for name in by:
            if name not in self.by:
                message = f"the tally is by {', '.join(self.by) or 'nothing'}, so it can not be told by {name!r}"
                raise RecordError([Problem("unknown-column", message, ("by",), nearest(name, self.by))])
        places = [self.by.index(name) for name in by]
        whole = Tally(tuple(by))
        for key, counts in self.groups.items():
            whole.add_counts(tuple([key[place] for place in places]), counts)
        return whole

    def to_table(self) -> Any:
        """A `pyarrow.Table`, a row a group, outcome and reason.

        Columns: those of `by` as texts (null: missing), `outcome`, `reason`, then as int64 `records`, the
        opportunities of these records, `passed`, `failed`, `pending`, `unknown`, and `squares`: the sum of the squares
        of how many each record decided. What has the same `by`, outcome and reason may be summed by whoever holds
        several. Raises `ImportError` without the extra `bulk`.
        """
        from servstd.objective.arrow import table_of_tally

        return table_of_tally(self)

    @classmethod
    def from_table(cls, table: Any) -> Tally:
        """The tally of such a table (anything with `__arrow_c_stream__`); equal rows add up.

        A table without `squares` is read as were its opportunities heaped on as few records as can be. Raises
        `RecordError` for a table that lacks another of the columns, and for counts that are none.
        """
        from servstd.objective.arrow import tally_of_table

        return tally_of_table(table)


def _readers(row: Any) -> tuple[Read, Read]:
    """How to read a column of a row by its name, and how to read a grouping value; None when there is none."""
    if isinstance(row, Mapping):
        return row.get, row.get
    return (lambda name: getattr(row, name, None)), (lambda name: _find(row, name))


def _with_periods(row: Mapping[str, Any], time_zone: str | tzinfo | None) -> Read:
    """How to read a grouping value of a row that may have to make its period itself."""

    def find(name: str) -> Any:
        if name in row or name not in _PERIODS:
            return row.get(name)
        return verdict_period(row.get, name, zone_for(name, time_zone))

    return find


def zone_for(per: str, time_zone: str | tzinfo | None) -> str | tzinfo:
    """The zone in which periods of rows are made; raises `RecordError` when there is none."""
    if time_zone is None:
        message = f"no verdict has a value for {per!r}, and rows do not say in whose time zone one is made"
        raise RecordError([Problem("unknown-column", message, ("by",), "give time_zone='Europe/London', say")])
    return time_zone


def _read_outcome(read: Read) -> Outcome:
    value = read("outcome")
    try:
        return OUTCOMES[value]
    except (KeyError, TypeError):
        message = "the outcome is missing" if value is None else f"{value!r} is not one of {', '.join(Outcome)}"
        hint = None if value is None else nearest(value, tuple(Outcome))
        raise RecordError([Problem("unknown-outcome", message, _place(read, "outcome"), hint)]) from None


def _read_amounts(read: Read, outcome: Outcome) -> Sequence[int]:
    """Opportunities that passed, failed, are pending and are unknown."""
    if outcome is NOT_APPLICABLE:  # a waived fail keeps its counts, and none of them counts
        return (0, 0, 0, 0)
    amounts = [_read_count(read, name) for name in COUNT_COLUMNS]
    return amounts if any(amounts) else [int(outcome is one) for one in COUNTED]


def _read_count(read: Read, name: str) -> int:
    value = read(name)
    if type(value) is int and value >= 0:
        return value
    if value is None or value == "":
        return 0
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if number < 0 or not number.is_integer():
        raise RecordError([Problem("not-a-number", f"{value!r} is not a count", _place(read, name))])
    return int(number)


def _place(read: Read, name: str) -> tuple[str, ...]:
    """Where a fault is: record, rule and column, as far as they are known."""
    return (*(str(part) for word in ("record_id", "rule_id") if (part := read(word)) is not None), name)


def tidy(value: Any) -> Any:
    """One spelling of a missing value: Parquet has null, CSV an empty text, pandas NaN. Lists become their texts."""
    return None if is_missing(value) else value if is_single(value) else as_text(value)


def _find(verdict: Any, name: str) -> Any:
    """A grouping value of a verdict object: its own figure, else what its record says."""
    own = getattr(verdict, name, _ABSENT)
    if own is not _ABSENT and not callable(own):
        return own
    group = getattr(verdict, "group", None)
    if callable(group):
        return group(name)
    record = getattr(verdict, "record", None)
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    return getattr(record, name, fields.get(name))
