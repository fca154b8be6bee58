"""A rule's body: what decides it, for one version or one reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from servstd.catalog.rule_model import CalendarChoice, RuleModel
from servstd.kinds.base import Check
from servstd.terms.anchor import Anchor
from servstd.terms.condition import AllOf, Condition, RuleOutcome
from servstd.terms.warning import Warn

BY_KEY = ("kind", "channel", "audience", "direction")


@dataclass(frozen=True)
class Body:
    """What decides a rule. `always` and `per_opportunity` are the two parts of `applies_to`."""

    check: Check
    applies_to: Condition | None = None
    excepts: tuple[tuple[str, Condition], ...] = ()
    for_each: Anchor | None = None
    calendar: CalendarChoice | None = None
    lean: tuple[tuple[str, Condition], ...] = ()
    warn: tuple[Warn, ...] = ()
    is_enabled: bool = True
    always: Condition | None = field(init=False, default=None)
    per_opportunity: Condition | None = field(init=False, default=None)
    is_relative: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Split `applies_to`: what asks about `this` is asked once an opportunity."""
        condition = self.applies_to
        if condition is None:
            return
        parts = condition.parts if isinstance(condition, AllOf) else (condition,)
        fixed = tuple(part for part in parts if not part.uses_anchor())
        relative = tuple(part for part in parts if part.uses_anchor())
        object.__setattr__(self, "always", _joined(fixed))
        object.__setattr__(self, "per_opportunity", _joined(relative))

    def conditions(self) -> Iterator[Condition]:
        """Every condition of the body."""
        yield from () if self.applies_to is None else (self.applies_to,)
        yield from (condition for _, condition in self.excepts)
        yield from (condition for _, condition in self.lean)
        yield from self.check.conditions()

    def rules(self) -> frozenset[str]:
        """The other rules that it asks about."""
        return frozenset(rule for condition in self.conditions() for rule in _rules_in(condition))

    def fields(self) -> frozenset[str]:
        """Every field that it reads."""
        own = self.check.fields_read().union(*(condition.fields() for condition in self.conditions()))
        if self.calendar is not None and self.calendar.time_zone is not None:
            own |= {self.calendar.time_zone}
        return own | {"transcript_complete"} if self.for_each is not None and self.for_each.cues else own

    def events(self) -> frozenset[str]:
        """Every event type that it reads."""
        types = frozenset[str]().union(*(condition.events() for condition in self.conditions()))
        each = self.for_each
        own = each.event.words() if each is not None and each.event is not None else frozenset[str]()
        return types | own | self.check.events()

    def hears(self) -> bool:
        """True when what was said can matter: it is looked for, or it bounds what is."""
        anchors = (self.for_each, *_anchors_of(self.check), *(one for part in self.conditions() for one in _ends(part)))
        return "turns" in self.events() or any(anchor is not None and anchor.cues for anchor in anchors)

    def words(self) -> frozenset[str]:
        """Every field and event type that it reads."""
        return self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return self.fields() | self.events()


def _joined(parts: tuple[Condition, ...]) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _rules_in(condition: Any) -> Iterator[str]:
    if isinstance(condition, RuleOutcome):
        yield condition.rule
    for part in getattr(condition, "parts", ()):
        yield from _rules_in(part)


def _anchors_of(check: Check) -> Iterator[Anchor]:
    yield from (value for value in check.__dict__.values() if isinstance(value, Anchor))
    for child in check.children():
        yield from _anchors_of(child)


def _ends(condition: Any) -> Iterator[Anchor | None]:
    yield from (getattr(condition, name, None) for name in ("before", "after"))
    for part in getattr(condition, "parts", ()):
        yield from _ends(part)


def make_body(model: RuleModel) -> Body:
    """The body that a model describes."""
    return Body(
        model.check,
        model.applies_to,
        tuple(model.except_.items()),
        model.for_each,
        model.calendar,
        tuple(model.lean.items()),
        model.warn,
        model.enabled,
    )
