"""docs/reference/assessment.schema.json holds for what assessments and verdicts give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import servstd
from servstd.evaluate.rows import COLUMNS

pytestmark = pytest.mark.docs

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "assessment.schema.json").read_text("utf-8"))
EVERY = 12
MIDSUMMER = datetime.fromisoformat("2026-06-20T00:00+00:00")


@pytest.fixture(scope="module")
def evaluator() -> servstd.Evaluator:
    return servstd.Evaluator()


def records_of_the_rule_tests(catalog: servstd.Catalog) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Every so many records of the tests that stand beside the rules, so that all families are there."""
    tests = [test for rule in catalog.rules.values() for test in rule.tests]
    yield from (({"id": str(test.get("name")), **test["given"]}, test.get("as_of")) for test in tests[::EVERY])


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_and_the_page_name_the_columns_of_the_verdict_table() -> None:
    page = (ROOT / "docs" / "reference" / "verdict-table.md").read_text("utf-8")
    assert tuple(SCHEMA["$defs"]["verdict"]["properties"]) == COLUMNS
    assert [name for name in COLUMNS if f"| `{name}` |" not in page] == []


def test_assessments_of_every_outcome_are_valid(evaluator: servstd.Evaluator) -> None:
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    outcomes: set[str] = set()
    count = 0
    for record, as_of in records_of_the_rule_tests(evaluator.catalog):
        instant = MIDSUMMER if as_of is None else datetime.fromisoformat(as_of)
        given = evaluator.check(record, as_of=instant).to_dict()
        validator.validate(json.loads(json.dumps(given)))
        assert set(given) == set(SCHEMA["properties"])
        outcomes |= {verdict["outcome"] for verdict in given["verdicts"]}
        count += 1
    assert outcomes == set(servstd.Outcome)
    assert count > 50


def test_a_verdict_with_another_outcome_breaks_the_schema(evaluator: servstd.Evaluator) -> None:
    given = evaluator.check({"id": "E-17", "channel": "email"}, as_of=MIDSUMMER).to_dict()
    given["verdicts"][0]["outcome"] = "maybe"
    assert not Draft202012Validator(SCHEMA).is_valid(given)
