"""Small logs with odd cells, drawn at random: columns and rows must say the same of each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servstd import load_catalog
from servstd.adapters import load_mapping
from servstd.adapters.table import order, raw

from .both import differences

VOCABULARY = load_catalog().vocabulary
TIMES = [
    "", "n/a", "2026-03-02 10:00", "2026-03-02T10:00:00", "2026-03-08 02:30", "2026-11-01 01:30:00", "2026-03-02",
    "2026-03-02T10:00:00Z", "2026-03-02T10:00+05:30", " 2026-03-02T10:00:01.5-04:00 ", "2026-02-30 10:00", "soon",
    "02/03/2026 10:00", "2/3/2026 9:05", "02/03/2026", "20260302T100000", "0001-01-01 00:00", "9999-12-31 23:59:59",
    "2026-03-02 24:00", "2026-03-02T10:00:00.123456789Z", "2026-W10-1", "١٢/03/2026 10:00", "5",
]  # fmt: skip
IDS = ["A", "B", "C", "7", "", " ", "n/a", "A ", "\u00a0D"]
YES = ["", "yes", "FALSE", "1", "maybe", "robot", "n/a"]
NUMBERS = ["", "3", "3.0", "0", "6", "nan", "five", "1e0", "n/a"]
CHANNELS = ["", "E-Mail", "Phone", "Pigeon", "email", "n/a"]
WORDS = ["", "care", " care", "n/a", "5", "true"]
LISTS = [
    "", "n/a", '[{"type": "hangup", "at": "2026-03-02T10:00Z", "by": "agent"}]', "[{", "x",
    '[{"type": "warp", "at": "now"}]',
    '[{"type": "promise", "at": "2026-03-02 10:00", "due_at": "2026-03-04", "sequence": 2, "ref": 5}]', "[]",
]  # fmt: skip
FORMATS = [None, "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y", "%m/%d/%Y %I:%M %p"]

WIDE: dict[str, Any] = {
    "id": "nr",
    "missing": ["", "n/a"],
    "constants": {"audience": "external"},
    "defaults": {"direction": "inbound"},
    "complete_for": ["responded"],
    "columns": {
        "made": {"event": "received"},
        "reply": [{"event": "responded"}, {"event": "update_sent"}],
        "by": [{"event": "responded", "attribute": "automated"}, {"field": "emergency"}],
        "until": {"event": "greeting_active", "until": True, "at": "made"},
        "due": {"event": "promise", "attribute": "due_at", "at": "reply"},
        "new": {"event": "renegotiated", "attribute": "new_due_at"},
        "stars": {"field": "satisfaction"},
        "team": {"field": "team"},
        "via": [{"field": "channel"}, {"event": "responded", "attribute": "channel"}],
        "log": {"list": "events"},
        "kind": {"field": "kind"},
        "again": {"event": "update_sent"},
    },
    "values": {
        "channel": {"E-Mail": "email", "Phone": "phone", "email": None},
        "emergency": {"robot": True, "1": False},
    },
}
WIDE_CELLS = {
    "nr": IDS, "made": TIMES, "reply": TIMES, "by": YES, "until": TIMES, "due": TIMES, "new": TIMES, "stars": NUMBERS,
    "team": WORDS, "via": CHANNELS, "log": LISTS, "kind": ["", "case", "interaction", "x"], "again": TIMES,
    "more": WORDS,
}  # fmt: skip
FLAT_CELLS = {
    "id": IDS, "received_at": TIMES, "responded_at": TIMES, "responded_automated": YES, "responded_until": TIMES,
    "responded_sequence": ["", "1", "x", "2.5", "n/a"], "promise_due_at": TIMES, "promise_ref": WORDS,
    "satisfaction": NUMBERS, "team": WORDS, "channel": CHANNELS, "mood": WORDS, "wormhole_at": TIMES, "events": LISTS,
    "complete_for": ["", "responded", "responded, warp"], "requester_time_zone": ["", "Europe/London", "Mars"],
    "normal_process_time": ["", "2 business days", "3 hours"], "agent_names": ["", "Sam, Ann", "n/a"],
}  # fmt: skip
EVENTS: dict[str, Any] = {
    "layout": "events", "case": "nr", "at": "at", "sequence": "no", "missing": ["", "n/a"], "kind": "case",
    "each_row": {"event": "update_sent", "actor": "system"},
    "event": {"column": "what", "values": {
        "ring": "ring_start", "out": {"event": "hangup", "by": "agent"}, "beep": None}},
    "states": {"column": "state", "values": {
        "New": {}, "Wait": {"enter": {"event": "waiting_started", "waiting_on": "customer"}, "leave": "waiting_ended"},
        "Done": {"enter": "resolved", "leave": {"event": "reopened", "unless_to": ["New"]}}}},
    "columns": {
        "since": {"event": "opened"}, "team": {"field": "team"}, "by": {"event": "hangup", "attribute": "by"},
        "due": {"event": "promise", "attribute": "due_at"}, "log": {"list": "turns"},
        "rings": {"event": "ring_start", "attribute": "ring_count"},
    },
}  # fmt: skip
FEW_TIMES = ["2026-03-02 10:00", "2026-03-02 10:01", "2026-03-02 10:01:00", "2026-03-08 02:30", "02/03/2026 10:00", ""]
EVENT_CELLS = {
    "nr": ["A", "A", "B", "B ", "C", "", " "], "at": FEW_TIMES, "no": ["", "1", "10", "9", "x", "nan", "inf"],
    "what": ["", "ring", "ring", "out", "beep", "?"], "state": ["", "New", "Wait", "Done", "Old"],
    "since": FEW_TIMES, "team": WORDS, "by": ["", "customer", "agent", "who"], "due": TIMES[:8], "rings": NUMBERS,
    "log": ["", "", "", '[{"speaker": "agent", "text": "Hi"}]', '[{"speaker": "agent", "at": "x"}]', "[["],
    "more": WORDS,
}  # fmt: skip


PLAIN: dict[str, Any] = {
    "made": "2026-03-02T10:00:00Z", "reply": "2026-03-02T11:00:00Z", "by": "yes", "due": "2026-03-04", "stars": "3",
    "via": "Phone", "kind": "interaction", "received_at": "2026-03-02T10:00:00Z",
    "responded_at": "2026-03-02T11:00:00Z", "at": "2026-03-02 10:00", "what": "ring", "state": "New",
}  # fmt: skip


def drawn(cells: Mapping[str, list[Any]], plain: Mapping[str, Any] = PLAIN) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows that are plain but for an id and a few odd cells: where much is odd, one thing hides the other."""
    key = next(iter(cells))
    odd = st.sampled_from([name for name in cells if name != key]).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(cells[name]))
    )
    base = {name: plain.get(name, pool[0]) for name, pool in cells.items()}
    row = st.tuples(st.sampled_from(cells[key]), st.lists(odd, max_size=3)).map(
        lambda one: {**base, key: one[0], **dict(one[1])}
    )
    rows = st.lists(row, min_size=1, max_size=6)
    return rows | rows.flatmap(lambda few: st.lists(st.sampled_from(few), max_size=8))


