"""Rules that decide records of the past otherwise than they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from servstd.catalog import Catalog, Rule
from servstd.catalog.history import KeyChange, key_changes
from servstd.catalog.merge import difference
from servstd.catalog.origins import Keys
from servstd.catalog.rule import Version
from servstd.errors import Problem
from servstd.yaml_reader.write import write_flow, write_yaml

_DECIDES = ("enabled", "applies_to", "except", "for_each", "calendar", "check")
_MOST = 3
Days = tuple[date | None, date | None]


def rule_edits(old: Catalog, new: Catalog, last: date) -> Iterator[Problem]:
    """Rules that are gone, taken up again, switched, or changed for dates up to `last`."""
    for rule_id, rule in old.rules.items():
        if rule_id not in new.rules:
            message = f"the rule {rule_id!r} is gone, and its verdicts with it"
            hint = "keep it, with 'replaced_by', and with a version of 'enabled: false' from the date of its end"
            yield Problem("rule-removed", message, ("rules", rule_id), hint)
            continue
        later = new.rules[rule_id]
        if rule.model.replaced_by is not None and later.model.replaced_by is None:
            message = f"the id was retired for {rule.model.replaced_by!r} and is in use again"
            yield Problem("id-reused", message, ("rules", rule_id), "give a new rule an id of its own")
        elif (rule.disabled_because is None) != (later.disabled_because is None):
            yield _switched(later)
        elif (edit := _edit(rule, later, new, last)) is not None:
            yield edit


def _switched(rule: Rule) -> Problem:
    is_on = rule.disabled_because is None
    message = f"{rule.id} is switched {'on' if is_on else 'off'}, for records of the past too"
    hint = "override it with a version of 'enabled: false' from a date to come"
    return Problem("in-place-edit", message, ("rules" if is_on else "disable", rule.id), None if is_on else hint)


def _edit(old: Rule, new: Rule, catalog: Catalog, last: date) -> Problem | None:
    """The first stretch of time up to `last` that the two decide otherwise, as a problem with the version to write."""
    for start in _starts(old, new, last):
        one, two = _on(old, start), _on(new, start)
        if _deciding(one) == _deciding(two):
            continue
        changes = [change for change in _key_changes(one, two) if _root(change) in _DECIDES]
        begins = None if start == date.min else start
        message = f"{_since(begins)}{_sentence(one, two, changes)}; verdicts of the past change"
        hint = _hint(old, new, catalog, last + timedelta(days=1))
        path = _path(new, two, changes)
        if old.reading != new.reading and new.id in (catalog.tree.get("use_reading") or {}):
            path = ("use_reading", new.id)
        return Problem("in-place-edit", message, path, hint)
    return None


def _starts(old: Rule, new: Rule, last: date) -> list[date]:
    """The dates up to `last` on which anything may change, beginning with that of all time."""
    days = {day for rule in (old, new) for version in rule.timeline for day in (version.from_, version.until)}
    return sorted({date.min, *(day for day in days if day is not None and day <= last)})


def _on(rule: Rule, day: date) -> Version | None:
    """The version in force on a date; None when none is, or when it is switched off."""
    for version in rule.timeline:
        if (version.from_ is None or version.from_ <= day) and (version.until is None or day < version.until):
            return version if version.body.is_enabled else None
    return None


def _deciding(version: Version | None) -> tuple[Any, ...] | None:
    if version is None:
        return None
    body = version.body
    return body.check, body.applies_to, dict(body.excepts), body.for_each, body.calendar


def _key_changes(one: Version | None, two: Version | None) -> list[KeyChange]:
    """The keys that differ; a list that differs, or becomes one, is told as a whole."""
    if one is None or two is None:
        return []
    paths = dict.fromkeys(change.path.partition("[")[0] for change in key_changes(one.spec, two.spec))
    return [KeyChange(path, _at(one.spec, path), _at(two.spec, path)) for path in paths]


def _at(spec: Any, path: str) -> Any:
    for part in path.split("."):
        spec = spec.get(part) if isinstance(spec, Mapping) else None
    return spec


def _root(change: KeyChange) -> str:
    return change.path.partition(".")[0].partition("[")[0]


def _since(begins: date | None) -> str:
    return "" if begins is None else f"from {begins} on, "


def _sentence(one: Version | None, two: Version | None, changes: list[KeyChange]) -> str:
    if one is None:
        return "the rule is in force, and was not"
    if two is None:
        return "the rule is no longer in force"
    if len(changes) == 1:
        return f"was {_shown(changes[0].old)} and is {_shown(changes[0].new)}"
    told = [f"{change.path} was {_shown(change.old)} and is {_shown(change.new)}" for change in changes[:_MOST]]
    rest = len(changes) - _MOST
    return "; ".join([*told, *([f"{rest} more {'key' if rest == 1 else 'keys'} changed"] if rest > 0 else [])])


def _shown(value: Any) -> str:
    return "not there" if value is None else repr(value) if isinstance(value, str) else write_flow(value)


def _path(rule: Rule, version: Version | None, changes: list[KeyChange]) -> Keys:
    """Where the change is written: the first key that changed, in the version that holds it."""
    root: Keys = ("rules", rule.id)
    dates = [one["from"] for one in rule.model.versions]
    if version is not None and version.from_ in dates:
        return (*root, "versions", dates.index(version.from_))
    if not changes:
        return (*root, "versions") if rule.model.versions else root
    return (*root, *changes[0].path.split("."))


def _hint(old: Rule, new: Rule, catalog: Catalog, first: date) -> str | None:
    """The YAML of a version that makes the same change from a date to come."""
    was, now = _on(old, first), _on(new, first)
    if was is None:
        return None
    over = {"enabled": False} if now is None else _overlay(was.spec, now.spec)
    if not over:
        return None
    written = [one for one in old.spec.get("versions") or () if str(one["from"]) < str(first)]
    versions = [*written, {"from": str(first), **over}]
    section = "rules" if new.id in catalog.own_rules else "override"
    text = write_yaml({section: {new.id: {"versions": versions}}}).rstrip()
    return f"leave what was there, and write the change as a version:\n{text}"


def _overlay(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What turns the content that held into the one that is wanted, as far as it decides."""
    before, after = ({key: spec[key] for key in _DECIDES if key in spec} for spec in (was, now))
    over: dict[str, Any] = difference(before, after)
    return over
