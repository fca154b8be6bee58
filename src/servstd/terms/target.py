"""Targets: a duration, a field that holds one, or a table; and due times that a record carries itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from servstd.facts import Opportunity
from servstd.shape import TEXT, Schema, closed, described, forms, words
from servstd.terms.condition import Condition
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.meant import rows_meant, target_meant, target_row_meant
from servstd.terms.read import parse_condition
from servstd.terms.read_shape import condition_shape, field_name_shape
from servstd.units import DURATION_SHAPE, Duration, UnitError, parse_duration
from servstd.vocabulary import nearest


@dataclass(frozen=True, slots=True)
class Target:
    """How much time there is. Exactly one of `duration`, `field` and `rows` is given.

    A table takes the first row whose condition holds. A condition that is undecided counts as not met, and its
    fields are listed as assumed.
    """

    duration: Duration | None = None
    field: str | None = None
    rows: tuple[tuple[Condition | None, Duration], ...] = ()

    def resolve(self, opportunity: Opportunity) -> tuple[Duration | None, tuple[str, ...]]:
        """The duration for this record, None when its field is missing, and what was assumed."""
        if self.duration is not None:
            return self.duration, ()
        if self.field is not None:
            value = opportunity.values.get(self.field)
            return (value if isinstance(value, Duration) else _read_text(value)), ()
        assumed: list[str] = []
        for condition, duration in self.rows:
            answer = True if condition is None else condition.test(opportunity.values, opportunity)
            if answer is True:
                return duration, tuple(assumed)
            if answer is None and condition is not None:
                assumed += condition.missing(opportunity.values, opportunity)
        return None, tuple(assumed)

    def fields(self) -> frozenset[str]:
        """The fields that it reads."""
        own = frozenset((self.field,)) if self.field else frozenset[str]()
        return own.union(*(condition.fields() for condition, _ in self.rows if condition is not None))

    def durations(self) -> tuple[Duration, ...]:
        """Every duration that is written down."""
        return (self.duration,) if self.duration else tuple(duration for _, duration in self.rows)


def _read_text(value: Any) -> Duration | None:
    try:
        return parse_duration(value)
    except UnitError:
        return None


@dataclass(frozen=True, slots=True)
class DueAttribute:
    """A due time that an event carries: an attribute of the start event, or of events of another type."""

    attribute: str
    event: str | None = None


def parse_target(spec: Any, reading: Reading, path: Path = ()) -> Target:
    """Read `1 business day`, `{field: normal_process_time}` or `[{when: ..., use: ...}, {use: ...}]`."""
    if isinstance(spec, (list, tuple)):
        if (hint := rows_meant(spec)) is not None:
            _report_no_row(reading, (*path, 0), hint)
            return Target()
        rows = [_parse_row(row, reading, (*path, index)) for index, row in enumerate(spec)]
        if not rows or (rows[-1] is not None and rows[-1][0] is not None):
            reading.report("table-without-default", "the last row of a table of targets has no 'when'", path)
        return Target(rows=tuple(row for row in rows if row is not None))
    if isinstance(spec, Mapping):
        spec = reading.keys(spec, ("field",), path, partial(target_meant, context=reading.context))
        name = spec.get("field")
        if name is None:
            reading.report("missing-key", "missing key 'field'", path)
        if name is None or not reading.field_name(name, (*path, "field")):
            return Target()
        return Target(field=name)
    duration = parse_duration_at(spec, reading, path)
    return Target(duration)


def parse_duration_at(spec: Any, reading: Reading, path: Path = ()) -> Duration | None:
    """Read a duration, reporting what is wrong at a path."""
    try:
        return parse_duration(spec)
    except UnitError as error:
        reading.report(error.code, error.message, path, error.hint)
        return None


def _parse_row(row: Any, reading: Reading, path: Path) -> tuple[Condition | None, Duration] | None:
    if isinstance(row, Mapping):
        row = reading.keys(row, ("when", "use"), path, partial(target_row_meant, context=reading.context))
    if not isinstance(row, Mapping) or "use" not in row:
        _report_no_row(reading, path)
        return None
    condition = parse_condition(row["when"], reading, (*path, "when")) if "when" in row else None
    duration = parse_duration_at(row["use"], reading, (*path, "use"))
    return None if duration is None else (condition, duration)


def _report_no_row(reading: Reading, path: Path, hint: str | None = None) -> None:
    reading.report("not-a-target", "a row of a table of targets needs 'use', and 'when' but for the last", path, hint)


def parse_due(spec: Any, reading: Reading, path: Path = ()) -> DueAttribute:
    """Read `due_at` (of the start event) or `promise.due_at`."""
    events = reading.context.vocabulary.events
    if isinstance(spec, str) and "." in spec:
        event, _, attribute = spec.partition(".")
        if reading.event_name(event, path) and attribute not in events[event].attributes:
            hint = nearest(attribute, events[event].attributes)
            reading.report("unknown-attribute", f"the event has no attribute {attribute!r}", path, hint)
        return DueAttribute(attribute, event)
    known = {name for event in events.values() for name in event.attributes}
    if not isinstance(spec, str) or spec not in known:
        reading.report("unknown-attribute", f"no event has an attribute {spec!r}", path, nearest(spec, known))
    return DueAttribute(str(spec))


def duration_shape(shapes: Shapes) -> Schema:
    """A duration that names its clock."""
    return DURATION_SHAPE


def target_shape(shapes: Shapes) -> Schema:
    """A duration, a field that holds one, or a table."""
    field = closed(
        {"field": described(shapes.named(field_name_shape), "The field that holds the duration.")}, ("field",)
    )
    table = {"type": "array", "minItems": 1, "items": shapes.named(target_row_shape)}
    return forms(shapes.named(duration_shape), table, field)


def target_row_shape(shapes: Shapes) -> Schema:
    """One row of a table of targets."""
    when = described(
        shapes.named(condition_shape), "The first row whose condition holds is used; the last row has none."
    )
    return closed({"when": when, "use": described(shapes.named(duration_shape), "The duration of this row.")}, ("use",))


def due_shape(shapes: Shapes) -> Schema:
    """An attribute of the start event, or of another event."""
    known: dict[str, str] = {}
    for event in shapes.context.vocabulary.events.values():
        for name, word in event.attributes.items():
            known |= {name: word.brief, f"{event.name}.{name}": f"{event.brief}: {word.brief}"}
    return {**TEXT, **words(known, "no event has such an attribute")}


_DUE = "An attribute that holds the due time: `due_at` of the start event, or `promise.due_at`."
TargetField = Annotated[Any, read_with(parse_target), Takes(target_shape)]
DueField = Annotated[Any, read_with(parse_due), Takes(due_shape), Field(description=_DUE)]
