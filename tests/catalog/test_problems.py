"""Every fault of a catalog is named with its place, and one slip gives one message: problems.yaml and shapes.yaml."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field

from servstd import CatalogError, load_catalog
from servstd.catalog.rule_model import RuleModel
from servstd.catalog.shape import SECTIONS
from servstd.kinds.base import Check
from servstd.kinds.deadline import Deadline
from servstd.terms.read import EventField
from servstd.terms.validation import key_names
from servstd.yaml_reader import read_yaml_file

# Read as plain mappings: what was read from YAML would name this file and line.
FILES = ("problems.yaml", "shapes.yaml")
READ = [case for file in FILES for case in read_yaml_file(Path(__file__).parent / file)[0]]
CASES: list[dict[str, Any]] = json.loads(json.dumps(READ))
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
    assert "\n".join(problem.render() for problem in caught.value.problems) == case["says"].rstrip("\n")


def test_no_message_uses_words_that_blame() -> None:
    text = " ".join(case["says"].lower() for case in CASES)
    assert not any(word in text for word in ("invalid", "illegal", "forbidden", "sorry"))


def told(catalog: dict[str, Any] | Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load_catalog(catalog)
    return [problem.headline() for problem in caught.value.problems]


def test_a_slip_of_a_mapping_has_its_own_path_and_no_place_in_the_file_that_it_changes() -> None:
    def of(change: Any) -> str:
        [headline] = told({"extends": "servstd", "override": {"email.response_time": change}})
        return headline.split(": ")[0]

    rule = "override.email.response_time"
    assert of({"severity": "high"}) == f"{rule}.severity"
    assert of({"check": {"within": "2 days"}}) == f"{rule}.check.within"
    assert of({"check": {"witin": "2 business days"}}) == f"{rule}.check.witin"
    assert of({"check": {"kind": "deadline", "from": "received", "within": "1 business day"}}) == f"{rule}.check"
    assert of({"applies_to": {"chanel": "email"}}) == f"{rule}.applies_to.chanel"
    assert of({"title": None}) == rule


def test_a_slip_of_a_profile_in_use_has_the_path_of_the_profile() -> None:
    change = {"override": {"email.response_time": {"check": {"within": "2 days"}}}}
    [headline] = told({"extends": "servstd", "profiles": {"fast": change}, "use_profiles": ["fast"]})
    assert headline.startswith("profiles.fast.override.email.response_time.check.within: '2 days'")


def test_a_key_that_an_override_takes_away_is_missed_where_it_was_taken(tmp_path: Path) -> None:
    path = tmp_path / "team.yaml"
    path.write_text("extends: servstd\noverride:\n  email.response_time:\n    title: null\n", "utf-8")
    assert told(path) == [f"{path}:4:5: override.email.response_time: missing key 'title' [missing-key]"]


def test_a_rule_written_twice_is_told_once() -> None:
    assert told({"extends": "servstd", "rules": {"email.response_time": {"title": "Faster"}}}) == [
        "rules.email.response_time: 'email.response_time' is inherited; change it under 'override' [rule-exists]"
    ]


def test_a_rule_that_does_not_load_is_not_unknown_to_what_names_it() -> None:
    case = {"rules": {"mail.kind": {**OTHER, "applies_to": {"rule": "mail.answer", "outcome": "pass"}}}}
    waivers = [{"rule": "mail.answer", "reason": "moving house"}]
    [headline] = told(catalog_of({"check": {"kind": "dedline"}, "catalog": {**case, "waivers": waivers}}))
    assert headline.startswith("rules.mail.answer.check.kind: no kind is called 'dedline'")


def test_a_calendar_that_is_not_read_is_not_unknown_to_what_names_it() -> None:
    shut = {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-09:00"}}}
    rows = [{"when": {"team": "home"}, "use": "office"}]
    case = {"rule": {"calendar": {"use": "office"}}, "catalog": {"calendars": shut, "calendar_for": rows}}
    [headline] = told(catalog_of(case))
    assert headline.startswith("calendars.office.hours.mon-fri: closes at 09:00")


def test_a_section_that_is_misspelt_beyond_likeness_hides_what_it_holds_only() -> None:
    case = catalog_of({"rule": {"applies_to": {"chanel": "email"}}})
    case["zzqx"] = case.pop("calendars")
    assert {headline.rpartition(" ")[2] for headline in told(case)} == {"[unknown-field]", "[unknown-key]"}


def test_a_missing_default_calendar_is_told_once_for_all_rules() -> None:
    case = catalog_of({"catalog": {"default_calendar": None, "rules": {"mail.again": RULE, "mail.third": RULE}}})
    [headline] = told(case)
    assert "counts open time, as 2 other rules do, and the catalog has no default_calendar" in headline


class Fast(Check):
    """Somebody is fast."""

    name: ClassVar[str] = "fast"
    kind: Literal["fast"] = "fast"
    to: EventField = Field(description="What is done fast.")


@pytest.mark.parametrize(
    ("check", "hint"),
    [
        ("fast", "write the kind with its keys, such as {kind: fast, to: ...}"),
        ({"fast": {"to": "responded"}}, "write {kind: fast, to: responded}"),
    ],
)
def test_a_kind_of_your_own_is_told_with_the_keys_that_it_needs(check: object, hint: str) -> None:
    with pytest.raises(CatalogError) as caught:
        load_catalog(catalog_of({"rule": {"check": check}}), kinds=[Fast])
    assert [problem.hint for problem in caught.value.problems] == [hint]


def test_many_checks_in_a_list_all_get_a_name() -> None:
    with pytest.raises(CatalogError) as caught:
        load_catalog(catalog_of({"rule": {"check": {"kind": "all_of", "checks": [{"kind": "a"}] * 6}}}))
    [hint] = [str(problem.hint) for problem in caught.value.problems]
    assert hint.endswith("fifth: {kind: a}, check_6: {kind: a}}")


@pytest.mark.parametrize("key", SECTIONS)
def test_no_shape_of_a_section_stops_the_reader(key: str) -> None:
    odd = [5, True, "", "a b", [], ["a"], [5], [[]], [{}], [{"a": 1}], [{"a": 1}, {"a": 2}], {}, {"a": 1}, {"a": [{}]}]
    for given in odd:
        with suppress(CatalogError):
            load_catalog({**catalog_of({}), key: given})


KEYS = [("rule", key) for key in key_names(RuleModel)] + [("check", key) for key in key_names(Deadline)]


@pytest.mark.parametrize(("part", "key"), KEYS)
def test_no_shape_of_a_key_of_a_rule_stops_the_reader(part: str, key: str) -> None:
    for given in (5, True, "", "a b", [], ["a"], [5], [[]], [{}], [{"a": 1}], {}, {"a": 1}, {5: 5}, {"a": [{}]}):
        with suppress(CatalogError):
            load_catalog(catalog_of({part: {key: given}}))
