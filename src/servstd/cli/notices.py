"""What the library warns of, as plain lines on standard error, each said once."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import TextIO


def show_notices() -> None:
    """Take over the warnings of Python and the log of servstd."""
    warnings.showwarning = _show_warning
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Once())
    logging.getLogger("servstd").addHandler(handler)


class _Once(logging.Filter):
    """Lets a message through the first time: a rule that fails may fail on every record, and names each."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        text = getattr(record, "once", None) or record.getMessage()
        is_new = text not in self.seen
        self.seen.add(text)
        return is_new


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    sys.stderr.write(f"warning: {message}\n")
