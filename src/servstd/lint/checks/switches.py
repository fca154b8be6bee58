"""Rules that are switched off twice, retired and still on, or of a kind that is not what it says."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.catalog.walk import checks_in
from servstd.kinds import KINDS
from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene


@lint_check("warning")
def disable_without_effect(scene: Scene) -> Iterator[Found]:
    """`disable` of a rule that is off already: the rule says `enabled: false`, or a catalog below disables it.

    It changes nothing now. If the catalog below should switch the rule on one day, it would surprise.
    """
    below: set[str] = set()
    for layer in scene.catalog.layers:
        disabled = layer.get("disable") or {}
        for rule_id in disabled:
            rule = scene.catalog.rules.get(rule_id)
            if rule is not None and (rule_id in below or not rule.body.is_enabled):
                yield Found(("disable", rule_id), f"{rule_id!r} is off already")
        below |= set(disabled)


@lint_check("warning")
def retired_rule_enabled(scene: Scene) -> Iterator[Found]:
    """A rule names the one that replaced it, and is still reported: both count.

    Set `enabled: false`. A retired rule stays in the catalog, so that its id is never used for something else.
    """
    for rule in scene.rules:
        if rule.model.replaced_by and rule.enabled:
            message = f"is replaced by {rule.model.replaced_by!r}, and still reported"
            yield Found(("rules", rule.id, "replaced_by"), message)


@lint_check("warning")
def kind_replaced(scene: Scene) -> Iterator[Found]:
    """A kind of check of a developer's own has the name of a shipped one, and takes its place.

    Whoever reads the rule expects the shipped meaning. Give the kind another name.
    """
    for path, _, body in scene.bodies:
        for place, check in checks_in(body.check, (*path, "check")):
            if check.kind in KINDS and type(check) is not KINDS[check.kind]:
                yield Found((*place, "kind"), f"{check.kind!r} is a shipped kind, and here it is another")
