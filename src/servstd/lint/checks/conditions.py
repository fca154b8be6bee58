"""Conditions inside a rule that can never be met."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.catalog.body import Body
from servstd.catalog.walk import checks_in
from servstd.kinds.recorded import Recorded
from servstd.lint.algebra import NOTHING, Space, TooLarge
from servstd.lint.base import Found, lint_check
from servstd.lint.domains import leaves
from servstd.lint.parameters import parameters
from servstd.lint.scene import Scene, parts_in
from servstd.terms.condition import Condition, FieldMissing, FieldWithin
from servstd.terms.context import Path
from servstd.terms.event_ref import EventRef
from servstd.vocabulary import Word


@lint_check("warning")
def condition_never_holds(scene: Scene) -> Iterator[Found]:
    """A `when` or a `lean` that no record in the scope of the rule can meet, or a `where` that no event can.

    The step is never asked, the hint never given, the event never found.
    """
    for path, _, body in scene.bodies:
        reach = scene.reach(body)
        for place, condition in _record_conditions(path, body):
            if reach != NOTHING and scene.overlap(reach, scene.shown(condition)) == NOTHING:
                yield Found(place, "no record in the scope of the rule can meet this")
        for place, ref in _event_refs(path, body):
            if ref.where is not None and _never_matches(ref, scene):
                yield Found(place, f"no event {ref} can meet its 'where'")


def _record_conditions(path: Path, body: Body) -> Iterator[tuple[Path, Condition]]:
    for name, condition in body.lean:
        yield (*path, "lean", name), condition
    for place, check in checks_in(body.check, (*path, "check")):
        if check.when is not None:
            yield (*place, "when"), check.when


def _event_refs(path: Path, body: Body) -> Iterator[tuple[Path, EventRef]]:
    each = body.for_each
    if each is not None and each.event is not None:
        yield (*path, "for_each"), each.event
    for place, check in checks_in(body.check, (*path, "check")):
        for key, value in parameters(check):
            yield from (((*place, key), part) for part in parts_in(value) if isinstance(part, EventRef))


def _never_matches(ref: EventRef, scene: Scene) -> bool:
    words: dict[str, list[Word]] = {}
    for event in (scene.catalog.vocabulary.events[name] for name in ref.types):
        for name, word in event.attributes.items():
            words.setdefault(name, []).append(word)
    condition = ref.where
    try:
        return condition is not None and Space(words, [condition], is_attributes=True).shown(condition) == NOTHING
    except TooLarge:
        return False


@lint_check("warning")
def not_comparable(scene: Scene) -> Iterator[Found]:
    """`at_least` or `at_most` asked of a field that holds no number.

    Texts, choices, and yes or no have no order, so the condition is never decided. List the values that are meant:
    `priority: [high, urgent]`.
    """
    fields = scene.catalog.vocabulary.fields
    for place, leaf in _all_leaves(scene):
        word = fields.get(leaf.name) if isinstance(leaf, FieldWithin) else None
        if isinstance(leaf, FieldWithin) and word is not None and not word.type.text.startswith("number"):
            yield Found(place, f"{leaf.name!r} is {word.type.text}, which has no order to compare by")


def _places(path: Path, body: Body) -> Iterator[tuple[Path, Condition]]:
    if body.applies_to is not None:
        yield (*path, "applies_to"), body.applies_to
    yield from (((*path, "except", name), condition) for name, condition in body.excepts)
    yield from _record_conditions(path, body)
    for place, check in checks_in(body.check, (*path, "check")):
        if isinstance(check, Recorded) and check.with_ is not None and check.event is None:
            yield (*place, "with"), check.with_


@lint_check("warning")
def never_missing(scene: Scene) -> Iterator[Found]:
    """`{missing: true}` asked of a field that is never missing, because the catalog gives it a default.

    The condition is never true. Leave it out, or leave the default out.
    """
    for place, leaf in _all_leaves(scene):
        if isinstance(leaf, FieldMissing) and leaf.name in scene.catalog.defaults:
            yield Found(place, f"{leaf.name!r} has a default, so it is never missing")


def _all_leaves(scene: Scene) -> Iterator[tuple[Path, Condition]]:
    for path, _, body in scene.bodies:
        for place, condition in _places(path, body):
            for leaf in leaves(condition):
                yield place, leaf