def written(rows: list[dict[str, Any]], names: Any) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(names))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


@given(drawn(WIDE_CELLS), st.sampled_from(FORMATS), st.sampled_from([None, "America/New_York", "UTC"]))
@settings(max_examples=40, deadline=None)
def test_a_wide_log_with_a_mapping(
    folder: Path, rows: list[dict[str, Any]], time_format: str | None, zone: str | None
) -> None:
    (folder / "wide.csv").write_text(written(rows, WIDE_CELLS))
    mapping = load_mapping({**WIDE, "time_format": time_format, "time_zone": zone}, VOCABULARY)
    assert differences(folder / "wide.csv", mapping, VOCABULARY, {"channel": "email"}) == []


@given(drawn(FLAT_CELLS), st.booleans(), st.sampled_from(FORMATS))
@settings(max_examples=40, deadline=None)
def test_a_log_in_flat_form(folder: Path, rows: list[dict[str, Any]], is_mapped: bool, time_format: str | None) -> None:
    (folder / "flat.csv").write_text(written(rows, FLAT_CELLS))
    body = {"time_format": time_format, "time_zone": "Europe/London", "missing": ["n/a"], "constants": {"team": "x"},
            "values": {"channel": {"E-Mail": "email"}, "responded_automated": {"robot": True}}}  # fmt: skip
    mapping = load_mapping(body, VOCABULARY) if is_mapped else None
    assert differences(folder / "flat.csv", mapping, VOCABULARY) == []


