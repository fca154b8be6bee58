"""Drafts of mappings: what is guessed of a log, and that each draft is a mapping that loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.adapters import load_mapping, read_log
from servstd.adapters.draft import Draft, draft_mapping, look_at, render_draft
from servstd.adapters.rows import open_rows
from servstd.yaml_reader import plain, read_yaml

WORDS = servstd.load_catalog().vocabulary


def drafted(rows: list[dict[str, Any]], tmp_path: Path) -> Draft:
    """The draft for a log, which must load, read as it is rendered, and give a record a row or a case."""
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    opened = open_rows(path)
    look = look_at(opened.header, opened.rows)
    draft = draft_mapping(look, WORDS, "Europe/London")
    tree, problems = read_yaml(render_draft(draft, look, "log.jsonl"))
    assert problems == []
    assert json.loads(json.dumps(plain(tree))) == json.loads(json.dumps(_as_text(draft.to_dict())))
    (tmp_path / "draft.yaml").write_text(render_draft(draft, look, "log.jsonl"), "utf-8")
    mapping = load_mapping(tmp_path / "draft.yaml", WORDS)
    assert [one for one in read_log(path, mapping, WORDS) if hasattr(one, "problem")] == []
    return draft


def _as_text(value: Any) -> Any:
    """`until: true` of a target is a flag once it is YAML."""
    if isinstance(value, dict):
        return {key: True if value_ == "true" and key == "until" else _as_text(value_) for key, value_ in value.items()}
    return value


def targets(draft: Draft) -> dict[str, Any]:
    return {one.column: one.target for one in draft.guesses}


def column(name: str, values: list[Any], tmp_path: Path) -> Any:
    """What one column is taken for, beside an id."""
    rows = [{"id": f"r{place}", name: value} for place, value in enumerate(values)]
    (guess,) = drafted(rows, tmp_path).guesses
    return guess


@pytest.mark.parametrize(
    ("name", "value", "target"),
    [
        ("received_at", "2026-05-22T15:00Z", {"event": "received"}),
        ("Created", "2026-05-22T15:00Z", {"event": "received"}),
        ("createdAt", "2026-05-22T15:00Z", {"event": "received"}),
        ("date_solved", "2026-05-22T15:00Z", {"event": "resolved"}),
        ("First Response Time", "2026-05-22T15:00Z", {"event": "responded"}),
        ("hold_start_until", "2026-05-22T15:00Z", None),  # an end without a begin
        ("due", "2026-05-22T15:00Z", None),
        ("updated_at", "2026-05-22T15:00Z", None),
        ("Created", "some time ago", None),
        ("Assigned To", "Ann", {"field": "agent"}),
        ("Queue", "Care", {"field": "team"}),
        ("prio", "high", {"field": "priority"}),
        ("stars", 5, {"field": "satisfaction"}),
        ("stars", 6, None),  # of five
        ("subject", "A lamp", None),
        ("turns", [{"speaker": "agent", "text": "Hello"}], {"list": "turns"}),
        ("turns", "Hello", None),
        ("colour", "", None),
    ],
)
def test_a_column_is_taken_for_what_its_name_and_its_cells_say(
    name: str, value: Any, target: Any, tmp_path: Path
) -> None:
    assert column(name, [value, value], tmp_path).target == target


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("via", ["email", "phone"], {}),
        (
            "via",
            ["E-Mail", "Telephone", "Fax", "web"],
            {"E-Mail": "email", "Telephone": "phone", "Fax": None, "web": "web"},
        ),
        ("direction", ["in", "out"], {"in": "inbound", "out": "outbound"}),
        ("urgent", ["yes", "no"], {}),
        ("urgent", ["yes", "perhaps"], {"yes": True, "perhaps": None}),
        ("urgent", ["yes", "n/a"], {}),
    ],
)
def test_texts_are_translated_where_the_word_does_not_take_them(
    name: str, values: list[Any], found: dict[str, Any], tmp_path: Path
) -> None:
    assert column(name, values, tmp_path).values == found


def test_too_many_texts_are_no_closed_list(tmp_path: Path) -> None:
    guess = column("via", [f"way {number}" for number in range(41)], tmp_path)
    assert (guess.target, "and this holds something else" in guess.remark) == (None, True)
    assert len(column("via", [f"way {number}" for number in range(40)], tmp_path).values) == 40


@pytest.mark.parametrize(
    ("texts", "time_format", "remark"),
    [
        (["2026-05-22 15:00"], None, ""),
        (["22/05/2026 15:00"], "%d/%m/%Y %H:%M", ""),
        (["05/22/2026 3:00 PM"], "%m/%d/%Y %I:%M %p", ""),
        (["05/06/2026 15:00"], "%d/%m/%Y %H:%M", "guessed: %m/%d/%Y %H:%M fits as well"),
        (["22.05.2026"], "%d.%m.%Y", ""),
    ],
)
def test_how_times_are_written_is_found(texts: list[str], time_format: str | None, remark: str, tmp_path: Path) -> None:
    draft = drafted([{"id": str(place), "created": text} for place, text in enumerate(texts)], tmp_path)
    assert (draft.keys.get("time_format"), draft.remarks.get("time_format", "")) == (time_format, remark)
    assert draft.keys["time_zone"] == "Europe/London"


def test_times_with_an_offset_need_no_zone(tmp_path: Path) -> None:
    assert "time_zone" not in drafted([{"id": "a", "created": "2026-05-22T15:00+01:00"}], tmp_path).keys


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"id": "a"}, {"id": "b"}], {"id": "id"}),
        ([{"note": "x", "Ticket Number": "a"}, {"note": "y", "Ticket Number": "b"}], {"id": "Ticket Number"}),
        ([{"code": "x", "team": "a"}, {"code": "y", "team": "a"}], {"id": "code"}),
    ],
)
def test_the_id_has_another_value_in_every_row(rows: list[Any], found: dict[str, str], tmp_path: Path) -> None:
    keys = drafted(rows, tmp_path).keys
    assert {key: keys[key] for key in found} == found


def test_two_columns_for_one_word_are_told(tmp_path: Path) -> None:
    draft = drafted([{"id": "a", "team": "x", "queue": "y"}], tmp_path)
    assert targets(draft) == {"team": {"field": "team"}, "queue": None}
    assert draft.guesses[1].remark == "'team' gives team already"


def test_an_id_that_stands_in_several_rows_makes_a_log_of_events(tmp_path: Path) -> None:
    rows = [
        {"case": "A", "when": "2026-05-22T15:00Z", "seq": 1, "action": "received", "queue": "x"},
        {"case": "A", "when": "2026-05-22T16:00Z", "seq": 2, "action": "Responded", "queue": "x"},
        {"case": "B", "when": "2026-05-22T15:00Z", "seq": 1, "action": "nudged", "queue": "y"},
    ]
    draft = drafted(rows, tmp_path)
    events = {"received": "received", "Responded": "responded", "nudged": None}
    assert draft.keys == {
        "layout": "events", "case": "case", "at": "when", "sequence": "seq",
        "event": {"column": "action", "values": events},
    }  # fmt: skip
    assert targets(draft) == {"queue": {"field": "team"}}


def test_states_are_drafted_where_no_column_names_events(tmp_path: Path) -> None:
    rows = [
        {"number": "A", "updated": f"2026-05-22T1{n}:00Z", "status": one} for n, one in enumerate(["New", "Resolved"])
    ]
    keys = drafted(rows, tmp_path).keys
    assert keys["states"] == {"column": "status", "values": {"New": {}, "Resolved": {"enter": "resolved"}}}


def test_a_log_in_flat_form_needs_none(tmp_path: Path) -> None:
    row = {"id": "a", "channel": "email", "received_at": "2026-05-22T15:00Z"}
    assert drafted([row], tmp_path).is_flat
    assert not drafted([{**row, "subject": "x"}], tmp_path).is_flat
    assert not drafted([{**row, "received_at": "2026-05-22 15:00"}], tmp_path).is_flat


def test_the_reason_why_times_are_not_read_is_given(tmp_path: Path) -> None:
    two_digits = [f"{day}.05.26 09:15" for day in range(13, 18)]
    one_slip = ["2026-05-22 15:00", "2026-05-23 15:00", "23rd of 2026", "2026-05-24 15:00", "2026-05-25 15:00"]
    prose = ["Sent the customer 2 lamps", "Refunded", "None found", "x", "y"]
    cells = zip(two_digits, one_slip, prose, strict=True)
    rows = [{"id": f"r-{a}", "Received": a, "Date closed": b, "resolution": c} for a, b, c in cells]
    remarks = {one.column: (one.target, one.remark) for one in drafted(rows, tmp_path).guesses}
    assert remarks == {
        "Received": (None, "its times are in no known form, such as '13.05.26 09:15'"),
        "Date closed": (None, "not all its times are in one known form, such as '23rd of 2026'"),
        "resolution": (None, ""),
    }


def of_text(text: bytes, tmp_path: Path) -> tuple[Draft, str]:
    """The draft for a table as it is in a file, and how it is rendered."""
    path = tmp_path / "desk.csv"
    path.write_bytes(text)
    opened = open_rows(path)
    look = look_at(opened.header, opened.rows, opened.repeated)
    draft = draft_mapping(look, WORDS, "Europe/London")
    return draft, render_draft(draft, look, "desk.csv")


def test_rows_that_can_not_be_read_are_counted_in_the_draft(tmp_path: Path) -> None:
    rows = [b"T%d,M\xfcller\n" % n if n % 2 else b"T%d,Smith\n" % n for n in range(1, 61)]
    _, text = of_text(b"ticket,owner\n" + b"".join(rows), tmp_path)
    assert text.startswith("# A draft by 'servstd map' of desk.csv, from all 30 rows")
    assert "# 30 other rows can not be read, the first: desk.csv:2: owner: the byte 0xfc is not UTF-8" in text
    _, text = of_text(b"ticket,owner\nA,x\nB\n", tmp_path)
    assert "# 1 other row can not be read, the first: desk.csv:3: 1 cells where the header has 2 [cell-count]\n" in text
    assert "can not be read" not in of_text(b"ticket,owner\nA,x\n", tmp_path)[1]


def test_a_column_that_is_there_twice_gives_nothing_and_is_told(tmp_path: Path) -> None:
    draft, text = of_text(b"ticket,Owner,via,Owner\nA,x,email,y\nB,x,phone,z\n", tmp_path)
    assert [(one.column, one.target) for one in draft.guesses] == [("Owner", None), ("via", {"field": "channel"})]
    assert "# not read, for the reason beside each:\n" in text
    assert "# Owner: {}" in text
    assert "# the column is there twice: rename one in the export\n" in text
    draft, _ = of_text(b"ticket,ticket,number\nA,A,1\nB,B,2\n", tmp_path)
    assert draft.keys == {"id": "number"}


@pytest.mark.parametrize(
    ("text", "name", "remark"),
    [
        ("ticket,team\n" + "".join(f"T{n},x\n" for n in range(40)), "ticket", ""),
        (
            "ticket,team\n" + "".join(f"T{max(n, 1)},x{n % 3}\n" for n in range(40)),
            "ticket",
            "1 of 40 rows has a value that came before",
        ),
        ("code,team\nA,x\nB,x\n", "code", "guessed: another value in every row"),
        (
            "code,team\n" + "".join(f"T{max(n, 2)},x\n" for n in range(80)) + ",x\n",
            "code",
            "guessed: 2 of 81 rows have a value that came before, 1 has none",
        ),
        (
            "ticket,text\nA,r\nA,s\nA,t\n",
            "text",
            "guessed: another value in every row, which 'ticket' has not",
        ),
    ],
)
def test_what_is_said_of_the_id_is_true(text: str, name: str, remark: str, tmp_path: Path) -> None:
    draft, _ = of_text(text.encode(), tmp_path)
    assert (draft.keys["id"], draft.remarks.get("id", "")) == (name, remark)
