"""Running the tests of a catalog: what passes, what fails and why, and what could not run."""

from __future__ import annotations

from typing import Any

import pytest

from servstd import load_catalog
from servstd.catalog import Catalog
from servstd.evaluate.rule_tests import RuleTestResult, run_tests

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
CHECK = {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"}
RULE = {"title": "An answer", "applies_to": {"channel": "email"}, "except": {"outbound": {"direction": "outbound"}}}
EMAIL = {"channel": "email", "received_at": "2026-05-19T16:00-04:00"}


def catalog_of(*tests: dict[str, Any], check: Any = None, **rule: Any) -> Catalog:
    body = {**RULE, "check": check or CHECK, "tests": list(tests), **rule}
    return load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": {"mail.answer": body}})


def ran(expect: Any, check: Any = None, rule: Any = None, as_of: Any = None, **given: Any) -> RuleTestResult:
    """The result of one test of an e-mail that came on a Tuesday at four."""
    test = {"name": "one", "given": {**EMAIL, **given}, "expect": expect, **({"as_of": as_of} if as_of else {})}
    [result] = run_tests(catalog_of(test, check=check, **(rule or {})))
    return result


def test_a_test_whose_expectation_came_true_passes_and_says_nothing() -> None:
    result = ran("pass", responded_at="2026-05-20T16:00-04:00")
    assert (result.is_passed, result.wrong, result.because, result.problem) == (True, (), "", None)


def test_a_pass_that_was_to_fail_names_the_answer_the_target_and_the_due_time() -> None:
    assert ran("fail", responded_at="2026-05-20T16:00-04:00").what() == (
        "expected fail, got pass, because responded Wed 20 May 16:00 is within 1 business day, due Wed 20 May 16:00"
    )


def test_a_late_answer_says_by_how_much() -> None:
    assert ran("pass", responded_at="2026-05-20T16:00:01-04:00").what() == (
        "expected pass, got fail, because responded Wed 20 May 16:00:01 is 1 s too late for 1 business day, "
        "due Wed 20 May 16:00"
    )


def test_lateness_over_night_says_on_which_clock() -> None:
    check = {**CHECK, "within": "1 business hour"}
    assert (
        "is 2 h (open time) too late for 1 business hour"
        in ran("pass", check, responded_at="2026-05-20T11:00-04:00").what()
    )
    assert "is 16 h (real time) too late" in ran("pass", responded_at="2026-05-21T08:00-04:00").what()


def test_silence_says_what_did_not_happen() -> None:
    assert ran("pass", as_of="2026-05-20T16:00:01-04:00").what() == (
        "expected pass, got fail, because not responded within 1 business day, due Wed 20 May 16:00"
    )


def test_a_running_clock_says_what_is_left() -> None:
    assert ran("pass", as_of="2026-05-20T15:00-04:00").what() == (
        "expected pass, got pending, because not done yet, 1 h left of 1 business day, due Wed 20 May 16:00"
    )


def test_everything_that_differs_is_named() -> None:
    expect = {"outcome": "pass", "reason": "in_time", "due_at": "2026-05-20T15:00-04:00", "elapsed_s": 60}
    assert (
        ran(expect, responded_at="2026-05-20T16:00-04:00")
        .what()
        .startswith(
            "expected due_at 2026-05-20T15:00-04:00, got 2026-05-20T16:00-04:00; expected elapsed_s 60, got 28800"
        )
    )


def test_an_instant_is_shown_on_the_clock_of_the_expectation() -> None:
    got = ran({"due_at": "2026-05-20T19:00Z"}, responded_at="2026-05-20T16:00-04:00").what()
    assert got.startswith("expected due_at 2026-05-20T19:00Z, got 2026-05-20T20:00+00:00,")


def test_an_expectation_of_nothing_is_shown_as_none() -> None:
    got = ran({"outcome": "pass", "due_at": None}, responded_at="2026-05-20T16:00-04:00").what()
    assert got.startswith("expected due_at none, got 2026-05-20T16:00-04:00,")


def test_a_rule_that_is_about_something_else_says_which_condition_was_not_met() -> None:
    assert ran("pass", channel="phone").what() == (
        "expected pass, got not_applicable, because the rule is not about such records: channel is email, found phone"
    )


def test_an_exemption_says_what_was_found() -> None:
    assert ran("pass", direction="outbound").what() == (
        "expected pass, got not_applicable, because a named exemption applies (outbound): "
        "direction is outbound, found outbound"
    )


def test_a_condition_that_was_not_shown_says_what_is_missing() -> None:
    result = ran("pass", channel=None)
    assert result.what() == (
        "expected pass, got unknown, because a field or attribute that decides is missing (channel): "
        "channel is email, found not given"
    )


def test_a_check_without_a_clock_gives_its_steps() -> None:
    check = {"kind": "limit", "of": {"field": "satisfaction"}, "at_least": 4}
    assert ran("pass", check, satisfaction=3).what() == (
        "expected pass, got fail, because the number is outside its bounds: Satisfaction is 3; it must be at least 4"
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"recieved_at": "now"}, "given.recieved_at: no event is called 'recieved'; did you mean 'received'?"),
        ({"chanel": "email"}, "given.chanel: no field or event is called 'chanel'; did you mean 'channel'?"),
        ({"zzz": 1}, "given.zzz: no field or event is called 'zzz'"),
        ({"events": [{"type": "respnded"}]}, "given.events: no event is called 'respnded'; did you mean 'responded'?"),
        ({"responded_automated": True}, "given.responded_at: responded_automated without responded_at"),
        ({"reviews": [{"vlue": "yes"}]}, "given.reviews: unknown key 'vlue'; did you mean 'value'?"),
        (
            {"events": "none"},
            "events: expected a list of events [not-a-list]; "
            "hint: each of them is a mapping such as {type: received, at: 2026-05-22T15:00Z}",
        ),
        (
            {"complete_for": 5},
            "complete_for: expected a list of events, got 5 [not-a-list]; "
            "hint: write the names of events, such as [received]",
        ),
    ],
)  # fmt: skip
def test_a_slip_in_the_record_keeps_a_test_from_running(given: Any, why: str) -> None:
    result = ran("pending", **given)
    assert (result.is_passed, result.wrong) == (False, ())
    assert result.what() == f"could not run: {why}"


