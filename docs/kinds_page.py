"""docs/reference/kinds.md: each kind with its meaning, its parameters and its examples."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import yaml

from servstd.kinds import KINDS
from servstd.kinds.base import Check, ChecksField
from servstd.kinds.examples import EXAMPLES, Example
from servstd.terms.moved import MovedByField
from servstd.terms.number import BoundField, ForEveryField, OfField
from servstd.terms.pauses import PausesField
from servstd.terms.read import AnchorField, ConditionField, CuesField, EventField, EventOrThisField, FieldsField
from servstd.terms.read import SpeakerField as Speaker
from servstd.terms.target import DueField, TargetField

SHAPES = {
    EventField: "event",
    EventOrThisField: "event or `this`",
    AnchorField: "anchor",
    ConditionField: "condition",
    FieldsField: "field or list",
    CuesField: "cue or list",
    Speaker: "`agent`, `customer`, `system`",
    TargetField: "target",
    DueField: "attribute",
    MovedByField: "event and attribute",
    PausesField: "list",
    OfField: "number source",
    ForEveryField: "count and field",
    BoundField: "number or duration",
    ChecksField: "names with checks",
}
EVERYWHERE = ("kind", "when", "trust_silence")
BY_KEY = {
    "every": "duration or period",
    "owed": "`whole`, `any` or duration",
    "lasting": "duration or share of a day",
    "scale": "scale",
    "counts": "answers with outcomes",
    "same": "attribute",
    "with": "condition",
}
_BY_READER = {id(get_args(shape)[1]): words for shape, words in SHAPES.items()}
_QUOTED_INSTANT = re.compile(r"'(\d{4}-\d\d-\d\dT[\d:]+Z)'")


def kinds_page() -> str:
    """All kinds, in the order of the list."""
    return "\n".join(line for kind in KINDS.values() for line in _kind(kind))


def _kind(kind: type[Check]) -> Iterator[str]:
    yield f"## {kind.name}\n"
    yield from _meaning(kind)
    yield "| parameter | takes | default | means |"
    yield "|---|---|---|---|"
    for name, info in kind.model_fields.items():
        if name not in EVERYWHERE:
            yield _parameter(info.alias or name, info)
    yield ""
    yield from _examples(EXAMPLES[kind.name])


def _meaning(kind: type[Check]) -> Iterator[str]:
    """The docstring of the module, which is the page of its kind; that of the class where one module holds several."""
    text = (sys.modules[kind.__module__].__doc__ or "").strip()
    if kind.name in ("any_of", "first_decided"):
        text = f"{(kind.__doc__ or '').strip()} See [all_of](#all_of) for what the three combinations have in common."
    yield f"{text}\n"


def _parameter(key: str, info: Any) -> str:
    default = "required" if info.is_required() else _default(info.default)
    return f"| `{key}` | {BY_KEY.get(key) or _shape(info)} | {default} | {info.description} |"


def _shape(info: Any) -> str:
    for part in info.metadata:
        if id(part) in _BY_READER:
            return _BY_READER[id(part)]
    annotation = info.annotation
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    parts = set(get_args(annotation) or (annotation,))
    if bool in parts:
        return "`true` or `false`"
    return "whole number" if int in parts else "text"


def _default(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, str) else "`this`"


def _examples(examples: tuple[Example, ...]) -> Iterator[str]:
    """One YAML block for each check, with its records as tests."""
    shown: list[Any] = []
    for example in examples:
        if example.check in shown:
            continue
        shown.append(example.check)
        rule: dict[str, Any] = {"for_each": example.for_each} if example.for_each else {}
        rule |= {"check": example.check, "tests": [_test(one) for one in examples if one.check == example.check]}
        yield f"```yaml\n{_written(rule)}```\n"


def _test(example: Example) -> dict[str, Any]:
    as_of = {"as_of": example.as_of} if example.as_of else {}
    return {"name": example.name, **as_of, "given": example.record, "expect": example.expect}


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(rule: dict[str, Any]) -> str:
    text = yaml.dump(rule, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    return _QUOTED_INSTANT.sub(r"\1", text)
