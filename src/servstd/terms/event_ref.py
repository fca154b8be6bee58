"""References to events: a name, a list of names, or `{event, where}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.facts import Facts, Opportunity
from servstd.record import Event
from servstd.terms.condition import Condition


@dataclass(frozen=True, slots=True)
class EventRef:
    """Some types of event, perhaps only those whose attributes meet a condition.

    `is_this` stands for the opportunity's own event. Events marked `automated: true` are left out unless the
    condition asks about `automated` or the caller says that they count. `only` is the one type of a reference that
    is nothing but its name, as most are.
    """

    types: tuple[str, ...]
    where: Condition | None = None
    is_this: bool = False
    only: str | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note whether it is nothing but a name."""
        is_name = len(self.types) == 1 and self.where is None and not self.is_this
        object.__setattr__(self, "only", self.types[0] if is_name else None)

    def matches(self, event: Event, opportunity: Opportunity, automated_counts: bool = False) -> bool | None:
        """True, False, or None when an attribute that decides is missing."""
        where = self.where
        is_left_out = not automated_counts and event.values.get("automated") is True
        if is_left_out and (where is None or "automated" not in where.fields()):
            return False
        return True if where is None else where.test(values_of(event, opportunity), opportunity)

    def is_plain(self, facts: Facts, automated_counts: bool = False) -> bool:
        """True when every seen event of its types certainly matches."""
        return self.where is None and (automated_counts or not facts.has_automated)

    def seen(self, opportunity: Opportunity, automated_counts: bool = False) -> list[Event]:
        """Seen events that certainly match, in order."""
        facts = opportunity.facts
        if self.only is not None and (automated_counts or not facts.has_automated):
            return facts.by_type.get(self.only, [])
        if self.is_this:
            return [opportunity.this] if isinstance(opportunity.this, Event) else []
        events = facts.events(self.types)
        if not events or self.is_plain(facts, automated_counts):
            return events
        return [event for event in events if self.matches(event, opportunity, automated_counts) is True]

    def maybe(self, opportunity: Opportunity, automated_counts: bool = False) -> list[Event]:
        """Seen events that match or may match."""
        facts = opportunity.facts
        if self.only is not None and (automated_counts or not facts.has_automated):
            return facts.by_type.get(self.only, [])
        if self.where is None or self.is_this:
            return self.seen(opportunity, automated_counts)
        events = facts.events(self.types)
        return [event for event in events if self.matches(event, opportunity, automated_counts) is not False]

    def is_tracked(self, facts: Facts) -> bool:
        """False when the source can produce none of these types."""
        return self.is_this or facts.record.tracked is None or facts.is_tracked(self.types)

    def is_complete(self, facts: Facts) -> bool:
        """True when the absence of these types is evidence."""
        return self.is_this or facts.record.complete_for.issuperset(self.types)

    def words(self) -> frozenset[str]:
        """Every event type that the reference reads."""
        return frozenset(self.types)

    def __str__(self) -> str:
        return " or ".join(name.replace("_", " ") for name in self.types)


def values_of(event: Event, opportunity: Opportunity) -> Mapping[str, Any]:
    """The attributes of an event, with what its type declares laid under: `by` may default for one type only."""
    known = opportunity.facts.vocabulary.events.get(event.type)
    return {**known.defaults, **event.values} if known is not None and known.defaults else event.values
