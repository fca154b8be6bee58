"""Rows of a log file with their line numbers, one at a time; what is no row comes as a problem.

CSV follows the usual quoting, and takes `;` where the header has no comma. Tab-separated files are read without
quoting, so that a lone quote is text. JSON Lines are read line by line; a JSON file is read whole; Parquet is read a
batch at a time and needs the extra `bulk`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servstd.adapters.unreadable import unreadable
from servstd.errors import Problem, RecordError
from servstd.spelling import nearest

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet")
SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
            ".parquet": "parquet", ".pq": "parquet"}  # fmt: skip
_UTF8_HINT = "save the file as UTF-8"


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


@dataclass(frozen=True, slots=True)
class Rows:
    """An open log. `header` holds the columns of a table and is None for JSON."""

    file: str
    header: tuple[str, ...] | None
    rows: Iterator[RawRow]
    repeated: frozenset[str] = frozenset()


@dataclass
class Lines:
    """The lines of a binary stream as text, counted. `broken` is the last line that was not UTF-8."""

    stream: Iterable[bytes]
    file: str
    number: int = 0
    broken: int = 0

    def __iter__(self) -> Iterator[str]:
        for raw in self.stream:
            self.number += 1
            line = raw
            if self.number == 1:
                if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise _unusable("not-utf8", "the file is UTF-16, not UTF-8", self.file, _UTF8_HINT)
                line = raw.removeprefix(b"\xef\xbb\xbf")
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                self.broken = self.number
                yield line.decode("utf-8", "replace")


def open_rows(path: str | Path, file_format: str | None = None) -> Rows:
    """Open a log: a file, or `-` for standard input, which needs a format (csv, tsv, jsonl or json).

    Raises `RecordError` when it can not be opened, is no log, or has no header, and `ExtraMissing` for Parquet without
    pyarrow.
    """
    name, file_format = str(path), format_of(path, file_format)
    if file_format == "parquet":
        from servstd.adapters.parquet_rows import parquet_rows

        return parquet_rows(name)
    lines = Lines(_stream(name), name)
    if file_format == "json":
        return Rows(name, None, _json_rows(lines))
    if file_format == "jsonl":
        return Rows(name, None, json_lines(lines))
    return _table(lines, file_format)


_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")


def format_of(path: str | Path, file_format: str | None = None) -> str:
    """How a log is written: as given, else by the end of its name. Raises `RecordError` when that does not say it."""
    name = str(path)
    file_format = file_format or SUFFIXES.get(Path(name).suffix.lower())
    if file_format not in FORMATS:
        what = "standard input" if name == "-" else repr(Path(name).suffix or name)
        message = f"{what} does not say its format; give one of {', '.join(FORMATS)}"
        raise _unusable("unknown-format", message, name, _format_hint(Path(name).suffix.lower()))
    return file_format


def _format_hint(suffix: str) -> str | None:
    if suffix in _SPREADSHEETS:
        return "save the sheet as CSV"
    return nearest(suffix, SUFFIXES) if suffix else None


def _unusable(code: str, message: str, file: str, hint: str | None = None, line: int | None = None) -> RecordError:
    return RecordError([Problem(code, message, (), hint, file, line)])


def _stream(name: str) -> Iterator[bytes]:
    """The lines of a file, opened when the first is asked for and closed with the last."""
    if name == "-":
        return iter(sys.stdin.buffer)
    try:
        Path(name).open("rb").close()  # what can not be opened is an error now, not at the first row
    except OSError as error:
        raise unreadable(error, name) from None
    return _file_lines(name)


def _file_lines(name: str) -> Iterator[bytes]:
    with Path(name).open("rb") as stream:
        yield from stream


def _bad(lines: Lines, line: int, code: str, message: str, hint: str | None = None) -> RawRow:
    return RawRow(line, {}, 0, Problem(code, message, (), hint, lines.file, line))


def _table(lines: Lines, file_format: str) -> Rows:
    header, settings = read_header(lines, file_format)
    repeated = frozenset(name for name in header if header.count(name) > 1)
    return Rows(lines.file, header, table_rows(lines, header, settings), repeated)


def read_header(lines: Lines, file_format: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The columns of a table, and the settings with which `csv.reader` reads its rows from the same lines."""
    source = iter(lines)
    first = next((line for line in source if line.strip()), None)
    if first is None:
        raise _unusable("no-header", "the file is empty", lines.file)
    if file_format == "tsv":
        settings: dict[str, Any] = {"delimiter": "\t", "quoting": csv.QUOTE_NONE}
    else:
        settings = {"delimiter": ";" if ";" in first and "," not in first else ","}
    header = tuple(name.strip() for name in next(csv.reader(_first_then(first, source), **settings)))
    if lines.broken:
        raise _unusable("not-utf8", "the header is not UTF-8", lines.file, _UTF8_HINT, lines.number)
    return header, settings


