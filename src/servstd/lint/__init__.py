"""Is a catalog in order, beyond what it needs to load? Each check has its code, its level and its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from servstd.catalog import Catalog
from servstd.errors import Problem
from servstd.lint.checks import CHECKS
from servstd.lint.ownership import Layer, layers_of, owner_of
from servstd.lint.scene import Scene
from servstd.lint.silence import Silences
from servstd.yaml_reader import place

__all__ = ["CHECKS", "Linted", "lint", "lint_catalog"]

IN_PLACE = ("id-reused", "in-place-edit", "rule-removed", "waiver-of-the-past")


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found, in line order, and how many findings were silenced."""

    problems: tuple[Problem, ...]
    silenced_count: int = 0


def lint_catalog(catalog: Catalog, *, today: date, against: Catalog | None = None) -> list[Problem]:
    """What is found in a catalog, in line order, without what is silenced. See `lint`."""
    return list(lint(catalog, today=today, against=against).problems)


def lint(catalog: Catalog, *, today: date, against: Catalog | None = None, inherited: bool = False) -> Linted:
    """Everything that is found in a catalog, as of a day in its own zone.

    `against` is an older state of the catalog, for edits that would change past verdicts. What a catalog below wrote is
    its owner's business and left out, unless `inherited`.
    """
    layers = layers_of(catalog)
    silences = Silences(catalog.tree, layers)
    first = 0 if inherited else len(layers) - 1
    loud: list[Problem] = []
    silenced_count = 0
    for problem in _found(catalog, today, against):
        # An edit that changes verdicts is everybody's business, whoever made it.
        owner = len(layers) - 1 if problem.code in IN_PLACE else owner_of(problem.keys, layers)
        is_silenced = owner >= 0 and silences.silenced(problem, owner)
        if owner >= first:
            silenced_count += is_silenced
            loud += [] if is_silenced else [problem]
    loud += [problem for owner, problem in silences.faults(_CODES, IN_PLACE) if owner >= first]
    placed = [_placed(problem, catalog, layers) for problem in loud]
    return Linted(tuple(sorted(placed, key=_in_line_order)), silenced_count)


_CODES = tuple(check.code for check in CHECKS)


def _found(catalog: Catalog, today: date, against: Catalog | None) -> Iterator[Problem]:
    scene = Scene(catalog, today)
    for check in CHECKS:
        yield from check.problems(scene)
    if against is not None:
        from servstd.lint.in_place import in_place_edits

        yield from in_place_edits(against, catalog, today=today)


def _placed(problem: Problem, catalog: Catalog, layers: Sequence[Layer]) -> Problem:
    """The problem with its place in the file that wrote it, and the line it is about."""
    if problem.file is not None and problem.line is None:
        return problem  # of a file as a whole: what it is about stands there no more
    is_laid = not problem.keys or problem.keys[0] in catalog.tree
    placed = place(problem, catalog.tree if is_laid else layers[-1])
    if placed.source is not None or placed.file is None or placed.line is None:
        return placed
    lines = _lines(placed.file)
    return replace(placed, source=lines[placed.line - 1]) if placed.line <= len(lines) else placed


@lru_cache(maxsize=64)
def _lines_read(file: str, changed_ns: int) -> tuple[str, ...]:
    return tuple(Path(file).read_text("utf-8", errors="replace").splitlines())


def _lines(file: str) -> tuple[str, ...]:
    """The lines of a file, none when it is no longer there."""
    try:
        return _lines_read(file, Path(file).stat().st_mtime_ns)
    except OSError:
        return ()


def _in_line_order(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file or "", problem.line or 0, problem.column or 0, problem.path
