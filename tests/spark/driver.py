"""A driver of its own process: judges a log once by file tasks and once as a data frame. Arguments: log, out.

It is no test: test_cluster.py starts it, and kills workers while they are at work. So that they are, whatever the
machine has to do beside, one rule waits: on most files, until the test opens a gate.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Literal

from pyspark.sql import SparkSession

import servstd
import servstd.spark
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.kinds.base import Check
from servstd.outcome import PASS

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


class Gate(Check):
    """Passes when the gate is open; until then it waits, and leaves a note that it does."""

    name: ClassVar[str] = "gate"
    kind: Literal["gate"] = "gate"
    folder: str

    def check(self, opportunity: Opportunity) -> Finding:
        folder = Path(self.folder)
        while opportunity.values["part"] >= 2 and not (folder / "open").exists():
            (folder / f"waits-{os.getpid()}").touch()
            time.sleep(0.05)
        return Finding(PASS, "custom")

    def fields_read(self) -> frozenset[str]:
        return super().fields_read() | {"part"}


def gated(folder: Path) -> servstd.Evaluator:
    """The shipped rules, and one that waits for the gate in this folder."""
    policy = {
        "extends": "servstd",
        "fields": {"part": {"type": "number", "brief": "number of the file"}},
        "rules": {"test.gate": {"title": "Waits", "check": {"kind": "gate", "folder": str(folder)}}},
    }
    return servstd.Evaluator(servstd.load_catalog(policy, kinds=[Gate]))


def main(log: str, out: Path) -> None:
    """Judge, and write down how many records each way gave."""
    spark = SparkSession.builder.config("spark.speculation", "true").getOrCreate()
    done = servstd.spark.check_files(spark, log, gated(out / "gate1"), AS_OF, out / "files")
    evaluator = gated(out / "gate2")
    frame = spark.read.parquet(log)
    servstd.spark.check(frame, evaluator, AS_OF).write.parquet(str(out / "frame"))
    counts = servstd.spark.tally(frame, evaluator, AS_OF).groups["email.response_time",]
    (out / "records.json").write_text(json.dumps([sum(one.records for one in done), counts.records]), "utf-8")
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
