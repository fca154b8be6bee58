"""Records near the limits of a rule: its own examples, with events moved, added, taken away and changed.

The subjects are all tests beside the shipped rules and all cases of tests/cases, so that every kind and every word of
a check is met with records that reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st
from tests.case_files import all_cases, catalog_of

from servstd import Evaluator, Record, Rule, Verdict, load_catalog
from servstd.testing.aims import Aim, Trial, aim_at
from servstd.testing.records import changed, reviews_of, turns_of
from servstd.values import parse_instant


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


@cache
def aim_of(evaluator: Evaluator, rule_id: str) -> Aim:
    """What the rule reads, worked out once."""
    return aim_at(evaluator, rule_id)


@st.composite
def neighbours(draw: st.DrawFn, subjects: list[Subject]) -> Subject:
    """A subject whose record and instant are changed a little."""
    subject = draw(st.sampled_from(subjects))
    aim = aim_of(subject.evaluator, subject.rule_id)
    trial = draw(changed(subject.evaluator, aim, Trial(subject.record, subject.as_of)))
    return replace(subject, record=trial.record, as_of=trial.as_of)


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
    answers = draw(reviews_of(subject.rule_id, subject.as_of))
    return replace(subject.record, reviews=(*subject.record.reviews, *answers))


@st.composite
def talked(draw: st.DrawFn, subject: Subject) -> Record:
    """The record with a few more turns, each at its own instant."""
    more = draw(turns_of(subject.as_of, aim_of(subject.evaluator, subject.rule_id).phrases))
    taken = {turn.at for turn in subject.record.turns}
    fresh = tuple(turn for turn in more if turn.at is not None and turn.at not in taken)
    return replace(subject.record, turns=(*subject.record.turns, *fresh))
