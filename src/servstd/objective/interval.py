"""How far a rate can be trusted: the Wilson score interval."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist


def wilson(passed: int, decided: int, confidence: float = 0.95, effective: float | None = None) -> tuple[float, float]:
    """The two-sided Wilson score interval of `passed` out of `decided`, as two shares (0..1).

    With p = passed / decided, n = decided and z the normal quantile of the confidence (1.96 at 95%), it is

        (p + z^2/2n  -+  z * sqrt(p(1 - p)/n + z^2/4n^2)) / (1 + z^2/n)

    without continuity correction. Sources: E. B. Wilson, Probable inference, the law of succession, and
    statistical inference, JASA 22 (1927), 209-212; R. G. Newcombe, Two-sided confidence intervals for the single
    proportion, Statistics in Medicine 17 (1998), 857-872, method 3.

    `effective` takes the place of n, and not of p, where the decided opportunities are no independent ones: for how
    many independent ones they count. N. Dean and M. Pagano, Evaluating confidence interval methods for binomial
    proportions in clustered surveys, Journal of Survey Statistics and Methodology 3 (2015), 484-503.

    Nothing decided says nothing: (0, 1). None passed gives a lower end of exactly 0, all passed an upper end of
    exactly 1. Raises `ValueError` unless 0 <= passed <= decided and 0 < confidence < 1.
    """
    check_counts(passed, decided)
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence is a share between 0 and 1, got {confidence!r}")
    if decided == 0:
        return 0.0, 1.0
    return wilson_of_rate(passed / decided, decided if effective is None else effective, confidence)


def wilson_of_rate(share: float, count: float, confidence: float = 0.95) -> tuple[float, float]:
    """As `wilson`, of a share (0..1) of a count over 0 that need not be whole."""
    z = _quantile(confidence)
    weight = z * z / count
    middle = (share + weight / 2) / (1 + weight)
    half = z * sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    # Rounding errors at the two ends would else give 1e-17 for 0, or an interval beside its own rate.
    low = 0.0 if share == 0 else min(max(middle - half, 0.0), share)
    high = 1.0 if share == 1 else max(min(middle + half, 1.0), share)
    return low, high


def check_counts(passed: int, decided: int) -> None:
    """Raise `ValueError` unless 0 <= passed <= decided."""
    if not 0 <= passed <= decided:
        raise ValueError(f"expected 0 <= passed <= decided, got {passed!r} of {decided!r}")


@lru_cache(maxsize=16)
def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)
