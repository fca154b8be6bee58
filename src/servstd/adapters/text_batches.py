"""Lines of text as record batches, a block at a time.

A block that is plain (no cell runs over several lines, every row is as long as the header, all of it is UTF-8) is read
by pyarrow; any other by the same code that reads small logs, so that both mean the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from servstd.adapters.json_rows import json_lines
from servstd.adapters.lines import Lines, RawRow
from servstd.adapters.logs import BadRow
from servstd.adapters.quotes import LONGEST_CELL
from servstd.adapters.text_table import read_header, table_rows
from servstd.adapters.unreadable import unreadable

_BLOCK_BYTES = 8_000_000


@dataclass
class Take:
    """What a pass over a log leaves beside its batches: rows that are none, and the bytes read for the last batch."""

    bad_rows: list[BadRow] = field(default_factory=list)
    size: int = 0

    def rows(self, raws: Iterator[RawRow], file: str) -> Iterator[RawRow]:
        """The rows; what is no row is kept aside."""
        for raw in raws:
            if raw.problem is None:
                yield raw
            else:
                self.bad_rows.append(BadRow(file, raw.line, raw.problem))


class Feed(Iterator[bytes]):
    """The lines of a file, one by one or in blocks; lines that were taken may be put back."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.size = stream, 0
        self.waiting: deque[bytes] = deque()

    def __next__(self) -> bytes:
        if self.waiting:
            return self.waiting.popleft()
        line = self.stream.readline()
        if not line:
            raise StopIteration
        self.size += len(line)
        return line

    def block(self) -> list[bytes]:
        """The next lines; none at the end."""
        lines = self.stream.readlines(_BLOCK_BYTES)
        self.size += sum(map(len, lines))
        return lines


def open_lines(name: str) -> BinaryIO:
    """A file, open. Raises `RecordError` when it can not be read."""
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise unreadable(error, name) from None


def table_batches(
    name: str, file_format: str, line_column: str
) -> tuple[tuple[str, ...], Callable[[Take], Iterator[Any]]]:
    """The header of a CSV or tab-separated file, and its batches: every column is text, an empty cell is ''."""
    with open_lines(name) as stream:
        header, _ = read_header(Lines(stream, name), file_format)
    return header, partial(_table, name, file_format, line_column)


def _table(name: str, file_format: str, line_column: str, take: Take) -> Iterator[Any]:
    with open_lines(name) as stream:
        feed = Feed(stream)
        lines = Lines(feed, name)
        header, settings = read_header(lines, file_format)
        delimiter = settings["delimiter"]
        is_first = True
        while block := feed.block():
            before = lines.number
            columns = _plain(block, len(header), delimiter, file_format != "tsv")
            if columns is None:
                feed.waiting.extend(block)
                raws = _until_read(feed, lines, table_rows(lines, header, settings))
                columns, numbers = _columns(take.rows(raws, name), header)
            else:
                lines.number += len(block)
                numbers = numbers_from(before + 1, len(block))
            take.size, feed.size = feed.size, 0
            is_first = False
            yield _without_blank(_batch(columns, header, numbers, line_column))
        if is_first:
            yield _batch([pa.array([], pa.string())] * len(header), header, pa.array([], pa.int64()), line_column)


def numbers_from(first: int, count: int) -> Any:
    """Whole numbers one after the other, as an array."""
    return pa.array(np.arange(first, first + count, dtype=np.int64))


def _until_read(feed: Feed, lines: Lines, rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """Rows until the lines that were put back are used up; the last row may need more than these."""
    for row in rows:
        yield row
        if not feed.waiting and not lines.back:
            return


def _plain(block: list[bytes], width: int, delimiter: str, has_quotes: bool) -> list[Any] | None:
    """The columns of a block that is plain; None for any other."""
    data = b"".join(block)
    is_odd = b"\x00" in data or data.count(b"\r") != data.count(b"\r\n") or max(map(len, block)) > LONGEST_CELL
    if is_odd or (has_quotes and b'"' in data and any(line.count(b'"') % 2 for line in block)):
        return None
    names = [str(index) for index in range(width)]
    try:
        table = csv.read_csv(
            pa.py_buffer(data),
            csv.ReadOptions(column_names=names, block_size=len(data) + 1),
            csv.ParseOptions(delimiter=delimiter, quote_char='"' if has_quotes else False, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(block):
        return None
    columns = [column.combine_chunks() for column in table.columns]
    runs_on = any("\n" in column[-1].as_py() for column in columns)  # a quote that is still open in the last line
    return None if runs_on else columns


def _columns(rows: Iterator[RawRow], header: Sequence[str]) -> tuple[list[Any], Any]:
    """The same of rows that were read one by one. Of columns of one name the last one counts."""
    kept = list(rows)
    columns = [pa.array([row.cells[name] for row in kept], pa.string()) for name in header]
    return columns, pa.array([row.line for row in kept], pa.int64())


def _batch(columns: list[Any], header: Sequence[str], numbers: Any, line_column: str) -> Any:
    named = dict(zip(header, columns, strict=True)) | {line_column: numbers}
    return pa.RecordBatch.from_arrays(list(named.values()), names=list(named))


def _without_blank(batch: Any) -> Any:
    """The batch without rows that hold nothing, as spreadsheets leave them at the end."""
    is_blank = None
    for column in batch.columns[:-1]:
        one = pc.equal(pc.utf8_trim_whitespace(column), "")
        is_blank = one if is_blank is None else pc.and_(is_blank, one)
        if not pc.any(is_blank).as_py():
            return batch
    return batch if is_blank is None else batch.filter(pc.invert(is_blank))


def json_batches(name: str, line_column: str, rows: int, take: Take) -> Iterator[Any]:
    """The batches of a JSON Lines file: the columns are the keys of its lines, typed as they come.

    A block in which a key has values of several types gives a `PyBatch`: plain Python values.
    """
    with open_lines(name) as stream:
        feed = Feed(stream)
        raws = take.rows(json_lines(Lines(feed, name)), name)
        is_first = True
        while (kept := list(islice(raws, rows))) or is_first:
            take.size, feed.size = feed.size, 0
            is_first = False
            yield _json_batch(kept, line_column)


def _json_batch(kept: list[RawRow], line_column: str) -> Any:
    names = dict.fromkeys(key for raw in kept for key in raw.cells)
    columns: dict[str, list[Any]] = {name: [raw.cells.get(name) for raw in kept] for name in names}
    lines = [raw.line for raw in kept]
    try:
        arrays = {name: _typed(values) for name, values in columns.items()}
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        from servstd.adapters.table import PyBatch

        return PyBatch({**columns, line_column: lines}, len(kept))
    arrays[line_column] = pa.array(lines, pa.int64())
    return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))


def _typed(values: list[Any]) -> Any:
    """The values as one array. Raises `ValueError` where that would change one: a whole number among others."""
    array = pa.array(values)
    if _has_numbers(array.type) and _has_whole(values):
        raise ValueError("whole numbers among others")
    return array


def _has_numbers(kind: Any) -> bool:
    """Whether a type holds numbers that need not be whole."""
    inner = [kind.field(index).type for index in range(kind.num_fields)] if pa.types.is_nested(kind) else []
    return pa.types.is_floating(kind) or any(map(_has_numbers, inner))


def _has_whole(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_whole, value.values()))
    if isinstance(value, list):
        return any(map(_has_whole, value))
    return type(value) is int
