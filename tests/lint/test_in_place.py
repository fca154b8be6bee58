"""Edits in place that would change verdicts of the past, each beside a twin that leaves the past alone."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from servstd import load_catalog
from servstd.catalog.freeze import freeze
from servstd.errors import Problem
from servstd.lint import lint_catalog
from servstd.lint.in_place import in_place_edits
from servstd.yaml_reader import read_yaml, read_yaml_file

TODAY = date(2026, 11, 22)
OLD = """
catalog: {name: Example, time_zone: America/New_York}
calendars:
  office: {time_zone: America/New_York, hours: {mon-fri: 09:00-17:00}, holidays: {country: US}}
  spare: {time_zone: America/New_York, hours: {mon: 09:00-10:00}}
default_calendar: office
defaults: {audience: external}
names: {organisation: [Acme, Acme Ltd], agents: {a7: [Sam]}}
cues:
  greeting: {any: [ahoy]}
  unused: {brief: Not used., by: agent, any: [adieu]}
fields: {colour: {type: 'one of red, blue', default: red}}
waivers: [{rule: mail.answer, from: 2026-05-01, until: 2026-12-31, reason: a move}]
rules:
  mail.answer:
    title: An answer
    applies_to: {channel: email}
    except: {outbound: {direction: outbound}}
    check: {kind: deadline, from: received, to: responded, within: 1 business day}
    reading: day
    readings: {elapsed: {check: {within: 24 elapsed hours}}, hours: {check: {within: 24 business hours}}}
    versions:
      - {from: 2026-07-01, check: {within: 2 business days}}
  mail.greet: {title: A greeting, check: {kind: cue, cue: greeting}}
  mail.old: {title: An old one, check: {kind: review}, replaced_by: mail.greet}
