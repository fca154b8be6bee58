"""Lists that Arrow holds as such: read by columns, and row by row only where something is odd."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servstd import load_catalog
from servstd.adapters import load_mapping
from servstd.adapters.logs import Log
from servstd.adapters.table import mapped

from .both import differences

VOCABULARY = load_catalog().vocabulary
AT = "2026-03-02T10:00Z"
EVENT = pa.struct(
    [("type", pa.string()), ("at", pa.string()), ("until", pa.string()), ("by", pa.string()), ("actor", pa.string()),
     ("ref", pa.string()), ("sequence", pa.int64()), ("due_at", pa.string()), ("automated", pa.string())]
)  # fmt: skip
TURN = pa.struct([("speaker", pa.string()), ("text", pa.string()), ("at", pa.string())])
REVIEW = pa.struct(
    [("rule", pa.string()), ("value", pa.string()), ("at", pa.string()), ("override", pa.bool_()),
     ("opportunity", pa.int8()), ("reason", pa.string())]
)  # fmt: skip
TYPES = {
    "id": pa.string(),
    "events": pa.list_(EVENT),
    "turns": pa.list_(TURN),
    "reviews": pa.large_list(REVIEW),
    "complete_for": pa.list_(pa.string()),
    "tracked": pa.list_(pa.string()),
    "agent_names": pa.list_(pa.string()),
    "received_at": pa.string(),
}
ZONED = load_mapping({"time_zone": "Europe/London"}, VOCABULARY)


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in TYPES.items()})


@pytest.fixture
def read_alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the rows that the row reader looks at."""
    seen: list[str] = []
    record = Log.record
    monkeypatch.setattr(Log, "record", lambda log, raw, name: seen.append(name) or record(log, raw, name))
    return seen


GOOD = {
    "id": "good",
    "events": [
        {"type": "hangup", "at": "2026-03-02 10:00", "by": "agent", "sequence": 2, "ref": ""},
        {"type": "promise", "at": AT, "due_at": "2026-03-09", "actor": "agent", "until": ""},
    ],
    "turns": [{"speaker": "agent", "text": "Hello", "at": AT}, {"speaker": "customer", "text": None}],
    "reviews": [{"rule": "a.b", "value": "yes", "at": AT, "override": True, "opportunity": 0}],
    "complete_for": ["hangup"],
    "tracked": ["hangup", "promise"],
    "agent_names": ["Sam"],
}


def test_good_lists_are_read_by_columns(read_alone: list[str], tmp_path: Path) -> None:
    rows = [GOOD, {"id": "none"}, {"id": "empty", "events": [], "turns": [], "tracked": []}]
    log = mapped(table(rows), ZONED, VOCABULARY)
    first, *_ = log.to_table().to_pylist()
    assert [(event["type"], event["by"], event["sequence"]) for event in first["events"]] == [
        ("hangup", "agent", 2),
        ("promise", None, 0),
    ]
    assert (log.bad_count, read_alone) == (0, [])
    pq.write_table(table(rows), tmp_path / "log.parquet")
    assert differences(tmp_path / "log.parquet", ZONED, VOCABULARY) == []


ODD: dict[str, dict[str, Any]] = {
    "an event without a type": {"events": [{"at": AT}]},
    "an event that nobody declared": {"events": [{"type": "warp", "at": AT}]},
    "an event without a time": {"events": [{"type": "hangup"}]},
    "an event with a time that can not be read": {"events": [{"type": "hangup", "at": "soon"}]},
    "an end that can not be read": {"events": [{"type": "hangup", "at": AT, "until": "soon"}]},
    "an attribute that can not be read": {"events": [{"type": "hangup", "at": AT, "by": "nobody"}]},
    "no event": {"events": [None]},
    "a turn without a speaker": {"turns": [{"text": "Hi"}]},
    "a speaker that nobody knows": {"turns": [{"speaker": "robot", "text": "Hi"}]},
    "a turn with a time that can not be read": {"turns": [{"speaker": "agent", "at": "soon"}]},
    "a review with a time that can not be read": {"reviews": [{"rule": "a.b", "value": "yes", "at": "soon"}]},
    "a review of nothing": {"reviews": [{"value": "yes"}]},
    "a review without a value": {"reviews": [{"rule": "a.b"}]},
    "an unknown event among the complete": {"complete_for": ["warp"]},
    "no turn": {"turns": [None]},
}


