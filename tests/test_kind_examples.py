"""The examples of every kind, which docs/reference/kinds.md shows, give what they say."""

from __future__ import annotations

import pytest

import servstd
from servstd.evaluate.rule_tests import RuleTestResult, run_tests
from servstd.kinds import KINDS
from servstd.kinds.examples import EXAMPLES, HOURS, Example


def judged(example: Example) -> RuleTestResult:
    test = {"name": example.name, "given": example.record, "expect": example.expect}
    test |= {"as_of": example.as_of} if example.as_of else {}
    rule = {"title": "An example", "check": example.check, "tests": [test]}
    rule |= {"for_each": example.for_each} if example.for_each else {}
    catalog = servstd.load_catalog(
        {"calendars": {"hours": HOURS}, "default_calendar": "hours", "rules": {"example.rule": rule}}
    )
    return next(run_tests(catalog))


@pytest.mark.parametrize(
    "example", [pytest.param(one, id=f"{kind}: {one.name}") for kind, examples in EXAMPLES.items() for one in examples]
)
def test_the_example_of_a_kind_gives_what_it_says(example: Example) -> None:
    result = judged(example)
    assert result.is_passed, result.sentence()


def test_every_kind_has_examples_that_pass_and_that_do_not() -> None:
    assert list(EXAMPLES) == list(KINDS)
    outcomes = {kind: {example.expect["outcome"] for example in examples} for kind, examples in EXAMPLES.items()}
    assert [kind for kind, seen in outcomes.items() if "pass" not in seen or len(seen) < 2] == []
