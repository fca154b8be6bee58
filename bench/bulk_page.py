"""The table of bench/bulk.py, and its place in docs/explanation/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bulk import Bench

TARGET_SCAN_S = 0.9
"""The best scan of ten million of these rows where the targets were set: times are to be read beside that."""
PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- made by bench/bulk.py: begin -->", "<!-- made by bench/bulk.py: end -->"


def table(bench: Bench) -> list[str]:
    """The lines of the table, with what they were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow", "polars"))
    day = datetime.now(UTC).date().isoformat()
    return [
        f"Measured {day} on {os.cpu_count()} cores, Python {platform.python_version()}, {packages}: "
        f"{bench.rows:,} contacts of 24 columns, {bench.events:,} events of {bench.case_count:,} cases.",
        "",
        "| what | time | beside | target |",
        "|---|---|---|---|",
        *(f"| {' | '.join(cells)} |" for cells in (*_scans(bench), *_tables(bench), *_others(bench), *_memory(bench))),
    ]


def _scans(bench: Bench) -> Iterator[tuple[str, ...]]:
    for name in ("polars scan", "pyarrow scan"):
        yield f"{name} of all columns", _s(bench.median(name)), "", ""
    yield "Polars copies the file", _s(bench.median("polars copy")), "", ""


def _best_scan(bench: Bench) -> float:
    return min(bench.median("polars scan"), bench.median("pyarrow scan"))


def _tables(bench: Bench) -> Iterator[tuple[str, ...]]:
    scan, copy = _best_scan(bench), bench.median("polars copy")
    rules = len(bench.shipped.reported)
    for name, told, base, of, target in (
        ("20 rules to counts", "20 rules, 3 calendars, to counts", scan, "the best scan", "3x"),
        ("20 rules to verdicts", "the same to a Parquet file of verdicts", copy, "the copy", "1x"),
        ("shipped catalog to counts", f"the shipped catalog ({rules} rules) to counts", scan, "the best scan", "8x"),
    ):
        taken = bench.median(name)
        yield told, _s(taken), f"{taken / base:.1f}x {of}", target


def _others(bench: Bench) -> Iterator[tuple[str, ...]]:
    from bulk import FULL_ROWS, SAMPLE

    rows = min(FULL_ROWS, bench.rows)
    full = bench.median("20 rules in full")
    yield (
        f"20 rules on {rows:,} rows as the full verdict table",
        _s(full),
        f"{rows * 20 / full:,.0f} verdicts/s",
        "",
    )
    slower = _best_scan(bench) / (TARGET_SCAN_S * bench.rows / 1e7)
    for order, told, target in (
        ("by_case", "4 rules on events clustered by case", 10),
        ("by_time", "4 rules on events in the order of time", 4),
    ):
        taken = bench.median(f"events {order}")
        speed = f"{bench.events / taken / 1e6:.1f} million events/s"
        yield told, _s(taken), speed, f"{target} million/s; here {target / slower:.1f}"
    one = bench.median("one by one") / SAMPLE
    told = "20 rules on one record, read from a dict"
    yield told, f"{one * 1e6:.0f} us", f"{1 / one:,.0f} records/s", f"20 us; here {20 * slower:.0f}"


def _memory(bench: Bench) -> Iterator[tuple[str, ...]]:
    for rows, peak in bench.memory.items():
        told = f"{peak.early:.0f} MiB in its first tenth, {peak.late:.0f} in its last"
        yield f"peak memory, verdicts of {rows:,} rows made while read", f"{peak.most:.0f} MiB", told, "600 MiB"


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def write(lines: list[str]) -> None:
    """Put the table between its marks."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", "utf-8")
