"""The full verdict table as a file: Parquet, CSV, JSON Lines or JSON, written whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from servstd.errors import ExtraMissing, Problem
from servstd.evaluate.rows import COLUMNS, verdict_row
from servstd.evaluate.verdict import Verdict
from servstd.evaluate.whole_file import OutputError, whole_file, whole_path

SUFFIXES = (".parquet", ".csv", ".jsonl", ".json")

Write = Callable[[Verdict], None]


def check_output(path: Path) -> None:
    """Raise `OutputError` when verdicts can not be written there, before any work is done."""
    if path.suffix.lower() not in SUFFIXES:
        message = f"{str(path)!r} does not end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise OutputError(Problem("unknown-format", message))
    if path.is_dir():
        raise OutputError(Problem("unwritable-file", f"{str(path)!r} is a folder"))
    if not path.absolute().parent.is_dir():
        raise OutputError(Problem("unwritable-file", f"there is no folder {str(path.parent)!r}"))


@contextmanager
def verdict_file(path: Path) -> Iterator[Write]:
    """A function that writes one verdict as a row. The file appears when the block ends without an error.

    Raises `OutputError`, and `ExtraMissing` for Parquet without pyarrow.
    """
    check_output(path)
    if path.suffix.lower() == ".parquet":
        if find_spec("pyarrow") is None:
            raise ExtraMissing("a Parquet file needs pyarrow: pip install 'servstd[bulk]'")
        from servstd.evaluate.table.parquet import parquet_writer

        with whole_path(path) as part, parquet_writer(part) as write:
            yield write
        return
    with whole_file(path) as stream:
        yield from _writer(stream, path.suffix.lower())


def _writer(stream: TextIO, suffix: str) -> Iterator[Write]:
    """Yield the function once; what ends the file is written after it."""
    if suffix == ".csv":
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        yield lambda verdict: table.writerow({name: _cell(value) for name, value in verdict_row(verdict).items()})
    elif suffix == ".jsonl":
        yield lambda verdict: _put(stream, json.dumps(verdict_row(verdict), ensure_ascii=False), "\n")
    else:
        separators = iter(["[\n"])
        yield lambda verdict: _put(
            stream, next(separators, ",\n"), json.dumps(verdict_row(verdict), ensure_ascii=False)
        )
        _put(stream, next(separators, "\n"), "]\n")


def _put(stream: TextIO, *texts: str) -> None:
    stream.writelines(texts)


def _cell(value: Any) -> Any:
    """A CSV cell: true and false as JSON writes them, nothing for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
