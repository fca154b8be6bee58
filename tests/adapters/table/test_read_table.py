"""`servstd.read_table`: what it reads, and that what comes out can be checked."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

import servstd
from servstd.adapters import load_mapping, read_log
from servstd.adapters.batches import open_batches
from servstd.adapters.table import mapped
from servstd.adapters.table.raw import raw_log
from servstd.values import to_us

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
MAPPING: dict[str, Any] = {
    "id": "ticket",
    "time_zone": "America/New_York",
    "constants": {"kind": "interaction", "direction": "inbound"},
    "defaults": {"audience": "external"},
    "complete_for": ["responded"],
    "exported_at": "2026-06-01T00:00Z",
    "columns": {"in": {"event": "received"}, "out": {"event": "responded"}, "via": {"field": "channel"}},
    "values": {"channel": {"Mail": "email"}},
}
TEXT = (
    "ticket,in,out,via\nT1,2026-05-22 15:00:00,2026-05-26 15:30:00,Mail\nT2,2026-05-22 16:00:00,,Mail\nT3,soon,,Mail\n"
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(TEXT)
    return path


def outcomes(table: Any, evaluator: servstd.Evaluator) -> dict[str, dict[str, str]]:
    rows = evaluator.check_table(table, as_of=AS_OF).to_pylist()
    return {row["record_id"]: {name: row[name] for name in evaluator.reported} for row in rows}


def test_a_mapped_table_has_the_verdicts_of_its_records(log: Path) -> None:
    evaluator = servstd.Evaluator()
    words = evaluator.catalog.vocabulary
    records = [one for one in read_log(log, load_mapping(MAPPING, words), words) if isinstance(one, servstd.Record)]
    wanted = {
        one.record_id: {verdict.rule_id: f"{verdict.outcome.value}/{verdict.reason}" for verdict in one}
        for one in evaluator.check_many(records, as_of=AS_OF)
    }
    table = servstd.read_table(log, MAPPING, evaluator.catalog)
    assert outcomes(table, evaluator) == wanted
    assert {found["email.response_time"] for found in wanted.values()} == {"fail/late", "fail/overdue"}
    assert [bad.render() for bad in table.bad_rows] == [
        f"{log}:4: in: 'soon' is not an instant [bad-time]\nhint: write it as 2026-05-22T15:00-04:00"
    ]
    assert (table.records, table.bad_count, table.unchecked) == (2, 1, 0)


def test_what_holds_for_the_whole_log_is_in_the_schema(log: Path) -> None:
    table = servstd.read_table(log, MAPPING)
    assert json.loads(table.schema.metadata[b"servstd"]) == {
        "tracked": ["received", "responded"],
        "complete_for": ["responded"],
        "defaults": {"audience": "external"},
        "exported_at": "2026-06-01T00:00:00+00:00",
    }
    assert table.schema == table.to_table().schema
    assert table.exported_at == datetime(2026, 6, 1, tzinfo=UTC)
    assert table.given == {"received", "responded", "channel"}
    assert table.find_newest_at() == datetime(2026, 5, 26, 19, 30, tzinfo=UTC)


def test_a_mapping_may_be_a_file_a_dict_or_loaded(log: Path, tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(json.dumps(MAPPING))
    (tmp_path / "map.yaml").write_text(json.dumps(MAPPING))
    loaded = load_mapping(MAPPING, servstd.load_catalog().vocabulary)
    tables = [servstd.read_table(log, mapping).to_table() for mapping in (MAPPING, loaded, tmp_path / "map.yaml")]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


class Streamed:
    """What only has the stream of Arrow, as a data frame of another library."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize("form", ["table", "reader", "batch", "dataset", "scanner", "stream"])
