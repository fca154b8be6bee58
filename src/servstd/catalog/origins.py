"""Where each value of a catalog comes from: file, line and layer, and what it replaced in the layers below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servstd.catalog.catalog import Catalog
from servstd.catalog.layers import stages
from servstd.catalog.rule import reading_spec
from servstd.catalog.source import SHIPPED, shipped_folder
from servstd.yaml_reader import merge_marks
from servstd.yaml_reader.marks import locate

Keys = tuple[str | int, ...]
# What is replaced as a whole is shown as a whole.
_WHOLE = frozenset(("applies_to", "for_each", "when", "with", "where", "source", "calendar"))
_UNSHOWN = frozenset(("tests", "silence"))
# What a title or a statement tells; a change of these may leave the words behind.
DEMANDS = frozenset(("applies_to", "except", "for_each", "calendar", "check"))
_WORDING = ("title", "statement")
# What a reading laid over a rule leaves out, though it is still there.
_EMPTIED = ("reading", "readings", "versions", "tests")
_SWITCHES = ("disable", "use_reading")


@dataclass(frozen=True, slots=True)
class Written:
    """A value with the place at which it was written; `layer` is the name of the catalog that wrote it.

    `file` and `line` are None where no file was read. A value of None was taken away, or was never there.
    """

    value: Any
    layer: str = ""
    file: str | None = None
    line: int | None = None

    @property
    def place(self) -> str:
        """`policy/mail.yaml:7`, `servstd email.yaml:41` for the shipped catalog, else the layer."""
        if self.file is None:
            return self.layer
        path = Path(self.file)
        shown = f"{SHIPPED} {path.name}" if path.parent == shipped_folder() else self.file
        return shown if self.line is None else f"{shown}:{self.line}"


@dataclass(frozen=True, slots=True)
class Origin:
    """One key of a rule: its final value, and what that replaced, the newest first."""

    keys: Keys
    final: Written
    replaced: tuple[Written, ...] = ()

    @property
    def path(self) -> str:
        """The keys as people write them: `check.within[0].use`."""
        return path_text(self.keys)

    @property
    def value(self) -> Any:
        """The final value."""
        return self.final.value

    @property
    def file(self) -> str | None:
        """The file that it was written in."""
        return self.final.file

    @property
    def line(self) -> int | None:
        """The line of that file, from 1."""
        return self.final.line

    @property
    def layer(self) -> str:
        """The name of the catalog that wrote it."""
        return self.final.layer

    @property
    def is_changed(self) -> bool:
        """True when a layer changed what one below said."""
        return bool(self.replaced)


def path_text(keys: Keys) -> str:
    """`check.within[0].use`."""
    text = ""
    for part in keys:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


class Origins:
    """The origins of everything in a catalog; the layers are laid once for all rules."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        layers = catalog.layers or (catalog.tree,)
        self.trees = stages(layers)
        self.written = layers
        self.names = [_layer_name(tree, index) for index, tree in enumerate(layers)]

    def of_rule(self, rule_id: str) -> list[Origin]:
        """Every key of a rule under the reading in use, in written order; keys that were taken away come last."""
        return self._compare([self._rule(tree, rule_id) for tree in self.trees], ("rules", rule_id))

    def of_switches(self, rule_id: str) -> list[Origin]:
        """Why the rule is switched off and which reading was chosen, as `disable` and `use_reading`."""
        found: list[Origin] = []
        for key in _SWITCHES:
            states = [self._at(index, tree, (key, rule_id)) for index, tree in enumerate(self.trees)]
            origin = _origin((key,), states)
            if origin is not None:
                found.append(origin)
        return found

    def first_layer(self, rule_id: str) -> int:
        """The index of the layer that wrote the rule."""
        return next((i for i, tree in enumerate(self.trees) if rule_id in (tree.get("rules") or {})), 0)

    def home(self, rule_id: str) -> str:
        """The name of the layer that wrote the rule."""
        return self.names[self.first_layer(rule_id)]

    def written_at(self, rule_id: str) -> Written:
        """Where the rule was written."""
        index = self.first_layer(rule_id)
        return self._at(index, self.trees[index], ("rules", rule_id))

    def changed_at(self, rule_id: str) -> Written:
        """Where the topmost layer writes or changes the rule; where it was written when that is told nowhere."""
        top = len(self.written) - 1
        for section in ("rules", "override", *_SWITCHES):
            if rule_id in (self.written[top].get(section) or {}):
                keys: Keys = (section, rule_id)
                return self._written(top, None, locate(self.written[top], keys, at_key=True))
        return self.written_at(rule_id)

    def calendar_written(self, name: str) -> Written:
        """Where a calendar was written last."""
        return self._at(len(self.trees) - 1, self.trees[-1], ("calendars", name))

    def is_calendar_changed_here(self, name: str) -> bool:
        """True when the topmost layer wrote the calendar."""
        return name in (self.written[-1].get("calendars") or {})

    def is_changed_here(self, rule_id: str) -> bool:
        """True when the topmost layer wrote the rule or changed anything about it."""
        if len(self.trees) < 2:
            return True
        below, top = self.trees[-2:]
        sections = ("rules", *_SWITCHES)
        return any((below.get(key) or {}).get(rule_id) != (top.get(key) or {}).get(rule_id) for key in sections)

    def has_own_tests(self, rule_id: str) -> bool:
        """True when the topmost layer gives a rule of a layer below tests of its own."""
        rule = (self.written[-1].get("override") or {}).get(rule_id)
        return isinstance(rule, Mapping) and "tests" in rule

    def has_stale_wording(self, rule_id: str) -> bool:
        """True when a layer changed what the rule demands and left the title and the statement of a layer below."""
        states = [self._rule(tree, rule_id) for tree in self.trees]
        told = [None if state is None else {key: state.get(key) for key in DEMANDS} for state in states]
        words = [None if state is None else [state.get(key) for key in _WORDING] for state in states]
        stale = False
        for index in range(self.first_layer(rule_id) + 1, len(states)):
            if words[index] != words[index - 1]:
                stale = False
            elif told[index] != told[index - 1]:
                stale = True
        return stale

    def _rule(self, tree: Mapping[str, Any], rule_id: str) -> Any:
        """The rule as it stands after a layer, under the reading that this layer leaves in use."""
        spec = (tree.get("rules") or {}).get(rule_id)
        used = (tree.get("use_reading") or {}).get(rule_id)
        if not isinstance(spec, Mapping) or used is None or used not in (spec.get("readings") or {}):
            return spec
        laid = reading_spec(spec, used)
        whole = {key: value for key, value in laid.items() if key not in _EMPTIED}
        whole |= {key: spec[key] for key in _EMPTIED if key in spec}
        return merge_marks(whole, laid, spec)

    def _compare(self, specs: list[Any], root: Keys) -> list[Origin]:
        leaves = [dict(leaves_of(spec)) if isinstance(spec, Mapping) else {} for spec in specs]
        names = dict.fromkeys([*leaves[-1], *(keys for one in reversed(leaves) for keys in one)])
        found: list[Origin] = []
        for keys in names:
            states = [self._state(index, specs[index], one, keys, root) for index, one in enumerate(leaves)]
            origin = _origin(keys, states)
            if origin is not None:
                found.append(origin)
        return found

    def _state(self, index: int, spec: Any, leaves: Mapping[Keys, Any], keys: Keys, root: Keys) -> Written:
        if keys in leaves:
            return self._written(index, leaves[keys], locate(spec, keys))
        # A key that is gone was taken away where an override gives null, or something above it anew.
        change = ("override", *root[1:], *keys) if root[0] == "rules" else (*root, *keys)
        return self._written(index, None, locate(self.written[index], change))

    def _at(self, index: int, tree: Mapping[str, Any], keys: Keys) -> Written:
        node: Any = tree
        for key in keys:
            node = node.get(key) if isinstance(node, Mapping) else None
        return self._written(index, node, locate(tree if node is not None else self.written[index], keys))

    def _written(self, index: int, value: Any, mark: Any) -> Written:
        if mark is None or mark.file is None:
            return Written(value, self.names[index])
        return Written(value, self._layer_of(mark.file, index), mark.file, mark.line)

    def _layer_of(self, file: str, index: int) -> str:
        for tree, name in zip(self.written, self.names, strict=True):
            if any(entry[0] == file for entry in getattr(tree, "marks", {}).values()):
                return name
        return self.names[index]


