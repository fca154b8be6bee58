"""Logs with a row an event, in whatever order they come and however long they are."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servstd import RecordError, load_catalog, read_table
from servstd.adapters import load_mapping
from servstd.adapters.table import MappedTable, PyBatch, mapped, order, raw, spread

VOCABULARY = load_catalog().vocabulary
MAPPING = load_mapping(
    {
        "layout": "events",
        "case": "nr",
        "at": "t",
        "time_zone": "UTC",
        "event": {"column": "what", "values": {"ring": "ring_start", "out": "hangup"}},
        "columns": {"team": {"field": "team"}},
    },
    VOCABULARY,
)
CLUSTERED = [("A", 1, "ring"), ("A", 3, "out"), ("B", 2, "ring"), ("C", 5, "ring"), ("C", 6, "out")]
BY_TIME = sorted(CLUSTERED, key=lambda row: row[1])
WANTED = {"A": ["ring_start", "hangup"], "B": ["ring_start"], "C": ["ring_start", "hangup"]}


def table(rows: list[tuple[str, int, str]]) -> pa.Table:
    return pa.table(
        {
            "nr": [case for case, _, _ in rows],
            "t": [f"2026-03-02 10:0{minute}" for _, minute, _ in rows],
            "what": [word for _, _, word in rows],
            "team": ["care"] * len(rows),
        }
    )


def told(mapped_table: MappedTable) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for batch in mapped_table.to_batches():
        for row in batch.to_pylist():
            assert row["id"] not in found
            found[row["id"]] = [event["type"] for event in row["events"]]
    return found


@pytest.fixture
def is_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Every log is longer than what is held at once; its batches have a row each."""
    monkeypatch.setattr(order, "MOST_BYTES", 0)
    monkeypatch.setattr(order, "CHUNK_BYTES", 0)
    monkeypatch.setattr(raw, "BATCH_ROWS", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("rows", [CLUSTERED, BY_TIME], ids=["clustered", "by time"])
@pytest.mark.parametrize("wanted", [None, "time"])
def test_a_long_log_gives_each_case_once_and_whole(is_long: Path, rows: Any, wanted: Any) -> None:
    assert told(mapped(table(rows), MAPPING, VOCABULARY, order=wanted)) == WANTED
    assert list(is_long.iterdir()) == []


def test_a_clustered_log_is_read_without_files(is_long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "spread", None)
    for wanted in (None, "clustered"):
        assert told(mapped(table(CLUSTERED), MAPPING, VOCABULARY, order=wanted)) == WANTED


@pytest.mark.parametrize("rows", [CLUSTERED, BY_TIME], ids=["clustered", "by time"])
def test_of_parquet_files_it_is_found_out_by_the_column_of_the_case(
    is_long: Path, rows: Any, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("files")
    for number, some in enumerate((rows[:4], rows[4:])):  # the last case runs over both
        pq.write_table(table(some), folder / f"{number}.parquet")
    spread_out: list[Any] = []

    def spreading(*given: Any, **how: Any) -> Any:
        spread_out.append(given)
        return spread.spread(*given, **how)

    monkeypatch.setattr(order, "spread", spreading)
    assert told(read_table(folder, MAPPING)) == WANTED
    assert bool(spread_out) == (rows == BY_TIME)


def test_a_log_that_is_said_to_be_clustered_and_is_not_is_refused(is_long: Path) -> None:
    with pytest.raises(RecordError) as caught:
        told(mapped(table(BY_TIME), MAPPING, VOCABULARY, order="clustered"))
    [problem] = caught.value.problems
    assert problem.headline() == "table:3: nr: the rows of 'A' do not stand together [duplicate-id]"


def test_a_short_log_may_come_in_any_order_whatever_is_said() -> None:
    assert told(mapped(table(BY_TIME), MAPPING, VOCABULARY, order="clustered")) == WANTED


def test_a_stream_is_read_once_and_spread_over_files(is_long: Path) -> None:
    stream = mapped(table(CLUSTERED).to_reader(1), MAPPING, VOCABULARY)
    assert told(stream) == WANTED
    with pytest.raises(RecordError, match="can be read only once"):
        told(stream)


def test_the_files_go_when_somebody_stops_in_the_middle(is_long: Path) -> None:
    rows = [(f"case {number}", 1, "ring") for number in range(100)]  # more batches than are read ahead
    batches = mapped(table(rows), MAPPING, VOCABULARY, order="time").to_batches()
    next(batches)
    assert list(is_long.iterdir()) != []
    batches.close()
    for thread in threading.enumerate():
        if thread.name == "servstd-reader":
            thread.join()  # a busy machine may take longer than `close` waits
    assert list(is_long.iterdir()) == []


class Breaks:
    """A log that breaks off after its first batch."""

    file, header, schema = "log.csv", ("nr", "t", "what", "team"), table(CLUSTERED).schema

    def to_batches(self) -> Iterator[Any]:
        yield from table(CLUSTERED).to_batches()
        raise OSError("gone")


def test_the_files_go_when_the_log_breaks_off(is_long: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        told(mapped(Breaks(), MAPPING, VOCABULARY, order="time"))
    assert list(is_long.iterdir()) == []


def test_parts_that_are_too_large_are_spread_again(is_long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "MOST_BYTES", 0)
    monkeypatch.setattr(spread, "CHUNK_BYTES", 0)
    rows = [(f"case {case}", 1, "ring") for case in range(300)] + [("case 7", 2, "out")]
    found = told(mapped(table(rows), MAPPING, VOCABULARY, order="time"))
    assert len(found) == 300
    assert found["case 7"] == ["ring_start", "hangup"]


class Mixed:
    """JSON whose cells are of several types, and whose batches differ."""

    file, header, schema = "log.jsonl", None, pa.schema([])

    def to_batches(self) -> Iterator[Any]:
        yield PyBatch({"nr": [1, "1", 2.5], "t": ["2026-03-02 10:00"] * 3, "what": ["ring", "out", None]}, 3)
        yield pa.record_batch({"nr": [1, 7], "t": ["2026-03-02 10:02"] * 2, "what": ["ring", "ring"]})
        yield pa.record_batch({"nr": ["7"], "t": ["2026-03-02 10:03"], "team": ["care"]})


@pytest.mark.parametrize("least", [0, 1 << 20])
def test_cells_of_mixed_types_keep_them(is_long: Path, monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    monkeypatch.setattr(order, "MOST_BYTES", least)
    log = mapped(Mixed(), MAPPING, VOCABULARY)
    found = {row["id"]: row for batch in log.to_batches() for row in batch.to_pylist()}
    assert sorted(found) == ["1", "2.5", "7"]
    assert sorted(event["type"] for event in found["1"]["events"]) == ["hangup", "ring_start", "ring_start"]
    assert (found["7"]["team"], log.bad_count) == ("care", 0)


def test_a_bad_row_spoils_its_case_and_no_other(is_long: Path) -> None:
    rows = [*BY_TIME, ("B", 7, "knock")]
    log = mapped(table(rows), MAPPING, VOCABULARY)
    assert sorted(told(log)) == ["A", "C"]
    [bad] = log.bad_rows
    assert (bad.record_id, bad.line, bad.problem.code) == ("B", len(rows), "unknown-value")


def test_the_records_of_a_short_log_come_by_the_time_of_their_first_row() -> None:
    rows = [("B", 2, "ring"), ("C", 1, "ring"), ("A", 2, "ring"), ("B", 0, "out")]
    assert list(told(mapped(table(rows), MAPPING, VOCABULARY))) == ["B", "C", "A"]


def test_an_event_log_without_rows_gives_no_records() -> None:
    log = mapped(table([]), MAPPING, VOCABULARY)
    assert log.to_table().num_rows == 0
    assert log.to_table().schema.names == ["id", "team", "events"]


def test_a_case_without_a_value_does_not_get_that_of_another() -> None:
    rows = table(CLUSTERED).to_pylist()
    for row in rows:
        row["team"] = "care" if row["nr"] == "A" else "sales" if row["nr"] == "C" and row["what"] == "ring" else ""
    log = mapped(pa.Table.from_pylist(rows), MAPPING, VOCABULARY).to_table()
    assert dict(zip(log["id"].to_pylist(), log["team"].to_pylist(), strict=True)) == {
        "A": "care",
        "B": None,
        "C": "sales",
    }
