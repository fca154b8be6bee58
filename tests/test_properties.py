"""Laws that hold for every rule and every record."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.record_strategies import (
    Subject,
    Wanted,
    near_shipped_rules,
    near_subjects,
    reviewed,
    shipped,
    subjects,
    talked,
)

from servstd import Evaluator, Event, Outcome, Record, Verdict
from servstd.evaluate.evaluator import LAST_YEAR
from servstd.finding import combine
from servstd.kinds.deadline import Deadline
from servstd.steps import Step
from servstd.testing.records import events_of
from servstd.testing.values import STEPS, instants, values_of
from servstd.values import to_us

FAIL, PASS = Outcome.FAIL, Outcome.PASS
ORDER = (FAIL, Outcome.PENDING, Outcome.UNKNOWN, PASS, Outcome.NOT_APPLICABLE)
Law = Callable[..., None]
FORWARD = [step for step in STEPS if step > timedelta(0)]


def for_all(examples: int = 150, wanted: Wanted | None = None) -> Callable[[Law], Law]:
    """Run a law over neighbours of the cases and of the shipped rules' tests."""

    def wrap(law: Law) -> Law:
        run = given(near_subjects(wanted), st.data())(law)
        checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
        return settings(max_examples=max(examples, settings.default.max_examples), suppress_health_check=checks)(run)

    return wrap


def told(verdict: Verdict) -> tuple[Any, ...]:
    """All that a verdict says."""
    return verdict.to_dict(), verdict.steps, verdict.names, verdict.assumed, verdict.change_at, verdict.evidence


def fixed_words(subject: Subject) -> frozenset[str]:
    """The words that decide scope, exemptions and opportunities, and those that begin and end the record."""
    body, vocabulary = subject.rule.body, subject.evaluator.catalog.vocabulary
    words = frozenset().union(*(condition.events() for condition in body.conditions()))
    words |= body.for_each.event.words() if body.for_each is not None and body.for_each.event else frozenset()
    return words | {*vocabulary.begins(subject.record.kind), *vocabulary.ends(subject.record.kind)}


@for_all()
def test_an_event_that_the_rule_does_not_read_changes_nothing(subject: Subject, data: st.DataObject) -> None:
    vocabulary = subject.evaluator.catalog.vocabulary
    ends = {*vocabulary.begins(subject.record.kind), *vocabulary.ends(subject.record.kind)}
    others = sorted(set(vocabulary.events) - subject.words() - ends)
    when = instants(near=[subject.as_of])
    more = data.draw(st.sampled_from(others).flatmap(lambda name: events_of(vocabulary.events[name], when)))
    changed = replace(subject.record, events=(*subject.record.events, more))
    assert told(subject.check(changed)) == told(subject.check())


@for_all()
def test_a_field_that_the_rule_does_not_read_changes_nothing(subject: Subject, data: st.DataObject) -> None:
    fields = subject.evaluator.catalog.vocabulary.fields
    own = {"kind", "channel", "audience", "direction", "agent", "team"}
    name = data.draw(st.sampled_from(sorted(set(fields) - subject.words() - own)))
    changed = replace(subject.record, fields={**subject.record.fields, name: data.draw(values_of(fields[name].type))})
    assert told(subject.check(changed)) == told(subject.check())


def has_answer(subject: Subject) -> bool:
    """A deadline whose answers play no other part."""
    check = subject.rule.check
    return isinstance(check, Deadline) and not set(check.to.types) & (fixed_words(subject) | set(check.from_.types))


@for_all(wanted=has_answer)
def test_a_later_answer_never_turns_a_fail_into_a_pass(subject: Subject, data: st.DataObject) -> None:
    by, check, given_events = data.draw(st.sampled_from(FORWARD)), subject.rule.check, subject.record.events
    asked = max((event.at for event in given_events if event.type in check.from_.types), default=subject.as_of)
    mine = [event.type in check.to.types and event.at >= asked for event in given_events]
    later = [
        replace(event, at=event.at + by) if is_mine else event
        for event, is_mine in zip(given_events, mine, strict=True)
    ]
    before, after = subject.check(), subject.check(replace(subject.record, events=tuple(later)))
    assert (before.outcome, after.outcome) != (FAIL, PASS)


def helped(subject: Subject) -> list[Event]:
    """Seen events of the record that can only help."""
    types = subject.rule.check.helping() - fixed_words(subject)
    return [event for event in subject.record.events if event.type in types and event.at <= subject.as_of]


