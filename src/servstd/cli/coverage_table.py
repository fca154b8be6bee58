"""The table of `servstd test --coverage`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from servstd.cli.wrapping import count_of, wrap
from servstd.evaluate.coverage import RuleCoverage
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN

_SHOWN = (PASS, FAIL, NOT_APPLICABLE, PENDING, UNKNOWN)
_HEADS = ("tests", "pass", "fail", "n/a", "pending", "unknown", "branches")
_INDENT = "  "


def coverage_lines(rules: Sequence[RuleCoverage]) -> Iterator[str]:
    """A row a rule, below it the reasons that its tests reach and what they miss, and a total."""
    if not rules:
        return
    width = max(len("rule"), *(len(one.rule_id) for one in rules))
    widths = [len(head) for head in _HEADS[:-1]]
    yield _row("rule".ljust(width), _HEADS, widths)
    for one in rules:
        counts = [str(one.tests), *(_count(one, outcome) for outcome in _SHOWN)]
        yield _row(one.rule_id.ljust(width), [*counts, _of(one)], widths)
        if one.reasons:
            text = ", ".join(f"{reason} {count}" for reason, count in one.reasons.most_common())
            yield from wrap(f"reasons: {text}", _INDENT, _INDENT * 2)
        missing = [*(outcome.value for outcome in one.missing_outcomes), *one.missing_branches]
        if missing:
            yield from wrap(f"not reached: {', '.join(missing)}", _INDENT, _INDENT * 2)
    yield _total(rules)


def _row(first: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    *counts, last = cells
    shown = (cell.rjust(width) for cell, width in zip(counts, widths, strict=True))
    return "  ".join([first, *shown, last]).rstrip()


def _count(one: RuleCoverage, outcome: Any) -> str:
    """How many tests; a dash for an outcome that the rule can not have."""
    count = one.outcomes[outcome]
    is_possible = outcome in one.demanded or outcome in (PENDING, UNKNOWN)
    return str(count) if count or is_possible else "-"


def _of(one: RuleCoverage) -> str:
    total = len(one.branches)
    return f"{total - len(one.missing_branches)} of {total}" if total else "-"


def total_of(rules: Sequence[RuleCoverage]) -> dict[str, int]:
    """The figures of all rules together."""
    return {
        "rules": len(rules),
        "tests": sum(one.tests for one in rules),
        "outcomes": sum(len(one.demanded) for one in rules),
        "outcomes_reached": sum(len(one.demanded) - len(one.missing_outcomes) for one in rules),
        "branches": sum(len(one.branches) for one in rules),
        "branches_reached": sum(len(one.branches) - len(one.missing_branches) for one in rules),
    }


def _total(rules: Sequence[RuleCoverage]) -> str:
    total = total_of(rules)
    return (
        f"{count_of(total['rules'], 'rule')}, {count_of(total['tests'], 'test')}: "
        f"{total['outcomes_reached']} of {total['outcomes']} outcomes and "
        f"{total['branches_reached']} of {total['branches']} branches reached"
    )
