"""The tests beside the rules: do they show every outcome, and do they use the words that there are?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from servstd.catalog import Rule
from servstd.catalog.walk import checks_in
from servstd.flat import RESERVED, classify_key
from servstd.kinds.deadline import Deadline
from servstd.kinds.interval import Interval
from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene
from servstd.terms.context import Path
from servstd.vocabulary import RECORD_ATTRIBUTES, nearest


def _untested(scene: Scene, outcome: str) -> Iterator[Rule]:
    """Rules of which no test expects an outcome; retired ones are left in peace."""
    tested = {test.rule_id for _, test in scene.tests if test.expect.get("outcome") == outcome}
    return (rule for rule in scene.rules if rule.id not in tested and not rule.model.replaced_by)


@lint_check("warning")
def pass_not_tested(scene: Scene) -> Iterator[Found]:
    """No test of the rule expects `pass`: a rule that can never pass would go unseen."""
    for rule in _untested(scene, "pass"):
        yield Found(("rules", rule.id), "no test expects pass")


@lint_check("warning")
def fail_not_tested(scene: Scene) -> Iterator[Found]:
    """No test of the rule expects `fail`: a rule that lets everything pass would go unseen."""
    for rule in _untested(scene, "fail"):
        yield Found(("rules", rule.id), "no test expects fail")


@lint_check("warning")
def not_applicable_not_tested(scene: Scene) -> Iterator[Found]:
    """No test of the rule expects `not_applicable`, though its scope or an exemption leaves something out."""
    for rule in _untested(scene, "not_applicable"):
        if rule.body.applies_to is not None or rule.body.excepts or rule.body.for_each is not None:
            yield Found(("rules", rule.id), "no test expects not_applicable")


@lint_check("info")
def pending_not_tested(scene: Scene) -> Iterator[Found]:
    """No test of a rule with a clock expects `pending`: nothing shows what it says while the clock runs."""
    for rule in _untested(scene, "pending"):
        checks = [check for _, check in checks_in(rule.check, ())]
        if any(isinstance(check, (Deadline, Interval)) for check in checks):
            yield Found(("rules", rule.id), "no test expects pending")


@lint_check("error")
def test_key_unknown(scene: Scene) -> Iterator[Found]:
    """A test gives a record a key that is no declared word: what was meant to be tested is not seen by the rule.

    Most often a slip, such as `recieved_at`. An event is `<event>_at`, its attribute `<event>_<attribute>`.
    """
    for path, _ in scene.tests:
        yield from _unknown_keys(scene.at((*path, "given")), (*path, "given"), scene)
    for name, fixture in (scene.catalog.tree.get("fixtures") or {}).items():
        yield from _unknown_keys(fixture, ("fixtures", name), scene)


def _unknown_keys(given: Any, path: Path, scene: Scene) -> Iterator[Found]:
    vocabulary = scene.catalog.vocabulary
    if not isinstance(given, Mapping):
        return
    for key in given:
        what, _, _ = classify_key(str(key), vocabulary)
        if what == "field" and key not in vocabulary.fields and key not in (*RECORD_ATTRIBUTES, *RESERVED):
            known = [*vocabulary.fields, *RECORD_ATTRIBUTES, *(f"{name}_at" for name in vocabulary.events)]
            yield Found((*path, key), f"no field or event is called {key!r}", nearest(key, known))
    for index, event in enumerate(given.get("events") or ()):
        name = event.get("type") if isinstance(event, Mapping) else None
        if name is not None and name not in vocabulary.events:
            hint = nearest(name, vocabulary.events)
            yield Found((*path, "events", index, "type"), f"no event is called {name!r}", hint)
