"""Waivers: agreed exemptions that should end, and that should exempt something."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.catalog.rule import midnight_us
from servstd.catalog.waivers import Waiver
from servstd.catalog.walk import bodies_of
from servstd.lint.algebra import NOTHING
from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene


@lint_check("warning")
def waiver_expired(scene: Scene) -> Iterator[Found]:
    """The waiver ended before today, in the catalog's zone.

    It still covers records of its time, so keep it while those are judged; then take it out.
    """
    now = midnight_us(scene.today, scene.catalog.zone)
    for index, waiver in enumerate(scene.catalog.waivers):
        if waiver.until_us is not None and waiver.until_us <= now:
            yield Found(("waivers", index, "until"), f"the waiver of {waiver.rule!r} is over")


@lint_check("info")
def waiver_without_end(scene: Scene) -> Iterator[Found]:
    """A waiver without `until` exempts for good: an `except` of the rule says the same where it can be seen."""
    for index, waiver in enumerate(scene.catalog.waivers):
        if waiver.until_us is None:
            yield Found(("waivers", index), f"the waiver of {waiver.rule!r} has no 'until'")


@lint_check("warning")
def waiver_matches_nothing(scene: Scene) -> Iterator[Found]:
    """A waiver whose `when` no record in the scope of its rule can meet, or whose rule is switched off."""
    for index, waiver in enumerate(scene.catalog.waivers):
        rule = scene.catalog.rules[waiver.rule]
        if not rule.enabled:
            yield Found(("waivers", index, "rule"), f"{waiver.rule!r} is switched off: there is nothing to waive")
        elif waiver.when is not None and _never_meets(waiver, scene):
            message = f"no record in the scope of {waiver.rule!r} can meet this"
            yield Found(("waivers", index, "when"), message)


def _never_meets(waiver: Waiver, scene: Scene) -> bool:
    shown = scene.shown(waiver.when)
    reaches = [scene.reach(body) for _, body in bodies_of(scene.catalog.rules[waiver.rule])]
    return any(reach != NOTHING for reach in reaches) and all(
        scene.overlap(reach, shown) == NOTHING for reach in reaches
    )
