"""What can be seen only when the whole catalog is known: rules that others name, circles, calendars in need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from servstd.errors import Problem
from servstd.kinds.base import Check
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
    yield from _circles(catalog)


def _other_rules(rule: Rule, catalog: Catalog) -> Iterator[Problem]:
    for name in sorted(rule.body.rules()):
        if name not in catalog.rules and name not in (catalog.tree.get("rules") or {}):
            message = f"asks about {name!r}, and no rule is called that"
            yield Problem("unknown-rule", message, ("rules", rule.id), nearest(name, catalog.rules))


def _calendars(rule: Rule, catalog: Catalog) -> Iterator[Problem]:
    choice = rule.body.calendar
    if choice is not None and choice.use is not None and choice.use not in catalog.calendars:
        hint = nearest(choice.use, catalog.calendars)
        message = f"no calendar is called {choice.use!r}"
        yield Problem("unknown-calendar", message, ("rules", rule.id, "calendar", "use"), hint)
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
