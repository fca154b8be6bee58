"""Agreement of two reviewers: published tables, and what is not defined."""

from __future__ import annotations

import json
from math import isclose
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import cohen_kappa, percent_agreement, wilson

# Two-by-two tables that show what kappa does; values and ends by statsmodels 0.15.0, cohens_kappa.
TABLES = [
    ([[20, 5], [10, 15]], 0.4, 0.151092290476661, 0.6489077095233389),
    ([[45, 15], [25, 15]], 0.13043478260869554, -0.06293827779258965, 0.3238078430099807),
    ([[25, 35], [5, 35]], 0.25925925925925924, 0.10802896398337367, 0.4104895545351448),
    ([[88, 4, 2], [7, 30, 5], [1, 3, 20]], 0.7551133991929874, 0.6626695522580661, 0.8475572461279086),
    ([[95, 2], [2, 1]], 0.3127147766323021, -0.18342464578906614, 0.8088541990536704),
]
answers = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=80)


def pairs_of(table: list[list[int]]) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]


@pytest.mark.parametrize(("table", "value", "low", "high"), TABLES)
def test_kappa_and_its_interval_are_those_of_statsmodels(
    table: list[list[int]], value: float, low: float, high: float
) -> None:
    found = cohen_kappa(pairs_of(table))
    assert isclose(found.value or 0, value, abs_tol=1e-12)
    assert isclose(found.low or 0, low, abs_tol=1e-9)
    assert isclose(found.high or 0, high, abs_tol=1e-9)
    assert found.interval == "large_sample"


def test_two_tables_that_agree_alike_can_have_two_kappas() -> None:
    # Both reviewers agree on 60 of 100; Cohen's own point about margins.
    assert [percent_agreement(pairs_of(table)).value for table, *_ in TABLES[1:3]] == [0.6, 0.6]


def test_percent_agreement_has_a_wilson_interval_and_counts_gaps() -> None:
    found = percent_agreement([*pairs_of(TABLES[0][0]), (1, None), (None, None)])
    assert (found.value, found.count, (found.low, found.high)) == (0.7, 50, wilson(35, 50))
    assert found.missing == {"answer": 2}
    assert percent_agreement([("a", "a")]).guards == ("too_few",)
    assert percent_agreement([]).guards == ("no_data",)


def test_where_all_answers_are_alike_kappa_is_not_defined_and_the_counts_stand_beside_it() -> None:
    found = cohen_kappa([("pass", "pass")] * 40)
    assert (found.value, found.why) == (None, "all answers are the same")
    assert found.counts == {("pass", "pass"): 40}
    assert cohen_kappa([("pass", None)]).why == "nothing was answered by both"
    assert cohen_kappa([("pass", None)]).left_out == 1


def test_nearly_all_pass_gives_a_low_kappa_at_high_agreement() -> None:
    pairs = [("pass", "pass")] * 96 + [("pass", "fail")] * 2 + [("fail", "pass")] * 2
    assert percent_agreement(pairs).value == 0.96
    assert (cohen_kappa(pairs).value or 0) < 0


def test_perfect_agreement_has_no_interval() -> None:
    found = cohen_kappa([("a", "a"), ("b", "b")])
    assert (found.value, found.low, found.interval) == (1.0, None, None)
    assert found.why == "no interval where all pairs agree"


@given(answers)
def test_kappa_is_the_same_seen_from_either_reviewer(pairs: list[tuple[str, str]]) -> None:
    one, other = cohen_kappa(pairs), cohen_kappa([(b, a) for a, b in pairs])
    assert (one.value is None) == (other.value is None)
    if one.value is not None and other.value is not None:
        assert isclose(one.value, other.value, abs_tol=1e-12)
        assert -1 - 1e-12 <= one.value <= 1
    if one.low is not None and one.high is not None and one.value is not None:
        assert -1 <= one.low <= one.value <= one.high <= 1
        assert isclose(one.low, other.low or 0, abs_tol=1e-9)


def test_it_is_plain_json() -> None:
    pairs: dict[str, Any] = json.loads(json.dumps(cohen_kappa([("a", "a"), ("b", "a")]).to_dict()))
    assert pairs["counts"] == [["a", "a", 1], ["b", "a", 1]]


@pytest.mark.parametrize(("count", "is_given"), [(18, False), (19, False), (20, True), (21, True)])
def test_few_pairs_have_no_interval(count: int, is_given: bool) -> None:
    found = cohen_kappa([*[("a", "a")] * (count - 6), *[("b", "b")] * 4, ("a", "b"), ("b", "a")])
    assert found.value is not None
    assert (found.low is not None, found.interval is not None) == (is_given, is_given)
    assert found.why == (None if is_given else "no interval under 20 pairs")


@pytest.mark.parametrize("table", [[[0, 30], [30, 0]], [[45, 15], [0, 0]]])
def test_a_variance_of_nothing_gives_no_interval_of_no_width(table: list[list[int]]) -> None:
    found = cohen_kappa(pairs_of(table))
    assert found.value in (-1, 0)
    assert (found.low, found.high, found.why) == (None, None, "no interval where its variance is 0")