def fails_with_help(subject: Subject) -> bool:
    return bool(helped(subject)) and subject.check().outcome is FAIL


def without(subject: Subject, gone: Event) -> Verdict:
    return subject.check(replace(subject.record, events=tuple(e for e in subject.record.events if e is not gone)))


def test_taking_away_what_helps_never_turns_a_fail_into_a_pass() -> None:
    found = [(subject.rule_id, gone) for subject in subjects(fails_with_help) for gone in helped(subject)
             if without(subject, gone).outcome is PASS]  # fmt: skip
    assert subjects(fails_with_help)
    assert found == []


@for_all(wanted=fails_with_help)
def test_nor_does_it_near_the_limits(subject: Subject, data: st.DataObject) -> None:
    assume(fails_with_help(subject))
    assert without(subject, data.draw(st.sampled_from(helped(subject)))).outcome is not PASS


def harms(subject: Subject) -> list[str]:
    """Event types that can only harm."""
    return sorted(subject.rule.check.harming() - fixed_words(subject))


def fails_and_may_be_harmed(subject: Subject) -> bool:
    return bool(harms(subject)) and not subject.rule.versions and subject.check().outcome is FAIL


@for_all(300, wanted=fails_and_may_be_harmed)
def test_with_more_of_what_harms_a_fail_stays_a_fail(subject: Subject, data: st.DataObject) -> None:
    assume(subject.check().outcome is FAIL)
    known, near = subject.evaluator.catalog.vocabulary.events, [subject.as_of, *(e.at for e in subject.record.events)]
    more = data.draw(st.sampled_from(harms(subject)).flatmap(lambda name: events_of(known[name], instants(near=near))))
    assert subject.check(replace(subject.record, events=(*subject.record.events, more))).outcome is FAIL


@for_all()
def test_time_alone_never_turns_a_fail_into_a_pass(subject: Subject, data: st.DataObject) -> None:
    seen = [event for event in subject.record.events if event.at <= subject.as_of]
    seen = [replace(event, until=None) if event.until and event.until > subject.as_of else event for event in seen]
    turns = tuple(turn for turn in subject.record.turns if turn.at is None or turn.at <= subject.as_of)
    record = replace(subject.record, events=tuple(seen), turns=turns, reviews=())
    later = subject.as_of + data.draw(st.sampled_from(FORWARD))
    assert (subject.check(record).outcome, subject.check(record, later).outcome) != (FAIL, PASS)


@for_all()
def test_the_order_of_a_log_does_not_matter(subject: Subject, data: st.DataObject) -> None:
    record = data.draw(talked(replace(subject, record=data.draw(reviewed(subject)))))
    assume(all(turn.at is not None for turn in record.turns))
    assume(len({turn.at for turn in record.turns}) == len(record.turns))
    assume(len({(review.reviewer, review.at) for review in record.reviews}) == len(record.reviews))
    shuffled = replace(
        record,
        events=tuple(data.draw(st.permutations(record.events))),
        turns=tuple(data.draw(st.permutations(record.turns))),
        reviews=tuple(data.draw(st.permutations(record.reviews))),
    )
    one, other = subject.check(record), subject.check(shuffled)
    assert told(other)[0] == told(one)[0]
    assert [by_place(step) for step in other.steps] == [by_place(step) for step in one.steps]


def by_place(step: Step) -> tuple[Any, ...]:
    """A step without the number of a turn, which is its place in the source."""
    return step.code, sorted((name, str(value)) for name, value in step.values.items() if name != "turn")


@for_all(100)
def test_the_same_record_gives_the_same_verdict_in_every_form(subject: Subject, data: st.DataObject) -> None:
    assume(not subject.record.unreadable)  # what could not be read can not be written either
    record = data.draw(reviewed(subject))
    first = told(subject.check(record))
    assert told(subject.check(record)) == first
    assert told(subject.check(pickle.loads(pickle.dumps(record)))) == first
    assert told(subject.check(subject.evaluator.reader.read(record.to_dict()))) == first


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(subject=near_shipped_rules())
def test_a_whole_assessment_is_the_same_in_every_form(subject: Subject) -> None:
    assume(not subject.record.unreadable and not subject.record.problems)
    first = shipped().check(subject.record, as_of=subject.as_of).to_dict()
    assert shipped().check(subject.record.to_dict(), as_of=subject.as_of).to_dict() == first
    assert pickled().check(subject.record, as_of=subject.as_of).to_dict() == first


