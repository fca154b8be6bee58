"""Events as opportunities, conditions on their order, calendars, versions and waivers: columns and one by one agree."""

from __future__ import annotations

from typing import Any

import pytest
from tests.record_strategies import subjects_of_cases
from tests.table.several import (
    AS_OF,
    AT_THE_LIMIT,
    DEADLINE,
    ONE_OVER,
    RECORDED,
    by_columns,
    evaluator,
    events,
    judged,
    table_of,
)

import servstd
from servstd.evaluate.table.run import TableRun
from servstd.outcome import PASS, PENDING


@pytest.mark.parametrize("check", [
    {**RECORDED, "until": "this", "same": "ref", "trust_silence": True},
    {**RECORDED, "from": "previous", "until": "this", "trust_silence": True},
    {**RECORDED, "from": "this", "until": "next", "with": {"ok": True}, "trust_silence": True},
    {**RECORDED, "from": "cc", "until": "this"},
    {"kind": "recorded", "event": "this", "with": {"by": "agent"}},
    {"kind": "permission", "asked": "cc", "agreed": "bb", "refused": "dd", "trust_silence": True},
    {"kind": "permission", "asked": "cc", "needs": "asked", "from": "dd"},
    {"kind": "permission", "asked": "cc", "agreed": "bb", "refused": "dd", "needs": "answered"},
    {"kind": "permission", "asked": "cc", "agreed": {"event": "bb", "where": {"ok": True}}, "refused": "bb"},
    {**RECORDED, "when": {"happened": "cc", "after": "previous", "before": "this"}, "trust_silence": True},
    {**DEADLINE, "when": {"happened": "dd", "before": "this"}},
    {"kind": "first_decided", "checks": {"ask": {"kind": "permission", "asked": "cc", "needs": "asked"},
                                         "reviewer": {"kind": "review"}}},
    {"kind": "all_of", "checks": {"one": {**RECORDED, "until": "this", "trust_silence": True},
                                  "two": {"kind": "limit", "of": {"count": "aa"}, "at_most": 2}}},
    {"kind": "any_of", "checks": {"one": {**RECORDED, "until": "this", "trust_silence": True}, "two": DEADLINE}},
], ids=str)  # fmt: skip
def test_each_event_of_for_each_is_an_opportunity(check: dict[str, Any]) -> None:
    rows = (
        events("cc 19T09:50", "bb 19T09:55 ref=a ok=yes", "aa 19T10:00 ref=a by=agent", "dd 19T10:10"),
        events("cc 19T09:50", "aa 19T10:00 ref=a until=19T10:20", "cc 19T10:10", "dd 19T10:25", "bb 19T10:30 ok=no",
               "aa 19T10:40 ref=b by=customer", "bb 19T10:50 ref=b ok=yes"),
        events("aa 19T10:00 ref=a", "bb 19T10:00 ref=a", "cc 19T10:00", "aa 19T11:00", "bb 19T11:00 ref=b"),
        events("dd 19T09:00", "aa 19T10:00", "aa 19T11:00", "cc 19T11:30", "aa 19T12:00", "bb 19T12:30"),
        events("aa 19T10:00 automated=yes", "bb 19T10:10"),
        events("cc 19T11:30", "aa 19T12:00", "bb 19T12:30"),
        events("bb 19T10:00"),
    )  # fmt: skip
    judge = evaluator(check, for_each="aa")
    run = judged(judge, [{"events": row} for row in rows], AS_OF)
    # where two checks pass for different reasons, the time they took says which speaks
    assert run.work.one_by_one.total() <= (2 if check["kind"] == "any_of" else 0)
    judged(
        evaluator(check, for_each={"event": "aa", "where": {"by": "agent"}}), [{"events": row} for row in rows], AS_OF
    )


def test_what_differs_between_opportunities_closes_some_of_them() -> None:
    rows = (
        events("aa 19T10:00", "cc 19T10:30", "aa 19T11:00", "bb 19T11:30"),
        events("aa 19T10:00", "aa 19T11:00", "dd 19T11:30", "aa 19T12:00"),
        events("aa 19T10:00"),
        events("bb 19T10:00"),
    )
    applies = {"applies_to": {"all": [{"grp": {"missing": True}}, {"happened": "cc", "before": "this"}]}}
    excepts = {"except": {"noted": {"happened": "dd", "after": "previous", "before": "this"}, "big": {"size": 9}}}
    for rule in (applies, excepts, {**applies, **excepts}):
        for size in (None, 9.0):
            by_columns(evaluator(RECORDED, for_each="aa", **rule), *rows, size=size)


