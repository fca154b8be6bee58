"""Whole tables against the scan of the same file, and against records one by one: `python bench/bulk.py [--rows N]`.

A wide log of contacts is written as Parquet once. Then, in turns within one run: pyarrow reads its columns, and
`Evaluator.iter_tables` judges it by the whole shipped catalog. A sample goes through `Evaluator.check`. Ratios are to
be trusted, times are not. Peak memory is that of a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

import servstd
from servstd.evaluate.table.run import TableRun

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BEGIN_US = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
CHUNK = 1_000_000
SAMPLE = 2000


def chunk(first: int, count: int) -> pa.Table:
    """Some contacts: e-mails and calls, most of them answered."""
    rng = np.random.default_rng(first)
    received = BEGIN_US + rng.integers(0, 140 * 86_400, count) * 1_000_000
    answered = received + rng.integers(0, 3 * 86_400, count) * 1_000_000
    instant = pa.timestamp("us", "UTC")
    return pa.table({
        "id": pc.cast(pa.array(np.arange(first, first + count)), pa.string()),
        "channel": pa.array(rng.choice(["email", "phone", "voicemail"], count, p=[0.6, 0.3, 0.1])),
        "direction": pa.array(rng.choice(["inbound", "outbound"], count, p=[0.8, 0.2])),
        "audience": pa.array(rng.choice(["external", "internal"], count, p=[0.8, 0.2])),
        "team": pa.array(rng.choice(["care", "sales", "tech"], count)),
        "priority": pa.array(rng.choice(["high", "normal"], count)),
        "received_at": pa.array(received, instant),
        "responded_at": pa.array(answered, instant, mask=rng.random(count) < 0.1),
        "no_response_required": pa.array(rng.random(count) < 0.05),
    })  # fmt: skip


def write_log(path: Path, rows: int) -> None:
    """The log, a chunk at a time."""
    with pq.ParquetWriter(path, chunk(0, 1).schema, compression="zstd") as writer:
        for first in range(0, rows, CHUNK):
            writer.write_table(chunk(first, min(CHUNK, rows - first)))


def scan(path: Path) -> int:
    """Every column read and decoded."""
    return sum(batch.num_rows for batch in ds.dataset(path).to_batches())


def judge(path: Path) -> TableRun:
    """Every rule on every row, to codes."""
    run = TableRun(servstd.Evaluator(), ds.dataset(path), AS_OF)
    for _ in run.compact():
        pass
    return run


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def one_by_one(path: Path) -> float:
    """Seconds a record through `Evaluator.check`, all outcomes read; nothing but the judging is timed."""
    evaluator = servstd.Evaluator()
    rows = pq.ParquetFile(path).read_row_group(0).slice(0, SAMPLE).to_pylist()
    return seconds(lambda: [evaluator.check(row, as_of=AS_OF).outcomes() for row in rows]) / SAMPLE


def peak_mib(path: Path) -> float:
    """Peak memory of a process that judges the log."""
    command = [sys.executable, __file__, "--judge", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.judge:
        judge(options.judge)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write_log(path, options.rows)
        judge(path)  # calendars and codes are warm
        scans, judged = [], []
        for _ in range(3):
            scans.append(seconds(lambda: scan(path)))
            judged.append(seconds(lambda: judge(path)))
        scan_s, judge_s, single_s = statistics.median(scans), statistics.median(judged), one_by_one(path)
        run = judge(path)
        rules = len(run.evaluator.reported)
        verdicts = options.rows * rules / judge_s / 1e6
        print(f"{options.rows:,} records, {rules} rules: {verdicts:.1f} million verdicts a second")
        print(f"scan of all columns {scan_s:.2f} s; judged {judge_s:.2f} s: {judge_s / scan_s:.0f}x the scan")
        print(f"one by one {single_s * 1e6:.0f} us a record; in the table {judge_s / options.rows * 1e6:.1f} us: "
              f"{single_s / judge_s * options.rows:.0f}x faster")  # fmt: skip
        print(f"judged one by one within the table: {run.work.share_one_by_one:.5%} of the verdicts")
        print(f"peak memory of a process that judges it: {peak_mib(path):.0f} MiB")


if __name__ == "__main__":
    main()
