"""`servstd lint`: is a catalog in order?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import typer

from servstd.catalog import Catalog, load_catalog
from servstd.catalog.revision import folder_of
from servstd.cli.problem_output import render_problems
from servstd.cli.stop import BAD_USAGE, say, stopping
from servstd.cli.wrapping import count_of
from servstd.errors import CatalogError, Level, Problem
from servstd.lint import Linted, lint

LEVELS: tuple[Level, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What was asked for. `level` is the lowest level that is shown; `today` None is today in the catalog's zone."""

    folder: Path | None = None
    style: str = "text"
    against: str | None = None
    level: str = "warning"
    is_inherited: bool = False
    today: date | None = None


def run_lint(options: LintOptions) -> int:
    """Print what is found in a catalog and a line that sums it up; 1 when there is an error."""
    older = _older(options.against)
    frozen: Sequence[Problem] = ()
    try:
        catalog, frozen = _load(options.folder)
    except CatalogError as error:
        if {problem.code for problem in error.problems} == {"no-catalog"}:
            say(str(error))
            return BAD_USAGE
        _print(error.problems, options.style)
        _conclude(f"{count_of(len(error.problems), 'problem')}; what does not load is not looked at further", options)
        return 1
    today = options.today or datetime.now(catalog.zone).date()
    found = lint(catalog, today=today, against=older, inherited=options.is_inherited)
    found = replace(found, problems=(*frozen, *found.problems))
    shown = LEVELS[: LEVELS.index(options.level) + 1]
    _print([problem for problem in found.problems if problem.level in shown], options.style)
    _conclude(_summary(catalog, found, shown), options)
    return int(any(problem.level == "error" for problem in found.problems))


def _load(folder: Path | None) -> tuple[Catalog, Sequence[Problem]]:
    """The catalog, and what its lock says of it: that it is not what was frozen is one finding among others."""
    try:
        return load_catalog(folder), ()
    except CatalogError as error:
        if {problem.code for problem in error.problems} != {"lock-mismatch"}:
            raise
        return load_catalog(folder, check_lock=False), error.problems


def _older(where: str | None) -> Catalog | None:
    """The catalog to compare with, read whole before its folder goes."""
    if where is None:
        return None
    with stopping(), folder_of(where) as folder:
        return load_catalog(folder, check_lock=False)


def _print(problems: Sequence[Problem], style: str) -> None:
    text = render_problems(problems, style)
    if text:
        typer.echo(text)


def _conclude(sentence: str, options: LintOptions) -> None:
    """The line that sums up; beside output for programs it goes to standard error."""
    typer.echo(sentence, err=options.style != "text")


def _summary(catalog: Catalog, found: Linted, shown: Sequence[str]) -> str:
    """`78 rules: 0 errors, 2 warnings, 5 notes (--level info shows them), 3 silenced`."""
    counts = Counter(problem.level for problem in found.problems)
    parts = [
        count_of(counts[level], name) + _hidden(counts[level], level, shown)
        for level, name in zip(LEVELS, ("error", "warning", "note"), strict=True)
    ]
    parts += [f"{found.silenced_count} silenced"] if found.silenced_count else []
    return f"{count_of(len(catalog.rules), 'rule')}: {', '.join(parts)}"


def _hidden(count: int, level: str, shown: Sequence[str]) -> str:
    return f" (--level {level} shows {'it' if count == 1 else 'them'})" if count and level not in shown else ""
