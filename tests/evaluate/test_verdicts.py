"""Verdicts and assessments as a developer meets them."""

from __future__ import annotations

import gc
import logging
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

import servstd
from servstd import Assessment
from servstd.kinds.deadline import Deadline
from servstd.outcome import REASONS

RECEIVED = "2026-05-18T10:00-04:00"
NOON = datetime.fromisoformat("2026-05-18T12:00-04:00")
LATER = datetime.fromisoformat("2026-05-20T12:00-04:00")
OFFICE = {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}}
ANSWER = {"kind": "deadline", "from": "received", "to": "responded", "within": "4 business hours"}
WAITING = {"from": "waiting_started", "until": "waiting_ended"}
QUICK = {**ANSWER, "within": "1 business hour"}
AFTER = {"rule": "mail.hidden", "outcome": "fail"}
CATALOG: dict[str, Any] = {
    "catalog": {"name": "own", "version": "1.2"},
    "calendars": OFFICE,
    "default_calendar": "office",
    "rules": {
        "mail.answer": {
            "title": "an answer",
            "check": ANSWER,
            "warn": ["50%", "1 business hour before"],
            "reading": "hours",
            "readings": {"day": {"check": {"within": "1 business day"}}, "off": {"enabled": False}},
        },
        "mail.quick": {"title": "quick", "check": QUICK, "warn": "2 elapsed hours before"},
        "mail.paused": {"title": "waiting", "check": {**ANSWER, "pauses": [WAITING]}},
        "mail.hidden": {"title": "switched off", "enabled": False, "check": {**ANSWER, "within": "8 business hours"}},
        "mail.hold": {"title": "holds", "for_each": "hold_start", "check": {"kind": "recorded", "event": "this"}},
        "mail.after": {"title": "asks", "check": {"kind": "review"}, "applies_to": AFTER},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def evaluator() -> servstd.Evaluator:
    return servstd.Evaluator(servstd.load_catalog(CATALOG))


def record(**more: Any) -> dict[str, Any]:
    return {"id": "E-1", "channel": "email", "team": "care", "agent": "a7", "received_at": RECEIVED, **more}


def test_a_verdict_is_no_truth_value(evaluator: servstd.Evaluator) -> None:
    verdict = evaluator.check(record(), as_of=NOON)["mail.answer"]
    with pytest.raises(TypeError, match=r"ask for its \.outcome"):
        bool(verdict)


def test_a_verdict_shows_itself_in_one_line(evaluator: servstd.Evaluator) -> None:
    verdict = evaluator.check(record(), as_of=NOON)["mail.answer"]
    assert repr(verdict) == "<Verdict mail.answer on E-1: pending (clock_running)>"


def test_verdicts_are_in_catalog_order_and_leave_out_rules_that_are_off(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(), as_of=NOON)
    assert [verdict.rule_id for verdict in assessment] == [
        "mail.answer",
        "mail.quick",
        "mail.paused",
        "mail.hold",
        "mail.after",
    ]
    assert len(assessment) == 5
    assert len(assessment.verdicts) == 5
    assert assessment["mail.hidden"].outcome == "pending"


def test_outcomes_are_those_of_the_verdicts(evaluator: servstd.Evaluator) -> None:
    two = record(events=[{"type": "received", "at": "2026-05-18T11:00-04:00"}])
    held = record(events=[{"type": "hold_start", "at": f"2026-05-18T11:0{n}-04:00"} for n in range(3)])
    for given in (record(), two, held):
        assessment = evaluator.check(given, as_of=LATER)
        assert assessment.outcomes() == {verdict.rule_id: verdict.outcome for verdict in assessment}


def test_an_unknown_rule_is_a_key_error(evaluator: servstd.Evaluator) -> None:
    with pytest.raises(KeyError, match=r"mail\.replay"):
        evaluator.check(record(), as_of=NOON)["mail.replay"]


@pytest.mark.parametrize("ask", [Assessment.__getitem__, Assessment.judged])
@pytest.mark.parametrize(
    ("rule_id", "says"),
    [
        ("mail.anser", "no rule is called 'mail.anser'; did you mean 'mail.answer'?"),
        ("mail.hiden", "no rule is called 'mail.hiden'; did you mean 'mail.hidden'?"),  # off, and can be asked for
        ("phone.greeting", "no rule is called 'phone.greeting'"),
        (5, "no rule is called 5"),
    ],
)
def test_a_slip_in_the_id_of_a_rule_is_told_with_the_id_that_was_meant(
    evaluator: servstd.Evaluator, ask: Any, rule_id: Any, says: str
) -> None:
    with pytest.raises(KeyError) as error:
        ask(evaluator.check(record(), as_of=NOON), rule_id)
    assert error.value.args == (says,)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("policy/", "expected a Catalog, got 'policy/'; pass load_catalog('policy/')"),
        (PurePosixPath("policy"), "expected a Catalog, got 'policy'; pass load_catalog('policy')"),
        (CATALOG, "expected a Catalog, got a mapping; pass load_catalog(...) of it"),
        (5, "expected a Catalog, got int; pass what load_catalog gives"),
    ],
    ids=["text", "path", "mapping", "number"],
)
def test_what_is_no_catalog_is_refused_with_what_to_pass(given: Any, says: str) -> None:
    with pytest.raises(TypeError) as error:
        servstd.Evaluator(given)
    assert str(error.value) == says


