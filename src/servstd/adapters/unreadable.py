"""Files that can not be opened."""

from __future__ import annotations

import os
from pathlib import Path

from servstd.errors import Problem, RecordError
from servstd.spelling import find_nearest


def unreadable(error: OSError, name: str) -> RecordError:
    """The error to raise for a file that can not be opened, with the file beside it that was probably meant."""
    reason = (os.strerror(error.errno) if error.errno else type(error).__name__).lower()
    hint = _file_meant(name) if isinstance(error, FileNotFoundError) else None
    return RecordError([Problem("unreadable-file", f"the file can not be read: {reason}", (), hint, name)])


def _file_meant(name: str) -> str | None:
    path = Path(name)
    try:
        beside = {one.stem: one.name for one in path.parent.iterdir() if one.suffix == path.suffix and one.is_file()}
    except OSError:
        return None
    meant = find_nearest(path.stem, beside)
    return None if meant is None else f"did you mean {str(path.with_name(beside[meant]))!r}?"
