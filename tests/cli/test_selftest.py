"""`servstd test`: what it prints for people, for CI servers and for programs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.running import Servstd

CONTROL = """
rules:
  own.answer:
    title: An answer
    check: {kind: review}
    tests:
      - {name: "a bell \\u0007 and <b> & \\"quotes\\"", given: {channel: email}, expect: pass}
      - {name: a slip in a word, given: {chanel: email}, expect: pass}
"""


@pytest.fixture
def odd(place: Path) -> Path:
    """A catalog whose tests fail and can not run."""
    (place / "odd").mkdir()
    (place / "odd" / "rules.yaml").write_text(CONTROL)
    return place


def junit(servstd: Servstd, *arguments: str) -> ElementTree.Element:
    return ElementTree.fromstring(servstd("test", *arguments, "--format", "junit").out.encode())


def test_junit_counts_add_up(servstd: Servstd, odd: Path) -> None:
    root = junit(servstd, "odd")
    [suite] = root
    assert {key: root.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "2",
        "failures": "1",
        "errors": "1",
    }
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "2",
        "failures": "1",
        "errors": "1",
    }
    assert len(suite) == 2


def test_junit_places_every_test_and_times_it(servstd: Servstd) -> None:
    for case in junit(servstd, "failing").iter("testcase"):
        assert case.get("file") == "failing/rules.yaml"
        assert case.get("line") in ("9", "12")
        assert float(case.get("time", "none")) > 0


def test_junit_survives_any_name(servstd: Servstd, odd: Path) -> None:
    first = next(junit(servstd, "odd").iter("testcase"))
    assert first.get("name") == 'a bell \N{REPLACEMENT CHARACTER} and <b> & "quotes"'


def test_in_junit_a_failure_is_no_error_and_what_could_not_run_is_one(servstd: Servstd, odd: Path) -> None:
    failed, broken = junit(servstd, "odd").iter("testcase")
    assert [child.tag for child in failed] == ["failure"]
    assert str(failed[0].get("message")).startswith("expected pass, got unknown, because no reviewer has answered yet")
    assert [child.tag for child in broken] == ["error"]
    assert str(broken[0].get("message")).startswith("could not run: given.chanel: no field or event is called 'chanel'")


def test_junit_shows_a_rule_without_tests_as_a_failed_case(servstd: Servstd) -> None:
    root = junit(servstd, "failing", "--require-tests")
    assert (root.get("tests"), root.get("failures")) == ("3", "2")
    assert "no test of fail or not_applicable" in {one.get("message") for one in root.iter("failure")}


def test_what_could_not_run_says_why_and_fails_the_run(servstd: Servstd, odd: Path) -> None:
    ran = servstd("test", "odd")
    assert "  could not run: given.chanel: no field or event is called 'chanel'; did you mean 'channel'?" in ran.out
    assert ran.out.endswith("2 tests, 0 passed, 1 failed, 1 could not run\n")
    assert ran.code == 1


def test_json_has_the_same_keys_for_every_test(servstd: Servstd, odd: Path) -> None:
    found = json.loads(servstd("test", "odd", "--format", "json").out)
    assert list(found) == ["schema_version", "tests", "passed", "failed", "not_run", "results", "missing"]
    assert [result["status"] for result in found["results"]] == ["failed", "not_run"]
    assert len({tuple(result) for result in found["results"]}) == 1
    assert found["results"][0]["wrong"] == [{"key": "outcome", "expected": "pass", "got": "unknown"}]
    assert (found["results"][1]["file"], found["results"][1]["line"]) == ("odd/rules.yaml", 8)


def test_json_holds_the_coverage_when_it_is_asked_for(servstd: Servstd) -> None:
    found = json.loads(servstd("test", "base", "--coverage", "--format", "json").out)
    assert found["coverage"]["total"] == {
        "rules": 1,
        "tests": 4,
        "outcomes": 3,
        "outcomes_reached": 3,
        "branches": 9,
        "branches_reached": 5,
    }
    assert found["coverage"]["rules"][0]["branches"]["reading elapsed"] == 1


def test_github_annotations_stand_on_one_line_each(servstd: Servstd, odd: Path) -> None:
    lines = servstd("test", "odd", "--format", "github").out.splitlines()
    assert [
        re.match(r"::error file=odd/rules.yaml,line=\d+,col=\d+,title=test-(failed|not-run)::", one) is not None
        for one in lines
    ] == [True, True]


def test_a_catalog_that_passes_has_no_annotations(servstd: Servstd) -> None:
    ran = servstd("test", "team", "--format", "github")
    assert (ran.out, ran.err) == ("", "4 tests, 4 passed\n")


def test_rules_are_chosen_by_pattern(servstd: Servstd) -> None:
    assert servstd("test", "--rules", "voicemail.*, email.signature_present").code == 0
    found = json.loads(servstd("test", "--rules", "voicemail.*", "--format", "json").out)
    assert {result["rule_id"].partition(".")[0] for result in found["results"]} == {"voicemail"}


def test_a_rule_that_is_only_inherited_asks_for_inherited(servstd: Servstd, place: Path) -> None:
    (place / "bare").mkdir()
    (place / "bare" / "rules.yaml").write_text("extends: ../base\n")
    ran = servstd("test", "bare", "--rules", "mail.*")
    assert ran.code == 2
    assert "hint: --inherited runs those of the catalogs below" in ran.err
    assert servstd("test", "bare", "--rules", "mail.*", "--inherited").out == "4 tests, 4 passed\n"


@pytest.mark.parametrize(
    ("text", "arguments", "said", "code"),
    [
        ("rules: {}\n", (), "nothing was tested: the catalog holds no rule\n", 0),
        ("extends: ../base\n", (), "the catalog holds no rule of its own; --inherited runs the tests of", 0),
        ("rules: {a.a: {title: t, check: {kind: review}}}\n", (), "1 rule has no test; --require-tests makes that", 0),
        (
            "rules: {a.a: {title: t, check: {kind: review}}, a.b: {title: t, check: {kind: review}}}\n",
            ("--require-tests",),
            "nothing was tested: 2 rules have no tests\n2 rules lack tests\n",
            1,
        ),
    ],
)
def test_a_run_without_tests_does_not_look_like_one_that_went_well(
    text: str, arguments: tuple[str, ...], said: str, code: int, servstd: Servstd, place: Path
) -> None:
    (place / "bare").mkdir()
    (place / "bare" / "rules.yaml").write_text(text)
    ran = servstd("test", "bare", *arguments)
    assert (said in ran.out, ran.code) == (True, code)
    assert "passed" not in ran.out


def test_own_tests_that_pass_leave_the_exit_code_to_the_inherited_ones(servstd: Servstd) -> None:
    assert servstd("test", "team").code == 0
    ran = servstd("test", "team", "--inherited")
    assert ran.code == 1
    assert "inherited tests may rightly fail here" in ran.out


def test_demanded_tests_fail_a_run_in_which_every_test_passed(servstd: Servstd, place: Path) -> None:
    shutil.copytree(place / "base", place / "thin")
    rules = place / "thin" / "rules.yaml"
    rules.write_text("\n".join(line for line in rules.read_text().splitlines() if "our own mail" not in line))
    assert servstd("test", "thin").code == 0
    ran = servstd("test", "thin", "--require-tests")
    assert ran.code == 1
    assert "thin/rules.yaml:11: mail.answer: no test of not_applicable\n" in ran.out


def test_a_rule_that_is_switched_off_needs_no_tests(servstd: Servstd, place: Path) -> None:
    rules = "rules: {own.answer: {title: An answer, check: {kind: review}}}\n"
    (place / "off.yaml").write_text(f"{rules}disable: {{own.answer: nobody reviews it}}\n")
    (place / "on.yaml").write_text(rules)
    assert servstd("test", "off.yaml", "--require-tests").code == 0
    assert servstd("test", "on.yaml", "--require-tests").code == 1


def test_the_shipped_rules_have_the_tests_that_are_demanded(servstd: Servstd) -> None:
    ran = servstd("test", "standards", "--require-tests")
    assert (ran.out, ran.code) == ("1155 tests, 1155 passed\n", 0)


def test_a_format_that_there_is_not_names_those_there_are(servstd: Servstd) -> None:
    ran = servstd("test", "team", "--format", "xml")
    assert ran.code == 2
    assert "'xml' is not one of text, junit, json, github" in ran.err
