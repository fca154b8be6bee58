"""What a check declares: the words it reads, what helps, what harms, what starts its clock. See declarations.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.kinds.base import Check
from servstd.yaml_reader import read_yaml_file

TREE, PROBLEMS, _ = read_yaml_file(Path(__file__).parent / "declarations.yaml")
CASES: Mapping[str, Any] = TREE["checks"]
OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}


@cache
def catalog() -> servstd.Catalog:
    rules = {f"declared.{name}": {"title": name, "check": case["check"]} for name, case in CASES.items()}
    return servstd.load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules})


def declared(check: Check) -> dict[str, Any]:
    """All that a check says of itself."""
    starts = check.starts()
    return {
        "events": sorted(check.events()),
        "fields": sorted(check.fields_read()),
        "helping": sorted(check.helping()),
        "harming": sorted(check.harming()),
        "starts": [] if starts is None else list(starts.types),
        "review": check.needs_review(),
    }


def test_the_file_can_be_read() -> None:
    assert PROBLEMS == []


@pytest.mark.parametrize("name", CASES)
def test_a_check_declares_what_it_reads_and_what_helps_and_harms(name: str) -> None:
    case = CASES[name]
    nothing = {"events": [], "fields": [], "helping": [], "harming": [], "starts": [], "review": False}
    wanted = nothing | {key: value for key, value in case.items() if key != "check"}
    assert declared(catalog().rules[f"declared.{name}"].check) == wanted


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ({"kind": "review", "scale": "stars"}, "unknown-scale"),
        ({"kind": "reviews"}, "unknown-kind"),
        ({"scale": "yes_no"}, "missing-key"),
        ({"kind": "review", "scale": "yes_no"}, None),
        ({"kind": "all_of", "checks": {}}, "not-a-mapping"),
        ({"kind": "cue", "cue": "greeting", "first": 0}, "wrong-type"),
        ({"kind": "cue", "cue": "greeting", "last": 0}, "wrong-type"),
        ({"kind": "cue", "cue": "greeting", "first": 1}, None),
        ({"kind": "cue", "cue": "greeting", "last": 1}, None),
    ],
)
def test_a_fault_of_a_check_is_named(check: dict[str, Any], code: str | None) -> None:
    rules = {"declared.fault": {"title": "t", "check": check}}
    tree = {"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules}
    try:
        servstd.load_catalog(tree)
        found = []
    except servstd.CatalogError as error:
        found = [problem.code for problem in error.problems]
    assert found == ([] if code is None else [code])
