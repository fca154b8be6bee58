"""Logs with a row an event: cases, states, order."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.adapters import BadRow, load_mapping, read_log
from servstd.adapters.events_layout import group_cases
from servstd.adapters.mapping import LogMapping
from servstd.adapters.rows import open_rows
from servstd.record import Record
from servstd.vocabulary import Vocabulary

from .conftest import Read, split

DESK: dict[str, Any] = {
    "layout": "events",
    "case": "nr",
    "at": "t",
    "sequence": "s",
    "time_zone": "UTC",
    "time_format": "%H:%M %d-%m-%Y",
    "missing": ["?"],
    "kind": "case",
    "states": {
        "column": "state",
        "values": {
            "New": {},
            "Wait": {
                "enter": {"event": "waiting_started", "waiting_on": "customer"},
                "leave": {"event": "waiting_ended", "waiting_on": "customer"},
            },
            "Done": {"enter": "resolved", "leave": {"event": "reopened", "unless_to": ["Shut"]}},
            "Shut": {"enter": "closed"},
        },
    },
    "columns": {
        "since": {"event": "opened"},
        "grp": {"field": "team"},
        "due": {"event": "promise", "attribute": "due_at"},
    },
}
HEADER = "nr,t,s,state,since,grp,due\n"


def told(record: Record) -> list[str]:
    """Each event as `sequence type hh:mm`."""
    return [f"{event.sequence} {event.type} {event.at:%H:%M}" for event in record.events]


def rows(*written: str) -> str:
    return HEADER + "".join(row.replace("@", " 02-03-2026") + "\n" for row in written)


def test_a_change_of_state_leaves_one_and_enters_another(read: Read) -> None:
    text = rows(
        "A,10:00@,0,New,09:59@,x,?",
        "A,10:01@,1,Wait,09:59@,x,?",
        "A,10:02@,2,Wait,09:59@,y,?",
        "A,10:03@,3,Done,09:59@,?,2026-03-09",
        "A,10:04@,4,New,09:58@,?,?",
        "A,10:05@,5,Done,?,?,?",
        "A,10:06@,6,?,?,?,?",
        "A,10:07@,7,Shut,?,?,?",
    )
    [record], bad = read("log.csv", text, DESK)
    assert not bad
    assert told(record) == [
        "1 waiting_started 10:01",
        "2 waiting_ended 10:03",
        "3 resolved 10:03",
        "4 reopened 10:04",
        "5 resolved 10:05",
        "6 closed 10:07",
        "0 opened 09:58",
        "0 promise 09:58",
    ]
    assert record.events[0].attributes == {"waiting_on": "customer"}
    assert (record.kind, record.team) == ("case", "y")
    assert record.tracked == {"waiting_started", "waiting_ended", "resolved", "reopened", "closed", "opened", "promise"}


def test_each_row_may_be_an_event_with_attributes_of_its_own(read: Read) -> None:
    mapping = {
        "layout": "events",
        "case": "call",
        "at": "t",
        "event": {
            "column": "what",
            "values": {"RING": "ring_start", "HOLD": {"event": "hold_start", "by": "customer"}, "BEEP": None},
        },
        "each_row": "update_sent",
        "columns": {"n": {"event": "ring_start", "attribute": "ring_count"}, "desk": {"field": "team"}},
    }
    text = (
        "call,t,what,n,desk\n1,2026-03-02T10:00Z,RING,3,a\n1,2026-03-02T10:01Z,HOLD,9,\n1,2026-03-02T10:02Z,BEEP,,\n"
        "1,2026-03-02T10:03Z,,,\n2,2026-03-02T10:00Z,RING,x,\n2,2026-03-02T10:00Z,HOLDS,,\n"
    )
    [record], bad = read("log.csv", text, mapping)
    assert told(record) == [
        "1 ring_start 10:00",
        "2 update_sent 10:00",
        "3 hold_start 10:01",
        "4 update_sent 10:01",
        "5 update_sent 10:02",
        "6 update_sent 10:03",
    ]
    assert record.events[0].attributes == {"ring_count": 3}
    assert record.events[2].attributes == {"by": "customer"}
    assert [(one.line, one.record_id, one.problem.headline().split(": ", 1)[1]) for one in bad] == [
        (6, "2", "n: 'x' is not a number [unknown-value]"),
        (7, "2", "what: 'HOLDS' is not listed under event.values [unknown-value]"),
    ]


@pytest.mark.parametrize("event", ["type", {"column": "type"}])
def test_a_log_may_use_our_own_words(read: Read, event: Any) -> None:
    mapping = {"layout": "events", "case": "call", "at": "t", "event": event}
    row = '{"call": %d, "t": "2026-03-02T10:00Z", "type": "%s"}\n'
    text = row % (1, "answered") + row % (2, "x")
    [record], [bad] = read("log.jsonl", text, mapping)
    assert told(record) == ["1 answered 10:00"]
    assert (bad.problem.code, bad.record_id) == ("unknown-event", "2")


def test_a_case_with_a_bad_row_is_not_judged_by_the_others(read: Read) -> None:
    text = rows(
        "A,10:00@,0,New,?,?,?",
        "B,10:00@,0,New,?,?,?",
        "B,soon,1,Wait,?,?,?",
        "C,?,0,New,?,?,?",
        "?,10:00@,0,New,?,?,?",
        "D,10:00@,0,Old,soon,?,?",
        "E,10:00@,0,Shu,?,?,?",
        "F",
    )
    records, bad = read("log.csv", text, DESK)
    assert [record.id for record in records] == ["A"]
    assert [(one.line, one.record_id, [problem.code for problem in one.problems]) for one in bad] == [
        (4, "B", ["bad-time"]),
        (5, "C", ["missing-time"]),
        (6, None, ["missing-id"]),
        (7, "D", ["unknown-value", "bad-time"]),
        (8, "E", ["unknown-value"]),
        (9, None, ["cell-count"]),
    ]
    assert bad[3].problem.hint == "list it there, with {} or null when it means nothing"
    assert bad[4].problem.hint == "did you mean 'Shut'?"


def test_rows_that_come_twice_count_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "log.csv"
    path.write_text("nr,t,x\n" + "1,2026-03-02T10:00Z,a\n" * 3 + "1,2026-03-02T10:00Z,b\n")
    mapping = load_mapping({"layout": "events", "case": "nr", "at": "t", "each_row": "update_sent"}, vocabulary)
    log = read_log(path, mapping, vocabulary)
    [record], _ = split(log)
    assert told(record) == ["1 update_sent 10:00", "2 update_sent 10:00"]
    assert log.repeats == 2


def test_records_come_by_the_time_of_their_first_row(read: Read) -> None:
    text = rows("B,10:00@,0,New,?,?,?", "C,09:00@,0,New,?,?,?", "A,10:00@,0,New,?,?,?", "B,08:00@,0,New,?,?,?")
    assert [record.id for record in read("log.csv", text, DESK)[0]] == ["B", "C", "A"]


STATES = st.sampled_from(["New", "Wait", "Done", "Shut", "?"])
ROW = st.tuples(
    st.sampled_from("AB"),
    st.integers(0, 2),
    st.sampled_from(["", "2", "10", "b", "nan"]),
    STATES,
    st.sampled_from("xy?"),
)


@given(st.lists(ROW, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary, drawn: list[Any], chance: random.Random
) -> None:
    written = [f"{case},10:0{minute}@,{sequence},{state},?,{team},?" for case, minute, sequence, state, team in drawn]
    shuffled = chance.sample(written, len(written))
    mapping = load_mapping(DESK, vocabulary)
    found = []
    for order in (written, shuffled):
        path = tmp_path_factory.getbasetemp() / "order.csv"
        path.write_text(rows(*order))
        found.append(list(read_log(path, mapping, vocabulary)))
    assert found[0] == found[1]


def test_sequences_order_rows_of_one_time_by_number_not_by_text(read: Read) -> None:
    text = rows("A,10:00@,10,Shut,?,?,?", "A,10:00@,9,Done,?,?,?", "A,10:00@,,New,?,?,?")
    assert told(read("log.csv", text, DESK)[0][0]) == ["1 resolved 10:00", "2 closed 10:00"]


def test_grouping_needs_the_terms_of_an_event_log(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id\n")
    with pytest.raises(ValueError, match="no layout: events"):
        group_cases(open_rows(path), LogMapping())


def test_a_broken_list_in_the_newest_row_is_reported_with_its_case(read: Read) -> None:
    mapping = {
        "layout": "events",
        "case": "nr",
        "at": "t",
        "each_row": "update_sent",
        "columns": {"l": {"list": "turns"}},
    }
    text = '{"nr": 1, "t": "2026-03-02T10:00Z", "l": [{"speaker": "agent", "at": "soon"}]}\n'
    records, [bad] = read("log.jsonl", text, mapping)
    assert not records
    assert isinstance(bad, BadRow)
    assert (bad.record_id, bad.line, bad.problem.keys) == ("1", 1, ("turns.at",))
