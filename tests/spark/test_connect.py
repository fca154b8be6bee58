"""Spark Connect: the same functions, from a client that has no Java of its own at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.spark.connect_client import AS_OF, DESK, EVENTS
from tests.spark.contacts import contacts

import servstd
from servstd.objective import Tally
from servstd.spark.local import require_java

CLIENT = Path(__file__).parent / "connect_client.py"
ROWS = 3_000


@pytest.mark.skipif(find_spec("grpc") is None, reason="needs pyspark[connect]")
def test_a_client_of_spark_connect_gets_the_same_verdicts(tmp_path: Path) -> None:
    require_java()
    log = tmp_path / "log.parquet"
    pq.write_table(contacts(0, ROWS), log)
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, CLIENT, log, tmp_path]
    done = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    evaluator, table = servstd.Evaluator(), pq.read_table(log)
    compact = texts(evaluator.check_table(table, as_of=AS_OF))
    assert texts(pq.read_table(tmp_path / "compact.parquet")).equals(compact)
    assert texts(pq.read_table(tmp_path / "files")).equals(compact)
    full = evaluator.check_table(table, as_of=AS_OF, full=True)
    assert ordered(pq.read_table(tmp_path / "full.parquet")).equals(ordered(full))
    events = servstd.read_table(pa.Table.from_pylist(EVENTS), DESK)
    full = evaluator.check_table(events, as_of=AS_OF, full=True)
    assert ordered(pq.read_table(tmp_path / "events.parquet")).equals(ordered(full))
    assert Tally.from_table(pq.read_table(tmp_path / "tally.parquet")) == evaluator.tally_table(table, as_of=AS_OF)


def ordered(table: pa.Table) -> pa.Table:
    return table.sort_by([("record_id", "ascending"), ("rule_id", "ascending")]).combine_chunks()


def texts(table: pa.Table) -> pa.Table:
    """A compact table as texts, in the order of the records."""
    columns = [column.cast(pa.string()) for column in table.columns]
    return pa.table(columns, table.schema.names).sort_by("record_id").combine_chunks()
