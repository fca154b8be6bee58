"""Tails and quantiles of three distributions, exact to rounding: what intervals, limits and tests are made of.

Pure Python on purpose: a figure must not change with the version of a numeric package.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log
from statistics import NormalDist

from servstd.objective.bands import probability_of_this_few

_TINY = 1e-300
_PRECISION = 1e-15
_MOST_TERMS = 10_000


@lru_cache(maxsize=64)
def normal_quantile(confidence: float) -> float:
    """The z of a two-sided interval: 1.96 at 0.95. Raises `ValueError` unless 0 < confidence < 1."""
    check_confidence(confidence)
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def check_confidence(confidence: float) -> None:
    """Raise `ValueError` unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence is a share between 0 and 1, got {confidence!r}")


def chi_square_tail(value: float, degrees: int) -> float:
    """P(X >= value) of a chi-square X with `degrees` of freedom, at least 1."""
    if degrees < 1:
        raise ValueError(f"a chi-square has at least 1 degree of freedom, got {degrees!r}")
    if value <= 0:
        return 1.0
    shape, point = degrees / 2, value / 2
    scale = exp(shape * log(point) - point - lgamma(shape))
    return 1.0 - scale * _gamma_series(shape, point) if point < shape + 1 else scale * _gamma_fraction(shape, point)


def _gamma_series(shape: float, point: float) -> float:
    """The lower incomplete gamma by its series, without its scale; converges fast below the mean."""
    term = total = 1 / shape
    for step in range(1, _MOST_TERMS):
        term *= point / (shape + step)
        total += term
        if term < total * _PRECISION:
            break
    return total


def _gamma_fraction(shape: float, point: float) -> float:
    """The upper incomplete gamma by its continued fraction (Lentz), without its scale; fast above the mean."""
    base = point + 1 - shape
    ratio, inverse = 1 / _TINY, 1 / base
    product = inverse
    for step in range(1, _MOST_TERMS):
        factor = -step * (step - shape)
        base += 2
        inverse = 1 / (_away_from_zero(factor * inverse + base))
        ratio = _away_from_zero(base + factor / ratio)
        change = inverse * ratio
        product *= change
        if abs(change - 1) < _PRECISION:
            break
    return product


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def binomial_quantile(share: float, trials: int, probability: float) -> int:
    """The smallest k with P(X <= k) >= `share`, for X binomial with `trials` trials of `probability`."""
    low, high = -1, trials
    while high - low > 1:
        middle = (low + high) // 2
        if probability_of_this_few(middle, trials, probability) >= share:
            high = middle
        else:
            low = middle
    return high
