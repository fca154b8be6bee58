"""Numbers that a limit compares: fields, attributes, counts and times between events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from servstd.shape import TEXT, Schema, closed, described, list_of, optional, words
from servstd.spelling import shown
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.read import parse_event_ref
from servstd.terms.read_shape import event_names_shape, event_shape, field_name_shape, where_shape
from servstd.terms.target import duration_shape, parse_duration_at
from servstd.vocabulary import nearest


@dataclass(frozen=True, slots=True)
class Number:
    """Where a number comes from; exactly one of `field`, `event`, `count` and `elapsed` is given."""

    name: str
    field: str | None = None
    attribute: str | None = None
    event: EventRef | None = None
    count: EventRef | None = None
    elapsed: tuple[EventRef, EventRef] | None = None


@dataclass(frozen=True, slots=True)
class ForEvery:
    """The lower bound is asked once for every full `count` of a field."""

    count: int
    field: str


def parse_number(spec: Any, reading: Reading, path: Path = ()) -> Number:
    """Read `{field}`, `{attribute, event}`, `{count: event}` or `{elapsed: [from, to]}`."""
    if not isinstance(spec, Mapping):
        reading.report("not-a-number-source", "'of' takes field, attribute and event, count, or elapsed", path)
        return Number("")
    spec = reading.keys(spec, ("field", "attribute", "event", "count", "elapsed", "where"), path)
    if "field" in spec:
        reading.field_name(spec["field"], (*path, "field"))
        return Number(str(spec["field"]), field=str(spec["field"]))
    if "attribute" in spec and "event" in spec:
        ref = parse_event_ref(_with_where(spec, spec["event"]), reading, path)
        _attribute_is_known(spec["attribute"], ref, reading, (*path, "attribute"))
        return Number(str(spec["attribute"]), attribute=spec["attribute"], event=ref)
    if "count" in spec:
        ref = parse_event_ref(_with_where(spec, spec["count"]), reading, (*path, "count"))
        return Number(f"count of {ref}", count=ref)
    pair = spec.get("elapsed")
    if isinstance(pair, (list, tuple)) and len(pair) == 2:
        first, second = (parse_event_ref(item, reading, (*path, "elapsed", i)) for i, item in enumerate(pair))
        return Number(f"time from {first} to {second}", elapsed=(first, second))
    reading.report("not-a-number-source", "'of' takes field, attribute and event, count, or elapsed", path)
    return Number("")


def _with_where(spec: Mapping[str, Any], event: Any) -> Any:
    return {"event": event, "where": spec["where"]} if "where" in spec else event


def _attribute_is_known(name: Any, ref: EventRef, reading: Reading, path: Path) -> None:
    for event_type in ref.types:
        known = reading.context.vocabulary.events[event_type].attributes
        if not isinstance(name, str) or name not in known:
            message = f"{event_type} has no attribute {shown(name)}"
            reading.report("unknown-attribute", message, path, nearest(name, known))


def parse_bound(spec: Any, reading: Reading, path: Path = ()) -> Any:
    """Read a number, or a duration for a time."""
    if isinstance(spec, (int, float)) and not isinstance(spec, bool):
        return spec
    return parse_duration_at(spec, reading, path)


def parse_for_every(spec: Any, reading: Reading, path: Path = ()) -> ForEvery | None:
    """Read `{count: 5, field: staff_count}`."""
    if isinstance(spec, Mapping):
        spec = reading.keys(spec, ("count", "field"), path)
    count = spec.get("count") if isinstance(spec, Mapping) else None
    if not isinstance(spec, Mapping) or type(count) is not int or count < 1 or "field" not in spec:
        reading.report("not-a-mapping", "'for_every' takes 'count', 1 or more, and 'field'", path)
        return None
    reading.field_name(spec["field"], (*path, "field"))
    return ForEvery(count, str(spec["field"]))


def number_shape(shapes: Shapes) -> Schema:
    """Where a number comes from."""
    names = {word.name for event in shapes.context.vocabulary.events.values() for word in event.attributes.values()}
    pair = {**list_of(shapes.named(event_shape)), "minItems": 2, "maxItems": 2}
    properties = {
        "field": described(shapes.named(field_name_shape), "A field of the record."),
        "attribute": described({**TEXT, **words(sorted(names), "no event has such an attribute")}, "Of `event`."),
        "event": described(shapes.named(event_names_shape), "The event that has the `attribute`."),
        "count": described(shapes.named(event_shape), "How many such events there were."),
        "elapsed": described(pair, "The time between two events."),
        "where": described(
            optional(shapes.named(where_shape)), "Narrows the event that has the attribute, or is counted."
        ),
    }
    return {**closed(properties), "minProperties": 1}


def bound_shape(shapes: Shapes) -> Schema:
    """A number, or a duration."""
    duration = shapes.named(duration_shape)
    return {"if": {"type": "number"}, "else": duration, "anyOf": [duration, {}]}


def for_every_shape(shapes: Shapes) -> Schema:
    """How many of a field the lower bound is asked for."""
    count = described({"type": "integer", "minimum": 1}, "Once for every full so many.")
    return closed(
        {"count": count, "field": described(shapes.named(field_name_shape), "Of this field.")}, ("count", "field")
    )


OfField = Annotated[Any, read_with(parse_number), Takes(number_shape)]
BoundField = Annotated[Any, read_with(parse_bound), Takes(bound_shape)]
ForEveryField = Annotated[Any, read_with(parse_for_every), Takes(for_every_shape)]
