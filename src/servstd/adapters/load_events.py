"""The keys of `layout: events`: the case, the time and the order of a row, and the events that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.adapters.cells import INSTANT, Cell
from servstd.adapters.mapping import EventRows, Made, State
from servstd.adapters.spec import Path, Spec
from servstd.vocabulary import nearest

EVENT_KEYS = ("case", "at", "sequence", "event", "states", "each_row")


def read_event_rows(spec: Spec) -> EventRows:
    """What `layout: events` says, with problems for what it should not."""
    body = spec.body
    if not any(body.get(key) for key in ("event", "states", "each_row")):
        message = "rows make no event: 'event', 'states' or 'each_row' is missing"
        spec.report("missing-key", message, ("layout",))
    event_column, events = _read_event(spec)
    state_column, states = _read_states(spec)
    return EventRows(
        case=spec.required("case") or "",
        at=Cell(spec.required("at") or "", "at", INSTANT),
        sequence=spec.text(body.get("sequence"), ("sequence",)),
        event_column=event_column,
        events=events,
        state_column=state_column,
        states=states,
        each_row=spec.made(body.get("each_row"), ("each_row",)),
    )


def made_types(rows: EventRows, spec: Spec) -> frozenset[str]:
    """Every event type that the rows can make."""
    made: list[Made | None] = [*(rows.events or {}).values(), rows.each_row]
    made += [event for state in rows.states.values() for event in (state.enter, state.leave)]
    types = frozenset(event.type for event in made if event)
    return types | (frozenset(spec.vocabulary.events) if rows.event_column and rows.events is None else frozenset())


def _read_event(spec: Spec) -> tuple[str | None, dict[str, Made | None] | None]:
    """`event: column`, or `event: {column, values}`; without values the column holds our own words."""
    written = spec.body.get("event")
    if not isinstance(written, Mapping):
        return spec.text(written, ("event",)), None
    body = spec.mapping(written, ("event",), ("column", "values"))
    column = _column(spec, body, ("event",))
    if body.get("values") is None:
        return column, None
    hint = "write the words of the log with ours, such as {Ringing: ring_start}"
    values = spec.mapping(body["values"], ("event", "values"), hint=hint)
    return column, {text: spec.made(value, ("event", "values", text)) for text, value in values.items()}


def _read_states(spec: Spec) -> tuple[str | None, dict[str, State]]:
    """`states: {column, values}`: what entering and leaving each state means."""
    hint = "write {column: status, values: {open: {enter: opened}}}"
    body = spec.mapping(spec.body.get("states"), ("states",), ("column", "values"), hint)
    if not body:
        return None, {}
    column, values = _column(spec, body, ("states",)), spec.mapping(body.get("values"), ("states", "values"))
    if not values:
        spec.report("missing-key", "the key 'values' is missing", ("states", "values"))
    return column, {name: _read_state(spec, name, state, values) for name, state in values.items()}


def _column(spec: Spec, body: Mapping[str, Any], path: Path) -> str | None:
    if body.get("column") is None:
        spec.report("missing-key", "the key 'column' is missing", (*path, "column"))
    return spec.text(body.get("column"), (*path, "column"))


def _read_state(spec: Spec, name: str, written: Any, known: Mapping[str, Any]) -> State:
    path: Path = ("states", "values", name)
    hint = f"write {{enter: {written}}}" if written in list(spec.vocabulary.events) else None
    body = spec.mapping(written, path, ("enter", "leave"), hint)
    enter = spec.made(body.get("enter"), (*path, "enter"))
    leave = spec.made(body.get("leave"), (*path, "leave"), extra=("unless_to",))
    for other in sorted(leave.unless_to if leave else ()):
        if other not in known:
            message = f"no state is called {other!r}"
            spec.report("unknown-state", message, (*path, "leave", "unless_to"), nearest(other, known))
    return State(enter, leave)
