"""What was probably meant where a part of a rule is written in another shape: each function gives a hint."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from servstd.terms.context import Reading
from servstd.terms.meant import fields_with, listed
from servstd.terms.read import condition_words
from servstd.yaml_reader.one_line import REST, on_one_line, write_hint

WORD = re.compile(r"[a-z][a-z0-9_]*")
_NOT_IN_IDS = re.compile(r"[^a-z0-9_.]+")
_PARTED = re.compile(r"(\w+)[-/:](\w+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def rule_id_meant(rule_id: object, taken: Collection[str]) -> str | None:
    """An id in small letters, with a family before it; none that is taken."""
    parted = _PARTED.fullmatch(str(rule_id))
    words = _NOT_IN_IDS.sub("_", (".".join(parted.groups()) if parted else str(rule_id)).strip().lower()).strip("_.")
    if not all(map(WORD.fullmatch, words.split("."))):
        return None
    if "." not in words:
        return f"put a family before it, such as mail.{words}"
    return None if words in taken else f"did you mean {words!r}?"


def rule_meant(given: Any) -> str:
    """The content of a rule, for its title alone."""
    title = given if isinstance(given, str) else REST
    return write_hint({"title": title, "check": {"kind": REST}}) or "write {title: ..., check: {kind: ...}}"


def unnamed_conditions(spec: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """What is written as a condition where an exemption should have a name."""
    words = condition_words(reading)
    return {
        name: body
        for name, body in spec.items()
        if name in words and body is not None and not isinstance(body, Mapping)
    }


def naming(unnamed: Mapping[str, Any]) -> str:
    """A condition under a name, where exemptions take names: its value, when that is one word."""
    return f"give the exemption a name: {_named(unnamed)}" if on_one_line(unnamed) else "give the exemption a name"


def _named(condition: Mapping[str, Any]) -> str | None:
    values = [value for value in condition.values() if isinstance(value, str) and WORD.fullmatch(value)]
    return on_one_line({values[0] if len(values) == len(condition) == 1 else "NAME": condition})


def exemptions_meant(given: Any, reading: Reading) -> str:
    """Exemptions with their names, for a list of conditions and for the value of a field."""
    items = given if isinstance(given, (list, tuple)) else [given]
    words = condition_words(reading)
    if items and all(_is_named(item, words) for item in items):
        return write_hint({name: item[name] for item in items for name in item}) or "write the names without the list"
    first = items[0] if items else None
    fields = fields_with([first], reading.context.vocabulary.fields) if isinstance(first, str) else []
    condition = {fields[0]: first} if len(fields) == 1 else first
    example = _named(condition) if isinstance(condition, Mapping) and condition else None
    return f"write a name before each condition, such as {example or '{outbound: {direction: outbound}}'}"


def _is_named(item: Any, words: Collection[str]) -> bool:
    """True for conditions under names, none of which is the word of a condition."""
    if not isinstance(item, Mapping) or not item:
        return False
    return all(isinstance(body, Mapping) and name not in words for name, body in item.items())


def lean_meant(given: Any) -> str:
    """A condition under the outcome that is given alone."""
    outcome = "pass" if given in ("pass", ["pass"]) else "fail"
    return f"write the condition after it, such as {{{outcome}: {{urgent: true}}}}"


def calendar_meant(given: Any) -> str | None:
    """A calendar by its name alone."""
    return write_hint({"use": given}) if isinstance(given, str) else None


def source_meant(given: Any) -> str | None:
    """Where a rule comes from, by its text alone."""
    text = given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given
    return write_hint({"document": text}) if isinstance(text, str) else None


def readings_meant(given: Any) -> str:
    """Readings, for their names alone."""
    first = given[0] if isinstance(given, (list, tuple)) and given else given
    name = first if isinstance(first, str) and WORD.fullmatch(first) else "NAME"
    return f"write what each changes after its name, such as {{{name}: {{check: {{within: 2 business days}}}}}}"


def versions_meant(given: Any) -> str:
    """Versions for one that stands outside a list, and for dates with what changes from them on."""
    if isinstance(given, Mapping) and given and all(_DATE.fullmatch(str(key)) for key in given):
        bodies = [{"from": day, **(body if isinstance(body, Mapping) else {})} for day, body in given.items()]
        return write_hint(bodies) or "write each date under from: [{from: ...}]"
    day = given if isinstance(given, str) and _DATE.fullmatch(given) else "2027-01-01"
    return listed(given) or f"write a list, such as [{{from: {day}, check: {{within: 2 business days}}}}]"


def listed_tests_meant(given: Any, rule: str = "") -> str:
    """Tests for one that stands outside a list, and for tests under their names; `rule` begins each test."""
    if isinstance(given, Mapping) and given and all(map(_expects, given.values())):
        named = [{"name": name, **body} for name, body in given.items()]
        return write_hint(named) or "write a list, each name under name: [{name: ..., given: {...}, expect: ...}]"
    return listed(given) or f"write a list, such as [{{{rule}given: {{channel: email}}, expect: pass}}]"


def _expects(body: Any) -> bool:
    return isinstance(body, Mapping) and "expect" in body
