"""Krippendorff's alpha: agreement of two or more reviewers, with gaps, for names and for ordered answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import ceil
from random import Random
from typing import Any, Literal

from servstd.objective.chance import check_confidence
from servstd.objective.reviewers.agreement import Agreement

Level = Literal["nominal", "ordinal"]
Metric = Callable[[Any, Any], float]
DRAWS = 1000
FEWEST_UNITS = 10


def krippendorff_alpha(
    units: Iterable[Sequence[Any]],
    level: Level = "nominal",
    *,
    order: Sequence[Any] | None = None,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> Agreement:
    """Krippendorff's alpha: 1 - disagreement observed / disagreement expected by chance.

    `units` are the answers to each thing, one sequence a thing, None where a reviewer gave none; who gave which does
    not matter. A thing with fewer than two answers tells nothing and is counted in `left_out`. `order` are the answers
    from lowest to highest for `ordinal`; left out, they are sorted. K. Krippendorff, Content Analysis (2004), chapter
    11.

    The interval is by drawing things anew, `draws` times, percentile ends; with one `seed` it is the same every time.
    Not given under 10 things, nor when all agree: drawing from perfect agreement gives nothing else. Raises
    `ValueError` for another level and for an answer that `order` does not hold.
    """
    check_confidence(confidence)
    if level not in ("nominal", "ordinal"):
        raise ValueError(f"{level!r} is not one of nominal, ordinal")
    given = [[value for value in unit if value is not None] for unit in units]
    kept = [unit for unit in given if len(unit) > 1]
    places = _places(kept, order) if level == "ordinal" else None
    patterns = [_pattern(unit) for unit in kept]
    pairs = sum(map(_coincidences, patterns), Counter[tuple[Any, Any]]())
    value, why = _alpha(pairs, places)
    low, high = _interval(patterns, places, confidence, draws, seed) if why is None and value != 1 else (None, None)
    return Agreement(
        f"krippendorff_alpha_{level}", value, len(kept), low, high, None if low is None else "drawn_anew_by_unit",
        confidence, pairs, why, len(given) - len(kept),
    )  # fmt: skip


def _places(units: Sequence[Sequence[Any]], order: Sequence[Any] | None) -> dict[Any, int]:
    seen = {value for unit in units for value in unit}
    ordered = sorted(seen) if order is None else list(order)
    for value in sorted(seen - set(ordered), key=str):
        raise ValueError(f"{value!r} is not one of {', '.join(map(str, ordered))}")
    return {value: place for place, value in enumerate(ordered)}


def _pattern(unit: Sequence[Any]) -> tuple[tuple[Any, int], ...]:
    """The answers to one thing with how often each: things answered alike are drawn as one."""
    return tuple(sorted(Counter(unit).items(), key=str))


def _coincidences(pattern: tuple[tuple[Any, int], ...]) -> Counter[tuple[Any, Any]]:
    """Ordered pairs of answers to one thing; each answer weighs 1 in all, however many there are."""
    size = sum(count for _, count in pattern)
    found: Counter[tuple[Any, Any]] = Counter()
    for one, count in pattern:
        for other, more in pattern:
            number = count * (more - (one == other))
            if number:
                found[one, other] += number / (size - 1)
    return found


def _alpha(pairs: Counter[tuple[Any, Any]], places: dict[Any, int] | None) -> tuple[float | None, str | None]:
    """Alpha, or why it is not defined."""
    totals: Counter[Any] = Counter()
    for (one, _), weight in pairs.items():
        totals[one] += weight
    if not totals:
        return None, "nothing was answered twice"
    if len(totals) == 1:
        return None, "all answers are the same"
    distance = _ordinal(totals, places) if places is not None else _nominal
    whole = sum(totals.values())
    observed = sum(weight * distance(one, other) for (one, other), weight in pairs.items())
    expected = sum(totals[one] * totals[other] * distance(one, other) for one in totals for other in totals)
    return 1 - (whole - 1) * observed / expected, None


def _nominal(one: Any, other: Any) -> float:
    return float(one != other)


def _ordinal(totals: Counter[Any], places: dict[Any, int]) -> Metric:
    """Two ranks differ by the answers that lie between them, half of their own included; squared."""
    below: dict[Any, float] = {}
    reached = 0.0
    for value in sorted(totals, key=places.__getitem__):
        below[value] = reached + totals[value] / 2
        reached += totals[value]
    return lambda one, other: (below[one] - below[other]) ** 2


def _interval(
    patterns: Sequence[tuple[tuple[Any, int], ...]],
    places: dict[Any, int] | None,
    confidence: float,
    draws: int,
    seed: int,
) -> tuple[float | None, float | None]:
    """Percentiles of alpha over draws of things; draws in which it is not defined are left out."""
    if len(patterns) < FEWEST_UNITS or draws < 1:
        return None, None
    random = Random(seed)
    kinds = {pattern: _coincidences(pattern) for pattern in patterns}
    found = []
    for _ in range(draws):
        pairs: Counter[tuple[Any, Any]] = Counter()
        for pattern, times in Counter(random.choices(patterns, k=len(patterns))).items():
            for pair, weight in kinds[pattern].items():
                pairs[pair] += weight * times
        value = _alpha(pairs, places)[0]
        if value is not None:
            found.append(value)
    if not found:
        return None, None
    found.sort()
    cut = (1 - confidence) / 2
    return found[max(ceil(cut * len(found)) - 1, 0)], found[min(ceil((1 - cut) * len(found)) - 1, len(found) - 1)]
