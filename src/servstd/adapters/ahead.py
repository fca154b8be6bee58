"""Reading ahead: a second thread reads the next batches while this one works on the last."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

_END = object()
_WAIT_S = 0.1


class Ahead:
    """A source of record batches that is read by a thread of its own, at most `most` batches ahead."""

    def __init__(self, source: Any, most: int = 2) -> None:
        self.source, self.most = source, most

    @property
    def schema(self) -> Any:
        """That of the source."""
        return self.source.schema

    def to_batches(self, **_: object) -> Iterator[Any]:
        """The batches of the source, in order. What reading raises is raised here."""
        line: queue.Queue[Any] = queue.Queue(self.most)
        is_over = threading.Event()
        reader = threading.Thread(target=self._read, args=(line, is_over), name="servstd-reader", daemon=True)
        reader.start()
        try:
            while (item := line.get()) is not _END:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            is_over.set()
            reader.join()

    def _read(self, line: queue.Queue[Any], is_over: threading.Event) -> None:
        try:
            for batch in self.source.to_batches():
                if not _put(line, batch, is_over):
                    return
            _put(line, _END, is_over)
        except BaseException as error:  # raised again by whoever waits for the batch
            _put(line, error, is_over)


def _put(line: queue.Queue[Any], item: Any, is_over: threading.Event) -> bool:
    """Hand an item over; False when nobody waits for it any more."""
    while not is_over.is_set():
        try:
            line.put(item, timeout=_WAIT_S)
        except queue.Full:
            continue
        return True
    return False
