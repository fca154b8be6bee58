"""What the tests of a catalog reach: outcomes, reasons and branches."""

from __future__ import annotations

from typing import Any

import pytest

from servstd import load_catalog
from servstd.evaluate.coverage import Coverage, RuleCoverage
from servstd.evaluate.rule_tests import run_tests

CLOCK = {"kind": "deadline", "from": "received", "to": "responded", "within": "4 elapsed hours"}
EMAIL = {"channel": "email", "received_at": "2026-05-19T10:00Z"}
ANSWERED = {**EMAIL, "responded_at": "2026-05-19T14:00Z"}
LATE = {**EMAIL, "responded_at": "2026-05-19T14:00:01Z"}


def covered(*tests: dict[str, Any], **rule: Any) -> RuleCoverage:
    """What tests of one rule reach, whatever they expect."""
    written = [{"expect": {"conflict": False}, **test} for test in tests]
    body = {"title": "An answer", "check": CLOCK, "tests": written, **rule}
    catalog = load_catalog({"rules": {"mail.answer": body}})
    coverage = Coverage(catalog, ["mail.answer"])
    assert [result.problem for result in run_tests(catalog, observe=coverage.observe) if result.problem] == []
    return coverage.rules["mail.answer"]


def test_outcomes_and_reasons_are_counted_by_the_verdict_that_came() -> None:
    found = covered({"given": ANSWERED}, {"given": LATE}, {"given": LATE, "expect": "pass"})
    assert {outcome.value: count for outcome, count in found.outcomes.items()} == {"pass": 1, "fail": 2}
    assert found.reasons == {"in_time": 1, "late": 2}
    assert found.tests == 3


def test_an_outcome_that_no_test_reaches_is_missing() -> None:
    found = covered({"given": ANSWERED}, applies_to={"channel": "email"})
    assert [outcome.value for outcome in found.missing_outcomes] == ["fail", "not_applicable"]


def test_a_rule_that_is_about_everything_need_not_show_that_it_does_not_apply() -> None:
    found = covered({"given": ANSWERED}, {"given": LATE})
    assert [outcome.value for outcome in found.demanded] == ["pass", "fail"]
    assert found.missing_outcomes == ()


def test_an_exemption_is_reached_by_a_record_that_it_exempts() -> None:
    exemptions = {"outbound": {"direction": "outbound"}, "done": {"no_response_required": True}}
    outbound = {**EMAIL, "direction": "outbound"}
    found = covered({"given": outbound}, **{"except": exemptions})
    assert found.branches == {"except outbound": 1, "except done": 0}
    assert found.missing_branches == ("except done",)


def test_each_row_of_a_table_is_a_branch() -> None:
    table = [{"when": {"priority": "high"}, "use": "1 elapsed hour"}, {"use": "4 elapsed hours"}]
    check = {**CLOCK, "within": table}
    assert covered({"given": ANSWERED}, check=check).branches == {"within row 1": 0, "within row 2": 1}
    assert covered({"given": {**LATE, "priority": "high"}}, check=check).branches == {
        "within row 1": 1,
        "within row 2": 0,
    }


def test_each_step_is_a_branch_with_each_outcome_that_it_can_have() -> None:
    check = {"kind": "first_decided", "checks": {"reviewer": {"kind": "review"}, "clock": CLOCK}}
    yes = {**LATE, "reviews": [{"rule": "mail.answer", "value": "yes"}]}
    found = covered({"given": yes}, {"given": LATE}, check=check)
    assert found.branches == {
        "step reviewer pass": 1,
        "step reviewer fail": 0,
        "step clock pass": 0,
        "step clock fail": 1,
    }


def test_a_step_inside_a_step_is_named_by_both() -> None:
    inner = {"kind": "all_of", "checks": {"clock": CLOCK}}
    found = covered({"given": LATE}, check={"kind": "any_of", "checks": {"inner": inner}})
    assert found.branches == {"step inner.clock pass": 0, "step inner.clock fail": 1}