def test_a_value_that_can_not_be_read_is_what_a_test_may_be_about() -> None:
    assert ran({"outcome": "unknown", "reason": "bad_data"}, received_at="some day").is_passed


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"received_at": "15.05.2026 16:00"}, "given.received_at: '15.05.2026 16:00' is not an instant"),
        ({"received_at": "2026-05-15T16:00"}, "given.received_at: '2026-05-15T16:00' has no time zone"),
        (
            {"received_at": None, "events": [{"type": "received", "at": "2026-05-15T16:00"}]},
            "given.events.received.at: '2026-05-15T16:00' has no time zone",
        ),
    ],
)
def test_a_time_that_can_not_be_read_is_quoted_where_the_test_fails(given: Any, why: str) -> None:
    assert ran("pass", **given).what() == (
        "expected pass, got unknown, because a value that decides cannot be read (received); "
        f"{why}; write it as 2026-05-22T15:00-04:00"
    )


def test_another_value_that_can_not_be_read_is_quoted_with_its_hint() -> None:
    assert (
        ran("pass", channel="emial")
        .what()
        .endswith(
            "; given.channel: 'emial' is not one of phone, voicemail, email, web, chat, in_person, video, letter, "
            "ticket_comment; did you mean 'email'?"
        )
    )


def test_a_test_under_another_reading_follows_that_reading() -> None:
    given = {**EMAIL, "responded_at": "2026-05-20T15:30-04:00"}
    test = {"given": given, "use_reading": "hours", "expect": "fail"}
    [result] = run_tests(catalog_of(test, readings={"hours": {"check": {"within": "1 elapsed hour"}}}))
    assert result.is_passed


def test_a_test_on_a_calendar_follows_that_calendar() -> None:
    test = {"given": {**EMAIL, "responded_at": "2026-05-23T16:00-04:00"}, "calendar": "shop", "expect": "pass"}
    rules = {"mail.answer": {**RULE, "check": {**CHECK, "within": "4 business days"}, "tests": [test]}}
    shop = {"time_zone": "America/New_York", "hours": {"daily": "09:00-17:00"}}
    [result] = run_tests(
        load_catalog({"calendars": {"office": OFFICE, "shop": shop}, "default_calendar": "office", "rules": rules})
    )
    assert result.is_passed


def below(**own: Any) -> Catalog:
    """A catalog that is laid over the shipped one."""
    return load_catalog({"extends": "servstd", **own})


OWN = {"rule": "email.response_time", "given": {"channel": "phone"}, "expect": "not_applicable"}


def test_only_the_own_tests_run_unless_the_inherited_ones_are_asked_for() -> None:
    catalog = below(tests=[OWN])
    assert [result.test.is_own for result in run_tests(catalog)] == [True]
    both = [result.test.is_own for result in run_tests(catalog, ["email.response_time"], inherited=True)]
    assert (both.count(True), both.count(False) > 20) == (1, True)


def test_naming_rules_leaves_the_others_out() -> None:
    catalog = below(tests=[OWN, {**OWN, "rule": "email.signature_present"}])
    assert [result.rule_id for result in run_tests(catalog, ["email.signature_present"])] == ["email.signature_present"]


def test_inherited_tests_run_with_the_overrides_of_this_catalog() -> None:
    catalog = below(override={"email.response_time": {"check": {"within": "4 business hours"}}})
    failed = [result for result in run_tests(catalog, ["email.response_time"], inherited=True) if not result.is_passed]
    assert "answered exactly at the limit" in {result.name for result in failed}


def test_an_inherited_test_whose_reading_has_gone_says_so() -> None:
    catalog = below(override={"email.response_time": {"readings": None}})
    results = run_tests(catalog, ["email.response_time"], inherited=True)
    problems = {result.problem for result in results if result.problem}
    assert "email.response_time has no reading 'elapsed'" in problems


def test_the_tests_of_a_rule_that_is_switched_off_run_too() -> None:
    test = {**OWN, "rule": "telephone.hold_ask", "given": {"channel": "email"}}
    catalog = below(disable={"telephone.hold_ask": "no holds here"}, tests=[test])
    assert [result.is_passed for result in run_tests(catalog)] == [True]


def test_an_observer_sees_every_test_that_ran_with_its_verdict() -> None:
    seen = []
    tests = [{"given": {**EMAIL, "chanel": "x"}, "expect": "pass"}, {"given": EMAIL, "expect": "pending"}]
    list(run_tests(catalog_of(*tests), observe=lambda test, verdict: seen.append((test.index, str(verdict.outcome)))))
    assert seen == [(1, "pending")]


def test_a_result_knows_its_place_and_how_long_it_took() -> None:
    result = ran("pass")
    assert result.place == "rules.mail.answer.tests[0]"
    assert result.seconds > 0
    assert result.sentence().startswith("mail.answer: one: expected pass, got pending, because")
