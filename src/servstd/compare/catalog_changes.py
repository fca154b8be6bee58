"""What differs between two catalogs as they are written, key by key, in the words of the YAML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from servstd.catalog import Catalog
from servstd.compare.pairs import TEXT_KEYS

Keys = tuple[str | int, ...]
# `override` and profiles are shown by what they do to the rules
_LEFT_OUT = frozenset(("override", "profiles", "use_profiles", "extends"))
_BY_RULE = frozenset(("rules", "disable", "use_reading"))
_LISTS_OF_RULES = frozenset(("waivers", "tests"))
_NO_VERDICT = frozenset(("brief", "example", "examples"))
_ABOUT = frozenset(("name", "version", "title", "silence"))


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key that was changed, added or removed; `before` or `after` is None where there was nothing.

    `keys` is the way through the resolved YAML. A list of plain values is compared item by item: then `is_item`
    says that one item came or went. `is_text` marks what no verdict depends on, such as a title or a test.
    """

    keys: Keys
    what: Literal["changed", "added", "removed"]
    before: Any = field(default=None, hash=False)
    after: Any = field(default=None, hash=False)
    is_item: bool = False
    is_text: bool = False

    @property
    def path(self) -> str:
        """The way as people write it: `rules.email.response_time.check.within`."""
        return _path(self.keys)

    @property
    def rule_id(self) -> str | None:
        """The rule that it belongs to, if any."""
        return str(self.keys[1]) if self.keys[0] == "rules" and len(self.keys) > 1 else None

    def __str__(self) -> str:
        return self.render()

    def render(self, width: int = 60) -> str:
        """`email.response_time: check.within: 1 business day -> 24 business hours`; long values are cut at `width`."""
        if self.rule_id is None:
            path = self.path
        elif len(self.keys) == 2:
            return f"{self.rule_id}: {'a new rule' if self.what == 'added' else 'no longer there'}"
        else:
            path = f"{self.rule_id}: {_path(self.keys[2:])}"
        before, after = _show(self.before, width), _show(self.after, width)
        if self.what == "changed":
            return f"{path}: {before} -> {after}"
        return f"{path}: {self.what} {after if self.what == 'added' else before}"


def catalog_changes(old: Catalog, new: Catalog) -> tuple[KeyChange, ...]:
    """Every difference between two resolved catalogs: what decides verdicts first, then mere texts and tests."""
    found = list(_compare(old.tree, new.tree, ()))
    return tuple(sorted(found, key=lambda change: (change.is_text, change.keys[0] != "rules")))


def changes_about(
    changes: Iterable[KeyChange], rules: Collection[str], old: Catalog, new: Catalog
) -> tuple[KeyChange, ...]:
    """Those that are about some rules: of what they say, of rules that they ask about, and of what all rules share."""
    wanted: set[str] = set()
    left = list(rules)
    while left:
        rule_id = left.pop()
        if rule_id not in wanted:
            wanted.add(rule_id)
            known = [one.rules[rule_id] for one in (old, new) if rule_id in one.rules]
            left += [name for rule in known for name in rule.asks]
    return tuple(one for one in changes if not (about := _rules_of(one, old, new)) or about & wanted)


def _rules_of(change: KeyChange, old: Catalog, new: Catalog) -> set[str]:
    """The rules that a change is about; none when all share what was changed."""
    section, *rest = change.keys
    if section in _BY_RULE and rest:
        return {str(rest[0])}
    if section in _LISTS_OF_RULES:
        lists = [one.tree.get(section) or [] for one in (old, new)]
        entries = [entry for one in lists for place, entry in enumerate(one) if not rest or place == rest[0]]
        return {str(entry["rule"]) for entry in entries if isinstance(entry, Mapping) and "rule" in entry}
    return set()


def _compare(old: Any, new: Any, keys: Keys) -> Iterator[KeyChange]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _compare_mappings(old, new, keys)
    elif isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        yield from _compare_lists(old, new, keys)
    else:
        yield KeyChange(keys, "changed", old, new, is_text=_is_text(keys))


def _compare_mappings(old: Mapping[str, Any], new: Mapping[str, Any], keys: Keys) -> Iterator[KeyChange]:
    for key in dict.fromkeys((*old, *new)):
        place = (*keys, key)
        if not keys and key in _LEFT_OUT:
            continue
        if key in old and key in new:
            yield from _compare(old[key], new[key], place)
        elif len(place) == 1 and isinstance(old.get(key, new.get(key)), Mapping):
            yield from _compare_mappings(old.get(key) or {}, new.get(key) or {}, place)
        elif key in new:
            yield KeyChange(place, "added", after=new[key], is_text=_is_text(place))
        else:
            yield KeyChange(place, "removed", before=old[key], is_text=_is_text(place))


def _compare_lists(old: Any, new: Any, keys: Keys) -> Iterator[KeyChange]:
    """Items by their place when they hold keys of their own; else what came and what went."""
    if all(isinstance(item, Mapping) for item in (*old, *new)):
        pairs = [({str(i): item for i, item in enumerate(one)}) for one in (old, new)]
        for index in sorted(map(int, {**pairs[0], **pairs[1]})):
            yield from _compare_items(old, new, index, (*keys, index))
        return
    before, after = Counter(map(one_line, old)), Counter(map(one_line, new))
    gone, come = before - after, after - before
    is_text = _is_text(keys)
    if not gone and not come:
        yield KeyChange(keys, "changed", list(old), list(new), is_text=is_text)
    for item in old:
        if gone[one_line(item)]:
            gone[one_line(item)] -= 1
            yield KeyChange(keys, "removed", before=item, is_item=True, is_text=is_text)
    for item in new:
        if come[one_line(item)]:
            come[one_line(item)] -= 1
            yield KeyChange(keys, "added", after=item, is_item=True, is_text=is_text)


def _compare_items(old: Any, new: Any, index: int, keys: Keys) -> Iterator[KeyChange]:
    if index >= len(old):
        yield KeyChange(keys, "added", after=new[index], is_text=_is_text(keys))
    elif index >= len(new):
        yield KeyChange(keys, "removed", before=old[index], is_text=_is_text(keys))
    else:
        yield from _compare(old[index], new[index], keys)


def _is_text(keys: Keys) -> bool:
    if keys[0] in ("tests", "fixtures") or keys[-1] in _NO_VERDICT:
        return True
    if keys[0] == "rules":
        return len(keys) > 2 and (keys[2] in TEXT_KEYS or keys[2] == "reading")  # the name of what is in use
    return (keys[0] == "catalog" and len(keys) > 1 and keys[1] in _ABOUT) or "silence" in keys


def _path(keys: Keys) -> str:
    text = ""
    for part in keys:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


def one_line(value: Any) -> str:
    """A value in YAML's flow style, which for our plain trees is near to JSON without most of the quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {one_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(one_line, value)) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = str(value)
    needs_quotes = isinstance(value, str) and (text != text.strip() or not text or not text.isprintable())
    return json.dumps(text, ensure_ascii=False) if needs_quotes else text


def _show(value: Any, width: int) -> str:
    text = one_line(value)
    return text if len(text) <= width else f"{text[: width - 3].rstrip()}..."
