"""Every fault of a catalog is named with its place, and one slip gives one message; problems.yaml holds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servstd import CatalogError, load_catalog
from servstd.yaml_reader import read_yaml_file

# Read as plain mappings: what was read from YAML would name this file and line.
CASES: list[dict[str, Any]] = json.loads(json.dumps(read_yaml_file(Path(__file__).parent / "problems.yaml")[0]))
GOOD: dict[str, Any] = {
    "calendars": {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "office",
}
RULE = {
    "title": "an answer",
    "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
}
OTHER = {"title": "another one", "check": {"kind": "review"}}


def laid(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**base, **over}.items() if value is not None}


def catalog_of(case: dict[str, Any]) -> dict[str, Any]:
    """The good catalog with the slip of the case."""
    rule = laid(RULE, case.get("rule", {}))
    if "check" in case:
        rule["check"] = laid(RULE["check"], case["check"])  # type: ignore[arg-type]
    more = dict(case.get("catalog", {}))
    rules = {"mail.answer": rule, "mail.other": OTHER, **more.pop("rules", {})}
    return laid({**GOOD, "rules": rules}, more)


def test_the_good_catalog_has_no_fault() -> None:
    assert list(load_catalog(catalog_of({})).rules) == ["mail.answer", "mail.other"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_fault_is_named_with_its_place_and_what_is_allowed(case: dict[str, Any]) -> None:
    with pytest.raises(CatalogError) as caught:
        load_catalog(catalog_of(case))
    assert "\n".join(problem.render() for problem in caught.value.problems) == case["says"]


def test_no_message_uses_words_that_blame() -> None:
    text = " ".join(case["says"].lower() for case in CASES)
    assert not any(word in text for word in ("invalid", "illegal", "forbidden", "sorry"))
