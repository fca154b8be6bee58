"""Tails and quantiles: printed tables, and exact sums."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective.chance import binomial_quantile, chi_square_tail, normal_quantile

# Upper 5% and 1% points of chi-square, as printed in every table (scipy 1.17.1 gives the digits).
POINTS = [
    (3.84145882, 1, 0.05),
    (6.6348966, 1, 0.01),
    (5.99146455, 2, 0.05),
    (11.07049769, 5, 0.05),
    (18.30703805, 10, 0.05),
    (43.77297183, 30, 0.05),
    (124.3421134, 100, 0.05),
]


@pytest.mark.parametrize(("value", "degrees", "tail"), POINTS)
def test_the_chi_square_tail_has_the_printed_points(value: float, degrees: int, tail: float) -> None:
    assert isclose(chi_square_tail(value, degrees), tail, rel_tol=1e-7)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_everything_is_at_or_above_zero(value: float) -> None:
    assert chi_square_tail(value, 3) == 1.0


@given(st.integers(1, 120), st.floats(0.01, 300))
def test_the_tail_falls_and_more_degrees_raise_it(degrees: int, value: float) -> None:
    tail = chi_square_tail(value, degrees)
    assert -1e-12 <= chi_square_tail(value * 1.1, degrees) <= tail + 1e-12
    assert tail <= chi_square_tail(value, degrees + 1) + 1e-12


def test_no_degrees_of_freedom_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 degree"):
        chi_square_tail(1.0, 0)


@pytest.mark.parametrize(("confidence", "z"), [(0.95, 1.959964), (0.998, 3.090232), (0.5, 0.674490)])
def test_the_normal_quantile_is_that_of_both_tails(confidence: float, z: float) -> None:
    assert isclose(normal_quantile(confidence), z, abs_tol=1e-6)


@pytest.mark.parametrize("confidence", [0.0, 1.0, float("nan")])
def test_a_confidence_that_is_no_share_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal_quantile(confidence)


@given(st.integers(1, 60), st.integers(1, 99), st.integers(1, 99))
def test_the_binomial_quantile_is_the_smallest_count_that_reaches_the_share(n: int, percent: int, share: int) -> None:
    p, wanted = Fraction(percent, 100), Fraction(share, 100)
    below, expected = Fraction(0), 0
    for expected in range(n + 1):
        below += comb(n, expected) * p**expected * (1 - p) ** (n - expected)
        if below >= wanted or isclose(below, wanted, abs_tol=1e-12):
            break
    if isclose(below, wanted, abs_tol=1e-12):
        return  # one rounding decides
    assert binomial_quantile(share / 100, n, percent / 100) == expected
