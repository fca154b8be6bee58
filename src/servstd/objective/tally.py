"""Counting verdicts: one `Counts` a group, and tallies of parts that add up to the tally of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome
from servstd.vocabulary import nearest

Key = tuple[Any, ...]
Pair = tuple[Outcome, str]
Read = Callable[[str], Any]
COUNT_COLUMNS = ("passed_count", "failed_count", "pending_count", "unknown_count")
COUNTED = (PASS, FAIL, PENDING, UNKNOWN)
OUTCOMES: Mapping[Any, Outcome] = {outcome.value: outcome for outcome in Outcome}
_ABSENT = object()


class Counts:
    """What one group holds: `cells` by outcome and reason.

    A cell counts records (each gives one verdict a rule), and how many opportunities of these records passed, failed,
    are pending and are unknown: one record may hold several. `passed`, `failed`, `pending` and `unknown` are the sums,
    `verdicts` the records. Sums that are given by themselves stand in cells without a reason and without records.
    """

    __slots__ = ("cells",)

    def __init__(
        self,
        passed: int = 0,
        failed: int = 0,
        pending: int = 0,
        unknown: int = 0,
        verdicts: Mapping[Pair, int] | None = None,
    ) -> None:
        self.cells: dict[Pair, list[int]] = {}
        for place, amount in enumerate((passed, failed, pending, unknown)):
            if amount:
                self.add(COUNTED[place], "", [0, *(amount * (place == other) for other in range(4))])
        for (outcome, reason), count in (verdicts or {}).items():
            self.add(outcome, reason, [count, 0, 0, 0, 0])

    def add(self, outcome: Outcome, reason: str, amounts: Sequence[int]) -> None:
        """Add records and their opportunities that passed, failed, are pending and are unknown."""
        cell = self.cells.get((outcome, reason))
        if cell is None:
            self.cells[outcome, reason] = list(amounts)
            return
        for place, amount in enumerate(amounts):
            cell[place] += amount

    def __add__(self, other: Counts) -> Counts:
        whole = Counts()
        for part in (self, other):
            for (outcome, reason), cell in part.cells.items():
                whole.add(outcome, reason, cell)
        return whole

    def __eq__(self, other: object) -> bool:
        return self._given() == other._given() if isinstance(other, Counts) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Counts({', '.join(f'{pair[0]}/{pair[1]}: {cell}' for pair, cell in self.cells.items())})"

    def _given(self) -> dict[Pair, list[int]]:
        return {pair: cell for pair, cell in self.cells.items() if any(cell)}

    def _sum(self, place: int) -> int:
        return sum(cell[place] for cell in self.cells.values())

    @property
    def passed(self) -> int:
        """Opportunities that passed."""
        return self._sum(1)

    @property
    def failed(self) -> int:
        """Opportunities that failed."""
        return self._sum(2)

    @property
    def pending(self) -> int:
        """Opportunities that are pending."""
        return self._sum(3)

    @property
    def unknown(self) -> int:
        """Opportunities that are undecided."""
        return self._sum(4)

    @property
    def verdicts(self) -> Counter[Pair]:
        """Records by outcome and reason."""
        return Counter({pair: cell[0] for pair, cell in self.cells.items() if cell[0]})

    @property
    def decided(self) -> int:
        """Opportunities that passed or failed: what a rate is made of."""
        return self.passed + self.failed

    @property
    def opportunities(self) -> int:
        """All opportunities: passed, failed, pending and unknown."""
        return self.passed + self.failed + self.pending + self.unknown

    @property
    def records(self) -> int:
        """How many verdicts there are, the not applicable ones among them."""
        return self._sum(0)

    def records_with(self, outcome: Outcome) -> int:
        """How many records have this outcome."""
        return sum(cell[0] for (one, _), cell in self.cells.items() if one is outcome)

    def reasons(self) -> dict[str, int]:
        """Records by reason, the most frequent first, then by name."""
        found: Counter[str] = Counter()
        for (_, reason), cell in self.cells.items():
            found[reason] += cell[0]
        found.pop("", None)
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


@dataclass(slots=True)
class Tally:
    """Counts by group. `by` names the columns that make a group's key, in order.

    Tallies of the same columns add up: `tally(part) + tally(rest)` is the tally of the whole, so that a log may be
    counted in parts, by several processes, in any order. A verdict that is added twice counts twice.
    """

    by: tuple[str, ...] = ("rule_id",)
    groups: dict[Key, Counts] = field(default_factory=dict)

    def add(self, row: Any) -> None:
        """Count one verdict: a `Verdict`, or a mapping with the columns of the verdict table.

        A not applicable verdict adds no opportunities. Any other without counts (a rule that could not even tell
        how many opportunities there are) adds one opportunity with its outcome.

        Raises `RecordError` when the outcome or a count cannot be read.
        """
        read, find = _readers(row)
        outcome = _read_outcome(read)
        amounts = _read_amounts(read, outcome)
        key = tuple([tidy(find(name)) for name in self.by])
        counts = self.groups.get(key)
        if counts is None:
            counts = self.groups[key] = Counts()
        counts.add(outcome, str(read("reason") or ""), (1, *amounts))

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

        Columns: those of `by` as texts (null: missing), `outcome`, `reason`, then as int64 `records`, and the
        opportunities of these records, `passed`, `failed`, `pending`, `unknown`. What has the same `by`, outcome and
        reason may be summed by whoever holds several. Raises `ImportError` without the extra `bulk`.
        """
        from servstd.objective.arrow import table_of_tally

        return table_of_tally(self)

    @classmethod
    def from_table(cls, table: Any) -> Tally:
        """The tally of such a table (anything with `__arrow_c_stream__`); equal rows add up.

        Raises `RecordError` for a table that lacks one of the columns, and for counts that are none.
        """
        from servstd.objective.arrow import tally_of_table

        return tally_of_table(table)


def _readers(row: Any) -> tuple[Read, Read]:
    """How to read a column of a row by its name, and how to read a grouping value; None when there is none."""
    if isinstance(row, Mapping):
        return row.get, row.get
    return (lambda name: getattr(row, name, None)), (lambda name: _find(row, name))


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
    """One spelling of a missing value: Parquet has null, CSV an empty text, pandas NaN."""
    return None if value == "" or value != value else value


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
