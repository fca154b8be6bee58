"""Surveys: scales from end to end, the interval of a net score, and hiding small numbers."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_records import record
from servstd.errors import RecordError
from servstd.objective import (
    Basis,
    expectations,
    net_promoter,
    response_rate,
    satisfaction,
    survey_coverage,
    wilson,
)


def answers(*values: object) -> list[dict[str, object]]:
    return [{"value": value} for value in values]


@pytest.mark.parametrize(("rating", "top"), [(1, 0), (3, 0), (4, 1), (5, 1)])
def test_satisfied_is_four_or_five(rating: int, top: int) -> None:
    assert satisfaction(answers(*[rating] * 30)).value == top


@pytest.mark.parametrize(("rating", "net"), [(0, -100), (6, -100), (7, 0), (8, 0), (9, 100), (10, 100)])
def test_promoters_are_nine_and_ten_and_detractors_nought_to_six(rating: int, net: int) -> None:
    assert net_promoter(answers(*[rating] * 30)).value == net


@pytest.mark.parametrize("value", [-1, 11, "9", True, None])
def test_an_answer_off_the_scale_is_refused(value: object) -> None:
    with pytest.raises(RecordError, match="is not a number from 0 to 10"):
        net_promoter(answers(value))
    with pytest.raises(RecordError, match="is not a number from 1 to 5"):
        satisfaction(answers(0))


def test_forty_answers_give_25_plus_or_minus_26() -> None:
    # spec/field.md 2.1: 50% promoters, 25% detractors.
    found = net_promoter(answers(*[9] * 20, *[7] * 10, *[6] * 10))
    assert found.value == 25
    assert found.low is not None
    assert found.high is not None
    assert (round(found.high - 25), round(25 - found.low)) == (26, 26)
    assert (found.interval, found.formula) == ("trinomial", "promoters_9_10_less_detractors_0_6")
    assert found.parts == {"promoters": 20, "passives": 10, "detractors": 10}


def test_answers_that_are_all_alike_are_not_certain() -> None:
    found = net_promoter(answers(*[10] * 30))
    assert (found.high, found.low) == (100, pytest.approx(100 - 200 * (1 - wilson(30, 30)[0])))
    passive = net_promoter(answers(*[7] * 30))
    assert passive.low == -passive.high  # type: ignore[operator]
    assert passive.high == pytest.approx(100 * (1 - wilson(30, 30)[0]))


@given(st.lists(st.integers(0, 10), min_size=30, max_size=200))
def test_the_interval_holds_the_score_and_stays_on_the_scale(ratings: list[int]) -> None:
    found = net_promoter(answers(*ratings))
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert -100 <= found.low <= found.value <= found.high <= 100


@pytest.mark.parametrize(("count", "is_shown"), [(29, False), (30, True)])
@pytest.mark.parametrize("measure", [satisfaction, net_promoter])
def test_fewer_than_thirty_answers_are_not_shown(measure: object, count: int, is_shown: bool) -> None:
    found = measure(answers(*[4] * count))  # type: ignore[operator]
    assert (found.value is not None, found.count) == (is_shown, count)
    assert found.guards == (() if is_shown else ("suppressed",))


def test_the_mean_of_ratings_is_another_formula() -> None:
    ratings = [1.0] * 10 + [5.0] * 20
    found = satisfaction(answers(*ratings), "mean_of_ratings")
    mean = sum(ratings) / 30
    half = 1.959964 * sqrt(sum((one - mean) ** 2 for one in ratings) / 29 / 30)
    assert (found.value, found.formula, found.unit) == (pytest.approx(mean), "mean_of_ratings", "count")
    assert (found.low, found.high) == (pytest.approx(mean - half), pytest.approx(mean + half))
    assert satisfaction(answers(*[5] * 30), "mean_of_ratings").high == 5.0
    assert satisfaction([], "mean_of_ratings").value is None
    alone = satisfaction(answers(4), "mean_of_ratings", basis=Basis(min_n=1))
    assert (alone.value, alone.low, alone.interval) == (4.0, None, None)
    with pytest.raises(ValueError, match="'mean' is not one of"):
        satisfaction([], "mean")


def test_records_answer_the_questions_that_they_answer() -> None:
    records = [
        record("survey_answer", None, ("received", 0), satisfaction=5, expectation="exceeded"),
        record("survey_answer", None, ("received", 0), likelihood_to_recommend=3),
        record("interaction", "email", satisfaction=1),
    ]
    found = satisfaction(records)
    assert (found.count, found.excluded) == (1, {"question_not_answered": 1})
    assert net_promoter(records).count == expectations(records).count == 1


def test_expectations_keep_all_three_answers() -> None:
    found = expectations(answers(*["met"] * 20, *["exceeded"] * 10, *["below"] * 10))
    assert (found.value, found.parts) == (0.25, {"below": 10, "met": 20, "exceeded": 10})
    with pytest.raises(ValueError, match="'over' is not one of below, met, exceeded"):
        expectations(answers("over"))


def test_the_response_rate_stands_beside_the_answers() -> None:
    found = satisfaction(answers(*[5] * 40), invited=160)
    assert (found.parts["invited"], found.parts["response_rate"]) == (160, 0.25)
    assert (response_rate(40, 160).value, survey_coverage(160, 200).value) == (0.25, 0.8)
    with pytest.raises(ValueError, match="at least as many invited as the 40"):
        satisfaction(answers(*[5] * 40), invited=39)
