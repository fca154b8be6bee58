"""Records as tables whose events are a list column, in every layout that Arrow has for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
from tests.table.wide import ATTRIBUTES, table_of

from servstd import Event, Record

OWN = ("type", "at", "until", "actor", "ref", "sequence")
Layout = Callable[[list[list[dict[str, Any]] | None]], Any]
UTC_US = pa.timestamp("us", "UTC")


def listed(records: Iterable[Record], layout: Layout, wide: Iterable[str] = ()) -> pa.Table:
    """A row a record with its events in a list; the first event of each type in `wide` goes into columns instead."""
    rows, lists = [], []
    for record in records:
        row = {name: getattr(record, name) for name in ATTRIBUTES} | dict(record.fields) | {"id": record.id}
        rest: list[dict[str, Any]] = []
        for event in record.events:
            if event.type in wide and f"{event.type}_at" not in row and _fits(event):
                row[f"{event.type}_at"] = event.at
            else:
                rest.append(_item(event))
        row |= {"turns": [turn.to_dict() for turn in record.turns]} if record.turns else {}
        row |= {"reviews": [review.to_dict() for review in record.reviews]} if record.reviews else {}
        for name in ("complete_for", "tracked"):
            value = getattr(record, name)
            row |= {name: sorted(value)} if value else {}
        row |= {"agent_names": list(record.agent_names)} if record.agent_names else {}
        rows.append({name: value for name, value in row.items() if value is not None})
        lists.append(rest or None)
    return table_of(rows).append_column("events", layout(lists))


def _fits(event: Event) -> bool:
    own = (event.until, event.ref, event.actor)
    return not event.attributes and own == (None, None, None) and event.sequence == 0


def _item(event: Event) -> dict[str, Any]:
    given = {name: getattr(event, name) for name in OWN} | dict(event.attributes)
    return {name: value for name, value in given.items() if value is not None}


def flat_struct(lists: list[list[dict[str, Any]] | None], kind: Callable[[Any], Any] = pa.list_) -> Any:
    """Attributes beside the type."""
    return pa.array(lists, kind(pa.struct({**_own_types(lists), **_attribute_types(lists)})))


def texts(lists: list[list[dict[str, Any]] | None]) -> Any:
    """Instants as ISO texts, every attribute as a text."""
    read = [None if items is None else [_as_texts(item) for item in items] for items in lists]
    names = dict.fromkeys(name for items in read for item in items or () for name in item)
    return pa.array(read, pa.list_(pa.struct(dict.fromkeys([*names, "type", "at"], pa.string()))))


def nested_struct(lists: list[list[dict[str, Any]] | None]) -> Any:
    """Attributes in a struct of their own."""
    inner = pa.struct(_attribute_types(lists))
    kind = pa.struct({**_own_types(lists), "attributes": inner})
    return pa.array([None if items is None else [*map(_nested, items)] for items in lists], pa.list_(kind))


def nested_map(lists: list[list[dict[str, Any]] | None]) -> Any:
    """Attributes in a map of texts."""
    kind = pa.struct({**_own_types(lists), "attributes": pa.map_(pa.string(), pa.string())})
    read = [None if items is None else [_nested(item) for item in items] for items in lists]
    for item in (item for items in read for item in items or ()):
        item["attributes"] = [(name, _text(value)) for name, value in item["attributes"].items()]
    return pa.array(read, pa.list_(kind))


def encoded(lists: list[list[dict[str, Any]] | None]) -> Any:
    """The type as a dictionary, instants in whole seconds of another zone."""
    plain = flat_struct(lists)
    flat = plain.flatten()
    names = [field.name for field in flat.type]
    parts = dict(zip(names, flat.flatten(), strict=True))
    parts["type"] = parts["type"].dictionary_encode()
    parts["at"] = parts["at"].cast(pa.timestamp("ns", "Asia/Tokyo"))
    struct = pa.StructArray.from_arrays(list(parts.values()), names=names)
    return pa.ListArray.from_arrays(plain.offsets, struct, mask=plain.is_null())


def in_views(lists: list[list[dict[str, Any]] | None]) -> Any:
    """A view of the list, from behind."""
    plain = flat_struct(lists)
    sizes = [len(items or ()) for items in lists]
    begins = plain.offsets.to_pylist()[:-1]
    views = pa.ListViewArray.from_arrays(pa.array(begins, pa.int32()), pa.array(sizes, pa.int32()), plain.values)
    return views


LAYOUTS: dict[str, Layout] = {
    "flat struct": flat_struct,
    "large list": lambda lists: flat_struct(lists, pa.large_list),
    "nested struct": nested_struct,
    "nested map": nested_map,
    "encoded": encoded,
    "views": in_views,
    "texts": texts,
}


def _nested(item: Mapping[str, Any]) -> dict[str, Any]:
    inner = {name: value for name, value in item.items() if name not in OWN}
    return {**{name: value for name, value in item.items() if name in OWN}, "attributes": inner}


def _own_types(lists: list[list[dict[str, Any]] | None]) -> dict[str, Any]:
    instants = {"type": pa.string(), "at": UTC_US, "until": UTC_US}
    return {**instants, "actor": pa.string(), "ref": pa.string(), "sequence": pa.int32()}


def _attribute_types(lists: list[list[dict[str, Any]] | None]) -> dict[str, Any]:
    """A column of mixed types is one of texts."""
    found: dict[str, set[type]] = {}
    items = [item for some in lists for item in some or ()]
    for item in items:
        for name, value in item.items():
            if name not in OWN:
                found.setdefault(name, set()).add(type(value))
    arrow = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), datetime: UTC_US}
    types = {name: arrow.get(next(iter(kinds)), pa.string()) for name, kinds in found.items() if len(kinds) == 1}
    kinds = {name: types.get(name, pa.string()) for name in found}
    for item in items:
        for name in item.keys() - set(OWN):
            if kinds[name] == pa.string():
                item[name] = _text(item[name])
    return kinds


def _as_texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in item.items()}


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
