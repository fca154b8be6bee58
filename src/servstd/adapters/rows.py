"""Rows of a log file with their line numbers, one at a time; what is no row comes as a problem.

CSV follows the usual quoting; its header shows whether commas, `;`, tabs or `|` part the cells. Tab-separated files are
read without quoting, so that a lone quote is text. JSON Lines are read line by line; a JSON file is read whole; Parquet
is read a batch at a time and needs the extra `bulk`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from servstd.adapters.first_bytes import UNPACK_HINT
from servstd.adapters.json_rows import json_lines, json_rows, without_gaps
from servstd.adapters.lines import Lines, RawRow, unusable
from servstd.adapters.text_table import read_header, table_rows
from servstd.adapters.unreadable import unreadable
from servstd.spelling import nearest

__all__ = ("FORMATS", "SUFFIXES", "RawRow", "Rows", "format_of", "open_rows", "without_gaps")

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet")
SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
            ".parquet": "parquet", ".pq": "parquet"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """An open log. `header` holds the columns of a table and is None for JSON."""

    file: str
    header: tuple[str, ...] | None
    rows: Iterator[RawRow]
    repeated: frozenset[str] = frozenset()


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
        return Rows(name, None, json_rows(lines))
    if file_format == "jsonl":
        return Rows(name, None, json_lines(lines, has_digests=True))
    return _table(lines, file_format)


_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
_PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z")


def format_of(path: str | Path, file_format: str | None = None) -> str:
    """How a log is written: as given, else by the end of its name. Raises `RecordError` when that does not say it."""
    name = str(path)
    file_format = file_format or SUFFIXES.get(Path(name).suffix.lower())
    if file_format not in FORMATS:
        what = "standard input" if name == "-" else repr(Path(name).suffix or name)
        message = f"{what} does not say its format; give one of {', '.join(FORMATS)}"
        raise unusable("unknown-format", message, name, _format_hint(Path(name).suffix.lower()))
    return file_format


def _format_hint(suffix: str) -> str | None:
    if suffix in _SPREADSHEETS:
        return "save the sheet as CSV"
    if suffix in _PACKED:
        return UNPACK_HINT
    return nearest(suffix, SUFFIXES) if suffix else None


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


def _table(lines: Lines, file_format: str) -> Rows:
    header, settings = read_header(lines, file_format)
    repeated = frozenset(name for name in header if header.count(name) > 1)
    return Rows(lines.file, header, table_rows(lines, header, settings), repeated)