def test_a_step_that_is_left_out_is_a_branch() -> None:
    clock = {**CLOCK, "when": {"priority": "high"}}
    found = covered({"given": {**LATE, "priority": "low"}}, check={"kind": "all_of", "checks": {"clock": clock}})
    assert found.branches == {"step clock left out": 1, "step clock pass": 0, "step clock fail": 0}


def test_a_cue_can_not_fail_unless_the_wording_is_mandatory() -> None:
    cue = {"kind": "cue", "cue": "thanks"}
    plain = covered(check={"kind": "any_of", "checks": {"words": cue}})
    strict = covered(check={"kind": "any_of", "checks": {"words": {**cue, "cue_policy": "strict"}}})
    assert list(plain.branches) == ["step words pass"]
    assert list(strict.branches) == ["step words pass", "step words fail"]


def test_a_test_under_another_reading_reaches_that_reading_and_nothing_else() -> None:
    readings = {"fast": {"check": {"within": "1 elapsed hour"}}, "slow": {"check": {"within": "9 elapsed hours"}}}
    found = covered({"given": ANSWERED, "use_reading": "fast"}, reading="four", readings=readings)
    assert (found.branches, dict(found.outcomes)) == ({"reading fast": 1, "reading slow": 0}, {})


def test_a_test_under_the_reading_in_use_counts_as_any_other() -> None:
    found = covered({"given": ANSWERED, "use_reading": "four"}, reading="four", readings={"fast": {"enabled": False}})
    assert (found.branches, found.reasons) == ({"reading fast": 0}, {"in_time": 1})


def test_each_version_is_a_branch() -> None:
    versions = [{"from": "2026-05-01", "check": {"within": "8 elapsed hours"}}]
    early = {"received_at": "2026-04-19T10:00Z", "responded_at": "2026-04-19T14:00Z"}
    found = covered({"given": LATE}, versions=versions)
    assert found.branches == {"version before the first date": 0, "version from 2026-05-01": 1}
    assert covered({"given": early}, versions=versions).branches["version before the first date"] == 1


@pytest.mark.parametrize(
    ("check", "demanded"),
    [
        ({"kind": "review"}, ["pass", "fail", "not_applicable"]),
        ({"kind": "review", "counts": {"no": "not_applicable"}}, ["pass", "not_applicable"]),
        ({"kind": "cue", "cue": "thanks"}, ["pass", "not_applicable"]),
        ({"kind": "cue", "cue": "thanks", "cue_policy": "lean_only"}, ["not_applicable"]),
        ({"kind": "cue", "cue": "thanks", "reply": "any"}, ["pass", "not_applicable"]),
        ({"kind": "cue", "cue": "thanks", "reply": "agrees"}, ["pass", "fail", "not_applicable"]),
        (CLOCK, ["pass", "fail"]),
        ({**CLOCK, "released_by": "withdrawn"}, ["pass", "fail", "not_applicable"]),
        ({**CLOCK, "when": {"channel": "email"}}, ["pass", "fail", "not_applicable"]),
        ({"kind": "recorded", "event": "responded"}, ["pass", "fail"]),
        ({"kind": "all_of", "checks": {"a": CLOCK, "b": {"kind": "cue", "cue": "thanks"}}}, ["pass", "fail"]),
        ({"kind": "any_of", "checks": {"a": {"kind": "cue", "cue": "thanks"}}}, ["pass", "not_applicable"]),
    ],
)
def test_only_what_a_rule_can_come_to_is_demanded(check: Any, demanded: list[str]) -> None:
    assert [outcome.value for outcome in covered(check=check).demanded] == demanded


def test_the_shipped_rules_reach_every_outcome_that_they_can_have() -> None:
    catalog = load_catalog()
    coverage = Coverage(catalog, catalog.rules)
    assert all(result.is_passed for result in run_tests(catalog, observe=coverage.observe))
    assert [one.rule_id for one in coverage.rules.values() if one.missing_outcomes] == []
