"""The edges of each check: cases.yaml holds what is found where, and what is not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from servstd.catalog import load_catalog
from servstd.lint import CHECKS, lint_catalog
from servstd.yaml_reader import read_yaml_file

# Plain mappings: what was read from YAML would name this file and line.
CASES: list[dict[str, Any]] = json.loads(json.dumps(read_yaml_file(Path(__file__).parent / "cases.yaml")[0]))
RULE = {
    "title": "E-mails are answered",
    "applies_to": {"channel": "email"},
    "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "2 business days"},
}
OFFICE = {
    "calendars": {"office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "office",
}


def catalog_of(case: dict[str, Any]) -> dict[str, Any]:
    rules = {
        rule_id: {key: value for key, value in {**RULE, **body}.items() if value is not None}
        for rule_id, body in case.get("rules", {}).items()
    }
    return {**OFFICE, "rules": rules, **case.get("catalog", {})}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['code']}: {case['name']}")
def test_a_check_finds_what_it_should_and_no_more(case: dict[str, Any]) -> None:
    found = lint_catalog(load_catalog(catalog_of(case)), today=date(2026, 11, 22))
    assert [problem.path for problem in found if problem.code == case["code"]] == case["at"]


def test_every_case_names_a_code_that_there_is() -> None:
    assert {case["code"] for case in CASES} <= {check.code for check in CHECKS}
