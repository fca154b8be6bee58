"""Whole files as tasks: what is written, kept, written anew and refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.record_strategies import shipped
from tests.spark.contacts import contacts

from servstd import Evaluator, load_catalog
from servstd.errors import RecordError
from servstd.evaluate.whole_file import OutputError
from servstd.spark import check_files

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
ROWS = 300
DESK = {"id": "ticket", "columns": {"opened": {"event": "received"}}, "constants": {"channel": "email"}}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder with two logs, one in a folder of its own, and files that are none."""
    folder = tmp_path / "logs"
    (folder / "june").mkdir(parents=True)
    pq.write_table(contacts(0, ROWS), folder / "may.parquet")
    pq.write_table(contacts(ROWS, ROWS), folder / "june" / "june.parquet")
    pq.write_table(contacts(0, 1), folder / "_half.parquet")
    (folder / "readme.txt").write_text("no log", "utf-8")
    return folder


def texts(table: pa.Table) -> list[Any]:
    columns = [column.cast(pa.string()) for column in table.columns]
    return pa.table(columns, table.schema.names).sort_by("record_id").to_pylist()


def test_a_folder_gives_a_file_of_verdicts_for_each_log(spark: Any, logs: Path, tmp_path: Path) -> None:
    done = check_files(spark, logs, shipped(), AS_OF, tmp_path / "out")
    assert [(Path(one.path).name, Path(one.out).name, one.records) for one in done] == [
        ("june.parquet", "00000-june.parquet", ROWS),
        ("may.parquet", "00001-may.parquet", ROWS),
    ]
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["00000-june.parquet", "00001-may.parquet"]
    found = pq.read_table(tmp_path / "out")
    both = pa.concat_tables([contacts(0, ROWS), contacts(ROWS, ROWS)])
    assert texts(found) == texts(shipped().check_table(both, as_of=AS_OF))


def test_the_verdict_table_has_all_figures(spark: Any, logs: Path, tmp_path: Path) -> None:
    done = check_files(spark, logs / "may.parquet", shipped(), AS_OF, tmp_path / "out", full=True)
    wanted = shipped().check_table(contacts(0, ROWS), as_of=AS_OF, full=True)
    assert pq.read_table(done[0].out).to_pylist() == wanted.to_pylist()
    assert done[0].records == ROWS


def test_what_is_there_already_is_kept_and_what_has_changed_is_judged_anew(
    spark: Any, logs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def kept(as_of: datetime = AS_OF, evaluator: Evaluator | None = None) -> list[bool]:
        return [one.is_kept for one in check_files(spark, logs, evaluator or shipped(), as_of, out)]

    assert kept() == [False, False]
    assert kept() == [True, True]
    os.remove(out / "00000-june.parquet")
    assert kept() == [False, True]
    pq.write_table(contacts(7, ROWS + 1), logs / "may.parquet")
    assert kept() == [True, False]
    assert pq.read_table(out).num_rows == 2 * ROWS + 1
    assert kept(datetime(2026, 6, 2, tzinfo=UTC)) == [False, False]
    assert kept(evaluator=Evaluator(load_catalog({"rules": {}, "extends": "servstd"}))) == [False, False]


def test_a_mapping_is_used_and_bad_rows_are_counted(spark: Any, tmp_path: Path) -> None:
    rows = [{"ticket": "a", "opened": "2026-05-26T15:00Z"}, {"ticket": "b", "opened": "soon"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "desk.parquet")
    (done,) = check_files(spark, tmp_path / "desk.parquet", shipped(), AS_OF, tmp_path / "out", mapping=DESK)
    assert (done.records, done.bad_rows) == (1, 1)
    assert pq.read_table(done.out)["email.response_time"].to_pylist() == ["unknown/event_not_tracked"]


def test_a_folder_with_other_files_is_refused(spark: Any, logs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "00002-april.parquet").write_bytes(b"")
    with pytest.raises(OutputError, match=r"holds '00002-april\.parquet', which is no result of these logs"):
        check_files(spark, logs, shipped(), AS_OF, out)


@pytest.mark.parametrize("path", ["nowhere.parquet", "empty"])
def test_where_there_is_no_log_nothing_is_begun(spark: Any, path: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordError, match="there is no Parquet file at"):
        check_files(spark, [tmp_path / path], shipped(), AS_OF, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_rows_of_cases_do_not_go_by_files(spark: Any, logs: Path, tmp_path: Path) -> None:
    mapping = {"layout": "events", "case": "id", "at": "received_at", "each_row": "received"}
    with pytest.raises(ValueError, match="rows of one case may lie in several files"):
        check_files(spark, logs, shipped(), AS_OF, tmp_path / "out", mapping=mapping)
