"""Logs in batches hold the rows that the reader of small logs gives: the same cells, lines and bad rows."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servstd.adapters import text_batches
from servstd.adapters.batches import LINE, open_batches, row_groups
from servstd.adapters.rows import open_rows
from servstd.adapters.table import PyBatch
from servstd.errors import RecordError

PLAIN = ("a", "", " ", "x y")
QUOTED = (*PLAIN, '"q"', '"a,b"', '"a""b"', '"x"y')
ODD = (*QUOTED, '5" p', '"m\nn"', "é", ";", '"', '" z"', ' "s"', "\xa0", "a\rb")


def wanted_rows(path: Path) -> tuple[list[Any], list[Any]]:
    rows, bad = [], []
    for raw in open_rows(path).rows:
        if raw.problem is None:
            rows.append((raw.line, raw.cells))
        else:
            bad.append((raw.line, raw.problem))
    return rows, bad


def found_rows(path: Path, **options: Any) -> tuple[list[Any], list[Any]]:
    source = open_batches(path, **options)
    list(source.to_batches())  # a second pass gives the same
    assert source.header is None or source.schema == next(source.to_batches()).schema
    rows = [(cells.pop(LINE), cells) for batch in source.to_batches() for cells in as_rows(batch)]
    return rows, [(row.line, row.problem) for row in source.bad_rows]


def as_rows(batch: Any) -> list[dict[str, Any]]:
    if isinstance(batch, PyBatch):
        return [{name: column[row] for name, column in batch.columns.items()} for row in range(batch.num_rows)]
    rows: list[dict[str, Any]] = batch.to_pylist()
    return rows


def random_table(rng: random.Random, delimiter: str) -> bytes:
    """A table that may have anything wrong with it."""
    width, end = rng.randint(1, 4), rng.choice(["\n", "\n", "\r\n"])
    pool = rng.choice([PLAIN, QUOTED, ODD])
    lines = [delimiter.join(f"h{number}" for number in range(width))]
    for _ in range(rng.randint(0, 12)):
        cells = width if rng.random() < 0.93 else rng.randint(0, width + 2)
        lines.append(delimiter.join(rng.choice(pool) for _ in range(cells)))
    content = (end.join(lines) + rng.choice(["", end, end])).encode()
    return content.replace(b"x", b"\xff") if rng.random() < 0.03 else content


@pytest.mark.parametrize("seed", range(3))
def test_tables_of_any_shape_are_read_as_small_ones_are(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    for number in range(150):
        suffix, delimiter = rng.choice([("csv", ","), ("csv", ";"), ("tsv", "\t")])
        monkeypatch.setattr(text_batches, "_BLOCK_BYTES", rng.choice([10, 40, 10**6]))
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(random_table(rng, delimiter))
        assert found_rows(path) == wanted_rows(path), path.read_bytes()


def test_plain_blocks_are_read_by_columns_and_others_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.csv"
    path.write_text('id,text\na,b\nc,d\ne,"f\ng"\nh,i\nj,k\n')
    monkeypatch.setattr(text_batches, "_BLOCK_BYTES", 8)
    found = []
    plain = text_batches._plain

    def noted(block: list[bytes], *more: Any) -> Any:
        columns = plain(block, *more)
        found.append(columns is not None)
        return columns

    monkeypatch.setattr(text_batches, "_plain", noted)
    assert found_rows(path)[0][-1] == (7, {"id": "j", "text": "k"})
    assert {True, False} == set(found)


def test_json_lines_keep_every_value_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    lines: list[Any] = [
        {"id": "a", "n": 1, "events": [{"type": "received", "at": "2026-05-04T10:00Z"}]},
        {"id": "b", "n": None, "other": True},
        {"id": "c", "n": 2.5},
        {"id": 7, "n": "x"},
    ]
    path.write_text("\n".join([*map(json.dumps, lines), "", "{", "[]"]) + "\n")
    rows, bad = found_rows(path)
    wanted, wanted_bad = wanted_rows(path)
    assert [(line, {key: value for key, value in cells.items() if value is not None}) for line, cells in rows] == [
        (line, {key: value for key, value in cells.items() if value is not None}) for line, cells in wanted
    ]
    assert bad == wanted_bad
    assert [line for line, _ in bad] == [6, 7]


@pytest.mark.parametrize(
    ("values", "is_typed"),
    [
        ([1, 2], True),
        ([1, None], True),
        ([1.5, 2.5], True),
        ([1, 2.5], False),
        ([1, "x"], False),
        ([2**70, 1], False),
        ([[{"n": 1}], [{"n": 2.5}]], False),
        ([[{"n": 1.5}], [{"n": 2.5}]], True),
    ],
)
def test_a_batch_of_mixed_types_stays_python(values: list[Any], is_typed: bool, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps({"id": str(place), "v": value}) + "\n" for place, value in enumerate(values)))
    (batch,) = open_batches(path).to_batches()
    assert isinstance(batch, pa.RecordBatch) == is_typed
    assert list(batch.column("v").to_pylist() if is_typed else batch.columns["v"]) == values


def test_rows_of_parquet_have_their_place_also_in_some_row_groups(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    at = datetime(2026, 5, 4, tzinfo=UTC)
    pq.write_table(pa.table({"id": [str(number) for number in range(10)], "at": [at] * 10}), path, row_group_size=4)
    assert row_groups(path) == [4, 4, 2]
    assert [line for line, _ in found_rows(path)[0]] == list(range(1, 11))
    assert [line for line, _ in found_rows(path, groups=(1, 2), rows=3)[0]] == list(range(5, 11))


@pytest.mark.parametrize("name", ["none.csv", "none.jsonl", "none.parquet", "empty.csv"])
def test_what_is_no_log_is_said_as_for_small_ones(name: str, tmp_path: Path) -> None:
    if name.startswith("empty"):
        (tmp_path / name).write_text("")
    with pytest.raises(RecordError) as error:
        open_batches(tmp_path / name)
    with pytest.raises(RecordError) as small:
        open_rows(tmp_path / name)
    assert error.value.problems == small.value.problems


def test_the_size_that_is_told_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id\n" + "a\n" * 100)
    log, told = open_batches(path), list[tuple[int, int]]()
    log.tell = lambda rows, size: told.append((rows, size))
    list(log.to_batches())
    assert told == [(100, path.stat().st_size)]
