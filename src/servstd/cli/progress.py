"""How far long work has come, on standard error: on a terminal only, and only after a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

_PATIENCE_S = 1.0
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
