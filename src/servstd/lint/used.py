"""The words that a catalog uses, wherever they stand in what decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servstd.catalog import Catalog

# Not what a rule decides by: a word that stands only here is not used.
_TEXTS = frozenset(("title", "statement", "why", "source", "owner", "question", "objective", "tests", "silence"))


def words_used(catalog: Catalog) -> frozenset[str]:
    """Every word in what rules decide by, in all their readings and versions, and in other conditions."""
    decided = ({key: part for key, part in rule.spec.items() if key not in _TEXTS} for rule in catalog.rules.values())
    return words_in([*decided, catalog.tree.get("calendar_for"), catalog.tree.get("waivers")])


def words_in(value: Any) -> frozenset[str]:
    """Every text and key of a tree, and the parts of `promise.due_at`."""
    found: set[str] = set()
    _collect(value, found)
    return frozenset(found)


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        found.update((value, *value.split(".")))
        return
    inside: Iterable[Any] = value if isinstance(value, (list, tuple)) else ()
    if isinstance(value, Mapping):
        found.update(map(str, value))
        inside = value.values()
    for part in inside:
        _collect(part, found)
