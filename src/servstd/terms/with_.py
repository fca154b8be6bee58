"""`with`: a condition on the attributes of the event beside it, or on the record when there is no event."""

from __future__ import annotations

from typing import Any, cast

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from servstd.shape import Schema, optional
from servstd.terms.context import Context, Reading, Shapes, faults
from servstd.terms.event_ref import EventRef
from servstd.terms.read import all_attributes, parse_attribute_condition, parse_condition
from servstd.terms.read_shape import attribute_rules, condition_shape, where_shape


def read_with_condition(value: Any, info: ValidationInfo) -> Any:
    """Read the condition; the event, read before it, says which attributes there are."""
    if value is None:
        return None
    reading = Reading(cast(Context, info.context))
    if "event" not in info.data:  # it could not be read, so its attributes are not known
        return None
    event = info.data.get("event")
    if isinstance(event, EventRef) and event.types:
        condition = parse_attribute_condition(value, event.types, reading, ())
    elif isinstance(event, EventRef):
        condition = parse_condition(value, reading, (), attributes=all_attributes(reading))
    else:
        condition = parse_condition(value, reading, ())
    if reading.problems:
        raise PydanticCustomError("problems", "{count} problems", faults(reading.problems))
    return condition


def with_shapes(shapes: Shapes) -> Schema:
    """What `with` takes, by the event beside it."""
    beside = {"properties": {"with": optional(shapes.named(where_shape))}}
    alone = {"properties": {"with": optional(shapes.named(condition_shape))}}
    is_alone: Schema = {"if": {"required": ["event"]}, "then": beside, "else": alone}
    return {"allOf": [is_alone, *attribute_rules("event", "with", shapes)]}
