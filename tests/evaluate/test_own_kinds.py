"""Kinds of check of a developer's own, and checks that fail."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Literal

import pytest

import servstd
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.kinds.base import Check

NOON = datetime.fromisoformat("2026-05-18T12:00-04:00")


class Shouting(Check):
    """No turn of the agent is in capitals only."""

    name = "no_shouting"
    kind: Literal["no_shouting"] = "no_shouting"

    def check(self, opportunity: Opportunity) -> Finding:
        loud = any(said.speaker == "agent" and said.text.isupper() for said in opportunity.facts.turns)
        return Finding(servstd.Outcome.FAIL if loud else servstd.Outcome.PASS, "custom")


class Broken(Check):
    """Fails on every record."""

    name = "broken"
    kind: Literal["broken"] = "broken"
    at_least: int = 0

    def check(self, opportunity: Opportunity) -> Finding:
        raise ZeroDivisionError("something the customer said")


class Bare(Check):
    """Forgot its check."""

    name = "bare"
    kind: Literal["bare"] = "bare"


class Lenient(Check):
    """Decides over what it has found."""

    name = "lenient"
    kind: Literal["lenient"] = "lenient"

    def check(self, opportunity: Opportunity) -> Finding:
        return Finding(servstd.Outcome.FAIL, "custom")

    def decide(self, opportunity: Opportunity) -> Finding:
        return super().decide(opportunity).changed(outcome=servstd.Outcome.PASS)


class Named(Check):
    """Passes for one rule."""

    name = "named"
    kind: Literal["named"] = "named"

    def check(self, opportunity: Opportunity) -> Finding:
        is_mine = opportunity.rule_id == "own.mine"
        return Finding(servstd.Outcome.PASS if is_mine else servstd.Outcome.FAIL, "custom")


def evaluator(check: dict[str, Any]) -> servstd.Evaluator:
    rules = {
        "own.rule": {"title": "t", "check": check},
        "own.other": {"title": "t", "check": {"kind": "limit", "of": {"field": "satisfaction"}, "at_least": 4}},
        "own.asks": {
            "title": "t",
            "check": {"kind": "review"},
            "applies_to": {"rule": "own.rule", "outcome": "unknown"},
        },
    }
    return servstd.Evaluator(servstd.load_catalog({"rules": rules}, kinds=[Shouting, Broken, Bare]))


@pytest.mark.parametrize(("text", "outcome"), [("Good morning.", "pass"), ("WHAT NOW", "fail")])
def test_a_kind_of_your_own_takes_a_few_lines(text: str, outcome: str) -> None:
    record = {"id": "r", "turns": [{"speaker": "agent", "text": text}]}
    verdict = evaluator({"kind": "no_shouting"}).check(record, as_of=NOON)["own.rule"]
    assert (verdict.outcome, verdict.reason) == (outcome, "custom")
    assert verdict.explain() == "A kind of your own gave this verdict."


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        ({"kind": "lenient"}, "pass"),
        ({"kind": "no_shouting"}, "pass"),
        ({"kind": "no_shouting", "when": {"channel": "phone"}}, "not_applicable"),
        ({"kind": "no_shouting", "when": {"team": "care"}}, "unknown"),
        ({"kind": "lenient", "when": {"channel": "phone"}}, "pass"),
        ({"kind": "named"}, "pass"),
    ],
    ids=["decides by itself", "no condition", "condition not met", "condition open", "decides over it", "by its rule"],
)
def test_outcomes_alone_are_those_of_the_verdicts(check: dict[str, Any], outcome: str) -> None:
    rules = {name: {"title": "t", "check": check} for name in ("own.mine", "own.other")}
    rules["own.spared"] = {**rules["own.mine"], "except": {"mail": {"channel": "email"}}}
    one = servstd.Evaluator(servstd.load_catalog({"rules": rules}, kinds=[Shouting, Lenient, Named]))
    record = {"id": "r", "channel": "email"}
    outcomes = one.check(record, as_of=NOON).outcomes()
    assert outcomes == {verdict.rule_id: verdict.outcome for verdict in one.check(record, as_of=NOON)}
    assert (outcomes["own.mine"], outcomes["own.spared"]) == (outcome, "not_applicable")


def test_a_kind_of_your_own_is_read_as_strictly_as_the_others() -> None:
    with pytest.raises(servstd.CatalogError, match=r"rules\.own\.rule\.check\.volume: unknown key 'volume'"):
        evaluator({"kind": "no_shouting", "volume": 11})


def test_a_kind_of_your_own_works_inside_a_combination() -> None:
    check = {"kind": "all_of", "checks": {"quiet": {"kind": "no_shouting", "when": {"urgent": True}}}}
    record = {"id": "r", "urgent": True, "turns": [{"speaker": "agent", "text": "WHAT NOW"}]}
    assert evaluator(check).check(record, as_of=NOON)["own.rule"].outcome == "fail"


@pytest.mark.parametrize(("kind", "error"), [("broken", "ZeroDivisionError"), ("bare", "NotImplementedError")])
def test_a_rule_whose_code_fails_is_undecided_and_stops_nothing(
    kind: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="servstd"):
        assessment = evaluator({"kind": kind}).check({"id": "r", "satisfaction": 5}, as_of=NOON)
        verdict = assessment["own.rule"]
    assert (verdict.outcome, verdict.reason, verdict.names) == ("unknown", "check_error", (error,))
    assert assessment["own.other"].outcome == "pass"
    assert assessment["own.asks"].reason == "no_review"
    assert "own.rule" in caplog.text
    assert error in caplog.text
    assert "customer said" not in caplog.text


def test_a_kind_of_your_own_does_not_help_or_harm_unless_it_says_so() -> None:
    check = evaluator({"kind": "no_shouting"}).catalog.rules["own.rule"].check
    assert (check.helping(), check.harming(), check.starts(), check.needs_review()) == (set(), set(), None, False)


def test_a_value_of_the_wrong_type_is_told_in_our_words() -> None:
    with pytest.raises(servstd.CatalogError, match="expected a whole number, got 'many'"):
        evaluator({"kind": "broken", "at_least": "many"})
