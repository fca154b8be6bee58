"""Pauses: spans in which a rule's clock stands still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from servstd.facts import Opportunity
from servstd.shape import Schema, closed, described, list_of
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.meant import pauses_meant
from servstd.terms.read import parse_event_ref
from servstd.terms.read_shape import event_shape, where_shape

Stretch = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Pause:
    """A clock stands still from one event until another (half-open)."""

    from_: EventRef
    until: EventRef

    def stretches(self, opportunity: Opportunity) -> list[Stretch]:
        """Its spans in UTC microseconds; the end is None when it has not been seen."""
        facts = opportunity.facts
        ends = self.until.seen(opportunity, automated_counts=True)
        found: list[Stretch] = []
        for begin in self.from_.seen(opportunity, automated_counts=True):
            position = facts.position(begin)
            closing = [end.at_us for end in ends if facts.position(end) > position]
            until = begin.until_us if begin.until_us is not None and begin.until_us <= facts.as_of else None
            known = [instant for instant in (until, closing[0] if closing else None) if instant is not None]
            found.append((begin.at_us, min(known) if known else None))
        return found


def paused(pauses: Sequence[Pause], opportunity: Opportunity) -> list[Stretch]:
    """All spans in which the clock stands still, merged and in order; only the last may be without an end."""
    if not pauses:
        return []
    found = sorted(
        (stretch for pause in pauses for stretch in pause.stretches(opportunity)), key=lambda stretch: stretch[0]
    )
    merged: list[Stretch] = []
    for begin, end in found:
        if merged and (merged[-1][1] is None or begin <= merged[-1][1]):
            last = merged[-1][1]
            merged[-1] = (merged[-1][0], None if last is None or end is None else max(last, end))
        elif end is None or end > begin:
            merged.append((begin, end))
    return merged


def parse_pauses(spec: Any, reading: Reading, path: Path = ()) -> tuple[Pause, ...]:
    """Read `[{from: waiting_started, until: waiting_ended, where: {...}}]`."""
    if not isinstance(spec, (list, tuple)):
        reading.report("not-a-list", "'pauses' takes a list", path, pauses_meant(spec, reading.context))
        return ()
    if spec and not any(isinstance(item, Mapping) for item in spec):
        _report_no_pause(reading, (*path, 0), pauses_meant(spec, reading.context))
        return ()
    pauses: list[Pause] = []
    for index, item in enumerate(spec):
        place = (*path, index)
        if isinstance(item, Mapping):
            item = reading.keys(item, ("from", "until", "where"), place)
        if not isinstance(item, Mapping) or "from" not in item or "until" not in item:
            _report_no_pause(reading, place)
            continue
        begin = item["from"]
        if "where" in item:
            begin = {"event": begin, "where": item["where"]}
        from_place = place if "where" in item else (*place, "from")
        pauses.append(
            Pause(
                parse_event_ref(begin, reading, from_place),
                parse_event_ref(item["until"], reading, (*place, "until")),
            )
        )
    return tuple(pauses)


def _report_no_pause(reading: Reading, path: Path, hint: str | None = None) -> None:
    reading.report("not-a-pause", "a pause needs 'from' and 'until'", path, hint)


def pauses_shape(shapes: Shapes) -> Schema:
    """Spans in which the clock stands still."""
    properties = {
        "from": described(shapes.named(event_shape), "The clock stands still from this event on."),
        "until": described(shapes.named(event_shape), "The clock runs again from this event on."),
        "where": described(
            shapes.named(where_shape), "A condition on the attributes of the event that begins the pause."
        ),
    }
    return list_of(closed(properties, ("from", "until")))


_MEANING = "Spans in which the clock stands still: `[{from: waiting_started, until: waiting_ended, where: ...}]`."
PausesField = Annotated[Any, read_with(parse_pauses), Takes(pauses_shape), Field(description=_MEANING)]
