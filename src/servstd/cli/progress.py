"""How far long work has come, on standard error: on a terminal only, and only after a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.status import Status

_PATIENCE_S = 1.0
_REFRESH_S = 0.1
_STRIDE = 256


@contextmanager
def counting(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A function to call with how many are done."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    status = Status(f"{what} ...", console=Console(stderr=True))
    started, is_shown = time.monotonic(), False

    def tell(count: int) -> None:
        nonlocal is_shown
        if count % _STRIDE:
            return
        if is_shown:
            status.update(f"{what}: {count:,}" + (f" of {total:,}" if total else ""))
        elif time.monotonic() - started > _PATIENCE_S:
            is_shown = True
            status.start()

    try:
        yield tell
    finally:
        status.stop()


class Meter:
    """Rows and bytes of files, counted by any thread, shown as a bar on a terminal after a second.

    `total_rows` is None where only the sizes of files are known.
    """

    def __init__(self, what: str, total_rows: int | None, total_bytes: int) -> None:
        self.what, self.total_rows, self.total_bytes = what, total_rows, total_bytes
        self.rows = self.size = 0
        self._started = time.monotonic()
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self._painter: threading.Thread | None = None

    def add(self, rows: int, size: int) -> None:
        """So many more."""
        with self._lock:
            self.rows += rows
            self.size += size

    def told(self) -> str:
        """`1,200,000 of 10,000,000 rows, 400,000 a second, 8,800,000 left`, or the share of the bytes."""
        pace = round(self.rows / max(time.monotonic() - self._started, 0.001))
        if self.total_rows is None:
            return f"{self.rows:,} rows, {pace:,} a second, {self.share:.0%} read"
        left = max(self.total_rows - self.rows, 0)
        return f"{self.rows:,} of {self.total_rows:,} rows, {pace:,} a second, {left:,} left"

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        part, whole = (self.size, self.total_bytes) if self.total_rows is None else (self.rows, self.total_rows)
        return min(part / whole, 1.0) if whole else 0.0

    def __enter__(self) -> Meter:
        self._started = time.monotonic()
        if sys.stderr.isatty():
            self._painter = threading.Thread(target=self._paint, name="servstd-progress", daemon=True)
            self._painter.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        if self._painter is not None:
            self._painter.join()

    def _paint(self) -> None:
        if self._is_over.wait(_PATIENCE_S):
            return
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
        with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as progress:
            bar = progress.add_task(self.what, total=1.0, told=self.told())
            while True:
                progress.update(bar, completed=self.share, told=self.told())
                progress.refresh()
                if self._is_over.wait(_REFRESH_S):
                    return
