"""Plain scalars by the YAML 1.2 core schema, with fewer surprises.

`true` and `false`, `null`, `~` and nothing, whole numbers (also `0x1f`, `0o17`) and decimal fractions are read.
All else stays text: `yes`, `no`, `on`, `off`, dates, `1:30`, and numbers with a leading zero such as `012`, which
the core schema would read as 12. So do `.inf` and `.nan`: no number in a catalog can mean them.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

# What no scalar but text can begin with is read without a second look.
MAY_BE_MORE = frozenset("tTfFnN~+-.0123456789")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST = 300  # digits; a longer run is no number that anyone means, and Python refuses to read it


def read_scalar(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text
