"""What the tests of a catalog reach: outcomes, reasons and branches of each rule.

It looks at the reasoning of each test's verdict; nothing in the rules or kinds takes part in it. A branch is an
exemption, a step of a combination with an outcome it can have, a `when` that is not met, a row of a table of targets,
a version, or another reading. Tests under another reading reach only that reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.catalog.rule_tests import RuleTest
from servstd.evaluate.checks_found import CheckFound, State, named_checks
from servstd.evaluate.reach import DEMANDED, reachable, reachable_by
from servstd.evaluate.reasoning import OpportunityFound, Reasoning, reasoning_of
from servstd.evaluate.verdict import Verdict
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS, Outcome
from servstd.terms.target import Target


@dataclass
class RuleCoverage:
    """What the tests of one rule reach.

    `outcomes` and `reasons` count the tests by the verdict that came, `branches` the tests that reached each branch, in
    the order in which the rule is written. `demanded` are those of pass, fail and not applicable that it can have.
    """

    rule_id: str
    demanded: tuple[Outcome, ...]
    branches: dict[str, int]
    tests: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def missing_outcomes(self) -> tuple[Outcome, ...]:
        """Demanded outcomes that no test reaches."""
        return tuple(outcome for outcome in self.demanded if not self.outcomes[outcome])

    @property
    def missing_branches(self) -> tuple[str, ...]:
        """Branches that no test reaches."""
        return tuple(name for name, count in self.branches.items() if not count)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "rule_id": self.rule_id,
            "tests": self.tests,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "reasons": dict(sorted(self.reasons.items())),
            "branches": dict(self.branches),
            "missing_outcomes": [outcome.value for outcome in self.missing_outcomes],
            "missing_branches": list(self.missing_branches),
        }


class Coverage:
    """Collects what tests reach: give its `observe` to `run_tests`, then read `rules`."""

    def __init__(self, catalog: Catalog, rules: Iterable[str]) -> None:
        self.rules: dict[str, RuleCoverage] = {}
        for rule_id in rules:
            rule = catalog.rules[rule_id]
            possible = reachable(rule, catalog)
            demanded = tuple(outcome for outcome in DEMANDED if outcome in possible)
            self.rules[rule_id] = RuleCoverage(rule_id, demanded, dict.fromkeys(_branches(rule, catalog), 0))

    def observe(self, test: RuleTest, verdict: Verdict) -> None:
        """Note what one test reached."""
        found = self.rules.get(test.rule_id)
        if found is None:
            return
        found.tests += 1
        rule = verdict.assessment.evaluator.catalog.rules[test.rule_id]
        if test.use_reading is not None and test.use_reading != rule.reading:
            _count(found, (f"reading {test.use_reading}",))
            return
        found.outcomes[verdict.outcome] += 1
        found.reasons[verdict.reason] += 1
        _count(found, dict.fromkeys(_reached(reasoning_of(verdict))))


def _count(found: RuleCoverage, names: Iterable[str]) -> None:
    for name in names:
        if name in found.branches:
            found.branches[name] += 1


def _branches(rule: Rule, catalog: Catalog) -> Iterator[str]:
    """Every branch of a rule."""
    for version in rule.versions:
        yield _version(version.from_)
    bodies = [version.body for version in rule.versions] or [rule.body]
    for body in bodies:
        yield from _branches_of_body(body, catalog)
    yield from (f"reading {name}" for name in rule.readings if name != rule.reading)


def _branches_of_body(body: Body, catalog: Catalog) -> Iterator[str]:
    yield from (f"except {name}" for name, _ in body.excepts)
    yield from _branches_of_check(body.check, "", catalog)


def _branches_of_check(check: Check, path: str, catalog: Catalog) -> Iterator[str]:
    if check.when is not None:
        yield f"{_step(path)}left out" if path else "when not met"
    for name, value in ((key, getattr(check, key)) for key in type(check).model_fields):
        if isinstance(value, Target) and value.rows:
            yield from (f"{_step(path)}{name} row {number}" for number in range(1, len(value.rows) + 1))
    children = named_checks(check)
    if path and not children:
        possible = reachable_by(check, catalog)
        yield from (f"{_step(path)}{outcome.value}" for outcome in (PASS, FAIL) if outcome in possible)
    for name, child in children.items():
        yield from _branches_of_check(child, f"{path}.{name}" if path else name, catalog)


def _step(path: str) -> str:
    return f"step {path} " if path else ""


def _version(begin: object) -> str:
    return "version before the first date" if begin is None else f"version from {begin}"


def _reached(reasoning: Reasoning) -> Iterator[str]:
    for one in reasoning.opportunities:
        yield from _reached_by(one)


def _reached_by(one: OpportunityFound) -> Iterator[str]:
    if one.version is not None and one.decided_by != "versions":
        yield _version(one.version[0])
    if one.decided_by == "except":
        yield f"except {one.names[0]}"
    if one.check is not None:
        yield from _reached_in(one.check, "")


def _reached_in(check: CheckFound, path: str) -> Iterator[str]:
    if check.when is not None and check.when.answer is False:
        yield f"{_step(path)}left out" if path else "when not met"
    if check.state in (State.LEFT_OUT, State.NOT_NEEDED):
        return
    for target in check.targets:
        for number, (_, _, is_used) in enumerate(target.rows, start=1):
            if is_used:
                yield f"{_step(path)}{target.parameter} row {number}"
    if path and not check.checks and check.outcome is not None:
        yield f"{_step(path)}{check.outcome.value}"
    for inside in check.checks:
        yield from _reached_in(inside, f"{path}.{inside.name}" if path else str(inside.name))
