"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from servstd.errors import Problem
from servstd.evaluate.rows_file import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Put the content there at once: what was at `path` stays until all is written. Raises `OutputError`."""
    target = Path(os.path.realpath(path))  # a link stays a link
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as stream:
            stream.write(content)
        os.replace(part, target)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputError(Problem("unwritable-file", f"{str(path)!r} can not be written: {reason}")) from None
    finally:
        part.unlink(missing_ok=True)
