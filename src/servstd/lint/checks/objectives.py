"""Objectives: the share that is demanded, over what window, who owns it and when it is looked at again."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.catalog import Rule
from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene

PLACEHOLDERS = frozenset(("", "?", "-", "n/a", "none", "nobody", "tba", "tbc", "tbd", "todo", "to be named", "unknown"))


def _with_objective(scene: Scene) -> Iterator[Rule]:
    return (rule for rule in scene.rules if rule.objective is not None and not rule.model.replaced_by)


@lint_check("info")
def objective_missing(scene: Scene) -> Iterator[Found]:
    """A rule that is reported without saying what share of passes is enough.

    Its rate is shown without a band, and nothing is ever reported as missed. That may be what you want.
    """
    for rule in scene.rules:
        if rule.enabled and rule.objective is None:
            yield Found(("rules", rule.id), "has no objective: its rate is never judged")


@lint_check("warning")
def objective_without_window(scene: Scene) -> Iterator[Found]:
    """An objective that does not say over what time its share is meant: write `per: month`, `week`, `quarter` ...

    90% of each week is a harder promise than 90% of the year.
    """
    for rule in _with_objective(scene):
        if (rule.spec.get("objective") or {}).get("per") is None:
            yield Found(("rules", rule.id, "objective"), "does not say over what time the share is meant")


@lint_check("warning")
def objective_without_owner(scene: Scene) -> Iterator[Found]:
    """A rule with an objective, and nobody who owns it: give `owner`, a role rather than a name.

    Somebody has to answer when it is missed, and to decide when it should change. A stopgap such as `to be named`
    counts as nobody.
    """
    for rule in _with_objective(scene):
        owner = rule.model.owner.strip()
        if not owner:
            yield Found(("rules", rule.id), "has an objective and no 'owner'")
        elif owner.lower() in PLACEHOLDERS:
            yield Found(("rules", rule.id, "owner"), f"has an objective, and {owner!r} names no owner")


@lint_check("warning")
def objective_without_review_date(scene: Scene) -> Iterator[Found]:
    """A rule with an objective that is never looked at again: give `review_by`, a date."""
    for rule in _with_objective(scene):
        if rule.model.review_by is None:
            yield Found(("rules", rule.id), "has an objective and no 'review_by'")


@lint_check("warning")
def objective_unconfirmed(scene: Scene) -> Iterator[Found]:
    """An objective that nobody has confirmed: it is shown, and never reported as missed.

    Look at a few months of figures first, then agree on the share and write `confirmed: true`, best with
    `confirmed_by` and `confirmed_on`.
    """
    for rule in _with_objective(scene):
        if rule.objective is not None and not rule.objective.confirmed:
            message = "is not confirmed, so that it is never reported as missed"
            yield Found(("rules", rule.id, "objective"), message)


@lint_check("warning")
def review_overdue(scene: Scene) -> Iterator[Found]:
    """The date in `review_by` is over: look at the rule, then set a new date."""
    for rule in scene.rules:
        day = rule.model.review_by
        if day is not None and day < scene.today:
            yield Found(("rules", rule.id, "review_by"), f"was to be reviewed by {day}")
