"""What decides the verdicts of a catalog, as plain values, and fingerprints of it.

A fingerprint is the SHA-256 of the canonical JSON. Tests, unused readings, profiles (what they switch is in the rules
already) and silenced findings decide nothing and are left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from servstd.catalog.silence import SILENCE, without_silence

if TYPE_CHECKING:
    from servstd.catalog.catalog import Catalog

_NOT_OF_A_RULE = ("tests", "readings", SILENCE)
_NOT_OF_A_CATALOG = ("fixtures", "profiles", "tests", "use_profiles")
WORD_SECTIONS = ("cues", "events", "fields", "record_kinds", "replies", "scales")
_TELLS = frozenset(("brief", "example", "examples"))
_OF_RULES = ("disable", "readings", "rules", "use_reading")


def content_of(catalog: Catalog) -> dict[str, Any]:
    """The resolved content by section, without those that are empty."""
    tree = catalog.tree
    content = {key: value for key, value in tree.items() if key not in _NOT_OF_A_CATALOG}
    content["rules"] = {
        rule_id: {key: value for key, value in body.items() if key not in _NOT_OF_A_RULE}
        for rule_id, body in (tree.get("rules") or {}).items()
    }
    content["catalog"] = without_silence(content.get("catalog") or {})
    content["calendars"] = {name: without_silence(spec) for name, spec in (tree.get("calendars") or {}).items()}
    content["readings"] = _given({rule_id: _reading(catalog, rule_id) for rule_id in catalog.rules})
    return {key: value for key, value in content.items() if value}


def _reading(catalog: Catalog, rule_id: str) -> list[Any] | None:
    """The name of the reading in use and what it lays over the rule."""
    rule = catalog.rules[rule_id]
    return None if not rule.reading else [rule.reading, (rule.spec.get("readings") or {}).get(rule.reading)]


def _given(pairs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in pairs.items() if value is not None}


def digest_of(content: Any) -> str:
    """SHA-256 of the canonical JSON of plain values, as 64 hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digests_of(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Fingerprints of each rule and each calendar, and of every other section under `sections`."""
    content = content_of(catalog)
    of_rules = {key: content.get(key) or {} for key in _OF_RULES}
    rules = {
        rule_id: digest_of([body, *(of_rules[key].get(rule_id) for key in ("disable", "readings", "use_reading"))])
        for rule_id, body in of_rules["rules"].items()
    }
    calendars = {name: digest_of(spec) for name, spec in (content.get("calendars") or {}).items()}
    others = {key: digest_of(value) for key, value in content.items() if key not in (*_OF_RULES, "calendars")}
    return {"rules": rules, "calendars": calendars, "sections": dict(sorted(others.items()))}


def words_of(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """The declared words by section with what they mean to a verdict; attributes of events as `event.attribute`."""
    found: dict[str, dict[str, Any]] = {}
    for section in WORD_SECTIONS:
        words = found[section] = {}
        for name, spec in (catalog.tree.get(section) or {}).items():
            if not isinstance(spec, Mapping):
                continue  # the brief of the section
            inner = spec.get("attributes") if section == "events" else None
            words[name] = {key: value for key, value in spec.items() if key not in _TELLS and value is not inner}
            for attribute, about in (inner or {}).items():
                words[f"{name}.{attribute}"] = {key: value for key, value in about.items() if key not in _TELLS}
    return found


def digest_of_words(words: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """A fingerprint of some words; None when one of them is gone."""
    chosen = {name: words.get(name) for name in names}
    return None if None in chosen.values() else digest_of(chosen)