"""
# Where to put what; "..." walks down. None takes a key away.
Changes = dict[str, Any]


def edited(changes: Changes) -> list[Problem]:
    """What is told of the old catalog with some keys changed; a path is keys with slashes between."""
    tree, _ = read_yaml(OLD)
    new = deepcopy(tree)
    for path, value in changes.items():
        keys: list[Any] = [int(part) if part.isdigit() else part for part in path.split("/")]
        *way, last = keys
        node: Any = new
        for part in way:
            node = node[part] if isinstance(node, list) else node.setdefault(part, {})
        if value is None:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value
    return list(in_place_edits(load_catalog(tree), load_catalog(new), today=TODAY))


CASES = json.loads(json.dumps(read_yaml_file(Path(__file__).parent / "in_place_edits.yaml")[0]))
RULE, CHECK = "rules/mail.answer", "rules/mail.answer/check/within"
VERSIONS = f"{RULE}/versions"


@pytest.mark.parametrize("case", CASES, ids=lambda case: next(iter(case["edit"]), "nothing"))
def test_an_edit_is_told_once_when_it_changes_the_past(case: dict[str, Any]) -> None:
    assert [one.message for one in edited(case["edit"])] == [case[key] for key in ("told",) if key in case]


def test_a_waiver_of_the_past_is_a_warning_as_it_is_meant_to_be_one() -> None:
    (problem,) = edited({"waivers/1": {"rule": "mail.greet", "from": "2026-11-22", "reason": "a fair"}})
    assert (problem.code, problem.level) == ("waiver-of-the-past", "warning")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({CHECK: "3 business days"}, "rules.mail.answer.check.within"),
        ({f"{VERSIONS}/0/check": {"within": "3 business days"}}, "rules.mail.answer.versions[0]"),
        ({"calendars/office/hours": {"mon-fri": "09:00-18:00"}}, "calendars.office.hours"),
        ({"disable": {"mail.answer": "no time"}}, "disable.mail.answer"),
        ({"defaults": {"audience": "internal"}}, "defaults.audience"),
        ({"fields/colour/default": "blue"}, "fields.colour.default"),
    ],
)
def test_the_edit_is_told_where_it_was_made(changes: Changes, path: str) -> None:
    (problem,) = edited(changes)
    assert problem.path == path


def test_the_hint_is_the_version_to_write_and_it_does_what_was_wanted() -> None:
    (problem,) = edited({CHECK: "3 business days", f"{VERSIONS}/0/check": {"within": "4 business days"}})
    said, _, text = (problem.hint or "").partition("\n")
    assert said == "leave what was there, and write the change as a version:"
    assert text.splitlines() == [
        "rules:",
        "  mail.answer:",
        "    versions:",
        "      - from: 2026-07-01",
        "        check: {within: 2 business days}",
        "      - from: 2026-11-23",
        "        check: {within: 4 business days}",
    ]
    tree, _ = read_yaml(text)
    assert edited({VERSIONS: tree["rules"]["mail.answer"]["versions"]}) == []


@pytest.mark.parametrize(
    ("changes", "over"),
    [
        ({f"{RULE}/enabled": False}, {"enabled": False}),
        ({f"{RULE}/except": None}, {"except": None}),
        (
            {f"{RULE}/check": {"kind": "review"}, f"{RULE}/readings": None, VERSIONS: None},
            {"check": {"kind": "review"}},
        ),
        ({f"{RULE}/applies_to": {"channel": "web"}}, {"applies_to": {"channel": "web"}}),
    ],
)
def test_the_version_of_the_hint_holds_only_what_changed(changes: Changes, over: dict[str, Any]) -> None:
    (problem,) = edited(changes)
    tree, _ = read_yaml((problem.hint or "").partition("\n")[2])
    assert tree["rules"]["mail.answer"]["versions"][-1] == {"from": "2026-11-23", **over}


def test_the_hint_for_hours_names_the_days_that_close() -> None:
    (problem,) = edited(
        {"calendars/office/hours": {"mon-thu": "08:00-17:00"}, "calendars/office/exceptions": {"12-24": "closed"}}
    )
    tree, _ = read_yaml((problem.hint or "").partition("\n")[2])
    version = tree["calendars"]["office"]["versions"][-1]
    assert version == {
        "from": "2026-11-23",
        "hours": {"mon-thu": "08:00-17:00", "fri": "closed"},
        "exceptions": {"12-24": "closed"},
    }
    assert edited({"calendars/office/versions": [version]}) == []


def test_lint_compares_when_it_is_asked_to() -> None:
    tree, _ = read_yaml(OLD)
    new, _ = read_yaml(OLD.replace("within: 1 business day", "within: 3 business days"))
    found = lint_catalog(load_catalog(new), today=TODAY, against=load_catalog(tree))
    assert [one.code for one in found].count("in-place-edit") == 1
    assert "in-place-edit" not in [one.code for one in lint_catalog(load_catalog(new), today=TODAY)]


def test_the_shipped_catalog_read_twice_is_the_same() -> None:
    assert list(in_place_edits(load_catalog(), load_catalog(), today=TODAY)) == []


def test_a_date_of_the_past_that_is_frozen_otherwise_is_told(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(OLD, "utf-8")
    catalog = load_catalog(tmp_path)
    years = {"today": TODAY, "years": (2025, 2027)}
    (tmp_path / "catalog.lock").write_text(freeze(catalog, **years).text, "utf-8")  # type: ignore[arg-type]
    frozen = load_catalog(tmp_path)
    lock = frozen.lock
    assert lock is not None
    assert list(in_place_edits(catalog, frozen, today=TODAY)) == []
    for day, codes in (("2026-11-22", ["in-place-edit"]), ("2026-11-23", [])):
        ((country, held),) = lock.holidays.items()
        more = replace(held, names=tuple(sorted((*held.names, (day, "A new holiday")))))
        other = freeze(catalog, old=replace(lock, holidays={country: more}), **years)  # type: ignore[arg-type]
        (tmp_path / "catalog.lock").write_text(other.text, "utf-8")
        assert [one.code for one in in_place_edits(frozen, load_catalog(tmp_path), today=TODAY)] == codes


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"mail.yaml": ["mail.one"], "call.yaml": ["call.one"]}, ["mail.yaml"]),
        ({"mail.yaml": ["mail.one", "mail.two"], "call.yaml": []}, ["call.yaml"]),
        ({"mail.yaml": ["mail.one", "mail.two"]}, ["call.yaml"]),  # the whole file is gone
        ({"call.yaml": ["call.one"]}, ["mail.yaml", "mail.yaml"]),
        ({"all.yaml": ["mail.one", "mail.two", "call.one"]}, []),  # a rule may move
    ],
)
def test_a_rule_that_is_gone_is_told_of_its_file(tmp_path: Path, now: dict[str, list[str]], told: list[str]) -> None:
    def written(folder: str, files: dict[str, list[str]]) -> Path:
        for name, rules in files.items():
            (tmp_path / folder).mkdir(exist_ok=True)
            lines = [f"  {rule}: {{title: t, check: {{kind: review}}}}" for rule in rules]
            (tmp_path / folder / name).write_text("\n".join(["rules:" if rules else "rules: {}", *lines, ""]), "utf-8")
        return tmp_path / folder

    old = load_catalog(written("old", {"mail.yaml": ["mail.one", "mail.two"], "call.yaml": ["call.one"]}))
    found = lint_catalog(load_catalog(written("new", now)), today=TODAY, against=old)
    gone = [problem for problem in found if problem.code == "rule-removed"]
    assert [problem.file for problem in gone] == [str(tmp_path / "new" / name) for name in told]
    assert {problem.path for problem in gone} <= {"rules"}