def test_another_rule_is_asked_about_the_same_opportunity() -> None:
    ask = {"kind": "permission", "asked": "cc", "needs": "asked", "trust_silence": True}
    more = {"rules": {"a.c": {"title": "t", "for_each": "aa", "check": ask}}}
    rule = {"for_each": "aa", "except": {"never_asked": {"rule": "a.c", "outcome": "fail"}}}
    rows = (
        events("cc 19T09:50", "aa 19T10:00", "aa 19T11:00"),
        events("aa 19T10:00", "cc 19T10:50", "aa 19T11:00", "bb 19T10:55"),
    )
    judge = evaluator({**RECORDED, "until": "this", "trust_silence": True}, more, **rule)
    by_columns(judge, *rows)
    more = {"rules": {"a.c": {"title": "t", "for_each": "aa", "check": ask}}}
    by_columns(evaluator(RECORDED, more, applies_to={"rule": "a.c", "outcome": ["fail"]}), *rows)


@pytest.mark.parametrize("condition", [
    {"happened": "bb", "before": "aa"},
    {"happened": "bb", "after": "aa"},
    {"happened": "bb", "after": "aa", "before": "cc"},
    {"happened": {"event": "bb", "where": {"ok": True}}, "after": "aa"},
    {"open": "aa"},
    {"not": {"happened": "bb", "before": "aa"}},
    {"any": [{"happened": "bb", "before": "aa"}, {"grp": "g"}]},
], ids=str)  # fmt: skip
def test_conditions_on_the_order_of_events_are_decided_in_columns(condition: dict[str, Any]) -> None:
    rows = (
        events("bb 19T09:00 ok=yes", "aa 19T10:00", "bb 19T11:00", "cc 19T12:00"),
        events("bb 19T10:00", "aa 19T10:00", "aa 19T11:00", "bb 19T13:00 ok=yes"),
        events("aa 19T08:59:59", "cc 19T10:00", "bb 19T10:00 ok=no"),
        events("bb 19T10:00 ok=yes"),
        [],
    )
    for kwargs in ({"applies_to": condition}, {"except": {"x": condition}}):
        by_columns(evaluator(DEADLINE, **kwargs), *rows)
    by_columns(evaluator({**DEADLINE, "when": condition}), *rows)


def test_every_record_goes_by_its_own_calendar() -> None:
    rows = [
        {"events": events("aa 19T08:30", "aa 19T16:30", "bb 20T09:15"), "grp": grp, "zone": zone}
        for grp in ("g", None) for zone in ("Asia/Tokyo", "Europe/London", None, "Nowhere/None")
    ]  # fmt: skip
    more = {"calendar_for": [{"when": {"grp": "g"}, "use": "y"}]}
    assert judged(evaluator(DEADLINE, dict(more)), rows, AS_OF).work.one_by_one.total() == 0
    by_zone = evaluator(DEADLINE, dict(more), calendar={"time_zone": "zone"})
    assert judged(by_zone, rows, AS_OF).work.one_by_one.total() == 2, "only what is no zone"
    judged(evaluator(DEADLINE, dict(more), calendar={"use": "y", "time_zone": "zone"}), rows, AS_OF)


def test_a_record_within_one_version_is_judged_by_it_and_one_across_two_by_itself() -> None:
    versions = [{"from": "2026-05-20", "check": {"within": "10 elapsed minutes"}}]
    judge = evaluator(DEADLINE, versions=versions)
    rows = [
        {"events": events("aa 19T10:00", "bb 19T10:30", "aa 19T12:00", "bb 19T12:30")},
        {"events": events("aa 20T10:00", "bb 20T10:30", "aa 20T12:00", "bb 20T12:05")},
        {"events": events("aa 19T23:59:59", "bb 20T00:00")},
        {"events": events("bb 30T10:00")},
        {"events": []},
    ]
    assert judged(judge, rows, AS_OF).work.one_by_one["a.b"] == 1
    ended = evaluator(DEADLINE, versions=[{"from": "2026-05-20", "until": "2026-05-21"}])
    judged(ended, [*rows, {"events": events("aa 21T10:00", "bb 21T10:30")}], AS_OF)


