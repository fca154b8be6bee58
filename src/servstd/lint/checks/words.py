"""Words that a catalog declares and no rule of it uses."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene
from servstd.lint.used import words_in


@lint_check("warning")
def cue_unused(scene: Scene) -> Iterator[Found]:
    """A family of phrases that no rule listens for, and that no other family includes."""
    families = scene.catalog.tree.get("cues") or {}
    used = scene.words_used.union(*(words_in(body.get("includes")) for body in families.values()))
    for name in families:
        if name not in used:
            yield Found(("cues", name), f"no rule uses the cue {name!r}")


@lint_check("info")
def field_unused(scene: Scene) -> Iterator[Found]:
    """A field of your own that no rule, calendar or waiver asks about."""
    used = scene.words_used
    for name in scene.catalog.tree.get("fields") or {}:
        if name not in used:
            yield Found(("fields", name), f"no rule uses the field {name!r}")


@lint_check("info")
def event_unused(scene: Scene) -> Iterator[Found]:
    """An event of your own that no rule asks about, and that begins or ends no record."""
    used = scene.words_used | words_in(scene.catalog.tree.get("record_kinds"))
    for name in scene.catalog.tree.get("events") or {}:
        if name not in used:
            yield Found(("events", name), f"no rule uses the event {name!r}")


@lint_check("info")
def fixture_unused(scene: Scene) -> Iterator[Found]:
    """A fixture that no test starts from."""
    used = {name for test in scene.catalog.tests for name in test.fixtures}
    for name in scene.catalog.tree.get("fixtures") or {}:
        if name not in used:
            yield Found(("fixtures", name), f"no test uses the fixture {name!r}")
