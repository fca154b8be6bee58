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


def stratified(*asked: tuple[int, int, tuple[str, ...] | None]) -> Sample:
    """A sample: for each group how many records it has, how many were drawn, and what these were asked."""
    drawn, start = [], 0
    for place, (population, size, rules) in enumerate(asked):
        drawn += [Drawn(f"C-{start + number}", size / population, place, rules) for number in range(size)]
        start += size
    return Sample("7", "stratified random", ("team",), sum(one[0] for one in asked), (), tuple(drawn))


def test_a_group_drawn_whole_and_answered_once_is_not_certain() -> None:
    found = of(answers("y"), sample=stratified((4, 4, None)))
    assert (found.answered, found.drawn, found.rate.value) == (1, 4, 1.0)
    assert found.rate.low is not None
    assert found.rate.low < 0.5
    whole = of(answers("y", "y", "y", "y"), sample=stratified((4, 4, None)))
    assert (whole.answered, whole.drawn, whole.rate.low, whole.rate.high) == (4, 4, 1.0, 1.0)


def test_a_group_weighs_what_it_holds_however_few_of_it_were_answered() -> None:
    """Ten of ten, two answered, all no; ten of ninety, all answered yes: 90 of 100."""
    sample = stratified((10, 10, (RULE,)), (90, 10, (RULE,)))
    found = of(answers("n", "n", *[" "] * 8, *["y"] * 10), sample=sample)
    assert (found.answered, found.drawn) == (12, 20)
    assert found.rate.value == pytest.approx(0.9)


def test_records_that_have_no_such_question_are_not_open_ones() -> None:
    """Of the ten drawn of one group five were asked, and answered no: they stand for five of ten."""
    drawn = stratified((10, 10, (RULE,)), (10, 10, (RULE,)))
    half = tuple(Drawn(one.record_id, 1.0, one.stratum, (RULE,) if place >= 5 else ()) for place, one in
                 enumerate(drawn.records))  # fmt: skip
    sample = Sample("7", "stratified random", ("team",), 20, (), half)
    found = of(answers(*[" "] * 5, *["n"] * 5, *["y"] * 10), sample=sample)
    assert (found.answered, found.drawn) == (15, 15)
    assert (found.rate.value, found.rate.low) == (pytest.approx(10 / 15), pytest.approx(10 / 15))


def test_without_the_sample_nobody_knows_that_all_was_answered() -> None:
    found = of(answers("y", "y", "n", chance=1.0))
    assert found.drawn is None
    assert found.rate.low < found.rate.value < found.rate.high


def test_answers_on_other_records_are_no_part_of_the_rate_and_counted() -> None:
    found = Calibration(answers("y", "n", "n"), CATALOG, stratified((10, 1, None)))
    assert (found.outside, found.rules[0].rate.value, found.rules[0].answered) == (2, 1.0, 1)
    lost = Calibration(answers("y"), CATALOG, Sample("7", "simple random", (), 1, (), (Drawn("X", 1.0),)))
    assert (lost.outside, lost.rules[0].rate.value) == (1, None)


@pytest.mark.parametrize("chance", [None, 0.5])
def test_questions_that_a_rate_leaves_out_are_counted(chance: float | None) -> None:
    rate = of(answers("yn", "uu", "yy", "uy", "aa", chance=chance)).rate
    assert (rate.count, rate.excluded) == (2, {"disagree": 1, "unsure": 1})


def test_a_heading_says_what_the_rates_are_of() -> None:
    drawn = stratified((10, 1, None))
    again = Sample(**{**{name: getattr(drawn, name) for name in Sample.__slots__}, "also_decided": True})
    titles = [Calibration(answers("y"), CATALOG, sample).rate_title for sample in (drawn, again)]
    titles += [Calibration(answers("y", chance=chance), CATALOG).rate_title for chance in (0.5, None)]
    assert titles == [
        "rate of all that waited",
        "rate of all that were drawn from",
        "rate of all that were drawn from",
        "rate of these answers",
    ]


def test_answers_of_nobody_are_no_second_reviewer() -> None:
    nobody = [Answer("C-0", Review(RULE, "yes", name)) for name in (None, None, "", " ")]
    found = Calibration([*nobody, *answers("y")], CATALOG)
    [rule] = found.rules
    assert (rule.twice, rule.agreement.value, rule.alpha.value, rule.nameless, found.nameless) == (0, None, None, 4, 4)
    assert [one.reviewer for one in found.reviewers] == ["r1"]
    assert rule.rate.value == 1.0


def test_spaces_around_a_name_make_no_second_reviewer() -> None:
    same = [Answer("C-0", Review(RULE, "yes", name)) for name in ("r1", "r1 ")]
    other = [Answer("C-0", Review(RULE, "yes", name)) for name in ("r1", "R1")]
    assert (of(same).twice, of(other).twice) == (0, 1)


def test_a_group_without_an_answer_is_counted_as_missing() -> None:
    sample = stratified((10, 2, None), (90, 3, None))
    assert of(answers("y"), sample=sample).rate.missing == {"group_without_answers": 3}
    assert of(answers("y", " ", "y"), sample=sample).rate.missing == {}