def test_steps_are_not_built_until_they_are_asked_for(
    evaluator: servstd.Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    real = Deadline.steps

    def steps(self: Deadline, *args: Any) -> Any:
        built.append(self.name)
        return real(self, *args)

    monkeypatch.setattr(Deadline, "steps", steps)
    verdict = evaluator.check(record(responded_at="2026-05-18T11:00-04:00"), as_of=NOON)["mail.answer"]
    assert verdict.outcome == "pass"
    assert verdict.to_dict()["elapsed_s"] == 3600
    assert built == []
    assert verdict.explain()
    assert verdict.steps is verdict.steps
    assert built == ["deadline"]


def test_only_rules_that_are_asked_for_are_judged(
    evaluator: servstd.Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[Any] = []
    real = Deadline.check

    def check(self: Deadline, opportunity: Any) -> Any:
        judged.append(opportunity.rule_id)
        return real(self, opportunity)

    monkeypatch.setattr(Deadline, "check", check)
    assessment = evaluator.check(record(), as_of=NOON)
    assert judged == []
    assert assessment["mail.quick"].outcome == assessment["mail.quick"].outcome
    assert judged == ["mail.quick"]


def test_evidence_is_the_event_that_decided(evaluator: servstd.Evaluator) -> None:
    verdict = evaluator.check(record(responded_at="2026-05-18T11:00-04:00"), as_of=NOON)["mail.answer"]
    (event,) = verdict.evidence
    assert isinstance(event, servstd.Event)
    assert event.type == "responded"


def test_what_is_owed_comes_soonest_first_with_its_warnings_and_paused_clocks_last(
    evaluator: servstd.Evaluator,
) -> None:
    given = record(waiting_started_at="2026-05-18T10:10-04:00")
    owed = evaluator.deadlines(given, as_of=datetime.fromisoformat("2026-05-18T10:30-04:00"))
    assert [deadline.rule_id for deadline in owed] == ["mail.quick", "mail.answer", "mail.paused"]
    assert [(deadline.late_after and deadline.late_after.hour, deadline.is_paused) for deadline in owed] == [
        (11, False), (14, False), (None, True)]  # fmt: skip
    assert [at.hour for at in owed[1].warn_at] == [12, 13]
    assert owed[1].remaining == timedelta(hours=3, minutes=30)
    assert owed[1].received_at == datetime.fromisoformat(RECEIVED)
    assert owed[2].due_at is None
    assert owed[2].warn_at == ()


def test_every_message_that_waits_is_owed_an_answer(evaluator: servstd.Evaluator) -> None:
    two = record(events=[{"type": "received", "at": "2026-05-18T11:00-04:00"}])
    owed = evaluator.deadlines(two, as_of=NOON)
    assert [(one.rule_id, one.late_after and one.late_after.hour) for one in owed][:2] == [
        ("mail.quick", 12), ("mail.answer", 14)]  # fmt: skip
    assert [one.rule_id for one in owed].count("mail.answer") == 2


def test_nothing_is_owed_when_all_is_answered(evaluator: servstd.Evaluator) -> None:
    assert evaluator.deadlines(record(responded_at="2026-05-18T10:30-04:00"), as_of=NOON) == []


def test_a_warning_puts_at_risk_until_it_is_decided(evaluator: servstd.Evaluator) -> None:
    before = evaluator.check(record(), as_of=NOON - timedelta(microseconds=1))["mail.answer"]
    assert (before.at_risk, before.change_at) == (False, NOON)
    assert evaluator.check(record(), as_of=NOON)["mail.answer"].at_risk
    assert not evaluator.check(record(), as_of=LATER)["mail.answer"].at_risk


def test_the_next_change_is_the_first_of_any_verdict(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(), as_of=datetime.fromisoformat("2026-05-18T10:30-04:00"))
    assert assessment.next_change_at == datetime.fromisoformat("2026-05-18T11:00:00.000001-04:00")


def test_the_next_change_minds_a_rule_that_is_off_but_asked_about(evaluator: servstd.Evaluator) -> None:
    given = record(waiting_started_at="2026-05-18T10:10-04:00")
    as_of = datetime.fromisoformat("2026-05-18T15:00-04:00")
    assessment = evaluator.check(given, as_of=as_of)
    change = assessment.next_change_at
    assert change is not None
    assert assessment["mail.after"].reason == "out_of_scope"
    assert evaluator.check(given, as_of=change)["mail.after"].reason == "no_review"


def test_nothing_changes_any_more_once_all_is_decided(evaluator: servstd.Evaluator) -> None:
    assert evaluator.check(record(responded_at="2026-05-18T10:30-04:00"), as_of=LATER).next_change_at is None


def test_evidence_that_lies_ahead_changes_things(evaluator: servstd.Evaluator) -> None:
    answered = datetime.fromisoformat("2026-05-18T10:45-04:00")
    given = record(
        responded_at=answered, turns=[{"speaker": "agent", "text": "Hello.", "at": "2026-05-18T10:40-04:00"}]
    )
    first = evaluator.check(given, as_of=datetime.fromisoformat("2026-05-18T10:30-04:00"))
    assert first.next_change_at == datetime.fromisoformat("2026-05-18T10:40-04:00")
    second = evaluator.check(given, as_of=datetime.fromisoformat("2026-05-18T10:42-04:00"))
    assert second.next_change_at == answered


def test_another_reading_may_give_another_outcome(evaluator: servstd.Evaluator) -> None:
    late = evaluator.check(record(responded_at="2026-05-18T15:00-04:00"), as_of=LATER)["mail.answer"]
    assert (late.outcome, late.reading, late.sensitive) == ("fail", "hours", True)
    quick = evaluator.check(record(responded_at="2026-05-18T11:00-04:00"), as_of=LATER)["mail.quick"]
    assert (quick.outcome, quick.reading, quick.sensitive) == ("pass", None, False)


def test_a_naive_instant_is_no_instant(evaluator: servstd.Evaluator) -> None:
    with pytest.raises(servstd.RecordError, match="has no time zone"):
        evaluator.check(record(), as_of=datetime(2026, 5, 18))
    with pytest.raises(servstd.RecordError, match="has no time zone"):
        servstd.Event("received", datetime(2026, 5, 18))


AWARE_HINT = "give it a time zone: datetime(..., tzinfo=timezone.utc)"
OFFSET_HINT = "write the offset, such as 2026-05-27T00:00Z"


@pytest.mark.parametrize("ask", ["check", "deadlines", "check_table", "iter_tables", "tally_table"])
@pytest.mark.parametrize(("as_of", "hint"), [(datetime(2026, 5, 18), AWARE_HINT), ("2026-05-18T00:00", OFFSET_HINT)])
def test_an_instant_without_a_zone_is_told_with_how_to_write_it(
    evaluator: servstd.Evaluator, ask: str, as_of: Any, hint: str
) -> None:
    with pytest.raises(servstd.RecordError) as error:
        getattr(evaluator, ask)(record(), as_of=as_of)
    [problem] = error.value.problems
    assert (problem.code, problem.path, problem.hint) == ("naive-time", "as_of", hint)


@pytest.mark.parametrize(
    ("at", "hint"), [(datetime(2026, 5, 18, 10), AWARE_HINT), ("2026-05-18T10:00", OFFSET_HINT)], ids=["made", "text"]
)
def test_a_time_of_a_record_without_a_zone_is_told_with_how_to_write_it(
    evaluator: servstd.Evaluator, at: Any, hint: str
) -> None:
    given = record(received_at=at, events=[{"type": "responded", "at": at}])
    problems = evaluator.check(given, as_of=NOON).problems
    assert [(problem.path, problem.hint) for problem in problems] == [
        ("received_at", hint),
        ("events.responded.at", hint),
    ]


def test_an_event_made_without_a_zone_is_told_with_how_to_make_it() -> None:
    with pytest.raises(servstd.RecordError) as error:
        servstd.Event("received", datetime(2026, 5, 18))
    assert [problem.hint for problem in error.value.problems] == [AWARE_HINT]


def test_defaults_that_are_misspelt_are_told_like_those_of_a_catalog(evaluator: servstd.Evaluator) -> None:
    given = {"audiance": "external", "audience": "extrenal", "urgent": "perhaps", 5: "x"}
    with pytest.raises(servstd.CatalogError) as error:
        servstd.Evaluator(evaluator.catalog, defaults=given)  # type: ignore[arg-type]
    assert [(problem.path, problem.code, problem.hint) for problem in error.value.problems] == [
        ("defaults.audiance", "unknown-field", "did you mean 'audience'?"),
        ("defaults.audience", "unknown-value", "did you mean 'external'?"),
        ("defaults.urgent", "unknown-value", None),
        ("defaults[5]", "unknown-field", None),
    ]


def test_defaults_are_read_like_those_of_a_catalog_and_read_again_stay_the_same(evaluator: servstd.Evaluator) -> None:
    given = {"audience": "external", "urgent": "yes", "normal_process_time": "2 business hours", "team": None}
    again = servstd.load_catalog({**CATALOG, "defaults": {**given, "team": "care"}})
    read = servstd.Evaluator(evaluator.catalog, defaults=given).defaults
    assert read == {**again.defaults, "team": None}
    assert servstd.Evaluator(again, defaults=read).defaults == read
    assert pickle.loads(pickle.dumps(servstd.Evaluator(again, defaults=read))).defaults == read


def test_strict_raises_what_is_else_only_told(evaluator: servstd.Evaluator) -> None:
    given = record(respnded_at="2026-05-18T11:00-04:00")
    assessment = evaluator.check(given, as_of=NOON)
    assert [(problem.code, problem.hint) for problem in assessment.problems] == [
        ("unknown-event", "did you mean 'responded'?")
    ]
    assert assessment.to_dict()["problems"][0]["path"] == "respnded_at"
    strict = servstd.Evaluator(evaluator.catalog, strict=True)
    with pytest.raises(servstd.RecordError, match="unknown-event"):
        strict.check(given, as_of=NOON)
    assert strict.check(record(), as_of=NOON)["mail.answer"].outcome == "pending"


def test_instants_are_told_in_the_zone_of_the_calendar(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(received_at="2026-05-18T14:00Z"), as_of=NOON)
    assert assessment.as_of.isoformat() == "2026-05-18T12:00:00-04:00"
    assert assessment["mail.answer"].to_dict()["due_at"] == "2026-05-18T14:00:00-04:00"


def test_an_assessment_names_its_catalog(evaluator: servstd.Evaluator) -> None:
    told = evaluator.check(record(), as_of=NOON).to_dict()
    assert (told["catalog_version"], told["catalog_digest"]) == ("1.2", evaluator.catalog.digest)
    assert told["record_id"] == "E-1"
    assert told["verdicts"][0]["team"] == "care"


def test_many_records_are_judged_one_at_a_time(evaluator: servstd.Evaluator) -> None:
    taken: list[int] = []

    def records() -> Any:
        for number in range(3):
            taken.append(number)
            yield record(id=f"E-{number}")

    stream = evaluator.check_many(records(), as_of=NOON)
    assert next(stream).record_id == "E-0"
    assert taken == [0]
    assert [assessment.record_id for assessment in stream] == ["E-1", "E-2"]


def test_eight_threads_get_the_same_verdicts(evaluator: servstd.Evaluator) -> None:
    fresh = servstd.Evaluator(servstd.load_catalog(CATALOG))
    given = [record(id=f"E-{n}", received_at=f"20{10 + n % 20}-05-18T10:00-04:00") for n in range(160)]
    expected = [evaluator.check(one, as_of=LATER).to_dict() for one in given]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda one: fresh.check(one, as_of=LATER).to_dict(), given))
    assert got == expected


