"""Each slip is told once: what only follows from another problem is left out.

A misspelt section, word or rule makes everything unknown that refers to what it holds. Those follow-ups hide the slip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from servstd.catalog.layers import Resolved
from servstd.errors import Problem
from servstd.spelling import one_a_slip
from servstd.yaml_reader import place

_SHAPE = ("not-a-mapping", "not-a-list", "not-text")
# what can not be known while a section can not be read
_FOLLOW = {
    "rules": ("unknown-rule", "unknown-reading"),
    "fields": ("unknown-field",),
    "events": ("unknown-event", "unknown-attribute"),
    "scales": ("unknown-scale",),
    "cues": ("unknown-cue",),
    "calendars": ("unknown-calendar", "calendar-missing"),
    "default_calendar": ("calendar-missing",),
    "profiles": ("unknown-profile",),
    "fixtures": ("unknown-fixture",),
    "extends": ("unknown-rule", "unknown-reading", "unknown-profile", "unknown-calendar", "calendar-missing"),
}
_UNKNOWN = frozenset(code for codes in _FOLLOW.values() for code in codes)


def once(resolved: Resolved) -> list[Problem]:
    """The errors of a catalog, without repetitions and without what follows from another."""
    errors = list(dict.fromkeys(problem for problem in resolved.problems if problem.level == "error"))
    errors = [_where_written(problem, resolved) for problem in one_a_slip(errors)]
    slips = _Slips(errors, resolved)
    return _one_calendar_missing([problem for problem in errors if not slips.explain(problem)])


class _Slips:
    """What the errors of a catalog explain of each other."""

    def __init__(self, errors: Sequence[Problem], resolved: Resolved) -> None:
        layers = resolved.layers
        # what could not be read may hold anything
        self.muted = set(_UNKNOWN) if resolved.is_broken else set()
        self.muted |= {code for problem in errors for code in _muted_by(problem, layers)}
        self.vain = {name for problem in errors for name in _declared_in_vain(problem, layers)}
        self.misspelt = {problem.keys[:-1] for problem in errors if problem.code == "unknown-key"}
        self.inherited = {problem.keys for problem in errors if problem.code == "rule-exists"}
        self.copies = {problem.keys for problem in errors if problem.code == "alias-not-allowed"}

    def explain(self, problem: Problem) -> bool:
        """True for a problem that goes when another is mended; what has a hint is a slip of its own."""
        code, keys = problem.code, problem.keys
        if code in self.muted and problem.hint is None:
            return True
        if code in _UNKNOWN and self.vain & set(problem.message.split("'")[1::2]):
            return True
        if code == "unknown-reading" and ("rules", keys[-1]) in self.misspelt:
            return True
        if code == "missing-key" and keys in self.inherited:
            return True
        return code != "alias-not-allowed" and keys in self.copies


def _muted_by(problem: Problem, layers: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """The codes that mean nothing while this problem is there."""
    if problem.code in ("unknown-catalog", "extends-too-deep"):
        return _FOLLOW["extends"]
    if len(problem.keys) != 1:
        return ()
    if problem.code in _SHAPE:
        return _FOLLOW.get(str(problem.keys[0]), ())
    if problem.code == "unknown-key":
        key = str(problem.keys[0])
        held = [layer[key] for layer in layers if key in layer]
        if held == ["servstd"]:
            return _FOLLOW["extends"]
        if held and isinstance(held[0], str) and any(held[0] in (layer.get("calendars") or {}) for layer in layers):
            return _FOLLOW["default_calendar"]
    return ()


def _declared_in_vain(problem: Problem, layers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The names that stand under an unknown key: nobody can find them there."""
    if problem.code != "unknown-key":
        return
    for layer in layers:
        held: Any = layer
        for key in problem.keys:
            held = held.get(key) if isinstance(held, Mapping) else None
        if isinstance(held, Mapping):
            yield from held


def _where_written(problem: Problem, resolved: Resolved) -> Problem:
    """A problem of what an `override` says has its path; the tree of rules holds it laid over the rest."""
    if problem.keys[:1] != ("rules",):
        return problem
    for layer in reversed(resolved.layers):
        for section in (("override",), *(("profiles", name, "override") for name in layer.get("profiles") or ())):
            keys = (*section, *problem.keys[1:])
            gone = (*keys, problem.message.removeprefix("missing key ").strip("'"))
            if problem.code == "missing-key" and _holds(layer, gone):  # null took it away
                nowhere = replace(problem, keys=gone, file=None, line=None, column=None, source=None)
                return replace(place(nowhere, layer, resolved.lines), keys=keys)
            if len(problem.keys) > 2 and _holds(layer, keys):
                return replace(problem, keys=keys)
    return problem


def _holds(tree: Any, keys: Sequence[str | int]) -> bool:
    for key in keys:
        is_there = key in tree if isinstance(tree, Mapping) else isinstance(tree, list) and key in range(len(tree))
        if not is_there:
            return False
        tree = tree[key]
    return True


def _one_calendar_missing(problems: list[Problem]) -> list[Problem]:
    """Rules that count open time without a calendar lack one and the same thing."""
    lacking = [problem for problem in problems if problem.code == "calendar-missing"]
    if len(lacking) < 2:
        return problems
    first, others = lacking[0], len(lacking) - 1
    also = f"as {others} other rule{'s do' if others > 1 else ' does'}"
    merged = replace(first, message=first.message.replace(", and", f", {also}, and"))
    return [merged if problem is first else problem for problem in problems if problem not in lacking[1:]]
