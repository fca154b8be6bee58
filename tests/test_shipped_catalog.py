"""What the shipped catalog promises: its 78 rules, all tested beside where they are written, in words of our own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.evaluate.rule_tests import run_tests
from servstd.values import parse_instant

PACKS: dict[str, list[str]] = json.loads((Path(__file__).parent / "shipped_ids.json").read_text("utf-8"))
CATALOG = servstd.load_catalog()
RULES = sorted(CATALOG.rules)
SECOND = timedelta(seconds=1)
OFF_BUT_CORE = {"general.eye_contact"}  # only somebody who is there can see it
ON_BUT_EXTENDED = {"commitment.promise_kept"}

# A rule to the outcome that none of its tests can have, and why.
WITHOUT_OUTCOME: dict[tuple[str, str], str] = {}
# A rule with a clock to the reason why a test at its limit, or a second from it, can not be written.
WITHOUT_LIMIT: dict[str, str] = {}
# Questions that we ask in other words than the spec, and why.
REWORDED = {
    "email.autoreply_names_contact": "one word for an automatic reply in all questions",
    "email.autoreply_states_return": "one word for an automatic reply in all questions",
    "telephone.caller_hangs_up_first": "the spec has none; a reviewer who hears the recording can tell",
    "telephone.listen": "the words of the spec are those of a source",
    "voicemail.greeting_names_contact": "asks like its twin for the automatic reply",
}


def expected_outcomes(rule: servstd.Rule) -> list[str]:
    written = [test["expect"] for test in rule.tests]
    return [expect if isinstance(expect, str) else str(expect.get("outcome")) for expect in written]


def kinds_in(check: Any) -> Iterator[str]:
    """The kind of a check as it is written, and of those inside it."""
    yield check["kind"]
    for inside in check.get("checks", {}).values():
        yield from kinds_in(inside)


WITH_CLOCK = [name for name in RULES if "deadline" in kinds_in(CATALOG.rules[name].spec["check"])]


@cache
def evaluator(calendar: str | None) -> servstd.Evaluator:
    if calendar is None:
        return servstd.Evaluator(CATALOG)
    return servstd.Evaluator(servstd.load_catalog({"extends": "servstd", "default_calendar": calendar}))


def verdicts(rule: servstd.Rule) -> Iterator[servstd.Verdict]:
    """The verdicts of a rule's own tests, but for those under another reading."""
    for test in rule.tests:
        if "use_reading" in test:
            continue
        judge = evaluator(test.get("calendar"))
        record = judge.reader.read({"id": "test", **test["given"]})
        as_of = parse_instant(test["as_of"]) if "as_of" in test else record.newest_at()
        if as_of is not None:
            yield judge.check(record, as_of=as_of)[rule.id]


def test_the_rules_are_exactly_the_78_of_the_two_packs() -> None:
    assert {pack: len(names) for pack, names in PACKS.items()} == {"core": 64, "extended": 14}
    assert sorted([*PACKS["core"], *PACKS["extended"]]) == RULES


def test_the_extended_pack_is_off_but_for_promises_and_the_core_is_on_but_for_eye_contact() -> None:
    on = {name for name, rule in CATALOG.rules.items() if rule.enabled}
    assert on == (set(PACKS["core"]) - OFF_BUT_CORE) | ON_BUT_EXTENDED


@pytest.mark.parametrize("name", RULES)
def test_the_tests_beside_the_rule_pass(name: str) -> None:
    results = list(run_tests(CATALOG, [name]))
    assert results
    assert [result.sentence() for result in results if not result.is_passed] == []


@pytest.mark.parametrize("name", RULES)
def test_the_rule_has_tests_of_every_outcome(name: str) -> None:
    wanted = {"pass", "fail", "not_applicable", "unknown"} | ({"pending"} if name in WITH_CLOCK else set())
    missing = wanted - set(expected_outcomes(CATALOG.rules[name]))
    assert missing == {outcome for rule, outcome in WITHOUT_OUTCOME if rule == name}


@pytest.mark.parametrize("name", WITH_CLOCK)
def test_the_clock_is_tested_at_its_limit_and_a_second_before_and_after(name: str) -> None:
    found = {
        (verdict.decided_at - verdict.late_after, verdict.outcome)
        for verdict in verdicts(CATALOG.rules[name])
        if verdict.decided_at is not None and verdict.late_after is not None
    }
    wanted = {(-SECOND, "pass"), (timedelta(0), "pass"), (SECOND, "fail")}
    missing = sorted(step.total_seconds() for step, _ in wanted - found)
    assert bool(missing) == (name in WITHOUT_LIMIT), f"no test {missing} seconds from the limit"


@pytest.mark.parametrize("name", RULES)
def test_the_rule_says_where_it_comes_from_why_and_whose_it_is(name: str) -> None:
    model = CATALOG.rules[name].model
    assert model.source["document"].strip()
    assert model.source["section"].strip()
    assert len(model.why) > 20
    assert model.owner.strip()
    assert model.title.strip()
    assert model.statement.strip().endswith(".")


@pytest.mark.parametrize("name", RULES)
def test_the_objective_is_not_confirmed_by_us(name: str) -> None:
    objective = CATALOG.rules[name].spec.get("objective")
    if objective is not None:
        assert objective["confirmed"] is False


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))


def runs_of_seven(text: str) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}


@cache
def source_runs(folder: Path) -> frozenset[tuple[str, ...]]:
    return frozenset(run for path in sorted(folder.glob("*.txt")) for run in runs_of_seven(path.read_text("utf-8")))


@pytest.mark.parametrize("name", RULES)
def test_title_statement_and_question_are_our_own_words(name: str, project_root: Path) -> None:
    folder = project_root.parent / "shared" / "sources"
    if not folder.is_dir():
        pytest.skip("needs the source documents in ../shared/sources, beside the checkout")
    rule = CATALOG.rules[name]
    ours = runs_of_seven(rule.title) | runs_of_seven(rule.statement) | runs_of_seven(rule.question or "")
    assert [" ".join(run) for run in ours & source_runs(folder)] == []


@cache
def standards(project_root: Path) -> dict[str, dict[str, Any]]:
    path = project_root.parent / "shared" / "spec" / "standards.json"
    if not path.is_file():
        pytest.skip("needs ../shared/spec/standards.json, beside the checkout")
    return {rule["id"]: rule for rule in json.loads(path.read_text("utf-8"))["rules"]}


def test_the_ids_are_those_of_the_spec(project_root: Path) -> None:
    found = {(rule["pack"], name) for name, rule in standards(project_root).items()}
    assert found == {(pack, name) for pack, names in PACKS.items() for name in names}


@pytest.mark.parametrize("name", RULES)
def test_severity_and_error_class_are_those_of_the_spec(name: str, project_root: Path) -> None:
    stated, model = standards(project_root)[name], CATALOG.rules[name].model
    assert model.severity == stated["severity"]
    assert model.error_class == stated["error_class"].replace("-", "_")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_an_objective_unless_the_spec_only_reports_it(name: str, project_root: Path) -> None:
    target = standards(project_root)[name]["target"]
    is_only_reported = target.startswith(("reported only", "set by policy owner"))
    assert (CATALOG.rules[name].spec.get("objective") is None) == is_only_reported


@pytest.mark.parametrize("name", RULES)
def test_a_question_of_the_spec_is_asked(name: str, project_root: Path) -> None:
    stated, ours = standards(project_root)[name]["question"], CATALOG.rules[name].question
    assert (ours == stated) == (name not in REWORDED)
    assert ours is None or ours.endswith("?")
