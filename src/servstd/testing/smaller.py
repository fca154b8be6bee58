"""Making a record smaller while a fault still shows: what is left is what matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from servstd.record import Event, Record

T = TypeVar("T", Record, Event)
_OWN = ("channel", "audience", "direction", "agent", "team", "tracked")


def smallest(record: Record, shows: Callable[[Record], bool]) -> Record:
    """The record with everything taken away without which the fault still shows."""
    while True:
        less = next((one for one in _smaller(record) if shows(one)), None)
        if less is None:
            return record
        record = less


def fewest(records: Sequence[Record], shows: Callable[[Sequence[Record]], bool]) -> Sequence[Record]:
    """As few of the records as show the fault, mostly one."""
    for record in records:
        if shows([record]):
            return [smallest(record, lambda one: shows([one]))]
    return records


def _smaller(record: Record) -> Iterator[Record]:
    """The record with one thing less, larger things first."""
    for name in ("events", "turns", "reviews"):
        items: tuple[Any, ...] = getattr(record, name)
        if len(items) > 1:
            yield _with(record, name, ())
        yield from (_with(record, name, (*items[:at], *items[at + 1 :])) for at in range(len(items)))
    if len(record.fields) > 1:
        yield replace(record, fields={})
    for name in record.fields:
        yield replace(record, fields={key: value for key, value in record.fields.items() if key != name})
    yield from (_with(record, name, None) for name in _OWN if getattr(record, name) is not None)
    if record.complete_for:
        yield replace(record, complete_for=frozenset())
    for at, event in enumerate(record.events):
        for less in _smaller_events(event):
            yield replace(record, events=(*record.events[:at], less, *record.events[at + 1 :]))


def _smaller_events(event: Event) -> Iterator[Event]:
    for name in event.attributes:
        yield replace(event, attributes={key: value for key, value in event.attributes.items() if key != name})
    for name in ("until", "actor", "ref"):
        if getattr(event, name) is not None:
            yield _with(event, name, None)
    if event.sequence:
        yield replace(event, sequence=0)


def _with(item: T, name: str, value: Any) -> T:
    """A copy with one attribute changed, which is named at run time."""
    changes: dict[str, Any] = {name: value}
    return replace(item, **changes)
