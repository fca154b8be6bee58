"""Overlays: how one piece of a catalog is laid over another.

Mappings are merged by key; null takes a key away. A check with a `kind`, a list, a condition (`applies_to`,
`for_each`, `when`, `with`, `where`, and each named exemption) replaces what it is laid over as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.yaml_reader import MarkedDict, MarkedList, merge_marks

WHOLE = frozenset(("applies_to", "for_each", "when", "with", "where"))


def overlay(base: Any, over: Any, key: str = "", parent: str = "") -> Any:
    """The value of `base` with `over` laid over it; both stay as they are."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    if key in WHOLE or parent == "except" or "kind" in over:
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


def difference(base: Any, final: Any, key: str = "", parent: str = "") -> Any:
    """What has to be laid over `base` to give `final`, the mirror of `overlay`: null for a key that is gone."""
    if not isinstance(base, Mapping) or not isinstance(final, Mapping) or key in WHOLE or parent == "except":
        return final
    over: dict[str, Any] = dict.fromkeys(name for name in base if name not in final)
    for name, value in final.items():
        if name not in base:
            over[name] = value
        elif base[name] != value:
            over[name] = difference(base[name], value, name, key)
    return final if "kind" in over else over


def put(tree: MarkedDict, key: str, source: Mapping[str, Any]) -> None:
    """Take a key over from another mapping, with its place."""
    tree[key] = source[key]
    if isinstance(source, MarkedDict) and key in source.marks:
        tree.marks[key] = source.marks[key]


def joined(first: Any, second: Any) -> MarkedList:
    """Two lists one after the other, each item with its place."""
    marks = [*getattr(first, "marks", []), *getattr(second, "marks", [])]
    items = [*(first or ()), *(second or ())]
    return MarkedList(items, marks if len(marks) == len(items) else [])
