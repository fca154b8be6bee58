"""Spark against itself without us: `python bench/spark.py [--rows 2000000] [--repeat 3]`. Needs servstd[spark], Java.

A wide log of contacts is written as Parquet once. Then, in turns within one run on two cores of this machine: a
`mapInArrow` that only counts rows, `servstd.spark.tally` with 20 rules, the same that gives rows through and writes
them, `servstd.spark.check` that writes verdicts, and `servstd.spark.check_files`. What a job takes beyond the one that
does nothing is taken for evaluation. Ratios are to be trusted, times are not.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
from bulk_logs import AS_OF, contacts, write
from bulk_rules import twenty

import servstd
from servstd.spark import check, check_files, local_session, tally

FILES = 8


def count_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """As many rows as came, in one row a task."""
    yield pa.RecordBatch.from_pydict({"rows": pa.array([sum(batch.num_rows for batch in batches)], pa.int64())})


def give_through(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Nothing else."""
    yield from batches


class Bench:
    """A log in several files, and the jobs on it."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.rows = folder, rows
        self.log = folder / "log"
        self.log.mkdir()
        for number in range(FILES):
            first, last = number * rows // FILES, (number + 1) * rows // FILES
            write(
                self.log / f"{number}.parquet", lambda at, count, first=first: contacts(first + at, count), last - first
            )
        self.spark = local_session(2, spark_driver_memory="3g", spark_log_level="ERROR")
        self.evaluator, self.shipped = servstd.Evaluator(twenty()), servstd.Evaluator()
        self.seconds: dict[str, list[float]] = {}

    @property
    def frame(self) -> Any:
        return self.spark.read.parquet(str(self.log))

    def once(self) -> None:
        """Every job once, so that all of them meet the same machine."""
        frame = self.frame
        self.run("rows counted", lambda: frame.mapInArrow(count_rows, "rows bigint").groupBy().sum().collect())
        self.run("tally, 20 rules", lambda: tally(frame, self.evaluator, AS_OF))
        self.run("tally, shipped", lambda: tally(frame, self.shipped, AS_OF))
        self.run("rows written", lambda: self.write(frame.mapInArrow(give_through, frame.schema)))
        self.run("verdicts, 20 rules", lambda: self.write(check(frame, self.evaluator, AS_OF)))
        self.run("by files, 20 rules", lambda: check_files(self.spark, self.log, self.evaluator, AS_OF, self.out()))

    def out(self) -> Path:
        """A folder that is not there yet."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        return self.folder / "out"

    def write(self, frame: Any) -> None:
        """All of it to Parquet."""
        frame.write.option("compression", "zstd").parquet(str(self.out()))

    def run(self, name: str, work: Callable[[], object]) -> None:
        """Do one job and note how long it took."""
        begin = time.perf_counter()
        work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - begin)
        print(f"  {name:22}{self.seconds[name][-1]:8.2f} s", flush=True)

    def of(self, name: str) -> float:
        """The seconds of a job, the first of which warmed up."""
        return median(self.seconds[name][1:] or self.seconds[name])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.rows)
        for _ in range(options.repeat + 1):
            bench.once()
        bench.spark.stop()
    print(f"{options.rows:,} records of {contacts(0, 1).num_columns} columns, 2 cores")
    for name, base in (
        ("tally, 20 rules", "rows counted"),
        ("tally, shipped", "rows counted"),
        ("verdicts, 20 rules", "rows written"),
        ("by files, 20 rules", None),
    ):
        told = f"{name:22}{options.rows / bench.of(name):12,.0f} records a second"
        if base is not None:
            told += f"; evaluation {max(0.0, 1 - bench.of(base) / bench.of(name)):.0%} of the job"
        print(told)


if __name__ == "__main__":
    main()
