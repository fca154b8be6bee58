"""What was probably meant where a declared word is written in another shape: each function gives a hint, or None."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from servstd.spelling import find_nearest
from servstd.values import TYPE_NAMES, BadValue, parse_type
from servstd.yaml_reader.one_line import write_hint

_LIST = r"[\w-]+(?:\s*,\s*[\w-]+)+"
_CHOICES = re.compile(rf"(?:(?:one ?of|choices?|enum)\W+)?({_LIST})\)?")
_CHOICE = ("choice", "choices", "enum", "options", "select")
_CHOICE_KEYS = (*_CHOICE, "values", "allowed", "one_of", "one of")
_EXAMPLE = "{type: 'one of gold, basic'}"


def word_meant(given: Any) -> str | None:
    """The keys of a field or an attribute, for its type or its values alone."""
    if isinstance(given, Mapping):
        lists = [given[key] for key in _CHOICE_KEYS if key in given]
        values = _joined(lists[0]) if len(lists) == 1 else None
        others = {key: body for key, body in given.items() if key not in _CHOICE_KEYS}
        return None if values is None else write_hint({**others, "type": f"one of {values}"})
    kind = _type_of(given)
    values = _joined(given)
    if kind is None and values is None:
        return f"write its type, such as {{type: text}} or {_EXAMPLE}"
    return write_hint({"type": kind or f"one of {values}"})


def type_meant(given: Any) -> str | None:
    """A type for its words alone; that the words are missing, for what programs call such a type."""
    if isinstance(given, str) and given.strip().lower() in _CHOICE:
        return "write the words, such as 'one of gold, basic'"
    values = _joined(given)
    return None if values is None else f"write 'one of {values}'"


def event_body_meant(given: Any) -> str | None:
    """What is said of an event, for its description alone and for attributes that stand outside `attributes`."""
    if not isinstance(given, Mapping):
        return brief_meant(given) or "write {} when there is nothing to tell of it"
    words = {key: _word_of(body) for key, body in given.items() if key != "brief"}
    if None in words.values() or not words:
        return None
    told = {"brief": given["brief"]} if "brief" in given else {}
    return write_hint({**told, "attributes": words})


def _word_of(body: Any) -> Any:
    """What is said of an attribute, for its type alone."""
    if isinstance(body, Mapping):
        return body if "type" in body else None
    kind = _type_of(body)
    return None if kind is None else {"type": kind}


def brief_meant(given: Any) -> str | None:
    """A description under its key, for a sentence alone."""
    return write_hint({"brief": given}) if isinstance(given, str) and " " in given.strip() else None


def words_meant(given: Any, path: Sequence[str | int]) -> str | None:
    """Attributes for a list of their names; of a scale that it takes answers with outcomes."""
    if path[0] == "scales":
        return "write each answer with its outcome, such as {good: pass, bad: fail}"
    is_list = isinstance(given, (list, tuple)) and all(isinstance(word, str) for word in given)
    return write_hint({word: {"type": "text"} for word in given}) if is_list and given else None


def _type_of(text: Any) -> str | None:
    """The type that a text names, also by another word for it."""
    if not isinstance(text, str):
        return None
    try:
        return parse_type(text).text
    except BadValue:
        return find_nearest(text, [name for name in TYPE_NAMES if not name.startswith("one of")])


def _joined(values: Any) -> str | None:
    """`gold, basic` for a list of words, or for a text that is one."""
    if isinstance(values, (list, tuple)):
        return ", ".join(map(str, values)) or None
    match = _CHOICES.fullmatch(values.strip()) if isinstance(values, str) else None
    return match[1] if match else None
