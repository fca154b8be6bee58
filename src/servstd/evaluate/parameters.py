"""The parameters of a check, as a policy owner wrote them: the key, and its value in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.kinds.base import Check
from servstd.terms.anchor import Anchor
from servstd.terms.event_ref import EventRef
from servstd.terms.moved import MovedBy
from servstd.terms.number import ForEvery, Number
from servstd.terms.pauses import Pause
from servstd.terms.target import DueAttribute, Target

_SHOWN_ELSEWHERE = ("kind", "when", "checks")


def parameters_of(check: Check) -> tuple[tuple[str, str], ...]:
    """Every parameter that differs from its default, in the order of the kind."""
    found = []
    for name, about in type(check).model_fields.items():
        value = getattr(check, name)
        is_default = value is None or (not about.is_required() and value == about.get_default())
        if name not in _SHOWN_ELSEWHERE and not is_default:
            found.append((about.alias or name, in_words(value)))
    return tuple(found)


def in_words(value: Any) -> str:
    """A parameter's value in words."""
    match value:
        case bool():
            return "yes" if value else "no"
        case EventRef():
            return _event(value)
        case Anchor():
            return _anchor(value)
        case Target():
            return _target(value)
        case DueAttribute():
            return f"{value.event}.{value.attribute}" if value.event else value.attribute
        case MovedBy():
            return f"{value.to} of {_event(value.event)}"
        case Pause():
            return f"from {_event(value.from_)} until {_event(value.until)}"
        case Number():
            return value.name if value.event is None else f"{value.name} of {_event(value.event)}"
        case ForEvery():
            return f"{value.count} of {value.field}"
        case Mapping():
            return ", ".join(f"{key}: {in_words(one)}" for key, one in value.items())
        case tuple() | list() | frozenset():
            return ", ".join(in_words(one) for one in value)
        case _:
            return str(value.describe() if hasattr(value, "describe") else value)


def _event(ref: EventRef) -> str:
    if ref.is_this:
        return "this"
    return str(ref) if ref.where is None else f"{ref} where {ref.where.describe()}"


def _anchor(anchor: Anchor) -> str:
    if anchor.event is not None:
        return _event(anchor.event)
    if anchor.cues:
        by = f" by the {anchor.by}" if anchor.by else ""
        return f"{' or '.join(anchor.cues)} said{by}"
    return anchor.kind


def _target(target: Target) -> str:
    if target.field is not None:
        return f"what the field {target.field} says"
    if target.duration is not None:
        return str(target.duration)
    return "; ".join(
        f"{duration} {'otherwise' if condition is None else f'when {condition.describe()}'}"
        for condition, duration in target.rows
    )
