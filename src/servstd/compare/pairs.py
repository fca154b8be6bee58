"""The rules of two catalogs side by side: the same id, a new name, new, gone, switched on or off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from servstd.catalog import Catalog, Rule

# Keys of a rule, and of a catalog, that no verdict depends on; what is not named here is taken to matter.
TEXT_KEYS = frozenset(
    (
        *("title", "statement", "source", "why", "owner", "severity", "error_class"),
        *("review_by", "report_by", "min_group", "tests", "silence", "replaced_by"),
    )
)
_NOT_SHARED = frozenset(
    (
        *("rules", "override", "disable", "use_reading", "profiles", "use_profiles", "waivers"),
        *("tests", "fixtures", "catalog", "extends"),
    )
)


class Status(StrEnum):
    """Where a rule is reported: under both catalogs, or why only under one."""

    BOTH = "both"
    RENAMED = "renamed"
    ADDED = "added"
    SWITCHED_ON = "switched_on"
    REMOVED = "removed"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True)
class RulePair:
    """A rule under both catalogs. An id is None where the rule is not reported.

    `is_same` says that its verdicts can not differ: its content, what it asks of other rules, and all words,
    calendars and defaults are equal. `because` is the reason that was given for switching it off.
    """

    old_id: str | None
    new_id: str | None
    status: Status
    is_same: bool = False
    because: str | None = None
    replaced_by: str | None = None

    @property
    def id(self) -> str:
        """Its id under the new catalog, else under the old one."""
        return self.new_id or self.old_id or ""


def pair_rules(old: Catalog, new: Catalog, chosen: Collection[str] | None = None) -> list[RulePair]:
    """The rules that either catalog reports, in the order of the new one, then those that only the old one has.

    `chosen` are the ids to keep, under either name. A rule that is no longer reported and names its successor
    (`replaced_by`, in either catalog) is the same rule under a new name, when the successor is new.
    """
    renamed = dict(_renames(old, new))
    shared = _share(old, new)
    pairs = [_pair_of(rule_id, renamed.get(rule_id), old, new, shared) for rule_id in new.enabled_rules]
    gone = [one for one in old.enabled_rules if one not in new.enabled_rules and one not in renamed.values()]
    pairs += [_gone(rule_id, new) for rule_id in gone]
    return [pair for pair in pairs if chosen is None or {pair.old_id, pair.new_id} & set(chosen)]


def _pair_of(rule_id: str, old_name: str | None, old: Catalog, new: Catalog, shared: bool) -> RulePair:
    if rule_id in old.enabled_rules:
        return RulePair(rule_id, rule_id, Status.BOTH, shared and _is_same(rule_id, old, new))
    if old_name is not None:
        return RulePair(old_name, rule_id, Status.RENAMED)
    known = old.rules.get(rule_id)
    if known is None:
        return RulePair(None, rule_id, Status.ADDED)
    return RulePair(None, rule_id, Status.SWITCHED_ON, because=known.disabled_because)


def _gone(rule_id: str, new: Catalog) -> RulePair:
    known = new.rules.get(rule_id)
    if known is None:
        return RulePair(rule_id, None, Status.REMOVED)
    successor = _successor(rule_id, new)
    return RulePair(rule_id, None, Status.SWITCHED_OFF, because=known.disabled_because, replaced_by=successor)


def _renames(old: Catalog, new: Catalog) -> Iterator[tuple[str, str]]:
    """New id and old id of each rule that has only changed its name."""
    before, after = old.enabled_rules, new.enabled_rules
    taken: set[str] = set()
    forward = [(_successor(name, new), name) for name in before if name not in after]
    backward = [(name, _successor(name, old)) for name in after if name not in before]
    for new_id, old_id in (*forward, *backward):
        if new_id is None or old_id is None or {new_id, old_id} & taken:
            continue
        if new_id in after and new_id not in before and old_id in before and old_id not in after:
            taken |= {new_id, old_id}
            yield new_id, old_id


def _successor(rule_id: str, catalog: Catalog) -> str | None:
    """What `replaced_by` leads to in the end."""
    seen = {rule_id}
    name = rule_id
    while name in catalog.rules and (following := catalog.rules[name].model.replaced_by) not in seen:
        if following is None:
            break
        seen.add(following)
        name = following
    return None if name == rule_id else name


def _share(old: Catalog, new: Catalog) -> bool:
    """True when all that rules have in common is equal: words, cues, calendars, defaults, zone, names, own kinds."""
    parts = [{key: value for key, value in one.tree.items() if key not in _NOT_SHARED} for one in (old, new)]
    settings = [(one.zone.key, one.fiscal_year_start, _kinds(one)) for one in (old, new)]
    return parts[0] == parts[1] and settings[0] == settings[1]


def _kinds(catalog: Catalog) -> Mapping[str, Any]:
    context = next((rule.context for rule in catalog.rules.values()), None)
    return {} if context is None else dict(context.kinds)


def _is_same(rule_id: str, old: Catalog, new: Catalog, seen: frozenset[str] = frozenset()) -> bool:
    """True when a rule and all that it asks about are equal."""
    if rule_id in seen:
        return True
    first, second = old.rules.get(rule_id), new.rules.get(rule_id)
    if first is None or second is None or _content(first, old) != _content(second, new):
        return False
    return all(_is_same(name, old, new, seen | {rule_id}) for name in first.asks)


def _content(rule: Rule, catalog: Catalog) -> tuple[Any, ...]:
    """All that decides a rule's verdicts, beside what rules share."""
    spec = {key: value for key, value in rule.spec.items() if key not in TEXT_KEYS}
    waivers = [one for one in catalog.tree.get("waivers") or () if one.get("rule") == rule.id]
    return spec, rule.reading, rule.enabled, waivers