def _origin(keys: Keys, states: list[Written]) -> Origin | None:
    """The last state with those that it replaced; None for what was never there."""
    changed = [states[0]]
    for state in states[1:]:
        if state.value != changed[-1].value:
            changed.append(state)
    if len(changed) == 1 and changed[0].value is None:
        return None
    before = [state for state in reversed(changed[:-1]) if state.value is not None]
    return Origin(keys, changed[-1], tuple(before))


def leaves_of(value: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """The keys of a rule with their values, down to what is written and replaced as one."""
    is_whole = bool(keys) and (keys[-1] in _WHOLE or (len(keys) > 1 and keys[-2] in ("except", "lean")))
    if isinstance(value, Mapping) and not is_whole:
        for key, content in value.items():
            if keys or key not in _UNSHOWN:
                yield from leaves_of(content, (*keys, key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value) and not is_whole:
        for index, item in enumerate(value):
            yield from leaves_of(item, (*keys, index))
    else:
        yield keys, value


def _layer_name(tree: Mapping[str, Any], index: int) -> str:
    """What a catalog calls itself, else its folder."""
    about = tree.get("catalog")
    name = about.get("name") if isinstance(about, Mapping) else None
    if name:
        return str(name)
    files = [entry[0] for entry in getattr(tree, "marks", {}).values() if entry[0]]
    return (Path(files[0]).parent.name or files[0]) if files else f"layer {index + 1}"


def origins_of(catalog: Catalog, rule_id: str) -> list[Origin]:
    """Where each key of a rule comes from. Raises `KeyError` for an unknown id."""
    if rule_id not in catalog.rules:
        raise KeyError(rule_id)
    return Origins(catalog).of_rule(rule_id)
