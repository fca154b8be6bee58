"""What to write instead, for hints: values as YAML on one line."""

from __future__ import annotations

from typing import Any

REST = "..."  # stands in a value where only its author can know what follows
_LONGEST = 120


def on_one_line(value: Any) -> str | None:
    """A value on one line; None when that is long."""
    from servstd.yaml_reader.write import write_flow  # it brings the parser, which most programs never need

    text = write_flow(value).replace(f"'{REST}'", REST)
    return text if len(text) <= _LONGEST else None


def write_hint(value: Any) -> str | None:
    """The hint to write a value; None when it is too long for one."""
    text = on_one_line(value)
    return None if text is None else f"write {text}"
