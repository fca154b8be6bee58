"""Reading the case files: groups of cases that share a check, a calendar and a record.

A file is a list of groups, or a mapping with `catalog` (keys of a catalog for the whole file) and `groups`. What a
case leaves out it takes from its group: `check` and `record` are merged key by key, everything else as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from servstd import Catalog, load_catalog
from servstd.yaml_reader import read_yaml_file

FOLDER = Path(__file__).parent / "cases"
RULE_KEYS = (
    "applies_to", "except", "for_each", "lean", "warn", "versions", "calendar", "reading", "readings", "enabled",
)  # fmt: skip
CASE_KEYS = ("name", "id", "about", "cases", "check", "record", "as_of", "expect", "defaults", *RULE_KEYS)
OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}


@dataclass(frozen=True)
class Case:
    """One case: a record, an instant, and what the verdict of its rule must be."""

    file: str
    name: str
    rule_id: str
    rule: Mapping[str, Any]
    record: Mapping[str, Any]
    as_of: str
    expect: Mapping[str, Any]
    defaults: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def read_cases(path: Path) -> list[Case]:
    """All cases of a file."""
    tree = _tree(path)
    groups = tree["groups"] if isinstance(tree, Mapping) else tree
    cases = [(group, case) for group in groups for case in group["cases"]]
    return [_case(path, number, group, case) for number, (group, case) in enumerate(cases, start=1)]


def all_cases() -> Iterator[Case]:
    """The cases of all files."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from read_cases(path)


@cache
def catalog_of(file: str) -> Catalog:
    """One catalog with a rule for each case of a file."""
    path = FOLDER / file
    tree = _tree(path)
    extra = dict(tree.get("catalog") or {}) if isinstance(tree, Mapping) else {}
    rules = {case.rule_id: case.rule for case in read_cases(path)}
    calendars = {"office": OFFICE, **extra.pop("calendars", {})}
    laid = {"rules": {**extra.pop("rules", {}), **rules}, "calendars": calendars, "default_calendar": "office", **extra}
    return load_catalog(laid)


@cache
def _tree(path: Path) -> Any:
    tree, problems, _ = read_yaml_file(path)
    assert not problems, "\n".join(problem.render() for problem in problems)
    return tree


def _case(path: Path, number: int, group: Mapping[str, Any], case: Mapping[str, Any]) -> Case:
    unknown = (set(case) | set(group)) - set(CASE_KEYS)
    assert not unknown, f"{path.name}: {case.get('name')}: unknown keys {unknown}"
    laid = {**group, **case}
    rule_id = laid.get("id") or f"case.{path.stem}_{number}"
    rule = {"title": case["name"], "check": _merged(group.get("check"), case.get("check"), "kind")}
    rule |= {key: laid[key] for key in RULE_KEYS if laid.get(key) is not None}
    if isinstance(rule.get("calendar"), str):
        rule["calendar"] = {"use": rule["calendar"]}
    record = {"id": f"{path.stem}-{number}", **_merged(group.get("record"), case.get("record"), None)}
    if "reviews" in record:
        record["reviews"] = [{"rule": rule_id, **review} for review in record["reviews"]]
    name = f"{group['about']}: {case['name']}" if "about" in group else case["name"]
    return Case(
        path.name, name, rule_id, rule, record, laid["as_of"], _expected(laid["expect"]), laid.get("defaults", {})
    )


def _merged(below: Any, over: Any, whole: str | None) -> dict[str, Any]:
    if below is None or over is None or (whole is not None and whole in over):
        return dict(over or below or {})
    return {key: value for key, value in {**below, **over}.items() if value is not None}


def _expected(expect: Any) -> dict[str, Any]:
    """`fail late`, or a mapping with that under `is` and figures beside it."""
    figures = dict(expect) if isinstance(expect, Mapping) else {"is": expect}
    words = str(figures.pop("is", "")).split()
    return dict(zip(("outcome", "reason"), words, strict=False)) | figures