def _first_then(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def table_rows(lines: Lines, header: tuple[str, ...], settings: dict[str, Any]) -> Iterator[RawRow]:
    """The rows that are left in `lines`. Between two of them no line is half read."""
    width, reader = len(header), csv.reader(lines, **settings)
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad(lines, line, "bad-row", f"the row can not be read: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue  # spreadsheets end their files with rows of nothing
        if lines.broken >= line:
            yield _bad(lines, line, "not-utf8", "the row is not UTF-8", _UTF8_HINT)
        elif len(cells) < width or any(cell.strip() for cell in cells[width:]):
            yield _bad(lines, line, "cell-count", _count_message(len(cells), width, lines.number - line))
        else:
            yield RawRow(line, dict(zip(header, cells, strict=False)), hash(tuple(cells[:width])))


def _count_message(count: int, width: int, more_lines: int) -> str:
    message = f"{count} cells where the header has {width}"
    return f"{message}; a quote in it runs over {more_lines} more lines" if more_lines else message


def json_lines(lines: Lines) -> Iterator[RawRow]:
    """The lines that are left as rows."""
    for text in lines:
        if not text.strip():
            continue
        if lines.broken == lines.number:
            yield _bad(lines, lines.number, "not-utf8", "the line is not UTF-8", _UTF8_HINT)
            continue
        try:
            item = json.loads(text.strip())
        except json.JSONDecodeError as error:
            problem = Problem("bad-json", _json_message(error), (), None, lines.file, lines.number, error.colno)
            yield RawRow(lines.number, {}, 0, problem)
        except (ValueError, RecursionError):
            yield _bad(lines, lines.number, "bad-json", "a number is too long, or lists are nested too deep")
        else:
            yield _from_item(lines.file, lines.number, None, item, hash(text.strip()))


def _json_message(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc):
        return "the text stops in the middle"
    return f"the text breaks here: {error.msg[:1].lower()}{error.msg[1:]}"


def _json_rows(lines: Lines) -> Iterator[RawRow]:
    text = "".join(lines)
    if lines.broken:
        raise _unusable("not-utf8", "the file is not UTF-8", lines.file, _UTF8_HINT, lines.broken)
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        problem = Problem("bad-json", _json_message(error), (), None, lines.file, error.lineno, error.colno)
        raise RecordError([problem]) from None
    except (ValueError, RecursionError):
        message = "a number is too long, or lists are nested too deep"
        raise _unusable("bad-json", message, lines.file) from None
    for index, item in enumerate(_the_list(tree, lines.file)):
        yield _from_item(lines.file, None, index, item, hash(json.dumps(item, sort_keys=True)))


def _the_list(tree: Any, file: str) -> list[Any]:
    """The list of records: the whole, or the one list in a mapping."""
    if isinstance(tree, list):
        return tree
    lists = [value for value in tree.values() if isinstance(value, list)] if isinstance(tree, dict) else []
    if len(lists) == 1:
        return lists[0]
    message = f"expected a list of records, or a mapping with one list, not with {len(lists)}"
    raise _unusable("not-a-list", message, file)


def _from_item(file: str, line: int | None, index: int | None, item: Any, digest: int) -> RawRow:
    if isinstance(item, dict):
        return RawRow(line, item, digest, None, index)
    path = () if index is None else (index,)
    problem = Problem("not-a-mapping", "expected a record: names with values", path, None, file, line)
    return RawRow(line, {}, digest, problem, index)
