"""The tests of a rule as examples: a few of each outcome, each with what the verdict says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from servstd.catalog import Catalog
from servstd.catalog.rule_tests import RuleTest
from servstd.evaluate.rule_tests import run_tests
from servstd.evaluate.verdict import Verdict
from servstd.handbook.model import Example
from servstd.outcome import Outcome

_HOW_MANY = {
    Outcome.PASS: 2,
    Outcome.FAIL: 2,
    Outcome.PENDING: 1,
    Outcome.NOT_APPLICABLE: 1,
    Outcome.UNKNOWN: 1,
}


# What an override may change so that the names of inherited tests no longer fit what they show.
_DECIDING = frozenset(("applies_to", "calendar", "check", "except", "for_each", "versions"))


def examples_of(catalog: Catalog, rules: Iterable[str]) -> dict[str, tuple[Example, ...]]:
    """By rule id. Only tests that do here what they say: inherited ones may rely on other opening hours.

    A test of another reading than the one in use is left out, and so are inherited tests of a rule that was changed.
    """
    wanted, changed = list(rules), _changed(catalog)
    found: dict[str, dict[Outcome, list[Example]]] = {rule_id: {} for rule_id in wanted}
    verdicts: dict[int, Verdict] = {}

    def keep(test: RuleTest, verdict: Verdict) -> None:
        verdicts[id(test)] = verdict

    for result in run_tests(catalog, wanted, inherited=True, observe=keep):
        verdict = verdicts.pop(id(result.test), None)
        if verdict is None or not result.is_passed or not _is_of_use(catalog, result.test, changed):
            continue
        kept = found[result.rule_id].setdefault(verdict.outcome, [])
        if len(kept) < _HOW_MANY[verdict.outcome]:
            kept.append(Example(_sentence(result.name), verdict.outcome, verdict.explain()))
    return {rule_id: tuple(_in_order(kept)) for rule_id, kept in found.items()}


def _is_of_use(catalog: Catalog, test: RuleTest, changed: frozenset[str]) -> bool:
    if not test.is_own and test.rule_id in changed:
        return False
    return test.use_reading is None or test.use_reading == catalog.rules[test.rule_id].reading


def _changed(catalog: Catalog) -> frozenset[str]:
    """The rules that a catalog decides otherwise than the one that wrote them and their tests."""
    profiles: Mapping[str, Any] = catalog.tree.get("profiles") or {}
    used = [profiles.get(name) or {} for name in catalog.tree.get("use_profiles") or ()]
    overrides = [layer.get("override") or {} for layer in (*catalog.layers, *used)]
    return frozenset(
        rule_id for override in overrides for rule_id, change in override.items() if _DECIDING & set(change or ())
    )


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def _in_order(kept: dict[Outcome, list[Example]]) -> Iterator[Example]:
    for outcome in _HOW_MANY:
        yield from kept.get(outcome, ())
