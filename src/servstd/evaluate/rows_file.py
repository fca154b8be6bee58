"""The full verdict table as a file: Parquet, CSV, JSON Lines or JSON, written whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from servstd.errors import ExtraMissing, Problem
from servstd.evaluate.rows import COLUMNS, verdict_row
from servstd.evaluate.verdict import Verdict
from servstd.evaluate.whole_file import OutputError, whole_file, whole_path
from servstd.privacy.cells import safe_cell

SUFFIXES = (".parquet", ".csv", ".jsonl", ".json")


@dataclass(frozen=True, slots=True)
class VerdictFile:
    """A verdict table that is being written: `put` takes a row of it, `put_batch` a record batch of many.

    A batch has its instants in UTC; texts have them in the zones of its rows (`full_table`).
    """

    put: Callable[[dict[str, Any]], None]
    put_batch: Callable[[Any, Any], None]

    def write(self, verdict: Verdict) -> None:
        """Write one verdict."""
        self.put(verdict_row(verdict))


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
def verdict_file(path: Path) -> Iterator[VerdictFile]:
    """A file that takes verdicts as rows. It appears when the block ends without an error.

    Raises `OutputError`, and `ExtraMissing` for Parquet without pyarrow.
    """
    check_output(path)
    if path.suffix.lower() == ".parquet":
        if find_spec("pyarrow") is None:
            raise ExtraMissing("a Parquet file needs pyarrow: pip install 'servstd[bulk]'")
        from servstd.evaluate.table.parquet import parquet_writer

        with whole_path(path) as part, parquet_writer(part) as (put, put_batch):
            yield VerdictFile(put, put_batch)
        return
    suffix = path.suffix.lower()
    with whole_file(path) as stream, _text_writer(stream, suffix) as put:
        yield VerdictFile(put, lambda batch, zones: _put_lines(stream, suffix, batch, zones))


@contextmanager
def _text_writer(stream: TextIO, suffix: str) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A function that writes one row; what ends the file is written at the end."""
    if suffix == ".csv":
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        yield lambda row: table.writerow({name: _cell(value) for name, value in row.items()})
    elif suffix == ".jsonl":
        yield lambda row: stream.writelines((json.dumps(row, ensure_ascii=False), "\n"))
    else:
        separators = iter(["[\n"])
        yield lambda row: stream.writelines((next(separators, ",\n"), json.dumps(row, ensure_ascii=False)))
        stream.writelines((next(separators, "\n"), "]\n"))


def _put_lines(stream: TextIO, suffix: str, batch: Any, zones: Any) -> None:
    """Many rows at once, as lines of CSV or JSON."""
    from servstd.evaluate.table.text_lines import csv_lines, json_lines

    lines = {".csv": csv_lines, ".jsonl": json_lines}
    stream.flush()
    stream.buffer.write(lines[suffix](batch, zones))


def _cell(value: Any) -> Any:
    """A CSV cell: true and false as JSON writes them, nothing for null, no text that a spreadsheet would work out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe_cell(value)
