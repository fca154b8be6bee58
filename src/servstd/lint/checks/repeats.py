"""Rules that say what another says already."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene


@lint_check("warning")
def duplicate_rule(scene: Scene) -> Iterator[Found]:
    """Two rules with the same check on the same records: every verdict is given twice, and every miss counted twice.

    Their titles may differ; what decides does not. Retire one of them with `replaced_by`.
    """
    seen: set[str] = set()
    for pair in scene.related:
        first, second = pair.first.rule_id, pair.second.rule_id
        if pair.forth and pair.back and second not in seen:
            seen.add(second)
            yield Found(("rules", second), f"says the same as {first!r}: the same check on the same records")


@lint_check("warning")
def subsumed_rule(scene: Scene) -> Iterator[Found]:
    """A rule that another one keeps anyway: the same check on fewer records, or with a looser limit.

    Whoever meets the other meets this one, so that its verdicts add nothing. It may still have a purpose of its own,
    such as figures for one channel: silence it then, and say so.
    """
    seen: set[str] = set()
    for pair in scene.related:
        if pair.forth is pair.back:
            continue
        weak, strong = (pair.first, pair.second) if pair.forth else (pair.second, pair.first)
        if weak.rule_id not in seen:
            seen.add(weak.rule_id)
            how = "on fewer records" if weak.bounds == strong.bounds else "with a looser limit"
            yield Found(("rules", weak.rule_id), f"is met whenever {strong.rule_id!r} is: the same check, {how}")
