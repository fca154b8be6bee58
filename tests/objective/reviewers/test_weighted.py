"""Rates of a sample: worked by hand, and against many samples of one log."""

from __future__ import annotations

import random
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.errors import RecordError
from servstd.objective import Sampled, weighted_rate, wilson


def sample(passed: int, count: int, probability: float, stratum: str | None = None) -> list[Sampled]:
    return [Sampled(int(i < passed), 1, probability, stratum) for i in range(count)]


def test_a_simple_sample_has_the_plain_rate_and_the_textbook_variance() -> None:
    # W. G. Cochran, Sampling Techniques, 3.2: v(p) = (1 - f) pq / (n - 1).
    found = weighted_rate(sample(30, 40, 0.1))
    assert found.value == 0.75
    assert isclose(found.parts["standard_error"], sqrt(0.9 * 0.75 * 0.25 / 39))
    assert (found.count, found.formula, found.interval) == (40, "hajek", "wilson_of_effective_count")


def test_a_stratified_sample_weighs_each_stratum_by_its_size() -> None:
    # 900 calls of which 30 were drawn (27 passed), 100 e-mails of which 50 (25 passed).
    # Rate: 0.9 * 0.9 + 0.1 * 0.5 = 0.86. Cochran 5.24: sum of W^2 (1 - f) pq / (n - 1).
    drawn = sample(27, 30, 30 / 900, "call") + sample(25, 50, 50 / 100, "mail")
    found = weighted_rate(drawn)
    variance = 0.9**2 * (1 - 30 / 900) * 0.09 / 29 + 0.1**2 * 0.5 * 0.25 / 49
    assert isclose(found.value or 0, 0.86)
    assert isclose(found.parts["standard_error"], sqrt(variance))
    assert isclose(found.parts["effective_count"], 0.86 * 0.14 / variance)
    assert found.settings == {"population": None, "strata": 2}
    known = weighted_rate(drawn, "horvitz_thompson", population=1000)
    assert isclose(known.value or 0, 0.86)


def test_the_known_number_is_better_used_than_not() -> None:
    uneven = [Sampled(1, 1, 0.5), Sampled(1, 1, 0.25), Sampled(0, 1, 0.5), Sampled(0, 0, 0.5)]
    assert weighted_rate(uneven).value == 6 / 8
    assert weighted_rate(uneven, "horvitz_thompson", population=10).value == 6 / 10
    assert weighted_rate(uneven, "horvitz_thompson", population=5).value == 1.0
    with pytest.raises(ValueError, match="needs the population"):
        weighted_rate(uneven, "horvitz_thompson")


def test_everything_drawn_leaves_nothing_unsure() -> None:
    found = weighted_rate(sample(30, 40, 1.0))
    assert (found.low, found.value, found.high) == (0.75, 0.75, 0.75)
    assert found.parts["standard_error"] == 0.0


def test_a_sample_in_which_all_passed_is_still_a_sample() -> None:
    found = weighted_rate(sample(40, 40, 0.1))
    assert (found.low, found.high) == pytest.approx(wilson(40, 40))
    uneven = sample(20, 20, 0.5) + sample(20, 20, 0.01)
    assert (weighted_rate(uneven).low or 0) < wilson(40, 40)[0]


@pytest.mark.parametrize("passed", [0, 30])
def test_a_stratum_in_which_all_were_alike_is_not_certain(passed: int) -> None:
    mixed = sample(10, 30, 0.3, "b")
    found = weighted_rate(sample(passed, 30, 0.1, "a") + mixed)
    # 300 of 400 in "a": 31 of 32 alike, 0.75^2 * 0.9 * (31/32)(1/32)/30; in "b" 0.25^2 * 0.7 * pq/29.
    variance = 0.75**2 * 0.9 * (31 / 32**2) / 30 + 0.25**2 * 0.7 * (1 / 3) * (2 / 3) / 29
    assert isclose(found.parts["standard_error"], sqrt(variance))


def test_one_record_of_a_stratum_still_adds_to_the_doubt() -> None:
    lone = [*sample(30, 40, 0.1, "a"), Sampled(0, 1, 0.01, "b")]
    assert weighted_rate(lone).parts["standard_error"] > weighted_rate(sample(30, 40, 0.1)).parts["standard_error"]


def test_opportunities_of_one_record_belong_together() -> None:
    apart = weighted_rate(sample(30, 40, 0.1))
    together = weighted_rate([Sampled(4 if i < 7 else 2 if i == 7 else 0, 4, 0.1) for i in range(10)])
    assert apart.value == together.value == 0.75
    assert together.count == 40
    assert together.parts["effective_count"] < apart.parts["effective_count"] / 2


def test_nothing_decided_has_no_rate() -> None:
    for rows in ([], [Sampled(0, 0, 0.5)]):
        assert (weighted_rate(rows).value, weighted_rate(rows).guards) == (None, ("no_data",))


@pytest.mark.parametrize(
    "row", [{"passed": 1, "decided": 1, "probability": 0}, {"passed": 2, "decided": 1, "probability": 1}]
)
def test_rows_that_can_not_be_are_refused(row: dict[str, float]) -> None:
    with pytest.raises(RecordError):
        weighted_rate([row])
    with pytest.raises(ValueError, match="'kish' is not one of hajek"):
        weighted_rate([], "kish")


def test_over_many_samples_it_is_right_on_average_and_its_interval_holds() -> None:
    rnd = random.Random(4)
    log = {"call": [rnd.random() < 0.95 for _ in range(800)], "mail": [rnd.random() < 0.6 for _ in range(200)]}
    truth = sum(map(sum, log.values())) / 1000
    rates, held = [], 0
    for _ in range(300):
        drawn = []
        for stratum, size in (("call", 30), ("mail", 60)):
            chosen = rnd.sample(log[stratum], size)
            drawn += [Sampled(int(one), 1, size / len(log[stratum]), stratum) for one in chosen]
        found = weighted_rate(drawn)
        rates.append(found.value or 0)
        held += (found.low or 0) <= truth <= (found.high or 0)
    assert abs(sum(rates) / 300 - truth) < 0.005
    assert 0.92 <= held / 300 <= 0.99


rows = st.lists(st.builds(Sampled, st.integers(0, 3), st.integers(3, 5), st.floats(0.01, 1)), min_size=1, max_size=40)


@given(rows)
def test_the_interval_holds_the_rate(drawn: list[Sampled]) -> None:
    found = weighted_rate(drawn)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= (found.value or 0) + 1e-12
    assert (found.value or 0) <= found.high + 1e-12 <= 1 + 2e-12


def test_what_may_not_be_all_has_no_correction_for_a_finite_population() -> None:
    found = weighted_rate(sample(30, 40, 1.0), is_complete=False)
    assert isclose(found.parts["standard_error"], sqrt(0.75 * 0.25 / 39))
    assert (found.low or 0) < 0.75 < (found.high or 0)


def test_chances_too_small_for_any_log_are_refused() -> None:
    assert weighted_rate([Sampled(1, 1, 1e-15), Sampled(0, 1, 1.0)]).value == pytest.approx(1)
    with pytest.raises(RecordError, match="not-a-share"):
        Sampled(1, 1, 0.9e-15)
