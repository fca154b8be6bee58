"""Rows of a log without names: which columns get pseudonyms, which are redacted, and which are left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from servstd.privacy.pseudonym import Account, Pseudonymiser
from servstd.privacy.redact import Redactor, is_name

# Lists whose parts are looked into, and the one mapping within a part that is looked into too.
LISTS = frozenset(("events", "turns", "reviews"))
_NESTED = "events.attributes"
DROPPED = "[dropped]"


def _anything(value: Any) -> bool:
    return True


@dataclass(frozen=True)
class Fate:
    """What happens to the values of a place.

    `what`: `name` gets pseudonyms, `text` is redacted, `keep` stays, the name of a list is looked into part by part,
    `listed` holds names: it is left out and they are looked for; `leave` is left out, for what nobody vouched for may
    say who somebody is. `takes` tells the values that say nothing of anybody and stay as they are (None: none). Any
    other value of a place to keep is dropped, unless it is a text that `is_free` lets stay: one with nothing to redact.
    """

    what: str
    takes: Callable[[Any], bool] | None = None
    is_free: bool = False


LEAVE = Fate("leave")


@dataclass(frozen=True)
class RowRules:
    """What happens to each column. A dotted place lies within a list column.

    `find` gives the fate by what is declared. `given` are fates that somebody named; they win, and what they keep
    stays whatever it is. `is_missing` tells the values that stand for nothing in this log. `case` is the column by
    which several rows are one record: a name in one of them is looked for in all.
    """

    find: Callable[[str], Fate]
    given: Mapping[str, str] = field(default_factory=dict)
    is_missing: Callable[[Any], bool] = lambda value: value is None or value == ""
    case: str | None = None
    _known: dict[str, Fate] = field(default_factory=dict, repr=False)

    def fate(self, place: str) -> Fate:
        """What happens to the values there."""
        known = self._known.get(place)
        if known is None:
            given = self.given.get(place)
            known = self.find(place) if given is None else Fate(given, _anything if given == "keep" else None)
            self._known[place] = known
        return known

    def is_listed(self, place: str) -> bool:
        """Whether it holds names to look for, whatever somebody wants done with the place itself."""
        fate = self.find(place) if place in self.given else self.fate(place)
        return fate.what == "listed"

    def not_there(self) -> list[str]:
        """What somebody named and no row had."""
        return [place for place in self.given if place not in self._known]


class RowWriter:
    """Turns rows into rows without names, and keeps account."""

    def __init__(self, rules: RowRules, pseudonymiser: Pseudonymiser, redactor: Redactor) -> None:
        self.rules, self.pseudonymiser, self.redactor, self.account = rules, pseudonymiser, redactor, Account()
        self._seen: dict[str, set[str]] = {}
        self._own = redactor
        self._of_case: dict[Any, set[str]] = {}
        self._last: tuple[Any, Redactor] | None = None

    def columns(self, names: Iterable[str]) -> list[str]:
        """Of these columns those that stay in some form."""
        return [name for name in names if self.rules.fate(name).what not in ("leave", "listed")]

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One row in the same order. Lists that CSV holds as JSON stay JSON; the names in the row are looked for."""
        read = {name: self._read(name, value) for name, value in row.items()}
        self._own = self._redactor_of(read)
        return {name: self._column(name, value, read[name]) for name, value in row.items() if not self._is_left(name)}

    def gather(self, row: Mapping[str, Any]) -> None:
        """Remember the names in one row of a case, before any row of it is written."""
        read = {name: self._read(name, value) for name, value in row.items()}
        self._of_case.setdefault(self._case(read), set()).update(self._looked_for(read))

    def _redactor_of(self, read: Mapping[str, Any]) -> Redactor:
        """One that looks for the names of a row, or of all rows of its case; that of the last case is kept."""
        case = self._case(read)
        if case is None or case not in self._of_case:
            return self.redactor.with_names(self._looked_for(read))
        if self._last is None or self._last[0] != case:
            self._last = (case, self.redactor.with_names(sorted(self._of_case[case])))
        return self._last[1]

    def _case(self, read: Mapping[str, Any]) -> Any:
        """What the rows of one case have in common; None for a row without it, which is alone."""
        value = None if self.rules.case is None else read.get(self.rules.case)
        return None if self.rules.is_missing(value) or isinstance(value, (list, Mapping)) else str(value).strip()

    def _looked_for(self, read: Mapping[str, Any]) -> list[str]:
        return [name for name in self._names("", read) if is_name(name)]

    def _read(self, place: str, value: Any) -> Any:
        """A list that stands as JSON in a cell; None when it can not be read, and so not be vouched for."""
        if self.rules.fate(place).what not in LISTS or not isinstance(value, str) or self.rules.is_missing(value):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None

    def _names(self, what: str, row: Mapping[str, Any], is_nested: bool = False) -> Iterator[Any]:
        """The values of a row, or of a part of it, that say who somebody is."""
        for key, value in row.items():
            place = f"{what}.{key}" if what else key
            fate = self.rules.fate(place)
            if not what and self.rules.is_missing(value):
                continue
            if self.rules.is_listed(place):
                yield from _listed(value)
            elif fate.what == "name" and not self._stays(fate, value):
                yield from value if isinstance(value, list) else (value,)
            elif place == _NESTED and not is_nested:
                yield from self._names("events", _mapping(value) or {}, is_nested=True)
            elif not what and fate.what in LISTS and isinstance(value, list):
                for part in value:
                    yield from self._names(fate.what, part if isinstance(part, Mapping) else {})

    def _is_left(self, place: str) -> bool:
        is_left = self.rules.fate(place).what in ("leave", "listed")
        if is_left:
            self.account.left_out[place] = None
        return is_left

    def _column(self, place: str, value: Any, read: Any) -> Any:
        fate = self.rules.fate(place)
        if self.rules.is_missing(value):
            return value
        if fate.what not in LISTS:
            return self._value(place, value)
        if not isinstance(read, list):
            return self._dropped(place)
        parts = [self._part(fate.what, one) for one in read]
        return json.dumps(parts, ensure_ascii=False) if isinstance(value, str) else parts

    def _part(self, what: str, part: Any, is_nested: bool = False) -> dict[str, Any] | str:
        """One event, turn or review, or the attributes of an event."""
        if not isinstance(part, Mapping):
            return self._dropped(what)
        found: dict[str, Any] = {}
        for key, value in part.items():
            place = f"{what}.{key}"
            if place == _NESTED and place not in self.rules.given:
                inner = None if is_nested else _mapping(value)
                found[key] = self._dropped(place) if inner is None else self._part(what, inner, is_nested=True)
            elif not self._is_left(place):
                found[key] = self._value(place, value)
        return found

    def _value(self, place: str, value: Any) -> Any:
        fate = self.rules.fate(place)
        if value is None or value == "":
            return value
        if self._stays(fate, value):
            self.account.kept[place] = None
            return value
        if fate.what == "keep" or isinstance(value, (Mapping, tuple)):
            return self._dropped(place)
        if isinstance(value, list):
            return [
                self._dropped(place) if isinstance(one, (list, tuple, Mapping)) else self._value(place, one)
                for one in value
            ]
        return self._name(place, value) if fate.what == "name" else self._text(place, value)

    def _stays(self, fate: Fate, value: Any) -> bool:
        if fate.takes is not None and fate.takes(value):
            return True
        return fate.is_free and isinstance(value, (str, int, float)) and not self._own.redact(str(value))[1]

    def _dropped(self, place: str) -> str:
        """What stands for a dropped value: no type takes it, so that what could not be read still can not."""
        self.account.dropped[place] += 1
        return DROPPED

    def _name(self, place: str, value: Any) -> str:
        found = self.pseudonymiser.of(value)
        seen = self._seen.setdefault(place, set())
        if found not in seen:
            seen.add(found)
            self.account.pseudonyms[place] += 1
        return found

    def _text(self, place: str, value: Any) -> Any:
        if isinstance(value, (bool, date)):
            return self._dropped(place)
        text, count = self._own.redact(str(value))
        self.account.texts[place] += 1
        self.account.redacted[place] += count
        return text if count else value


def _mapping(value: Any) -> Mapping[str, Any] | None:
    """A mapping, also as Arrow gives one: pairs of key and value."""
    is_pairs = isinstance(value, list) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value)
    return dict(value) if is_pairs else value if isinstance(value, Mapping) else None


def _listed(value: Any) -> list[Any]:
    """A list of names: as it is, as JSON, or with commas between."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = [part.strip(" []\"'") for part in value.split(",")]
    return value if isinstance(value, list) else [value]
