"""Walking through a rule: every check inside it and every body it can have, each with its path in the YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from servstd.catalog.body import Body
from servstd.kinds.base import Check
from servstd.terms.context import Path

if TYPE_CHECKING:
    from servstd.catalog.rule import Rule


def checks_in(check: Check, path: Path) -> Iterator[tuple[Path, Check]]:
    """A check and all those inside it."""
    yield path, check
    inside = getattr(check, "checks", None)
    if isinstance(inside, Mapping):
        for name, child in inside.items():
            yield from checks_in(child, (*path, "checks", name))
    else:
        for child in check.children():
            yield from checks_in(child, path)


def bodies_of(rule: Rule) -> Iterator[tuple[Path, Body]]:
    """What decides the rule, at first and in each version by date; one body for a rule without versions."""
    yield ("rules", rule.id), rule.versions[0].body if rule.versions else rule.body
    written = [version["from"] for version in rule.model.versions]
    for version in rule.versions[1:]:
        yield ("rules", rule.id, "versions", written.index(version.from_)), version.body
