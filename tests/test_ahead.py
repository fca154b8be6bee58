"""Reading ahead: the same items in the same order, and nobody left reading."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from servstd.ahead import ahead
from servstd.errors import RecordError


class Source:
    """Numbers, and then what goes wrong."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.given = error, 0

    def __iter__(self) -> Iterator[int]:
        for number in range(100):
            self.given += 1
            yield number
        if self.error:
            raise self.error


def nobody_reads() -> bool:
    """Whether all readers have ended, or do soon: a busy machine may take longer than whoever leaves off waits."""
    readers = [thread for thread in threading.enumerate() if thread.name == "servstd-reader"]
    for reader in readers:
        reader.join(10)
    return not any(reader.is_alive() for reader in readers)


def test_it_changes_nothing_but_the_time() -> None:
    assert list(ahead(Source())) == list(range(100))
    assert list(ahead([])) == []
    assert nobody_reads()


def test_what_reading_raises_comes_in_its_place() -> None:
    found = ahead(Source(RecordError([])), most=1)
    assert [next(found) for _ in range(100)] == list(range(100))
    with pytest.raises(RecordError):
        next(found)


def test_an_error_among_the_items_is_an_item() -> None:
    error = ValueError("told, not raised")
    assert list(ahead([error])) == [error]


def test_the_collector_may_close_it_in_the_thread_that_reads() -> None:
    is_taken, is_closed = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield 1
        is_taken.wait(10)
        found.close()
        is_closed.set()
        yield 2

    found = ahead(items(), most=1)
    assert next(found) == 1
    is_taken.set()
    assert is_closed.wait(10), "a thread can not wait for itself"


def test_leaving_off_does_not_wait_long_for_what_is_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servstd.ahead._PATIENCE_S", 0.05)
    goes_on = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        goes_on.wait(10)

    found = ahead(items())
    assert next(found) == 1
    begin = time.monotonic()
    found.close()
    assert time.monotonic() - begin < 5
    goes_on.set()
    assert nobody_reads()


@pytest.mark.parametrize("most", [1, 2])
def test_it_ends_with_whoever_reads(most: int) -> None:
    source = Source()
    found = ahead(source, most)
    assert next(found) == 0
    found.close()
    assert source.given <= most + 3
    assert nobody_reads()
