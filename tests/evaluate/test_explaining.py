"""How a verdict came about, step by step; steps.yaml holds the sentences."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd import Evaluator, load_catalog, steps
from servstd.yaml_reader import read_yaml_file

TREE: dict[str, Any] = read_yaml_file(Path(__file__).parent / "steps.yaml")[0]
CASES = TREE["cases"]


@cache
def evaluator() -> Evaluator:
    return Evaluator(load_catalog({key: value for key, value in TREE.items() if key != "cases"}))


def verdict_of(case: dict[str, Any]) -> Any:
    record = evaluator().reader.read({"id": "r", **case["record"]})
    as_of = datetime.fromisoformat(case["as_of"]) if "as_of" in case else record.newest_at()
    assert as_of is not None
    return evaluator().check(record, as_of=as_of)[case["rule"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_a_verdict_is_explained_in_plain_sentences(case: dict[str, Any]) -> None:
    verdict = verdict_of(case)
    assert verdict.explain() == case["says"]
    assert verdict.explain(full=True) == case.get("fully", verdict.explain(full=True))


def test_every_kind_of_step_has_a_sentence_here() -> None:
    seen = {step.code for case in CASES for step in verdict_of(case).steps}
    assert set(steps._SENTENCES) - seen <= {"fields", "waived"}


def test_a_waived_fail_says_how_late_it_was_and_why_it_is_waived() -> None:
    catalog = servstd.load_catalog(
        {
            "extends": "servstd",
            "waivers": [{"rule": "email.response_time", "reason": "mail server down", "approved_by": "head"}],
        }
    )
    record = {"id": "E-1", "channel": "email", "received_at": "2026-05-18T10:00-04:00"}
    record["responded_at"] = "2026-05-19T11:00-04:00"
    as_of = datetime.fromisoformat("2026-06-01T00:00Z")
    verdict = servstd.Evaluator(catalog).check(record, as_of=as_of)["email.response_time"]
    assert (verdict.outcome, verdict.without_waiver) == ("not_applicable", "fail")
    assert verdict.explain() == (
        "Received Mon 18 May 10:00. Due Tue 19 May 10:00 (1 business day). Responded 11:00: 1 h late. "
        "Waived: mail server down (approved by head)."
    )


def test_steps_are_plain_values_for_a_host_that_translates() -> None:
    first = verdict_of(CASES[0]).steps[0]
    assert first.to_dict() == {"code": "started", "event": "received", "at": "2026-05-21T16:00:00-04:00"}


def test_a_code_without_a_sentence_of_ours_shows_its_text() -> None:
    assert steps.render([steps.Step("weather", {"text": "It rained."}), steps.Step("silence")]) == "It rained."
