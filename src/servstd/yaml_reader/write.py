"""Values as YAML that `read_yaml` reads back to the same values, written as a person would write them."""

from __future__ import annotations

from typing import Any

import yaml

from servstd.yaml_reader.marks import plain
from servstd.yaml_reader.scalars import read_scalar

_WIDTH = 116
# Line breaks that only YAML 1.1 knows.
_ESCAPED = frozenset("\x85\u2028\u2029")
_TEXT, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
_TAGS = {
    bool: "tag:yaml.org,2002:bool",
    int: "tag:yaml.org,2002:int",
    float: "tag:yaml.org,2002:float",
    type(None): "tag:yaml.org,2002:null",
}
_COLLECTIONS = {yaml.MappingNode: "tag:yaml.org,2002:map", yaml.SequenceNode: "tag:yaml.org,2002:seq"}


class _Dumper(yaml.SafeDumper):
    """Quotes only what our own reader would not read as text: dates and times of day stay bare, as in the docs."""

    def ignore_aliases(self, data: Any) -> bool:
        """Every value is written out: aliases are errors in a catalog."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a list stand under their key, not beside it."""
        super().increase_indent(flow, False)

    def represent_str(self, data: str) -> Any:
        """A text, escaped where it has to be."""
        return self.represent_scalar(_TEXT, data, '"' if _ESCAPED.intersection(data) else None)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """The tag that the reader would give: of a plain scalar by its text."""
        if kind is not yaml.ScalarNode:
            return _COLLECTIONS[kind]
        if not implicit[0]:
            return _TEXT
        return _TAGS.get(type(read_scalar(value)), _MERGE if value == "<<" else _TEXT)


_Dumper.add_representer(str, _Dumper.represent_str)


def write_yaml(value: Any) -> str:
    """A value as a YAML document, mappings in their own order; what holds only scalars stands on one line."""
    return _dumped(value, _WIDTH, None)


def write_flow(value: Any) -> str:
    """A value on one line, as it may stand after a key: `{channel: email, kind: [a, b]}`."""
    return _dumped(value, 10**9, True).removesuffix("\n").removesuffix("\n...")


def _dumped(value: Any, width: int, is_flow: bool | None) -> str:
    text: str = yaml.dump(
        plain(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=width, default_flow_style=is_flow
    )
    return text
