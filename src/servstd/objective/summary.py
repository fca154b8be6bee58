"""Summaries: the figures of one group of verdicts, and how a rate is written.

What each figure means, and why it is counted so: docs/explanation/figures.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.bands import Band, band_of, shown_band
from servstd.objective.counts import Counts, effective_count
from servstd.objective.interval import wilson
from servstd.objective.tally import Key, Tally
from servstd.objective.target import Objective, is_missed
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.vocabulary import nearest

LOW_COVERAGE = 0.5
# How every command and report names two things that a rate does not tell by itself.
IN_PART, SAMPLED = "judged in part", "from a sample, not weighted"
_RULE = "rule_id"
_GROUPING = ("rule_id", "outcome", "reason", "lean", "channel", "team", "agent", "reading", "record_id")


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one group.

    `passed`, `failed`, `pending`, `unknown` and their sum `opportunities` count opportunities; `records`, the
    `records_...` and `not_applicable` count verdicts, one a record and rule; `reasons` counts verdicts too.
    `rate` is passed / decided, `low` and `high` the ends of its Wilson interval at `confidence`; all three are
    None when nothing is decided. `coverage` is decided / (decided + unknown), None when both are 0. All are 0..1.
    `effective` says for how many independent opportunities the decided ones count, which is fewer where records hold
    several; interval, band and alert go by it. `band` and `objective` are None for a group without an objective.
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
    effective: float | None = None

    @property
    def decided(self) -> int:
        """Opportunities that passed or failed."""
        return self.passed + self.failed

    @property
    def record_rate(self) -> float | None:
        """The share of decided records that passed as a whole: every opportunity in them was met."""
        return _share(self.records_passed, self.records_passed + self.records_failed)

    @property
    def is_in_part(self) -> bool:
        """True when under half of what came up could be decided, so that the rate may not hold for the rest."""
        return self.coverage is not None and self.coverage < LOW_COVERAGE and bool(self.decided or self.pending)

    @property
    def is_clustered(self) -> bool:
        """True when records hold several opportunities."""
        return self.opportunities > self.records - self.not_applicable

    @property
    def band_label(self) -> str | None:
        """The words that always stand beside the colour; they say when nobody has confirmed the objective."""
        return None if self.band is None or self.objective is None else shown_band(self.band, self.objective)[0]

    @property
    def band_colour(self) -> str | None:
        """The colour of the band, never alone; never red for an objective that nobody has confirmed."""
        return None if self.band is None or self.objective is None else shown_band(self.band, self.objective)[1]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `key` stays a mapping of its own."""
        pairs = {name: getattr(self, name) for name in self.__slots__}
        pairs["key"] = {name: _plain(value) for name, value in self.key.items()}
        pairs["reasons"] = dict(self.reasons)
        pairs["record_rate"] = self.record_rate
        pairs["objective"] = self.objective and self.objective.to_dict()
        pairs["band"] = self.band and self.band.value
        pairs |= {"band_label": self.band_label, "band_colour": self.band_colour}
        pairs |= {"is_missed": is_missed(self), "is_in_part": self.is_in_part}
        return pairs


def summarize(
    verdicts: Any,
    by: Sequence[str] | None = None,
    objectives: Mapping[str, Objective] | None = None,
    confidence: float = 0.95,
    time_zone: str | tzinfo | None = None,
) -> list[Summary]:
    """Counts, rates, intervals, bands and coverage, one `Summary` a group.

    `verdicts` is any iterable of verdicts, of mappings with the columns of the verdict table, or of assessments; an
    Arrow table of verdicts (pyarrow, polars, duckdb, pandas), counted by columns; or a `Tally`. `by` names columns of
    the verdict table or fields of the record, and is `rule_id` alone when not given, or all that a tally is by; a
    missing value makes a group of its own. `day`, `week` (of ISO 8601), `month`, `quarter` and `year` are there too,
    unless there is a column or a field of that name: of verdicts by when their record began, in the catalog's zone, as
    `servstd check --by` has it; of rows by their receipt, else their clock's start, else their decision, in
    `time_zone`; a tally has those that it was counted by. `objectives` are by rule id, and used when `rule_id` is among
    `by`.

    Rules come in the order in which they are first seen, the other columns sorted, missing values last.
    Raises `RecordError` for a row that cannot be read and for a column that nobody has but is nearly one of ours.
    """
    names = (by,) if isinstance(by, str) else None if by is None else tuple(by)
    tally = (
        verdicts if isinstance(verdicts, Tally) else _counted(verdicts, (_RULE,) if names is None else names, time_zone)
    )
    if names is not None and names != tally.by:
        tally = tally.coarser(names)
    _check_columns(tally)
    return summarize_tally(tally, objectives, confidence)


def _counted(verdicts: Any, by: tuple[str, ...], time_zone: str | tzinfo | None) -> Tally:
    """The verdicts counted; those of an Arrow table by columns."""
    tally = Tally(by)
    if hasattr(verdicts, "to_batches") or hasattr(verdicts, "__arrow_c_stream__"):
        from servstd.objective.arrow import count_table

        count_table(tally, verdicts, time_zone)
        return tally
    for verdict in _each(verdicts):
        tally.add(verdict, time_zone)
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
    records, passed, failed, pending, unknown, squares = counts.sums()
    decided = passed + failed
    rate, low, high, effective = _rate(passed, decided, effective_count(decided, squares), confidence)
    return Summary(
        key=key,
        opportunities=decided + pending + unknown,
        passed=passed,
        failed=failed,
        pending=pending,
        unknown=unknown,
        records=records,
        records_passed=counts.records_with(PASS),
        records_failed=counts.records_with(FAIL),
        records_pending=counts.records_with(PENDING),
        records_unknown=counts.records_with(UNKNOWN),
        not_applicable=counts.records_with(NOT_APPLICABLE),
        rate=rate,
        low=low,
        high=high,
        coverage=_share(decided, decided + unknown),
        confidence=confidence,
        objective=objective,
        band=None if objective is None else band_of(passed, decided, objective, confidence, effective),
        reasons=counts.reasons(),
        effective=effective,
    )


@lru_cache(maxsize=1 << 14)
def _rate(
    passed: int, decided: int, effective: float, confidence: float
) -> tuple[float | None, float | None, float | None, float]:
    """The rate, its interval, and the effective number: many small groups have the same."""
    low, high = wilson(passed, decided, confidence, effective) if decided else (None, None)
    return _share(passed, decided), low, high, effective


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
