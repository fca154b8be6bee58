"""docs/reference/lint.md: each finding with its level, what to do about it, and an example with its real message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import yaml

from servstd.catalog import Catalog, load_catalog
from servstd.errors import Problem
from servstd.kinds.base import Check
from servstd.lint import CHECKS, lint_catalog
from servstd.lint.base import LintCheck
from servstd.lint.checks import MODULES
from servstd.lint.silence import LEVELS
from servstd.yaml_reader import read_yaml

EXAMPLES = Path(__file__).parent / "lint_examples.yaml"
SILENCES = {
    "silence-unknown": "A silence of a code that there is not, most often a slip. It silences nothing.",
    "silence-unused": "A silence of what is not found any more: what it was for has been mended. Take it out.",
}


class OwnReview(Check):
    """A kind of a developer's own under a shipped name."""

    name = "review"
    kind: Literal["review"] = "review"


@lru_cache
def content() -> dict[str, Any]:
    """The examples as they are written."""
    loaded: dict[str, Any] = yaml.safe_load(EXAMPLES.read_text("utf-8"))
    return loaded


def catalog_of(code: str, which: str) -> Catalog:
    """An example laid over the base: `which` is fault or clean."""
    tree = {**content()["base"]}
    for key, value in _read(content()["examples"][code][which]).items():
        is_joined = isinstance(value, Mapping) and isinstance(tree.get(key), Mapping)
        tree[key] = {**tree[key], **value} if is_joined else value
    tree = {key: value for key, value in tree.items() if value is not None}
    return load_catalog(tree, kinds=[OwnReview] if (code, which) == ("kind-replaced", "fault") else [])


def _read(text: str) -> Mapping[str, Any]:
    """As a catalog reads its files: a date is a text there."""
    value, problems = read_yaml(text, "policy.yaml")
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    return value or {}


def found(code: str, which: str) -> list[Problem]:
    """Everything that is found in an example."""
    return lint_catalog(catalog_of(code, which), today=date.fromisoformat(content()["today"]))


def lint_page() -> str:
    """All findings, by what they are about."""
    return "\n".join(line for module in MODULES for line in _module(module)) + "\n".join(_silences())


def lint_table() -> str:
    """One row a finding."""
    levels = {**{check.code: check.level for check in CHECKS}, **LEVELS}
    rows = (f"| [{code}](#{code}) | {level} |" for code, level in levels.items())
    return "\n".join(("| finding | level |", "|---|---|", *rows)) + "\n"


def _module(module: ModuleType) -> Iterator[str]:
    title = (module.__doc__ or "").splitlines()[0].rstrip(".")
    yield f"## {title}\n"
    for check in vars(module).values():
        if isinstance(check, LintCheck):
            yield from _entry(check.code, check.level, check.text)


def _silences() -> Iterator[str]:
    yield "## Silences themselves\n"
    for code, text in SILENCES.items():
        yield from _entry(code, LEVELS[code], text)


def _entry(code: str, level: str, text: str) -> Iterator[str]:
    yield f"### {code}\n"
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    yield f"**{level}**: " + "\n\n".join(paragraphs) + "\n"
    [problem] = [one for one in found(code, "fault") if one.code == code]
    yield f"```yaml\n{content()['examples'][code]['fault'].rstrip()}\n```\n"
    yield f"```text\n{problem.render()}\n```\n"
