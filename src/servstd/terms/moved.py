"""`moved_by`: events that move a due time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from servstd.terms.context import Path, Reading, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.read import parse_event_ref
from servstd.vocabulary import nearest


@dataclass(frozen=True, slots=True)
class MovedBy:
    """An event with the attribute that holds the new due time."""

    event: EventRef
    to: str


def parse_moved_by(spec: Any, reading: Reading, path: Path = ()) -> MovedBy | None:
    """Read `{event: renegotiated, to: new_due_at}`."""
    if not isinstance(spec, Mapping) or "event" not in spec or "to" not in spec:
        reading.report("not-a-mapping", "'moved_by' takes 'event' and 'to'", path)
        return None
    reading.keys(spec, ("event", "to", "where"), path)
    event = {key: spec[key] for key in ("event", "where") if key in spec}
    ref, to = parse_event_ref(event, reading, path), spec["to"]
    for name in ref.types:
        known = reading.context.vocabulary.events[name].attributes
        if to not in known:
            reading.report("unknown-attribute", f"{name} has no attribute {to!r}", (*path, "to"), nearest(to, known))
    return MovedBy(ref, str(to))


MovedByField = Annotated[Any, read_with(parse_moved_by)]
