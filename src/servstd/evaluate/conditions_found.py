"""What a condition found: each leaf with what it expected and what was there. Built only when asked for.

Values of fields and attributes are shown; of words that somebody wrote or said it is only said that they are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servstd.facts import Opportunity
from servstd.outcome import Outcome
from servstd.steps import quotable, when
from servstd.terms.condition import (
    AllOf,
    AnyOf,
    Condition,
    FieldIs,
    FieldMissing,
    Not,
    RuleOutcome,
)
from servstd.terms.happening import Happened, Open, SaidCue
from servstd.values import local

_LOGIC: Mapping[type[Condition], str] = {AllOf: "all", AnyOf: "any", Not: "not"}
ANSWERS = {True: "yes", False: "no", None: "undecided"}
NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True)
class ConditionFound:
    """A condition on one opportunity.

    `expected` is the condition in words, `found` what was there (empty for a group), `answer` True, False or None for
    undecided. `logic` is all, any or not for a group, whose `parts` stand in the written order; None for a leaf.
    """

    expected: str
    found: str
    answer: bool | None
    logic: str | None = None
    parts: tuple[ConditionFound, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; the answer is yes, no or undecided."""
        return {
            "expected": self.expected,
            "found": self.found or None,
            "answer": ANSWERS[self.answer],
            "logic": self.logic,
            "parts": [part.to_dict() for part in self.parts],
        }


def look_at(condition: Condition, values: Mapping[str, Any], opportunity: Opportunity) -> ConditionFound:
    """A condition with what it found on an opportunity; `values` are those of the record or of an event."""
    answer = condition.test(values, opportunity)
    if isinstance(condition, (AllOf, AnyOf, Not)):
        logic = _LOGIC[type(condition)]
        parts = tuple(look_at(part, values, opportunity) for part in condition.parts)
        return ConditionFound(condition.describe(), "", answer, logic, parts)
    return ConditionFound(condition.describe(), _found(condition, values, opportunity, answer), answer)


def _found(condition: Condition, values: Mapping[str, Any], opportunity: Opportunity, answer: bool | None) -> str:
    match condition:
        case FieldMissing():
            is_there = values.get(condition.name) is not None
            return "given" if is_there else NOT_GIVEN
        case FieldIs():
            return value_in_words(condition.name, values, opportunity)
        case RuleOutcome():
            outcome: Outcome = opportunity.judge(condition.rule, opportunity)
            return outcome.value
        case Happened():
            return _happened(condition, opportunity, answer)
        case SaidCue():
            return _said(opportunity, answer)
        case Open():
            events = condition.event.seen(opportunity)
            return NOT_GIVEN if not events else "open" if answer else "closed"
        case _:
            return ANSWERS[answer]


def value_in_words(name: str, values: Mapping[str, Any], opportunity: Opportunity) -> str:
    """`email`, `yes`, `inbound (assumed)`, or `not given`."""
    value = quotable(name, values.get(name))
    if value is None:
        return NOT_GIVEN
    text = ANSWERS[value] if isinstance(value, bool) else _printable(str(value))
    is_assumed = values is opportunity.values and name in opportunity.facts.assumed
    return f"{text} (assumed)" if is_assumed else text


def _printable(text: str) -> str:
    """A value comes from a log, and a terminal acts on control characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _happened(condition: Happened, opportunity: Opportunity, answer: bool | None) -> str:
    """The first event that shows it; else why it is not shown."""
    facts, ref = opportunity.facts, condition.event
    if answer is True:
        shown = next((event for event in ref.seen(opportunity) if condition.holds(event, opportunity)), None)
        if shown is not None:
            return f"{shown.type.replace('_', ' ')} {when(local(shown.at_us, opportunity.calendar.zone))}"
        return "shown"
    if answer is False:
        return "not in the log, which is complete for it"
    if not ref.is_tracked(facts):
        return "the source can not log it"
    return "not in the log, which proves nothing" if not facts.events(ref.types) else "not certain"


def _said(opportunity: Opportunity, answer: bool | None) -> str:
    if answer is True:
        return "said"
    return "not found, which proves nothing" if opportunity.facts.turns else "no words to look at"
