"""Tests and fixtures as a catalog writes them: what is laid over what, and to which catalog a test belongs."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from servstd import load_catalog
from servstd.catalog import Catalog
from servstd.errors import CatalogError

BASE = """
fixtures:
  email: {channel: email, audience: external, received_at: 2026-05-19T10:00Z}
  pressing: {priority: high, events: [{type: received, at: 2026-05-19T09:00Z}]}
rules:
  mail.answer:
    title: An answer
    check: {kind: deadline, from: received, to: responded, within: 4 elapsed hours}
    tests:
      - {name: asked, fixture: email, expect: pending}
  mail.other:
    title: Another
    check: {kind: review}
    tests: [{given: {channel: email}, expect: unknown}]
tests:
  - {rule: mail.answer, name: from the list, fixture: email, expect: pending}
"""


def catalog_of(**keys: Any) -> Catalog:
    """A small catalog with these keys."""
    rules = {"mail.answer": {"title": "An answer", "check": {"kind": "review"}, **keys.pop("rule", {})}}
    return load_catalog({"rules": rules, **keys})


def given_of(fixtures: dict[str, Any], **test: Any) -> Any:
    """What a test is given once its fixtures are laid."""
    [one] = catalog_of(fixtures=fixtures, rule={"tests": [{"expect": "unknown", **test}]}).tests
    return one.given


@pytest.fixture
def layered(tmp_path: Path) -> Path:
    """A folder `base` with a catalog, beside which others can extend it."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "rules.yaml").write_text(BASE)
    return tmp_path


def laid(folder: Path, text: str) -> Catalog:
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / "rules.yaml").write_text(f"extends: ../base\n{text}")
    return load_catalog(folder / "own")


def names(catalog: Catalog, is_own: bool) -> list[tuple[str, str]]:
    return [(test.rule_id, test.name) for test in catalog.tests if test.is_own is is_own]


def test_a_fixture_is_laid_under_what_is_given() -> None:
    fixtures = {"email": {"channel": "email", "direction": "inbound"}}
    assert given_of(fixtures, fixture="email", given={"direction": "outbound"}) == {
        "channel": "email",
        "direction": "outbound",
    }


def test_a_test_may_be_a_fixture_and_nothing_more() -> None:
    assert given_of({"email": {"channel": "email"}}, fixture="email") == {"channel": "email"}


def test_fixtures_are_laid_in_the_order_in_which_they_are_named() -> None:
    fixtures = {"one": {"channel": "email", "team": "a"}, "two": {"team": "b"}}
    assert given_of(fixtures, fixture=["one", "two"])["team"] == "b"
    assert given_of(fixtures, fixture=["two", "one"])["team"] == "a"


def test_mappings_are_laid_key_by_key_and_lists_replace() -> None:
    fixtures = {"one": {"fields": {"a": 1, "b": 2}, "events": [{"type": "received", "at": "2026-05-19T10:00Z"}]}}
    assert given_of(fixtures, fixture="one", given={"fields": {"b": 3}, "events": []}) == {
        "fields": {"a": 1, "b": 3},
        "events": [],
    }


def test_null_takes_a_key_away() -> None:
    fixtures = {"one": {"channel": "email", "team": "a", "fields": {"a": 1, "b": 2}}}
    given = given_of(fixtures, fixture="one", given={"team": None, "fields": {"a": None}})
    assert given == {"channel": "email", "fields": {"b": 2}}


def test_a_key_called_kind_is_laid_like_any_other() -> None:
    fixtures = {"one": {"kind": "case", "team": "a"}}
    assert given_of(fixtures, fixture="one", given={"kind": "interaction"}) == {"kind": "interaction", "team": "a"}


def test_fixtures_stay_as_they_were_written() -> None:
    fixtures = {"one": {"fields": {"a": 1}}}
    before = copy.deepcopy(fixtures)
    given_of(fixtures, fixture="one", given={"fields": {"a": 2}})
    assert fixtures == before


def test_a_test_knows_its_place(layered: Path) -> None:
    test = load_catalog(layered / "base").tests[0]
    assert test.mark is not None
    assert (Path(str(test.mark.file)).name, test.mark.line) == ("rules.yaml", 10)
    assert (test.keys, test.name, test.fixtures) == (("rules", "mail.answer", "tests", 0), "asked", ("email",))


def test_a_test_without_a_name_is_numbered(layered: Path) -> None:
    assert [test.name for test in load_catalog(layered / "base").tests] == ["asked", "test 1", "from the list"]


def test_tests_stay_with_the_catalog_that_wrote_them(layered: Path) -> None:
    own = laid(layered, "tests: [{rule: mail.answer, name: ours, fixture: email, expect: pending}]")
    assert names(own, is_own=True) == [("mail.answer", "ours")]
    below = [("mail.answer", "asked"), ("mail.other", "test 1"), ("mail.answer", "from the list")]
    assert names(own, is_own=False) == below


def test_an_override_that_gives_tests_replaces_those_of_the_rule_and_owns_the_new_ones(layered: Path) -> None:
    own = laid(layered, "override: {mail.answer: {tests: [{name: ours, fixture: email, expect: pending}]}}")
    assert names(own, is_own=True) == [("mail.answer", "ours")]
    assert ("mail.answer", "asked") not in names(own, is_own=False)


