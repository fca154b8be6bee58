"""`with`: a condition on the attributes of the event beside it, or on the record when there is no event."""

from __future__ import annotations

from typing import Any, cast

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from servstd.terms.context import Context, Reading, faults
from servstd.terms.event_ref import EventRef
from servstd.terms.read import all_attributes, parse_attribute_condition, parse_condition


def read_with_condition(value: Any, info: ValidationInfo) -> Any:
    """Read the condition; the event, read before it, says which attributes there are."""
    if value is None:
        return None
    reading = Reading(cast(Context, info.context))
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
