"""Tables of any length against the scan and the copy of the same files.

    python bench/bulk.py [--rows 2000000] [--cases 300000] [--repeat 3] [--memory 10000000,100000000] [--write-docs]

A wide log of contacts and a log of events are made from a seed. Then, in turns within one run: Polars and pyarrow read
the columns, Polars copies the file, and servstd judges it: to counts, to a Parquet file of verdicts, and by the whole
shipped catalog. Ratios are to be trusted, times are not. `--memory` judges logs of these lengths that are made while
they are read, each in a process of its own, whose memory is looked at while it runs; 100 million rows take minutes.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from statistics import median
from typing import Any

import bulk_memory
import bulk_page
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from bulk_logs import AS_OF, EVENTS_MAPPING, cases, contacts, write
from bulk_rules import of_events, twenty

import servstd
from servstd.adapters import load_mapping
from servstd.adapters.table import mapped

THREADS = 2
SAMPLE = 2000
FULL_ROWS = 20_000


@dataclass
class Bench:
    """The logs and the seconds that each measure took, by name."""

    folder: Path
    rows: int
    case_count: int
    events: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[int, bulk_memory.Peak] = field(default_factory=dict)
    share_one_by_one: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compile the catalogs."""
        self.twenty, self.shipped = servstd.Evaluator(twenty()), servstd.Evaluator()
        self.of_events = servstd.Evaluator(of_events())

    def write(self) -> None:
        """The logs: contacts as a Parquet file, and events by case and by time."""
        write(self.folder / "contacts.parquet", contacts, self.rows)
        table = pq.read_table(write(self.folder / "by_case.parquet", cases, self.case_count))
        self.events = table.num_rows
        pq.write_table(table.sort_by("at"), self.folder / "by_time.parquet", compression="zstd")

    def run(self, name: str, work: Callable[[], object]) -> None:
        """Do some work once and note how long it took."""
        begin = time.perf_counter()
        work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - begin)
        print(f"  {name:28}{self.seconds[name][-1]:8.2f} s", flush=True)

    def once(self) -> None:
        """Every measure once, so that all of them meet the same machine."""
        path, out = self.folder / "contacts.parquet", self.folder / "out.parquet"
        self.run("polars scan", lambda: pl.read_parquet(path))
        self.run("pyarrow scan", lambda: scan(path))
        self.run("polars copy", lambda: pl.scan_parquet(path).sink_parquet(out, compression="zstd"))
        self.run("20 rules to counts", lambda: count(self.twenty, path))
        self.run("20 rules to verdicts", lambda: write_verdicts(self.twenty, path, out))
        self.run("shipped catalog to counts", lambda: count(self.shipped, path))
        self.run("20 rules in full", lambda: write_full(self.twenty, path, out))
        for order in ("by_case", "by_time"):
            self.run(f"events {order}", lambda order=order: self.count_events(order))  # type: ignore[misc]
        rows = pq.ParquetFile(path).read_row_group(0).slice(0, SAMPLE).to_pylist()
        self.run("one by one", lambda: [self.twenty.check(row, as_of=AS_OF).outcomes() for row in rows])

    def count_events(self, order: str) -> object:
        """A log of events to counts."""
        vocabulary = self.of_events.catalog.vocabulary
        log = ds.dataset(self.folder / f"{order}.parquet")
        kind = {"by_case": "clustered", "by_time": "time"}[order]
        table = mapped(log, load_mapping(EVENTS_MAPPING, vocabulary), vocabulary, order=kind)
        return self.of_events.tally_table(table, as_of=AS_OF)

    def median(self, name: str) -> float:
        """Seconds of the middle run."""
        return median(self.seconds[name])


def scan(path: Path) -> int:
    """Every column read and decoded by pyarrow."""
    return sum(batch.num_rows for batch in ds.dataset(path).to_batches())


def parts(path: Path, count: int = THREADS) -> list[Any]:
    """A file as datasets of about as many row groups each."""
    whole = ds.dataset(path)
    (fragment,) = whole.get_fragments()
    groups = fragment.split_by_row_group()
    chosen = [groups[number::count] for number in range(count)]
    return [ds.FileSystemDataset(some, whole.schema, whole.format) for some in chosen if some]


def count(evaluator: servstd.Evaluator, path: Path) -> Any:
    """A file to a tally: each thread counts its part, and the parts are added."""
    with ThreadPoolExecutor(THREADS) as pool:
        tallies = pool.map(lambda part: evaluator.tally_table(part, as_of=AS_OF), parts(path))
        return reduce(add, tallies)


def write_verdicts(evaluator: servstd.Evaluator, path: Path, out: Path) -> None:
    """A file to the compact table as Parquet, a file for each thread."""
    with ThreadPoolExecutor(THREADS) as pool:
        names = [out.with_name(f"out_{number}.parquet") for number in range(THREADS)]
        list(pool.map(lambda pair: write_batches(evaluator.iter_tables(pair[0], as_of=AS_OF), pair[1]),
                      zip(parts(path), names, strict=False)))  # fmt: skip


def write_batches(batches: Iterable[Any], out: Path, group_rows: int = 262_144) -> None:
    """Record batches as one Parquet file, a row group of about a quarter of a million rows at a time."""
    writer, held = None, list[Any]()
    for batch in batches:
        writer = writer or pq.ParquetWriter(out, batch.schema, **_how(batch.schema.names))
        held.append(batch)
        if sum(one.num_rows for one in held) >= group_rows:
            writer.write_table(pa.Table.from_batches(held).unify_dictionaries())
            held.clear()
    if writer is not None:
        if held:
            writer.write_table(pa.Table.from_batches(held).unify_dictionaries())
        writer.close()


def _how(names: list[str]) -> dict[str, Any]:
    """Ids hardly come twice, so that a dictionary of them is of no use; nobody asks for a range of verdicts."""
    coded = [name for name in names if name != "record_id"]
    return {"compression": "zstd", "use_dictionary": coded, "write_statistics": ["record_id"]}


def write_full(evaluator: servstd.Evaluator, path: Path, out: Path) -> None:
    """The beginning of a file to the full verdict table as Parquet."""
    first = next(pq.ParquetFile(path).iter_batches(FULL_ROWS))  # a dataset's head() reads row groups as a whole
    write_batches(evaluator.iter_tables(first, as_of=AS_OF, full=True), out)


def main() -> None:
    """Measure, print, and write the page when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--cases", type=int, default=300_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", default="10000000", help="lengths to watch the memory at, with commas; '' for none")
    parser.add_argument("--write-docs", action="store_true", help="put the table into docs/explanation/performance.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.rows, options.cases)
        bench.write()
        for _ in range(options.repeat + 1):
            bench.once()
        for taken in bench.seconds.values():
            taken.pop(0)  # the first is for warming up
        for rows in filter(None, options.memory.split(",")):
            bench.memory[int(rows)] = bulk_memory.watched(int(rows))
    table = bulk_page.table(bench)
    print("\n".join(table))
    if options.write_docs:
        bulk_page.write(table)


if __name__ == "__main__":
    main()
