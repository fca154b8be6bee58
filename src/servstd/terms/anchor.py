"""Anchors: the points between which events and words are looked for.

An anchor is an event (reference), `this`, `previous`, `next`, or `{said, by}` (inclusive of its own turn).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from servstd.facts import Opportunity, Position, Said
from servstd.record import Event
from servstd.terms.event_ref import EventRef
from servstd.terms.words import find_turn

_EDGE = 1 << 62


class Bound(NamedTuple):
    """A place in the record: a position among the events, a turn, or neither (no bound)."""

    position: Position | None = None
    turn: int | None = None
    event: Event | None = None

    @property
    def at_us(self) -> int | None:
        """Its instant, when it has one."""
        return None if self.position is None else self.position[0]


OPEN = Bound()


@dataclass(frozen=True, slots=True)
class Anchor:
    """One end of a window. `kind` is this, previous, next, event or said."""

    kind: str
    event: EventRef | None = None
    cues: tuple[str, ...] = ()
    by: str | None = None

    @property
    def is_relative(self) -> bool:
        """True when it differs between opportunities."""
        return self.kind in ("this", "previous", "next")

    def start(self, opportunity: Opportunity) -> Bound | None:
        """The beginning of a window: the last such event before `this`, else the first; None when absent."""
        if self.kind == "event" and self.event is not None:
            events = self.event.seen(opportunity)
            here = bound_of(opportunity.this, opportunity)
            if here.position is not None:
                facts = opportunity.facts
                events = [event for event in events if facts.position(event) < here.position][-1:]
            return bound_of(events[0], opportunity) if events else None
        return self._other(opportunity, is_start=True)

    def end(self, opportunity: Opportunity, start: Bound = OPEN) -> Bound | None:
        """The end of a window: the first such event from its start on; None when there is none yet."""
        if self.kind == "event" and self.event is not None:
            facts = opportunity.facts
            for event in self.event.seen(opportunity):
                if start.position is None or facts.position(event) >= start.position:
                    return bound_of(event, opportunity)
            return None
        return self._other(opportunity, is_start=False)

    def _other(self, opportunity: Opportunity, is_start: bool) -> Bound | None:
        if self.kind == "said":
            found = find_turn(self.cues, self.by, opportunity)
            if found is None:
                return None
            at_us = found.at_us
            edge = -_EDGE if is_start else _EDGE
            return Bound(None if at_us is None else (at_us, edge, edge), found.index)
        item = {"this": opportunity.this, "previous": opportunity.previous, "next": opportunity.next}[self.kind]
        bound = bound_of(item, opportunity)
        if self.kind == "previous" and isinstance(item, Event) and item.until_us is not None:
            return Bound((item.until_us, 0, -1), None, item)
        return bound

    def __str__(self) -> str:
        return str(self.event) if self.event else self.kind


def bound_of(item: Event | Said | None, opportunity: Opportunity) -> Bound:
    """The place of an event or a turn; no bound for None."""
    if item is None:
        return OPEN
    if isinstance(item, Said):
        return Bound(None if item.at_us is None else (item.at_us, -_EDGE, -_EDGE), item.index)
    return Bound(opportunity.facts.position(item), None, item)
