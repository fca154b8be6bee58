"""Records for the tests of measures, made in one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from servstd.record import Event, Record

START = datetime(2026, 5, 4, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def record(kind: str, channel: str | None, *events: tuple[Any, ...], **more: Any) -> Record:
    """Events are (type, seconds since the start, attributes)."""
    made = tuple(Event(one[0], at(one[1]), attributes=one[2] if len(one) > 2 else {}) for one in events)
    own = {name: more.pop(name) for name in ("direction", "agent", "team") if name in more}
    return Record(more.pop("id", "r"), kind, channel, events=made, fields=more, **own)


def call(*events: tuple[Any, ...], **more: Any) -> Record:
    return record("interaction", "phone", *events, **more)
