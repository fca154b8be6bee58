"""What the checks look at: a catalog on a day, and which records each rule reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import count
from typing import Any

from pydantic import BaseModel

from servstd.calendar import BusinessCalendar
from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.catalog.rule_tests import RuleTest
from servstd.catalog.walk import bodies_of
from servstd.lint.algebra import Region, Space, TooLarge
from servstd.lint.relations import Related, related
from servstd.lint.used import words_used
from servstd.terms.condition import Condition
from servstd.terms.context import Path
from servstd.terms.event_ref import EventRef
from servstd.terms.target import Target
from servstd.vocabulary import Word


@dataclass
class Scene:
    """A catalog on a day. Regions are worked out once a body; None where they would be too large."""

    catalog: Catalog
    today: date
    _scopes: dict[int, Region | None] = field(default_factory=dict, repr=False)
    _exempts: dict[int, Region | None] = field(default_factory=dict, repr=False)
    _reaches: dict[int, Region | None] = field(default_factory=dict, repr=False)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are reported, and those that others ask about."""
        return tuple(self.catalog.rules.values())

    @cached_property
    def bodies(self) -> tuple[tuple[Path, Rule, Body], ...]:
        """Every body of every rule with its path."""
        return tuple((path, rule, body) for rule in self.rules for path, body in bodies_of(rule))

    @cached_property
    def in_force(self) -> dict[str, Body]:
        """The body of each rule that is reported, as it is today; none for a rule that is not in force."""
        return {rule.id: body for rule in self.rules if rule.enabled and (body := _on(rule, self.today)) is not None}

    @cached_property
    def space(self) -> Space:
        """The values of all fields, told apart as far as this catalog does."""
        words: dict[str, tuple[Word, ...]] = {name: (word,) for name, word in self.catalog.vocabulary.fields.items()}
        return Space(words, self._conditions())

    def _conditions(self) -> Iterator[Condition]:
        for _, _, body in self.bodies:
            yield from body.conditions()
            for part in parts_in(body.check):
                if isinstance(part, Target):
                    yield from (condition for condition, _ in part.rows if condition is not None)
                elif not isinstance(part, EventRef):
                    yield part
        yield from (waiver.when for waiver in self.catalog.waivers if waiver.when is not None)
        yield from (choice.when for choice in self.catalog.calendar_for)

    def shown(self, condition: Condition | None, where: str = "") -> Region | None:
        """The records for which a condition is shown."""
        try:
            return self.space.shown(condition, where)
        except TooLarge:
            return None

    def scope(self, body: Body) -> Region | None:
        """The records that `applies_to` is shown for."""
        if id(body) not in self._scopes:
            self._scopes[id(body)] = self._scope(body)
        return self._scopes[id(body)]

    def _scope(self, body: Body) -> Region | None:
        try:
            where = "" if body.for_each is None else "record"
            return self.space.all_of([self.space.shown(body.always, where), self.space.shown(body.per_opportunity)])
        except TooLarge:
            return None

    def exempt(self, body: Body) -> Region | None:
        """The records that an `except` is shown for."""
        if id(body) not in self._exempts:
            regions = [self.shown(condition) for _, condition in body.excepts]
            self._exempts[id(body)] = self.union(regions)
        return self._exempts[id(body)]

    def reach(self, body: Body) -> Region | None:
        """The records that a rule judges: those in its scope that nothing exempts."""
        if id(body) not in self._reaches:
            self._reaches[id(body)] = self.minus(self.scope(body), self.exempt(body))
        return self._reaches[id(body)]

    def union(self, regions: list[Region | None]) -> Region | None:
        """What lies in any of some regions."""
        known = [one for one in regions if one is not None]
        try:
            return self.space.any_of(known) if len(known) == len(regions) else None
        except TooLarge:
            return None

    def minus(self, region: Region | None, other: Region | None) -> Region | None:
        """What lies in the first and not in the second."""
        if region is None or other is None:
            return None
        try:
            return self.space.minus(region, other)
        except TooLarge:
            return None

    def overlap(self, region: Region | None, other: Region | None) -> Region | None:
        """What lies in both."""
        if region is None or other is None:
            return None
        try:
            return self.space.all_of([region, other])
        except TooLarge:
            return None

    def is_inside(self, region: Region | None, other: Region | None) -> bool:
        """True when every record of the first is certainly in the second."""
        if region is None or other is None:
            return False
        try:
            return self.space.is_inside(region, other)
        except TooLarge:
            return False

    def calendars_of(self, body: Body) -> list[tuple[str, BusinessCalendar]]:
        """The calendars that a body may run on."""
        catalog, choice = self.catalog, body.calendar
        if choice is not None and choice.use is not None:
            names = [choice.use]
        else:
            names = [name for name in (catalog.default_calendar,) if name]
            names += [row.use for row in catalog.calendar_for]
        return [(name, catalog.calendars[name]) for name in dict.fromkeys(names)]

    @cached_property
    def tests(self) -> tuple[tuple[Path, RuleTest], ...]:
        """Every test with its path in the tree, where the `tests` lists of all layers follow one another."""
        listed = count()
        return tuple(
            (("rules", test.rule_id, "tests", test.index) if test.is_beside else ("tests", next(listed)), test)
            for test in self.catalog.tests
        )

    @cached_property
    def related(self) -> tuple[Related, ...]:
        """Pairs of rules of which one follows from the other."""
        return tuple(related(self))

    @cached_property
    def words_used(self) -> frozenset[str]:
        """The words in what decides; see `words_used`."""
        return words_used(self.catalog)

    def at(self, path: Path) -> Any:
        """What is written at a path, None when there is nothing."""
        value: Any = self.catalog.tree
        for part in path:
            is_there = part in value if isinstance(value, Mapping) else isinstance(value, list)
            value = value[part] if is_there else None
        return value


def _on(rule: Rule, today: date) -> Body | None:
    if not rule.versions:
        return rule.body
    for version in rule.versions:
        if (version.from_ is None or version.from_ <= today) and (version.until is None or today < version.until):
            return version.body
    return None


def parts_in(value: Any) -> Iterator[Any]:
    """The conditions, targets and event references among the parameters of a check, those inside it too."""
    if isinstance(value, BaseModel):
        value = tuple(value.__dict__.values())
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from parts_in(item)
    elif isinstance(value, (Target, EventRef)) or hasattr(value, "uses_anchor"):
        yield value
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from parts_in(getattr(value, name))
