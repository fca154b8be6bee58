"""Texts as YAML scalars."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/+-]*(?: [A-Za-z0-9][A-Za-z0-9_/+-]*)*")
# What an older reader of YAML takes for something else than text: the country code of Norway is one of them.
_NOT_TEXT = frozenset("yes no on off true false null y n".split())


def quoted(text: str) -> str:
    """A text as a scalar that every reader of YAML takes for text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)
