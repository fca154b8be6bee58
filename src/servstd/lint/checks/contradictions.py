"""Limits and demands that nothing can meet."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations
from math import inf

from servstd.catalog.body import Body
from servstd.catalog.walk import checks_in
from servstd.kinds.base import Check
from servstd.kinds.deadline import Deadline
from servstd.kinds.limit import Limit
from servstd.kinds.recorded import Recorded
from servstd.lint.algebra import NOTHING
from servstd.lint.base import Found, lint_check
from servstd.lint.canonical import Bounds, bounds_of, canonical
from servstd.lint.relations import MAX_STEPS, candidates, covers
from servstd.lint.scene import Scene


@lint_check("error")
def contradictory_rules(scene: Scene) -> Iterator[Found]:
    """Two rules on the same records that no record can meet together.

    One asks for at least 5 of what the other allows at most 3 of; or one demands an event that the other forbids.
    Reported when the records of one rule all lie in the scope of the other.
    """
    stop = scene.space.steps + MAX_STEPS
    for group in candidates(scene):
        for one, other in combinations(group, 2) if isinstance(group[0].body.check, Limit) else ():
            if scene.space.steps > stop:
                break
            is_excluded = one.bounds is not None and other.bounds is not None and one.bounds.excludes(other.bounds)
            if is_excluded and (covers(one, other, scene) or covers(other, one, scene)):
                message = f"no record can meet this and {one.rule_id!r}"
                yield Found(("rules", other.rule_id, "check"), message)
    for first, second in _demanded_and_forbidden(scene):
        yield Found(("rules", second, "check"), f"{first!r} demands the event that this one forbids")


def _share_records(one: Body, other: Body, scene: Scene) -> bool:
    mine, theirs = scene.reach(one), scene.reach(other)
    return scene.is_inside(mine, theirs) or scene.is_inside(theirs, mine)


def _demanded_and_forbidden(scene: Scene) -> Iterator[tuple[str, str]]:
    """Ids of rules that demand an event, each with one that forbids it."""
    demanded: dict[Hashable, list[tuple[str, Body]]] = {}
    forbidden: list[tuple[Hashable, str, Body]] = []
    for rule_id, body in scene.in_force.items():
        check = body.check
        if not isinstance(check, Recorded) or check.when is not None or scene.reach(body) in (None, NOTHING):
            continue
        key: Hashable = body.for_each, canonical(check.model_copy(update={"never": False, "trust_silence": None}))
        if check.never:
            forbidden.append((key, rule_id, body))
        else:
            demanded.setdefault(key, []).append((rule_id, body))
    for wanted, second, other in forbidden:
        for first, one in demanded.get(wanted, ()):
            if _share_records(one, other, scene):
                yield first, second


@lint_check("error")
def limit_never_kept(scene: Scene) -> Iterator[Found]:
    """A limit that no number can keep: `at_least` above `at_most`, or beyond what the field can hold.

    A survey answer from 1 to 5 is never at least 6; there is never less than no event.
    """
    for path, _, body in scene.bodies:
        for place, check in checks_in(body.check, (*path, "check")):
            bounds, possible = _bounds_of_limit(check), _possible(check, scene)
            if bounds is not None and (bounds.low > bounds.high or bounds.excludes(possible)):
                yield Found(place, f"no {_number(check)} can keep this limit")


@lint_check("warning")
def limit_always_kept(scene: Scene) -> Iterator[Found]:
    """A limit that every number keeps, such as at least 0 events, or at most 5 on a scale from 1 to 5.

    Also a deadline whose `to` is the event of its `from`: that event stops the clock when it starts it.
    """
    for path, _, body in scene.bodies:
        for place, check in checks_in(body.check, (*path, "check")):
            if isinstance(check, Deadline) and _stops_as_it_starts(check):
                yield Found((*place, "to"), "the event that starts this clock stops it too, so that no record is late")
            bounds, possible = _bounds_of_limit(check), _possible(check, scene)
            if bounds is not None and bounds.is_at_least_as_loose_as(possible):
                yield Found(place, f"every {_number(check)} keeps this limit")


def _stops_as_it_starts(check: Deadline) -> bool:
    """True when every start is an answer to itself; a due time that the record names may lie before it all the same."""
    start, stop = check.from_, check.to
    is_one = (start.is_this, start.where) == (stop.is_this, stop.where) and {*start.types} <= {*stop.types}
    return is_one and check.due is None


def _bounds_of_limit(check: Check) -> Bounds | None:
    return bounds_of(check) if isinstance(check, Limit) else None


def _possible(check: Check, scene: Scene) -> Bounds:
    """The numbers there can be."""
    if not isinstance(check, Limit):
        return Bounds(-inf, inf)
    if check.of.count is not None or check.of.elapsed is not None:
        return Bounds(0, inf, getattr(bounds_of(check), "clock", None))
    word = scene.catalog.vocabulary.fields.get(check.of.field or "")
    if word is None or word.type.low is None or word.type.high is None:
        return Bounds(-inf, inf)
    return Bounds(word.type.low, word.type.high)


def _number(check: Check) -> str:
    return str(check.of.name).replace("_", " ") if isinstance(check, Limit) else check.kind