@given(drawn(EVENT_CELLS), st.sampled_from([None, "%d/%m/%Y %H:%M"]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_log_of_event_rows(
    folder: Path, rows: list[dict[str, Any]], time_format: str | None, is_spread: bool
) -> None:
    (folder / "events.csv").write_text(written(rows, EVENT_CELLS))
    mapping = load_mapping({**EVENTS, "time_format": time_format, "time_zone": "America/New_York"}, VOCABULARY)
    with pytest.MonkeyPatch.context() as patch:
        if is_spread:
            patch.setattr(order, "MOST_BYTES", 0)
            patch.setattr(raw, "BATCH_ROWS", 2)
        assert differences(folder / "events.csv", mapping, VOCABULARY) == []


INSTANTS: list[Any] = [
    None,
    datetime(2026, 3, 2, 10),
    datetime(2026, 3, 8, 2, 30),
    datetime(2026, 11, 1, 1, 30, 5, 7),
    datetime(1, 1, 1),
]
TYPED: dict[str, tuple[Any, list[Any]]] = {
    "nr": (pa.int64(), [None, 1, 2, 3]),
    "made": (pa.timestamp("us"), INSTANTS),
    "reply": (pa.timestamp("ms", "Europe/Paris"), [None, *(one.replace(tzinfo=UTC) for one in INSTANTS[1:3])]),
    "by": (pa.bool_(), [None, True, False]),
    "until": (pa.timestamp("ns"), INSTANTS[:3]),
    "due": (pa.date32(), [None, date(2026, 3, 4)]),
    "new": (pa.timestamp("s"), INSTANTS[:3]),
    "stars": (pa.float64(), [None, 1.0, 4.5, 6.0, float("nan")]),
    "team": (pa.dictionary(pa.int8(), pa.string()), [None, "care", "n/a", ""]),
    "via": (pa.large_string(), [None, "E-Mail", "Pigeon"]),
    "log": (
        pa.list_(pa.struct([("type", pa.string()), ("at", pa.timestamp("us", "UTC")), ("by", pa.string())])),
        [
            None,
            [],
            [{"type": "hangup", "at": datetime(2026, 3, 2, tzinfo=UTC), "by": "agent"}],
            [{"type": "warp", "at": None}],
        ],
    ),
    "kind": (pa.string(), [None, "case", "x"]),
    "again": (pa.null(), [None]),
}


@given(
    drawn({name: pool for name, (_, pool) in TYPED.items()}, {name: pool[0] for name, (_, pool) in TYPED.items()}),
    st.sampled_from([None, "America/New_York"]),
)
@settings(max_examples=40, deadline=None)
def test_a_typed_log(folder: Path, rows: list[dict[str, Any]], zone: str | None) -> None:
    columns = {name: pa.array([row[name] for row in rows], kind) for name, (kind, _) in TYPED.items()}
    pq.write_table(pa.table(columns), folder / "typed.parquet")
    mapping = load_mapping({**WIDE, "time_zone": zone, "missing": ["", "n/a", "3", "4.5"]}, VOCABULARY)
    assert differences(folder / "typed.parquet", mapping, VOCABULARY) == []


AT = ["2026-03-02T10:00Z", "2026-03-02 10:00", None, "soon", ""]
EVENT = st.fixed_dictionaries(
    {"type": st.sampled_from(["received", "hangup", "received", "warp", None]), "at": st.sampled_from(AT[:2] * 3 + AT)},
    optional={
        "until": st.sampled_from(AT), "by": st.sampled_from(["agent", "who", ""]),
        "sequence": st.sampled_from([0, 3, None]),
        "ref": st.sampled_from(["x", ""]), "actor": st.sampled_from(["agent", None]), "channel": st.just("email"),
    },
)  # fmt: skip
TURN = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from(["agent", "customer", "agent", "robot", None, ""]),
        "text": st.sampled_from(["Hi", None, ""]),
    },
    optional={"at": st.sampled_from(AT), "mood": st.just("good")},
)
REVIEW = st.fixed_dictionaries(
    {"rule": st.sampled_from(["a.b", "a.b", None]), "value": st.sampled_from(["yes", "no", "yes", None])},
    optional={"at": st.sampled_from(AT), "override": st.booleans(), "reason": st.sampled_from(["so", None]),
              "opportunity": st.sampled_from([0, None]), "reviewer": st.just("r2")},
)  # fmt: skip
LINE = st.fixed_dictionaries(
    {"id": st.sampled_from(["A", "B", 3, None])},
    optional={
        "events": st.lists(EVENT, max_size=3) | st.sampled_from([None, "[]", 5]),
        "turns": st.lists(TURN, max_size=2) | st.none(),
        "reviews": st.lists(REVIEW, max_size=2),
        "complete_for": st.lists(st.sampled_from(["hangup", "received", "warp"]), max_size=2),
        "tracked": st.lists(st.sampled_from(["hangup", "received"]), max_size=2) | st.none(),
        "agent_names": st.lists(st.sampled_from(["Sam", "Ann"]), max_size=2) | st.just("Sam"),
        "satisfaction": st.sampled_from([3, 4.5, "2", None, 9, True]),
        "received_at": st.sampled_from(AT),
        "team": st.sampled_from(["x", 5, True, None]),
        "mood": st.sampled_from(["good", "bad"]),
        "emergency": st.sampled_from([True, False, "yes", 1]),
        "fields": st.sampled_from([{"team": "y"}, None]),
    },
)
ALIKE = st.lists(LINE, max_size=2).flatmap(
    lambda lines: st.lists(st.sampled_from(lines), max_size=4) if lines else st.just(lines)
)


@given(ALIKE | st.lists(LINE, max_size=4), st.sampled_from([None, "Europe/London"]))
@settings(max_examples=30, deadline=None)
def test_json_with_lists(folder: Path, lines: list[dict[str, Any]], zone: str | None) -> None:
    (folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    mapping = load_mapping({"time_zone": zone}, VOCABULARY)
    assert differences(folder / "log.jsonl", mapping, VOCABULARY) == []
