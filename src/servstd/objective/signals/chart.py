"""The p-chart of a rate over time, with Laney's p' when the points spread wider than chance alone would have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from math import ceil, floor, sqrt
from typing import Any

from servstd.objective.bands import is_short_of, probability_of_this_few, probability_of_this_many
from servstd.objective.counts import Counts
from servstd.objective.period import period_at, periods_between, read_columns, verdict_at
from servstd.objective.signals.rules import rule_names, signals_of
from servstd.objective.tally import Tally
from servstd.objective.target import DEFAULT_MIN_N, Objective

P_CHART, LANEY = "p_chart", "laney_p_prime"
DISPERSION_TEST = "sign_test_of_moving_ranges"
DISPERSION_CHANCE = 0.05
# The mean of the range of two from a normal distribution: d2 for n = 2.
RANGE_OF_TWO = 1.128
# And the median of that range: half of all steps from point to point are wider, were there nothing but chance.
MEDIAN_RANGE_OF_TWO = 0.954
SIGMAS = 3.0


@dataclass(frozen=True, slots=True)
class Count:
    """What one period brought: its label, how many passed, how many were decided.

    `effective` says for how many independent ones the decided count, where records hold several (`Counts.effective`).
    """

    label: str
    passed: int
    decided: int
    effective: float | None = None

    @property
    def size(self) -> float:
        """By how many independent ones the rate is known."""
        return self.decided if self.effective is None else self.effective


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a chart: `rate`, its limits, and `z`, its distance from the centre in standard deviations.

    `signals` are the rules that fire at it. `is_alert`: it is under its objective's floor, and chance is under 2%;
    `alert_label` of that objective says it in words.
    `rate`, `z` and the limits are None for a period in which nothing was decided.
    """

    label: str
    passed: int
    decided: int
    rate: float | None
    low: float | None
    high: float | None
    z: float | None
    signals: tuple[str, ...] = ()
    is_alert: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A control chart. `method` is `p_chart` or `laney_p_prime`.

    `centre` is the rate of all points together, or the one given. `sigma_z` is how many times wider than chance the
    points spread from one to the next, `dispersion_chance` the probability of so many wide steps were there nothing
    but chance, by the test that `dispersion_test` names. `expected_false_signals` says how many points would
    lie outside the limits by chance alone.
    """

    points: tuple[Point, ...]
    centre: float | None
    method: str
    sigma_z: float | None
    dispersion_chance: float | None
    rules: tuple[str, ...]
    expected_false_signals: float
    sigmas: float = SIGMAS
    dispersion_test: str = DISPERSION_TEST

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        pairs["points"] = [
            {name: getattr(point, name) for name in point.__slots__} | {"signals": list(point.signals)}
            for point in self.points
        ]
        return pairs | {"rules": list(self.rules)}


def p_chart(
    counts: Sequence[Count | tuple[str, int, int] | Mapping[str, Any]],
    *,
    method: str | None = None,
    centre: float | None = None,
    rules: str | Sequence[str] = "default",
    objective: Objective | None = None,
    min_n: int = DEFAULT_MIN_N,
) -> Chart:
    """The chart of some periods in order of time, each (label, passed, decided).

    With p the centre, n what a period decided (where given for how many independent ones that counts) and
    z = (rate - p) / sqrt(p(1 - p)/n), the limits are

        p_chart:        p  -+  3 sqrt(p(1 - p)/n)
        laney_p_prime:  p  -+  3 sqrt(p(1 - p)/n) * sigma_z,   sigma_z = mean of |z - z before| / 1.128

    cut at 0 and 1. Left out, `method` is Laney's when sigma_z is over 1 and more steps from point to point are wider
    than their median by chance (0.954) than a fair coin would give in 95 of 100 charts. Steps, as one bad week must not
    widen the limits that it is judged by; a chi-square test of all points would let it. `centre` is the rate of an
    earlier stretch that is known to have been steady. Periods with fewer than `min_n` decided have limits, and are no
    signal. D. B. Laney, Improved control charts for attributes, Quality Engineering 14 (2002), 531-537.

    Raises `ValueError` for counts that can not be, for a centre of 0 or 1, and for an unknown method or rule.
    """
    given = [_count(one) for one in counts]
    if len({one.label for one in given}) < len(given):
        raise ValueError(f"each period has a label of its own, got {', '.join(one.label for one in given)}")
    known = [one for one in given if one.decided]
    names = rule_names(rules)
    if centre is not None and not _is_open(centre):
        raise ValueError(f"a centre is a share over 0 and under 1, got {centre!r}")
    p = _centre(known) if centre is None else centre
    scores = {one.label: (one.passed / one.decided - p) / _sigma(p, one.size) for one in known if _is_open(p)}
    sigma_z, chance = _dispersion(known, scores, p)
    method = _method(method, sigma_z, chance)
    width = sigma_z if method == LANEY and sigma_z else 1.0
    usable = {one.label: scores[one.label] / width for one in known if one.size >= min_n and one.label in scores}
    fired = signals_of([usable.get(one.label) for one in given], names)
    points = tuple(_point(one, p, width, scores, found, objective) for one, found in zip(given, fired, strict=True))
    expected = sum(_outside(floor(one.size), p, width) for one in known if one.size >= min_n)
    return Chart(points, p if known else None, method, sigma_z, chance, names, expected)


def chart_of_verdicts(
    verdicts: Iterable[Any], per: str = "week", time_zone: str | tzinfo = "UTC", **options: Any
) -> Chart:
    """The chart of verdicts, or rows of the verdict table, of one rule, per day, week, month, quarter or year.

    Periods in which nothing was decided stand between as points without a rate. `options` are those of `p_chart`. A
    verdict without an instant is in no period. Raises `ValueError` when there are verdicts of several rules.
    """
    counts: dict[str, Counts] = {}
    instants: list[datetime] = []
    rules = set()
    for verdict in verdicts:
        read = read_columns(verdict)
        rules.add(read("rule_id"))
        at = verdict_at(read)
        if at is not None:
            one = Tally(("rule_id",))
            one.add(verdict)
            label = period_at(at, per, time_zone).label
            counts[label] = sum(one.groups.values(), counts.get(label, Counts()))
            instants.append(at)
    if len(rules) > 1:
        raise ValueError(f"a chart is of one rule, got verdicts of {', '.join(sorted(map(str, rules)))}")
    labels = [one.label for one in periods_between(min(instants), max(instants), per, time_zone)] if instants else []
    found = [(label, counts.get(label, Counts())) for label in labels]
    return p_chart([Count(label, one.passed, one.decided, one.effective) for label, one in found], **options)


def _count(one: Count | tuple[str, int, int] | Mapping[str, Any]) -> Count:
    if isinstance(one, Mapping):
        one = Count(str(one["label"]), one["passed"], one["decided"])
    elif not isinstance(one, Count):
        one = Count(*one)
    if not 0 <= one.passed <= one.decided:
        raise ValueError(f"expected 0 <= passed <= decided, got {one.passed!r} of {one.decided!r} in {one.label!r}")
    return one


def _centre(known: Sequence[Count]) -> float:
    decided = sum(one.decided for one in known)
    return sum(one.passed for one in known) / decided if decided else 0.0


def _is_open(p: float) -> bool:
    return 0 < p < 1


def _sigma(p: float, size: float) -> float:
    return sqrt(p * (1 - p) / size)


def _dispersion(known: Sequence[Count], scores: Mapping[str, float], p: float) -> tuple[float | None, float | None]:
    """Laney's sigma_z, and the chance of so many wide steps; None under two points."""
    if len(known) < 2 or not _is_open(p):
        return None, None
    ranges = [abs(scores[b.label] - scores[a.label]) for a, b in pairwise(known)]
    wide = sum(_width(a.size, b.size, size, p) for (a, b), size in zip(pairwise(known), ranges, strict=True))
    chance = probability_of_this_many(floor(wide + 1e-9), len(ranges), 0.5)
    return sum(ranges) / len(ranges) / RANGE_OF_TWO, chance