def test_everything_that_holds_a_table_can_be_read(form: str, tmp_path: Path) -> None:
    table = pa.table(
        {"ticket": ["T1", "T2"], "in": ["2026-05-22 15:00"] * 2, "out": [None, "2026-05-22 16:00"], "via": ["Mail"] * 2}
    )
    pq.write_table(table, tmp_path / "log.parquet")
    dataset = pa.dataset.dataset(tmp_path)
    sources = {
        "table": table,
        "reader": table.to_reader(),
        "batch": table.to_batches()[0],
        "dataset": dataset,
        "scanner": dataset.scanner(),
        "stream": Streamed(table),
    }
    found = servstd.read_table(sources[form], MAPPING).to_table()
    assert found["id"].to_pylist() == ["T1", "T2"]
    assert found["responded_at"].to_pylist() == [None, datetime(2026, 5, 22, 20, tzinfo=UTC)]


def test_what_a_pass_found_stays_until_the_next_begins(log: Path) -> None:
    table = servstd.read_table(log, MAPPING)
    list(table.to_batches())
    again = table.to_batches()
    assert (table.records, table.bad_count) == (2, 1)
    table.odd.clear()
    assert sum(batch.num_rows for batch in again) == 2
    assert (table.records, table.bad_count) == (2, 1)


class Cursor:
    """A table of somebody else's that notes who reads it, as a database's cursor minds."""

    def __init__(self) -> None:
        self.table, self.readers = pa.table({"id": ["a", "b"]}), set[str]()

    @property
    def schema(self) -> Any:
        return self.table.schema

    def to_batches(self) -> Any:
        for batch in self.table.to_batches(max_chunksize=1):
            self.readers.add(threading.current_thread().name)
            yield batch


def test_what_somebody_else_wrote_is_read_where_it_is_asked_for(log: Path) -> None:
    cursor, evaluator = Cursor(), servstd.Evaluator()
    table = mapped(cursor, None, evaluator.catalog.vocabulary)
    assert evaluator.check_table(table, as_of=AS_OF)["record_id"].to_pylist() == ["a", "b"]
    assert cursor.readers == {threading.current_thread().name}
    assert not raw_log(cursor).can_read_ahead
    ours = (cursor.table, pyarrow.dataset.dataset(cursor.table), open_batches(log))
    assert all(raw_log(one).can_read_ahead for one in ours)
    assert not raw_log(cursor.table.to_reader()).can_read_ahead


def test_what_holds_no_table_is_refused() -> None:
    with pytest.raises(servstd.RecordError, match=r"expected a table .* got int \[not-a-table\]"):
        servstd.read_table(5)


def test_several_files_are_one_log(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(TEXT)
    (tmp_path / "2.csv").write_text(
        "ticket,in,out,via\nT9,2026-05-22 15:00:00,,Mail\nT1,x,,Mail\nT2,2026-05-22 16:00:00,,Mail\nT8\n"
    )
    (tmp_path / "3.jsonl").write_text('{"ticket": 5, "via": "Mail"}\n{"ticket": 6, "in": "never"}\n[]\n')
    (tmp_path / "4.json").write_text('[{"ticket": 7, "via": "Mail"}, 5]')
    names = [str(tmp_path / name) for name in ("1.csv", "2.csv", "3.jsonl", "4.json")]
    for source in (names, tmp_path, str(tmp_path / "*"), [tmp_path / "[12].csv", *names[2:]]):
        table = servstd.read_table(source, MAPPING)
        assert table.to_table()["id"].to_pylist() == ["T1", "T2", "T9", "5", "7"]
        assert table.repeats == 1
        assert [(Path(bad.file).name, bad.line, bad.problem.code) for bad in table.bad_rows] == [
            ("1.csv", 4, "bad-time"),
            ("2.csv", 3, "duplicate-id"),
            ("2.csv", 5, "cell-count"),
            ("3.jsonl", 2, "bad-time"),
            ("3.jsonl", 3, "not-a-mapping"),
            ("4.json", None, "not-a-mapping"),
        ]
        assert all(problem.file == bad.file for bad in table.bad_rows for problem in bad.problems)


def test_the_rows_of_a_case_may_stand_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "monday.csv").write_text("nr,t,what\nA,2026-03-02T10:00Z,ring_start\n")
    (tmp_path / "tuesday.csv").write_text("nr,t,what\nA,2026-03-03T10:00Z,hangup\nB,x,hangup\n")
    mapping = {"layout": "events", "case": "nr", "at": "t", "event": "what"}
    table = servstd.read_table(tmp_path, mapping)
    [row] = table.to_table().to_pylist()
    assert [event["type"] for event in row["events"]] == ["ring_start", "hangup"]
    [bad] = table.bad_rows
    assert (Path(bad.file).name, bad.line) == ("tuesday.csv", 3)


