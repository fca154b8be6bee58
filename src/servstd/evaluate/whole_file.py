"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from servstd.errors import Problem, ServstdError


class OutputError(ServstdError, ValueError):
    """A file that can not be written. `.problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.render())
        self.problem = problem


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A text stream (UTF-8, line ends as written) whose file appears when the block ends without an error.

    What is at `path` stays untouched until then, and for good when the block fails. Raises `OutputError`.
    """
    with (
        whole_path(path) as part,
        part.open("x", encoding="utf-8", errors="backslashreplace", newline="") as stream,
    ):
        yield stream


@contextmanager
def whole_path(path: Path) -> Iterator[Path]:
    """Another path beside it to write to; the file there takes its place when the block ends without an error."""
    target = Path(os.path.realpath(path))  # a link stays a link
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            yield part
            os.replace(part, target)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise OutputError(Problem("unwritable-file", f"{str(path)!r} can not be written: {reason}")) from None
    finally:
        part.unlink(missing_ok=True)
