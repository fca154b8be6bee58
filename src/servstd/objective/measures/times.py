"""Lengths of time: median, 90th percentile, mean and the share within a target, with what is still open beside them.

A mean alone misleads twice: one forgotten case moves it by days, and what is still open does not move it at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from servstd.calendar import BusinessCalendar
from servstd.objective.chance import binomial_quantile, normal_quantile
from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import DEFAULT_MIN_N, EVERYTHING, Basis, Gathered, Left, gather, seconds
from servstd.record import Record
from servstd.values import to_us

Clock = BusinessCalendar | Callable[[Record], BusinessCalendar | None] | None


@dataclass(frozen=True, slots=True)
class Length:
    """How long one thing took, in seconds; None while it is open, `open_s` is then how long so far.

    `is_met` says whether it was within a target of its own, where each has another (as verdicts have).
    """

    length_s: float | None = None
    at: datetime | None = None
    open_s: float | None = None
    is_met: bool | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """How many met their target, of how many for which that is certain; what is open and overdue has missed it."""

    met: int
    decided: int
    pending: int
    formula: str


@dataclass(frozen=True, slots=True)
class Times:
    """The figures of some lengths of time, in seconds. `within` is None without a target.

    `open_count` are the open ones, `oldest_open_s` the longest of them so far.
    """

    median: Figure
    percentile_90: Figure
    mean: Figure
    within: Figure | None = None
    open_count: int = 0
    oldest_open_s: float | None = None

    def figures(self) -> tuple[Figure, ...]:
        """All of them, in the order in which they should be read."""
        return (self.median, self.percentile_90, *((self.within,) if self.within else ()), self.mean)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in ("median", "percentile_90", "mean", "within")}
        pairs = {name: figure and figure.to_dict() for name, figure in pairs.items()}
        return pairs | {"open_count": self.open_count, "oldest_open_s": self.oldest_open_s}


def percentile(lengths: Sequence[float], percent: int) -> float:
    """The smallest length that at least `percent` of 100 do not exceed; between two, their mean.

    Of sorted x with n * percent / 100 = k whole it is (x[k] + x[k + 1]) / 2, else x[ceiling of k]: the ordinary median
    at 50, type 2 of Hyndman and Fan (1996), in numpy `averaged_inverted_cdf`. Raises `ValueError` when there are none.
    """
    if not lengths or not 0 < percent < 100:
        raise ValueError(f"a percentile is over 0 and under 100, of at least one length, got {percent!r}")
    ordered = sorted(lengths)
    whole, rest = divmod(len(ordered) * percent, 100)
    return ordered[whole] if rest else (ordered[whole - 1] + ordered[min(whole, len(ordered) - 1)]) / 2


def percentile_interval(lengths: Sequence[float], percent: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """The interval of a percentile from order statistics, without assuming any distribution; None when too few.

    The ends are lengths that were seen: the j-th and the k-th, where the number of lengths under the true percentile,
    which is binomial, lies within [j, k) with at least the confidence. David and Nagaraja, Order Statistics, 7.1.
    """
    ordered, count = sorted(lengths), len(lengths)
    tail = (1 - confidence) / 2
    low, high = (binomial_quantile(share, count, percent / 100) for share in (tail, 1 - tail))
    high += 1
    return (ordered[low - 1], ordered[high - 1]) if 1 <= low < high <= count else None


def times_of(
    name: str,
    formula: str,
    lengths: Sequence[float],
    gathered: Gathered[Any],
    settings: Mapping[str, Any],
    *,
    min_n: int = DEFAULT_MIN_N,
    within: Within | None = None,
    open_lengths: Sequence[float] = (),
) -> Times:
    """The figures of some lengths in seconds; those of `open_lengths` are not over."""
    common = {"settings": dict(settings), "confidence": gathered.confidence, **gathered.left_out()}

    def figure(kind: str, value: float | None, ends: tuple[float, float] | None, interval: str) -> Figure:
        low, high = ends or (None, None)
        found = Figure(
            f"{name}_{kind}", f"{kind}_of_{formula}", "seconds", value, len(lengths), low, high,
            interval if ends else None, **common,
        )  # fmt: skip
        return gathered.guard(found, min_n)

    made = {}
    for kind, percent in (("median", 50), ("percentile_90", 90)):
        value = percentile(lengths, percent) if lengths else None
        made[kind] = figure(kind, value, percentile_interval(lengths, percent, gathered.confidence), "order_statistics")
    made["mean"] = figure("mean", _mean(lengths), _mean_interval(lengths, gathered.confidence), "normal")
    if within is not None:
        share = share_figure(f"{name}_within", within.formula, within.met, within.decided, **common)
        made["within"] = gathered.guard(replace(share, pending=within.pending), min_n)
    return Times(**made, open_count=len(open_lengths), oldest_open_s=max(open_lengths, default=None))


def _mean(lengths: Sequence[float]) -> float | None:
    return sum(lengths) / len(lengths) if lengths else None


def _mean_interval(lengths: Sequence[float], confidence: float) -> tuple[float, float] | None:
    """From 30 lengths on; lengths are skewed, and of fewer the mean is not normal."""
    count = len(lengths)
    if count < 30:
        return None
    mean = sum(lengths) / count
    half = normal_quantile(confidence) * sqrt(sum((one - mean) ** 2 for one in lengths) / (count - 1) / count)
    return max(mean - half, 0.0), mean + half


def lengths_figure(
    name: str,
    items: Iterable[Any],
    read: Callable[[Record], Length | Left | list[Length] | None],
    *,
    within: timedelta | float | None = None,
    clock: Clock = None,
    settings: Mapping[str, Any] | None = None,
    basis: Basis = EVERYTHING,
    words: Iterable[str] = (),
) -> Times:
    """The figures of the lengths that `read` finds in records by some `words`, or of `Length` rows."""
    gathered = gather(items, Length, read, basis, words)
    closed = [row for row in gathered.rows if row.length_s is not None]
    still = [row.open_s or 0.0 for row in gathered.rows if row.length_s is None]
    gathered.pending += len(still)
    words = {"clock": clock_name(clock), **(settings or {})}
    limit = None if within is None else seconds(within)
    words |= {} if limit is None else {"within_s": limit}
    lengths = [row.length_s for row in closed if row.length_s is not None]
    return times_of(name, name, lengths, gathered, words, within=_within(gathered.rows, limit), open_lengths=still)


def _within(rows: Sequence[Length], limit: float | None) -> Within | None:
    """How many were in time; None when there is no target at all."""
    if limit is None and all(row.is_met is None for row in rows):
        return None
    found = [_is_met(row, limit) for row in rows]
    formula = "within_own_target_over_decided" if limit is None else "within_T_over_finished_and_overdue"
    return Within(found.count(True), len(found) - found.count(None), found.count(None), formula)


def _is_met(row: Length, limit: float | None) -> bool | None:
    if limit is None:
        return row.is_met
    if row.length_s is not None:
        return row.length_s <= limit
    return False if row.open_s is not None and row.open_s > limit else None


def clock_name(clock: Clock) -> str:
    """What the figure prints beside itself: whose hours were counted."""
    if clock is None:
        return "elapsed"
    if isinstance(clock, BusinessCalendar):
        return f"business hours in {clock.schedule.time_zone}"
    return "business hours of each record"


def length_between(record: Record, start: datetime, end: datetime, clock: Clock) -> float:
    """Seconds from start to end: on the clock's open hours, or elapsed without a clock."""
    calendar = clock if clock is None or isinstance(clock, BusinessCalendar) else clock(record)
    if calendar is None:  # not a difference of instants: within one zone that goes by the wall clock
        return max(to_us(end) - to_us(start), 0) / 1e6
    return max(calendar.elapsed(start, end).total_seconds(), 0.0)
