"""Rates of a sample in which not everything had the same chance to be drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.figure import Figure, guarded
from servstd.objective.interval import wilson_of_rate
from servstd.objective.measures.items import plain_row
from servstd.objective.target import DEFAULT_MIN_N

HAJEK, HORVITZ_THOMPSON = "hajek", "horvitz_thompson"
WEIGHTED_FORMULAS = (HAJEK, HORVITZ_THOMPSON)
SMALLEST_CHANCE = 1e-15
"""No log is so long that a record of it is drawn with less; a smaller number is a slip, and its weight overflows."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """One drawn record: of its `decided` opportunities so many `passed`, and the `probability` with which it was drawn.

    `stratum` is the layer it was drawn from; a simple sample has one.
    """

    passed: int
    decided: int
    probability: float
    stratum: Any = None

    def __post_init__(self) -> None:
        """Refuse counts and probabilities that can not be."""
        if not SMALLEST_CHANCE <= self.probability <= 1:
            message = f"a probability is over 0 (at least {SMALLEST_CHANCE:g}) and at most 1, got {self.probability!r}"
            raise RecordError([Problem("not-a-share", message, ("probability",))])
        if not 0 <= self.passed <= self.decided:
            message = f"expected 0 <= passed <= decided, got {self.passed!r} of {self.decided!r}"
            raise RecordError([Problem("not-a-number", message, ("passed",))])


def weighted_rate(
    rows: Iterable[Sampled | Mapping[str, Any]],
    formula: str = HAJEK,
    *,
    population: int | None = None,
    confidence: float = 0.95,
    min_n: int = DEFAULT_MIN_N,
    is_complete: bool = True,
) -> Figure:
    """The rate of the whole log, from a sample of it; each record weighs 1 / its probability.

    `hajek`: weighted passes over weighted decided opportunities. `horvitz_thompson`: weighted passes over
    `population`, the known number of opportunities in the log; it can leave 0..1 and is then cut. Give every drawn
    record, those with nothing decided too: they tell how sure the number of the others is.

    The variance is that of a sample without replacement in each stratum, by linearisation, with the correction for a
    finite population: drawing all leaves none. `is_complete=False` leaves that correction out: of what was drawn it is
    not known whether all is among the rows. A stratum in which all were alike is not taken as certain. The interval
    is Wilson's, of as many independent opportunities as give that variance (`parts.effective_count`), after N. Dean and
    M. Pagano, Evaluating confidence interval methods for binomial proportions in clustered surveys, Journal of Survey
    Statistics and Methodology 3 (2015), 484-503. D. G. Horvitz and D. J. Thompson, JASA 47 (1952), 663-685; J. Hajek
    in Godambe and Sprott (1971), 236.

    `count` is the decided opportunities in the sample. Raises `ValueError` for an unknown formula, and for
    `horvitz_thompson` without a `population`.
    """
    if formula not in WEIGHTED_FORMULAS:
        raise ValueError(f"{formula!r} is not one of {', '.join(WEIGHTED_FORMULAS)}")
    if formula == HORVITZ_THOMPSON and not population:
        raise ValueError(f"'horvitz_thompson' needs the population, a number over 0, got {population!r}")
    drawn = [plain_row(row, Sampled) for row in rows]
    count = sum(row.decided for row in drawn)
    whole = population if formula == HORVITZ_THOMPSON else sum(row.decided / row.probability for row in drawn)
    if not count or not whole:
        return guarded(Figure("weighted_rate", formula, "share", None, 0, confidence=confidence), min_n)
    rate = min(sum(row.passed / row.probability for row in drawn) / whole, 1.0)
    share = rate if formula == HAJEK else 0.0
    terms = [(row.passed - share * row.decided) / row.probability / whole for row in drawn]
    variance = _variance(drawn, terms, whole, is_complete)
    effective = None if is_complete and _is_all(drawn) else _effective(rate, variance, drawn)
    low, high = wilson_of_rate(rate, effective, confidence) if effective else (rate, rate)
    parts = {"records": len(drawn), "effective_count": effective or float(count), "standard_error": sqrt(variance)}
    figure = Figure(
        "weighted_rate", formula, "share", rate, count, low, high, "wilson_of_effective_count", confidence, parts,
        {"population": population, "strata": len({row.stratum for row in drawn})},
    )  # fmt: skip
    return guarded(figure, min_n)


def _is_all(drawn: Sequence[Sampled]) -> bool:
    return all(row.probability == 1 for row in drawn)


def _variance(drawn: Sequence[Sampled], terms: Sequence[float], whole: float, is_complete: bool) -> float:
    """Of the sum of `terms`, one a record, drawn without replacement in each stratum."""
    strata: dict[Any, list[int]] = defaultdict(list)
    for place, row in enumerate(drawn):
        strata[row.stratum].append(place)
    middle = sum(terms) / len(terms)
    total = 0.0
    for places in strata.values():
        values, rows = [terms[place] for place in places], [drawn[place] for place in places]
        undrawn = 1 - sum(row.probability for row in rows) / len(rows) if is_complete else 1.0
        total += undrawn * max(_spread(values, middle), _least_spread(rows, whole))
    return total


def _spread(values: Sequence[float], middle: float) -> float:
    """n / (n - 1) times the squares about the mean; a stratum of one has no mean of its own, and takes that of all."""
    size = len(values)
    mean = sum(values) / size if size > 1 else middle
    return size / max(size - 1, 1) * sum((value - mean) ** 2 for value in values)


def _least_spread(rows: Sequence[Sampled], whole: float) -> float:
    """Of a stratum in which all were alike: thirty that passed do not prove that none fails.

    It gets the spread that one pass and one fail more would give.
    """
    passed, decided = sum(row.passed for row in rows), sum(row.decided for row in rows)
    if not decided or 0 < passed < decided:
        return 0.0
    share = (passed + 1) / (decided + 2)
    weight = sum(row.decided / row.probability for row in rows) / whole
    return weight**2 * share * (1 - share) / decided


def _effective(rate: float, variance: float, drawn: list[Sampled]) -> float:
    """How many independent opportunities would be as sure."""
    if variance > 0 and 0 < rate < 1:
        return rate * (1 - rate) / variance
    # All alike: no spread was seen. Uneven weights are then all that makes a count worth less (Kish).
    weights = [row.decided / row.probability for row in drawn if row.decided]
    squares = sum(row.decided / row.probability**2 for row in drawn if row.decided)
    return sum(weights) ** 2 / squares
