"""Texts that a Parquet file holds as bytes, and sequences of many digits: the same by rows and by columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from servstd import Record, load_catalog, read_table
from servstd.adapters import load_mapping, read_log

VOCABULARY = load_catalog().vocabulary


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()], ids=str)
def test_bytes_in_a_log_are_texts(kind: Any, tmp_path: Path) -> None:
    columns = {
        "id": [b"A", b"B", b"C"],
        "channel": [b"email", None, b"phone"],
        "team": [b"care", b"", b"W\xe4rme"],
        "received_at": [b"2026-05-04T10:00Z"] * 3,
    }
    log = tmp_path / "log.parquet"
    pq.write_table(pa.table({name: pa.array(held, kind) for name, held in columns.items()}), log)
    by_rows = [record for record in read_log(log, None, VOCABULARY) if isinstance(record, Record)]
    assert [(one.id, one.team, one.values.get("channel")) for one in by_rows] == [
        ("A", "care", "email"),
        ("B", None, None),
        ("C", "W\ufffdrme", "phone"),
    ]
    rows = read_table(log).to_table().to_pylist()
    assert [(row["id"], row["team"] or None, row["channel"]) for row in rows] == [
        (one.id, one.team, one.values.get("channel")) for one in by_rows
    ]


def test_a_sequence_of_many_digits_keeps_its_order(tmp_path: Path) -> None:
    mapping = load_mapping(
        {
            "layout": "events",
            "case": "nr",
            "at": "t",
            "sequence": "n",
            "event": {"column": "what", "values": {"a": "hold_start", "b": "hold_end"}},
        },
        VOCABULARY,
    )
    first = 1_779_264_000_000_000_001
    log = pa.table({"nr": ["A"] * 2, "t": ["2026-05-04T10:00Z"] * 2, "n": [first + 1, first], "what": ["b", "a"]})
    pq.write_table(log, tmp_path / "log.parquet")
    text = [f"{row['nr']},{row['t']},{row['n']},{row['what']}" for row in log.to_pylist()]
    (tmp_path / "log.csv").write_text("\n".join(["nr,t,n,what", *text]))
    for name in ("log.parquet", "log.csv"):
        [record] = read_log(tmp_path / name, mapping, VOCABULARY)
        assert isinstance(record, Record)
        assert [event.type for event in record.events] == ["hold_start", "hold_end"]
        [row] = read_table(tmp_path / name, mapping).to_table().to_pylist()
        assert [event["type"] for event in row["events"]] == ["hold_start", "hold_end"]
