"""Answers on the way back: what is taken, what is told, and whose answer counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.errors import RecordError
from servstd.reviewing import Answers, read_answers

CATALOG = servstd.load_catalog()
EVALUATOR = servstd.Evaluator(CATALOG)
CALL = {"id": "C-1", "channel": "phone", "audience": "external", "answered_at": "2026-05-22T15:00-04:00"}
Read = Callable[..., Answers]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def of(*rows: dict[str, Any]) -> Answers:
        path = tmp_path / "answers.json"
        path.write_text(json.dumps({"servstd_answers": 1, "answers": rows}), "utf-8")
        return read_answers([path], CATALOG)

    return of


def answer(**changes: Any) -> dict[str, Any]:
    return {"record_id": "C-1", "rule": "external.greet", "value": "yes", "reviewer": "r1", **changes}


def judged(answers: Answers) -> servstd.Verdict:
    [record] = answers.beside([EVALUATOR.reader.read(CALL)])
    return EVALUATOR.check(record, as_of=datetime(2026, 5, 23, tzinfo=UTC))["external.greet"]


@pytest.mark.parametrize(
    ("value", "outcome"), [("yes", "pass"), ("no", "fail"), ("na", "not_applicable"), ("unsure", "unknown")]
)
def test_an_answer_decides_what_waited_for_it(read: Read, value: str, outcome: str) -> None:
    assert judged(read()).outcome == "unknown"
    assert judged(read(answer(value=value))).outcome == outcome


def test_an_answer_counts_whenever_it_was_given(read: Read) -> None:
    """It judges the record: reviews are written weeks later, and a question about last month must see them."""
    assert judged(read(answer(at="2026-11-01T10:00Z"))).outcome == "pass"


def test_the_newest_answer_of_a_reviewer_counts_and_others_disagree(read: Read) -> None:
    old, new = answer(value="no", at="2026-06-01T10:00Z"), answer(at="2026-06-02T10:00Z")
    assert judged(read(old, new)).outcome == judged(read(new, old)).outcome == "pass"
    assert judged(read(old, answer(reviewer="r2"))).reason == "ambiguous"


def test_questions_without_an_answer_are_counted_and_change_nothing(read: Read) -> None:
    answers = read(answer(value=None), answer(value=""), answer())
    assert (answers.blank, len(answers.items), answers.problems) == (2, 1, [])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": "external.gret"}, "no rule is called 'external.gret' [unknown-rule]\nhint: did you mean"),
        ({"value": "yess"}, "'yess' is no answer to external.greet: yes, no, na, unsure [unknown-value]"),
        ({"record_id": ""}, "the answer does not say which record it is about [missing-id]"),
        ({"at": "noon"}, "'noon' is not an instant [bad-time]"),
        ({"opportunity": "first"}, "'first' is not 0 or more [not-a-number]"),
        ({"opportunity": -1}, "-1 is not 0 or more [not-a-number]"),
        ({"override": True}, "an override needs a reason [override-without-reason]"),
        ({"override": "perhaps"}, "'perhaps' is not one of true, false [unknown-value]"),
        ({"probability": 0}, "0 is not a share above 0 and up to 1 [not-a-number]"),
        ({"probability": 1e-300}, "1e-300 is too small: no log is so long [not-a-number]"),
        ({"opportunity": 0}, "external.greet is asked once a record, got opportunity 0 [no-such-question]"),
        ({"rule": "email.response_time"}, "email.response_time asks no reviewer [no-such-question]"),
        ({"probability": 1.01}, "1.01 is not a share above 0 and up to 1 [not-a-number]"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_told_and_not_taken(read: Read, changes: dict[str, Any], message: str) -> None:
    answers = read(answer(**changes))
    assert answers.items == []
    [problem] = answers.problems
    assert message in problem.render()


def test_answers_to_a_record_that_is_not_there_are_named(read: Read) -> None:
    answers = read(answer(), answer(record_id="C-2"), answer(record_id="C-2", rule="external.listen"))
    judged(answers)
    assert [problem.message for problem in answers.problems] == [
        "no record has the id 'C-2'; 2 answers to it are left out"
    ]


def test_an_override_with_a_reason_states_the_verdict_of_any_rule(read: Read) -> None:
    given = answer(rule="email.response_time", value="na", override=True, reason="a test call")
    [record] = read(given).beside([EVALUATOR.reader.read(CALL)])
    assert (
        EVALUATOR.check(record, as_of=datetime(2026, 5, 23, tzinfo=UTC))["email.response_time"].reason == "reviewer_na"
    )


def test_a_table_takes_apostrophes_off_that_keep_formulas_away(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("record_id,rule,value,probability\n'=A1,external.greet,yes,0.25\n", "utf-8")
    [one] = read_answers([path], CATALOG).items
    assert (one.record_id, one.probability) == ("=A1", 0.25)


def test_a_table_without_its_columns_is_told(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("id,answer\n1,yes\n", "utf-8")
    with pytest.raises(RecordError, match=r"needs the columns record_id, rule and value, got id, answer"):
        read_answers([path], CATALOG)


def with_own(*reviews: dict[str, Any]) -> Any:
    return EVALUATOR.reader.read({**CALL, "reviews": [{"rule": "external.greet", **one} for one in reviews]})


def outcome_with(answers: Answers, record: Any) -> tuple[str, str]:
    [joined] = answers.beside([record])
    verdict = EVALUATOR.check(joined, as_of=datetime(2026, 6, 10, tzinfo=UTC))["external.greet"]
    return verdict.outcome.value, verdict.reason


@pytest.mark.parametrize(
    ("at", "outcome"),
    [("2026-06-01T09:59Z", "fail"), ("2026-06-01T10:00Z", "pass"), ("2026-06-01T10:01Z", "pass"), (None, "pass")],
)
def test_the_newer_answer_of_one_reviewer_counts_whether_it_stands_in_the_log_or_in_a_file(
    read: Read, at: str | None, outcome: str
) -> None:
    record = with_own({"value": "no", "reviewer": "r1", "at": "2026-06-01T10:00Z"})
    assert outcome_with(read(answer(at=at)), record)[0] == outcome
    together = read(answer(at=at)).together([record], as_of=datetime(2026, 6, 10, tzinfo=UTC), catalog=CATALOG)
    assert [one.review.value for one in together] == [{"pass": "yes", "fail": "no"}[outcome]]


def test_an_answer_replaces_neither_another_question_nor_another_reviewer(read: Read) -> None:
    record = with_own({"value": "no", "reviewer": "r2", "at": "2026-06-01T10:00Z"})
    assert outcome_with(read(answer(at="2026-06-02T10:00Z")), record) == ("unknown", "ambiguous")
    nobody = with_own({"value": "no", "at": "2026-06-01T10:00Z"})
    assert outcome_with(read(answer(at="2026-06-02T10:00Z")), nobody) == ("unknown", "ambiguous")


def test_spaces_around_a_name_make_no_other_reviewer_and_its_case_does(read: Read) -> None:
    record = with_own({"value": "no", "reviewer": "r1 ", "at": "2026-06-01T10:00Z"})
    assert outcome_with(read(answer(reviewer=" r1", at="2026-06-02T10:00Z")), record)[0] == "pass"
    assert outcome_with(read(answer(at="2026-05-30T10:00Z")), record)[0] == "fail"
    assert outcome_with(read(answer(reviewer="R1", at="2026-06-02T10:00Z")), record)[1] == "ambiguous"


def test_own_reviews_are_answers_as_far_as_the_judge_counts_them(read: Read) -> None:
    record = with_own(
        {"value": "yes", "reviewer": "r1"},
        {"value": "yes", "reviewer": "r2", "at": "2026-06-11T10:00Z"},
        {"value": "perhaps", "reviewer": "r3"},
        {"value": "yes", "reviewer": "r4", "rule": "external.gret"},
    )
    found = read(answer(reviewer="r5")).together([record], as_of=datetime(2026, 6, 10, tzinfo=UTC), catalog=CATALOG)
    assert [(one.record_id, one.review.reviewer) for one in found] == [("C-1", "r1"), ("C-1", "r5")]


@pytest.mark.parametrize("value", ["Yes", "YES", " yes "])
def test_an_answer_is_read_in_any_case(read: Read, value: str) -> None:
    [one] = read(answer(value=value)).items
    assert one.review.value == "yes"
