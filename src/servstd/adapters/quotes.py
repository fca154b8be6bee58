"""How the cells of a CSV file are parted and quoted: the delimiter, long cells, and quotes that take in other rows."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

LONGEST_CELL = 16_000_000
"""How many characters a cell may have; a quote that is never closed would else take in a file of any size."""
_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*("|$)')
_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")
_MOST_LINES = 1000
_LIMIT = threading.Lock()


def separator_line(line: str) -> str | None:
    """The delimiter that a line `sep=;` names, as Excel writes it above the header, or None for any other line."""
    found = _SEPARATOR.fullmatch(line.rstrip("\r\n"))
    return found[1] if found else None


def find_delimiter(header: str) -> str:
    """What parts the columns of a header: the one of `,`, `;`, tab and `|` that it has most of, outside of quotes."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)


@contextmanager
def long_cells() -> Iterator[None]:
    """Let `csv` read cells of `LONGEST_CELL`. Its limit is one for the whole process, so it is put back at once."""
    with _LIMIT:
        before = csv.field_size_limit()
        csv.field_size_limit(max(before, LONGEST_CELL))
        try:
            yield
        finally:
            csv.field_size_limit(before)


def holds_rows(lines: Sequence[str], width: int, settings: dict[str, Any], is_certain: bool = False) -> bool:
    """Whether most lines of a row after its first look like rows of their own.

    Such a line has `width` cells, and most of them are written as those of the first line are; `is_certain` asks for
    nearly all of at least four. The cell in which the quote begins tells nothing.
    """
    inside = [line for line in lines[1:_MOST_LINES] if line.strip()]
    likely = [line for line in inside if line.count(settings["delimiter"]) >= width - 1]
    if width < (4 if is_certain else 2) or 2 * len(likely) <= len(inside):
        return False
    *whole, opened = _cells(lines[0], settings)
    own = [*map(_shape, whole), None, *map(_shape, _cells(opened, settings)[1:])]
    needed = (3 if is_certain else 2, 4)
    return 2 * sum(_is_like(_cells(line, settings), own, width, needed) for line in likely) > len(inside)


def _cells(line: str, settings: dict[str, Any]) -> list[str]:
    with long_cells():
        try:
            return next(csv.reader([line], **settings), None) or [""]
        except csv.Error:
            return [""]


def _is_like(cells: list[str], own: list[str | None], width: int, needed: tuple[int, int]) -> bool:
    alike = sum(_shape(cell) == shape for cell, shape in zip(cells, own, strict=False) if shape is not None)
    return len(cells) == width and alike > 0 and alike * needed[1] >= (width - 1) * needed[0]


def _shape(cell: str) -> str:
    """How a cell is written: `R17` and `R9` alike, and all texts of one word."""
    return _DIGITS.sub("9", _LETTERS.sub("a", cell.strip()))


def is_well_formed(lines: Sequence[str], settings: dict[str, Any]) -> bool:
    """Whether quotes begin and end cells, or are doubled, in all of these lines."""
    with long_cells():
        try:
            return bool(list(csv.reader(lines, **settings, strict=True)))
        except csv.Error:
            return False
