"""What can be seen only when the whole catalog is known: rules that others name, circles, calendars in need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from servstd.catalog.walk import checks_in
from servstd.errors import Problem
from servstd.kinds.base import Check
from servstd.kinds.deadline import Deadline
from servstd.kinds.recorded import Recorded
from servstd.spelling import unknown_name
from servstd.terms.target import Target
from servstd.units import Clock, Duration, Period
from servstd.vocabulary import nearest

if TYPE_CHECKING:
    from servstd.catalog.catalog import Catalog
    from servstd.catalog.rule import Rule
    from servstd.catalog.rule_model import CalendarChoice

_OPEN_CLOCKS = (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)


def crosscheck(catalog: Catalog) -> Iterator[Problem]:
    """Every problem between the parts of a catalog."""
    for rule in catalog.rules.values():
        yield from _other_rules(rule, catalog)
        yield from _calendars(rule, catalog)
        yield from _replacement(rule, catalog)
        yield from _versions(rule)
        yield from _agreement(rule, catalog)
    yield from _circles(catalog)


def _other_rules(rule: Rule, catalog: Catalog) -> Iterator[Problem]:
    for name in sorted(rule.body.rules()):
        if name not in catalog.rules and name not in (catalog.tree.get("rules") or {}):
            message = f"asks about {name!r}, and no rule is called that"
            path = next(_asking(rule.spec, name), ())
            yield Problem("unknown-rule", message, ("rules", rule.id, *path), nearest(name, catalog.rules))


def _asking(spec: Any, name: str) -> Iterator[tuple[str | int, ...]]:
    """The paths of what asks about a rule, in the content of another."""
    if isinstance(spec, Mapping) and spec.get("rule") == name:
        yield ("rule",)
    for key, value in spec.items() if isinstance(spec, Mapping) else enumerate(spec) if isinstance(spec, list) else ():
        yield from ((key, *path) for path in _asking(value, name))


def _replacement(rule: Rule, catalog: Catalog) -> Iterator[Problem]:
    name = rule.model.replaced_by
    if name is not None and name not in (catalog.tree.get("rules") or {}):
        hint = nearest(name, catalog.rules)
        yield Problem("unknown-rule", f"no rule is called {name!r}", ("rules", rule.id, "replaced_by"), hint)


def _versions(rule: Rule) -> Iterator[Problem]:
    """Of two versions that begin together it is not clear which one holds."""
    seen: set[object] = set()
    for index, version in enumerate(rule.model.versions):
        if version["from"] in seen:
            message = f"another version starts on {version['from']}"
            yield Problem("version-twice", message, ("rules", rule.id, "versions", index, "from"))
        seen.add(version["from"])


def _agreement(rule: Rule, catalog: Catalog) -> Iterator[Problem]:
    """`same` names an attribute that at least one of its events has; else it would always be met."""
    events, each = catalog.vocabulary.events, rule.body.for_each
    for path, check in checks_in(rule.body.check, ("rules", rule.id, "check")):
        if not isinstance(check, (Deadline, Recorded)) or check.same is None or check.same in ("ref", "actor"):
            continue
        types = check.events() if each is None or each.event is None else check.events() | each.event.words()
        known = {name for event in types & events.keys() for name in events[event].attributes}
        if check.same not in known:
            message = f"none of its events has an attribute {check.same!r}"
            yield Problem("unknown-attribute", message, (*path, "same"), nearest(check.same, known))


def _calendars(rule: Rule, catalog: Catalog) -> Iterator[Problem]:
    choice = rule.body.calendar
    written = catalog.tree.get("calendars") or {}
    if choice is not None and choice.use is not None and choice.use not in written:
        yield unknown_name("unknown-calendar", choice.use, written, ("rules", rule.id, "calendar", "use"))
    if choice is not None and choice.time_zone is not None and choice.time_zone not in catalog.vocabulary.fields:
        hint = nearest(choice.time_zone, catalog.vocabulary.fields)
        message = f"no field is called {choice.time_zone!r}"
        yield Problem("unknown-field", message, ("rules", rule.id, "calendar", "time_zone"), hint)
    if catalog.tree.get("default_calendar") is None and _runs_on_default(choice) and _needs_hours(rule.body.check):
        message = "counts open time, and the catalog has no default_calendar"
        yield Problem("calendar-missing", message, ("rules", rule.id, "check"))


def _runs_on_default(choice: CalendarChoice | None) -> bool:
    return choice is None or choice.use is None


def _needs_hours(check: Check) -> bool:
    return any(_is_open_clock(value) for value in check.__dict__.values()) or any(map(_needs_hours, check.children()))


def _is_open_clock(value: object) -> bool:
    if isinstance(value, Target):
        return any(map(_is_open_clock, value.durations()))
    if isinstance(value, Duration):
        return value.clock in _OPEN_CLOCKS
    return isinstance(value, Period) and value.unit == "business day"


def _circles(catalog: Catalog) -> Iterator[Problem]:
    """Rules that ask about each other in a circle."""
    done: set[str] = set()
    for start in catalog.rules:
        trail: list[str] = []
        yield from _walk(start, catalog, trail, done)


def _walk(name: str, catalog: Catalog, trail: list[str], done: set[str]) -> Iterator[Problem]:
    if name in trail:
        circle = " -> ".join([*trail[trail.index(name) :], name])
        yield Problem("rule-circle", f"rules ask about each other in a circle: {circle}", ("rules", name))
        return
    if name in done or name not in catalog.rules:
        return
    done.add(name)
    for other in sorted(catalog.rules[name].body.rules()):
        yield from _walk(other, catalog, [*trail, name], done)
