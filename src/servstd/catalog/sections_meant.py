"""What was probably meant where a section of a catalog is written in another shape: each function gives a hint."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from servstd.catalog.rules_meant import WORD, listed_tests_meant
from servstd.terms.meant import listed, row_of, texts_of
from servstd.yaml_reader.one_line import REST, on_one_line, write_hint

_INSIDE = ("id", "name", "rule", "title")  # keys that stand inside an item, not before it
_CALENDAR = "{time_zone: Europe/London, hours: {mon-fri: 09:00-17:00}}"


def section_meant(key: str, given: Any, is_list: bool = False) -> str | None:
    """The hint for what stands under a top-level key; `is_list` says that the section takes a list."""
    if not is_list and (name := _name_after_a_dash(given)) is not None:
        return f"take the dashes away, so that each name stands under {key!r} itself: {{{name}: ...}}"
    known = _MEANT.get(key)
    return None if known is None else known(given)


def _name_after_a_dash(given: Any) -> str | None:
    """The first name of a list whose items are a name with its content, each behind a dash."""
    if not isinstance(given, (list, tuple)) or not all(isinstance(item, Mapping) and len(item) == 1 for item in given):
        return None
    names = [str(name) for item in given for name in item]
    return names[0] if names and len(set(names)) == len(names) and names[0] not in _INSIDE else None


def agents_meant(given: Mapping[str, Any]) -> str | None:
    """Names that stand outside both keys of `names`: they may be those of agents."""
    if "organisation" in given or "agents" in given:
        return None
    names = {key: texts_of(value) for key, value in given.items()}
    agents = on_one_line({"agents": names}) if names and all(names.values()) else None
    return None if agents is None else f"when these are agents, write {agents}"


def waiver_meant(given: Any, rules: Collection[str]) -> str | None:
    """A waiver, for the id of its rule alone and for an id with the reason."""
    [rule, reason] = next(iter(given.items())) if isinstance(given, Mapping) and len(given) == 1 else (given, REST)
    is_known = isinstance(rule, str) and rule in rules and isinstance(reason, str)
    return write_hint({"rule": rule, "reason": reason}) if is_known else None


def _id(given: Any) -> str:
    """The first of the texts that is an id of a rule, else one as it may be."""
    return next((text for text in texts_of(given) if "." in text and " " not in text), "mail.answer")


def _each(example: str, body: Any = None) -> Callable[[Any], str]:
    """Names with content, for a list of names; else the example."""

    def meant(given: Any) -> str:
        names = texts_of(given) if isinstance(given, (list, tuple)) and body is not None else []
        hint = write_hint(dict.fromkeys(names, body)) if names and all(map(WORD.fullmatch, names)) else None
        return hint or f"write each name with its content, such as {example}"

    return meant


def _rules(given: Any) -> str:
    first = given[0] if isinstance(given, (list, tuple)) and given else None
    ids = [first[key] for key in ("id", "rule", "name") if key in first] if isinstance(first, Mapping) else []
    return f"write each id before its content: {{{_id(ids or given)}: {{title: ..., check: ...}}}}"


def _override(given: Any) -> str:
    return f"write what changes after each id, such as {{{_id(given)}: {{severity: major}}}}"


def _disable(given: Any) -> str:
    return f"write the reason after each id: {{{_id(given)}: why it is switched off}}"


def _use_reading(given: Any) -> str:
    return f"write the name of a reading after each id, such as {{{_id(given)}: elapsed}}"


def _calendars(given: Any) -> str:
    name = next(iter(texts_of(given)), "office")
    return f"write each calendar under its name, such as {{{name}: {_CALENDAR}}}"


def _names(given: Any) -> str:
    names = texts_of(given)
    hint = write_hint({"organisation": names}) if names else None
    example = "{organisation: [Tarnbrook], agents: {a7: [Sam]}}"
    return f"{hint}; names of agents go under agents" if hint else f"write names such as {example}"


def _about(given: Any) -> str | None:
    return write_hint({"name": given}) if isinstance(given, str) else None


def _profiles(given: Any) -> str | None:
    names = texts_of(given)
    return f"to use them, write use_profiles: {on_one_line(names)}" if names else None


def _use_profiles(given: Any) -> str | None:
    names = list(given) if isinstance(given, Mapping) else texts_of(given)
    return write_hint(names) if names else None


def _calendar_for(given: Any) -> str:
    example = "write rows, such as [{when: {team: care}, use: office}]"
    if not isinstance(given, Mapping) or "use" not in given:
        return example
    return listed(row_of(given) or given) or example


def _waivers(given: Any) -> str:
    example = f"write a list, such as [{{rule: {_id(given)}, reason: the mail server was down}}]"
    if isinstance(given, Mapping) and given and all("." in str(key) for key in given):  # ids of rules
        bodies = {key: body if isinstance(body, Mapping) else {"reason": body} for key, body in given.items()}
        return write_hint([{"rule": key, **body} for key, body in bodies.items()]) or example
    return (listed(given) if isinstance(given, Mapping) and "rule" in given else None) or example


def _single(given: Any) -> str | None:
    """The only text of a list or of a mapping."""
    held = texts_of(list(given.values()) if isinstance(given, Mapping) else given)
    return write_hint(held[0]) if len(held) == 1 else None


def _tests(given: Any) -> str:
    return listed_tests_meant(given, "rule: mail.answer, ")


_MEANT: dict[str, Callable[[Any], str | None]] = {
    "extends": _single,
    "default_calendar": _single,
    "catalog": _about,
    "rules": _rules,
    "override": _override,
    "disable": _disable,
    "use_reading": _use_reading,
    "defaults": _each("{audience: external}", REST),
    "calendars": _calendars,
    "names": _names,
    "profiles": _profiles,
    "fixtures": _each("{mail: {channel: email}}"),
    "fields": _each("{tier: {type: text}}", {"type": "text"}),
    "events": _each("{paid: {brief: a bill is paid}}", {}),
    "record_kinds": _each("{visit: {begins: [received], ends: [closed]}}"),
    "scales": _each("{stars: {good: pass, bad: fail}}"),
    "cues": _each("{greeting: {any: [hello]}}"),
    "calendar_for": _calendar_for,
    "waivers": _waivers,
    "use_profiles": _use_profiles,
    "tests": _tests,
}
