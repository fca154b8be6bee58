"""Records near the limits of a rule: its own examples, with events moved, added, taken away and changed.

The subjects are all tests beside the shipped rules and all cases of tests/cases, so that every kind and every word of
a check is met with records that reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st
from tests.case_files import all_cases, catalog_of

from servstd import Evaluator, Event, Record, Review, Rule, Turn, Verdict, load_catalog
from servstd.values import ValueType, parse_instant
from servstd.vocabulary import EventType, Word

US = timedelta(microseconds=1)
STEPS = [timedelta(0), US, -US, timedelta(seconds=1), timedelta(seconds=-1), timedelta(minutes=1), timedelta(hours=1)]
STEPS += [timedelta(hours=n) for n in (-1, 4, 8, 12, 24, 48)] + [timedelta(days=7), timedelta(days=31)]


@dataclass(frozen=True)
class Subject:
    """A rule of a catalog with a record that reaches it."""

    evaluator: Evaluator
    rule_id: str
    record: Record
    as_of: datetime

    @property
    def rule(self) -> Rule:
        """The rule itself."""
        return self.evaluator.catalog.rules[self.rule_id]

    def check(self, record: Record | None = None, as_of: datetime | None = None) -> Verdict:
        """The verdict of the rule on this record, or on another one."""
        chosen = self.record if record is None else record
        return self.evaluator.check(chosen, as_of=as_of or self.as_of)[self.rule_id]

    def words(self) -> frozenset[str]:
        """Every field and event type that the rule reads, also through other rules."""
        return frozenset().union(*(body.words() for body in bodies(self.rule, self.evaluator.catalog.rules)))


def bodies(rule: Rule, rules: Mapping[str, Rule]) -> list[Any]:
    """The bodies of a rule in all its versions, and those of the rules that it asks about."""
    own = [version.body for version in rule.versions] or [rule.body]
    asked = {name for body in own for name in body.rules()}
    return own + [body for name in sorted(asked) for body in bodies(rules[name], rules)]


@cache
def shipped() -> Evaluator:
    """The evaluator of the shipped catalog."""
    return Evaluator(load_catalog())


@cache
def subjects_of_shipped_rules() -> list[Subject]:
    """One subject for each test beside a shipped rule."""
    evaluator, found = shipped(), []
    for rule in evaluator.catalog.rules.values():
        for test in rule.tests:
            record = evaluator.reader.read({"id": "r", **test["given"]})
            as_of = parse_instant(test["as_of"]) if "as_of" in test else record.newest_at()
            found.append(Subject(evaluator, rule.id, record, as_of or datetime(2026, 5, 20, tzinfo=UTC)))
    return found


@cache
def subjects_of_cases() -> list[Subject]:
    """One subject for each case of tests/cases."""
    found = []
    for case in all_cases():
        evaluator = _evaluator(case.file)
        record = evaluator.reader.read(case.record)
        found.append(Subject(evaluator, case.rule_id, record, datetime.fromisoformat(case.as_of)))
    return found


@cache
def _evaluator(file: str) -> Evaluator:
    return Evaluator(catalog_of(file))


def values_of(kind: ValueType) -> st.SearchStrategy[Any]:
    """Values that a declared type accepts, in their one form."""
    if kind.choices:
        return st.sampled_from(kind.choices)
    if kind.text.startswith("number"):
        return st.integers(int(kind.low or 0), int(kind.high or 12))
    days = st.integers(18, 31).map(lambda day: date(2026, 5, day))
    instants = days.map(lambda day: datetime(day.year, day.month, day.day, 16, tzinfo=UTC))
    texts = {
        "yes or no": st.booleans(),
        "instant": instants,
        "instant or date": instants | days,
        "duration": st.sampled_from(["2 business hours", "1 business day"]).map(kind.read),
        "time zone": st.sampled_from(["Europe/London", "Asia/Tokyo"]),
        "country code": st.sampled_from(["US", "GB"]),
        "language code": st.sampled_from(["en", "de"]),
    }
    return texts.get(kind.text, st.sampled_from(["a", "b", "high"]))


@st.composite
def events(draw: st.DrawFn, kind: EventType, near: list[datetime]) -> Event:
    """An event of one type near one of some instants, with some of its attributes."""
    at = draw(st.sampled_from(near)) + draw(st.sampled_from(STEPS))
    until = at + draw(st.sampled_from([step for step in STEPS if step >= timedelta(0)])) if draw(_rarely) else None
    words = {name: word for name, word in kind.attributes.items() if name != "ref" and draw(st.booleans())}
    attributes = {name: draw(values_of(word.type)) for name, word in words.items()}
    return Event(kind.name, at, until, None, draw(st.sampled_from([None, None, "a", "b"])), attributes)


_rarely = st.integers(0, 5).map(lambda number: number == 0)


@st.composite
def neighbours(draw: st.DrawFn, subjects: list[Subject]) -> Subject:
    """A subject whose record and instant are changed a little."""
    subject = draw(st.sampled_from(subjects))
    record, vocabulary = subject.record, subject.evaluator.catalog.vocabulary
    near = [subject.as_of, *(event.at for event in record.events)]
    kept = [event for event in record.events if not draw(_rarely)]
    types = sorted(subject.words() & set(vocabulary.events)) or ["received"]
    added = draw(
        st.lists(st.sampled_from(types).flatmap(lambda name: events(vocabulary.events[name], near)), max_size=4)
    )
    fields = dict(record.fields)
    for name in sorted(subject.words() & set(vocabulary.fields) - set(_OWN)):
        if draw(_rarely):
            fields[name] = draw(st.none() | values_of(_word(vocabulary.fields, name).type))
    complete = draw(st.sampled_from([record.complete_for, frozenset(), frozenset(types)]))
    changed = replace(record, events=(*kept, *added), fields=fields, complete_for=complete)
    as_of = draw(st.sampled_from(near)) + draw(st.sampled_from(STEPS)) if draw(st.booleans()) else subject.as_of
    return replace(subject, record=changed, as_of=as_of)


_OWN = ("kind", "channel", "audience", "direction", "agent", "team")


def _word(words: Mapping[str, Word], name: str) -> Word:
    return words[name]


Wanted = Callable[[Subject], bool]


@cache
def subjects(wanted: Wanted | None = None) -> list[Subject]:
    """All subjects, or those that are wanted."""
    everything = [*subjects_of_cases(), *subjects_of_shipped_rules()]
    return [subject for subject in everything if wanted is None or wanted(subject)]


def near_subjects(wanted: Wanted | None = None) -> st.SearchStrategy[Subject]:
    """Neighbours of the cases and of the tests beside the shipped rules."""
    return st.deferred(lambda: neighbours(subjects(wanted)))


def near_shipped_rules() -> st.SearchStrategy[Subject]:
    """Neighbours of the tests beside the shipped rules."""
    return st.deferred(lambda: neighbours(subjects_of_shipped_rules()))


@st.composite
def reviewed(draw: st.DrawFn, subject: Subject) -> Record:
    """The record with answers of reviewers to the rule."""
    values = st.sampled_from(["yes", "no", "na", "unsure"])
    near = st.sampled_from(STEPS).map(lambda step: subject.as_of - abs(step))
    answers = [
        Review(subject.rule_id, draw(values), name, draw(near), None, draw(_rarely), "heard it")
        for name in draw(st.lists(st.sampled_from(["r1", "r2", "r3"]), unique=True, max_size=3))
    ]
    return replace(subject.record, reviews=(*subject.record.reviews, *answers))


@st.composite
def talked(draw: st.DrawFn, subject: Subject) -> Record:
    """The record with a few more turns, each at its own instant."""
    texts = st.sampled_from(
        ["Hello.", "Good morning, this is Sam.", "May I put you on hold?", "Yes.", "No.", "Goodbye."]
    )
    speakers = st.sampled_from(["agent", "customer"])
    count = draw(st.integers(0, 4))
    taken = {turn.at for turn in subject.record.turns}
    instants = [subject.as_of - timedelta(seconds=7 * number + 3) for number in range(count)]
    more = [Turn(draw(speakers), draw(texts), at) for at in instants if at not in taken]
    return replace(subject.record, turns=(*subject.record.turns, *more))
