"""Peak memory of a process that judges a log made while it is read: `python bench/bulk_memory.py ROWS`."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_PAGE = resource.getpagesize()
_LOOK_S = 0.25


@dataclass(frozen=True)
class Peak:
    """What a process took at most, what it took when a tenth was done and at the end (MiB), and its seconds."""

    rows: int
    most: float
    early: float
    late: float
    seconds: float


def watched(rows: int) -> Peak:
    """Judge so many rows in a process of its own, and look at its memory while it runs."""
    begin = time.perf_counter()
    seen: list[float] = []
    with subprocess.Popen([sys.executable, __file__, str(rows)], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            seen.append(_resident(process.pid))
            time.sleep(_LOOK_S)
        told = process.stdout.read().split() if process.stdout else []
    if process.returncode:
        raise SystemExit(f"judging {rows:,} rows ended with {process.returncode}")
    tenth = max(seen[: max(len(seen) // 10, 1)])
    return Peak(rows, max(*seen, float(told[0])), tenth, max(seen[-len(seen) // 10 :]), time.perf_counter() - begin)


def _resident(pid: int) -> float:
    """MiB that a process holds now; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * _PAGE / 2**20
    except (OSError, IndexError):
        return 0.0


def _peak() -> float:
    """MiB that this process held at most. `ru_maxrss` counts what its parent held when it started it, too."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def judge(rows: int) -> None:
    """Twenty rules on so many rows, to a Parquet file of verdicts."""
    from bulk import write_batches
    from bulk_logs import AS_OF, contacts, reader
    from bulk_rules import twenty

    import servstd

    with tempfile.TemporaryDirectory() as folder:
        verdicts = servstd.Evaluator(twenty()).iter_tables(reader(contacts, rows), as_of=AS_OF)
        write_batches(verdicts, Path(folder) / "verdicts.parquet")


if __name__ == "__main__":
    judge(int(sys.argv[1]))
    print(_peak())
