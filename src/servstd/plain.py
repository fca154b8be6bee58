"""Values as programs and files give them: whether one is missing, whether it is a single one, and its text."""

from __future__ import annotations

import json
from typing import Any


def is_missing(value: Any) -> bool:
    """Nothing, an empty text, and what is not equal to itself: NaN, and NaT and NA of pandas."""
    if value is None or isinstance(value, str):
        return not value
    differs = value != value
    try:
        return bool(differs)
    except (TypeError, ValueError):  # neither NA nor an array has a truth; NA, compared with anything, gives NA
        return differs is value


def is_single(value: object) -> bool:
    """Whether conditions and groups can look a value up: not so a list, a mapping, a set or an array."""
    return type(value).__hash__ is not None and not isinstance(value, (tuple, frozenset))


def as_text(value: Any) -> str:
    """A value as mappings and groups name it: JSON's `true`, `5` and `null` are written so, text is text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
