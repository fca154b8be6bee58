"""Bands: a rate beside its objective, in colours that need evidence, and alerts.

Red needs evidence and green needs none: below the target by what may be chance is orange, not red.
"""

from __future__ import annotations

from enum import StrEnum
from math import exp, floor, lgamma, log
from typing import TYPE_CHECKING

from servstd.objective.interval import check_counts, wilson
from servstd.objective.target import Objective

if TYPE_CHECKING:
    from servstd.objective.summary import Summary

ALERT_PROBABILITY = 0.02


class Band(StrEnum):
    """Where a rate stands against its target. `label` is the text that always stands beside the `colour`."""

    CLEAR_GREEN = "clear_green"
    GREEN = "green"
    ORANGE = "orange"
    RED = "red"
    TOO_FEW = "too_few"

    @property
    def label(self) -> str:
        """What the band says, in words."""
        return _LABELS[self]

    @property
    def colour(self) -> str:
        """The colour to show it in, never alone."""
        return {Band.CLEAR_GREEN: "green", Band.TOO_FEW: "grey"}.get(self, self.value)


_LABELS = {
    Band.CLEAR_GREEN: "clearly met",
    Band.GREEN: "met so far",
    Band.ORANGE: "not met, may be chance",
    Band.RED: "clearly not met",
    Band.TOO_FEW: "too few to tell",
}


def shown_band(band: Band, objective: Objective) -> tuple[str, str]:
    """The label and colour that a band is shown with: what nobody has confirmed says so, and is never red."""
    if objective.confirmed or band is Band.TOO_FEW:
        return band.label, band.colour
    return f"{band.label}, unconfirmed", "orange" if band is Band.RED else band.colour


def band_of(
    passed: int, decided: int, objective: Objective, confidence: float = 0.95, effective: float | None = None
) -> Band:
    """The band of a rate: `passed` of `decided` opportunities against an objective.

    Green: the rate is at the target or better; clear green: the whole interval is. Orange: the rate is worse than
    the target, but its interval contains it. Red: the whole interval is worse. Too few: under `objective.min_n`
    decided, or none. `effective` says for how many independent ones the decided opportunities count, where records
    hold several (`Counts.effective`): interval and `min_n` go by it. Raises `ValueError` unless 0 <= passed <= decided
    and 0 < confidence < 1.
    """
    low, high = wilson(passed, decided, confidence, effective)
    if decided == 0 or (decided if effective is None else effective) < objective.min_n:
        return Band.TOO_FEW
    # An 'at most' is an 'at least' seen in a mirror.
    side = -1 if objective.is_at_most else 1
    target, rate = side * objective.target, side * passed / decided
    worst, best = sorted((side * low, side * high))
    if rate >= target:
        return Band.CLEAR_GREEN if worst >= target else Band.GREEN
    return Band.ORANGE if best >= target else Band.RED


def band_among(
    passed: int,
    decided: int,
    objective: Objective,
    groups: int,
    confidence: float = 0.95,
    effective: float | None = None,
) -> Band:
    """As `band_of`, for one of several groups that are looked at side by side.

    Twenty intervals of 95% are too many for all of them to hold: of twenty people who all just keep a target, one is
    red by `band_of` in every second month. Here red asks for more: by the exact tail, so bad a count has a probability
    under (1 - confidence) / groups were the target kept. So with 0.95 a month shows red for nothing at most once in
    twenty, however many groups there are. What is red no longer is orange. Raises `ValueError` for under 1 group.
    """
    if groups < 1:
        raise ValueError(f"expected at least 1 group, got {groups!r}")
    band = band_of(passed, decided, objective, confidence, effective)
    if band is not Band.RED:
        return band
    return band if tail_of(passed, decided, objective, effective) * groups < 1 - confidence else Band.ORANGE


def is_alert(summary: Summary, threshold: float = ALERT_PROBABILITY) -> bool:
    """True when a rate is worse than the objective's floor, and by more than chance explains.

    The floor is the target unless the objective names one. Chance: were the target kept in truth, so few passes
    (for `at_most`, so many) would have a probability under `threshold`. An alert says 'look', not 'missed', so it is
    raised about an objective that nobody has confirmed, too; in words it then says so: `alert_label`.
    """
    objective = summary.objective
    if objective is None:
        return False
    return is_short_of(summary.passed, summary.decided, objective, threshold, summary.effective)


def alert_label(objective: Objective) -> str:
    """An alert in words."""
    return "alert" if objective.confirmed else "alert, unconfirmed"


def is_short_of(
    passed: int,
    decided: int,
    objective: Objective,
    threshold: float = ALERT_PROBABILITY,
    effective: float | None = None,
) -> bool:
    """As `is_alert`, of `passed` out of `decided`; nothing decided is no alert."""
    if not decided:
        return False
    rate, target = passed / decided, objective.target
    least = target if objective.floor is None else objective.floor
    is_worse = rate > target if objective.is_at_most else rate < least
    return is_worse and tail_of(passed, decided, objective, effective) < threshold


def tail_of(passed: int, decided: int, objective: Objective, effective: float | None = None) -> float:
    """The probability of so few passes (for `at_most`, so many) were the target kept; `decided` is over 0.

    Of opportunities that count for fewer independent ones, as many are taken whole, with passes rounded towards the
    target: rounding is no evidence.
    """
    tail = probability_of_this_many if objective.is_at_most else probability_of_this_few
    if effective is None or effective >= decided:
        return tail(passed, decided, objective.target)
    whole = floor(effective)
    kept = passed * whole // decided if objective.is_at_most else -(-passed * whole // decided)
    return tail(kept, whole, objective.target)


def probability_of_this_few(passed: int, decided: int, target: float) -> float:
    """P(X <= passed) for X binomial with `decided` trials of probability `target`: the exact lower tail.

    No normal approximation; terms are summed outwards from `passed` until they no longer change the sum.
    Raises `ValueError` unless 0 <= passed <= decided and 0 <= target <= 1.
    """
    check_counts(passed, decided)
    if not 0 <= target <= 1:
        raise ValueError(f"the target is a share between 0 and 1, got {target!r}")
    if passed == decided or target == 0:
        return 1.0
    if target == 1:
        return 0.0
    # The tail that leads away from the mean has falling terms; the other one is what it leaves of 1.
    if passed < decided * target:
        return _falling_tail(passed, decided, target)
    return 1.0 - _falling_tail(decided - passed - 1, decided, 1 - target)


def probability_of_this_many(passed: int, decided: int, target: float) -> float:
    """P(X >= passed), the exact upper tail; as `probability_of_this_few`."""
    check_counts(passed, decided)
    return probability_of_this_few(decided - passed, decided, 1 - target)


def _falling_tail(most: int, trials: int, share: float) -> float:
    """P(X <= most) for `most` at or below the mean; 0 < share < 1."""
    chosen = lgamma(trials + 1) - lgamma(most + 1) - lgamma(trials - most + 1)
    term = exp(chosen + most * log(share) + (trials - most) * log(1 - share))
    total, count = term, most
    while count > 0 and term > total * 1e-18:
        term *= count / (trials - count + 1) * ((1 - share) / share)
        total += term
        count -= 1
    return min(total, 1.0)
