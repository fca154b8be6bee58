"""What every check of a catalog has: a code, a level, and a function that finds.

A check is one function; its name is its code, its docstring the text on its page.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from servstd.errors import Level, Problem
from servstd.terms.context import Path

if TYPE_CHECKING:
    from servstd.lint.scene import Scene


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: where it is, and what is wrong there."""

    keys: Path
    message: str
    hint: str | None = None


Find = Callable[["Scene"], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class LintCheck:
    """A check of a catalog. `text` is what its page says."""

    code: str
    level: Level
    find: Find
    text: str

    def problems(self, scene: Scene) -> Iterable[Problem]:
        """What it finds; the same words at the same place only once."""
        for found in dict.fromkeys(self.find(scene)):
            yield Problem(self.code, found.message, found.keys, found.hint, level=self.level)


def lint_check(level: Level) -> Callable[[Find], LintCheck]:
    """Make a check of a function: `rule_never_applies` finds `rule-never-applies`."""

    def made(find: Find) -> LintCheck:
        name = find.__name__
        return LintCheck(name.replace("_", "-"), level, find, inspect.getdoc(find) or "")

    return made