def test_everything_travels_through_pickle(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(), as_of=NOON)
    told = assessment.to_dict()
    assert pickle.loads(pickle.dumps(assessment)).to_dict() == told
    assert pickle.loads(pickle.dumps(evaluator)).check(record(), as_of=NOON).to_dict() == told
    catalog = pickle.loads(pickle.dumps(evaluator.catalog))
    assert servstd.Evaluator(catalog).check(record(), as_of=NOON).to_dict() == told
    assert catalog.digest == evaluator.catalog.digest
    assert pickle.loads(pickle.dumps(assessment["mail.answer"])).to_dict() == assessment["mail.answer"].to_dict()


def test_an_assessment_is_freed_as_soon_as_nobody_needs_it(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(hold_start_at="2026-05-18T11:00-04:00"), as_of=NOON)
    assert len(assessment.verdicts) == len(assessment.outcomes())
    left = weakref.ref(assessment)
    gc.disable()
    try:
        del assessment
        assert left() is None
    finally:
        gc.enable()


def test_an_opportunity_may_ask_about_rules_when_its_assessment_is_gone(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(), as_of=LATER)
    [(opportunity, _)] = assessment.judged("mail.after")
    sent = pickle.loads(pickle.dumps(opportunity))
    expected = assessment["mail.hidden"].outcome
    del assessment
    assert opportunity.judge("mail.hidden", opportunity) is sent.judge("mail.hidden", sent) is expected


def test_outcomes_can_be_changed_by_the_caller(evaluator: servstd.Evaluator) -> None:
    assessment = evaluator.check(record(), as_of=NOON)
    given = assessment.outcomes()
    del given["mail.quick"]
    assert "mail.quick" in assessment.outcomes()


def test_no_log_line_holds_what_was_said(evaluator: servstd.Evaluator, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="servstd"):
        evaluator.check(record(turns=[{"speaker": "customer", "text": "my secret"}]), as_of=NOON).to_dict()
    assert "secret" not in caplog.text


def test_every_reason_belongs_to_an_outcome_and_says_what_it_means() -> None:
    assert all(outcomes and meaning for outcomes, meaning in REASONS.values())
