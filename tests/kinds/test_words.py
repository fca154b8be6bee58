"""What each kind says of its parameters to people who write no rules. See words.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

import servstd
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.outcome import PASS
from servstd.terms.phrasing import Phrasing
from servstd.terms.told import Told
from servstd.yaml_reader import read_yaml_file

TREE, PROBLEMS, _ = read_yaml_file(Path(__file__).parent / "words.yaml")
CASES: Mapping[str, Any] = TREE["checks"]
OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}


@cache
def catalog() -> servstd.Catalog:
    rules = {f"told.{name}": {"title": name, "check": case["check"]} for name, case in CASES.items()}
    return servstd.load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules})


def words() -> Phrasing:
    return Phrasing(catalog().vocabulary, catalog().cues)


def shown(told: Told) -> dict[str, Any]:
    """A description as words.yaml writes it."""
    parts = {name: shown(part) for name, part in told.parts}
    whole = {"rows": dict(told.rows), "undecided": list(told.undecided), "parts": parts}
    return {key: value for key, value in whole.items() if value}


def test_the_file_can_be_read() -> None:
    assert list(PROBLEMS) == []


@pytest.mark.parametrize("name", CASES)
def test_a_check_says_what_it_demands(name: str) -> None:
    wanted = {key: value for key, value in CASES[name].items() if key != "check"}
    assert shown(catalog().rules[f"told.{name}"].check.told(words())) == wanted


def test_every_kind_has_words_of_its_own() -> None:
    assert [name for name, kind in KINDS.items() if kind.describe is Check.describe] == []


def test_every_kind_stands_in_the_file() -> None:
    assert {case["check"]["kind"] for case in CASES.values()} == set(KINDS)


def test_a_kind_without_words_of_its_own_says_its_first_line() -> None:
    class WholeBoxes(Check):
        """A number is a whole multiple of a box.

        And more that is only for people who write rules.
        """

        name: ClassVar[str] = "whole_boxes"
        kind: Literal["whole_boxes"] = "whole_boxes"

        def check(self, opportunity: Opportunity) -> Finding:
            return Finding(PASS, "custom")

    assert WholeBoxes().told(words()).rows == (("Decided by", "A number is a whole multiple of a box."),)


@pytest.mark.parametrize(("staff", "demanded"), [(9, 1), (10, 2), (12, 2)])
def test_a_bound_for_every_few_is_explained_by_what_was_demanded_of_this_record(staff: int, demanded: int) -> None:
    rules = {"told.praise": {"title": "Praise", "check": CASES["limit_of_a_count"]["check"]}}
    evaluator = servstd.Evaluator(servstd.load_catalog({"rules": rules}))
    record = {"id": "T", "kind": "team_month", "staff_count": staff, "complete_for": ["recognised"], "events": []}
    verdict = evaluator.check(record, as_of=datetime(2026, 6, 1, tzinfo=UTC))["told.praise"]
    assert verdict.explain() == f"Count of recognised is 0; it must be at least {demanded}."
