"""How far two reviewers agree: percent agreement and Cohen's kappa, with the counts they come from.

Where nearly all answers are alike kappa says little, however well people agree: chance alone would have them agree.
So the table of counts stands beside it, always.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

from servstd.objective.chance import normal_quantile
from servstd.objective.figure import Figure, share_figure
from servstd.objective.target import DEFAULT_MIN_N

Pair = tuple[Any, Any]
FEWEST_PAIRS = 20
_NOTHING = 1e-12  # what rounding leaves of a variance of 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient of agreement: 1 is perfect, 0 what chance gives, below it worse than chance.

    `value` is None when it is not defined: nobody answered, or all answers are the same, so that there is nothing to
    agree on beyond chance; `why` says which. `low` and `high` are the ends of its interval, found as `interval` names;
    None when that is not known: `why` may say the reason. `units` are the things that were answered by two or more,
    `counts` the table of pairs.
    """

    name: str
    value: float | None
    units: int
    low: float | None = None
    high: float | None = None
    interval: str | None = None
    confidence: float = 0.95
    counts: Mapping[Pair, float] = field(default_factory=dict, hash=False)
    why: str | None = None
    left_out: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; `counts` is a list of (one, other, count)."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return pairs | {"counts": [[one, other, count] for (one, other), count in self.counts.items()]}


def percent_agreement(pairs: Iterable[Pair], confidence: float = 0.95, min_n: int = DEFAULT_MIN_N) -> Figure:
    """The share of things to which two reviewers gave the same answer, with its Wilson interval.

    `pairs` are (answer of one, answer of the other); a pair with a missing answer (None) is counted in `missing`.
    """
    answered, missing = _answered(pairs)
    same = sum(one == other for one, other in answered)
    guards = ("no_data",) if not answered else ("too_few",) if len(answered) < min_n else ()
    more = {"parts": {"same": same}, "missing": {"answer": missing} if missing else {}, "guards": guards}
    return share_figure("percent_agreement", "same_over_answered_by_both", same, len(answered), confidence, **more)


def cohen_kappa(pairs: Iterable[Pair], confidence: float = 0.95) -> Agreement:
    """Cohen's kappa of two reviewers: (agreement - agreement by chance) / (1 - agreement by chance).

    The interval is normal, with the large-sample variance of J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample
    standard errors of kappa and weighted kappa, Psychological Bulletin 72 (1969), 323-327; cut at -1 and 1. It is not
    given where that variance is 0, as when all pairs agree, nor under 20 pairs, which are no large sample. J. Cohen, A
    coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960), 37-46. Pairs with
    a missing answer are left out.
    """
    answered, missing = _answered(pairs)
    counts = Counter(answered)
    found = Agreement("cohen_kappa", None, len(answered), confidence=confidence, counts=counts, left_out=missing)
    if not answered:
        return replace(found, why="nothing was answered by both")
    rows, columns = _margins(counts)
    total = len(answered)
    same = sum(count for (one, other), count in counts.items() if one == other) / total
    chance = sum(rows[value] * columns[value] for value in rows) / total**2
    if chance == 1:
        return replace(found, why="all answers are the same")
    value = (same - chance) / (1 - chance)
    if same == 1:
        return replace(found, value=value, why="no interval where all pairs agree")
    if total < FEWEST_PAIRS:
        return replace(found, value=value, why=f"no interval under {FEWEST_PAIRS} pairs")
    variance = _variance(counts, rows, columns, same, chance)
    if variance < _NOTHING:
        return replace(found, value=value, why="no interval where its variance is 0")
    half = normal_quantile(confidence) * sqrt(variance)
    low, high = max(value - half, -1.0), min(value + half, 1.0)
    return replace(found, value=value, low=low, high=high, interval="large_sample")


def _answered(pairs: Iterable[Pair]) -> tuple[list[Pair], int]:
    given = list(pairs)
    answered = [pair for pair in given if pair[0] is not None and pair[1] is not None]
    return answered, len(given) - len(answered)


def _margins(counts: Mapping[Pair, int]) -> tuple[Counter[Any], Counter[Any]]:
    rows: Counter[Any] = Counter()
    columns: Counter[Any] = Counter()
    for (one, other), count in counts.items():
        rows[one] += count
        columns[other] += count
    return rows, columns


def _variance(
    counts: Mapping[Pair, int], rows: Mapping[Any, int], columns: Mapping[Any, int], same: float, chance: float
) -> float:
    """Formula 13 of Fleiss, Cohen and Everitt, in shares of the whole."""
    total = sum(counts.values())
    diagonal = other_cells = 0.0
    for (one, other), count in counts.items():
        share = count / total
        if one == other:
            margin = (rows.get(one, 0) + columns.get(one, 0)) / total
            diagonal += share * (1 - margin * (1 - same) / (1 - chance)) ** 2
        else:
            # Crosswise: how often the second gives the first's answer, and the first the second's.
            other_cells += share * ((columns.get(one, 0) + rows.get(other, 0)) / total) ** 2
    kappa = (same - chance) / (1 - chance)
    spread = diagonal + (1 - kappa) ** 2 * other_cells - (kappa - chance * (1 - kappa)) ** 2
    return max(spread, 0.0) / (total * (1 - chance) ** 2)
