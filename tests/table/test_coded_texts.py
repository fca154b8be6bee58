"""Texts of Parquet files come as the numbers that they are stored as, where a rule asks about their values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.table.small_words import AS_OF

import servstd
from servstd.evaluate.table.batches import batches_of
from servstd.evaluate.table.run import TableRun

RULE = {"title": "t", "applies_to": {"channel": "email"}, "check": {"kind": "recorded", "event": "responded"}}
TABLE = pa.table({
    "id": ["a", "b", "c", "d"],
    "channel": ["email", "phone", None, "email"],
    "team": ["x", "y", "x", ""],
    "responded_at": pa.array([1, 2, 3, None], pa.timestamp("us", "UTC")),
})  # fmt: skip
CODED = pa.dictionary(pa.int32(), pa.string())


def evaluator() -> servstd.Evaluator:
    return servstd.Evaluator(servstd.load_catalog({"extends": "servstd", "rules": {"x.answered": RULE}}))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    pq.write_table(TABLE, tmp_path / "log.parquet", row_group_size=2)
    return tmp_path / "log.parquet"


def batches(source: Any) -> list[pa.RecordBatch]:
    run = TableRun(evaluator(), source, AS_OF)
    return list(batches_of(run.source, run.texts))


def test_texts_that_rules_ask_about_are_read_as_numbers_and_others_as_texts(file: Path) -> None:
    (batch,) = batches(ds.dataset(file))
    assert batch.schema.field("channel").type == CODED
    assert {batch.schema.field(name).type for name in ("id", "team")} == {pa.string()}
    assert batch.to_pylist() == TABLE.to_pylist()


def test_a_file_has_the_verdicts_and_the_form_of_the_same_table_in_memory(file: Path) -> None:
    judge = evaluator()
    found, wanted = (judge.check_table(source, as_of=AS_OF) for source in (ds.dataset(file), TABLE))
    assert found.schema == wanted.schema
    assert found.to_pylist() == wanted.to_pylist()
    assert judge.tally_table(ds.dataset(file), as_of=AS_OF) == judge.tally_table(TABLE, as_of=AS_OF)


def test_chosen_row_groups_stay_the_chosen_ones(file: Path) -> None:
    (whole,) = ds.dataset(file).get_fragments()
    second = ds.FileSystemDataset(whole.split_by_row_group()[1:], ds.dataset(file).schema, ds.dataset(file).format)
    (batch,) = batches(second)
    assert batch.schema.field("channel").type == CODED
    assert batch.to_pylist() == TABLE.to_pylist()[2:]


def test_chosen_rows_and_files_of_different_columns_are_read_as_the_dataset_reads_them(file: Path) -> None:
    (batch,) = batches(ds.dataset(file).filter(ds.field("channel") == "email"))
    assert batch.schema.field("channel").type == pa.string()
    assert batch.column("id").to_pylist() == ["a", "d"]
    pq.write_table(TABLE.drop_columns(["team"]), file.with_name("more.parquet"))
    both = pa.Table.from_batches(batches(ds.dataset(file.parent)))
    assert both.schema.field("channel").type == pa.string()
    assert sorted(both["id"].to_pylist()) == [*"aabbccdd"]


def test_a_file_of_another_format_is_read_as_before(tmp_path: Path) -> None:
    with pa.OSFile(str(tmp_path / "log.arrow"), "wb") as sink, pa.ipc.new_file(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)
    (batch,) = batches(ds.dataset(tmp_path / "log.arrow", format="ipc"))
    assert batch.schema.field("channel").type == pa.string()
