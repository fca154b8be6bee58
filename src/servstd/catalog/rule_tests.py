"""The tests of a catalog: those beside its rules and those of its `tests` list, with their fixtures laid in.

A test stays with the catalog that wrote it and sees the fixtures of that catalog and of those below it. An override
that gives `tests` replaces those of the inherited rule: the new ones belong to the catalog that wrote the override,
the old ones are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servstd.catalog.rule_model import TEST_KEYS, read_test
from servstd.errors import Problem
from servstd.spelling import read_keys, shown, unknown_name
from servstd.terms.context import Path, Reading
from servstd.values import BadValue, parse_instant
from servstd.vocabulary import nearest
from servstd.yaml_reader import Mark, locate

if TYPE_CHECKING:
    from servstd.catalog.catalog import Catalog

Tree = Mapping[str, Any]
LISTED_TEST_KEYS = ("rule", *TEST_KEYS)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test of one rule.

    `given` is the record in flat form with the `fixtures` laid under it, `expect` always a mapping. `keys` and `mark`
    say where it was written, `index` its place in that list, from 0. `is_own` is False for a test that a catalog below
    wrote, `is_beside` for one of the `tests` list.
    """

    rule_id: str
    name: str
    index: int
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    as_of: Any = None
    calendar: str | None = None
    use_reading: str | None = None
    fixtures: tuple[str, ...] = ()
    keys: Path = ()
    mark: Mark | None = None
    is_own: bool = True
    is_beside: bool = True


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list of tests as one layer wrote it; `rule_id` is None for its `tests` list."""

    tests: Sequence[Any]
    keys: Path
    tree: Tree
    fixtures: Mapping[str, Any]
    is_own: bool
    rule_id: str | None = None

    def specs(self) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        """The tests that can be read at all, each with its index and its rule."""
        for index, spec in enumerate(self.tests):
            if not isinstance(spec, Mapping) or "expect" not in spec:
                continue
            rule_id = self.rule_id or spec.get("rule")
            if isinstance(rule_id, str):
                yield index, rule_id, spec


def tests_of(catalog: Catalog) -> tuple[RuleTest, ...]:
    """Every test, first those beside the rules in catalog order, then those of the `tests` lists."""
    return tuple(
        _test(listed, index, rule_id, spec)
        for listed in _lists(catalog)
        for index, rule_id, spec in listed.specs()
        if rule_id in catalog.rules
    )


def _test(listed: _Listed, index: int, rule_id: str, spec: Mapping[str, Any]) -> RuleTest:
    expect, names, keys = spec["expect"], _names(spec), (*listed.keys, index)
    given: Any = {}
    for name in names:
        given = _laid(given, listed.fixtures[name])
    return RuleTest(
        rule_id,
        str(spec.get("name") or f"test {index + 1}"),
        index,
        _laid(given, spec.get("given") or {}),
        expect if isinstance(expect, Mapping) else {"outcome": expect},
        spec.get("as_of"),
        spec.get("calendar"),
        spec.get("use_reading"),
        names,
        keys,
        locate(listed.tree, keys),
        listed.is_own,
        listed.rule_id is not None,
    )


def _names(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """The fixtures of a test: a name or a list of names."""
    names = spec.get("fixture")
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)


def _laid(below: Any, over: Any) -> Any:
    """Mappings key by key, null takes a key away; anything else replaces what is below."""
    if not isinstance(below, Mapping) or not isinstance(over, Mapping):
        return over
    merged = dict(below)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _laid(merged.get(key), value)
    return merged


def _lists(catalog: Catalog) -> Iterator[_Listed]:
    """The lists of tests that hold: beside each rule the one that the layers left there, then every `tests` list."""
    written: dict[int, _Listed] = {}
    fixtures: Mapping[str, Any] = {}
    loose: list[_Listed] = []
    for tree in catalog.layers:
        fixtures = {**fixtures, **(tree.get("fixtures") or {})}
        is_own = tree is catalog.layers[-1]
        for rule_id, tests, keys in _beside(tree):
            written[id(tests)] = _Listed(tests, keys, tree, fixtures, is_own, rule_id)
        if tree.get("tests"):
            loose.append(_Listed(tree["tests"], ("tests",), tree, fixtures, is_own))
    for rule in (catalog.tree.get("rules") or {}).values():
        # Overlays replace lists as a whole, so that the list which is left is one that some layer wrote.
        listed = written.get(id(rule.get("tests"))) if isinstance(rule, Mapping) else None
        if listed is not None:
            yield listed
    yield from loose


def _beside(tree: Tree) -> Iterator[tuple[str, Sequence[Any], Path]]:
    """Every list of tests that a layer writes for one rule, with its place."""
    sections: list[tuple[Path, Any]] = [(("rules",), tree.get("rules")), (("override",), tree.get("override"))]
    for name, profile in (tree.get("profiles") or {}).items():
        if isinstance(profile, Mapping):
            sections.append((("profiles", name, "override"), profile.get("override")))
    for path, rules in sections:
        for rule_id, body in (rules if isinstance(rules, Mapping) else {}).items():
            tests = body.get("tests") if isinstance(body, Mapping) else None
            if isinstance(tests, (list, tuple)):
                yield rule_id, tests, (*path, rule_id, "tests")


def problems_of_tests(catalog: Catalog, reading: Reading) -> Iterator[tuple[Problem, Tree]]:
    """What is wrong with fixtures and tests, each with the tree that it was written in.

    The shape of the tests beside rules is checked with the rules. Calendars and readings are looked up for the
    catalog's own tests only: what a catalog below named may rightly have gone.
    """
    for tree in catalog.layers:
        for name, body in (tree.get("fixtures") or {}).items():
            if not isinstance(body, Mapping):
                message = f"a fixture takes a record in flat form, got {shown(body)}"
                yield Problem("not-a-mapping", message, ("fixtures", name)), tree
    for listed in _lists(catalog):
        read = Reading(reading.context)
        for index, spec in enumerate(listed.tests):
            path = (*listed.keys, index)
            if listed.rule_id is None and not read_test(spec, LISTED_TEST_KEYS, read, path):
                continue
            if isinstance(spec, Mapping):
                known, _ = read_keys(spec, LISTED_TEST_KEYS, path)  # unknown keys are told by now
                _check_words(known, listed, catalog, read, path)
        yield from ((problem, listed.tree) for problem in read.problems)


def _check_words(spec: Mapping[str, Any], listed: _Listed, catalog: Catalog, reading: Reading, path: Path) -> None:
    """The names that a test uses: its rule, fixtures, calendar and reading, and the instant it asks about."""
    if listed.rule_id is None:
        spec = Reading(reading.context).keys(spec, LISTED_TEST_KEYS, path)
    rule_id = listed.rule_id or spec.get("rule")
    known = catalog.tree.get("rules") or {}
    if rule_id is None:
        reading.report("missing-key", "a test needs 'rule', 'given' (or 'fixture') and 'expect'", path)
        return
    if not isinstance(rule_id, str) or rule_id not in known:
        reading.report("unknown-rule", f"no rule is called {shown(rule_id)}", (*path, "rule"), nearest(rule_id, known))
        return
    _check_fixtures(spec, listed, reading, path)
    if not listed.is_own:
        return
    calendar, used = spec.get("calendar"), spec.get("use_reading")
    calendars = catalog.tree.get("calendars") or {}
    if calendar is not None and not (isinstance(calendar, str) and calendar in calendars):
        reading.problems.append(unknown_name("unknown-calendar", calendar, calendars, (*path, "calendar")))
    if used is not None:
        _check_reading(used, rule_id, known[rule_id], reading, (*path, "use_reading"))
    if spec.get("as_of") is not None:
        try:
            parse_instant(spec["as_of"])
        except BadValue as error:
            reading.report(error.code, str(error), (*path, "as_of"), error.hint)


def _check_fixtures(spec: Mapping[str, Any], listed: _Listed, reading: Reading, path: Path) -> None:
    given = spec.get("fixture")
    names = given if isinstance(given, (list, tuple)) else () if given is None else (given,)
    for index, name in enumerate(names):
        if isinstance(name, str) and name in listed.fixtures:
            continue
        place = (*path, "fixture") if names is not given else (*path, "fixture", index)
        reading.problems.append(unknown_name("unknown-fixture", name, listed.fixtures, place))


def _check_reading(name: object, rule_id: str, spec: Any, reading: Reading, path: Path) -> None:
    readings = spec.get("readings") if isinstance(spec, Mapping) else None
    if not isinstance(readings, Mapping | None):
        return
    known = list(dict.fromkeys(one for one in (*(readings or ()), spec.get("reading")) if isinstance(one, str)))
    if name not in known:
        message = f"{rule_id} has no reading {shown(name)}; it has {', '.join(known) or 'none'}"
        reading.report("unknown-reading", message, path, nearest(name, known))
