"""Layering: a catalog laid over the one it extends.

A layer adds rules, calendars and words; `override` changes inherited rules by key, `disable` switches them off with a
reason, `use_reading` picks named readings, profiles are named sets of such switches. The result is one tree that still
knows the file and line of every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path
from typing import Any

from servstd.catalog.merge import joined, overlay, put
from servstd.catalog.source import LISTED_KEYS, SHIPPED, VOCABULARY_KEYS, Source, read_source, shipped_folder
from servstd.errors import CatalogError, Problem
from servstd.vocabulary import nearest
from servstd.yaml_reader import MarkedDict, merge_marks, place

_BY_NAME = ("calendars", "names", "defaults", "use_reading", "disable", "profiles", "catalog")
_WORDS = (*VOCABULARY_KEYS, "cues", "replies")
_WORD_FILES = ("vocabulary.yaml", "cues.yaml")
_PROFILE_KEYS = ("brief", "disable", "use_reading", "override")
_MAX_DEPTH = 10


@dataclass
class Resolved:
    """The final tree of a catalog with everything it extends, and all problems found so far."""

    tree: MarkedDict
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, Any] = field(default_factory=dict)
    own_rules: frozenset[str] = frozenset()
    changed_rules: set[str] = field(default_factory=set)

    def report(self, problem: Problem) -> None:
        """Note a problem, with its place found in the final tree."""
        self.problems.append(place(problem, self.tree, self.lines))


def resolve(source: Source) -> Resolved:
    """The tree of a source laid over what it extends. Words and cues of the shipped catalog are always there."""
    sources = _chain(source)
    resolved = Resolved(MarkedDict())
    for one in sources:
        resolved.problems += one.problems
        resolved.lines |= one.lines
    if any(one.is_broken for one in sources):
        raise CatalogError(resolved.problems)
    _add_shipped_words(sources, resolved)
    for one in sources:
        _lay(resolved, one)
    _apply_profiles(resolved)
    _apply_switches(resolved)
    resolved.own_rules = frozenset(source.tree.get("rules") or {})
    return resolved


def _chain(source: Source) -> list[Source]:
    """The source and everything it extends, the lowest first."""
    chain = [source]
    while (name := chain[0].tree.get("extends")) is not None:
        if len(chain) > _MAX_DEPTH:
            raise CatalogError(
                [Problem("extends-too-deep", f"more than {_MAX_DEPTH} catalogs extend each other", ("extends",))]
            )
        folder = chain[0].folder
        where = name if name == SHIPPED or folder is None else Path(normpath(folder / str(name)))
        try:
            chain.insert(0, read_source(where))
        except CatalogError:
            message = f"{name!r} is neither 'servstd' nor a folder or file with a catalog"
            problem = Problem("unknown-catalog", message, ("extends",))
            raise CatalogError([place(problem, _marked(chain[0].tree), chain[0].lines)]) from None
    return chain


def _add_shipped_words(sources: list[Source], resolved: Resolved) -> None:
    """A catalog that extends nothing still speaks the shipped vocabulary."""
    folder = shipped_folder()
    if sources[0].folder is not None and sources[0].folder.resolve() == folder.resolve():
        return
    for file in _WORD_FILES:
        shipped = read_source(folder / file)
        resolved.lines |= shipped.lines
        resolved.tree |= {key: value for key, value in shipped.tree.items() if key in _WORDS}


def _lay(resolved: Resolved, source: Source) -> None:
    tree = resolved.tree
    resolved.changed_rules.update(source.tree.get("override") or ())
    problems = _lay_rules(tree, source.tree)
    for key in _BY_NAME:
        _merge_into(tree, key, source.tree.get(key))
    for key in _WORDS:
        _lay_words(tree, key, source.tree.get(key), problems)
    for key in LISTED_KEYS:
        if source.tree.get(key):
            tree[key] = joined(tree.get(key), source.tree[key])
    if source.tree.get("default_calendar") is not None:
        put(tree, "default_calendar", source.tree)
    resolved.problems += [place(problem, _marked(source.tree), source.lines) for problem in problems]


def _marked(tree: Mapping[str, Any]) -> MarkedDict:
    return tree if isinstance(tree, MarkedDict) else MarkedDict(tree)


def _merge_into(tree: MarkedDict, key: str, over: Any) -> None:
    if isinstance(over, Mapping):
        below = tree.get(key) or {}
        tree[key] = merge_marks({**below, **over}, below, over)


def _lay_words(tree: MarkedDict, key: str, over: Any, problems: list[Problem]) -> None:
    """Words are added; only cues and replies may be changed."""
    if not isinstance(over, Mapping):
        return
    below = tree.get(key) or {}
    if key in ("cues", "replies"):
        tree[key] = overlay(below, over)
        return
    for name in over:
        if name in below:
            message = f"{name!r} is declared already; give yours another name"
            problems.append(Problem("word-taken", message, (key, name)))
    tree[key] = merge_marks({**below, **over}, below, over)


def _lay_rules(tree: MarkedDict, over: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    below: Mapping[str, Any] = tree.get("rules") or {}
    rules = over.get("rules") or {}
    changes = over.get("override") or {}
    for rule_id in rules:
        if rule_id in below:
            message = f"{rule_id!r} is inherited; change it under 'override'"
            problems.append(Problem("rule-exists", message, ("rules", rule_id)))
    merged = {**below, **rules}
    tree["rules"] = merge_marks(merged, below, rules)
    for rule_id, change in changes.items():
        if rule_id not in merged:
            hint = nearest(rule_id, merged)
            problems.append(Problem("unknown-rule", f"no rule is called {rule_id!r}", ("override", rule_id), hint))
        else:
            tree["rules"][rule_id] = _overridden(merged[rule_id], change)
    return problems


def _overridden(rule: Any, change: Any) -> Any:
    """A rule with an override laid over it; a changed check is no longer the reading that it was named for."""
    laid = overlay(rule, change)
    is_renamed = isinstance(change, Mapping) and ("reading" in change or "check" not in change)
    if is_renamed or not isinstance(laid, MarkedDict):
        return laid
    return merge_marks({key: value for key, value in laid.items() if key != "reading"}, laid)


def _apply_profiles(resolved: Resolved) -> None:
    profiles = resolved.tree.get("profiles") or {}
    for name, profile in profiles.items():
        _check_profile(resolved, name, profile)
    for index, name in enumerate(resolved.tree.get("use_profiles") or ()):
        if not isinstance(name, str) or name not in profiles:
            message = f"no profile is called {name!r}"
            resolved.report(Problem("unknown-profile", message, ("use_profiles", index), nearest(name, profiles)))
            continue
        profile = profiles[name] if isinstance(profiles[name], Mapping) else {}
        _merge_into(resolved.tree, "disable", profile.get("disable"))
        _merge_into(resolved.tree, "use_reading", profile.get("use_reading"))
        for rule_id, change in (profile.get("override") or {}).items():
            if rule_id in resolved.tree["rules"]:
                resolved.changed_rules.add(rule_id)
                resolved.tree["rules"][rule_id] = overlay(resolved.tree["rules"][rule_id], change)


def _check_profile(resolved: Resolved, name: str, profile: Any) -> None:
    place_of: tuple[str | int, ...] = ("profiles", name)
    if not isinstance(profile, Mapping):
        resolved.report(Problem("not-a-mapping", f"expected the keys {', '.join(_PROFILE_KEYS)}", place_of))
        return
    for key in profile:
        if key not in _PROFILE_KEYS:
            message = f"unknown key {key!r}; allowed: {', '.join(_PROFILE_KEYS)}"
            resolved.report(Problem("unknown-key", message, (*place_of, key), nearest(key, _PROFILE_KEYS)))
    rules = resolved.tree.get("rules") or {}
    for rule_id in profile.get("override") or ():
        if rule_id not in rules:
            message = f"no rule is called {rule_id!r}"
            resolved.report(Problem("unknown-rule", message, (*place_of, "override", rule_id), nearest(rule_id, rules)))


def _apply_switches(resolved: Resolved) -> None:
    """Check what `disable` and `use_reading` name; the rules themselves are switched when they are compiled."""
    rules = resolved.tree.get("rules") or {}
    for key in ("disable", "use_reading"):
        for rule_id, value in (resolved.tree.get(key) or {}).items():
            if rule_id not in rules:
                message = f"no rule is called {rule_id!r}"
                resolved.report(Problem("unknown-rule", message, (key, rule_id), nearest(rule_id, rules)))
            elif key == "use_reading":
                _check_reading(resolved, rule_id, value, rules[rule_id])
            elif not isinstance(value, str) or not value.strip():
                message = "say why the rule is switched off"
                resolved.report(Problem("reason-missing", message, (key, rule_id)))


def _check_reading(resolved: Resolved, rule_id: str, value: Any, rule: Any) -> None:
    known = {*(rule.get("readings") or {}), rule.get("reading")} if isinstance(rule, Mapping) else set()
    if value not in known:
        names = sorted(name for name in known if name)
        message = f"{rule_id} has no reading {value!r}; it has {', '.join(names) or 'none'}"
        resolved.report(Problem("unknown-reading", message, ("use_reading", rule_id), nearest(value, names)))
