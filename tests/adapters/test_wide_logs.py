"""Logs with a row a record: columns to records, and every way in which a row can be bad."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from servstd.adapters import LogMapping, load_mapping, read_log
from servstd.errors import CatalogError, RecordError
from servstd.record import Record
from servstd.vocabulary import Vocabulary

from .conftest import Read, split

DESK: dict[str, Any] = {
    "id": "ticket",
    "time_zone": "America/New_York",
    "time_format": "%m/%d/%Y %H:%M",
    "missing": ["n/a", 0],
    "constants": {"audience": "external"},
    "defaults": {"direction": "inbound"},
    "columns": {
        "created": {"event": "received"},
        "reply": {"event": "responded"},
        "by": {"event": "responded", "attribute": "automated"},
        "promised": {"event": "promise", "attribute": "due_at", "at": "reply"},
        "via": [{"field": "channel"}, {"event": "responded", "attribute": "channel"}],
        "time": {"field": "normal_process_time"},
        "log": {"list": "complete_for"},
        "talk": {"list": "turns"},
    },
    "values": {
        "channel": {"E-Mail": "email", "Phone": "phone", "-": None},
        "responded_channel": {"E-Mail": "email", "Phone": "phone", "-": None},
        "responded_automated": {"robot": True, "person": False},
    },
}
HEADER = "ticket,created,reply,by,promised,via,time,log,talk\n"


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def types(record: Record) -> list[str]:
    return [event.type for event in record.events]


def test_columns_become_events_fields_and_lists(read: Read) -> None:
    text = (
        HEADER
        + 'T-1,05/22/2026 15:00,05/26/2026 15:30,robot,2026-06-03,E-Mail,10 business days,"hold_start, hold_end",'
        + '"[{""speaker"": ""agent"", ""text"": ""Hello""}]"\n'
    )
    [record], bad = read("log.csv", text, DESK)
    assert not bad
    assert (record.id, record.channel, record.audience) == ("T-1", "email", "external")
    received, responded, promise = record.events
    assert received.at == datetime(2026, 5, 22, 19, tzinfo=UTC)
    assert responded.at == promise.at == datetime(2026, 5, 26, 19, 30, tzinfo=UTC)
    assert responded.attributes == {"automated": True, "channel": "email"}
    assert promise.attributes == {"due_at": date(2026, 6, 3)}
    assert record.fields == {"normal_process_time": record.fields["normal_process_time"]}
    assert record.complete_for == {"hold_start", "hold_end"}
    assert record.tracked == {"received", "responded", "promise"}
    assert record.turns[0].text == "Hello"
    assert record.defaults == {"direction": "inbound"}
    assert not record.problems


def test_what_is_missing_gives_nothing(read: Read) -> None:
    [record], bad = read("log.jsonl", lines({"ticket": 1, "created": "n/a", "via": "-", "by": 0, "log": None}), DESK)
    assert not bad
    assert (record.id, record.channel, record.events) == ("1", None, ())


def test_an_event_whose_time_belongs_to_another_needs_its_attribute(read: Read) -> None:
    both, only_time, only_attribute = read(
        "log.jsonl",
        lines(
            {"ticket": 1, "reply": "05/26/2026 15:30", "promised": "06/03/2026 12:00"},
            {"ticket": 2, "reply": "05/26/2026 15:30"},
            {"ticket": 3, "promised": "06/03/2026 12:00"},
        ),
        DESK,
    )[0]
    assert types(both) == ["responded", "promise"]
    assert types(only_time) == ["responded"]
    assert types(only_attribute) == []


def test_an_attribute_without_its_event_is_a_warning(read: Read) -> None:
    [record], _ = read("log.jsonl", lines({"ticket": 1, "by": "robot"}), DESK)
    assert [problem.render() for problem in record.problems] == [
        f"{record.problems[0].file}:1: by: by without reply: no 'responded' [attribute-without-event]"
    ]


def test_an_event_without_a_time_of_its_own_comes_with_the_first_that_begins_the_record(read: Read) -> None:
    mapping = {
        "time_zone": "UTC",
        "columns": {
            "kind": {"field": "kind"},
            "rang": {"event": "ring_start"},
            "answered": {"event": "answered"},
            "due": {"event": "promise", "attribute": "due_at"},
        },
    }
    row = {"id": 1, "rang": "2026-05-01T10:00", "answered": "2026-05-01T10:01", "due": "2026-05-04"}
    [call, case], bad = read("log.jsonl", lines(row, {**row, "id": 2, "kind": "case"}), mapping)
    assert not bad
    assert call.events[-1].type == "promise"
    assert call.events[-1].at == call.events[0].at
    assert types(case) == ["ring_start", "answered"]
    assert case.problems[0].code == "attribute-without-event"


def test_a_span_gets_its_end_and_one_type_may_happen_twice(read: Read) -> None:
    mapping = {
        "columns": {
            "a": {"event": "greeting_active"},
            "b": {"event": "greeting_active", "until": True, "at": "a"},
            "c": {"event": "greeting_active"},
            "who": {"event": "greeting_active", "attribute": "actor", "at": "c"},
        }
    }
    row = {"id": 1, "a": "2026-05-01T10:00Z", "b": "2026-05-02T10:00Z", "c": "2026-05-03T10:00Z", "who": "a7"}
    [record], _ = read("log.jsonl", lines(row), mapping)
    first, second = record.events
    assert (first.until, first.actor) == (datetime(2026, 5, 2, 10, tzinfo=UTC), None)
    assert (second.until, second.actor) == (None, "a7")


def test_a_format_without_a_clock_gives_dates_where_a_date_will_do(read: Read) -> None:
    mapping = {
        "time_zone": "UTC",
        "time_format": "%d/%m/%Y",
        "columns": {"a": {"event": "promise"}, "b": {"event": "promise", "attribute": "due_at"}},
    }
    [record], _ = read("log.jsonl", lines({"id": 1, "a": "02/03/2026", "b": "05/03/2026"}), mapping)
    assert record.events[0].at == datetime(2026, 3, 2, tzinfo=UTC)
    assert record.events[0].attributes == {"due_at": date(2026, 3, 5)}


def test_a_time_in_the_gap_moves_forward(read: Read) -> None:
    [record], _ = read("log.jsonl", lines({"ticket": 1, "created": "03/08/2026 02:30"}), DESK)
    assert record.events[0].at.isoformat() == "2026-03-08T03:30:00-04:00"


def test_a_row_reports_all_that_is_wrong_with_it_at_once(read: Read) -> None:
    row = {
        "ticket": "T-9",
        "created": "yesterday",
        "promised": "2026-02-31",
        "reply": 5,
        "via": "Pigeon",
        "by": "person",
        "time": "3 hours",
        "log": 4,
        "talk": "[{",
    }
    _, [bad] = read("log.jsonl", "\n" + lines(row), DESK)
    assert (bad.line, bad.record_id) == (2, "T-9")
    assert bad.render().replace(f"{bad.file}:2: ", "") == (
        "via: 'Pigeon' is not listed under values.channel [unknown-value]\n"
        "hint: list it there, or under missing\n"
        "time: '3 hours' does not say which clock [clock-missing]\n"
        f"hint: {bad.problems[1].hint}\n"
        "log: expected a list of complete_for [not-a-list]\n"
        "talk: expected a list of turns as JSON [not-a-list]\n"
        "created: 'yesterday' is not an instant [bad-time]\n"
        "hint: written as %m/%d/%Y %H:%M it is 05/22/2026 15:30; ISO 8601 is understood too\n"
        "reply: 5 is not an instant [bad-time]\n"
        "hint: write it as 2026-05-22T15:00-04:00\n"
        "via: 'Pigeon' is not listed under values.responded_channel [unknown-value]\n"
        "hint: list it there, or under missing\n"
        "promised: '2026-02-31' is not an instant [bad-time]\n"
        "hint: written as %m/%d/%Y %H:%M it is 05/22/2026 15:30; ISO 8601 is understood too"
    )


def test_a_naive_time_without_a_zone_names_the_remedy(read: Read) -> None:
    [_, record], [bad] = read(
        "calls.csv", "id,answered_at\n1,2026-03-27T14:05Z\n2,2026-03-27 14:05\n3,2026-03-27T14:05Z\n"
    )
    assert bad.render() == (
        f"{bad.file}:3: answered_at: '2026-03-27 14:05' has no time zone [naive-time]\n"
        "hint: set time_zone in the mapping"
    )
    assert record.id == "3"


def test_a_log_in_flat_form_needs_a_mapping_only_for_what_is_odd_about_it(read: Read) -> None:
    mapping = {
        "id": "nr",
        "time_zone": "Europe/London",
        "time_format": "%d.%m.%Y %H:%M",
        "missing": ["-"],
        "kind": "case",
        "values": {"channel": {"E-Mail": "email"}, "responded_automated": {"robot": True}},
    }
    text = (
        "nr,channel,received_at,responded_at,responded_automated,promise_at,promise_due_at,team,events\n"
        "1,E-Mail,01.05.2026 10:00,01.05.2026 11:00,robot,2026-05-01T11:00Z,04.05.2026 12:00,care,\n"
        "2,Fax,-,-,-,-,-,-,-\n"
    )
    [record], [bad] = read("log.csv", text, mapping)
    assert (record.kind, record.channel, record.team) == ("case", "email", "care")
    assert record.events[1].attributes == {"automated": True}
    assert record.events[2].attributes["due_at"] == datetime(2026, 5, 4, 11, tzinfo=UTC)
    assert record.tracked is None
    assert bad.problem.keys == ("channel",)


def test_the_header_of_a_flat_table_says_which_events_the_source_can_give(read: Read) -> None:
    [record], _ = read("log.csv", "id,received_at,responded_automated,team\n1,2026-05-01T10:00Z,,x\n")
    assert record.tracked == {"received"}
    [record], _ = read("log.jsonl", lines({"id": 1, "received_at": "2026-05-01T10:00Z"}))
    assert record.tracked is None


def test_lists_in_a_flat_table_are_json_or_names(read: Read) -> None:
    text = 'id;agent_names;events\n1;Sam, Samantha;[{"type": "received", "at": "2026-05-01T10:00Z"}]\n2;Sam;[1]\n3;;x\n'
    [record], bad = read("log.csv", text)
    assert record.agent_names == ("Sam", "Samantha")
    assert types(record) == ["received"]
    assert [one.problem.message for one in bad] == [
        "expected a list of events, each a mapping",
        "expected a list of events",
    ]


def test_an_unknown_event_time_is_only_a_warning(read: Read) -> None:
    [record], bad = read("log.jsonl", lines({"id": 1, "recieved_at": "2026-05-01T10:00Z"}))
    assert not bad
    assert (
        record.problems[0]
        .render()
        .endswith(
            "log.jsonl:1: recieved_at: no event is called 'recieved' [unknown-event]\nhint: did you mean 'received'?"
        )
    )


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ('{"id": 1', "bad-json", ""),
        ('{"id": 1,, }', "bad-json", ""),
        ("[1]", "not-a-mapping", ""),
        ('{"id": ' + "9" * 5000 + "}", "bad-json", ""),
        ("[" * 100_000, "bad-json", ""),
        ('{"id": ""}', "missing-id", "id"),
        ('{"id": "  "}', "missing-id", "id"),
        ("{}", "missing-id", "id"),
        ('{"id": "good", "team": "y"}', "duplicate-id", "id"),
        ('{"id": 1, "received_at": "soon"}', "bad-time", "received_at"),
        ('{"id": 1, "received_at": "2026-05-01 10:00"}', "naive-time", "received_at"),
        ('{"id": 1, "channel": "pigeon"}', "unknown-value", "channel"),
        ('{"id": 1, "events": {}}', "not-a-list", "events"),
        ('{"id": 1, "events": [{"type": "wormhole", "at": "2026-05-01T10:00Z"}]}', "unknown-event", "events"),
        ('{"id": 1, "events": [{"type": "received", "at": "soon"}]}', "bad-time", "events.received.at"),
        ('{"id": 1, "turns": [{"speaker": "agent", "at": "soon"}]}', "bad-time", "turns.at"),
        ('{"id": 1, "fields": 3}', "not-a-mapping", "fields"),
    ],
)
def test_every_kind_of_bad_row_is_named_and_the_rest_is_read(read: Read, row: str, code: str, path: str) -> None:
    good = '{"id": "good", "team": "x"}'
    records, [bad] = read("log.jsonl", f"{good}\n{row}\n" + '{"id": "last"}\n')
    assert [record.id for record in records] == ["good", "last"]
    assert (bad.problem.code, bad.problem.path, bad.line, bad.problem.line) == (code, path, 2, 2)
    assert bad.problem.file == bad.file


def test_a_line_that_stops_in_the_middle_says_where(read: Read) -> None:
    _, [first, second] = read("log.ndjson", '{"id": 1\n{"id": 1,, "a": 2}\n')
    assert first.render().endswith("log.ndjson:1:9: the text stops in the middle [bad-json]")
    assert ":2:10: the text breaks here: expecting property name" in second.render()


def test_rows_need_as_many_cells_as_the_header(read: Read) -> None:
    text = 'id,team\n1,a\n2\n3,c,,\n4,d,,x\n\n"5,e\n6,f\n7,g\n'
    records, bad = read("log.csv", text)
    assert [record.id for record in records] == ["1", "3", "6", "7"]
    assert [(one.line, one.problem.message) for one in bad] == [
        (3, "1 cells where the header has 2"),
        (5, "4 cells where the header has 2"),
        (7, "a quote in it is never closed; the 2 lines after it are read as rows"),
    ]


def test_lines_are_counted_through_cells_of_several_lines(read: Read) -> None:
    records, [bad] = read("log.csv", 'id,team\n1,"a\nb\nc"\n2\n3,x\n')
    assert [(record.id, record.team) for record in records] == [("1", "a\nb\nc"), ("3", "x")]
    assert bad.line == 5


def test_a_row_that_csv_can_not_read_is_bad(read: Read) -> None:
    records, [bad] = read("log.csv", "id,team\n1,a\rb\n2,c\n")
    assert [record.id for record in records] == ["2"]
    assert bad.problem.code == "bad-row"


def test_a_tab_separated_log_knows_no_quotes(read: Read) -> None:
    records, bad = read("log.tsv", 'id\tteam\n1\t"a\n2\tb "c" d\n')
    assert not bad
    assert [record.team for record in records] == ['"a', 'b "c" d']


def test_the_same_row_again_is_counted_and_other_content_is_bad(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,team\n1,a\n1,a\n1,b\n2,a\n1,a\n")
    log = read_log(path, None, vocabulary)
    records, [bad] = split(log)
    assert [record.id for record in records] == ["1", "2"]
    assert (bad.line, bad.record_id, bad.problem.message) == (4, "1", "the id '1' is there already, with other content")
    assert log.repeats == 2


def test_a_row_that_was_bad_does_not_take_the_id(read: Read) -> None:
    records, bad = read("log.jsonl", lines({"id": 1, "received_at": "soon"}, {"id": 1}))
    assert (len(records), len(bad)) == (1, 1)


def test_json_files_hold_a_list_or_one_list_in_a_mapping(read: Read) -> None:
    assert [record.id for record in read("a.json", '[{"id": 1}, {"id": 2}]')[0]] == ["1", "2"]
    records, [bad, worse] = read("b.json", '{"count": 2, "items": [{"id": 1}, {"channel": "x", "id": 2}, 3]}')
    assert [record.id for record in records] == ["1"]
    assert bad.problem.headline().startswith(f"{bad.file}: [1].channel: 'x' is not one of ")
    assert worse.problem.headline() == f"{bad.file}: [2]: expected a record: names with values [not-a-mapping]"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", '{"a": 1}', "expected a list of records, or a mapping with one list, not with 0 [not-a-list]"),
        ("a.json", "3", "not with 0 [not-a-list]"),
        ("a.json", '[{"id": 1},\n {"id" 2}]', "a.json:2:8: the text breaks here: expecting ':' delimiter [bad-json]"),
        ("a.json", "[" * 100_000, "nested too deep [bad-json]"),
        ("a.json", b'["\xff"]', "a.json:1: the byte 0xff is not UTF-8; as Windows-1252 it reads 'ÿ' [not-utf8]"),
        ("a.csv", "", "a.csv: the file is empty [no-header]"),
        ("a.csv", "id,team\n".encode("utf-16"), "a.csv: the file is UTF-16, not UTF-8 [not-utf8]"),
        ("a.csv", b"id,\xfc\n", "a.csv:1: in the header the byte 0xfc is not UTF-8; as Windows"),
        ("a.xlsx", "", "'.xlsx' does not say its format; give one of csv, tsv, jsonl, json, parquet [unknown-format]"),
    ],
)
def test_a_file_that_is_no_log_is_an_error(read: Read, name: str, text: str | bytes, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        read(name, text)
    assert message in str(caught.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(RecordError, match="the file can not be read: no such file or directory"):
        read_log(tmp_path / "none.csv", None, vocabulary)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("call.csv", "did you mean '{folder}/calls.csv'?"),
        ("call.parquet", None),  # what is there ends otherwise
        ("none.csv", None),
        ("calls.xlsx", "save the sheet as CSV"),
        ("calls.cvs", "did you mean '.csv'?"),
        ("calls", None),
    ],
)
def test_a_log_with_a_slip_in_its_name_is_told_which_was_meant(
    tmp_path: Path, vocabulary: Vocabulary, name: str, hint: str | None
) -> None:
    (tmp_path / "calls.csv").write_text("id\n1\n")
    with pytest.raises(RecordError) as caught:
        read_log(tmp_path / name, None, vocabulary)
    [problem] = caught.value.problems
    assert problem.hint == (hint and hint.format(folder=tmp_path))


@pytest.mark.parametrize("name", ["log.csv", "log.jsonl"])
def test_a_row_that_is_not_utf8_is_bad_and_the_rest_is_read(read: Read, name: str) -> None:
    rows = {
        "log.csv": b"\xef\xbb\xbfid,team\n1,\xc3\xbc\n2,\xfc\n3,x\n",
        "log.jsonl": b'\xef\xbb\xbf\n{"id": 1, "team": "\xc3\xbc"}\n{"id": 2, "team": "\xfc"}\n{"id": 3}\n',
    }
    records, [bad] = read(name, rows[name])
    assert [record.id for record in records] == ["1", "3"]
    assert records[0].team == "ü"
    assert (bad.line, bad.problem.code) == (3, "not-utf8")


def test_standard_input_needs_a_format(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecordError, match="standard input does not say its format"):
        read_log("-", None, vocabulary)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": 1}\n{')))
    records, [bad] = split(read_log("-", None, vocabulary, file_format="jsonl"))
    assert records[0].id == "1"
    assert bad.render() == "-:2:2: the text stops in the middle [bad-json]"


def test_a_table_must_have_the_columns_that_the_mapping_names(read: Read) -> None:
    mapping = {"id": "ticket", "columns": {"created": {"event": "received"}, "team": {"field": "team"}}}
    with pytest.raises(CatalogError) as caught:
        read("log.csv", "ticket,craeted,team,x,team,x\n", mapping)
    first, second = caught.value.problems
    assert "has no column 'created' [missing-column]\nhint: did you mean 'craeted'?" in first.render()
    assert second.message == "the column 'team' is there twice"
    with pytest.raises(CatalogError, match="has no column 'id'"):
        read("log.csv", "ticket\n1\n")


@pytest.mark.parametrize(
    ("header", "mapping", "message", "hint"),
    [
        (
            "Ticket,Created,Solved,Text,Group,Owner,Stars",
            None,
            "log.csv has no column 'id'; its columns are 'Ticket', 'Created', 'Solved', 'Text', 'Group', 'Owner', ...",
            "'servstd map log.csv' drafts a mapping, for a log with columns of its own",
        ),
        (
            "ID,Created",
            None,
            "log.csv has no column 'id'",
            "did you mean 'ID'? 'servstd map log.csv' drafts a mapping, for a log with columns of its own",
        ),
        (
            f"Ticket,{'x' * 50}",
            {"id": "nr"},
            "log.csv has no column 'nr'",
            f"its columns are 'Ticket', '{'x' * 40}...'; 'id' of the mapping names the one that holds the ids",
        ),
        (
            "id,Created",
            {"columns": {"Closed on": {"event": "closed"}}},
            "log.csv has no column 'Closed on'",
            "its columns are 'id', 'Created'",
        ),
    ],
)
def test_a_log_without_a_column_is_told_with_those_it_has(
    header: str,
    mapping: dict[str, Any] | None,
    message: str,
    hint: str,
    vocabulary: Vocabulary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_text(f"{header}\n")
    loaded = None if mapping is None else load_mapping(mapping, vocabulary)
    with pytest.raises(CatalogError) as caught:
        read_log("log.csv", loaded, vocabulary)
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (message, hint)


def test_a_column_named_as_an_event_is_taken_for_a_field_and_told(vocabulary: Vocabulary, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,channel,received,responded_at,responded,colour\n")
    (remark,) = read_log(path, None, vocabulary).remarks
    assert remark.message == "the column 'received' is taken for a field, though an event is called so"
    assert remark.hint == "the time of the event is 'received_at'"
    assert read_log(path, load_mapping({"columns": {}}, vocabulary), vocabulary).remarks == ()


def test_defaults_of_the_mapping_win_over_those_given(read: Read) -> None:
    given = {"audience": "internal", "direction": "outbound"}
    [record], _ = read("log.jsonl", '{"id": 1}', {"defaults": {"audience": "external"}}, defaults=given)
    assert record.defaults == {"audience": "external", "direction": "outbound"}


def test_rows_are_read_one_at_a_time(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"id": 1}\n' * 3)
    log = read_log(path, LogMapping(), vocabulary)
    assert isinstance(next(log), Record)
    assert log.repeats == 0
    assert list(log) == []
    assert log.repeats == 2


def test_a_time_beyond_the_calendar_makes_a_bad_row(read: Read) -> None:
    text = "id,answered_at\n1,9999-12-31 23:59\n2,9999-12-30 23:59\n"
    [record], [bad] = read("calls.csv", text, {"time_zone": "America/New_York"})
    assert (record.id, bad.problem.code) == ("2", "bad-time")


def test_a_number_beyond_all_bounds_makes_a_bad_row(read: Read) -> None:
    records, [bad] = read("log.jsonl", '{"id": 1, "satisfaction": 1' + "0" * 400 + "}\n")
    assert (records, bad.problem.code) == ([], "unknown-value")


def test_an_attribute_of_an_event_that_did_not_happen_is_not_even_read(read: Read) -> None:
    [record], bad = read("log.csv", "id,responded_at,responded_automated\n1,,perhaps\n")
    assert (record.events, bad, [problem.code for problem in record.problems]) == ((), [], ["attribute-without-event"])