def test_every_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(servstd.RecordError) as caught:
        servstd.read_table([tmp_path / "no.csv", tmp_path / "odd.xlsx"])
    assert [problem.code for problem in caught.value.problems] == ["unreadable-file", "unknown-format"]
    with pytest.raises(servstd.RecordError, match=r"no file is called .*\[unreadable-file\]"):
        servstd.read_table(str(tmp_path / "*.csv"))


def test_a_file_without_a_column_of_the_mapping_is_named(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("ticket,in,out\n")
    with pytest.raises(servstd.CatalogError, match=r"other.csv has no column 'via' \[missing-column\]"):
        servstd.read_table([log, other], MAPPING)
    with pytest.raises(servstd.CatalogError, match="table has no column 'via'"):
        servstd.read_table(pa.table({"ticket": ["A"], "in": [""], "out": [""]}), MAPPING)


def test_a_table_without_an_id_is_told_which_columns_it_has() -> None:
    with pytest.raises(servstd.CatalogError) as caught:
        servstd.read_table(pa.table({"Ticket": ["A"], "Created": [""]}))
    (problem,) = caught.value.problems
    assert problem.message == "table has no column 'id'; its columns are 'Ticket', 'Created'"
    assert problem.hint == "'servstd map' drafts a mapping, for a log with columns of its own"


def test_the_newest_instant_of_a_mapped_table_is_that_of_its_good_rows(log: Path) -> None:
    log.write_text(TEXT + "T4,2027-01-01 10:00:00,soon,Mail\n")
    table = servstd.read_table(log, MAPPING)
    newest = table.find_newest_at()
    assert newest is not None
    assert to_us(newest) == to_us(datetime(2026, 5, 26, 19, 30, tzinfo=UTC))


def test_without_pyarrow_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\nimport servstd\n"
        "try:\n    servstd.read_table\nexcept servstd.ExtraMissing as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "a table needs pyarrow and numpy: pip install 'servstd[bulk]'\n"


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize("place", [0, 4, 9])
@pytest.mark.parametrize("form", ["wide", "events", "listed"])
def test_a_record_far_after_all_others_is_found_in_any_batch(size: int, place: int, form: str, tmp_path: Path) -> None:
    at = [f"20{62 if row == place else 26}-05-{10 + row}T10:00Z" for row in range(10)]
    header, mapping = "id,received_at", None
    if form == "events":
        header, mapping = "id,at", {"layout": "events", "case": "id", "at": "at", "each_row": "received"}
    if form == "listed":
        rows = [{"id": f"T{row}", "events": [{"type": "received", "at": one}]} for row, one in enumerate(at)]
        (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, rows)))
        table = servstd.read_table(tmp_path / "log.jsonl")
    else:
        names = header.split(",")
        source = pa.table({names[0]: [f"T{row}" for row in range(10)], names[1]: at})
        table = servstd.read_table(pa.Table.from_batches(source.to_batches(max_chunksize=size)), mapping)
    record_id, until, days = table.find_reach().slip() or ("", None, 0)
    assert (record_id, until) == (f"T{place}", datetime(2062, 5, 10 + place, 10, tzinfo=UTC))
    assert days == (until - datetime(2026, 5, 18 if place == 9 else 19, 10, tzinfo=UTC)).days
