"""Reading cue families from a catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from servstd.cues.family import CueFamily, Role
from servstd.cues.needs import CueIndex
from servstd.cues.phrase import PhraseError, parse_phrase
from servstd.errors import Problem
from servstd.spelling import nearest, read_keys, shown
from servstd.yaml_reader.one_line import write_hint

Path = tuple[str | int, ...]

MAX_FAMILY_POSITIONS = 4000
_ROLES: tuple[Role, ...] = ("any", "not", "no_means_yes")
_KEYS = (*_ROLES, "brief", "by", "includes", "language", "script", "policy")


def parse_cues(spec: Mapping[str, Any], path: Path = ("cues",)) -> tuple[dict[str, CueFamily], list[Problem]]:
    """Read every cue family. A family with a problem is left out; its problems say why."""
    problems: list[Problem] = []
    families: dict[str, CueFamily] = {}
    includes: dict[str, list[str]] = {}
    for name, body in spec.items():
        found: list[Problem] = []
        family = _parse_family(str(name), body, (*path, name), found)
        if family is not None and not found:
            families[family.name] = family
            includes[family.name] = list(body.get("includes", ()))
        problems += found
    joined = {name: _join(name, families, includes, spec, path, problems) for name in families}
    usable = {name: family for name, family in joined.items() if family is not None}
    index = CueIndex(text for family in usable.values() for _, text in family.phrases)
    return {name: replace(family, index=index) for name, family in usable.items()}, problems


def _parse_family(name: str, body: object, path: Path, problems: list[Problem]) -> CueFamily | None:
    if not isinstance(body, Mapping):
        hint = write_hint({"any": [body] if isinstance(body, str) else body}) if _is_said(body) else None
        problems.append(Problem("wrong-type", f"a cue family is a mapping with 'any', got {_kind(body)}", path, hint))
        return None
    body, unknown = read_keys(body, _KEYS, path)
    problems += unknown
    phrases: list[tuple[Role, str]] = []
    for role in _ROLES:
        phrases += [(role, text) for text in parse_phrases(body.get(role, ()), (*path, role), problems)]
    parse_texts(body.get("includes", ()), (*path, "includes"), problems)
    script = _choice(body, "script", (False, True), path, problems)
    if not script and not body.get("includes") and not any(role != "not" for role, _ in phrases) and not problems:
        hint = "give phrases under 'any', or set 'script: true' when each organisation brings its own"
        problems.append(Problem("cue-empty", f"'{name}' has no phrase that could hit", path, hint))
    return CueFamily(
        name=name,
        brief=str(body.get("brief", "")),
        by=str(_choice(body, "by", ("agent", "customer"), path, problems)),
        phrases=tuple(phrases),
        language=str(body.get("language", "en")),
        script=bool(script),
        policy=_choice(body, "policy", (None, "lean_only"), path, problems),
    )


def _is_said(body: object) -> bool:
    """True for a phrase, or for a list of nothing but phrases."""
    return isinstance(body, str) or (
        isinstance(body, list) and bool(body) and all(isinstance(one, str) for one in body)
    )


def parse_texts(value: object, path: Path, problems: list[Problem]) -> list[str]:
    """A list of texts, or a single one."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple):
        problems.append(Problem("wrong-type", f"expected a list of texts, got {_kind(value)}", path))
        return []
    for place, text in enumerate(values):
        if not isinstance(text, str):
            problems.append(
                Problem("wrong-type", f"expected a text, got {_kind(text)}", (*path, place), "put it in quotes")
            )
    return [text for text in values if isinstance(text, str)]


def parse_phrases(value: object, path: Path, problems: list[Problem]) -> list[str]:
    """The phrases that can be used; a Problem for each of the others."""
    good: list[str] = []
    for place, text in enumerate(parse_texts(value, path, problems)):
        try:
            parse_phrase(text)
        except PhraseError as error:
            problems.append(Problem(error.code, error.message, (*path, place), error.hint))
        else:
            good.append(text)
    return good


def _choice(body: Mapping[str, Any], key: str, allowed: tuple[Any, ...], path: Path, problems: list[Problem]) -> Any:
    value = body.get(key, allowed[0])
    if value in allowed and type(value) in {type(option) for option in allowed}:
        return value
    names = " or ".join(str(option).lower() for option in allowed if option is not None)
    problems.append(Problem("wrong-value", f"'{key}' is {names}, got '{value}'", (*path, key)))
    return allowed[0]


def _join(
    name: str,
    families: Mapping[str, CueFamily],
    includes: Mapping[str, list[str]],
    spec: Mapping[str, Any],
    path: Path,
    problems: list[Problem],
) -> CueFamily | None:
    """The family with the phrases of those that it includes; None when one of them cannot be used."""
    members, waiting = {name: None}, [name]
    while waiting:
        current = waiting.pop()
        for place, other in enumerate(includes[current]):
            where = (*path, current, "includes", place)
            if other == name:
                problems.append(Problem("cue-cycle", f"'{name}' includes itself by way of '{current}'", where))
                return None
            if other not in families:  # told once: where it is named, or where it is written and faulty
                if current == name and other not in spec:
                    message = f"no cue family is called '{other}'"
                    problems.append(Problem("unknown-cue", message, where, nearest(other, spec)))
                return None
            if other not in members:
                members[other] = None
                waiting.append(other)
    return _with_phrases(families[name], [families[member] for member in members], path, problems)


def _with_phrases(family: CueFamily, members: list[CueFamily], path: Path, problems: list[Problem]) -> CueFamily | None:
    phrases = tuple(dict.fromkeys(phrase for member in members for phrase in member.phrases))
    size = sum(parse_phrase(text).size for _, text in phrases)
    if size > MAX_FAMILY_POSITIONS:
        message = f"'{family.name}' has {size} words in all its phrases, more than {MAX_FAMILY_POSITIONS}"
        problems.append(Problem("cue-too-large", message, (*path, family.name), "make two families of it"))
        return None
    return replace(family, phrases=phrases)


def _kind(value: object) -> str:
    return "a mapping" if isinstance(value, Mapping) else shown(value)