def test_an_override_of_something_else_leaves_the_tests_where_they_are(layered: Path) -> None:
    own = laid(layered, "override: {mail.answer: {title: An answer in time}}")
    assert names(own, is_own=True) == []
    assert ("mail.answer", "asked") in names(own, is_own=False)


def test_an_override_with_null_takes_the_tests_away(layered: Path) -> None:
    own = laid(layered, "override: {mail.answer: {tests: null}}")
    assert names(own, is_own=False) == [("mail.other", "test 1"), ("mail.answer", "from the list")]


def test_the_tests_of_a_profile_in_use_hold(layered: Path) -> None:
    profile = "profiles: {p: {override: {mail.answer: {tests: [{name: of p, fixture: email, expect: pending}]}}}}\n"
    assert names(laid(layered, profile), is_own=True) == []
    assert names(laid(layered, profile + "use_profiles: [p]"), is_own=True) == [("mail.answer", "of p")]


def test_a_test_sees_the_fixtures_of_its_catalog_not_those_above(layered: Path) -> None:
    own = laid(
        layered,
        "fixtures: {email: {channel: web}}\ntests: [{rule: mail.answer, name: ours, fixture: email, expect: unknown}]",
    )
    given = {test.name: test.given["channel"] for test in own.tests if test.fixtures}
    assert given == {"asked": "email", "from the list": "email", "ours": "web"}


def test_a_test_may_use_an_inherited_fixture(layered: Path) -> None:
    own = laid(layered, "tests: [{rule: mail.other, name: ours, fixture: [email, pressing], expect: unknown}]")
    ours = next(test for test in own.tests if test.is_own)
    assert (ours.given["channel"], ours.given["priority"]) == ("email", "high")


def test_tests_and_fixtures_do_not_change_the_digest() -> None:
    plain = catalog_of()
    tested = catalog_of(
        fixtures={"a": {"channel": "email"}}, tests=[{"rule": "mail.answer", "fixture": "a", "expect": "unknown"}]
    )
    assert tested.digest == plain.digest


def test_a_catalog_keeps_its_tests_when_it_is_pickled(layered: Path) -> None:
    catalog = laid(layered, "tests: [{rule: mail.answer, name: ours, fixture: email, expect: pending}]")
    assert pickle.loads(pickle.dumps(catalog)).tests == catalog.tests


def problems_of(**keys: Any) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        catalog_of(**keys)
    return [f"{problem.headline()} {problem.hint or ''}".strip() for problem in caught.value.problems]


def test_a_test_of_no_rule_names_the_nearest() -> None:
    assert problems_of(tests=[{"rule": "mail.anwser", "given": {}, "expect": "pass"}]) == [
        "tests[0].rule: no rule is called 'mail.anwser' [unknown-rule] did you mean 'mail.answer'?"
    ]


@pytest.mark.parametrize("rule", [["mail.answer"], 5, {"a": 1}])
def test_a_rule_that_is_no_name_is_a_problem_not_a_crash(rule: Any) -> None:
    [problem] = problems_of(tests=[{"rule": rule, "given": {}, "expect": "pass"}])
    assert problem.startswith("tests[0].rule: no rule is called")


@pytest.mark.parametrize("name", [["email", ["a"]], 5, {"a": 1}])
def test_a_fixture_that_is_no_name_is_a_problem_not_a_crash(name: Any) -> None:
    fixtures = {"email": {"channel": "email"}}
    [problem] = problems_of(fixtures=fixtures, tests=[{"rule": "mail.answer", "fixture": name, "expect": "pass"}])
    assert problem.endswith("[unknown-fixture]")


def test_a_fixture_that_is_no_record_is_a_problem() -> None:
    assert problems_of(fixtures={"email": "an e-mail"}) == [
        "fixtures.email: a fixture takes a record in flat form, got 'an e-mail' [not-a-mapping]"
    ]


def test_a_mistyped_key_of_a_listed_test_is_one_problem() -> None:
    [problem] = problems_of(tests=[{"rul": "mail.answer", "given": {}, "expect": "unknown"}])
    assert "unknown key 'rul'" in problem


@pytest.mark.parametrize("calendar", ["office", ["office"]])
def test_a_calendar_that_does_not_exist_is_a_problem(calendar: Any) -> None:
    [problem] = problems_of(rule={"tests": [{"given": {}, "calendar": calendar, "expect": "unknown"}]})
    assert problem.endswith("[unknown-calendar]")


def test_a_reading_that_does_not_exist_is_a_problem_that_lists_those_there_are() -> None:
    rule = {
        "reading": "plain",
        "readings": {"strict": {}},
        "tests": [{"given": {}, "use_reading": "strickt", "expect": "unknown"}],
    }
    assert problems_of(rule=rule) == [
        "rules.mail.answer.tests[0].use_reading: mail.answer has no reading 'strickt'; it has strict, plain "
        "[unknown-reading] did you mean 'strict'?"
    ]


def test_what_an_inherited_test_named_may_have_gone(layered: Path) -> None:
    base = layered / "base" / "rules.yaml"
    base.write_text(
        BASE.replace(
            "check: {kind: review}", "check: {kind: review}\n    readings: {strict: {enabled: false}}"
        ).replace(
            "given: {channel: email}, expect: unknown", "given: {channel: email}, use_reading: strict, expect: unknown"
        )
    )
    load_catalog(layered / "base")
    laid(layered, "override: {mail.other: {readings: null}}")
