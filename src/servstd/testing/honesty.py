"""Whether a kind says the truth of itself: the words that it reads, and which evidence only helps or only harms.

Tables go by these words: of records that do not differ in them one may be judged for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from servstd.catalog import Rule
from servstd.evaluate import Assessment, Evaluator, Verdict
from servstd.evaluate.table.alike import Words
from servstd.facts import Facts
from servstd.outcome import FAIL, PASS, Outcome
from servstd.record import Event, Record
from servstd.testing.aims import Aim, Trial, words_of
from servstd.testing.records import events_of, turns_of
from servstd.testing.values import instants, rarely, values_of
from servstd.values import to_us
from servstd.vocabulary import RECORD_ATTRIBUTES


@dataclass(frozen=True)
class Pair:
    """A trial, and a change of its record that should make no difference, or only one."""

    trial: Trial
    change: Callable[[Record], Record]
    what: str

    @property
    def changed(self) -> Record:
        """The record with the change."""
        return self.change(self.trial.record)

    def of(self, record: Record) -> Pair:
        """The same change of another record."""
        return replace(self, trial=replace(self.trial, record=record))


class _Asked(dict[str, Any]):
    """A mapping that remembers what it was asked for."""

    def __init__(self, given: Mapping[str, Any], names: set[str]) -> None:
        super().__init__(given)
        self.names = names

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self.names.update(self.keys())
        return super().__iter__()


class Honesty:
    """The laws that one rule's check has to keep."""

    def __init__(self, evaluator: Evaluator, aim: Aim) -> None:
        self.evaluator, self.aim = evaluator, aim
        self.catalog, self.rule = evaluator.catalog, aim.rule
        self.check = aim.rule.check
        self.asked: set[str] = set()

    def note(self, trial: Trial) -> None:
        """Judge a trial, and remember every field and event type that was asked for."""
        facts = Facts(trial.record, to_us(trial.as_of), self.catalog, self.evaluator.defaults)
        facts.values, facts.by_type = _Asked(facts.values, self.asked), _Asked(facts.by_type, self.asked)
        Assessment(self.evaluator, facts).judged(self.rule.id)

    def verdict(self, record: Record, trial: Trial) -> Verdict:
        """The verdict of the rule on a record, as of the trial's instant."""
        return self.evaluator.check(record, as_of=trial.as_of)[self.rule.id]

    def unnamed(self) -> tuple[tuple[str, ...], bool]:
        """Words that the check does not name; and whether it says that nothing else, nor what was said, matters."""
        words = Words(self.catalog).of(self.rule.id)
        every = {*self.catalog.vocabulary.fields, *self.catalog.vocabulary.events} - {"kind"}
        if words is not None:
            return tuple(sorted(every - words.fields - words.events)), "turns" not in words.events
        kinds = self.catalog.vocabulary.record_kinds.values()
        bounds = {name for kind in kinds for name in (*kind.begins, *kind.ends)}
        asked = {name for one in _with_asked(self.rule, self.catalog.rules) for name in words_of(one)}
        chosen = self.catalog.calendar_for
        zone = {name for one in chosen for name in (*one.when.fields(), *one.when.events())}
        always = {"language", "transcript_complete", "agent"}
        return tuple(sorted(every - asked - bounds - zone - always)), False

    def suspects(self) -> tuple[str, ...]:
        """Words that the check does not name: those that it was seen to ask for, if there are any."""
        unnamed = self.unnamed()[0]
        return tuple(name for name in unnamed if name in self.asked) or unnamed

    def is_read(self, pair: Pair) -> bool:
        """Whether the change made a difference."""
        one, other = (self.verdict(record, pair.trial).to_dict() for record in (pair.trial.record, pair.changed))
        return any(one[name] != other[name] for name in one if name not in RECORD_ATTRIBUTES)

    def _moved_by(self, named: frozenset[str]) -> list[str]:
        """The event types that only the check reads: those of scope, exemptions and bounds have other effects."""
        body, vocabulary = self.rule.body, self.catalog.vocabulary
        fixed = frozenset[str]().union(*(condition.events() for condition in body.conditions()))
        each = body.for_each.event if body.for_each is not None else None
        fixed |= each.words() if each is not None else frozenset()
        kinds = vocabulary.record_kinds.values()
        return sorted(named - fixed - {name for kind in kinds for name in (*kind.begins, *kind.ends)})

    def helping(self) -> list[str]:
        """Types of events that can only help, says the check."""
        return self._moved_by(self.check.helping())

    def harming(self) -> list[str]:
        """Types of events that can only harm, says the check."""
        return self._moved_by(self.check.harming())

    def is_hurt(self, pair: Pair) -> bool:
        """Whether a pass became a fail because something was added that can only help."""
        one, other = self.outcomes(pair)
        return one is PASS and other is FAIL

    def is_mended(self, pair: Pair) -> bool:
        """Whether a fail became something else because something was added that can only harm."""
        one, other = self.outcomes(pair)
        return one is FAIL and other is not FAIL

    def outcomes(self, pair: Pair) -> tuple[Outcome, Outcome]:
        """Before the change and after it."""
        return self.verdict(pair.trial.record, pair.trial).outcome, self.verdict(pair.changed, pair.trial).outcome


