"""Rows of tables that no record ever gets to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from servstd.catalog.walk import checks_in
from servstd.lint.algebra import EVERYTHING, NOTHING, Region
from servstd.lint.base import Found, lint_check
from servstd.lint.parameters import parameters
from servstd.lint.scene import Scene
from servstd.terms.condition import Condition
from servstd.terms.target import Target


@lint_check("warning")
def target_row_unreachable(scene: Scene) -> Iterator[Found]:
    """A row of a table of targets that is never used: the rows above it, or the scope of the rule, leave nothing.

    The first row whose condition is shown holds, so the special comes before the general.
    """
    for path, _, body in scene.bodies:
        reach = scene.reach(body)
        if reach == NOTHING:
            continue
        for place, check in checks_in(body.check, (*path, "check")):
            for key, value in parameters(check):
                if isinstance(value, Target) and value.rows:
                    for index in _unreached((condition for condition, _ in value.rows), reach, scene):
                        yield Found((*place, key, index), "no record in the scope of the rule gets to this row")


@lint_check("warning")
def calendar_row_unreachable(scene: Scene) -> Iterator[Found]:
    """A row of `calendar_for` that is never used, because its condition can not hold or a row above it always does.

    The first row whose condition is shown holds, so the special comes before the general.
    """
    for index in _unreached((row.when for row in scene.catalog.calendar_for), EVERYTHING, scene):
        yield Found(("calendar_for", index), "no record gets to this row")


def _unreached(conditions: Iterable[Condition | None], region: Region | None, scene: Scene) -> Iterator[int]:
    """The places of the rows that take nothing of what the rows before them left."""
    left = region
    for index, condition in enumerate(conditions):
        taken = scene.shown(condition)
        # The last row of a table of targets has no condition and must be there.
        if condition is not None and scene.overlap(left, taken) == NOTHING:
            yield index
        left = scene.minus(left, taken)
