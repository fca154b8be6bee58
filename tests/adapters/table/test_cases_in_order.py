"""Event logs that are in order, nearly in order, or in none: sorted only where they have to be."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from servstd import load_catalog
from servstd.adapters import load_mapping
from servstd.adapters.cells import Dialect
from servstd.adapters.table import case_ids, mapped, order
from servstd.adapters.table.case_ids import sorted_by
from servstd.adapters.table.case_order import rows_of_ranges
from servstd.errors import RecordError

from .both import differences

VOCABULARY = load_catalog().vocabulary
SPEC: dict[str, Any] = {
    "layout": "events", "case": "nr", "at": "t", "time_zone": "UTC",
    "event": {"column": "what", "values": {
        "ring": "ring_start", "out": {"event": "hangup", "by": "agent"}, "beep": None}},
    "columns": {"team": {"field": "team"}, "rings": {"event": "ring_start", "attribute": "ring_count"}},
}  # fmt: skip
MAPPING = load_mapping(SPEC, VOCABULARY)
WITH_STATES = {
    **SPEC,
    "each_row": {"event": "update_sent", "actor": "system"},
    "states": {"column": "team", "values": {"care": {"enter": "action_started", "leave": "resolved"}, "sales": {}}},
}
NAMES = ("nr", "t", "what", "team", "rings")


Rows = list[tuple[str, ...]]


def clustered(cases: int = 40, rows: int = 6) -> Rows:
    """Cases one after the other, each in the order of time; every tenth begins when the one before does."""
    return [
        (f"C{case}", f"2026-03-{1 + (97 - case // 10 * 10) % 28:02} 10:{row:02}", ("ring", "out", "beep")[row % 3],
         "care" if row % 4 else "", str(row))
        for case in range(cases)
        for row in range(rows)
    ]  # fmt: skip


def by_time() -> Rows:
    return sorted(clustered(), key=lambda row: row[1])


def with_some_out_of_order() -> Rows:
    rows = clustered()
    for case in (0, 17, 39):
        rows[case * 6 + 1], rows[case * 6 + 4] = rows[case * 6 + 4], rows[case * 6 + 1]
    return rows


def with_ties_and_twins() -> Rows:
    rows = clustered()
    for case in range(0, 240, 6):
        rows[case + 2] = (*rows[case][:1], rows[case + 1][1], "ring", *rows[case + 2][3:])
        rows[case + 5] = (*rows[case][:1], rows[case + 4][1], *rows[case + 5][2:])
    rows[21:21] = [rows[21], (*rows[21][:2], "ring", "sales", "9"), rows[21]]
    one_ends_as_the_other_begins = [("Z9", 0), ("Z9", 1), ("Z10", 1), ("Z10", 2)]
    return rows + [(case, f"2026-03-30 10:0{row}", "ring", "", "") for case, row in one_ends_as_the_other_begins]


def with_odd_rows() -> Rows:
    rows = clustered()
    rows[3] = ("C0", "soon", "ring", "", "")
    rows[30] = (rows[30][0], rows[30][1], "ring", "", "many")
    rows[50] = ("", rows[50][1], "ring", "", "")
    rows[60] = (f" {rows[60][0]} ", *rows[60][1:])
    rows[70] = (" ", *rows[70][1:])
    rows[80] = (rows[80][0], rows[80][1], "knock", "", "")
    return rows


@pytest.mark.parametrize("make", [clustered, by_time, with_some_out_of_order, with_ties_and_twins, with_odd_rows])
@pytest.mark.parametrize("most_bytes", [0, 1 << 30], ids=["long", "held"])
@pytest.mark.parametrize("spec", [SPEC, WITH_STATES], ids=["events", "states"])
def test_columns_and_rows_say_the_same(
    make: Any, most_bytes: int, spec: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "MOST_BYTES", most_bytes)
    monkeypatch.setattr(order, "CHUNK_BYTES", 2000)
    with (tmp_path / "log.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([NAMES, *make()])
    assert differences(tmp_path / "log.csv", load_mapping(spec, VOCABULARY), VOCABULARY) == []


def arrow(rows: Rows) -> pa.Table:
    return pa.table(dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True)))


@pytest.mark.parametrize("rows", [clustered(), by_time()], ids=["clustered", "by time"])
@pytest.mark.parametrize("most_cases", [7, 65_536])
def test_a_log_that_is_held_comes_in_batches_of_whole_cases(
    rows: Any, most_cases: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "CHUNK_BYTES", 2000)
    monkeypatch.setattr(order, "MOST_CASES", most_cases)
    batches = list(mapped(arrow(rows), MAPPING, VOCABULARY).to_batches())
    ids = [name for batch in batches for name in batch.column("id").to_pylist()]
    assert (len(batches) > 3, max(batch.num_rows for batch in batches) <= most_cases) == (True, True)
    assert sorted(ids) == sorted({row[0] for row in rows})
    assert {len(one) for batch in batches for one in batch.column("events").to_pylist()} == {4}


def test_records_that_begin_at_one_instant_come_by_id() -> None:
    rows: Rows = [(case, "2026-03-02 10:00", "ring", "", "") for case in ("B", "C", "A")]
    rows.append(("Z", "2026-03-02 09:00", "ring", "", ""))
    assert mapped(arrow(rows), MAPPING, VOCABULARY).to_table()["id"].to_pylist() == ["Z", "A", "B", "C"]


@pytest.mark.parametrize(("last", "kept"), [("C", ["B", "A", "C"]), ("B", None)], ids=["apart", "again"])
def test_records_of_a_long_log_come_as_they_stand_in_it(
    last: str, kept: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "MOST_BYTES", 0)
    rows = [(case, f"2026-03-02 {hour:02}:00", "ring", "", "") for case, hour in (("B", 12), ("A", 9), (last, 10))]
    table = mapped(arrow(rows), MAPPING, VOCABULARY, order="clustered")
    if kept is None:
        with pytest.raises(RecordError, match="do not stand together"):
            table.to_table()
    else:
        assert table.to_table()["id"].to_pylist() == kept


COLUMNS = {
    "texts": pa.array(["a", "a", " b", "b ", "", None, "c", "c"]),
    "texts in runs": pa.array(["a"] * 9 + ["b"] * 9 + ["a "] * 9),
    "runs that come once": pa.array(["b"] * 9 + ["a"] * 9),
    "whole numbers": pa.array([7, 7, 7, 7, 5, 5, 7], pa.int32()),
    "whole numbers with gaps": pa.array([7, None, 7, 5]),
    "codes": pa.array(["a", "a", "a", "b", "b", "b", None, "a"]).dictionary_encode(),
    "codes of a long list": pa.DictionaryArray.from_arrays(pa.array([2, 2, 2, 0]), pa.array([*"abcdefg"])),
    "numbers": pa.array([2.5, 2.5, None, 1.0]),
    "nothing": pa.nulls(3),
    "mixed": [1, "1", None, 2.5, " "],
    "none": pa.array([], pa.string()),
}


@pytest.mark.parametrize("column", list(COLUMNS.values()), ids=list(COLUMNS))
def test_the_case_of_each_row_is_its_trimmed_id(column: Any) -> None:
    found = case_ids.case_ids(column, Dialect())
    names = [*found.names.to_pylist(), None]
    raw = column if isinstance(column, list) else column.to_pylist()
    assert [names[place] for place in found.case] == [None if one in (None, "") else str(one).strip() for one in raw]
    assert len(names) == len(set(names))
    assert found.in_runs == (None not in raw and "" not in raw and list(found.case) == sorted(found.case))
    if not isinstance(column, list):
        assert found.column.to_pylist() == raw


def test_numbers_are_sorted_16_bits_at_a_time_and_keep_their_order() -> None:
    codes = np.random.default_rng(1).integers(0, 70_000, 5_000).astype(np.int32)
    for some, count in ((codes, 70_000), (codes % 50, 50)):
        assert sorted_by(some, count).tolist() == np.argsort(some, kind="stable").tolist()


def test_ranges_become_places() -> None:
    assert rows_of_ranges(np.array([5, 0, 9]), np.array([2, 3, 0])).tolist() == [5, 6, 0, 1, 2]
    assert rows_of_ranges(np.array([4]), np.array([0])).tolist() == []