@cache
def pickled() -> Evaluator:
    """The evaluator of the shipped catalog after a journey through pickle."""
    evaluator: Evaluator = pickle.loads(pickle.dumps(shipped()))
    return evaluator


def unseen(record: Record, as_of: datetime) -> list[datetime]:
    """Instants of evidence that lies ahead."""
    spans: list[Any] = [*record.events, *record.turns]
    ahead = [at for item in spans for at in (item.at, item.until)] + [review.at for review in record.reviews]
    return [at for at in ahead if at is not None and at > as_of]


@for_all(250)
def test_nothing_changes_before_it_is_told_to(subject: Subject, data: st.DataObject) -> None:
    verdict = subject.check()
    instants = [*unseen(subject.record, subject.as_of), *([verdict.change_at] if verdict.change_at else [])]
    change = min(instants, default=subject.as_of + timedelta(days=800))
    assert change > subject.as_of
    at = data.draw(st.floats(0, 1)) * (change - subject.as_of - timedelta(microseconds=1)) + subject.as_of
    later = subject.check(as_of=at)
    assert (later.outcome, later.reason) == (verdict.outcome, verdict.reason)
    # In a combination a check that changes may come to speak instead of the one that decided, or not.
    is_certain = not subject.rule.check.children()
    if is_certain and verdict.change_at == change and change not in unseen(subject.record, subject.as_of):
        now = subject.check(as_of=change)
        assert to_us(change) in verdict.warning_instants() or counted(now) != counted(verdict)


def counted(verdict: Verdict) -> tuple[Any, ...]:
    """What a verdict says in short."""
    counts = (verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count)
    return verdict.outcome, verdict.reason, *counts, [finding.reason for _, finding in verdict.parts()]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(subject=near_shipped_rules(), share=st.floats(0, 1))
def test_an_assessment_stands_until_its_next_change(subject: Subject, share: float) -> None:
    first = shipped().check(subject.record, as_of=subject.as_of)
    change = first.next_change_at or subject.as_of + timedelta(days=800)
    assert change > subject.as_of
    at = subject.as_of + share * (change - subject.as_of - timedelta(microseconds=1))
    assume(at.year <= LAST_YEAR)  # a promise may be due in any year, but no calendar reaches beyond this one
    later = shipped().check(subject.record, as_of=at)
    assert [(v.outcome, v.reason) for v in later] == [(v.outcome, v.reason) for v in first]


def test_outcomes_asked_for_at_once_are_those_of_the_verdicts() -> None:
    for subject in subjects():
        assessment = subject.evaluator.check(subject.record, as_of=subject.as_of)
        assert assessment.outcomes() == {verdict.rule_id: verdict.outcome for verdict in assessment}


@for_all()
def test_opportunities_roll_up_by_one_law(subject: Subject, data: st.DataObject) -> None:
    verdict = subject.check(data.draw(reviewed(subject)))
    parts = [finding.outcome for _, finding in verdict.parts()]
    assert verdict.outcome is next(outcome for outcome in ORDER if outcome in parts)
    counts = (verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count)
    assert verdict.opportunities == sum(counts)
    assert combine([finding for _, finding in verdict.parts()]).outcome is verdict.outcome


def is_deadline(subject: Subject) -> bool:
    return isinstance(subject.rule.check, Deadline)


@for_all(wanted=is_deadline)
def test_an_answer_passes_if_it_comes_at_the_limit_or_before_it(subject: Subject, data: st.DataObject) -> None:
    for _, finding in subject.check().parts():
        if finding.outcome is PASS and finding.decided is not None:
            assert finding.late_after is None or finding.decided <= finding.late_after
        if finding.reason == "late" and finding.decided is not None and finding.late_after is not None:
            assert finding.decided > finding.late_after


@for_all()
def test_an_explanation_is_never_empty_and_never_fails(subject: Subject, data: st.DataObject) -> None:
    verdict = subject.check(data.draw(talked(subject)))
    assert verdict.explain()
    assert verdict.explain(full=True)
    assert verdict.reason != "check_error"


def test_an_event_of_the_same_instant_is_ordered_by_its_place_in_the_source() -> None:
    at = datetime.fromisoformat("2026-05-18T10:00-04:00")
    first, second = Event("received", at, sequence=2), Event("responded", at, sequence=1)
    record = Record("r", channel="email", events=(first, second))
    later = shipped().check(record, as_of=at + timedelta(hours=1))
    assert later["email.response_time"].outcome is not PASS
