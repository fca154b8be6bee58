"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import sys
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
    remove_left_over(target)
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


def remove_left_over(target: Path) -> None:
    """Remove what killed processes left beside a file: parts whose process is gone."""
    name = re.compile(rf"\.{re.escape(target.name)}\.(\d+)\.parts?")
    try:
        beside = [path for path in target.parent.iterdir() if path.name.startswith(f".{target.name}.")]
    except OSError:
        return
    for path in beside:
        match = name.fullmatch(path.name)
        if match and not is_running(int(match[1])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def is_running(process: int) -> bool:
    """Whether there is a process of that number; on Windows nobody can ask without harm, so that the answer is yes."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
