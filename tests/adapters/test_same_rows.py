"""Rows that came twice, and rows of one instant: what they say decides, not how they are written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servstd
from servstd.adapters import BadRow, batches, load_mapping, read_log
from servstd.adapters.batch import read_logs
from servstd.adapters.log_ids import digest_of
from servstd.adapters.table import MappedTable, mapped
from servstd.record import Record

from .table.both import differences

VOCABULARY = servstd.load_catalog().vocabulary
EVENTS: dict[str, Any] = {
    "layout": "events", "case": "nr", "at": "at", "kind": "case", "sequence": "no", "missing": ["", "n/a"],
    "event": {"column": "what", "values": {"in": "opened"}},
    "columns": {"prio": {"field": "priority"}, "team": {"field": "team"}},
}  # fmt: skip
AT = "2026-03-02T10:00Z"
VALUES = [
    None,
    "",
    "n/a",
    "x",
    "1",
    1,
    1.0,
    2.5,
    True,
    "true",
    1 << 63,
    [1],
    [1, 1.0],
    [True],
    {},
    {"a": None},
    {"a": 1},
]
ROWS = {
    "wide": {"id": ["A", "B"], "received_at": [AT], "team": ["care", None, 5, "5"], "mood": VALUES, "score": VALUES},
    "events": {
        "nr": ["A", "A", "B"], "at": [AT], "what": ["in"], "no": [None, "", "n/a", 1, 2],
        "prio": [None, "", "n/a", "high", "low"], "team": [None, "", "care", "sales", 5, "5"], "mood": VALUES,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same")


@st.composite
def lines(draw: Any, layout: str) -> list[str]:
    """JSON lines, some of them twice: the keys in any order, some without those that hold nothing."""
    cells = ROWS[layout]
    needed = list(cells)[:1]
    rows = draw(
        st.lists(st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in cells.items()}), max_size=5)
    )
    written = []
    for row in rows + (draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []):
        keys = [name for name in draw(st.permutations(list(row))) if row[name] is not None or draw(st.booleans())]
        assert set(needed) <= set(keys)
        written.append(
            json.dumps({key: row[key] for key in keys}, separators=draw(st.sampled_from([None, (",", ":")])))
        )
    return written


def in_batches_of(rows: int) -> Any:
    return mock.patch.object(batches, "json_batches", partial(_json_batches, batches.json_batches, rows))


def _json_batches(read: Any, rows: int, name: str, line: str, _: int, take: Any) -> Iterator[Any]:
    yield from read(name, line, rows, take)


@pytest.mark.parametrize("layout", ["wide", "events"])
@given(st.data(), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_both_readers_say_the_same_of_json_lines_in_any_batches(
    folder: Path, layout: str, data: st.DataObject, rows: int
) -> None:
    path = folder / f"{layout}.jsonl"
    path.write_text("".join(line + "\n" for line in data.draw(lines(layout))))
    mapping = load_mapping(EVENTS, VOCABULARY) if layout == "events" else None
    with in_batches_of(rows):
        assert [one for one in differences(path, mapping, VOCABULARY) if not one.startswith("record")] == []
        assert _records(mapped(batches.open_batches(path), mapping, VOCABULARY)) == _read(path, mapping)


def _records(table: MappedTable) -> dict[str, Any]:
    return {row["id"]: (row.get("team"), row.get("priority")) for row in table.to_table().to_pylist()}


def _read(path: Path, mapping: Any) -> dict[str, Any]:
    """Undeclared keys come out as texts by columns, and are left out here."""
    records = (item for item in read_log(path, mapping, VOCABULARY) if not isinstance(item, BadRow))
    return {one.id: (one.team, one.fields.get("priority")) for one in records}


@pytest.mark.parametrize("odd", [1.5, "n/a", [1], 1 << 63, True, {"a": 1}])
@pytest.mark.parametrize("usual", [1, 1.5, True, {"a": 1}, None])
def test_a_key_that_nobody_declared_may_hold_anything_in_another_batch(usual: Any, odd: Any, tmp_path: Path) -> None:
    rows = [{"id": f"T{place}", "received_at": AT, "score": usual} for place in range(2)] + [{"id": "T", "score": odd}]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with in_batches_of(2):
        table = servstd.read_table(tmp_path / "log.jsonl").to_table()
    assert table["id"].to_pylist() == ["T0", "T1", "T"]
    assert table["score"].to_pylist()[2] == (odd if isinstance(odd, str) else json.dumps(odd))


def test_a_declared_text_may_come_as_something_else_in_a_later_batch(tmp_path: Path) -> None:
    rows = [{"id": "T0"}, {"id": "T1", "team": 5, "extra": {"a": 1}}, {"id": "T2", "team": "care", "extra": "x"}]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with in_batches_of(1):
        table = servstd.read_table(tmp_path / "log.jsonl").to_table()
    assert table["team"].to_pylist() == [None, "5", "care"]
    assert table["extra"].to_pylist() == [None, '{"a": 1}', "x"]


def test_rows_of_one_instant_have_one_order_however_nothing_is_written(tmp_path: Path) -> None:
    names = ["nr", "at", "what", "no", "prio", "team"]
    rows = [["A", AT, "in", "", "", "care"], ["A", AT, "in", "", "high", "sales"]]
    (tmp_path / "a.csv").write_text("\n".join(map(",".join, [names, *rows])))
    (tmp_path / "b.csv").write_text("\n".join(map(",".join, [names, *([one or "n/a" for one in row] for row in rows)])))
    told = [{name: value for name, value in zip(names, row, strict=True) if value} for row in rows]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, told)))
    pq.write_table(
        pa.Table.from_pylist(told, pa.schema([(name, pa.string()) for name in names])), tmp_path / "a.parquet"
    )
    mapping = load_mapping(EVENTS, VOCABULARY)
    for name in ("a.csv", "b.csv", "a.jsonl", "a.parquet"):
        assert _read(tmp_path / name, mapping) == {"A": ("sales", "high")}, name
        assert _records(servstd.read_table(tmp_path / name, mapping)) == {"A": ("sales", "high")}, name


def test_the_line_of_a_bad_row_does_not_depend_on_the_seed_of_hashes(tmp_path: Path) -> None:
    rows = "".join(f" ,{AT},in,{note}\n" for note in "xabc")
    (tmp_path / "log.csv").write_text(f"nr,at,what,note\n{rows}")
    mapping = {"layout": "events", "case": "nr", "at": "at", "event": {"column": "what", "values": {"in": "received"}}}
    (tmp_path / "m.json").write_text(json.dumps(mapping))
    code = (
        "import json, sys; from servstd import load_catalog; from servstd.adapters import load_mapping, read_log\n"
        "words = load_catalog().vocabulary\n"
        "mapping = load_mapping(json.load(open(sys.argv[2])), words)\n"
        "print([one.line for one in read_log(sys.argv[1], mapping, words)])"
    )
    for seed in "012":
        command = [sys.executable, "-c", code, str(tmp_path / "log.csv"), str(tmp_path / "m.json")]
        done = subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert done.stdout == "[2]\n"
    assert [one.line for one in _bad_rows(tmp_path / "log.csv", load_mapping(mapping, VOCABULARY))] == [2]


def _bad_rows(path: Path, mapping: Any) -> list[BadRow]:
    table = servstd.read_table(path, mapping)
    table.to_table()
    return table.bad_rows


def test_the_same_record_of_two_logs_is_the_same_in_any_order_of_columns(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(f"id,closed_at,received_at\nA,2026-03-02T12:00Z,{AT}\n")
    (tmp_path / "2.csv").write_text(f"id,received_at,closed_at\nA,{AT},2026-03-02T12:00Z\n")
    found = read_logs([tmp_path / "1.csv", tmp_path / "2.csv"], None, VOCABULARY)
    assert (len(found.records), found.repeats, found.bad_rows) == (1, 1, [])
    one, other = (next(iter(read_log(tmp_path / name, None, VOCABULARY))) for name in ("1.csv", "2.csv"))
    assert isinstance(one, Record)
    assert isinstance(other, Record)
    assert digest_of(one) == digest_of(other)


def test_lists_nested_very_deep_are_no_reason_to_stop(tmp_path: Path) -> None:
    deep = "[" * 600 + "]" * 600
    (tmp_path / "log.jsonl").write_text(f'{{"id": "A", "mood": {deep}}}\n{{"id": "A", "mood": {deep}}}\n')
    log = read_log(tmp_path / "log.jsonl", None, VOCABULARY)
    assert len(list(log)) + log.repeats == 2
