"""Mappings: what they say, and every slip in them."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from servstd.adapters import load_mapping
from servstd.errors import CatalogError
from servstd.vocabulary import Vocabulary

EVENTS = {"layout": "events", "case": "n", "at": "t", "each_row": "received"}


def slips(body: dict[str, Any], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    with pytest.raises(CatalogError) as caught:
        load_mapping(body, vocabulary)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_every_slip_is_placed_in_the_file_with_its_hint(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "layout: wide\n"
        "time_zone: America/New_Yorkk\n"
        "columnz: {}\n"
        "columns:\n"
        "  a: {event: recieved}\n"
        "  b: {field: chanel}\n"
        "  c: {event: responded, attribute: automatic}\n"
        "  d: {field: channel}\n"
        "values:\n"
        "  channel: {E-Mail: emial}\n"
    )
    with pytest.raises(CatalogError) as caught:
        load_mapping(path, vocabulary)
    assert [problem.render().replace(str(tmp_path), "") for problem in caught.value.problems] == [
        "/mapping.yaml:2:12: time_zone: no time zone is called 'America/New_Yorkk' [unknown-zone]\n"
        "  time_zone: America/New_Yorkk\n             ^\nhint: did you mean 'America/New_York'?",
        "/mapping.yaml:3:1: columnz: unknown key 'columnz'; allowed: layout, kind, time_zone, time_format, missing, "
        "constants, defaults, complete_for, tracked, exported_at, columns, values, id [unknown-key]\n"
        "  columnz: {}\n  ^\nhint: did you mean 'columns'?",
        "/mapping.yaml:5:14: columns.a.event: no event is called 'recieved' [unknown-event]\n"
        "    a: {event: recieved}\n               ^\nhint: did you mean 'received'?",
        "/mapping.yaml:6:14: columns.b.field: no field is called 'chanel' [unknown-field]\n"
        "    b: {field: chanel}\n               ^\nhint: did you mean 'channel'?",
        "/mapping.yaml:7:36: columns.c.attribute: the event 'responded' has no attribute 'automatic' "
        "[unknown-attribute]\n"
        "    c: {event: responded, attribute: automatic}\n                                     ^\n"
        "hint: did you mean 'automated'?",
        "/mapping.yaml:10:21: values.channel.E-Mail: 'emial' is not one of phone, voicemail, email, web, chat, "
        "in_person, video, letter, ticket_comment [unknown-value]\n"
        "    channel: {E-Mail: emial}\n                      ^\nhint: did you mean 'email'?",
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"layout": "long"}, [("layout", "unknown-layout")]),
        ({"layout": ["wide"]}, [("layout", "unknown-layout")]),
        ({"states": {}}, [("states", "unknown-key")]),
        ({**EVENTS, "id": "x"}, [("id", "unknown-key")]),
        ({"id": 3}, [("id", "not-text")]),
        ({"time_format": "%d %m"}, [("time_format", "time-format")]),
        ({"time_format": "%Q"}, [("time_format", "time-format")]),
        ({"time_format": "%d/%M/%Y %H:%M"}, [("time_format", "time-format")]),  # a part is there twice
        ({"exported_at": "2026-04-01"}, [("exported_at", "naive-time")]),
        ({"constants": {"channel": "pigeon"}}, [("constants.channel", "unknown-value")]),
        ({"constants": ["x"]}, [("constants", "not-a-mapping")]),
        ({"constants": {"kind": "case"}, "kind": "case"}, [("kind", "given-twice")]),
        ({"kind": "cas"}, [("kind", "unknown-value")]),
        ({"defaults": {"audience": "all"}}, [("defaults.audience", "unknown-value")]),
        ({"complete_for": ["recieved"]}, [("complete_for[0]", "unknown-event")]),
        ({"complete_for": "received"}, [("complete_for", "not-a-list")]),
        ({"tracked": [["x"]]}, [("tracked[0]", "unknown-event")]),
        ({"columns": {"a": "received"}}, [("columns.a", "not-a-mapping")]),
        ({"columns": {"a": {}}}, [("columns.a", "missing-key")]),
        ({"columns": {"a": None}}, [("columns.a", "missing-key")]),
        ({"columns": {"a": {"field": "team", "event": "received"}}}, [("columns.a", "missing-key")]),
        ({"columns": {"a": {"field": "team", "at": "b"}}}, [("columns.a.at", "unknown-key")]),
        ({"columns": {"a": {"field": ["team"]}}}, [("columns.a.field", "unknown-field")]),
        ({"columns": {"a": [{"field": "team"}, {"feild": "channel"}]}}, [("columns.a[1].feild", "unknown-key")]),
        ({"columns": {"a": {"list": "event"}}}, [("columns.a.list", "unknown-list")]),
        ({"columns": {"a": {"event": "received", "at": "b"}}}, [("columns.a.at", "unknown-key")]),
        ({"columns": {"a": {"event": ["received"]}}}, [("columns.a.event", "unknown-event")]),
        ({"columns": {"a": {"event": "greeting_active"}, "b": {"event": "greeting_active", "until": "yes"}}},
         [("columns.b.until", "unknown-value")]),
        ({"columns": {"a": {"event": "greeting_active", "until": True, "attribute": "text"}}},
         [("columns.a.until", "unknown-key")]),
        ({"columns": {"a": {"field": "team"}, "b": {"field": "team"}}}, [("columns.b", "given-twice")]),
        ({"columns": {"a": {"field": "team"}}, "constants": {"team": "x"}}, [("columns.a", "given-twice")]),
        ({"columns": {"a": {"list": "turns"}, "b": {"list": "turns"}}}, [("columns.b", "given-twice")]),
        ({"columns": {"a": {"event": "responded"}, "b": {"event": "responded"},
                      "c": {"event": "responded", "attribute": "automated"}}}, [("columns.c", "missing-key")]),
        ({"columns": {"a": {"field": "team"}}, "values": {"channel": {"a": "email"}}},
         [("values.channel", "unknown-key")]),
        ({"columns": {"a": {"field": "channel"}}, "values": {"channel": "email"}},
         [("values.channel", "not-a-mapping")]),
        ({"values": {"chanel": {"a": "email"}}}, [("values.chanel", "unknown-key")]),
        ({"values": {"responded_automated": {"x": "perhaps"}}}, [("values.responded_automated.x", "unknown-value")]),
        ({"layout": "events"}, [("layout", "missing-key"), ("case", "missing-key"), ("at", "missing-key")]),
        ({**EVENTS, "each_row": {"by": "agent"}}, [("each_row", "missing-key")]),
        ({**EVENTS, "each_row": {"event": "hold_start", "by": "nobody"}}, [("each_row.by", "unknown-value")]),
        ({**EVENTS, "each_row": {"event": "hold_start", "bye": "agent"}}, [("each_row.bye", "unknown-attribute")]),
        ({**EVENTS, "each_row": ["received"]}, [("each_row", "unknown-event")]),
        ({**EVENTS, "event": {"values": {"a": "recieved"}}},
         [("event.column", "missing-key"), ("event.values.a", "unknown-event")]),
        ({**EVENTS, "states": {"column": "s"}}, [("states.values", "missing-key")]),
        ({**EVENTS, "states": {"values": {"New": {"entre": "opened"}}}},
         [("states.column", "missing-key"), ("states.values.New.entre", "unknown-key")]),
        ({**EVENTS, "states": {"column": "s", "values": {"New": {"leave": {"event": "closed", "unless_to": ["Old"]}}}}},
         [("states.values.New.leave.unless_to", "unknown-state")]),
    ],
)  # fmt: skip
def test_one_slip_gives_one_problem(
    body: dict[str, Any], expected: list[tuple[str, str]], vocabulary: Vocabulary
) -> None:
    assert slips(body, vocabulary) == expected


def test_yaml_faults_come_before_all_else(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("id: a\nid: b\nnonsense: 1\n")
    with pytest.raises(CatalogError, match="already, at line 1"):
        load_mapping(path, vocabulary)
    path.write_text("- a\n")
    with pytest.raises(CatalogError, match="expected the keys of a mapping"):
        load_mapping(path, vocabulary)
    with pytest.raises(CatalogError, match="no such file"):
        load_mapping(tmp_path / "none.yaml", vocabulary)


def test_what_a_log_can_give_follows_from_its_columns(vocabulary: Vocabulary) -> None:
    columns = {"a": {"event": "received"}, "b": {"event": "promise", "attribute": "due_at", "at": "a"}}
    wide = load_mapping({"columns": columns, "complete_for": ["closed"]}, vocabulary)
    assert wide.tracked == {"received", "promise", "closed"}
    assert load_mapping({"columns": columns, "tracked": ["received"]}, vocabulary).tracked == {"received"}
    assert load_mapping({"columns": {**columns, "e": {"list": "events"}}}, vocabulary).tracked is None
    assert load_mapping({}, vocabulary).tracked is None
    rows = {**EVENTS, "event": {"column": "e", "values": {"x": "answered", "y": None}}}
    assert load_mapping(rows, vocabulary).tracked == {"received", "answered"}
    assert load_mapping({**EVENTS, "event": "e"}, vocabulary).tracked == frozenset(vocabulary.events)


def test_the_export_time_is_an_instant_in_the_zone_of_the_log(vocabulary: Vocabulary) -> None:
    body = {"time_zone": "America/New_York", "time_format": "%d.%m.%Y %H:%M", "exported_at": "01.04.2026 00:00"}
    assert load_mapping(body, vocabulary).exported_at == datetime(2026, 4, 1, 4, tzinfo=UTC)


def test_the_kind_may_be_written_short(vocabulary: Vocabulary) -> None:
    assert load_mapping({"kind": "case"}, vocabulary).constants == {"kind": "case"}


def test_a_mapping_can_be_pickled(vocabulary: Vocabulary, project_root: Path) -> None:
    mapping = load_mapping(project_root / "examples" / "contact_centre" / "mapping.yaml", vocabulary)
    assert pickle.loads(pickle.dumps(mapping)) == mapping


EACH = "write each column with what it gives, such as created: {event: received}"
COLUMN = {"columns": {"team": {"field": "team"}}}
OF_ALL = "stands beside 'columns', for all of them"


@pytest.mark.parametrize(
    ("body", "path", "hint"),
    [
        (
            {"columns": ["created"]},
            "columns",
            "write each column with what it gives, such as created: {event: received}",
        ),
        ({"columns": {"created": "received"}}, "columns.created", "write {event: received}"),
        ({"columns": {"created": "received_at"}}, "columns.created", "write {event: received}"),
        ({"columns": {"due": "promise_due_at"}}, "columns.due", "write {event: promise, attribute: due_at}"),
        ({"columns": {"group": "team"}}, "columns.group", "write {field: team}"),
        ({"columns": {"said": "turns"}}, "columns.said", "write {list: turns}"),
        ({"columns": {"group": "crew"}}, "columns.group", "write {field: ...} or {event: ...}"),
        ({"columns": {"group": 5}}, "columns.group", "write {field: ...} or {event: ...}"),
        (
            {"columns": {"how": {"field": "channel", "values": {"Mail": "email"}}}},
            "columns.how.values",
            "'values' stands beside 'columns', by field: values: {channel: {Mail: email}}",
        ),
        (
            {"columns": {"created": {"event": "received", "format": "%d/%m/%Y"}}},
            "columns.created.format",
            f"'time_format' {OF_ALL}",
        ),
        (
            {"columns": {"created": {"event": "received", "time_zone": "Europe/Paris"}}},
            "columns.created.time_zone",
            f"'time_zone' {OF_ALL}",
        ),
        ({**COLUMN, "constants": "email"}, "constants", "write fields with their values, such as {channel: email}"),
        ({"complete_for": "received"}, "complete_for", "write [received]"),
        ({"complete_for": "everything"}, "complete_for", None),
        ({"time_format": "dd/mm/yyyy"}, "time_format", "did you mean '%d/%m/%Y'?"),
        ({"time_format": "hh:mm"}, "time_format", "write it as '%Y-%m-%d %H:%M:%S'"),
        ({**EVENTS, "states": "status"}, "states", "write {column: status, values: {open: {enter: opened}}}"),
        (
            {**EVENTS, "states": {"column": "status", "values": {"open": "opened"}}},
            "states.values.open",
            "write {enter: opened}",
        ),
        ({**EVENTS, "states": {"column": "status", "values": {"open": "begun"}}}, "states.values.open", None),
        (
            {**EVENTS, "event": {"column": "what", "values": ["Ringing"]}},
            "event.values",
            "write the words of the log with ours, such as {Ringing: ring_start}",
        ),
    ],
)
def test_what_was_meant_is_said_once(body: dict[str, Any], path: str, hint: str | None, vocabulary: Vocabulary) -> None:
    with pytest.raises(CatalogError) as caught:
        load_mapping(body, vocabulary)
    assert [(problem.path, problem.hint) for problem in caught.value.problems] == [(path, hint)]
