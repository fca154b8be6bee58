"""Funnel plot: groups against one centre with limits that narrow as numbers grow, so that nobody is ranked by luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any

from servstd.objective.bands import probability_of_this_few
from servstd.objective.chance import binomial_quantile, chi_square_tail, normal_quantile
from servstd.objective.target import DEFAULT_MIN_N

LEVELS = (0.95, 0.998)
EXACT, INFLATED = "exact_binomial", "normal_inflated_by_dispersion"
WINSORISED = 0.1
DISPERSION_TEST = "chi_square_of_winsorised_z"
DISPERSION_CHANCE = 0.05
# Under ten groups no outer tenth can be pulled in, and a single odd group would widen the limits that it is judged by.
FEWEST_GROUPS = 10

Limits = tuple[float, float]


class Place(StrEnum):
    """Where a group lies in a funnel."""

    BELOW_998 = "below_99.8"
    BELOW_95 = "below_95"
    INSIDE = "inside"
    ABOVE_95 = "above_95"
    ABOVE_998 = "above_99.8"
    TOO_FEW = "too_few"

    @property
    def label(self) -> str:
        """What it says, in words."""
        return _LABELS[self]


_LABELS = {
    Place.BELOW_998: "lower than chance explains",
    Place.BELOW_95: "low, may be chance",
    Place.INSIDE: "like the others",
    Place.ABOVE_95: "high, may be chance",
    Place.ABOVE_998: "higher than chance explains",
    Place.TOO_FEW: "too few to tell",
}


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """One group: its rate, and the limits at 95% and 99.8% for as many as it decided."""

    name: Any
    passed: int
    decided: int
    rate: float
    limits_95: Limits
    limits_998: Limits
    place: Place


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel plot's numbers, groups in the order given.

    `centre` is the target, or the rate of all groups together. `dispersion` is how much wider than chance the groups
    spread: the mean of z squared with the outer tenths on each side pulled in. When its test gives under 5%, the limits
    are widened by its root, and `method` says so. `expected_outside_95` is how many groups lie outside by chance alone.
    `without` are the groups that had nothing decided.
    """

    groups: tuple[FunnelGroup, ...]
    centre: float | None
    method: str
    dispersion: float | None
    dispersion_chance: float | None
    expected_outside_95: float
    expected_outside_998: float
    without: tuple[Any, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        pairs["groups"] = [_group_dict(one) for one in self.groups]
        return pairs | {"without": list(self.without)}


def funnel(
    groups: Mapping[Any, tuple[int, int]],
    centre: float | None = None,
    *,
    min_n: int = DEFAULT_MIN_N,
    spread_out: bool | None = None,
) -> Funnel:
    """The funnel of some groups, each (passed, decided).

    Without `spread_out` the limits are widened when the spread of ten groups or more asks for it; True and False say so
    beforehand. Limits
    that are not widened are exact binomial ones, drawn between two counts as Spiegelhalter draws them; widened ones are
    normal. Groups that decided fewer than `min_n` have a place in the plot and no judgement. D. J. Spiegelhalter,
    Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005), 1185-1202.

    Raises `ValueError` for counts that can not be, and for a centre that is not over 0 and under 1.
    """
    _check(groups, centre)
    known = {name: pair for name, pair in groups.items() if pair[1]}
    target = _pooled(known) if centre is None else centre
    dispersion, chance = _dispersion(list(known.values()), target, is_given=centre is not None)
    if spread_out is None:
        spread_out = chance is not None and chance < DISPERSION_CHANCE and len(known) >= FEWEST_GROUPS
    factor = max(dispersion or 1.0, 1.0) if spread_out else 1.0
    found = tuple(_group(name, *pair, target, factor, min_n) for name, pair in known.items())
    judged = sum(one.place is not Place.TOO_FEW for one in found)
    return Funnel(
        found,
        target if known else None,
        INFLATED if factor > 1 else EXACT,
        dispersion,
        chance,
        judged * (1 - LEVELS[0]),
        judged * (1 - LEVELS[1]),
        tuple(name for name, pair in groups.items() if not pair[1]),
    )


def funnel_limits(decided: int, centre: float, level: float = 0.95, dispersion: float = 1.0) -> Limits:
    """The limits of a funnel at `decided`, for drawing its curves; shares.

    Without dispersion they are exact: with r the smallest count whose P(X <= r) reaches the tail, the limit lies
    between r - 1 and r by how far the tail reaches; the upper limit is the lower one of what did not pass. With it
    they are

        centre  -+  z sqrt(dispersion * centre(1 - centre)/n)

    Cut at 0 and 1. Raises `ValueError` for fewer than 1 decided.
    """
    if decided < 1:
        raise ValueError(f"limits are for at least 1 decided, got {decided!r}")
    if not 0 < centre < 1:
        return centre, centre
    if dispersion > 1:
        half = normal_quantile(level) * sqrt(dispersion * centre * (1 - centre) / decided)
        return max(centre - half, 0.0), min(centre + half, 1.0)
    tail = (1 - level) / 2
    return _exact(tail, decided, centre), 1 - _exact(tail, decided, 1 - centre)


def _exact(tail: float, decided: int, centre: float) -> float:
    count = binomial_quantile(tail, decided, centre)
    reached = probability_of_this_few(count, decided, centre)
    before = probability_of_this_few(count - 1, decided, centre) if count else 0.0
    back = (reached - tail) / (reached - before) if reached > before else 0.0
    return min(max((count - back) / decided, 0.0), 1.0)


def _check(groups: Mapping[Any, tuple[int, int]], centre: float | None) -> None:
    for name, (passed, decided) in groups.items():
        if not 0 <= passed <= decided:
            raise ValueError(f"expected 0 <= passed <= decided, got {passed!r} of {decided!r} for {name!r}")
    if centre is not None and not 0 < centre < 1:
        raise ValueError(f"a centre is a share over 0 and under 1, got {centre!r}")


def _pooled(groups: Mapping[Any, tuple[int, int]]) -> float:
    decided = sum(pair[1] for pair in groups.values())
    return sum(pair[0] for pair in groups.values()) / decided if decided else 0.0


def _dispersion(pairs: Sequence[tuple[int, int]], target: float, is_given: bool) -> tuple[float | None, float | None]:
    """The mean of winsorised z squared, and the chance of one as large; None under two groups."""
    if len(pairs) < 2 or not 0 < target < 1:
        return None, None
    scores = sorted((passed / n - target) / sqrt(target * (1 - target) / n) for passed, n in pairs)
    cut = int(len(scores) * WINSORISED)
    low, high = scores[cut], scores[-1 - cut]
    squares = sum(min(max(one, low), high) ** 2 for one in scores)
    return squares / len(scores), chi_square_tail(squares, len(scores) - (0 if is_given else 1))


def _group(name: Any, passed: int, decided: int, target: float, factor: float, min_n: int) -> FunnelGroup:
    rate = passed / decided
    inner, outer = (funnel_limits(decided, target, level, factor) for level in LEVELS)
    place = Place.TOO_FEW if decided < min_n else _place(rate, inner, outer)
    return FunnelGroup(name, passed, decided, rate, inner, outer, place)


def _place(rate: float, inner: Limits, outer: Limits) -> Place:
    """On a limit is inside it."""
    for place, is_there in (
        (Place.BELOW_998, rate < outer[0]),
        (Place.ABOVE_998, rate > outer[1]),
        (Place.BELOW_95, rate < inner[0]),
        (Place.ABOVE_95, rate > inner[1]),
    ):
        if is_there:
            return place
    return Place.INSIDE


def _group_dict(group: FunnelGroup) -> dict[str, Any]:
    pairs: dict[str, Any] = {name: getattr(group, name) for name in group.__slots__}
    limits = {"limits_95": list(group.limits_95), "limits_998": list(group.limits_998)}
    return pairs | limits | {"place": group.place.value, "label": group.place.label}
