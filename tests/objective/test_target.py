"""Objectives: reading them, and when one is missed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from servstd.objective import Objective, is_missed, parse_objective, summarize_tally
from servstd.objective.counts import Counts
from servstd.objective.summary import Summary
from servstd.objective.tally import Tally

PATH = ("rules", "email.response_time", "objective")


def figures(passed: int, decided: int, objective: Objective | None) -> Summary:
    tally = Tally()
    tally.add_counts(("r",), Counts(passed=passed, failed=decided - passed, unknown=1))
    return summarize_tally(tally, {"r": objective} if objective else {})[0]


def faults(spec: Any) -> list[tuple[str, str, str | None]]:
    objective, problems = parse_objective(spec, PATH)
    assert objective is None
    return [(problem.code, problem.path.removeprefix(".".join(PATH)), problem.hint) for problem in problems]


def test_the_shortest_objective_has_defaults() -> None:
    assert parse_objective({"at_least": "95%"}) == (
        Objective(
            at_least=0.95, at_most=None, per="month", confirmed=False, confirmed_by=None, confirmed_on=None, min_n=20
        ),
        [],
    )


def test_every_key_is_read() -> None:
    spec = {
        "at_least": "95%",
        "per": "quarter",
        "confirmed": True,
        "confirmed_by": " head of service ",
        "confirmed_on": "2026-01-15",
        "min_n": 30,
        "floor": "90%",
    }
    objective, problems = parse_objective(spec)
    assert problems == []
    assert objective == Objective(
        at_least=0.95,
        per="quarter",
        confirmed=True,
        confirmed_by="head of service",
        confirmed_on=date(2026, 1, 15),
        min_n=30,
        floor=0.90,
    )


def test_a_key_without_a_value_counts_as_left_out() -> None:
    spec = dict.fromkeys(("at_most", "floor", "per", "confirmed", "confirmed_by", "confirmed_on", "min_n"))
    assert parse_objective({"at_least": "95%"} | spec) == (Objective(at_least=0.95), [])


def test_a_date_may_be_a_date() -> None:
    objective, _ = parse_objective({"at_most": "5%", "confirmed_on": date(2026, 1, 15)})
    assert objective is not None
    assert objective.confirmed_on == date(2026, 1, 15)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("95%", [("not-a-mapping", "", "write {at_least: '95%', per: month}")]),
        (95, [("not-a-mapping", "", "write {at_least: '95%', per: month}")]),
        ("92.5", [("not-a-mapping", "", "write {at_least: '92.5%', per: month}")]),
        ("At least 95 % each week", [("not-a-mapping", "", "write {at_least: '95%', per: week}")]),
        ("at most 5% per quarter", [("not-a-mapping", "", "write {at_most: '5%', per: quarter}")]),
        ("0.5%", [("not-a-mapping", "", "write {at_least: '0.5%', per: month}")]),
        ("100%", [("not-a-mapping", "", "write {at_least: '100%', per: month}")]),
        (100, [("not-a-mapping", "", "write {at_least: '100%', per: month}")]),
        ("95% per fortnight", [("not-a-mapping", "", None)]),
        ("140%", [("not-a-mapping", "", None)]),
        (1, [("not-a-mapping", "", None)]),
        (True, [("not-a-mapping", "", None)]),
        (None, [("not-a-mapping", "", None)]),
        ({}, [("missing-key", "", None)]),
        ({"atleast": "95%"}, [("unknown-key", ".atleast", "did you mean 'at_least'?")]),
        ({"at_least": "95%", "goal": 1}, [("unknown-key", ".goal", None)]),
        ({"at_least": "95%", "at_most": "99%"}, [("two-targets", ".at_most", None)]),
        ({"at_least": 0.95}, [("not-a-share", ".at_least", "write '95%'")]),
        ({"at_least": 95}, [("not-a-share", ".at_least", "write '95%'")]),
        ({"at_least": 1}, [("not-a-share", ".at_least", None)]),
        ({"at_least": True}, [("not-a-share", ".at_least", None)]),
        ({"at_least": 250}, [("not-a-share", ".at_least", None)]),
        ({"at_least": "195%"}, [("not-a-share", ".at_least", None)]),
        ({"at_least": "95%", "per": "months"}, [("unknown-value", ".per", "did you mean 'month'?")]),
        ({"at_least": "95%", "confirmed": "yes"}, [("wrong-type", ".confirmed", "did you mean true?")]),
        ({"at_least": "95%", "confirmed_by": 7}, [("wrong-type", ".confirmed_by", None)]),
        ({"at_least": "95%", "confirmed_by": " "}, [("wrong-type", ".confirmed_by", None)]),
        ({"at_least": "95%", "confirmed_on": "15/01/2026"}, [("not-a-date", ".confirmed_on", "write 2026-01-15")]),
        ({"at_least": "95%", "confirmed_on": 2026}, [("not-a-date", ".confirmed_on", None)]),
        ({"at_least": "95%", "confirmed_on": datetime(2026, 1, 15)}, [("not-a-date", ".confirmed_on", None)]),
        ({"at_least": "95%", "min_n": 0}, [("wrong-type", ".min_n", None)]),
        ({"at_least": "95%", "min_n": "20"}, [("wrong-type", ".min_n", None)]),
        ({"at_least": "95%", "min_n": True}, [("wrong-type", ".min_n", None)]),
        ({"at_least": "95%", "floor": "96%"}, [("wrong-value", ".floor", None)]),
        ({"at_most": "95%", "floor": "90%"}, [("wrong-value", ".floor", None)]),
        (
            {"at_least": "x", "min_n": 0, "per": "era"},
            [("not-a-share", ".at_least", None), ("unknown-value", ".per", None), ("wrong-type", ".min_n", None)],
        ),
    ],
)
def test_a_slip_gives_one_problem_with_its_place(spec: Any, expected: list[tuple[str, str, str | None]]) -> None:
    assert faults(spec) == expected


def test_messages_are_in_the_house_form() -> None:
    _, problems = parse_objective({"at_least": "95%", "confirm": True}, PATH)
    assert problems[0].headline() == (
        "rules.email.response_time.objective.confirm: unknown key 'confirm'; allowed: at_least, at_most, floor, "
        "per, confirmed, confirmed_by, confirmed_on, min_n [unknown-key]"
    )


@pytest.mark.parametrize(
    "shares",
    [{}, {"at_least": 0.9, "at_most": 0.95}, {"at_least": 95.0}, {"at_most": -0.1}, {"at_least": 0.9, "floor": 0.95}],
)
def test_an_objective_in_code_is_checked_too(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"at_least|share"):
        Objective(**shares)


def test_an_objective_says_what_it_wants() -> None:
    assert str(Objective(at_least=0.95, confirmed=True)) == "at least 95% per month"
    assert str(Objective(at_most=0.025, per="day")) == "at most 2.5% per day (not confirmed)"


def test_an_objective_has_plain_values() -> None:
    objective = Objective(at_least=0.95, confirmed=True, confirmed_on=date(2026, 1, 15))
    assert objective.to_dict() == {
        "at_least": 0.95,
        "per": "month",
        "confirmed": True,
        "confirmed_on": "2026-01-15",
        "min_n": 20,
    }
    assert Objective(at_most=0.0).target == 0.0


@pytest.mark.parametrize(
    ("passed", "decided", "objective", "is_expected"),
    [
        (89, 100, Objective(at_least=0.95, confirmed=True), True),
        (89, 100, Objective(at_least=0.95, confirmed=False), False),
        (8, 9, Objective(at_least=0.95, confirmed=True), False),
        (18, 20, Objective(at_least=0.95, confirmed=True), False),
        (95, 100, Objective(at_least=0.95, confirmed=True), False),
        (0, 4, Objective(at_least=0.95, confirmed=True), True),  # certain at any size; min_n is about colours
        (0, 0, Objective(at_least=0.95, confirmed=True), False),
        (30, 100, Objective(at_most=0.10, confirmed=True), True),
        (12, 100, Objective(at_most=0.10, confirmed=True), False),
        (30, 100, Objective(at_most=0.10), False),
        (0, 100, None, False),
    ],
)
def test_only_a_confirmed_objective_outside_the_interval_is_missed(
    passed: int, decided: int, objective: Objective | None, is_expected: bool
) -> None:
    assert is_missed(figures(passed, decided, objective)) is is_expected
