"""Which rules stand beside each other: the same id, a new name, new, gone, switched on or off, or the same for sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from compare.building import MANNER, REPLY, catalog, evaluator, mail, reply
from compare.building import NOW as AS_OF
from servstd.compare import Status, compare, pair_rules
from servstd.compare.wording import sentence_of

OFF = {**REPLY, "enabled": False}
RETIRED = {**OFF, "replaced_by": "mail.answer"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"mail.reply": REPLY}, {"mail.reply": REPLY}, ("mail.reply", "mail.reply", Status.BOTH)),
        ({}, {"mail.reply": REPLY}, (None, "mail.reply", Status.ADDED)),
        ({"mail.reply": REPLY}, {}, ("mail.reply", None, Status.REMOVED)),
        ({"mail.reply": OFF}, {"mail.reply": REPLY}, (None, "mail.reply", Status.SWITCHED_ON)),
        ({"mail.reply": REPLY}, {"mail.reply": OFF}, ("mail.reply", None, Status.SWITCHED_OFF)),
        (
            {"mail.reply": REPLY},
            {"mail.reply": RETIRED, "mail.answer": REPLY},
            ("mail.reply", "mail.answer", Status.RENAMED),
        ),
        (
            {"mail.reply": RETIRED, "mail.answer": REPLY},
            {"mail.reply": REPLY},
            ("mail.answer", "mail.reply", Status.RENAMED),
        ),
    ],
)
def test_every_rule_has_its_place(old: Any, new: Any, expected: tuple[str | None, str | None, Status]) -> None:
    other = {"mail.manner": MANNER}
    pairs = pair_rules(catalog({**old, **other}), catalog({**new, **other}))
    [pair] = [pair for pair in pairs if pair.id != "mail.manner"]
    assert (pair.old_id, pair.new_id, pair.status) == expected


def test_a_rule_in_force_on_both_sides_is_no_new_name() -> None:
    """Merging one rule into another that was there already is the end of the first."""
    old = {"mail.reply": REPLY, "mail.answer": REPLY}
    pairs = pair_rules(catalog(old), catalog({"mail.reply": RETIRED, "mail.answer": REPLY}))
    assert [(pair.id, pair.status, pair.replaced_by) for pair in pairs] == [
        ("mail.answer", Status.BOTH, None),
        ("mail.reply", Status.SWITCHED_OFF, "mail.answer"),
    ]


def test_a_new_name_is_followed_over_several_steps() -> None:
    new = {
        "mail.reply": {**OFF, "replaced_by": "mail.middle"},
        "mail.middle": {**OFF, "replaced_by": "mail.answer"},
        "mail.answer": REPLY,
    }
    [pair] = pair_rules(catalog({"mail.reply": REPLY}), catalog(new))
    assert (pair.old_id, pair.new_id) == ("mail.reply", "mail.answer")


def test_names_that_lead_in_a_circle_lead_nowhere() -> None:
    new = {
        "mail.reply": {**OFF, "replaced_by": "mail.middle"},
        "mail.middle": {**OFF, "replaced_by": "mail.reply"},
        "mail.manner": MANNER,
    }
    pairs = pair_rules(catalog({"mail.reply": REPLY}), catalog(new))
    assert {pair.id: pair.status for pair in pairs} == {
        "mail.manner": Status.ADDED,
        "mail.reply": Status.SWITCHED_OFF,
    }


def test_of_two_rules_that_become_one_the_first_keeps_its_verdicts() -> None:
    new = {"mail.reply": RETIRED, "mail.second": RETIRED, "mail.answer": REPLY}
    pairs = pair_rules(catalog({"mail.reply": REPLY, "mail.second": REPLY}), catalog(new))
    assert [(pair.old_id, pair.new_id) for pair in pairs] == [("mail.reply", "mail.answer"), ("mail.second", None)]


def test_the_reason_for_switching_off_is_told() -> None:
    new = catalog({"mail.reply": REPLY}, disable={"mail.reply": "we have no mail any more"})
    [pair] = pair_rules(catalog({"mail.reply": REPLY}), new)
    assert (pair.status, pair.because) == (Status.SWITCHED_OFF, "we have no mail any more")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ({}, {"mail.reply": REPLY}, "mail.reply is new: it gives 1 pass, 1 fail; rate 50.0% (9.5-90.5)"),
        (
            {"mail.reply": REPLY},
            {},
            "mail.reply is no longer in the catalog: it gave 1 pass, 1 fail; rate 50.0% (9.5-90.5)",
        ),
        (
            {"mail.reply": REPLY},
            {"mail.reply": RETIRED, "mail.answer": reply("2 business hours")},
            "mail.reply is now called mail.answer: 1 of 2 verdicts of mail.answer changes: 1 pass to fail; "
            "2 due times move; rate 50.0% (9.5-90.5) to 0.0% (0.0-65.8), within the interval",
        ),
    ],
)
def test_what_came_and_went_is_told_in_a_sentence(old: Any, new: Any, sentence: str) -> None:
    records = [mail("kept", "05-04T13:00"), mail("missed", "05-04T16:00")]
    other = {"mail.manner": MANNER}
    comparison = compare(evaluator({**old, **other}), evaluator({**new, **other}), records, as_of=AS_OF)
    [rule] = comparison.changed_rules
    assert sentence_of(rule) == sentence
    assert comparison.is_changed


# --- rules whose verdicts can not differ

ASKING = {
    "title": "Asks",
    "applies_to": {"rule": "mail.reply", "outcome": ["fail"]},
    "check": {"kind": "review"},
}
BASE: Mapping[str, Any] = {"mail.reply": REPLY, "mail.asking": ASKING, "mail.manner": MANNER}


def same(rules: Mapping[str, Any], **keys: Any) -> dict[str, bool]:
    return {pair.id: pair.is_same for pair in pair_rules(catalog(BASE), catalog({**BASE, **rules}, **keys))}


def test_a_rule_that_asks_about_a_changed_rule_may_differ() -> None:
    found = same({"mail.reply": reply("2 business hours")})
    assert found == {"mail.reply": False, "mail.asking": False, "mail.manner": True}


@pytest.mark.parametrize(
    "keys",
    [
        {"title": "Other words"},
        {"statement": "Other words"},
        {"why": "Because"},
        {"owner": "Ann"},
        {"source": {"document": "A list"}},
        {"severity": "major"},
        {"tests": [{"name": "x", "given": {"channel": "email"}, "expect": "unknown"}]},
    ],
)
def test_words_about_a_rule_decide_nothing(keys: Any) -> None:
    assert same({"mail.reply": {**REPLY, **keys}}) == {"mail.reply": True, "mail.asking": True, "mail.manner": True}


@pytest.mark.parametrize(
    "keys",
    [
        {"calendars": {"uk": {"time_zone": "UTC", "hours": {"mon-fri": "08:00-17:00"}}}},
        {"defaults": {"audience": "external"}},
        {"fields": {"mood": {"type": "text"}}},
        {"names": {"organisation": ["Acme"]}},
        {"catalog": {"time_zone": "Europe/London"}},
        {"calendar_for": [{"when": {"team": "care"}, "use": "uk"}]},
    ],
)
def test_what_all_rules_share_may_change_any_of_them(keys: Any) -> None:
    shared = {"calendars": {"uk": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}}}
    import servstd

    new = servstd.load_catalog({"rules": BASE, "default_calendar": "uk", **shared, **keys})
    assert not any(pair.is_same for pair in pair_rules(catalog(BASE), new))


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"waivers": [{"rule": "mail.reply", "reason": "the flood"}]}, False),
        ({"waivers": [{"rule": "mail.manner", "reason": "the flood"}]}, True),
        ({"catalog": {"name": "ours", "version": "2"}}, True),
    ],
)
def test_a_waiver_concerns_its_own_rule_only_and_a_name_none(keys: Any, expected: bool) -> None:
    assert same({}, **keys)["mail.reply"] is expected
