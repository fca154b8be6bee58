"""Overlays: how one piece of a catalog is laid over another.

Mappings are merged by key; null takes a key away. A check with a `kind`, a list, a condition (`applies_to`,
`for_each`, `when`, `with`, `where`, and each named exemption) replaces what it is laid over as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.yaml_reader import merge_marks

_WHOLE = frozenset(("applies_to", "for_each", "when", "with", "where"))


def overlay(base: Any, over: Any, key: str = "", parent: str = "") -> Any:
    """The value of `base` with `over` laid over it; both stay as they are."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    if key in _WHOLE or parent == "except" or "kind" in over:
        return over
    merged: dict[str, Any] = dict(base)
    for name, value in over.items():
        if value is None:
            merged.pop(name, None)
        elif name in merged:
            merged[name] = overlay(merged[name], value, name, key)
        else:
            merged[name] = value
    return merge_marks(merged, base, over)
