"""What differs between two catalogs as they are written."""

from __future__ import annotations

from typing import Any

import pytest

import servstd
from compare.building import MANNER, NOW, REPLY, catalog, reply
from servstd.compare import catalog_changes, compare
from servstd.compare.catalog_changes import one_line


def changes(rules: Any = None, **keys: Any) -> list[str]:
    old = catalog({"mail.reply": REPLY}, cues={"mine": {"by": "agent", "any": ["good day", "hello there"]}})
    cues = keys.pop("cues", {"mine": {"by": "agent", "any": ["good day", "hello there"]}})
    new = catalog(rules or {"mail.reply": REPLY}, cues=cues, **keys)
    return [str(change) for change in catalog_changes(old, new)]


def test_nothing_differs_from_itself() -> None:
    assert changes() == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"mail.reply": reply("1 business day")}, ["mail.reply: check.within: 4 business hours -> 1 business day"]),
        (
            {"mail.reply": {**REPLY, "except": {"sold": {"team": "sales"}}}},
            ["mail.reply: except: added {sold: {team: sales}}"],
        ),
        (
            {"mail.reply": {key: value for key, value in REPLY.items() if key != "applies_to"}},
            ["mail.reply: applies_to: removed {channel: email}"],
        ),
        ({"mail.reply": REPLY, "mail.other": REPLY}, ["mail.other: a new rule"]),
        ({"mail.other": REPLY}, ["mail.reply: no longer there", "mail.other: a new rule"]),
        (
            {"mail.reply": {**reply("2 business hours"), "title": "Soon", "enabled": True}},
            [
                "mail.reply: check.within: 4 business hours -> 2 business hours",
                "mail.reply: enabled: added true",
                "mail.reply: title: An answer in time -> Soon",
            ],
        ),
    ],
)
def test_a_rule_is_compared_key_by_key(rules: Any, expected: list[str]) -> None:
    assert changes(rules) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (
            {"disable": {"mail.reply": "no mail any more"}},
            ["disable.mail.reply: added no mail any more"],
        ),
        ({"defaults": {"audience": "external"}}, ["defaults.audience: added external"]),
        ({"catalog": {"version": "2"}}, ["catalog.version: added 2"]),
        (
            {"cues": {"mine": {"by": "agent", "any": ["hello there", "good morning", "good day"]}}},
            ["cues.mine.any: added good morning"],
        ),
        (
            {"cues": {"mine": {"by": "agent", "any": ["hello there", "good day"]}}},
            ["cues.mine.any: [good day, hello there] -> [hello there, good day]"],
        ),
        ({"cues": {"mine": {"by": "agent", "any": ["good day"]}}}, ["cues.mine.any: removed hello there"]),
        (
            {"waivers": [{"rule": "mail.reply", "reason": "flood"}]},
            ["waivers: added [{rule: mail.reply, reason: flood}]"],
        ),
    ],
)
def test_other_sections_are_compared_key_by_key(keys: Any, expected: list[str]) -> None:
    assert changes(**keys) == expected


def test_items_with_keys_are_compared_by_their_place() -> None:
    version = {"from": "2026-07-01", "check": {"within": "2 business hours"}}
    later = {"from": "2027-07-01", "check": {"within": "1 business hour"}}
    old = catalog({"mail.reply": {**REPLY, "versions": [version]}})
    new = catalog({"mail.reply": {**REPLY, "versions": [{**version, "from": "2026-08-01"}, later]}})
    assert [str(change) for change in catalog_changes(old, new)] == [
        "mail.reply: versions[0].from: 2026-07-01 -> 2026-08-01",
        "mail.reply: versions[1]: added {from: 2027-07-01, check: {within: 1 business hour}}",
    ]


def test_texts_and_tests_are_told_apart() -> None:
    test = {"name": "x", "given": {"channel": "email"}, "expect": "unknown"}
    old = catalog({"mail.reply": REPLY})
    new = catalog({"mail.reply": {**reply("1 business day"), "why": "so", "tests": [test]}})
    assert [(change.path, change.is_text) for change in catalog_changes(old, new)] == [
        ("rules.mail.reply.check.within", False),
        ("rules.mail.reply.why", True),
        ("rules.mail.reply.tests", True),
    ]


def test_long_values_are_cut_and_can_be_had_whole() -> None:
    old, new = catalog({"mail.reply": REPLY}), catalog({"mail.reply": {**REPLY, "why": "so" * 100}})
    [change] = catalog_changes(old, new)
    assert change.render(20) == "mail.reply: why: added sosososososososos..."
    assert one_line(change.after) == "so" * 100


def about(rules: list[str], old: Any, new: Any) -> tuple[list[str], int]:
    found = compare(servstd.Evaluator(old), servstd.Evaluator(new), [], as_of=NOW, rules=rules)
    return [str(change) for change in found.keys], found.left_out


ASKING = {
    "title": "Thanks come with an answer in time",
    "applies_to": {"rule": "mail.reply", "outcome": ["pass"]},
    "check": {"kind": "review"},
}


@pytest.mark.parametrize(
    ("rules", "found", "left_out"),
    [
        (["mail.reply"], ["mail.reply: check.within: 4 business hours -> 2 business hours"], 2),
        (["mail.other"], ["mail.other: title: Well done -> Done", "disable.mail.other: added on holiday"], 1),
        (["mail.thanks"], ["mail.reply: check.within: 4 business hours -> 2 business hours"], 2),  # which it asks
        (["mail.reply", "mail.other"], None, 0),
    ],
)
def test_of_chosen_rules_only_what_is_about_them_is_told(
    rules: list[str], found: list[str] | None, left_out: int
) -> None:
    old = catalog({"mail.reply": REPLY, "mail.other": MANNER, "mail.thanks": ASKING})
    changed = {"mail.reply": reply("2 business hours"), "mail.other": {**MANNER, "title": "Done"}}
    new = catalog({**changed, "mail.thanks": ASKING}, disable={"mail.other": "on holiday"})
    told = about(rules, old, new)
    assert (found is None or sorted(told[0]) == sorted(found)) is True
    assert told[1] == left_out


def test_what_all_rules_share_is_about_each() -> None:
    waiver = {"rule": "mail.reply", "reason": "a move", "from": "2026-07-01", "approved_by": "the head"}
    old = catalog({"mail.reply": REPLY, "mail.other": MANNER})
    new = catalog({"mail.reply": REPLY, "mail.other": MANNER}, defaults={"audience": "external"}, waivers=[waiver])
    assert about(["mail.other"], old, new) == (["defaults.audience: added external"], 1)
    assert len(about(["mail.reply"], old, new)[0]) == 2
