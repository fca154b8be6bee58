"""`moved_by`: events that move a due time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from servstd.shape import TEXT, Schema, described
from servstd.spelling import shown
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.read import parse_event_ref
from servstd.terms.read_shape import event_and_where
from servstd.vocabulary import nearest


@dataclass(frozen=True, slots=True)
class MovedBy:
    """An event with the attribute that holds the new due time."""

    event: EventRef
    to: str


def parse_moved_by(spec: Any, reading: Reading, path: Path = ()) -> MovedBy | None:
    """Read `{event: renegotiated, to: new_due_at}`."""
    if isinstance(spec, Mapping):
        spec = reading.keys(spec, ("event", "to", "where"), path)
    if not isinstance(spec, Mapping) or "event" not in spec or "to" not in spec:
        reading.report("not-a-mapping", "'moved_by' takes 'event' and 'to'", path)
        return None
    event = {key: spec[key] for key in ("event", "where") if key in spec}
    ref, to = parse_event_ref(event, reading, path), spec["to"]
    for name in ref.types:
        known = reading.context.vocabulary.events[name].attributes
        if not isinstance(to, str) or to not in known:
            message = f"{name} has no attribute {shown(to)}"
            reading.report("unknown-attribute", message, (*path, "to"), nearest(to, known))
    return MovedBy(ref, str(to))


def moved_by_shape(shapes: Shapes) -> Schema:
    """An event, and its attribute that holds the new due time."""
    return event_and_where(shapes, {"to": described(TEXT, "The attribute that holds the new due time.")}, ("to",))


_MEANING = "An event that moves the due time: `{event: renegotiated, to: new_due_at}`."
MovedByField = Annotated[Any, read_with(parse_moved_by), Takes(moved_by_shape), Field(description=_MEANING)]
