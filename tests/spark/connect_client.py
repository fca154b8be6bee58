"""A client of Spark Connect: judges the log that is named, by a server that it starts on two cores of this machine.

It is no test: test_connect.py starts it, for one process can not have both kinds of session.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

import servstd
import servstd.spark

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
# Two mails in the same minute, which only a column that is not read tells apart.
EVENTS = [
    {"nr": "a", "at": "2026-05-26T09:00Z", "what": "in", "the note": {"text": "first", "by": None}},
    {"nr": "a", "at": "2026-05-26T09:00Z", "what": "in", "the note": {"text": None, "by": "first"}},
    {"nr": "a", "at": "2026-05-26T11:00Z", "what": "out", "the note": None},
]
DESK = {
    "layout": "events",
    "case": "nr",
    "at": "at",
    "event": {"column": "what", "values": {"in": "received", "out": "responded"}},
    "constants": {"channel": "email", "audience": "external"},
}


def main(log: str, out: Path) -> None:
    """Judge it in each way, and write what came back."""
    spark = SparkSession.builder.remote("local[2]").getOrCreate()
    evaluator = servstd.Evaluator()
    frame = spark.read.parquet(log)
    assert "connect" in type(frame).__module__, type(frame)
    pq.write_table(servstd.spark.check(frame, evaluator, AS_OF).toArrow(), out / "compact.parquet")
    pq.write_table(servstd.spark.check(frame, evaluator, AS_OF, full=True).toArrow(), out / "full.parquet")
    pq.write_table(servstd.spark.tally(frame, evaluator, AS_OF).to_table(), out / "tally.parquet")
    events = spark.createDataFrame(pa.Table.from_pylist(EVENTS))
    found = servstd.spark.check(events, evaluator, AS_OF, full=True, mapping=DESK)
    pq.write_table(found.toArrow(), out / "events.parquet")
    servstd.spark.check_files(spark, log, evaluator, AS_OF, out / "files")
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
