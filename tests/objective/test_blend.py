"""The blended score: three formulas on the same answers, none by default."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import SCORE_FORMULAS, Basis, period_at, score

WEIGHTS = {"greet": 1, "hold": 2, "transfer": 2, "answer": 1}


def rows(record: str, **outcomes: str) -> list[dict[str, str]]:
    return [{"record_id": record, "rule_id": rule, "outcome": outcome} for rule, outcome in outcomes.items()]


# spec/field.md 3.2: two contacts.
ANSWERS = rows("A", greet="pass", hold="pass", transfer="not_applicable", answer="fail") + rows(
    "B", greet="pass", hold="not_applicable", transfer="not_applicable", answer="pass"
)


@pytest.mark.parametrize(
    ("formula", "value", "count"),
    [("mean_of_contacts", 0.875, 2), ("pooled_weights", 5 / 6, 2), ("share_of_opportunities", 0.8, 5)],
)
def test_the_same_answers_give_three_scores(formula: str, value: float, count: int) -> None:
    found = score(ANSWERS, formula, WEIGHTS)
    assert found.value == pytest.approx(value)
    assert (found.count, found.formula) == (count, formula)
    assert found.excluded == {"not_applicable": 3}


def test_there_is_no_default_formula() -> None:
    with pytest.raises(TypeError):
        score(ANSWERS)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match=r"'mean' is not one of mean_of_contacts"):
        score(ANSWERS, "mean")


@pytest.mark.parametrize("formula", list(SCORE_FORMULAS))
def test_what_is_not_decided_is_counted_and_not_scored(formula: str) -> None:
    more = ANSWERS + rows("C", greet="unknown", hold="pending", answer="not_applicable")
    found = score(more, formula, WEIGHTS)
    assert found.value == score(ANSWERS, formula, WEIGHTS).value
    assert found.excluded == {"not_applicable": 4, "pending": 1, "unknown": 1}


def test_a_weight_of_nothing_leaves_a_rule_out() -> None:
    found = score(ANSWERS, "pooled_weights", {**WEIGHTS, "answer": 0})
    assert found.value == 1.0
    assert found.excluded["no_weight"] == 2


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0 for 'greet', got -1"):
        score(ANSWERS, "pooled_weights", {"greet": -1})


def test_nothing_decided_has_no_score() -> None:
    found = score(rows("A", greet="unknown"), "mean_of_contacts")
    assert (found.value, found.guards) == (None, ("no_data",))


def test_one_contact_has_no_interval() -> None:
    assert score(rows("A", greet="pass"), "mean_of_contacts").interval is None


def test_a_period_takes_its_own_and_counts_what_has_no_time() -> None:
    may = Basis(period_at(datetime(2026, 5, 5, tzinfo=UTC), "month"))
    dated = [{**row, "received_at": "2026-05-05T10:00Z"} for row in ANSWERS]
    june = [{**row, "received_at": "2026-06-05T10:00Z", "outcome": "fail"} for row in ANSWERS]
    found = score(dated + june + ANSWERS[:1], "mean_of_contacts", WEIGHTS, basis=may)
    assert found.value == 0.875
    assert found.missing == {"no_time": 1}


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60))
def test_without_weights_and_one_rule_a_contact_pooled_is_plain(answers: list[tuple[int, bool]]) -> None:
    given = [
        {"record_id": f"{i}-{who}", "rule_id": "r", "outcome": "pass" if is_good else "fail"}
        for i, (who, is_good) in enumerate(answers)
    ]
    values = {round(score(given, formula).value or 0, 12) for formula in SCORE_FORMULAS}
    assert len(values) == 1
