"""Reviewers held against each other, and rates of a sample."""

from __future__ import annotations

from typing import Any

import pytest

import servstd
from servstd.record import Review
from servstd.reviewing import Answer
from servstd.reviewing.calibration import Calibration
from servstd.reviewing.sample import Drawn, Sample

CATALOG = servstd.load_catalog()
RULE = "external.listen"


def answers(
    *rows: str, chance: float | None = None, rule: str = RULE, names: tuple[str, ...] = ("r1", "r2", "r3")
) -> list[Answer]:
    """A row a record: the answer of each reviewer in turn, y, n, a (na), u (unsure) or a blank."""
    words = {"y": "yes", "n": "no", "a": "na", "u": "unsure"}
    return [
        Answer(f"C-{number}", Review(rule, words[letter], name), chance)
        for number, row in enumerate(rows)
        for letter, name in zip(row, names, strict=False)
        if letter != " "
    ]


def of(found: list[Answer], **more: Any) -> Any:
    [rule] = Calibration(found, CATALOG, **more).rules
    return rule


def test_the_worked_example_of_cohens_kappa() -> None:
    """50 applications, two readers: 20 both yes, 15 both no, 5 and 10 apart: agreement 0.70, kappa 0.40.

    The example of the article on Cohen's kappa in Wikipedia.
    """
    found = of(answers(*["yy"] * 20, *["yn"] * 5, *["ny"] * 10, *["nn"] * 15))
    assert (found.questions, found.twice, found.reviewers) == (50, 50, ("r1", "r2"))
    assert found.agreement.value == pytest.approx(0.70)
    assert found.kappa.value == pytest.approx(0.40)


def test_unsure_is_no_answer_to_agree_on_and_not_applicable_is_one() -> None:
    found = of(answers("yy", "yu", "uu", "aa", "an", "y "))
    assert (found.questions, found.twice) == (6, 3)
    assert found.agreement.parts.get("passed", found.agreement.value) == pytest.approx(2 / 3)


def test_three_reviewers_have_an_alpha_and_no_kappa() -> None:
    found = of(answers("yyy", "nnn", "yyn"))
    assert found.kappa is None
    assert found.alpha.units == 3
    assert found.agreement.value == pytest.approx(2 / 3)


def test_one_reviewer_agrees_with_nobody() -> None:
    found = of(answers("y", "n"))
    assert (found.twice, found.agreement.value, found.alpha.value) == (0, None, None)
    assert found.rate.value == 0.5


def test_a_rate_is_of_what_reviewers_agree_on() -> None:
    found = of(answers("yy", "yn", "nn", "aa", "uy"))
    assert (found.rate.value, found.rate.count) == (pytest.approx(2 / 3), 3)


def test_records_weigh_by_their_chance_to_be_drawn() -> None:
    """4 of 4 in one group, all no; 4 of 40 in the other, all yes: 40 of 44, not a half."""
    found = [*answers("n", "n", "n", "n", chance=1.0)]
    found += [
        Answer(f"D-{number}", one.review, 0.1) for number, one in enumerate(answers("y", "y", "y", "y", chance=0.1))
    ]
    strata = tuple(Drawn(one.record_id, one.probability or 0, int(one.probability == 0.1)) for one in found)
    sample = Sample("7", "stratified random", ("team",), 44, (), strata)
    assert of(found).rate.value == of(found, sample=sample).rate.value == pytest.approx(40 / 44)


def test_without_its_chance_on_one_record_no_rate_is_weighted() -> None:
    found = [*answers("n", chance=1.0), Answer("D", Review(RULE, "yes", "r1"), None)]
    assert of(found).rate.formula == "passed_over_decided"


def test_how_strict_a_reviewer_is_stands_beside_how_often_unsure() -> None:
    one, other = Calibration(answers("yn", "yn", "nu", "ay"), CATALOG).reviewers
    assert (one.reviewer, one.answers, one.unsure, one.passed.value) == ("r1", 4, 0, pytest.approx(2 / 3))
    assert (other.reviewer, other.answers, other.unsure, other.passed.value) == ("r2", 4, 1, pytest.approx(1 / 3))


def test_an_override_is_no_answer() -> None:
    states = Answer("C-1", Review(RULE, "no", "lead", override=True, reason="heard it"))
    assert Calibration([states], CATALOG).rules == []


def test_rules_come_in_the_order_of_the_catalog_and_as_plain_values() -> None:
    both = [*answers("yy", rule="telephone.listen"), *answers("yn")]
    rules = Calibration(both, CATALOG).rules
    assert [one.rule_id for one in rules] == ["external.listen", "telephone.listen"]
    assert rules[0].to_dict()["agreement"]["value"] == 0.0
