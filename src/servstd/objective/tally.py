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
Read = Callable[[str], Any]
_COUNT_COLUMNS = ("passed_count", "failed_count", "pending_count", "unknown_count")
_COUNTED = (PASS, FAIL, PENDING, UNKNOWN)
_OUTCOMES: Mapping[Any, Outcome] = {outcome.value: outcome for outcome in Outcome}
_ABSENT = object()


@dataclass(slots=True)
class Counts:
    """What one group holds.

    `passed`, `failed`, `pending` and `unknown` count opportunities: one record may hold several.
    `verdicts` counts records by (outcome, reason), for each record gives one verdict a rule.
    """

    passed: int = 0
    failed: int = 0
    pending: int = 0
    unknown: int = 0
    verdicts: Counter[tuple[Outcome, str]] = field(default_factory=Counter)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.pending + other.pending,
            self.unknown + other.unknown,
            self.verdicts + other.verdicts,
        )

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
        return self.verdicts.total()

    def records_with(self, outcome: Outcome) -> int:
        """How many records have this outcome."""
        return sum(count for (one, _), count in self.verdicts.items() if one is outcome)

    def reasons(self) -> dict[str, int]:
        """Records by reason, the most frequent first, then by name."""
        found: Counter[str] = Counter()
        for (_, reason), count in self.verdicts.items():
            found[reason] += count
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
        key = tuple([_tidy(find(name)) for name in self.by])
        counts = self.groups.get(key)
        if counts is None:
            counts = self.groups[key] = Counts()
        counts.passed += amounts[0]
        counts.failed += amounts[1]
        counts.pending += amounts[2]
        counts.unknown += amounts[3]
        counts.verdicts[outcome, str(read("reason") or "")] += 1

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


def _readers(row: Any) -> tuple[Read, Read]:
    """How to read a column of a row by its name, and how to read a grouping value; None when there is none."""
    if isinstance(row, Mapping):
        return row.get, row.get
    return (lambda name: getattr(row, name, None)), (lambda name: _find(row, name))


def _read_outcome(read: Read) -> Outcome:
    value = read("outcome")
    try:
        return _OUTCOMES[value]
    except (KeyError, TypeError):
        message = "the outcome is missing" if value is None else f"{value!r} is not one of {', '.join(Outcome)}"
        hint = None if value is None else nearest(value, tuple(Outcome))
        raise RecordError([Problem("unknown-outcome", message, _place(read, "outcome"), hint)]) from None


def _read_amounts(read: Read, outcome: Outcome) -> Sequence[int]:
    """Opportunities that passed, failed, are pending and are unknown."""
    if outcome is NOT_APPLICABLE:  # a waived fail keeps its counts, and none of them counts
        return (0, 0, 0, 0)
    amounts = [_read_count(read, name) for name in _COUNT_COLUMNS]
    return amounts if any(amounts) else [int(outcome is one) for one in _COUNTED]


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


def _tidy(value: Any) -> Any:
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
