"""Records labelled by hand from the standards, by somebody who had not seen the code.

Each file holds records with the outcome of every rule (`expect`, else `rest`) and, where the label is sure, the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.values import parse_instant
from servstd.yaml_reader import read_yaml_file

FILES = sorted(Path(__file__).parent.glob("*.yaml"))

# Outcomes in which we differ from a label: (record, rule) to what we say, and the argument.
OTHER_OUTCOME: dict[tuple[str, str], tuple[str, str]] = {}


def labelled() -> Iterator[Any]:
    for path in FILES:
        tree, problems, _ = read_yaml_file(path)
        assert not problems, problems
        for item in tree["records"]:
            yield pytest.param(item, id=item["record"]["id"])


LABELLED = list(labelled())


@cache
def evaluator(calendar: str | None) -> servstd.Evaluator:
    if calendar is None:
        return servstd.Evaluator(servstd.load_catalog())
    return servstd.Evaluator(servstd.load_catalog({"extends": "servstd", "default_calendar": calendar}))


def judge(item: Mapping[str, Any]) -> servstd.Assessment:
    return evaluator(item.get("calendar")).check(item["record"], as_of=parse_instant(item["as_of"]))


@pytest.mark.parametrize("item", LABELLED)
def test_every_rule_has_the_outcome_of_the_label(item: dict[str, Any]) -> None:
    record_id, assessment = item["record"]["id"], judge(item)
    assert not set(item["expect"]) - {verdict.rule_id for verdict in assessment}
    wrong = []
    for verdict in assessment:
        label = item["expect"].get(verdict.rule_id, item["rest"])
        wanted, _ = OTHER_OUTCOME.get((record_id, verdict.rule_id), (label, ""))
        if str(verdict.outcome) != wanted:
            wrong.append(f"{verdict.rule_id}: {label}, got {verdict.outcome} {verdict.reason} {verdict.names}")
    assert wrong == []


@pytest.mark.parametrize("item", [one for one in LABELLED if one.values[0].get("reasons")])
def test_the_reasons_are_those_of_the_label(item: dict[str, Any]) -> None:
    record_id, assessment = item["record"]["id"], judge(item)
    sure = {rule: reason for rule, reason in item["reasons"].items() if (record_id, rule) not in OTHER_OUTCOME}
    assert {rule: assessment[rule].reason for rule in sure} == sure


def test_a_difference_that_is_listed_is_one() -> None:
    items = {item.values[0]["record"]["id"]: item.values[0] for item in LABELLED}
    for (record_id, rule_id), (ours, argument) in OTHER_OUTCOME.items():
        item = items[record_id]
        assert ours != item["expect"].get(rule_id, item["rest"])
        assert len(argument) > 20
