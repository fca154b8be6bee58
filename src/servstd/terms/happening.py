"""Conditions on what happened, what was said, and whether the office was open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servstd.facts import Opportunity, Said
from servstd.record import Event
from servstd.terms.anchor import OPEN, Anchor, Bound
from servstd.terms.event_ref import EventRef
from servstd.terms.words import find_hit

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Dynamic:
    def known(self, values: Values) -> bool | None:
        return None

    def fields(self) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Happened(_Dynamic):
    """An event happened, perhaps before or after another. Its absence is False only in a complete log."""

    event: EventRef
    before: Anchor | None = None
    after: Anchor | None = None

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        facts, ref = opportunity.facts, self.event
        events = facts.events(ref.types) if ref.only is None else facts.by_type.get(ref.only)
        if not events:
            return False if ref.is_complete(facts) else None
        is_maybe = False
        for event in events:
            matches = self.event.matches(event, opportunity)
            if matches is False or not self._is_between(event, opportunity):
                continue
            if matches:
                return True
            is_maybe = True
        return None if is_maybe or not self.event.is_complete(facts) else False

    def holds(self, event: Event, opportunity: Opportunity) -> bool:
        """True when this very event shows it."""
        return self.event.matches(event, opportunity) is True and self._is_between(event, opportunity)

    def _is_between(self, event: Event, opportunity: Opportunity) -> bool:
        if self.before is None and self.after is None:
            return True
        position = opportunity.facts.position(event)
        if self.after is not None:
            start = self.after.start(opportunity)
            if start is None or (start.position is not None and position <= start.position):
                return False
        if self.before is None:
            return True
        end = self.before.end(opportunity) or OPEN
        return end.position is None or position < end.position

    def events(self) -> frozenset[str]:
        return self.event.words()

    def uses_anchor(self) -> bool:
        return any(anchor is not None and anchor.is_relative for anchor in (self.before, self.after))

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        return self.event.types

    def describe(self) -> str:
        text = f"{self.event} happened"
        text += f" after {self.after}" if self.after else ""
        return text + (f" before {self.before}" if self.before else "")


@dataclass(frozen=True, slots=True)
class SaidCue(_Dynamic):
    """Something was said. A miss is never False: it proves nothing."""

    cues: tuple[str, ...]
    by: str | None = None
    before: Anchor | None = None
    after: Anchor | None = None

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        turns = opportunity.facts.turns
        if not turns:
            return None
        start = (self.after.start(opportunity) if self.after else None) or OPEN
        end = (self.before.end(opportunity) if self.before else None) or OPEN
        for cue in self.cues:
            speaker = self.by or opportunity.setting.cues[cue].by
            for said in turns:
                is_meant = said.speaker == speaker and is_inside(said, start, end)
                if is_meant and find_hit((cue,), said, opportunity):
                    return True
        return None

    def events(self) -> frozenset[str]:
        return frozenset(("turns",))

    def uses_anchor(self) -> bool:
        return any(anchor is not None and anchor.is_relative for anchor in (self.before, self.after))

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        return ("turns",)

    def describe(self) -> str:
        text = f"{' or '.join(self.cues)} was said"
        return text + (f" by the {self.by}" if self.by else "")


@dataclass(frozen=True, slots=True)
class Open(_Dynamic):
    """The office was open at the first such event."""

    event: EventRef

    def test(self, values: Values, opportunity: Opportunity) -> bool | None:
        events = self.event.seen(opportunity)
        return opportunity.calendar.is_open_us(events[0].at_us) if events else None

    def events(self) -> frozenset[str]:
        return self.event.words()

    def uses_anchor(self) -> bool:
        return False

    def missing(self, values: Values, opportunity: Opportunity) -> tuple[str, ...]:
        return self.event.types

    def describe(self) -> str:
        return f"the office was open at {self.event}"


def is_inside(said: Said, start: Bound, end: Bound, is_inclusive: bool = False) -> bool:
    """True when a turn begins at or after the start and before the end (or at it, when that is inclusive).

    A turn without a time is never inside a stretch that is bounded by an instant.
    """
    if start.turn is not None:
        if said.index < start.turn:
            return False
    elif start.at_us is not None and (said.at_us is None or said.at_us < start.at_us):
        return False
    if end.turn is not None:
        return said.index <= end.turn
    if end.at_us is None:
        return True
    return said.at_us is not None and (said.at_us < end.at_us or (is_inclusive and said.at_us == end.at_us))