def _width(count: float, next_count: float, size: float, p: float) -> float:
    """1 for a step wider than the median, 0 for another. Points of one size can only take steps of certain widths:
    a step then stands for all widths that are nearest to it, and counts by how many of them are wider."""
    grain = 1 / sqrt(count * p * (1 - p)) if count == next_count else 0.0
    if not grain:
        return float(size > MEDIAN_RANGE_OF_TWO)
    return min(max((size - MEDIAN_RANGE_OF_TWO) / grain + 0.5, 0.0), 1.0)


def _method(method: str | None, sigma_z: float | None, chance: float | None) -> str:
    if method is None:
        is_wide = sigma_z is not None and sigma_z > 1 and chance is not None and chance < DISPERSION_CHANCE
        return LANEY if is_wide else P_CHART
    if method not in (P_CHART, LANEY):
        raise ValueError(f"{method!r} is not one of {P_CHART}, {LANEY}")
    return method


def _point(
    one: Count, p: float, width: float, scores: Mapping[str, float], fired: tuple[str, ...], objective: Objective | None
) -> Point:
    if not one.decided:
        return Point(one.label, 0, 0, None, None, None, None)
    half = SIGMAS * _sigma(p, one.size) * width
    z = scores.get(one.label)
    alert = objective is not None and is_short_of(one.passed, one.decided, objective, effective=one.effective)
    return Point(
        one.label, one.passed, one.decided, one.passed / one.decided, max(p - half, 0.0), min(p + half, 1.0),
        None if z is None else z / width, fired, alert,
    )  # fmt: skip


def _outside(decided: int, p: float, width: float) -> float:
    """The exact chance that a point lies outside its limits; with Laney's, that of a normal point."""
    if not _is_open(p):
        return 0.0
    if width != 1.0:
        return 0.0027
    half = SIGMAS * _sigma(p, decided)
    few, many = ceil((p - half) * decided - 1e-9) - 1, floor((p + half) * decided + 1e-9)
    below = probability_of_this_few(few, decided, p) if few >= 0 else 0.0
    above = 1 - probability_of_this_few(many, decided, p) if many < decided else 0.0
    return below + above
