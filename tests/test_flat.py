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


def test_events_are_in_the_order_of_the_first_key_that_names_them() -> None:
    row = {"promise_due_at": UNTIL, "received_ref": "m", "closed_at": AT, "received_at": AT, "promise_at": UNTIL}
    events = read(**row, opened_at=AT, closed_ref="c").events
    assert [(event.type, event.at, event.ref) for event in events] == [
        ("promise", UNTIL, None), ("received", AT, "m"), ("closed", AT, "c"), ("opened", AT, None)
    ]  # fmt: skip
    assert events[0].attributes == {"due_at": UNTIL}


def test_problems_of_events_are_in_the_order_of_their_keys() -> None:
    record = read(promise_due_at=UNTIL, received_at={"at": AT}, closed_at=None, opened_at="soon", opened_ref="o")
    assert record.events == ()
    assert [problem.path for problem in record.problems] == ["promise_at", "received_at", "opened_at"]
    assert [problem.code for problem in record.problems] == ["attribute-without-event", "bad-time", "bad-time"]
    assert record.unreadable == {"received", "opened"}


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


def hints(**row: Any) -> list[tuple[str, str | None]]:
    return [(problem.message, problem.hint) for problem in read(**row).problems]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            {"events": [{"event": "received", "at": AT}]},
            ("an event does not say its type; it is left out", "write 'type' instead of 'event'"),
        ),
        ({"events": [{"at": AT}]}, ("an event does not say its type; it is left out", "write type: received")),
        ({"events": [{"type": "recieved", "at": AT}]}, ("no event is called 'recieved'", "did you mean 'received'?")),
        ({"events": [{"type": "received", "time": AT}]}, ("the event has no time", "write 'at' instead of 'time'")),
        ({"events": [{"type": "received"}]}, ("the event has no time", "write at: 2026-05-22T15:00-04:00")),
        ({"turns": [{"speaker": "agent", "Content": "Hi"}]}, ("unknown key 'Content'", "did you mean 'text'?")),
        ({"turns": [{"speaker": "agent", "text": "Hi", "tone": "warm"}]}, ("unknown key 'tone'", None)),
        ({"reviews": [{"rule": "a.b", "answer": "yes"}]}, ("unknown key 'answer'", "did you mean 'value'?")),
        ({"reviews": [{"rule": "a.b", "value": "yes", "shift": "late"}]}, ("unknown key 'shift'", None)),
    ],
)
def test_an_item_in_another_shape_is_told_what_was_meant(row: dict[str, Any], told: tuple[str, str | None]) -> None:
    assert hints(**row) == [told]


@pytest.mark.parametrize(
    ("key", "given", "hint"),
    [
        ("events", {"type": "received", "at": AT}, "put it into a list: [{...}]"),
        ("events", ["received"], "each of them is a mapping such as {type: received, at: 2026-05-22T15:00Z}"),
        ("turns", "Good morning", "each of them is a mapping such as {speaker: agent, text: Good morning}"),
        ("reviews", [5], "each of them is a mapping such as {rule: telephone.greet, value: yes}"),
    ],
)
def test_what_is_no_list_of_mappings_is_told_how_it_is_written(key: str, given: Any, hint: str) -> None:
    with pytest.raises(servstd.RecordError) as caught:
        read(**{key: given})
    [problem] = caught.value.problems
    assert (problem.message, problem.hint) == (f"expected a list of {key}", hint)
