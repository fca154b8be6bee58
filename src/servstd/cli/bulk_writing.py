"""What goes wrong with a file or folder that is written, said as a problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servstd.errors import Problem
from servstd.evaluate.whole_file import OutputError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises `OutputError` where the system refuses: no space left, no permission, a folder in the way."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputError(Problem("unwritable-file", f"{str(path)!r} can not be written: {reason}")) from None
