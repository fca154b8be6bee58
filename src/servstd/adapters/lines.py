"""The lines of a text log, counted, and the rows that are read from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from servstd.adapters.first_bytes import UTF8_HINT, describe_byte, find_other_kind
from servstd.errors import Problem, RecordError


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it is written, or the problem why it is none. `digest` tells rows of other content apart.

    `line` counts from 1, and so do the rows of Parquet; a row of a JSON file has an `index` instead, from 0.
    """

    line: int | None
    cells: dict[str, Any]
    digest: int = 0
    problem: Problem | None = None
    index: int | None = None


@dataclass
class Lines:
    """The lines of a binary stream as text, counted. `broken` is the last line that was not UTF-8, `fault` says why.

    `held` are the lines of a row, where they are wanted, to be given back; `is_over` says that somebody asked for a
    line when there was none left.
    """

    stream: Iterable[bytes]
    file: str
    number: int = 0
    broken: int = 0
    fault: str = ""
    held: list[bytes] | None = None
    back: deque[bytes] = field(default_factory=deque)
    is_over: bool = False
    _is_hint_given: bool = False

    def __iter__(self) -> Iterator[str]:
        held = self.held
        for raw in chain(self._given_back(), self.stream):
            self.number += 1
            if held is not None:
                held.append(raw)
            line = raw
            if self.number == 1:
                if (problem := find_other_kind(raw, self.file)) is not None:
                    raise RecordError([problem])
                line = raw.removeprefix(b"\xef\xbb\xbf")
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as error:
                self.broken, self.fault = self.number, describe_byte(line, error.start)
                yield line.decode("utf-8", "replace")
        self.is_over = True

    def _given_back(self) -> Iterator[bytes]:
        while self.back:
            yield self.back.popleft()

    def hold(self) -> list[bytes]:
        """Hold the lines from now on, in the list that is given, which may be cleared between rows."""
        self.held = []
        return self.held

    def texts(self) -> list[str]:
        """Those that are held."""
        return [raw.decode("utf-8", "replace") for raw in self.held or ()]

    def give_back(self, first: int) -> None:
        """Give back those that are held, from one on. They come again to whoever asks anew for an iterator."""
        held = self.held or []
        self.back.extendleft(reversed(held[first:]))
        self.number -= len(held) - first
        del held[first:]
        self.broken, self.is_over = 0, False

    def bad(
        self, line: int, code: str, message: str, hint: str | None = None, keys: tuple[str | int, ...] = ()
    ) -> RawRow:
        """What stands at a line and is no row."""
        return RawRow(line, {}, 0, Problem(code, message, keys, hint, self.file, line))

    def not_utf8(self, line: int, keys: tuple[str | int, ...] = ()) -> RawRow:
        """A row with a byte that is not UTF-8. What to do is said of the first one only: it goes for the file."""
        hint, self._is_hint_given = None if self._is_hint_given else UTF8_HINT, True
        return self.bad(line, "not-utf8", self.fault, hint, keys)


def unusable(code: str, message: str, file: str, hint: str | None = None, line: int | None = None) -> RecordError:
    """The error to raise for a file that can not be read as a whole."""
    return RecordError([Problem(code, message, (), hint, file, line)])
