"""Parquet files whose row groups are long: read in steps, in the same order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from servstd import parquet_datasets, read_table
from servstd.adapters.table.coded import coded
from servstd.adapters.table.raw import RawBatch, joined, joined_and_freed
from servstd.evaluate.table.batches import batches_of
from servstd.parquet_datasets import batches_of_long_groups

ROWS = pa.table({
    "id": [f"r{number}" for number in range(3000)],
    "team": ["care", "sales", None] * 1000,
    "received_at": pa.array(range(3000), pa.timestamp("us", "UTC")),
})  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files, whose groups all count as long."""
    monkeypatch.setattr(parquet_datasets, "LONG_BYTES", 0)
    monkeypatch.setattr(parquet_datasets, "_SMALL_FILE", 0)
    pq.write_table(ROWS.slice(0, 2000), tmp_path / "a.parquet", row_group_size=1500)
    pq.write_table(ROWS.slice(2000), tmp_path / "b.parquet")
    return tmp_path


def steps(source: Any, rows: int = 400) -> list[Any] | None:
    found = batches_of_long_groups(source, rows)
    return None if found is None else list(found)


def test_they_come_in_steps_and_in_order(folder: Path) -> None:
    batches = steps(ds.dataset(folder))
    assert batches is not None
    assert max(batch.num_rows for batch in batches) == 400
    assert pa.Table.from_batches(batches).equals(ROWS)
    some = batches_of_long_groups(ds.dataset(folder), 5000, ["id"])
    assert some is not None
    assert pa.Table.from_batches(list(some)).equals(ROWS.select(["id"]))


def test_how_a_scanner_fetches_files_is_ours_to_choose_unless_somebody_chose(folder: Path) -> None:
    chosen = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(buffer_size=4096))
    usual, theirs = ds.dataset(folder), ds.dataset(folder, format=chosen)
    assert parquet_datasets._near_options(usual)["fragment_scan_options"].pre_buffer is False
    assert parquet_datasets._near_options(theirs) == {}
    assert parquet_datasets._near_options(ds.dataset(ROWS)) == {}
    for source in (usual, theirs, ds.dataset(ROWS)):
        batches = list(parquet_datasets.scanned(source, 700, ["id"]))
        assert max(batch.num_rows for batch in batches) <= 700
        assert pa.Table.from_batches(batches).equals(ROWS.select(["id"]))


def test_rows_that_are_long_come_fewer_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.table({"id": [f"r{number}" for number in range(3000)], "note": [f"{n:0500}" for n in range(3000)]})
    pq.write_table(texts, folder / "long.parquet", use_dictionary=False)
    monkeypatch.setattr(parquet_datasets, "STEP_BYTES", 300_000)
    source = ds.dataset(folder / "long.parquet")
    batches = steps(source, 2000)
    assert batches is not None
    assert 512 <= max(batch.num_rows for batch in batches) < 700
    assert pa.Table.from_batches(batches).equals(texts)
    groups = source.files and next(source.get_fragments()).row_groups
    assert parquet_datasets.rows_at_once(groups, 100) == 100, "no more than asked for, however short they are"
    assert parquet_datasets.rows_at_once([], 100) == 100


def test_a_dataset_of_some_row_groups_gives_these(folder: Path) -> None:
    whole = ds.dataset(folder / "a.parquet")
    (fragment,) = whole.get_fragments()
    part = ds.FileSystemDataset(fragment.split_by_row_group()[1:], whole.schema, whole.format, whole.filesystem)
    batches = steps(part)
    assert batches is not None
    assert pa.Table.from_batches(batches).equals(ROWS.slice(1500, 500))


def test_both_paths_read_them(folder: Path) -> None:
    assert pa.Table.from_batches(batches_of(ds.dataset(folder))).equals(ROWS)
    for source in (ds.dataset(folder), folder):
        table = read_table(source)
        assert table.to_table()["team"].to_pylist() == ROWS["team"].to_pylist()
        assert table.records == 3000


def test_only_plain_files_of_this_machine_are_read_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ds.dataset(folder)
    assert steps(ROWS) is None
    assert steps(whole.filter(ds.field("team") == "care")) is None
    assert steps(whole.replace_schema(whole.schema.append(pa.field("more", pa.string())))) is None
    pq.write_to_dataset(ROWS, folder / "by_team", partition_cols=["team"])
    assert steps(ds.dataset(folder / "by_team", partitioning="hive")) is None
    monkeypatch.setattr(parquet_datasets, "_SMALL_FILE", 1 << 30)
    assert steps(whole) is None


def test_whoever_chose_how_files_are_read_had_a_reason(folder: Path) -> None:
    own = ds.dataset(folder, format=ds.ParquetFileFormat(coerce_int96_timestamp_unit="ms"))
    assert steps(own) is None
    assert coded(own) is own


def test_files_without_long_groups_are_left_to_the_dataset(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [pq.ParquetFile(path).metadata.row_group(0).total_byte_size for path in sorted(folder.glob("*.parquet"))]
    for most, is_long in ((max(sizes), False), (max(sizes) - 1, True)):
        monkeypatch.setattr(parquet_datasets, "LONG_BYTES", most)
        assert (steps(ds.dataset(folder)) is not None) == is_long


def test_texts_of_which_few_differ_are_read_as_codes(folder: Path) -> None:
    whole = ds.dataset(folder)
    read = coded(whole)
    assert [pa.types.is_dictionary(one.type) for one in read.schema] == [False, True, False]
    assert read.to_table().cast(whole.schema).equals(ROWS)
    for other in (ROWS, whole.filter(ds.field("team") == "care"), read):
        assert coded(other) is other
    (first, _) = whole.get_fragments()
    part = ds.FileSystemDataset(first.split_by_row_group()[1:], whole.schema, whole.format, whole.filesystem)
    assert coded(part).to_table()["id"].to_pylist() == ROWS["id"].to_pylist()[1500:2000]


@pytest.mark.parametrize("team", [None, pa.large_string(), pa.null(), pa.dictionary(pa.int8(), pa.string())], ids=str)
def test_what_another_file_holds_otherwise_is_read_as_it_was(folder: Path, team: Any) -> None:
    other = pa.table({"id": ["z"]} | ({} if team is None else {"team": pa.array([None], team)}))
    pq.write_table(other, folder / "z.parquet")
    whole = ds.dataset(folder)
    assert coded(whole) is whole
    if team != pa.null():
        assert read_table(whole).to_table()["team"].to_pylist() == [*ROWS["team"].to_pylist(), None]


def test_texts_and_codes_of_several_files_become_codes_together() -> None:
    parts = [{"team": pa.array(["care", None])}, {"team": pa.array(["sales", "care"]).dictionary_encode()}, {}]
    batches = [RawBatch(columns, 2, np.array([1, 2])) for columns in parts]
    whole = joined(batches)
    assert pa.types.is_dictionary(whole.column("team").type)
    assert whole.column("team").to_pylist() == ["care", None, "sales", "care", None, None]
    assert joined_and_freed(batches).column("team").equals(whole.column("team"))
    assert batches == []


def test_a_folder_by_team_keeps_the_column_of_its_names(folder: Path) -> None:
    rows = ROWS.append_column("channel", pa.array(["email", "phone"] * 1500))
    pq.write_to_dataset(rows, folder / "by_team", partition_cols=["team"])
    whole = ds.dataset(folder / "by_team", partitioning="hive")
    read = coded(whole)
    assert pa.types.is_dictionary(read.schema.field("channel").type)
    wanted = whole.to_table().sort_by("id")
    assert read.to_table().cast(whole.schema).sort_by("id").equals(wanted)
