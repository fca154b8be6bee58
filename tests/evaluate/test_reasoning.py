"""The tree behind a verdict: what was asked, what was found, and what decided."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from servstd import Evaluator, load_catalog
from servstd.evaluate.conditions_found import ConditionFound
from servstd.evaluate.reasoning import OpportunityFound, Reasoning, reasoning_of
from servstd.evaluate.rule_tests import run_tests

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
CLOCK = {"kind": "deadline", "from": "received", "to": "responded", "within": "4 business hours"}
EMAIL = {"id": "E", "channel": "email", "received_at": "2026-05-19T10:00-04:00"}
LATE = {**EMAIL, "responded_at": "2026-05-19T15:00-04:00"}
NOW = datetime.fromisoformat("2026-06-01T00:00Z")


def reasoned(record: dict[str, Any], rule: dict[str, Any] | None = None, **keys: Any) -> Reasoning:
    """The reasoning of one rule on one record."""
    rules = {"mail.answer": {"title": "An answer", "check": CLOCK, **(rule or {})}, **keys.pop("rules", {})}
    tree = {"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules, **keys}
    return reasoning_of(Evaluator(load_catalog(tree)).check(record, as_of=NOW)["mail.answer"])


def only(reasoning: Reasoning) -> OpportunityFound:
    [one] = reasoning.opportunities
    return one


def leaf(condition: Any, record: dict[str, Any] = LATE, **keys: Any) -> tuple[str, str, bool | None]:
    """What `applies_to` expected and found, and its answer."""
    found = only(reasoned(record, {"applies_to": condition}, **keys)).applies_to
    assert found is not None
    return found.expected, found.found, found.answer


@pytest.mark.parametrize(
    ("condition", "expected", "found", "answer"),
    [
        ({"channel": "email"}, "channel is email", "email", True),
        ({"channel": ["phone", "web"]}, "channel is phone or web", "email", False),
        ({"priority": "high"}, "priority is high", "not given", None),
        ({"no_response_required": True}, "no_response_required is yes", "not given", None),
        ({"satisfaction": {"at_least": 4}}, "satisfaction is at least 4", "not given", None),
        ({"priority": {"missing": True}}, "priority is missing", "not given", True),
        ({"channel": {"missing": True}}, "channel is missing", "given", False),
        ({"happened": "responded"}, "responded happened", "responded Tue 19 May 15:00", True),
        ({"happened": "resolved"}, "resolved happened", "not in the log, which proves nothing", None),
        ({"said": "thanks"}, "thanks was said", "no words to look at", None),
        ({"open": "received"}, "the office was open at received", "open", True),
        ({"open": "resolved"}, "the office was open at resolved", "not given", None),
        ({"rule": "mail.other", "outcome": ["pass"]}, "mail.other is pass", "unknown", False),
    ],
)
def test_a_leaf_says_what_it_expected_and_what_was_there(
    condition: Any, expected: str, found: str, answer: bool | None
) -> None:
    other = {"mail.other": {"title": "Another", "check": {"kind": "review"}}}
    assert leaf(condition, rules=other) == (expected, found, answer)


def test_an_event_that_is_missing_from_a_complete_log_is_said_to_be() -> None:
    record = {**LATE, "complete_for": ["resolved"]}
    assert leaf({"happened": "resolved"}, record)[1:] == ("not in the log, which is complete for it", False)


def test_an_event_that_the_source_can_not_log_is_said_to_be() -> None:
    record = {**LATE, "tracked": ["received", "responded"]}
    assert leaf({"happened": "resolved"}, record)[1:] == ("the source can not log it", None)


def test_an_assumed_value_is_marked() -> None:
    assert leaf({"direction": "inbound"}, defaults={"direction": "inbound"})[1] == "inbound (assumed)"


def test_a_group_keeps_its_parts_in_the_written_order() -> None:
    found = only(
        reasoned(LATE, {"applies_to": {"any": [{"channel": "web"}, {"not": {"channel": "phone"}}]}})
    ).applies_to
    assert found is not None
    assert (found.logic, found.answer, found.found) == ("any", True, "")
    assert [(part.expected, part.answer, part.logic) for part in found.parts] == [
        ("channel is web", False, None),
        ("not (channel is phone)", True, "not"),
    ]


def test_a_long_text_is_not_shown() -> None:
    text = "my card is 4111 1111 1111 1111 and I live at 5 Elm Street, so call me back"
    assert leaf({"category": "billing"}, {**LATE, "category": text})[1] == "given"


def test_a_value_with_control_characters_can_not_reach_the_terminal() -> None:
    assert leaf({"category": "billing"}, {**LATE, "category": "\x1b[2Jgone"})[1] == "?[2Jgone"


def test_scope_that_is_not_met_ends_the_matter() -> None:
    one = only(reasoned(LATE, {"applies_to": {"channel": "web"}, "except": {"a": {"channel": "email"}}}))
    assert (one.decided_by, one.excepts, one.check) == ("applies_to", (), None)


def test_exemptions_are_listed_up_to_the_one_that_holds() -> None:
    exemptions = {"high": {"priority": "high"}, "mail": {"channel": "email"}, "never": {"channel": "web"}}
    one = only(reasoned(LATE, {"except": exemptions}))
    assert [(name, found.answer) for name, found in one.excepts] == [("high", None), ("mail", True)]
    assert (one.decided_by, one.names, one.check) == ("except", ("mail",), None)


def test_a_check_lists_its_parameters_as_written() -> None:
    check = {**CLOCK, "to": {"event": "responded", "where": {"substantive": True}}, "automated_counts": True}
    found = only(reasoned(LATE, {"check": check})).check
    assert found is not None
    assert dict(found.parameters) == {
        "from": "received",
        "to": "responded where substantive is yes",
        "within": "4 business hours",
        "automated_counts": "yes",
    }


def test_the_clock_has_its_figures_and_its_steps() -> None:
    found = only(reasoned(LATE)).check
    assert found is not None
    [part] = found.parts
    assert part.figures == {
        "received_at": "2026-05-19T10:00:00-04:00",
        "clock_started_at": "2026-05-19T10:00:00-04:00",
        "due_at": "2026-05-19T14:00:00-04:00",
        "late_after": "2026-05-19T14:00:00-04:00",
        "decided_at": "2026-05-19T15:00:00-04:00",
        "target": "4 business hours",
        "elapsed_s": 18000.0,
        "late_by_s": 3600.0,
        "late_by_elapsed_s": 3600.0,
    }
    assert [step.code for step in part.steps] == ["started", "counted", "due", "done"]


def test_each_start_is_a_part() -> None:
    again = {"type": "received", "at": "2026-05-20T10:00-04:00"}
    found = only(reasoned({**LATE, "events": [again]})).check
    assert found is not None
    assert [str(part.outcome) for part in found.parts] == ["fail", "fail"]


def test_the_row_of_a_table_that_was_used_is_marked() -> None:
    table = [
        {"when": {"priority": "high"}, "use": "1 business hour"},
        {"when": {"channel": "email"}, "use": "2 business hours"},
        {"use": "4 business hours"},
    ]
    found = only(reasoned(LATE, {"check": {**CLOCK, "within": table}})).check
    assert found is not None
    [target] = found.targets
    answers = [(row and row.answer, use, is_used) for row, use, is_used in target.rows]
    assert answers == [
        (None, "1 business hour", False),
        (True, "2 business hours", True),
        (None, "4 business hours", False),
    ]


def test_a_target_from_a_field_shows_the_field() -> None:
    check = {**CLOCK, "within": {"field": "normal_process_time"}}
    found = only(reasoned({**LATE, "normal_process_time": "2 business hours"}, {"check": check})).check
    assert found is not None
    [target] = found.targets
    assert (target.parameter, target.field, target.found) == ("within", "normal_process_time", "2 business hours")


def states(kind: str, record: dict[str, Any], **checks: Any) -> list[tuple[str | None, str, str | None]]:
    """Each step of a combination: its name, its state and its reason."""
    found = only(reasoned(record, {"check": {"kind": kind, "checks": checks}})).check
    assert found is not None
    return [(step.name, step.state.value, step.reason) for step in found.checks]


def test_first_decided_asks_in_order_until_one_is_decided() -> None:
    review = {"kind": "review"}
    assert states("first_decided", LATE, reviewer=review, clock=CLOCK, again=CLOCK) == [
        ("reviewer", "looked_at", "no_review"),
        ("clock", "decided", "late"),
        ("again", "not_needed", None),
    ]


def test_a_step_whose_condition_is_not_met_is_left_out() -> None:
    fast = {**CLOCK, "when": {"channel": "web"}}
    assert states("all_of", LATE, fast=fast, clock=CLOCK) == [("fast", "left_out", None), ("clock", "decided", "late")]


def test_all_of_looks_at_every_step_and_the_fail_decides() -> None:
    there = {"kind": "recorded", "event": "responded"}
    assert states("all_of", LATE, there=there, clock=CLOCK) == [
        ("there", "looked_at", "done"),
        ("clock", "decided", "late"),
    ]
    assert states("any_of", LATE, there=there, clock=CLOCK) == [
        ("there", "decided", "done"),
        ("clock", "looked_at", "late"),
    ]


def test_each_opportunity_is_told_apart_and_one_of_them_speaks() -> None:
    holds = [{"type": "hold_start", "at": f"2026-05-19T1{hour}:00-04:00"} for hour in (0, 1)]
    rule = {
        "for_each": "hold_start",
        "except": {"not_the_first": {"happened": "hold_start", "before": "this"}},
        "check": {
            "kind": "permission",
            "asked": "hold_request",
            "needs": "asked",
            "act": "this",
            "trust_silence": True,
        },
    }
    reasoning = reasoned({"id": "C", "channel": "phone", "events": holds}, rule)
    assert reasoning.for_each == "hold start"
    assert [(one.number, one.decided_by, one.is_speaking) for one in reasoning.opportunities] == [
        (1, "check", True),
        (2, "except", False),
    ]
    first = reasoning.opportunities[0].item
    assert first is not None
    assert (first["what"], first["name"], first["place"]) == ("event", "hold_start", 1)


def test_no_opportunity_is_decided_by_for_each() -> None:
    record = {"id": "C", "channel": "phone", "complete_for": ["hold_start"]}
    one = only(reasoned(record, {"for_each": "hold_start", "check": {"kind": "review"}}))
    assert (one.decided_by, one.reason) == ("for_each", "no_opportunity")


def test_the_version_in_force_is_named() -> None:
    versions = [{"from": "2026-05-01", "until": "2026-06-01", "check": {"within": "8 business hours"}}]
    one = only(reasoned(LATE, {"versions": versions}))
    assert one.version is not None
    assert [str(day) for day in one.version] == ["2026-05-01", "2026-06-01"]
    assert one.check is not None
    assert dict(one.check.parameters)["within"] == "8 business hours"


def test_outside_all_versions_nothing_is_checked() -> None:
    versions = [{"from": "2026-01-01", "until": "2026-02-01", "check": {"within": "8 business hours"}}]
    one = only(reasoned(LATE, {"versions": versions}))
    assert (one.decided_by, one.check) == ("versions", None)


def test_an_override_of_a_reviewer_decides() -> None:
    review = {
        "rule": "mail.answer",
        "value": "yes",
        "override": True,
        "reason": "the clock was wrong",
        "reviewer": "r1",
    }
    one = only(reasoned({**LATE, "reviews": [review]}))
    assert (one.decided_by, str(one.outcome), one.check) == ("override", "pass", None)


def test_a_waived_fail_shows_the_check_that_failed() -> None:
    one = only(reasoned(LATE, waivers=[{"rule": "mail.answer", "reason": "a move"}]))
    assert (one.decided_by, one.reason, one.names) == ("waiver", "waived", ("a move",))
    assert one.check is not None
    assert one.check.parts[0].reason == "late"


def test_a_value_that_can_not_be_read_is_the_records_doing() -> None:
    one = only(reasoned({**EMAIL, "received_at": "some day"}))
    assert (one.decided_by, one.reason) == ("record", "bad_data")


def test_the_tree_is_plain_json_with_the_same_keys_for_every_shipped_rule() -> None:
    catalog = load_catalog()
    keys: set[tuple[str, ...]] = set()

    def observe(_: Any, verdict: Any) -> None:
        tree = reasoning_of(verdict).to_dict()
        assert json.loads(json.dumps(tree)) == tree
        keys.add(tuple(tree))
        assert sum(one["is_speaking"] for one in tree["opportunities"]) == 1
        for one in tree["opportunities"]:
            keys.add(tuple(one))
            if one["decided_by"] in ("check", "waiver"):
                assert one["check"] is not None or one["reason"] == "check_error"

    list(run_tests(catalog, observe=observe))
    assert len(keys) == 2


def test_the_tree_says_what_the_verdict_says() -> None:
    catalog = load_catalog()

    def observe(_: Any, verdict: Any) -> None:
        speaking = next(one for one in reasoning_of(verdict).opportunities if one.is_speaking)
        assert speaking.reason == verdict.reason or speaking.check is not None
        if speaking.applies_to is not None and verdict.reason == "out_of_scope":
            assert speaking.applies_to.answer is False
        if verdict.reason == "excepted":
            assert speaking.excepts[-1][1].answer is True

    list(run_tests(catalog, observe=observe))


def test_no_words_of_a_transcript_are_in_any_tree() -> None:
    words = "PLEASEHOLDWORD"
    turns = [{"speaker": "agent", "text": f"may I put you on hold {words}", "at": "2026-05-19T10:00:05-04:00"}]
    record = {"id": "C", "channel": "phone", "answered_at": "2026-05-19T10:00-04:00", "turns": turns}
    record["greeting_active_at"], record["greeting_active_text"] = "2026-05-19T10:00-04:00", f"hello {words}"
    for verdict in Evaluator(load_catalog()).check(record, as_of=NOW):
        assert words not in json.dumps(reasoning_of(verdict).to_dict())


def test_the_condition_of_a_text_says_only_that_it_is_there() -> None:
    check = {"kind": "recorded", "event": "greeting_active", "with": {"text": {"missing": False}}}
    record = {**EMAIL, "greeting_active_at": "2026-05-19T10:00-04:00", "greeting_active_text": "hello"}
    tree = json.dumps(reasoned(record, {"check": check}).to_dict())
    assert "hello" not in tree


def test_a_condition_found_is_plain_json() -> None:
    assert ConditionFound("channel is email", "email", None).to_dict() == {
        "expected": "channel is email",
        "found": "email",
        "answer": "undecided",
        "logic": None,
        "parts": [],
    }
