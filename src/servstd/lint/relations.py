"""Which rule follows from which: the same check, on no more records, with no stricter limit."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING

from servstd.catalog.body import Body
from servstd.catalog.walk import checks_in
from servstd.kinds.review import ReviewCheck
from servstd.lint.algebra import NOTHING, Region
from servstd.lint.canonical import Bounds, bounds_of, shape_of

if TYPE_CHECKING:
    from servstd.lint.scene import Scene

MAX_STEPS = 500_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule in force, and what is needed to compare it. `hull` holds what all its records have in common."""

    rule_id: str
    body: Body
    bounds: Bounds | None
    reach: Region
    hull: Mapping[Hashable, int]


@dataclass(frozen=True, slots=True)
class Related:
    """Two rules in catalog order. `forth`: whoever meets the second meets the first; `back`: the other way round."""

    first: Candidate
    second: Candidate
    forth: bool
    back: bool


def candidates(scene: Scene) -> list[list[Candidate]]:
    """The rules in force by what they check; only groups of several."""
    alike: dict[Hashable, list[Candidate]] = {}
    for rule_id, body in scene.in_force.items():
        # Reviewers answer a rule by its id: two such checks only look alike.
        if any(isinstance(check, ReviewCheck) for _, check in checks_in(body.check, ())):
            continue
        reach = scene.reach(body)
        if reach is not None and reach != NOTHING:
            one = Candidate(rule_id, body, bounds_of(body.check), reach, _hull(reach))
            alike.setdefault(shape_of(body), []).append(one)
    return [group for group in alike.values() if len(group) > 1]


def related(scene: Scene) -> Iterator[Related]:
    """Pairs of rules of which at least one follows from the other; as many as there is time for."""
    stop = scene.space.steps + MAX_STEPS
    for group in candidates(scene):
        for first, second in combinations(group, 2):
            if scene.space.steps > stop:
                return
            forth, back = _follows(first, second, scene), _follows(second, first, scene)
            if forth or back:
                yield Related(first, second, forth, back)


def _follows(one: Candidate, other: Candidate, scene: Scene) -> bool:
    """True when a record that keeps the second always keeps the first."""
    mine, theirs = one.bounds, other.bounds
    if mine != theirs and (mine is None or theirs is None or not mine.is_at_least_as_loose_as(theirs)):
        return False
    return covers(one, other, scene)


def covers(one: Candidate, other: Candidate, scene: Scene) -> bool:
    """True when every record of the first is certainly one of the second."""
    for variable, mask in other.hull.items():
        if variable not in one.hull or one.hull[variable] & ~mask:
            return False
    return scene.is_inside(one.reach, other.reach)


def _hull(region: Region) -> dict[Hashable, int]:
    """For each variable that every box limits, the classes that any of them allows."""
    common = set(region[0]).intersection(*region)
    return {variable: reduce(or_, (box[variable] for box in region)) for variable in common}
