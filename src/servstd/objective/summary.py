"""Summaries: the figures of one group of verdicts, and how a rate is written.

What each figure means, and why it is counted so: docs/explanation/figures.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.bands import Band, band_of
from servstd.objective.interval import wilson
from servstd.objective.tally import Counts, Key, Tally
from servstd.objective.target import Objective, is_missed
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.vocabulary import nearest

_RULE = "rule_id"
_GROUPING = ("rule_id", "outcome", "reason", "lean", "channel", "team", "agent", "reading", "record_id")


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one group.

    `passed`, `failed`, `pending`, `unknown` and their sum `opportunities` count opportunities; `records`, the
    `records_...` and `not_applicable` count verdicts, one a record and rule; `reasons` counts verdicts too.
    `rate` is passed / decided, `low` and `high` the ends of its Wilson interval at `confidence`; all three are
    None when nothing is decided. `coverage` is decided / (decided + unknown), None when both are 0. All are 0..1.
    `band` and `objective` are None for a group without an objective.
    """

    key: Mapping[str, Any] = field(hash=False)
    opportunities: int
    passed: int
    failed: int
    pending: int
    unknown: int
    records: int
    records_passed: int
    records_failed: int
    records_pending: int
    records_unknown: int
    not_applicable: int
    rate: float | None
    low: float | None
    high: float | None
    coverage: float | None
    confidence: float = 0.95
    objective: Objective | None = None
    band: Band | None = None
    reasons: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def decided(self) -> int:
        """Opportunities that passed or failed."""
        return self.passed + self.failed

    @property
    def record_rate(self) -> float | None:
        """The share of decided records that passed as a whole: every opportunity in them was met."""
        return _share(self.records_passed, self.records_passed + self.records_failed)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `key` stays a mapping of its own."""
        pairs = {name: getattr(self, name) for name in self.__slots__}
        pairs["key"] = {name: _plain(value) for name, value in self.key.items()}
        pairs["reasons"] = dict(self.reasons)
        pairs["record_rate"] = self.record_rate
        pairs["objective"] = self.objective and self.objective.to_dict()
        pairs["band"] = self.band and self.band.value
        pairs["band_label"] = self.band and self.band.label
        pairs["is_missed"] = is_missed(self)
        return pairs


def summarize(
    verdicts: Any,
    by: Sequence[str] | None = None,
    objectives: Mapping[str, Objective] | None = None,
    confidence: float = 0.95,
) -> list[Summary]:
    """Counts, rates, intervals, bands and coverage, one `Summary` a group.

    `verdicts` is any iterable of verdicts, of mappings with the columns of the verdict table, or of assessments; an
    Arrow table of verdicts (pyarrow, polars, duckdb, pandas), counted by columns; or a `Tally`. `by` names columns of
    the verdict table or fields of the record, and is `rule_id` alone when not given, or all that a tally is by; a
    missing value makes a group of its own. `objectives` are by rule id, and used when `rule_id` is among `by`.

    Rules come in the order in which they are first seen, the other columns sorted, missing values last.
    Raises `RecordError` for a row that cannot be read and for a column that nobody has but is nearly one of ours.
    """
    names = (by,) if isinstance(by, str) else None if by is None else tuple(by)
    tally = verdicts if isinstance(verdicts, Tally) else _counted(verdicts, (_RULE,) if names is None else names)
    if names is not None and names != tally.by:
        tally = tally.coarser(names)
    _check_columns(tally)
    return summarize_tally(tally, objectives, confidence)


def _counted(verdicts: Any, by: tuple[str, ...]) -> Tally:
    """The verdicts counted; those of an Arrow table by columns."""
    tally = Tally(by)
    if hasattr(verdicts, "to_batches") or hasattr(verdicts, "__arrow_c_stream__"):
        from servstd.objective.arrow import count_table

        count_table(tally, verdicts)
        return tally
    for verdict in _each(verdicts):
        tally.add(verdict)
    return tally


def summarize_tally(
    tally: Tally, objectives: Mapping[str, Objective] | None = None, confidence: float = 0.95
) -> list[Summary]:
    """As `summarize`, from what was counted already: tallies of parts are added up first."""
    found = []
    for key in _ordered(tally):
        pairs = dict(zip(tally.by, key, strict=True))
        objective = (objectives or {}).get(pairs[_RULE]) if _RULE in pairs else None
        found.append(_summary(pairs, tally.groups[key], objective, confidence))
    return found


def format_rate(summary: Summary) -> str:
    """`95.8% (93.4-97.4)`: the rate and its interval in percent, `-` when nothing is decided.

    Only a rate of exactly 0 or 1 is written as 0.0% or 100.0%: 2999 of 3000 is 99.9%, for something failed.
    """
    if summary.rate is None or summary.low is None or summary.high is None:
        return "-"
    return f"{_percent(summary.rate)}% ({_percent(summary.low)}-{_percent(summary.high)})"


def _percent(share: float) -> str:
    percent = round(share * 100, 1)
    if 0 < share < 1:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f}"


def _summary(key: dict[str, Any], counts: Counts, objective: Objective | None, confidence: float) -> Summary:
    low, high = wilson(counts.passed, counts.decided, confidence) if counts.decided else (None, None)
    return Summary(
        key=key,
        opportunities=counts.opportunities,
        passed=counts.passed,
        failed=counts.failed,
        pending=counts.pending,
        unknown=counts.unknown,
        records=counts.records,
        records_passed=counts.records_with(PASS),
        records_failed=counts.records_with(FAIL),
        records_pending=counts.records_with(PENDING),
        records_unknown=counts.records_with(UNKNOWN),
        not_applicable=counts.records_with(NOT_APPLICABLE),
        rate=_share(counts.passed, counts.decided),
        low=low,
        high=high,
        coverage=_share(counts.decided, counts.decided + counts.unknown),
        confidence=confidence,
        objective=objective,
        band=None if objective is None else band_of(counts.passed, counts.decided, objective, confidence),
        reasons=counts.reasons(),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _each(verdicts: Any) -> Iterator[Any]:
    """The verdicts of whatever was given, one at a time."""
    inner = getattr(verdicts, "verdicts", None)
    items: Iterable[Any] = verdicts if inner is None else (verdicts,)
    for item in items:
        inside = None if isinstance(item, Mapping) else getattr(item, "verdicts", None)
        if inside is None:
            yield item
        else:
            yield from inside


def _check_columns(tally: Tally) -> None:
    """A slip such as `teem` would else give one group without a name, and go unseen."""
    for index, name in enumerate(tally.by):
        hint = None if name in _GROUPING else nearest(name, _GROUPING)
        if hint and tally.groups and all(key[index] is None for key in tally.groups):
            raise RecordError([Problem("unknown-column", f"no verdict has a value for {name!r}", ("by",), hint)])


def _ordered(tally: Tally) -> list[Key]:
    """Keys by rule as first seen, then by the other columns."""
    if _RULE not in tally.by:
        return sorted(tally.groups, key=lambda key: tuple(map(_rank, key)))
    place = tally.by.index(_RULE)
    seen = {rule: order for order, rule in enumerate(dict.fromkeys(key[place] for key in tally.groups))}
    return sorted(tally.groups, key=lambda key: (seen[key[place]], *map(_rank, (*key[:place], *key[place + 1 :]))))


def _rank(value: Any) -> tuple[int, float, str]:
    """Sorts numbers, then texts, then what is missing."""
    if value is None:
        return 2, 0.0, ""
    return (0, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float)) else str(value)
