"""Rankings: ranges of ranks, ties, and causes that nobody compared had a hand in."""

from __future__ import annotations

import json
import random

import servstd
from made_records import at
from servstd.objective import fair_counts, newcombe, ranking, ranking_of_verdicts, wilson
from servstd.record import Event, Record


def ranks(groups: dict[str, tuple[int, int]]) -> dict[str, str]:
    return {one.name: one.rank for one in ranking(groups).groups}


def test_what_can_not_be_told_apart_is_a_tie() -> None:
    assert ranks({"a": (92, 100), "b": (90, 100), "c": (95, 100)}) == {"a": "1-3", "b": "1-3", "c": "1-3"}


def test_what_can_be_told_apart_has_a_rank_of_its_own() -> None:
    groups = {"low": (500, 1000), "high": (950, 1000), "mid": (800, 1000)}
    assert ranks(groups) == {"high": "1", "mid": "2", "low": "3"}
    first = ranking(groups).groups[0]
    assert (first.name, (first.low, first.high)) == ("high", wilson(950, 1000))


def test_tied_groups_stand_in_order_of_name_and_not_of_rate() -> None:
    found = ranking({"b": (95, 100), "a": (90, 100), "z": (10, 100)})
    assert [one.name for one in found.groups] == ["a", "b", "z"]


def test_the_confidence_is_divided_among_all_pairs_and_no_more() -> None:
    assert newcombe((91, 100), (99, 100), 1 - 0.05 / 3)[0] > 0 > newcombe((91, 100), (99, 100), 1 - 0.05 / 4)[0]
    assert ranks({"a": (91, 100), "b": (99, 100), "c": (20, 100)}) == {"a": "2", "b": "1", "c": "3"}
    among_four = ranks({"a": (91, 100), "b": (99, 100), "c": (20, 100), "d": (20, 100)})
    assert among_four == {"a": "1-2", "b": "1-2", "c": "3-4", "d": "3-4"}


def test_groups_with_too_few_have_no_rank() -> None:
    found = ranking({"a": (19, 19), "b": (20, 20)})
    assert ([one.name for one in found.groups], found.too_few) == (["b"], ("a",))
    assert ranking({}).groups == ()


def test_equals_are_all_but_never_told_apart() -> None:
    rnd = random.Random(2)
    told = 0
    for _ in range(60):
        groups = {str(i): (sum(rnd.random() < 0.92 for _ in range(60)), 60) for i in range(12)}
        told += any(one.rank != "1-12" for one in ranking(groups).groups)
    assert told <= 3


def rows(agent: str, outcome: str, times: int, **more: object) -> list[dict[str, object]]:
    return [{"rule_id": "r", "agent": agent, "outcome": outcome, **more}] * times


def test_fails_that_people_had_no_hand_in_are_taken_out_and_counted() -> None:
    verdicts = rows("a", "pass", 40) + rows("a", "fail", 60, cause="system") + rows("a", "fail", 2, cause="frontline")
    verdicts += rows("b", "pass", 40) + rows("b", "fail", 2) + rows("b", "fail", 1, cause="process")
    found = ranking_of_verdicts(verdicts)
    assert {one.name: (one.passed, one.decided) for one in found.groups} == {"a": (40, 42), "b": (40, 42)}
    assert found.removed == {"system": 60, "process": 1}
    every = ranking_of_verdicts(verdicts, keep=("frontline", "system", "process", None))
    assert [one.rank for one in every.groups] == ["1", "2"]
    assert [one.name for one in every.groups] == ["b", "a"]
    assert json.loads(json.dumps(found.to_dict()))["groups"][0]["rank"] == "1-2"


def test_opportunities_that_passed_in_a_failed_record_stay() -> None:
    verdicts = rows("a", "fail", 1, cause="system", passed_count=2, failed_count=3)
    counts, removed = fair_counts(verdicts, "agent")
    assert (counts["a"].passed, counts["a"].failed, removed) == (2, 0, {"system": 3})


def test_the_cause_is_read_from_the_record_of_a_verdict() -> None:
    evaluator = servstd.Evaluator()
    late = Record(
        "m", channel="email", audience="external", direction="inbound", agent="a7", fields={"cause": "system"},
        events=(Event("received", at(0)), Event("responded", at(30 * 86400))),
    )  # fmt: skip
    verdict = evaluator.check(late, as_of=at(60 * 86400))["email.response_time"]
    assert verdict.outcome == "fail"
    assert fair_counts([verdict], "agent")[1] == {"system": 1}