def test_a_waiver_covers_opportunities_one_by_one() -> None:
    rows = [
        {"events": events("aa 19T10:00", "bb 19T12:00"), "grp": "g"},
        {"events": events("aa 19T10:00", "bb 19T12:00"), "grp": "x"},
        {"events": events("aa 19T10:00", "bb 19T12:00", "aa 22T10:00", "bb 22T12:00"), "grp": "g"},
    ]
    for waiver in ({"when": {"grp": "g"}}, {"from": "2026-05-20"}, {"when": {"happened": "cc"}}):
        more = {"waivers": [{"rule": "a.b", "reason": "r", **waiver}]}
        judged(evaluator(DEADLINE, dict(more)), rows, AS_OF)
        judged(evaluator(RECORDED, dict(more), for_each="aa"), rows, AS_OF)


def test_reviews_and_words_matter_only_to_the_rules_that_read_them() -> None:
    asks = {"title": "t", "check": RECORDED, "except": {"x": {"rule": "a.c", "outcome": "pass"}}}
    more = {"rules": {"a.c": {"title": "t", "check": {"kind": "review"}}, "a.d": asks}}
    judge = evaluator(DEADLINE, more)
    reviews = [{"rule": "a.c", "value": "yes"}]
    turns = [{"speaker": "agent", "text": "Hello."}]
    rows = [
        {"events": AT_THE_LIMIT, "reviews": reviews, "turns": turns},
        {"events": ONE_OVER, "reviews": [], "turns": []},
    ]
    work = judged(judge, rows, AS_OF).work
    assert work.one_by_one["a.b"] == 0
    assert work.one_by_one["a.c"] == work.one_by_one["a.d"] == 1
    overridden = [{"rule": "a.b", "value": "yes", "override": True, "reason": "r"}]
    judged(judge, [{"events": ONE_OVER, "reviews": overridden}], AS_OF)


def test_the_schema_says_what_the_log_tracks_and_is_complete_for() -> None:
    said = '{"tracked": ["aa", "bb"], "complete_for": ["bb"], "defaults": {"grp": "g"}, "exported_at": null}'
    judge = evaluator(RECORDED, applies_to={"grp": "g"})
    run = judged(judge, [{"events": events("aa 19T10:00", "aa 19T11:00")}, {"events": []}], AS_OF, servstd=said)
    assert run.declared.tracked == {"aa", "bb"}
    assert run.declared.complete_for == {"bb"}
    table = table_of([{"events": events("aa 19T10:00")}], {"servstd": said})
    assert judge.check_table(table, as_of=AS_OF)["a.b"].to_pylist() == ["fail/not_done"]
    untracked = table_of([{"events": events("aa 19T10:00")}], {"servstd": '{"tracked": ["aa"]}'})
    assert evaluator(RECORDED).check_table(untracked, as_of=AS_OF)["a.b"].to_pylist() == ["unknown/event_not_tracked"]


@pytest.mark.parametrize("text", ["[]", "no JSON", '{"defaults": {"time": "a while"}}'])
def test_metadata_that_can_not_be_read_stops_the_run(text: str) -> None:
    with pytest.raises(servstd.errors.RecordError):
        TableRun(evaluator(RECORDED), table_of([{"grp": "g"}], {"servstd": text}), AS_OF)


def test_a_check_that_takes_no_time_gives_no_time() -> None:
    untimed = [one for one in subjects_of_cases() if not one.evaluator.catalog.rules[one.rule_id].check.takes_time()]
    assert {one.evaluator.catalog.rules[one.rule_id].check.name for one in untimed} >= {"notice", "cue", "permission"}
    for subject in untimed:
        verdict = subject.evaluator.check(subject.record, as_of=subject.as_of)[subject.rule_id]
        for _, finding in verdict.parts():
            assert finding.elapsed is None or finding.outcome is not PASS, subject
            assert finding.late_after is None or finding.outcome is not PENDING, subject


def test_words_that_bound_a_window_tell_records_without_events_apart() -> None:
    check = {**RECORDED, "from": {"said": "hello", "by": "agent"}, "trust_silence": True}
    judge = evaluator(check, {"cues": {"hello": {"by": "agent", "language": "en", "any": ["hello"]}}})
    turns = [[{"speaker": "agent", "text": text, "at": "2026-05-19T10:05Z"}] for text in ("Hello there", "Good day")]
    judged(judge, [{"turns": one, "transcript_complete": True} for one in (*turns, *turns, None)], AS_OF)
