"""Which records a rule reaches: none, all, or all but those that are exempt anyway."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.lint.algebra import EVERYTHING, NOTHING
from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene


@lint_check("error")
def rule_never_applies(scene: Scene) -> Iterator[Found]:
    """No record can meet `applies_to`, so the rule never gives a verdict but `not_applicable` or `unknown`.

    A field has one value: `all: [{channel: email}, {channel: phone}]` is never true, `channel: [email, phone]` is.
    A condition has to be shown, so `not: {said: thanks}` never holds either: not hearing something proves nothing.
    """
    for path, _, body in scene.bodies:
        if body.applies_to is not None and scene.scope(body) == NOTHING:
            yield Found((*path, "applies_to"), "no record can meet this")


@lint_check("error")
def rule_always_exempt(scene: Scene) -> Iterator[Found]:
    """Every record in the scope of the rule is exempt, by one exemption or by several together.

    The rule can only say `not_applicable`. Narrow the exemptions, or retire the rule.
    """
    for path, _, body in scene.bodies:
        if body.excepts and scene.scope(body) != NOTHING and scene.reach(body) == NOTHING:
            names = " and ".join(repr(name) for name, _ in body.excepts)
            yield Found((*path, "except"), f"{names} exempt{'s' * (len(body.excepts) == 1)} every record in scope")


@lint_check("warning")
def except_never_holds(scene: Scene) -> Iterator[Found]:
    """An exemption that no record in the scope of the rule can meet.

    It was meant to exempt something, and exempts nothing. Often the scope says already what the exemption repeats.
    """
    for path, _, body in scene.bodies:
        scope = scene.scope(body)
        for name, condition in body.excepts:
            if scope != NOTHING and scene.overlap(scope, scene.shown(condition)) == NOTHING:
                yield Found((*path, "except", name), "no record in the scope of the rule can meet this")


@lint_check("info")
def rule_always_applies(scene: Scene) -> Iterator[Found]:
    """The scope leaves nothing out: the rule is asked of calls, cases and absences alike.

    That is rarely meant. Name at least the `kind` of record; a scope that every record meets may as well go.
    """
    for path, _, body in scene.bodies:
        if body.applies_to is None:
            if body.for_each is None:
                yield Found(path, "has no 'applies_to': it is asked of every kind of record")
        elif scene.is_inside(EVERYTHING, scene.scope(body)):
            yield Found((*path, "applies_to"), "every record meets this")
