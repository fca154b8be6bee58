"""What a slip of the pen was meant to be: the nearest known word, and keys read as the ones that were meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from servstd.errors import Problem

# Likely words that are not near in letters; each is offered only where the right one is known.
_SAME = {
    "and": "all",
    "bool": "yes_or_no",
    "boolean": "yes_or_no",
    "calendar": "use",
    "call": "phone",
    "caller": "customer",
    "client": "customer",
    "critical": "major",
    "cue": "said",
    "date": "instant_or_date",
    "datetime": "instant",
    "float": "number",
    "high": "major",
    "if": "when",
    "information": "info",
    "int": "number",
    "integer": "number",
    "low": "minor",
    "medium": "minor",
    "n/a": "not_applicable",
    "na": "not_applicable",
    "note": "info",
    "off": "false",
    "on": "true",
    "or": "any",
    "phrase": "any",
    "phrases": "any",
    "record": "given",
    "staff": "agent",
    "str": "text",
    "string": "text",
    "then": "use",
    "timestamp": "instant",
    "y": "true",
    "n": "false",
    "yes": "true",
    "no": "false",
}
_LONGEST_SHOWN = 60
_FEW = 5  # names that a message can list
_MOST_NAMES, _LONGEST_NAME = 6, 40  # of those that come first
_NEAR = 0.7  # near enough to ask about
_NEAR_SHORT = 0.66  # one of three letters
AS_GOOD_AS = 0.8  # near enough to read on as if it had been written
# what a mapping lacks, told at the mapping itself
_LACKING = frozenset(
    ("missing-key", "not-a-mapping", "not-a-number-source", "not-a-pause", "not-a-target", "not-a-waiver")
)
Path = tuple[str | int, ...]
Meant = Callable[[Any], str | None]  # from what is written in another shape to the hint, if one is certain


def _plain(word: object) -> str:
    return str(word).strip().lower().replace("-", "_").replace(" ", "_")


def find_nearest(word: object, known: Iterable[object], cutoff: float = _NEAR) -> str | None:
    """The known word that was most likely meant: the same but for case and hyphens, a usual slip, or a near one."""
    by_plain = {_plain(name): str(name) for name in known}
    text = _plain(word)
    if text in by_plain:
        return by_plain[text]
    same = _SAME.get(text)
    if same in by_plain:
        return by_plain[str(same)]
    near = difflib.get_close_matches(text, by_plain, 1, _NEAR_SHORT if len(text) == 3 and cutoff == _NEAR else cutoff)
    return by_plain[near[0]] if near else None


def nearest(word: object, known: Iterable[object]) -> str | None:
    """A hint that names the nearest known word, when one is close."""
    near = find_nearest(word, known)
    return None if near is None else f"did you mean {near!r}?"


def first_names(names: Sequence[str]) -> str:
    """The first names, quoted: `'Ticket', 'Created', ...`."""
    told = [repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...") for name in names[:_MOST_NAMES]]
    return ", ".join([*told, "..."] if len(names) > _MOST_NAMES else told)


def flag_hint(value: object) -> str | None:
    """The hint for a word that stands where true or false belongs."""
    meant = find_nearest(value, ("true", "false"), 1.0)
    return None if meant is None else f"did you mean {meant}?"


def shown(value: object) -> str:
    """What was got, as it is written in YAML: `nothing`, `true`, `'a text'`, `[a, b]`; long ones by what they are."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, (bytes, bytearray)):
        return f"bytes {value.decode('utf-8', 'replace')!r}" if len(value) <= _LONGEST_SHOWN else "bytes"
    text = _flow(value)
    if len(text) > _LONGEST_SHOWN and isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    return "nothing" if value is None else text


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def unknown_key(key: object, allowed: Collection[str], path: Path) -> Problem:
    """The problem of a key that is not allowed in the mapping at `path`."""
    message = f"unknown key {key!r}; allowed: {', '.join(allowed)}"
    return Problem("unknown-key", message, (*path, str(key)), nearest(key, allowed))


def read_keys(
    spec: Mapping[str, Any], allowed: Collection[str], path: Path, meant: Meant | None = None
) -> tuple[Mapping[str, Any], list[Problem]]:
    """A mapping with its allowed keys only, and a problem for each other one.

    A key that is nearly a missing one is read as that one, so that a slip is told once and what stands under it is
    still checked. Where no key is near, `meant` may say how the whole mapping should be written: that is told once.
    """
    unknown = [key for key in spec if key not in allowed]
    if not unknown:
        return spec, []
    problems = [unknown_key(key, allowed, path) for key in unknown]
    hint = meant(spec) if meant is not None and all(problem.hint is None for problem in problems) else None
    if hint is not None:
        return {key: spec[key] for key in spec if key in allowed}, [replace(problems[0], hint=hint)]
    read = {key: value for key, value in spec.items() if key in allowed}
    for key in unknown:
        near = find_nearest(key, allowed, AS_GOOD_AS)
        if near is not None and near not in read:
            read[near] = spec[key]
            rename(spec, key, near)
    return read, problems


def unknown_name(code: str, name: object, known: Collection[str], path: Path) -> Problem:
    """The problem `unknown-calendar` and its like; the names there are, when they are few and none of them is near."""
    hint = nearest(name, known)
    verb = "is" if len(known) == 1 else "are"
    others = f"; there {verb} {', '.join(known)}" if hint is None and 0 < len(known) <= _FEW else ""
    message = f"no {code.removeprefix('unknown-')} is called {shown(name)}{others}"
    return Problem(code, message, path, hint)


def rename(spec: Mapping[str, Any], written: str, meant: str) -> None:
    """Let a mapping that knows its places (a `MarkedDict`) find `meant` where `written` stands."""
    mark = getattr(spec, "read_as", None)
    if mark is not None:
        mark(written, meant)


def one_a_slip(problems: Sequence[Problem]) -> list[Problem]:
    """The problems with each unknown key and the missing key of the same mapping that it stands for made one."""
    unknown: dict[Path, list[int]] = {}
    for index, problem in enumerate(problems):
        if problem.code == "unknown-key" and "; allowed: " in problem.message:
            unknown.setdefault(problem.keys[:-1], []).append(index)
    out: list[Problem | None] = list(problems)
    for index, problem in enumerate(problems):
        within = _mapping_of(problem)
        if problem.code in _LACKING and unknown.get(within):
            at = unknown[within].pop(0)
            out[at], out[index] = _joined(problems[at], problem), None
    return [problem for problem in out if problem is not None]


def _mapping_of(lacking: Problem) -> Path:
    """The path of the mapping that lacks something: the problem's own, unless that ends in the missing key."""
    ends_in_it = bool(lacking.keys) and f"{lacking.keys[-1]!r} is missing" in lacking.message
    return lacking.keys[:-1] if ends_in_it else lacking.keys


def _joined(unknown: Problem, missing: Problem) -> Problem:
    if unknown.hint is not None:
        return unknown
    said, allowed = unknown.message.split("; allowed: ", 1)
    return replace(unknown, message=f"{said}, and {missing.message}; allowed: {allowed}")
