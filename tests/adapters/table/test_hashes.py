"""The number of a text or a row is its own: neither the others of its batch nor the process change it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd import load_catalog
from servstd.adapters import load_mapping
from servstd.adapters.batches import open_batches
from servstd.adapters.table import hashes, mapped, order, spread
from servstd.adapters.table.hashes import hash_column, hash_rows, hash_texts
from servstd.adapters.table.order import Order

VOCABULARY = load_catalog().vocabulary
ROW = {"id": "A", "channel": "email", "received_at": "2026-05-04T10:00Z"}
LONG = "https://desk.example.com/" + "x" * 60
KINDS = (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()))

texts = st.none() | st.text(max_size=12) | st.text("ab", min_size=55, max_size=90) | st.text("ab", max_size=3000)


@given(st.lists(texts, min_size=1, max_size=20), st.sampled_from([3, 32_768]))
def test_a_text_has_the_same_number_alone_and_beside_others(given_: list[str | None], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(hashes, "_AT_ONCE", at_once)
        alone = [hash_column(pa.array([text], pa.string()))[0] for text in given_]
        for kind in KINDS:
            beside = pa.array(["before" * 50, *given_, "after"], pa.string()).cast(kind).slice(1, len(given_))
            assert hash_column(beside).tolist() == alone
        assert hash_column(list(given_)).tolist() == alone
    assert len(set(alone)) == len(set(given_))


@pytest.mark.parametrize("length", [63, 64, 65, 71, 72, 73, 600])
def test_every_byte_of_a_text_counts_however_long_it_is(length: int) -> None:
    changed = ["a" * place + "b" + "a" * (length - place - 1) for place in range(length)]
    some = [*changed, "a" * length, "a" * (length + 1), "a" * (length - 1)]
    assert len(set(hash_texts(pa.array(some)).tolist())) == len(some)


def test_numbers_are_the_same_in_every_process() -> None:
    code = (
        "import pyarrow as pa; from servstd.adapters.table.hashes import hash_column as of; "
        "print([of(c).tolist() for c in (pa.array(['A', 'x' * 99, None]), [{'a': 'x'}, 'y'], pa.array([[1], [2]]))])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "1"}, capture_output=True, check=True
    ).stdout
    columns = (pa.array(["A", "x" * 99, None]), [{"a": "x"}, "y"], pa.array([[1], [2]]))
    assert json.loads(said) == [hash_column(column).tolist() for column in columns]


def test_long_texts_take_little_memory_beside_their_own() -> None:
    column = pa.array([f"{number:06d}" + "x" * 2000 for number in range(10_000)] + ["y" * 20_000_000])
    tracemalloc.start()
    try:
        found = hash_texts(column.cast(pa.large_string()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(set(found.tolist())) == len(column)
    assert peak < 8 << 20


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, -1, 2**63 - 1, None], pa.int64()),
        ([1, 2**64 - 1, None], pa.uint64()),
        ([1.5, 1.0, None], pa.float64()),
        ([True, None], pa.bool_()),
        ([[1, 2], [], None], pa.list_(pa.int64())),
        ([{"a": 1, "b": None}, {"a": None, "b": "x"}], pa.struct({"b": pa.string(), "a": pa.int64()})),
    ],
    ids=str,
)
def test_a_cell_has_the_same_number_in_a_column_of_one_type_and_of_several(values: list[Any], kind: Any) -> None:
    assert hash_column([*values, "x", 2**70])[:-2].tolist() == hash_column(pa.array(values, kind)).tolist()


def test_half_a_character_is_a_text_too() -> None:
    assert len(set(hash_column(["\ud800", "\ud801", "?", "\\ud800"]).tolist())) == 4


def test_columns_that_hold_nothing_do_not_count_and_the_others_count_by_name() -> None:
    one = {"a": pa.array(["x", "y"]), "b": pa.array([None, "x"])}
    other = {"b": pa.array([None, "y"]), "c": pa.nulls(2), "a": pa.array(["x", "x"])}
    assert hash_rows(one, 2)[0] == hash_rows(other, 2)[0] == hash_rows({"a": pa.array(["x"])}, 1)[0]
    assert len({*hash_rows(one, 2).tolist(), *hash_rows(other, 2).tolist()}) == 3


def table(*batches: list[dict[str, Any]]) -> Any:
    return pa.Table.from_batches([pa.RecordBatch.from_pylist(rows) for rows in batches])


@pytest.mark.parametrize("length", [1, 5000])
def test_a_row_that_comes_twice_is_a_repeat_whatever_is_beside_it(length: int) -> None:
    row = {**ROW, "note": "x" * 50}
    found = mapped(
        table([row, {**row, "id": "B", "note": "y"}], [row, {**row, "id": "C" * length, "note": "z" * length}]),
        None,
        VOCABULARY,
    )
    assert [len(one) for one in found.to_table()["id"].to_pylist()] == [1, 1, length]
    assert (found.repeats, found.bad_count) == (1, 0)


@pytest.mark.parametrize(
    "other", [{"team": "x"}, {"site": [1, "a"]}, {"cost": {"b": 1}}, {"cost": "none"}], ids=lambda one: str(one)
)
def test_a_line_of_json_that_comes_twice_is_a_repeat_whatever_keys_are_beside_it(other: Any, tmp_path: Path) -> None:
    row = {**ROW, "cost": {"a": 1}}
    rows = [row, {**row, "id": "B"}, row, {**row, "id": "C", **other}]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    found = mapped(open_batches(path, rows=2), None, VOCABULARY)
    assert found.to_table()["id"].to_pylist() == ["A", "B", "C"]
    assert (found.repeats, found.bad_count) == (1, 0)


def test_rows_that_differ_have_different_numbers() -> None:
    steps = np.arange(40) / 4
    grid = [axis.ravel() for axis in np.meshgrid(steps, steps, steps)]
    for kind in (pa.float64(), pa.int64(), pa.string()):
        columns = {name: pa.array(one).cast(kind, safe=False) for name, one in zip("abc", grid, strict=True)}
        rows = set(zip(*(one.to_pylist() for one in columns.values()), strict=True))
        numbers = hash_rows(columns, len(grid[0]))
        assert len(set(numbers.tolist())) == len(set((numbers << np.uint64(20)).tolist())) == len(rows)


ORDERS: tuple[Order | None, ...] = ("time", None)
EVENTS = {
    "layout": "events",
    "case": "case",
    "at": "at",
    "event": {"column": "event", "values": {"received": "received", "responded": "responded"}},
    "constants": {"channel": "email"},
}


def test_cases_are_whole_though_some_have_long_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "MOST_BYTES", 1)
    monkeypatch.setattr(spread, "CHUNK_BYTES", 1)
    first = [{"case": f"C{number}", "at": "2026-05-04T10:00Z", "event": "received"} for number in range(20)]
    second = [{"case": f"C{number}", "at": "2026-05-04T11:00Z", "event": "responded"} for number in range(20)]
    long = [{"case": f"{LONG}{number}", "at": "2026-05-04T10:00Z", "event": "received"} for number in range(200)]
    log = table(first, second + long)
    for given_order in ORDERS:
        found = mapped(log, load_mapping(EVENTS, VOCABULARY), VOCABULARY, order=given_order)
        ids = found.to_table()["id"].to_pylist()
        assert len(ids) == len(set(ids)) == 220
