"""A catalog with everything it extends as one tree that stands alone and decides the same."""

from __future__ import annotations

from typing import Any

from servstd.catalog.catalog import Catalog
from servstd.catalog.merge import difference
from servstd.catalog.source import VOCABULARY_KEYS, read_source, shipped_folder

_HEAD = ("catalog", "default_calendar", "calendar_for", "calendars", "names", "defaults")
_CHANGED = ("cues", "replies")
_TAIL = ("waivers", "use_reading", "disable", "rules")
_WORD_FILES = ("vocabulary.yaml", "cues.yaml")


def flatten(catalog: Catalog) -> dict[str, Any]:
    """The resolved sections, in an order that reads well; loaded, they have the digest of the catalog.

    Left out: tests and fixtures, which belong to the catalogs that wrote them, profiles, whose effect is in the rules,
    and the shipped words and cues, which every catalog has.
    """
    tree, shipped = catalog.tree, _shipped_words()
    flat: dict[str, Any] = {key: tree.get(key) for key in _HEAD}
    for key in VOCABULARY_KEYS:
        known = shipped.get(key) or {}
        flat[key] = {name: word for name, word in (tree.get(key) or {}).items() if name not in known}
    for key in _CHANGED:
        flat[key] = difference(shipped.get(key) or {}, tree.get(key) or {})
    flat |= {key: tree.get(key) for key in _TAIL}
    flat["rules"] = {
        rule_id: {key: value for key, value in rule.items() if key != "tests"}
        for rule_id, rule in (tree.get("rules") or {}).items()
    }
    return {key: value for key, value in flat.items() if value}


def _shipped_words() -> dict[str, Any]:
    words: dict[str, Any] = {}
    for file in _WORD_FILES:
        words |= read_source(shipped_folder() / file).tree
    return words
