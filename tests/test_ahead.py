"""Reading ahead: the same items in the same order, and nobody left reading."""

from __future__ import annotations

import threading
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


def readers() -> int:
    return sum(thread.name == "servstd-reader" for thread in threading.enumerate())


def test_it_changes_nothing_but_the_time() -> None:
    assert list(ahead(Source())) == list(range(100))
    assert list(ahead([])) == []
    assert readers() == 0


def test_what_reading_raises_comes_in_its_place() -> None:
    found = ahead(Source(RecordError([])), most=1)
    assert [next(found) for _ in range(100)] == list(range(100))
    with pytest.raises(RecordError):
        next(found)


def test_an_error_among_the_items_is_an_item() -> None:
    error = ValueError("told, not raised")
    assert list(ahead([error])) == [error]


@pytest.mark.parametrize("most", [1, 2])
def test_it_ends_with_whoever_reads(most: int) -> None:
    source = Source()
    found = ahead(source, most)
    assert next(found) == 0
    found.close()  # type: ignore[attr-defined]
    assert source.given <= most + 3
    assert readers() == 0
