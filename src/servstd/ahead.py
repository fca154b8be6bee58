"""Reading ahead: a second thread reads what comes next while this one works on what came last."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
_END = object()
# How often the reader looks whether anybody still waits.
_WAIT_S = 0.1
# Whoever leaves off early waits so long for what is being read; then the thread ends when it is done with that.
_PATIENCE_S = 1.0


def ahead(items: Iterable[T], most: int = 2) -> Generator[T, None, None]:
    """The items in their order, made by a thread of its own.

    The thread is at most `most` + 1 of them ahead: `most` wait, and one is in its hands. What making them raises is
    raised here, in its place. Leaving off early ends the thread.
    """
    line: queue.Queue[Any] = queue.Queue(most)
    is_over = threading.Event()
    reader = threading.Thread(target=_read, args=(items, line, is_over), name="servstd-reader", daemon=True)
    try:
        reader.start()
        while (item := line.get()) is not _END:
            if isinstance(item, _Raised):
                raise item.error
            yield item
            item = None  # whoever took it may let it go before the next one is there
    finally:
        is_over.set()
        # the garbage collector may close this in any thread, the reader's own too
        if reader.ident is not None and reader is not threading.current_thread():
            reader.join(_PATIENCE_S)


class _Raised:
    """What the thread ended with."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _read(items: Iterable[object], line: queue.Queue[Any], is_over: threading.Event) -> None:
    try:
        for item in items:
            if not _put(line, item, is_over):
                return
            item = None
        _put(line, _END, is_over)
    except BaseException as error:  # raised again by whoever waits for the item
        _put(line, _Raised(error), is_over)


def _put(line: queue.Queue[Any], item: object, is_over: threading.Event) -> bool:
    """Hand an item over; False when nobody waits for it any more."""
    while not is_over.is_set():
        try:
            line.put(item, timeout=_WAIT_S)
        except queue.Full:
            continue
        return True
    return False
