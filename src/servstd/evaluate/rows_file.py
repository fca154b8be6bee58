"""The full verdict table as a file: CSV, JSON Lines or JSON, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from servstd.errors import Problem, ServstdError
from servstd.evaluate.rows import COLUMNS, verdict_row
from servstd.evaluate.verdict import Verdict

SUFFIXES = (".csv", ".jsonl", ".json")

Write = Callable[[Verdict], None]


class OutputError(ServstdError, ValueError):
    """A file that can not be written. `.problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.render())
        self.problem = problem


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

    What is at `path` stays untouched until then, and for good when the block fails. Raises `OutputError`.
    """
    check_output(path)
    target = Path(os.path.realpath(path))  # a link stays a link
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("x", encoding="utf-8", newline="") as stream:
                yield from _writer(stream, target.suffix.lower())
            os.replace(part, target)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise OutputError(Problem("unwritable-file", f"{str(path)!r} can not be written: {reason}")) from None
    finally:
        part.unlink(missing_ok=True)


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
