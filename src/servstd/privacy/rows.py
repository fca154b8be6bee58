"""Rows of a log without names: which columns get pseudonyms, which are redacted, and which are left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.privacy.pseudonym import Account, Pseudonymiser
from servstd.privacy.redact import Redactor

# Lists whose parts are looked into.
LISTS = frozenset(("events", "turns", "reviews"))


@dataclass(frozen=True)
class RowRules:
    """What happens to each column.

    `find` gives its fate: `name` gets pseudonyms, `text` is redacted, `keep` stays as it is, the name of a list is
    looked into part by part, and `leave` is left out: what nobody vouched for may say who somebody is. A dotted place
    lies within a list column. `given` are fates that somebody named; they win.
    """

    find: Callable[[str], str]
    given: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def fate(self, place: str) -> str:
        """`name`, `text`, `keep`, `leave`, or one of `LISTS`."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self.given.get(place) or self.find(place)
        return known


class RowWriter:
    """Turns rows into rows without names, and keeps account."""

    def __init__(self, rules: RowRules, pseudonymiser: Pseudonymiser, redactor: Redactor) -> None:
        self.rules, self.pseudonymiser, self.redactor, self.account = rules, pseudonymiser, redactor, Account()
        self._seen: dict[str, set[str]] = {}
        self._own = redactor
        self._known: dict[tuple[str, ...], Redactor] = {}

    def columns(self, names: Iterable[str]) -> list[str]:
        """Of these columns those that stay in some form."""
        return [name for name in names if self.rules.fate(name) != "leave"]

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One row in the same order. Lists that CSV holds as JSON stay JSON; the names that it lists are looked for."""
        self._own = self._redactor_with(row.get("agent_names"))
        return {name: self._value(name, value) for name, value in row.items() if not self._is_left(name)}

    def _redactor_with(self, names: Any) -> Redactor:
        if isinstance(names, str):
            names = [part for part in re.split(r"[,\[\]\"]+", names) if part.strip()]
        if not names or not isinstance(names, list):
            return self.redactor
        key = tuple(name for name in names if isinstance(name, str))
        if key not in self._known:
            self._known[key] = self.redactor.with_names(key)
        return self._known[key]

    def _is_left(self, place: str) -> bool:
        is_left = self.rules.fate(place) == "leave"
        if is_left:
            self.account.left_out[place] = None
        return is_left

    def _value(self, place: str, value: Any) -> Any:
        fate = self.rules.fate(place)
        if fate == "keep":
            self.account.kept[place] = None
        if value is None or value == "" or fate == "keep":
            return value
        if fate in LISTS:
            return self._list(fate, value)
        return self._name(place, value) if fate == "name" else self._text(place, value)

    def _name(self, place: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._name(place, one) for one in value]
        found = self.pseudonymiser.of(value)
        seen = self._seen.setdefault(place, set())
        if found not in seen:
            seen.add(found)
            self.account.pseudonyms[place] += 1
        return found

    def _text(self, place: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text, count = self._own.redact(value)
        self.account.texts[place] += 1
        self.account.redacted[place] += count
        return text

    def _list(self, what: str, value: Any) -> Any:
        if isinstance(value, str):
            try:
                parsed = json.loads(value)
            except (ValueError, RecursionError):
                return ""  # what can not be read can not be vouched for
            return json.dumps(self._list(what, parsed), ensure_ascii=False)
        if not isinstance(value, list):
            return None
        return [self._part(what, part) for part in value if isinstance(part, Mapping)]

    def _part(self, what: str, part: Mapping[str, Any]) -> dict[str, Any]:
        """One event, turn or review: all of it stays, but for names, texts, and mappings that nobody vouched for."""
        found: dict[str, Any] = {}
        for key, value in part.items():
            place = f"{what}.{key}"
            fate = self.rules.fate(place)
            if isinstance(value, Mapping):
                found[key] = self._part(what, value)
            elif fate in ("name", "text"):
                found[key] = self._value(place, value)
            elif fate == "keep":
                found[key] = value
            else:
                self.account.left_out[place] = None
        return found
