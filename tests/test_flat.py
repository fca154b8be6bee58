"""The flat form, read: the same records and events as made by hand."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import servstd
from servstd.flat import FlatReader
from servstd.values import BadValue, parse_instant, parse_type, to_us

AT, UNTIL = datetime(2026, 5, 18, 14, tzinfo=UTC), datetime(2026, 5, 18, 15, tzinfo=UTC)
READER = FlatReader(servstd.load_catalog().vocabulary)


def read(**row: Any) -> servstd.Record:
    return READER.read({"id": "E-1", **row})


def test_what_is_read_is_what_is_made_by_hand() -> None:
    nothing = dict.fromkeys(("closed_at", "priority", "team"))
    row = {"channel": "email", "priority": "high", "received_at": AT, "promise_at": AT, "promise_due_at": UNTIL}
    mine = servstd.Record(
        "E-1",
        channel="email",
        fields={"priority": "high"},
        events=(servstd.Event("received", AT), servstd.Event("promise", AT, attributes={"due_at": UNTIL})),
    )
    assert read(**nothing) == servstd.Record("E-1")
    assert read(**row) == mine
    assert read(**row).values == mine.values
    assert pickle.loads(pickle.dumps(read(**row))) == mine


def test_an_event_with_everything_is_read_as_made_by_hand() -> None:
    written = {"type": "hold_start", "at": AT, "until": UNTIL, "actor": "agent", "ref": 7, "sequence": "3"}
    [event] = read(events=[written]).events
    mine = servstd.Event("hold_start", AT, UNTIL, "agent", "7", {}, 3)
    assert event == mine
    for name in ("at_us", "until_us", "values", "type", "sequence"):
        assert getattr(event, name) == getattr(mine, name)
    assert hash(event) == hash(mine)


@pytest.mark.parametrize(("frozen", "name"), [(read(received_at=AT), "id"), (read(received_at=AT).events[0], "type")])
def test_what_is_read_can_not_be_changed(frozen: Any, name: str) -> None:
    assert type(frozen) in (servstd.Record, servstd.Event)
    with pytest.raises(FrozenInstanceError):
        setattr(frozen, name, "other")


WRITTEN: tuple[Any, ...] = (
    *("email", "", "yes", "1", "care", True, False, 0, 1, 3, 5, 6, -1, 2**53, 2**53 + 1, -(2**60), 3.0, 3.5),
    *(AT, AT.date(), "2026-05-18", b"x", None, ["email"]),
)
TYPES = (
    "text",
    "yes or no",
    "number",
    "number 1 to 5",
    "number 0.5 to 2.5",
    "one of email, care",
    "instant",
    "duration",
)


@pytest.mark.parametrize("name", TYPES)
def test_a_value_that_needs_no_reading_would_be_read_as_itself(name: str) -> None:
    kind = parse_type(name)
    kept, allowed = kind.kept()
    for value in WRITTEN:
        if type(value) is kept and (allowed is None or value in allowed):
            assert kind.read(value) is value or (type(kind.read(value)) is int and kind.read(value) == value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", "care"), ("yes or no", True), ("number", 3), ("number 1 to 5", 5), ("one of email, care", "care")],
)
def test_nearly_every_value_of_a_program_needs_no_reading(name: str, value: Any) -> None:
    kept, allowed = parse_type(name).kept()
    assert type(value) is kept
    assert allowed is None or value in allowed


@pytest.mark.parametrize(("name", "value"), [("number", 2**53 + 1), ("number 1 to 5", 6), ("number 0.5 to 2.5", 0)])
def test_a_number_beyond_what_is_kept_is_read(name: str, value: int) -> None:
    kept, allowed = parse_type(name).kept()
    assert kept is int
    assert allowed is not None
    assert value not in allowed


def test_what_can_not_be_read_is_told_in_the_order_of_the_row() -> None:
    row = {"satisfaction": "seven", "received_at": "noon", "responded_at": "2026-05-18T10:00", "channel": "pigeon"}
    record = read(**row)
    assert [problem.keys for problem in record.problems] == [
        ("satisfaction",),
        ("channel",),
        ("received_at",),
        ("responded_at",),
    ]
    assert record.unreadable == {"satisfaction", "channel", "received", "responded"}


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Etc/GMT+4")])
def test_an_instant_is_the_same_in_every_zone(zone: tzinfo) -> None:
    assert to_us(AT.astimezone(zone)) == to_us(AT) == 1_779_112_800_000_000


class Unsure(tzinfo):
    """A zone that does not say its offset."""

    def utcoffset(self, when: datetime | None) -> timedelta | None:
        return None

    dst = utcoffset

    def tzname(self, when: datetime | None) -> str | None:
        return None


def test_a_zone_that_does_not_say_its_offset_is_none() -> None:
    with pytest.raises(BadValue, match="has no time zone"):
        parse_instant(AT.replace(tzinfo=Unsure()))
