"""Hypothesis strategies for records that reach rules: wide values, limits and both sides of them, ties, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from servstd.evaluate import Evaluator, Verdict
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.record import Event, Record, Review, Turn
from servstd.testing.aims import Aim, Trial
from servstd.testing.values import BEGIN, FAR, STEPS, US, instants, moved, often, rarely, values_of
from servstd.values import EPOCH
from servstd.vocabulary import RECORD_ATTRIBUTES, EventType

_TEXTS = ("Hello.", "Good morning, this is Sam.", "May I put you on hold?", "Yes.", "No.", "Goodbye.", "")
_AHEAD = [step for step in STEPS if step >= timedelta(0)]
_MOST_EVENTS = 6


@st.composite
def events_of(draw: st.DrawFn, kind: EventType, when: st.SearchStrategy[datetime], aim: Aim | None = None) -> Event:
    """An event of one type, with some of its attributes; `aim` says which values matter."""
    at = draw(when)
    until = moved(at, draw(st.sampled_from(_AHEAD))) if draw(rarely) else None
    attributes = {}
    for name, word in kind.attributes.items():
        if name != "ref" and draw(st.booleans()):
            attributes[name] = draw(values_of(word.type, aim.likely(name) if aim else ()))
    ref = draw(st.sampled_from([None, None, "a", "b"]))
    actor = draw(st.sampled_from([None, None, None, "agent", "customer", "system"]))
    return Event(kind.name, at, until, actor, ref, attributes, draw(st.sampled_from([0, 0, 0, 0, 1, 2])))


@st.composite
def turns_of(draw: st.DrawFn, as_of: datetime, phrases: Sequence[str] = (), most: int = 4) -> tuple[Turn, ...]:
    """A few turns before an instant, in order, now and then without times, or said at once."""
    count = draw(st.integers(0, most))
    texts = st.sampled_from([*phrases, *_TEXTS])
    has_times, step = draw(often), draw(st.sampled_from([7, 1, 0]))
    found = []
    for number in range(count, 0, -1):
        at = as_of - timedelta(seconds=step * number) if has_times else None
        until = moved(at, timedelta(seconds=1)) if at is not None and draw(rarely) else None
        found.append(Turn(draw(st.sampled_from(["agent", "customer", "agent", "system"])), draw(texts), at, until))
    return tuple(found)


@st.composite
def reviews_of(draw: st.DrawFn, rule_id: str, as_of: datetime) -> tuple[Review, ...]:
    """Answers of a few reviewers to one rule, overrides and answers to one opportunity among them."""
    values, near = st.sampled_from(["yes", "no", "na", "unsure"]), st.sampled_from(_AHEAD)
    return tuple(
        Review(rule_id, draw(values), name, moved(as_of, -draw(near)), draw(st.sampled_from([None, None, 0, 1])),
               draw(rarely), draw(st.sampled_from(["heard it", None])))
        for name in draw(st.lists(st.sampled_from(["r1", "r2", "r3"]), unique=True, max_size=3))
    )  # fmt: skip


@st.composite
def trials(draw: st.DrawFn, evaluator: Evaluator, aims: Sequence[Aim], seeds: Sequence[Trial] = ()) -> Trial:
    """A record that reaches one of some rules, and an instant: often right at the limit that the rule then sets.

    `seeds` are records to begin from, beside those of the rules' own tests.
    """
    aim = draw(st.sampled_from(aims))
    known = [*seeds, *aim.seeds]
    is_known = bool(known) and draw(often)
    trial = draw(st.sampled_from(known)) if is_known else Trial(draw(_fresh(evaluator, aim)), BEGIN)
    trial = draw(changed(evaluator, aim, trial, all_events=not is_known))
    return draw(_at_limit(evaluator, aim, trial)) if draw(st.booleans()) else trial


@st.composite
def _fresh(draw: st.DrawFn, evaluator: Evaluator, aim: Aim) -> Record:
    """A record made from nothing, with values for most fields that the rule reads."""
    known, given = evaluator.catalog.vocabulary.fields, dict[str, Any]()
    for name in aim.fields:
        if name in known and draw(often):
            given[name] = draw(values_of(known[name].type, aim.likely(name)))
    own = {name: given.pop(name) for name in RECORD_ATTRIBUTES if name in given}
    return Record("r", **own, fields=given)


@st.composite
def changed(draw: st.DrawFn, evaluator: Evaluator, aim: Aim, trial: Trial, all_events: bool = False) -> Trial:
    """A trial with events taken away, added and moved, values changed, and another instant.

    `all_events` adds several events of each type that the rule reads, as a record without any is seldom of interest.
    """
    record = trial.record
    near = [trial.as_of, *(event.at for event in record.events)]
    when = instants(evaluator.catalog.calendar(), near)
    kept = [event for event in record.events if not draw(rarely)]
    added = draw(_more_events(evaluator, aim, when, all_events))
    moment = draw(when) if draw(st.booleans()) else trial.as_of
    complete = draw(st.sampled_from([record.complete_for, frozenset(), frozenset(aim.events)]))
    record = replace(record, events=(*kept, *added), complete_for=complete, is_read=False)
    record = draw(_said_and_reviewed(aim, record, moment))
    return Trial(draw(_other_values(evaluator, aim, record)), min(max(moment, _FIRST), _LAST))


_FIRST, _LAST = datetime.fromisoformat("1801-01-01T00:00Z"), datetime.fromisoformat("2398-12-31T00:00Z")


@st.composite
def _more_events(
    draw: st.DrawFn, evaluator: Evaluator, aim: Aim, when: st.SearchStrategy[datetime], all_events: bool
) -> list[Event]:
    known = evaluator.catalog.vocabulary.events
    types = aim.events or tuple(known)[:1]
    if not types:
        return []
    if draw(rarely) and draw(rarely):
        when = st.sampled_from(FAR)
    one = st.sampled_from(types).flatmap(lambda name: events_of(known[name], when, aim))
    found = draw(st.lists(one, max_size=_MOST_EVENTS if all_events else 4))
    is_tied: bool = draw(rarely)
    if found and is_tied:
        found.append(replace(found[-1], type=draw(st.sampled_from(types)), attributes={}))
    return found


@st.composite
def _said_and_reviewed(draw: st.DrawFn, aim: Aim, record: Record, as_of: datetime) -> Record:
    """Sometimes other turns, always so for a rule about words; sometimes reviews."""
    has_others: bool = draw(st.booleans()) if aim.phrases else draw(rarely) and draw(rarely)
    if has_others:
        kept = record.turns[: draw(st.integers(0, 4))]
        record = replace(record, turns=(*kept, *draw(turns_of(as_of, aim.phrases))))
    if draw(rarely):
        record = replace(record, reviews=(*record.reviews, *draw(reviews_of(aim.rule_id, as_of))))
    return record


@st.composite
def _other_values(draw: st.DrawFn, evaluator: Evaluator, aim: Aim, record: Record) -> Record:
    """Some fields that the rule reads have other values, or none."""
    known, fields = evaluator.catalog.vocabulary.fields, dict(record.fields)
    for name in aim.fields:
        if name not in RECORD_ATTRIBUTES and draw(rarely):
            fields[name] = draw(st.none() | values_of(known[name].type, aim.likely(name)))
    return replace(record, fields={name: value for name, value in fields.items() if value is not None}, is_read=False)


@st.composite
def _at_limit(draw: st.DrawFn, evaluator: Evaluator, aim: Aim, trial: Trial) -> Trial:
    """The trial with an event, or the instant asked about, at an instant that the verdict turns on."""
    limits = limits_of(evaluator.check(trial.record, as_of=trial.as_of)[aim.rule_id])
    if not limits:
        return trial
    near = draw(st.sampled_from(limits)) + draw(st.sampled_from([timedelta(0), US, -US]))
    near = min(max(near, _FIRST), _LAST)
    if not aim.events or draw(st.booleans()):
        return replace(trial, as_of=near)
    known = evaluator.catalog.vocabulary.events[draw(st.sampled_from(aim.events))]
    event = draw(events_of(known, st.just(near), aim))
    kept = [one for one in trial.record.events if one.type != event.type or draw(st.booleans())]
    record = replace(trial.record, events=(*kept, event), is_read=False)
    return Trial(record, max(trial.as_of, near) if draw(often) else trial.as_of)


def limits_of(verdict: Verdict) -> list[datetime]:
    """The instants at which a verdict turns: when clocks begin and run out, and when it changes by itself."""
    found = {at for part in verdict.parts() for at in _turning(part)}
    first, last = (round((end - EPOCH) / US) for end in (_FIRST, _LAST))
    return [EPOCH + at * US for at in sorted(found) if first < at < last]


def _turning(part: tuple[Opportunity, Finding]) -> Iterable[int]:
    finding = part[1]
    known = (finding.due, finding.late_after, finding.started, finding.change_at, finding.received)
    return (at for at in known if at is not None)
