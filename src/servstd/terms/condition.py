"""Conditions: strong Kleene logic over fields, attributes, events, words and other rules' outcomes.

`test` gives True, False, or None when it can not be decided. A mapping of several keys means all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from servstd.facts import Opportunity
from servstd.outcome import Outcome

Values = Mapping[str, Any]


class Condition(Protocol):
    """What every condition answers."""

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        """True, False, or None when it can not be decided."""

    def known(self, values: Values) -> bool | None:
        """What it must be when only these fields are known; None when anything else could change it."""

    def fields(self) -> frozenset[str]:
        """The fields or attributes that it reads."""

    def events(self) -> frozenset[str]:
        """The event types that it reads."""

    def uses_anchor(self) -> bool:
        """True when it asks about `this`, `previous` or `next`, so that it differs between opportunities."""

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        """The words that keep it from being decided."""

    def describe(self) -> str:
        """The condition in words."""


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field has one of some values."""

    name: str
    wanted: frozenset[Any]

    def test(self, values: Values, opportunity: Opportunity | None = None) -> bool | None:
        value = values.get(self.name)
        try:
            return None if value is None else value in self.wanted
        except TypeError:  # a list or a mapping as an actor, whom no type keeps from being one
            return None

    def known(self, values: Values) -> bool | None:
        return self.test(values) if self.name in values else None

    def fields(self) -> frozenset[str]:
        return frozenset((self.name,))

    def events(self) -> frozenset[str]:
        return frozenset()

    def uses_anchor(self) -> bool:
        return False

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        return (self.name,) if self.test(values) is None else ()

    def describe(self) -> str:
        wanted = " or ".join(sorted(_word(value) for value in self.wanted))
        return f"{self.name} is {wanted}"


@dataclass(frozen=True, slots=True)
class FieldWithin(FieldIs):
    """A number field lies between two inclusive bounds."""

    low: float | None = None
    high: float | None = None

    def test(self, values: Values, opportunity: Opportunity | None = None) -> bool | None:
        value = values.get(self.name)
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return None
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def describe(self) -> str:
        parts = [f"at least {self.low:g}"] if self.low is not None else []
        parts += [f"at most {self.high:g}"] if self.high is not None else []
        return f"{self.name} is {' and '.join(parts)}"


@dataclass(frozen=True, slots=True)
class FieldMissing(FieldIs):
    """A field is not there (or is, when `is_missing` is False). Always decided."""

    is_missing: bool = True

    def test(self, values: Values, opportunity: Opportunity | None = None) -> bool | None:
        return (values.get(self.name) is None) is self.is_missing

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        return ()

    def describe(self) -> str:
        return f"{self.name} is {'missing' if self.is_missing else 'there'}"


@dataclass(frozen=True, slots=True)
class _Group:
    parts: tuple[Condition, ...]

    def fields(self) -> frozenset[str]:
        return frozenset().union(*(part.fields() for part in self.parts))

    def events(self) -> frozenset[str]:
        return frozenset().union(*(part.events() for part in self.parts))

    def uses_anchor(self) -> bool:
        return any(part.uses_anchor() for part in self.parts)

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        names = [
            name
            for part in self.parts
            if part.test(values, opportunity) is None
            for name in part.missing(values, opportunity)
        ]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class AllOf(_Group):
    """All parts hold: False wins, then undecided."""

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        result: bool | None = True
        for part in self.parts:
            answer = part.test(values, opportunity)
            if answer is False:
                return False
            if answer is None:
                result = None
        return result

    def known(self, values: Values) -> bool | None:
        answers = [part.known(values) for part in self.parts]
        return False if False in answers else (None if None in answers else True)

    def describe(self) -> str:
        return " and ".join(part.describe() for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf(_Group):
    """At least one part holds: True wins, then undecided."""

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        result: bool | None = False
        for part in self.parts:
            answer = part.test(values, opportunity)
            if answer is True:
                return True
            if answer is None:
                result = None
        return result

    def known(self, values: Values) -> bool | None:
        answers = [part.known(values) for part in self.parts]
        return True if True in answers else (None if None in answers else False)

    def describe(self) -> str:
        return "(" + " or ".join(part.describe() for part in self.parts) + ")"


@dataclass(frozen=True, slots=True)
class Not(_Group):
    """The part does not hold."""

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        answer = self.parts[0].test(values, opportunity)
        return None if answer is None else not answer

    def known(self, values: Values) -> bool | None:
        answer = self.parts[0].known(values)
        return None if answer is None else not answer

    def describe(self) -> str:
        return f"not ({self.parts[0].describe()})"


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """Another rule had one of some outcomes on the same opportunity. Never undecided."""

    rule: str
    outcomes: frozenset[Outcome]

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        outcome: Outcome = opportunity.judge(self.rule, opportunity)
        return outcome in self.outcomes

    def known(self, values: Values) -> bool | None:
        return None

    def fields(self) -> frozenset[str]:
        return frozenset()

    def events(self) -> frozenset[str]:
        return frozenset()

    def uses_anchor(self) -> bool:
        return True

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        return ()

    def describe(self) -> str:
        return f"{self.rule} is {' or '.join(sorted(self.outcomes))}"


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
