"""Parquet files as logs and as verdict tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

import servstd
from servstd.adapters.load import load_mapping
from servstd.adapters.logs import BadRow, read_log
from servstd.errors import RecordError

VOCABULARY = servstd.load_catalog().vocabulary


def test_a_parquet_log_gives_the_records_of_the_same_csv(tmp_path: Path, project_root: Path) -> None:
    may = project_root / "examples" / "policy" / "may.csv"
    texts = pa_csv.read_csv(may, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True))
    pq.write_table(texts, tmp_path / "may.parquet")
    mapping = load_mapping({"time_zone": "America/New_York"}, VOCABULARY)
    wanted = [item for item in read_log(may, mapping, VOCABULARY) if not isinstance(item, BadRow)]
    got = [item for item in read_log(tmp_path / "may.parquet", mapping, VOCABULARY) if not isinstance(item, BadRow)]
    assert len(got) > 300
    assert got == wanted


def test_instants_of_every_unit_and_lists_of_structs_are_read(tmp_path: Path) -> None:
    at = datetime(2026, 5, 26, 15, tzinfo=UTC)
    events = [[{"type": "responded", "at": at}]]
    for unit in ("s", "ms", "us", "ns"):
        table = pa.table({"id": ["a"], "received_at": pa.array([at], pa.timestamp(unit, "UTC")), "events": events})
        pq.write_table(table, tmp_path / "log.parquet")
        (record,) = read_log(tmp_path / "log.parquet", None, VOCABULARY)
        assert not isinstance(record, BadRow)
        assert {(event.type, event.at) for event in record.events} == {("received", at), ("responded", at)}


def test_a_bad_cell_names_its_row(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a", "b"], "channel": ["email", "pigeon"]}), tmp_path / "log.parquet")
    _, bad = read_log(tmp_path / "log.parquet", None, VOCABULARY)
    assert isinstance(bad, BadRow)
    assert "log.parquet:2: channel: 'pigeon' is not one of" in bad.render()


@pytest.mark.parametrize(("content", "said"), [(None, "no such file"), (b"PAR1 but not really", "is no Parquet, or")])
def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "log.parquet").write_bytes(content)
    with pytest.raises(RecordError, match=said):
        list(read_log(tmp_path / "log.parquet", None, VOCABULARY))