def _with_asked(rule: Rule, rules: Mapping[str, Rule]) -> list[Rule]:
    found, todo = dict[str, Rule](), [rule]
    while todo:
        one = todo.pop()
        if one.id not in found:
            found[one.id] = one
            todo += [rules[name] for name in one.asks if name in rules]
    return list(found.values())


@st.composite
def changes(draw: st.DrawFn, laws: Honesty, trials: st.SearchStrategy[Trial]) -> Pair:
    """A trial with a change of one word that the check does not name.

    Where it says that what was said does not matter, there may be other turns instead.
    """
    trial, vocabulary = draw(trials), laws.catalog.vocabulary
    names, is_deaf = laws.suspects(), laws.unnamed()[1]
    if is_deaf and (not names or draw(rarely)):
        turns = draw(turns_of(trial.as_of, laws.aim.phrases))
        return Pair(trial, lambda record: replace(record, turns=turns), "with other turns")
    name = draw(st.sampled_from(names))
    if name not in vocabulary.fields:
        return _with_event(trial, draw(_event(laws, name, trial)))
    return _with_field(trial, name, draw(st.none() | values_of(vocabulary.fields[name].type, laws.aim.likely(name))))


@st.composite
def additions(draw: st.DrawFn, laws: Honesty, types: list[str], trials: st.SearchStrategy[Trial]) -> Pair:
    """A trial with one more event of one of these types."""
    trial = draw(trials)
    more = draw(st.sampled_from(types).flatmap(lambda name: _event(laws, name, trial)))
    return _with(trial, more)


def _event(laws: Honesty, name: str, trial: Trial) -> st.SearchStrategy[Event]:
    near = [trial.as_of - timedelta(hours=1), *(event.at for event in trial.record.events)]
    when = instants(laws.catalog.calendar(), near)
    return events_of(laws.catalog.vocabulary.events[name], when, laws.aim)


def _with(trial: Trial, more: Event) -> Pair:
    what = f"with another event '{more.type}'"
    return Pair(trial, lambda record: replace(record, events=(*record.events, more)), what)


def _with_field(trial: Trial, name: str, value: Any) -> Pair:
    def change(record: Record) -> Record:
        if name in RECORD_ATTRIBUTES:
            return replace(record, **{name: value}, is_read=False)
        fields = {key: old for key, old in record.fields.items() if key != name}
        return replace(record, fields=fields | ({} if value is None else {name: value}), is_read=False)

    return Pair(trial, change, f"with the field '{name}' {'missing' if value is None else repr(value)}")


def _with_event(trial: Trial, more: Event) -> Pair:
    """Without the events of the type, when there are some; else with one."""
    if all(one.type != more.type for one in trial.record.events):
        return _with(trial, more)

    def change(record: Record) -> Record:
        return replace(record, events=tuple(one for one in record.events if one.type != more.type))

    return Pair(trial, change, f"without the events '{more.type}'")
