"""The same records in every form that a table or a log may have: what the paths are compared on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from servstd.flat import FlatReader
from servstd.record import Event, Record
from servstd.vocabulary import RECORD_ATTRIBUTES, Vocabulary

_INSTANT = pa.timestamp("us", "UTC")
_LISTS = ("turns", "reviews")


def wide_row(record: Record, reader: FlatReader) -> dict[str, Any]:
    """The record with one event of each type, as wide columns hold it; what they can not hold is left out."""
    row = _plain_row(record)
    for event in record.events:
        if f"{event.type}_at" in row:
            continue
        row[f"{event.type}_at"] = event.at
        given = {**event.attributes, "until": event.until, "ref": event.ref, "actor": event.actor}
        given["sequence"] = event.sequence or None
        for name, value in given.items():
            key = f"{event.type}_{name}"
            if value is not None and reader.meaning(key)[1:] == (event.type, name):
                row[key] = value
    return {name: value for name, value in row.items() if value is not None}


def listed_row(record: Record, is_nested: bool = False) -> dict[str, Any]:
    """The record with its events as a list; `is_nested` puts the attributes of an event into a mapping of their own."""
    row = _plain_row(record)
    row["events"] = [_listed(event, is_nested) for event in record.events]
    return {name: value for name, value in row.items() if value is not None}


def mixed_row(record: Record, reader: FlatReader) -> dict[str, Any]:
    """The record with the first event of each type in wide columns, and all others in a list."""
    first = {event.type: event for event in reversed(record.events)}
    rest = [event for event in record.events if first[event.type] is not event]
    return wide_row(record, reader) | {"events": [_listed(event, False) for event in rest]}


def _plain_row(record: Record) -> dict[str, Any]:
    """Everything but the events."""
    row = {name: getattr(record, name) for name in RECORD_ATTRIBUTES} | dict(record.fields) | {"id": record.id}
    row["turns"] = [turn.to_dict() for turn in record.turns] or None
    row["reviews"] = [review.to_dict() for review in record.reviews] or None
    row["complete_for"] = sorted(record.complete_for) or None
    row["tracked"] = None if record.tracked is None else sorted(record.tracked)
    row["agent_names"] = list(record.agent_names) or None
    return row


def _listed(event: Event, is_nested: bool) -> dict[str, Any]:
    own = {"type": event.type, "at": event.at, "until": event.until, "actor": event.actor, "ref": event.ref}
    own["sequence"] = event.sequence
    return {**own, "attributes": dict(event.attributes)} if is_nested else {**own, **event.attributes}


def table_of(rows: Iterable[Mapping[str, Any]], as_texts: bool = False) -> Any:
    """Rows as a `pyarrow.Table`; a column of mixed types is one of texts, and with `as_texts` every plain one is."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _array([row.get(name) for row in rows], as_texts) for name in names})


def _array(values: list[Any], as_texts: bool) -> Any:
    kind = _type_of(values, as_texts)
    return pa.array([_as(kind, value) for value in values], kind)


def _type_of(values: Iterable[Any], as_texts: bool) -> Any:
    """The narrowest Arrow type that holds these values."""
    given = [value for value in values if value is not None]
    kinds = {type(value) for value in given}
    if kinds == {list}:
        return pa.list_(_type_of([one for value in given for one in value], as_texts))
    if kinds == {dict}:
        names = dict.fromkeys(name for value in given for name in value)
        return pa.struct([(name, _type_of([value.get(name) for value in given], as_texts)) for name in names])
    if as_texts or len(kinds) != 1:
        return pa.string()
    if issubclass(next(iter(kinds)), datetime):
        return _INSTANT
    return {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}.get(kinds.pop(), pa.string())


def _as(kind: Any, value: Any) -> Any:
    """A value as its column holds it."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [_as(kind.value_type, one) for one in value]
    if pa.types.is_struct(kind):
        return {field.name: _as(field.type, value.get(field.name)) for field in kind}
    return _text(value) if pa.types.is_string(kind) else value


def _text(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def event_rows(records: Sequence[Record]) -> list[dict[str, Any]]:
    """A row for each event, with what else is known of its record beside it; a record without events has none."""
    return [
        {**_plain_row(record), "id": None, "case": record.id, **_event_row(event)}
        for record in records
        for event in record.events
    ]  # fmt: skip


def _event_row(event: Event) -> dict[str, Any]:
    attributes = {f"event_{name}": value for name, value in event.attributes.items()}
    own = {"event": event.type, "event_at": event.at, "event_until": event.until, "event_sequence": event.sequence}
    return {**own, "event_ref": event.ref, "event_actor": event.actor, **attributes}


def events_mapping(rows: Sequence[Mapping[str, Any]], vocabulary: Vocabulary) -> dict[str, Any]:
    """The mapping by which such rows become records again."""
    given = {name for row in rows for name, value in row.items() if value is not None}
    types = sorted({row["event"] for row in rows})
    columns: dict[str, Any] = {}
    for name in sorted(given - {"case", "event", "event_at", "event_sequence"}):
        if name == "event_until":
            columns[name] = [{"event": one, "until": True} for one in types]
        elif name.startswith("event_"):
            columns[name] = _of_events(name.removeprefix("event_"), types, vocabulary)
        else:
            is_list = name in (*_LISTS, "complete_for", "tracked", "agent_names")
            columns[name] = {"list" if is_list else "field": name}
    own = {"case": "case", "at": "event_at", "sequence": "event_sequence", "event": "event"}
    return {"layout": "events", **own, "columns": columns}


def _of_events(attribute: str, types: Iterable[str], vocabulary: Vocabulary) -> list[dict[str, str]]:
    known = [one for one in types if attribute in ("ref", "actor") or attribute in vocabulary.events[one].attributes]
    return [{"event": one, "attribute": attribute} for one in known]