@pytest.mark.parametrize("what", ODD)
def test_a_row_with_something_odd_is_read_by_the_row_reader(what: str, read_alone: list[str], tmp_path: Path) -> None:
    rows = [GOOD, {**GOOD, "id": "odd", **ODD[what]}, {**GOOD, "id": "last"}]
    mapped(table(rows), ZONED, VOCABULARY).to_table()
    assert read_alone == ["odd"]
    pq.write_table(table(rows), tmp_path / "log.parquet")
    assert differences(tmp_path / "log.parquet", ZONED, VOCABULARY) == []


def test_an_attribute_is_read_only_for_the_events_that_have_it(tmp_path: Path) -> None:
    rows = [{"id": "A", "events": [{"type": "received", "at": AT, "by": "nobody", "automated": "?"}]}]
    pq.write_table(table(rows), tmp_path / "log.parquet")
    assert differences(tmp_path / "log.parquet", ZONED, VOCABULARY) == []


@pytest.mark.parametrize(
    ("name", "kind", "cell"),
    [
        ("turns", pa.list_(pa.struct([("speaker", pa.string()), ("mood", pa.string())])), [{"speaker": "agent"}]),
        ("turns", pa.list_(pa.struct([("text", pa.string())])), [{"text": "Hi"}]),
        ("turns", pa.list_(pa.string()), ["Hi"]),
        (
            "reviews",
            pa.list_(pa.struct([("rule", pa.string()), ("value", pa.bool_())])),
            [{"rule": "a", "value": True}],
        ),
        ("reviews", pa.list_(pa.struct([("rule", pa.string()), ("value", pa.int8())])), [{"rule": "a", "value": 1}]),
        ("reviews", pa.list_(pa.struct([("rule", pa.string())])), [{"rule": "a"}]),
        ("events", pa.list_(pa.struct([("type", pa.string())])), [{"type": "hangup"}]),
        ("events", pa.list_(pa.string()), ["hangup"]),
        (
            "events",
            pa.list_(pa.struct([("type", pa.string()), ("at", pa.timestamp("ns")), ("sequence", pa.string())])),
            [{"type": "hangup", "at": 0, "sequence": "2"}],
        ),
        ("tracked", pa.string(), "hangup"),
    ],
)
def test_lists_of_other_shapes_are_read_as_ever(name: str, kind: Any, cell: Any, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["A", "B"], name: pa.array([cell, None], kind)}), tmp_path / "log.parquet")
    assert differences(tmp_path / "log.parquet", ZONED, VOCABULARY) == []


def test_names_that_are_no_texts_are_written_as_texts() -> None:
    log = mapped(pa.table({"id": ["A"], "agent_names": [[1, 2]], "complete_for": [[3]]}), None, VOCABULARY)
    [row] = log.to_table().to_pylist()
    assert (row["agent_names"], row["complete_for"]) == (["1", "2"], ["3"])


def test_a_key_that_one_line_of_json_has_is_not_odd_in_the_others(tmp_path: Path) -> None:
    lines = ['{"id": 1, "turns": [{"speaker": "agent"}]}', '{"id": 2, "turns": [{"speaker": "agent", "mood": "good"}]}']
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    assert differences(tmp_path / "log.jsonl", None, VOCABULARY) == []


TIMES = st.sampled_from([AT, AT, "2026-03-02 10:00", None, "", "soon"])
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["hangup", "promise", "responded"]), "at": TIMES},
    optional={"until": TIMES, "by": st.sampled_from(["agent", ""]), "sequence": st.integers(0, 2), "due_at": TIMES,
              "automated": st.sampled_from(["yes", "no", "perhaps"]), "ref": st.sampled_from(["", "x"])},
)  # fmt: skip
ROW = st.fixed_dictionaries(
    {"id": st.sampled_from(["A", "B", "C", "D"])},
    optional={
        "events": st.lists(EVENTS, max_size=2),
        "turns": st.lists(
            st.fixed_dictionaries({"speaker": st.sampled_from(["agent", "agent", "x"]), "at": TIMES}), max_size=2
        ),
        "tracked": st.lists(st.sampled_from(["hangup", "promise"]), max_size=1),
        "received_at": TIMES,
    },
)


@given(st.lists(ROW, max_size=5))
@settings(max_examples=30, deadline=None)
def test_lists_of_any_content(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    path = tmp_path_factory.getbasetemp() / "lists.parquet"
    pq.write_table(table(rows), path)
    assert differences(path, ZONED, VOCABULARY) == []
