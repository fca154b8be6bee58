"""Catalogs that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene


@lint_check("warning")
def no_rules(scene: Scene) -> Iterator[Found]:
    """A catalog without a rule, or of which every rule is switched off: whatever is checked by it, nothing is found.

    Most often a folder was named that holds something else, or `extends` was forgotten. A catalog that only lends
    calendars and words to others says so with `silence`.
    """
    if not scene.rules:
        yield Found(("rules",), "the catalog holds no rule, so that nothing is ever judged")
    elif not any(rule.enabled for rule in scene.rules):
        yield Found(("rules",), "every rule is switched off, so that nothing is ever judged")
