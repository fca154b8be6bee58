"""Funnels: exact limits, groups on both sides, overdispersion."""

from __future__ import annotations

import json
import random
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import Place, funnel, funnel_limits, probability_of_this_few


@given(st.integers(1, 400), st.integers(1, 99), st.sampled_from([0.95, 0.998]))
def test_the_exact_limits_leave_out_no_more_than_their_tails(n: int, percent: int, level: float) -> None:
    low, high = funnel_limits(n, percent / 100, level)
    tail = (1 - level) / 2
    assert 0 <= low <= high <= 1
    below = int(low * n - 1e-9)  # the largest count that is under the limit
    if below >= 0 and below / n < low - 1e-12:
        assert probability_of_this_few(below, n, percent / 100) <= tail + 1e-9
    assert funnel_limits(n, percent / 100, 0.999)[0] <= funnel_limits(n, percent / 100, 0.9)[0]


@given(st.integers(1, 400), st.integers(1, 99), st.sampled_from([0.95, 0.998]))
def test_limits_are_those_of_the_mirror(n: int, percent: int, level: float) -> None:
    low, high = funnel_limits(n, percent / 100, level)
    other_low, other_high = funnel_limits(n, 1 - percent / 100, level)
    assert (low, high) == (pytest.approx(1 - other_high, abs=1e-9), pytest.approx(1 - other_low, abs=1e-9))


@pytest.mark.parametrize(
    ("passed", "centre", "place"),
    [
        (20, 0.979, Place.INSIDE),  # chance gives as many with 65%
        (0, 0.021, Place.INSIDE),
        (20, 0.8, Place.ABOVE_95),  # 1.2%
        (19, 0.8, Place.INSIDE),  # 6.9%, over the tail of 2.5%
        (20, 0.7, Place.ABOVE_998),  # 0.08%, under the tail of 0.1%
        (20, 0.71, Place.ABOVE_95),  # 0.106%
    ],
)
def test_few_are_high_only_when_chance_does_not_explain_it(passed: int, centre: float, place: Place) -> None:
    assert funnel({"a": (passed, 20)}, centre).groups[0].place is place


def test_the_limit_lies_between_two_counts_as_far_as_the_tail_reaches() -> None:
    # 20 at 80%: P(X <= 11) = 0.009982, P(X <= 12) = 0.032143; (0.032143 - 0.025) / 0.022161 = 0.32234.
    assert isclose(funnel_limits(20, 0.8)[0], (12 - 0.32234) / 20, abs_tol=1e-5)


def test_limits_narrow_as_numbers_grow_and_near_the_normal_ones() -> None:
    widths = [high - low for low, high in (funnel_limits(n, 0.9) for n in (20, 200, 2000, 20000))]
    assert widths == sorted(widths, reverse=True)
    low, high = funnel_limits(20000, 0.9)
    half = 1.959964 * sqrt(0.9 * 0.1 / 20000)
    assert (low, high) == (pytest.approx(0.9 - half, abs=1e-4), pytest.approx(0.9 + half, abs=1e-4))


def test_dispersion_widens_the_limits_by_its_root() -> None:
    half = 1.959964 * sqrt(4 * 0.9 * 0.1 / 1000)
    assert funnel_limits(1000, 0.9, 0.95, 4.0) == (pytest.approx(0.9 - half), pytest.approx(0.9 + half))


def test_groups_are_placed_against_the_target() -> None:
    groups = {"far below": (160, 200), "below": (170, 200), "like": (178, 200), "above": (189, 200), "few": (0, 19)}
    found = funnel({**groups, "far above": (196, 200)}, 0.9, spread_out=False)
    assert {one.name: one.place for one in found.groups} == {
        "far below": Place.BELOW_998,
        "below": Place.BELOW_95,
        "like": Place.INSIDE,
        "above": Place.ABOVE_95,
        "few": Place.TOO_FEW,
        "far above": Place.ABOVE_998,
    }
    assert found.method == "exact_binomial"
    assert isclose(found.expected_outside_95, 5 * 0.05)


def test_on_its_limit_a_group_is_inside() -> None:
    low, high = funnel_limits(1000, 0.9)
    below, above = int(low * 1000), int(high * 1000) + 1
    counts = (below, below + 1, above - 1, above)
    found = funnel({passed: (passed, 1000) for passed in counts}, 0.9, spread_out=False)
    assert [one.place for one in found.groups] == [Place.BELOW_95, Place.INSIDE, Place.INSIDE, Place.ABOVE_95]


def test_without_a_target_the_groups_are_compared_with_all_of_them() -> None:
    found = funnel({"a": (90, 100), "b": (40, 50), "c": (0, 0)})
    assert (found.centre, found.without) == (130 / 150, ("c",))


def test_a_spread_wider_than_chance_widens_the_limits() -> None:
    rnd = random.Random(3)
    rates = [rnd.gauss(0.85, 0.06) for _ in range(30)]
    groups = {i: (round(400 * min(rate, 1)), 400) for i, rate in enumerate(rates)}
    found = funnel(groups)
    assert found.method == "normal_inflated_by_dispersion"
    assert (found.dispersion or 0) > 3
    assert (found.dispersion_chance or 1) < 0.05
    assert sum(one.place is Place.BELOW_998 for one in found.groups) == 0
    assert sum(one.place is Place.BELOW_998 for one in funnel(groups, spread_out=False).groups) > 2


def test_two_outliers_among_many_do_not_hide_themselves() -> None:
    groups = {i: (360 + i % 5 - 2, 400) for i in range(28)} | {"x": (310, 400), "y": (395, 400)}
    found = funnel(groups)
    assert found.method == "exact_binomial"
    assert {one.name for one in found.groups if one.place in (Place.BELOW_998, Place.ABOVE_998)} == {"x", "y"}


@pytest.mark.parametrize(("count", "method"), [(9, "exact_binomial"), (10, "normal_inflated_by_dispersion")])
def test_under_ten_groups_nothing_is_widened_unless_told(count: int, method: str) -> None:
    groups = {i: (300 if i % 2 else 380, 400) for i in range(count)}
    assert funnel(groups).method == method
    assert funnel(groups, spread_out=True).method == "normal_inflated_by_dispersion"
    assert funnel(groups, spread_out=False).method == "exact_binomial"


def test_one_group_has_no_spread() -> None:
    assert (funnel({"a": (9, 10)}).dispersion, funnel({}).centre) == (None, None)
    assert funnel({"a": (10, 10), "b": (10, 10)}).groups[0].limits_95 == (1.0, 1.0)


def test_a_funnel_is_plain_json() -> None:
    pairs = json.loads(json.dumps(funnel({"a": (160, 200)}, 0.9).to_dict()))
    assert (pairs["groups"][0]["place"], pairs["groups"][0]["label"]) == ("below_99.8", "lower than chance explains")
    assert all(place.label for place in Place)


@pytest.mark.parametrize(
    ("groups", "centre", "match"),
    [({"a": (3, 2)}, None, "for 'a'"), ({"a": (1, 2)}, 1.0, "over 0 and under 1"), ({"a": (1, 2)}, 0.0, "over 0")],
)
def test_what_can_not_be_is_refused(groups: dict[str, tuple[int, int]], centre: float | None, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        funnel(groups, centre)
    with pytest.raises(ValueError, match="at least 1"):
        funnel_limits(0, 0.5)
