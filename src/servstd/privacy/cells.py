"""Cells of tables that spreadsheets open: a text from a log must not become a formula.

A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe before it, which spreadsheets
take for "this is text" (OWASP, CSV injection); numbers stay as they are. `plain_cell` takes it away again.
"""

from __future__ import annotations

import re
from typing import Any

_MARKS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")


def safe_cell(value: Any) -> Any:
    """The value as a cell may hold it."""
    if not isinstance(value, str) or not value.startswith(_MARKS) or _NUMBER.match(value):
        return value
    return f"'{value}"


def plain_cell(value: Any) -> Any:
    """The value that `safe_cell` was given."""
    if isinstance(value, str) and value[:1] == "'" and safe_cell(value[1:]) == value:
        return value[1:]
    return value
