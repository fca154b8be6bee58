"""Whole files as tasks: what is written, kept, written anew and refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.fs as pfs
import pyarrow.parquet as pq
import pytest
from pyspark.errors import PythonException
from tests.record_strategies import shipped
from tests.spark.contacts import contacts

from servstd import Evaluator, load_catalog
from servstd.errors import RecordError
from servstd.evaluate.whole_file import OutputError
from servstd.spark import check_files, files
from servstd.spark.places import Place

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
    assert [(one.path, re.sub("-[0-9a-f]{16}", "-", Path(one.out).name), one.records) for one in done] == [
        (str(logs / "june" / "june.parquet"), "june-.parquet", ROWS),
        (str(logs / "may.parquet"), "may-.parquet", ROWS),
    ]
    assert sorted(map(str, (tmp_path / "out").iterdir())) == [one.out for one in done]
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
    (june,) = out.glob("june-*.parquet")
    june.unlink()
    assert kept() == [False, True]
    pq.write_table(contacts(7, ROWS + 1), logs / "may.parquet")
    assert kept() == [True, False]
    assert pq.read_table(out).num_rows == 2 * ROWS + 1
    assert kept(datetime(2026, 6, 2, tzinfo=UTC)) == [False, False]
    assert kept(evaluator=Evaluator(load_catalog({"rules": {}, "extends": "servstd"}))) == [False, False]


def test_a_log_that_comes_between_others_leaves_their_results_as_they_are(
    spark: Any, logs: Path, tmp_path: Path
) -> None:
    def judged() -> list[tuple[str, bool]]:
        return [(Path(one.path).name, one.is_kept) for one in check_files(spark, logs, shipped(), AS_OF, out)]

    out = tmp_path / "out"
    assert judged() == [("june.parquet", False), ("may.parquet", False)]
    pq.write_table(contacts(2 * ROWS, 1), logs / "late.parquet")
    assert judged() == [("june.parquet", True), ("late.parquet", False), ("may.parquet", True)]
    assert pq.read_table(out).num_rows == 2 * ROWS + 1


@pytest.mark.parametrize("end", ["", "/"])
def test_folders_can_be_uris(spark: Any, tmp_path: Path, end: str) -> None:
    folder = tmp_path / "50% of a b"
    (folder / "c?d").mkdir(parents=True)
    log = folder / "c?d" / "e f#.parquet"
    pq.write_table(contacts(0, ROWS), log)
    out = (tmp_path / "the out").as_uri() + end
    (done,) = check_files(spark, [folder.as_uri() + end, log, log.as_uri()], shipped(), AS_OF, out)
    assert (done.path, done.records) == (log.as_uri(), ROWS)
    assert pq.read_table(done.out).num_rows == ROWS
    assert done.out.startswith((tmp_path / "the out").as_uri() + "/e%20f%23-")
    (again,) = check_files(spark, log, shipped(), AS_OF, out)
    assert (again.path, again.out, again.is_kept) == (str(log), done.out, True)


def test_a_folder_of_a_store_is_read_by_its_uri_as_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    store = pfs._MockFileSystem()
    for path in ("bucket/a b/may=1/x y.parquet", "bucket/a b/_x.parquet", "other/z.parquet"):
        store.create_dir(path.rpartition("/")[0], recursive=True)
        store.open_output_stream(path).close()
    root = "s3://key:secret@bucket/a%20b/?endpoint_override=localhost%3A9000"
    from_uri = {root: (store, "bucket/a b")}.__getitem__
    monkeypatch.setattr(pfs, "FileSystem", SimpleNamespace(from_uri=from_uri))
    (log,) = files._logs([root])
    assert (log.root, log.path) == (root, "bucket/a b/may=1/x y.parquet")
    assert log.filesystem is store
    assert str(log) == root.replace("/?", "/may=1/x%20y.parquet?")


def test_results_of_files_of_one_path_in_different_stores_have_different_names() -> None:
    roots = ["hdfs://one/logs", "hdfs://two/logs", "hdfs://one:9000/logs", "gs://one/logs", "/logs"]
    names = {files._name_of(Place(root, "/logs/may.parquet", "may.parquet")) for root in roots}
    assert len(names) == len(roots)
    assert Place("hdfs://anna@one/logs", "/logs/may.parquet").digest == Place(roots[0], "/logs/may.parquet").digest


def test_a_mapping_is_used_and_bad_rows_are_counted(spark: Any, tmp_path: Path) -> None:
    rows = [{"ticket": "a", "opened": "2026-05-26T15:00Z"}, {"ticket": "b", "opened": "soon"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "desk.parquet")
    (done,) = check_files(spark, tmp_path / "desk.parquet", shipped(), AS_OF, tmp_path / "out", mapping=DESK)
    assert (done.records, done.bad_rows) == (1, 1)
    assert pq.read_table(done.out)["email.response_time"].to_pylist() == ["unknown/event_not_tracked"]


def test_a_row_without_an_id_fails_the_job_unless_a_mapping_leaves_it_out(spark: Any, tmp_path: Path) -> None:
    table = contacts(0, 3)
    ids = pa.array(["a", None, "b"])
    pq.write_table(table.set_column(table.schema.get_field_index("id"), "id", ids), tmp_path / "log.parquet")
    with pytest.raises(PythonException, match=r"log\.parquet: id: row 1 of the table has no id") as told:
        check_files(spark, tmp_path / "log.parquet", shipped(), AS_OF, tmp_path / "out")
    assert "hint: the mapping {'id': 'id'} leaves out such rows" in str(told.value)
    (done,) = check_files(spark, tmp_path / "log.parquet", shipped(), AS_OF, tmp_path / "new", mapping={"id": "id"})
    assert (done.records, done.bad_rows) == (2, 1)


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
