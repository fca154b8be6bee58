"""The parameters of a check under the keys that are written in YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from servstd.kinds.base import Check


def parameters(check: Check) -> Iterator[tuple[str, Any]]:
    """Key and value of each parameter; not the checks inside."""
    for name, given in type(check).model_fields.items():
        if name != "checks":
            yield given.alias or name, getattr(check, name)
