"""Krippendorff's alpha: his own examples, gaps, and its interval."""

from __future__ import annotations

import random
from math import isclose
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import cohen_kappa, krippendorff_alpha

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A, B and C; a dot is no answer.
BINARY = ("0100000010", "1110010000")
NAMES = ("aabbdcccedda", "babbbccceddd")
FOUR = ("123321412...", "1233224125.3", ".3332342251.", "1233244125 1".replace(" ", "1")[:11] + ".")


def units(rows: tuple[str, ...]) -> list[list[str | None]]:
    return [[None if one == "." else one for one in answers] for answers in zip(*rows, strict=True)]


def test_his_examples_have_his_alphas() -> None:
    assert round(krippendorff_alpha(units(BINARY)).value or 0, 3) == 0.095
    assert round(krippendorff_alpha(units(NAMES)).value or 0, 3) == 0.692
    assert round(krippendorff_alpha(units(FOUR)).value or 0, 3) == 0.743
    assert round(krippendorff_alpha(units(FOUR), "ordinal").value or 0, 3) == 0.815


def test_a_thing_that_one_person_answered_tells_nothing() -> None:
    found = krippendorff_alpha(units(FOUR))
    assert (found.units, found.left_out) == (11, 1)
    assert found.name == "krippendorff_alpha_nominal"


def test_order_is_that_of_the_scale_and_not_of_the_alphabet() -> None:
    scale = ["poor", "fair", "good"]
    near = [["poor", "fair"], ["good", "good"], ["poor", "poor"], ["fair", "fair"], ["good", "good"]]
    far = [["poor", "good"], ["good", "good"], ["poor", "poor"], ["fair", "fair"], ["fair", "fair"]]
    one, other = (krippendorff_alpha(given, "ordinal", order=scale).value or 0 for given in (near, far))
    assert one > other
    assert krippendorff_alpha(near, "ordinal").value != one
    with pytest.raises(ValueError, match="'good' is not one of poor, fair"):
        krippendorff_alpha(near, "ordinal", order=scale[:2])


def test_what_can_not_be_told_is_said() -> None:
    assert krippendorff_alpha([["a", "a"]] * 20).why == "all answers are the same"
    assert krippendorff_alpha([["a", None], ["b"]]).why == "nothing was answered twice"
    assert krippendorff_alpha([["a", "a"], ["b", "b"]] * 10).low is None
    with pytest.raises(ValueError, match="'interval' is not one of nominal, ordinal"):
        krippendorff_alpha([], "interval")  # type: ignore[arg-type]


def sample(count: int, seed: int, agree: float = 0.8) -> list[list[str]]:
    rnd = random.Random(seed)
    first = [rnd.choice("pf") for _ in range(count)]
    return [[one, one if rnd.random() < agree else rnd.choice("pf")] for one in first]


@pytest.mark.parametrize(("count", "is_given"), [(9, False), (10, True)])
def test_an_interval_needs_ten_things(count: int, is_given: bool) -> None:
    given = [["p", "p"], ["f", "f"], ["p", "f"]] * 4
    assert (krippendorff_alpha(given[:count]).low is not None) is is_given


def test_the_interval_holds_alpha_is_the_same_every_time_and_narrows() -> None:
    given = sample(60, 1)
    found = krippendorff_alpha(given)
    assert found == krippendorff_alpha(given)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= (found.value or 0) <= found.high
    wide, narrow = (krippendorff_alpha(given * times, draws=300) for times in (1, 16))
    assert (narrow.high or 0) - (narrow.low or 0) < ((wide.high or 0) - (wide.low or 0)) / 2
    assert krippendorff_alpha(given, draws=300, confidence=0.5).low > krippendorff_alpha(given, draws=300).low  # type: ignore[operator]


def test_the_interval_holds_the_true_alpha_about_as_often_as_it_says() -> None:
    # Answers drawn as in `sample` agree on 0.8 + 0.2 / 2 of two equally likely values: alpha is 0.8.
    held = 0
    for seed in range(60):
        found = krippendorff_alpha(sample(60, seed), draws=200)
        held += (found.low or 0) <= 0.8 <= (found.high or 0)
    assert 52 <= held <= 60


@given(st.lists(st.lists(st.sampled_from(["a", "b", None]), min_size=2, max_size=4), max_size=30))
def test_who_answered_does_not_matter(given_units: list[list[Any]]) -> None:
    one = krippendorff_alpha(given_units, draws=0).value
    other = krippendorff_alpha([unit[::-1] for unit in given_units], draws=0).value
    assert one == other or isclose(one or 0, other or 0, abs_tol=1e-12)
    assert one is None or one <= 1


def test_with_two_reviewers_and_many_things_it_nears_kappa() -> None:
    given = sample(4000, 7)
    kappa = cohen_kappa([(one, other) for one, other in given]).value or 0
    assert isclose(krippendorff_alpha(given, draws=0).value or 0, kappa, abs_tol=0.002)
