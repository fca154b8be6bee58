"""JSON texts as Python values that every other format can hold."""

from __future__ import annotations

import json
import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str) -> Any:
    """The value of a JSON text; half of a character, as a cut-off emoji is, becomes U+FFFD. Raises as `json.loads`."""
    value = json.loads(text)
    return _whole(value) if "\\u" in text and _ESCAPED.search(text) else value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    return value
