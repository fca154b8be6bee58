"""`servstd diff` against two runs of `servstd check`: their verdict files are compared by other means altogether.

Nothing here uses servstd.compare: the commands run as processes, and what they wrote is read with csv and json only.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples.contact_centre.generate import lines

CHANGE = """\
extends: {policy}
override:
  email.response_time:
    check: {{within: {within}}}
"""
AS_OF = "2026-04-01T00:00Z"
Verdicts = dict[tuple[str, str], dict[str, str]]
COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Callable[..., str]:
    """Runs a command in a folder with the example month and two policies: `1 business day`, `24 business hours`."""
    folder = tmp_path_factory.mktemp("two_checks")
    centre = project_root / "examples" / "contact_centre"
    (folder / "month.jsonl").write_text("".join(f"{line}\n" for line in lines(7)), "utf-8")
    (folder / "mapping.yaml").write_bytes((centre / "mapping.yaml").read_bytes())
    for name, within in (("day", "1 business day"), ("hours", "24 business hours")):
        (folder / f"{name}.yaml").write_text(CHANGE.format(policy=centre / "policy", within=within), "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(project_root / "src")}

    def started(*arguments: str) -> str:
        command = [sys.executable, "-m", "servstd", *arguments, "--mapping", "mapping.yaml", "--as-of", AS_OF]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def checked(name: str) -> Verdicts:
        started("check", "month.jsonl", "--catalog", f"{name}.yaml", "-o", f"{name}.csv", "--fail-on", "none")
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return {(row["rule_id"], row["record_id"]): row for row in csv.DictReader(stream)}

    started.checked = checked  # type: ignore[attr-defined]
    return started


@pytest.fixture(scope="module")
def before(run: Any) -> Verdicts:
    found: Verdicts = run.checked("day")
    return found


@pytest.fixture(scope="module")
def after(run: Any) -> Verdicts:
    found: Verdicts = run.checked("hours")
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["only what can differ", "every rule"])
def diff(run: Callable[..., str], request: pytest.FixtureRequest) -> dict[str, Any]:
    every = ["--all"] if request.param else []
    found: dict[str, Any] = json.loads(
        run("diff", "day.yaml", "hours.yaml", "month.jsonl", "--format", "json", "--by", "team", *every)
    )
    return found


def rules_of(verdicts: Verdicts) -> list[str]:
    return list(dict.fromkeys(rule_id for rule_id, _ in verdicts))


def test_both_checks_judged_the_same_records(before: Verdicts, after: Verdicts, diff: dict[str, Any]) -> None:
    assert before.keys() == after.keys()
    assert diff["records"] == len({record_id for _, record_id in before}) == 426


def test_the_changed_limit_changes_verdicts_of_its_own_rule_only(before: Verdicts, after: Verdicts) -> None:
    changed = {rule_id for rule_id, record_id in before if outcomes(before, after, (rule_id, record_id))}
    assert changed == {"email.response_time"}


def outcomes(before: Verdicts, after: Verdicts, key: tuple[str, str]) -> tuple[str, str] | None:
    """The outcomes of one verdict when they differ."""
    sides = before[key]["outcome"], after[key]["outcome"]
    return sides if sides[0] != sides[1] else None


def transitions_of(before: Verdicts, after: Verdicts, rule_id: str) -> dict[tuple[str, str], list[str]]:
    """The records of a rule whose outcome changes, by both outcomes."""
    found: dict[tuple[str, str], list[str]] = {}
    for rule, record_id in before:
        if rule == rule_id and (sides := outcomes(before, after, (rule, record_id))):
            found.setdefault(sides, []).append(record_id)
    return found


def test_the_counts_and_ids_of_every_transition_are_those_of_two_checks(
    before: Verdicts, after: Verdicts, diff: dict[str, Any]
) -> None:
    told = {rule["rule_id"]: rule["transitions"] for rule in diff["rules"]}
    for rule_id in rules_of(before):
        expected = transitions_of(before, after, rule_id)
        found = {(one["before"], one["after"]): one["record_ids"] for one in told.get(rule_id, ())}
        assert {key: sorted(ids) for key, ids in found.items()} == {key: sorted(ids) for key, ids in expected.items()}
        assert [one["count"] for one in told.get(rule_id, ())] == [len(ids) for ids in found.values()]


def outcomes_at(before: Verdicts, after: Verdicts, rule_id: str, record_id: str) -> tuple[str, str]:
    return before[rule_id, record_id]["outcome"], after[rule_id, record_id]["outcome"]


def test_every_matrix_is_that_of_two_checks(before: Verdicts, after: Verdicts, diff: dict[str, Any]) -> None:
    for rule in diff["rules"]:
        counted = Counter(outcomes_at(before, after, *key) for key in before if key[0] == rule["rule_id"])
        cells = {(one, other): count for one, row in rule["matrix"].items() for other, count in row.items() if count}
        assert cells == counted


def test_rates_and_counts_before_and_after_are_those_of_two_checks(
    before: Verdicts, after: Verdicts, diff: dict[str, Any]
) -> None:
    for rule in diff["rules"]:
        for name, verdicts in (("before", before), ("after", after)):
            rows = [row for (rule_id, _), row in verdicts.items() if rule_id == rule["rule_id"]]
            judged = [row for row in rows if row["outcome"] != "not_applicable"]
            counts = [sum(int(row[column]) for row in judged) for column in COUNTS]
            figures = rule[name]
            assert [figures[key] for key in ("passed", "failed", "pending", "unknown")] == counts
            decided = counts[0] + counts[1]
            assert figures["rate"] == (counts[0] / decided if decided else None)


def test_due_times_that_move_are_those_of_two_checks(before: Verdicts, after: Verdicts, diff: dict[str, Any]) -> None:
    for rule in diff["rules"]:
        moved = {
            record_id
            for rule_id, record_id in before
            if rule_id == rule["rule_id"]
            and outcomes_at(before, after, rule_id, record_id) != ("not_applicable", "not_applicable")
            and before[rule_id, record_id]["due_at"]
            and after[rule_id, record_id]["due_at"]
            and [before[rule_id, record_id][key] for key in ("due_at", "late_after")]
            != [after[rule_id, record_id][key] for key in ("due_at", "late_after")]
        }
        assert set(rule["due_moved"]) == moved


def test_groups_are_those_of_two_checks(before: Verdicts, after: Verdicts, diff: dict[str, Any]) -> None:
    for rule in diff["rules"]:
        keys = [key for key in before if key[0] == rule["rule_id"]]
        for group in rule["groups"]:
            team = group["key"]["team"] or ""
            changed = [key for key in keys if after[key]["team"] == team and outcomes(before, after, key)]
            assert group["changed"] == len(changed)
        assert sum(group["changed"] for group in rule["groups"]) == rule["changed"]


def test_something_does_change(diff: dict[str, Any]) -> None:
    [rule] = [rule for rule in diff["rules"] if rule["changed"]]
    assert rule["rule_id"] == "email.response_time"
    assert rule["sentence"].startswith(f"{rule['changed']} of {rule['concerned']} verdicts of email.response_time")
    assert "email.response_time" not in diff["unchanged"]
