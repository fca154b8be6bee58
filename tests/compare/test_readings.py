"""Reading sensitivity: what each other named reading would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import servstd
from compare.building import MAILS, MANNER, NOW, evaluator, reply
from servstd.compare import ReadingEffect, compare, reading_sensitivity
from servstd.compare.wording import reading_sentence
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, UNKNOWN

READINGS = {
    "strict": {"check": {"within": "2 business hours"}},
    "generous": {"check": {"within": "5 business hours"}},
    "off": {"enabled": False},
    "of_care": {"applies_to": {"channel": "email", "team": "care"}},
}
RULE: Mapping[str, Any] = reply("4 business hours", reading="plain", readings=READINGS)
RULES = {"mail.reply": RULE, "mail.manner": MANNER}


def effects(rules: Any = RULES, **keys: Any) -> dict[str, ReadingEffect]:
    found = reading_sensitivity(evaluator(rules, **keys), MAILS, as_of=NOW)
    assert {effect.rule_id for effect in found} <= {"mail.reply"}
    return {effect.reading: effect for effect in found}


def test_only_rules_with_other_readings_are_looked_at() -> None:
    assert list(effects()) == ["strict", "generous", "off", "of_care"]
    assert effects({"mail.manner": MANNER}) == {}


def test_each_reading_says_which_verdicts_would_change() -> None:
    found = effects()
    assert (found["strict"].transitions, found["strict"].ids) == ({(PASS, FAIL): 2}, ("after-two", "at-four"))
    assert (found["generous"].transitions, found["generous"].ids) == ({(FAIL, PASS): 1}, ("after-four",))
    assert found["of_care"].transitions == {(PASS, NOT_APPLICABLE): 2, (FAIL, NOT_APPLICABLE): 1}


def test_a_reading_that_switches_a_rule_off_makes_it_not_applicable() -> None:
    assert effects()["off"].transitions == {(PASS, NOT_APPLICABLE): 4, (FAIL, NOT_APPLICABLE): 2}
    assert effects()["off"].after.rate is None


def test_rates_stand_beside_each_other() -> None:
    effect = effects()["strict"]
    assert (effect.before.passed, effect.before.failed) == (4, 2)
    assert (effect.after.passed, effect.after.failed) == (2, 4)
    assert (effect.changed, effect.concerned, effect.in_use) == (2, 6, "plain")


def test_with_another_reading_in_use_the_written_one_is_among_the_others() -> None:
    found = effects(use_reading={"mail.reply": "strict"})
    assert set(found) == {"plain", "generous", "off", "of_care"}
    assert found["plain"].transitions == {(FAIL, PASS): 2}
    assert found["plain"].in_use == "strict"


@pytest.mark.parametrize("name", list(READINGS))
def test_the_count_is_what_the_reading_gives_when_it_is_used(name: str) -> None:
    used, other = evaluator(RULES), evaluator(RULES, use_reading={"mail.reply": name})
    changed = [
        record["id"]
        for record in MAILS
        if used.check(record, as_of=NOW).outcomes()["mail.reply"]
        is not other.check(record, as_of=NOW).outcomes().get("mail.reply", NOT_APPLICABLE)
    ]
    assert list(effects()[name].ids) == changed


def test_versions_hold_under_every_reading() -> None:
    version = {"from": "2026-01-01", "check": {"within": "1 business hour"}}
    found = effects({"mail.reply": {**RULE, "versions": [version]}})
    assert found["strict"].changed == found["generous"].changed == 0


def test_the_sentence_says_how_many_and_how() -> None:
    found = effects()
    assert reading_sentence(found["strict"]) == (
        "2 of 6 verdicts of mail.reply would change under the reading strict (in use: plain): 2 pass to fail"
    )
    quiet = effects({"mail.reply": {**RULE, "readings": {"same": {"check": {"within": "240 business minutes"}}}}})
    assert reading_sentence(quiet["same"]) == (
        "no verdicts of mail.reply would change their outcome under the reading same (in use: plain)"
    )


def test_a_comparison_finds_the_same_for_the_new_catalog_in_the_same_run() -> None:
    old = evaluator({"mail.reply": reply("1 business hour"), "mail.manner": MANNER})
    comparison = compare(old, evaluator(RULES), MAILS, as_of=NOW, readings=True)
    assert comparison.readings == reading_sensitivity(evaluator(RULES), MAILS, as_of=NOW)
    assert compare(old, evaluator(RULES), MAILS, as_of=NOW).readings == ()


def test_no_records_give_no_effects() -> None:
    assert reading_sensitivity(evaluator(RULES), [], as_of=NOW) == ()


def test_the_shipped_response_time_is_sensitive_to_its_readings() -> None:
    mail = {
        "id": "E-1",
        "channel": "email",
        "received_at": "2026-05-15T16:00-04:00",
        "responded_at": "2026-05-18T09:00-04:00",
    }
    found = reading_sensitivity(servstd.Evaluator(), [mail], as_of=NOW, rules=["email.response_time"])
    by_name = {effect.reading: effect.transitions for effect in found}
    assert by_name["elapsed"] == {(PASS, FAIL): 1}
    assert by_name["business_hours"] == {}
    assert by_name["substantive"] == {(PASS, UNKNOWN): 1}
