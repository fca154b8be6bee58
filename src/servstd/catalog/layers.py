"""Layering: a catalog laid over the one it extends.

A layer adds rules, calendars and words; `override` changes inherited rules by key, `disable` switches them off with a
reason, `use_reading` picks named readings, profiles are named sets of such switches. What a layer says of a rule by
name wins over the profiles that it uses, and both win over the layers below. The result is one tree that still knows
the file and line of every key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path
from typing import Any

from servstd.catalog.merge import joined, overlay, put
from servstd.catalog.source import (
    LISTED_KEYS,
    SHIPPED,
    VOCABULARY_KEYS,
    Source,
    is_catalog,
    read_source,
    shipped_folder,
)
from servstd.errors import Problem
from servstd.spelling import read_keys, shown, unknown_name
from servstd.vocabulary import nearest
from servstd.yaml_reader import MarkedDict, merge_marks, place

_BY_NAME = ("calendars", "defaults", "use_reading", "disable", "catalog", "fixtures")
_WORDS = (*VOCABULARY_KEYS, "cues", "replies")
_WORD_FILES = ("vocabulary.yaml", "cues.yaml")
_PROFILE_KEYS = ("brief", "disable", "use_reading", "override")
_MAX_DEPTH = 10
_AT = ("extends",)


@dataclass
class Resolved:
    """The final tree of a catalog with everything it extends, and all problems found so far."""

    tree: MarkedDict
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, Any] = field(default_factory=dict)
    own_rules: frozenset[str] = frozenset()
    layers: tuple[Mapping[str, Any], ...] = ()
    changed_rules: set[str] = field(default_factory=set)
    is_broken: bool = False

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
    resolved.is_broken = any(one.is_broken for one in sources)
    _add_shipped_words(sources, resolved)
    for one in sources:
        _lay(resolved, one)
    for name, profile in (resolved.tree.get("profiles") or {}).items():
        _check_profile(resolved, name, profile)
    _check_switches(resolved)
    resolved.own_rules = frozenset(source.tree.get("rules") or {})
    resolved.layers = tuple(one.tree for one in sources)
    return resolved


def stages(layers: Sequence[Mapping[str, Any]]) -> list[MarkedDict]:
    """The tree after each layer of a catalog that loads, the lowest first; shipped words are left out."""
    resolved, found = Resolved(MarkedDict()), []
    for tree in layers:
        _lay(resolved, Source(tree))
        found.append(MarkedDict(resolved.tree, dict(resolved.tree.marks), resolved.tree.start))
    return found


def _chain(source: Source) -> list[Source]:
    """The source and everything it extends, the lowest first."""
    chain = [source]
    seen = [] if source.path is None else [source.path.resolve()]
    while (name := chain[0].tree.get("extends")) is not None:
        folder = chain[0].folder
        where = shipped_folder() if name == SHIPPED else Path(normpath((folder or Path()) / str(name)))
        problem = _not_extended(name, where, seen, len(chain))
        if problem is not None:
            chain[0].problems.append(place(problem, _marked(chain[0].tree), chain[0].lines))
            break
        seen.append(where.resolve())
        chain.insert(0, read_source(where))
    return chain


def _not_extended(name: Any, where: Path, seen: Sequence[Path], depth: int) -> Problem | None:
    """Why a catalog can not be extended; None when it can be."""
    if where.resolve() in seen:
        circle = " -> ".join(path.name for path in (*seen[seen.index(where.resolve()) :], where))
        return Problem("extends-too-deep", f"catalogs extend each other in a circle: {circle}", _AT)
    if depth > _MAX_DEPTH:
        return Problem("extends-too-deep", f"more than {_MAX_DEPTH} catalogs extend each other", _AT)
    if not is_catalog(where):
        return Problem("unknown-catalog", f"{name!r} is neither 'servstd' nor a folder or file with a catalog", _AT)
    return None


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
    problems = _add_rules(tree, source.tree)
    _merge_into(tree, "profiles", source.tree.get("profiles"))
    problems += _use_profiles(resolved, source.tree.get("use_profiles") or ())
    problems += _override(tree, source.tree.get("override") or {})
    for key in _BY_NAME:
        _merge_into(tree, key, source.tree.get(key))
    if isinstance(source.tree.get("names"), Mapping):
        tree["names"] = overlay(tree.get("names") or {}, source.tree["names"])
    for key in _WORDS:
        _lay_words(tree, key, source.tree.get(key), problems)
    for key in LISTED_KEYS:
        if source.tree.get(key):
            # The first choice of a calendar that holds is used, so a layer's own choices stand before those below.
            parts = (tree.get(key), source.tree[key])
            tree[key] = joined(*(reversed(parts) if key == "calendar_for" else parts))
    if source.tree.get("default_calendar") is not None:
        put(tree, "default_calendar", source.tree)
    resolved.problems += [place(problem, _marked(source.tree), source.lines) for problem in problems]


def _marked(tree: Mapping[str, Any]) -> MarkedDict:
    return tree if isinstance(tree, MarkedDict) else MarkedDict(tree)


def _merge_into(tree: MarkedDict, key: str, over: Any) -> None:
    """Lay names over those that are there; null takes one away. With nothing to take away it is left for the checks."""
    if isinstance(over, Mapping):
        below = tree.get(key) or {}
        gone = {name for name, value in over.items() if value is None and name in below}
        merged = {name: value for name, value in {**below, **over}.items() if name not in gone}
        tree[key] = merge_marks(merged, below, over)


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


def _add_rules(tree: MarkedDict, over: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    below: Mapping[str, Any] = tree.get("rules") or {}
    rules = over.get("rules") or {}
    for rule_id in rules:
        if rule_id in below:
            message = f"{rule_id!r} is inherited; change it under 'override'"
            problems.append(Problem("rule-exists", message, ("rules", rule_id)))
    tree["rules"] = merge_marks({**below, **rules}, below, rules)
    return problems


def _override(tree: MarkedDict, changes: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    rules = tree["rules"]
    for rule_id, change in changes.items():
        if rule_id not in rules:
            hint = nearest(rule_id, rules)
            problems.append(Problem("unknown-rule", f"no rule is called {shown(rule_id)}", ("override", rule_id), hint))
        elif not isinstance(change, Mapping):  # the rule stays: what it would be now is no fault of where it is written
            problems.append(_no_changes(change, ("override", rule_id)))
        else:
            rules[rule_id] = _overridden(rules[rule_id], change)
    return problems


def _no_changes(change: Any, path: tuple[str | int, ...]) -> Problem:
    hint = "write what changes, such as 'severity: major', or take the line out"
    return Problem("not-a-mapping", f"expected what changes, got {shown(change)}", path, hint)


def _overridden(rule: Any, change: Mapping[str, Any]) -> Any:
    """A rule with an override laid over it; a changed check is no longer the reading that it was named for."""
    laid = overlay(rule, change)
    is_renamed = "reading" in change or "check" not in change
    if is_renamed or not isinstance(laid, MarkedDict):
        return laid
    return merge_marks({key: value for key, value in laid.items() if key != "reading"}, laid)


def _use_profiles(resolved: Resolved, names: Sequence[Any]) -> list[Problem]:
    """Lay the profiles that a layer uses, in the order in which it names them."""
    problems: list[Problem] = []
    tree = resolved.tree
    profiles = tree.get("profiles") or {}
    for index, name in enumerate(names):
        if not isinstance(name, str) or name not in profiles:
            problems.append(unknown_name("unknown-profile", name, profiles, ("use_profiles", index)))
            continue
        profile = profiles[name] if isinstance(profiles[name], Mapping) else {}
        _merge_into(tree, "disable", profile.get("disable"))
        _merge_into(tree, "use_reading", profile.get("use_reading"))
        changes = profile.get("override")
        changes = changes if isinstance(changes, Mapping) else {}
        resolved.changed_rules.update(rule_id for rule_id in changes if rule_id in tree["rules"])
        # Rules that are not there are reported once, where the profile is written.
        _override(tree, changes)
    return problems


def _check_profile(resolved: Resolved, name: str, profile: Any) -> None:
    place_of: tuple[str | int, ...] = ("profiles", name)
    if not isinstance(profile, Mapping):
        resolved.report(Problem("not-a-mapping", f"expected the keys {', '.join(_PROFILE_KEYS)}", place_of))
        return
    profile, problems = read_keys(profile, _PROFILE_KEYS, place_of)
    for problem in problems:
        resolved.report(problem)
    is_used = name in (resolved.tree.get("use_profiles") or ())  # what is used is checked where it lands
    for key in ("disable", "use_reading", "override"):
        section = profile.get(key)
        if section is not None and not isinstance(section, Mapping):
            message = f"{key!r} takes rule ids with their content, got {shown(section)}"
            resolved.report(Problem("not-a-mapping", message, (*place_of, key)))
        elif section is not None and (key == "override" or not is_used):
            _check_section(resolved, key, section, (*place_of, key))


def _check_switches(resolved: Resolved) -> None:
    """Check what `disable` and `use_reading` name; the rules themselves are switched when they are compiled."""
    for key in ("disable", "use_reading"):
        _check_section(resolved, key, resolved.tree.get(key) or {}, (key,))


def _check_section(resolved: Resolved, key: str, section: Mapping[str, Any], path: tuple[str | int, ...]) -> None:
    """Check what is said of rules by their ids."""
    rules = resolved.tree.get("rules") or {}
    for rule_id, value in section.items():
        place_of = (*path, rule_id)
        if rule_id not in rules:
            message = f"no rule is called {shown(rule_id)}"
            resolved.report(Problem("unknown-rule", message, place_of, nearest(rule_id, rules)))
        elif key == "use_reading" and len(path) == 1:  # those of a profile that nobody uses may have changed since
            _check_reading(resolved, place_of, value, rules[rule_id])
        elif key == "use_reading" and not isinstance(value, str):
            resolved.report(Problem("not-text", f"expected the name of a reading, got {shown(value)}", place_of))
        elif key == "disable" and (not isinstance(value, str) or not value.strip()):
            hint = f"write {rule_id}: why it is switched off"
            resolved.report(Problem("reason-missing", "say why the rule is switched off", place_of, hint))
        elif key == "override" and not isinstance(value, Mapping):
            resolved.report(_no_changes(value, place_of))


def _check_reading(resolved: Resolved, path: tuple[str | int, ...], value: Any, rule: Any) -> None:
    readings, own = (rule.get("readings"), rule.get("reading")) if isinstance(rule, Mapping) else (None, None)
    names = sorted({*(readings if isinstance(readings, Mapping) else ()), *([own] if isinstance(own, str) else ())})
    if value not in names:
        message = f"{path[-1]} has no reading {shown(value)}; it has {', '.join(names) or 'none'}"
        resolved.report(Problem("unknown-reading", message, path, nearest(value, names)))
