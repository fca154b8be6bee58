"""A catalog: rules, calendars, words, names and waivers, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from servstd.calendar import BusinessCalendar
from servstd.catalog.content import content_of, digest_of
from servstd.catalog.lock import Lock
from servstd.catalog.rule import Rule
from servstd.catalog.rule_tests import RuleTest, tests_of
from servstd.catalog.waivers import Waiver
from servstd.cues import CueFamily, Names
from servstd.facts import Facts, Opportunity
from servstd.terms.condition import Condition
from servstd.vocabulary import Vocabulary

UTC = ZoneInfo("UTC")
ALWAYS_OPEN = {"time_zone": "UTC", "hours": {"mon-sun": "00:00-24:00"}}


@dataclass(frozen=True)
class CalendarRule:
    """`calendar_for`: which calendar is used when."""

    when: Condition
    use: str


@dataclass(frozen=True, repr=False)
class Catalog:
    """Everything that decides verdicts, immutable.

    `rules` maps ids to rules in catalog order, the disabled ones included. `digest` identifies the resolved
    content; `version` is what the catalog calls itself. `layers` are the catalogs that it was laid together from, as
    written, the lowest first and its own last; `tree` is the result. `lock` is what it was when it was frozen.
    """

    rules: Mapping[str, Rule]
    vocabulary: Vocabulary
    cues: Mapping[str, CueFamily]
    replies: Any
    calendars: Mapping[str, BusinessCalendar]
    default_calendar: str | None = None
    calendar_for: tuple[CalendarRule, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    organisation: tuple[str, ...] = ()
    agents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    name: str = ""
    version: str = ""
    zone: ZoneInfo = UTC
    fiscal_year_start: int = 1
    tree: Mapping[str, Any] = field(default_factory=dict, repr=False)
    own_rules: frozenset[str] = frozenset()
    layers: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    lock: Lock | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the rules read-only."""
        object.__setattr__(self, "rules", MappingProxyType(dict(self.rules)))

    def __repr__(self) -> str:
        return f"<Catalog {self.name!r} {self.version}: {len(self.rules)} rules, {self.digest[:12]}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "rules": dict(self.rules)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        object.__setattr__(self, "rules", MappingProxyType(state["rules"]))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical, resolved content; tests and unused readings do not change a verdict."""
        return digest_of(content_of(self))

    @cached_property
    def tests(self) -> tuple[RuleTest, ...]:
        """Every test, those of the catalogs below included; see `RuleTest.is_own`."""
        return tests_of(self)

    @cached_property
    def fallback_calendar(self) -> BusinessCalendar:
        """Round the clock in the catalog's zone: what rules without open time run on when no calendar is named."""
        return BusinessCalendar.from_spec({**ALWAYS_OPEN, "time_zone": str(self.zone)})

    def calendar(self, name: str | None = None) -> BusinessCalendar:
        """A calendar by name, the default one without. Raises `KeyError` for an unknown name."""
        name = self.default_calendar if name is None else name
        return self.fallback_calendar if name is None else self.calendars[name]

    def calendar_of(self, facts: Facts) -> BusinessCalendar:
        """The first calendar of `calendar_for` whose condition is shown, else the default."""
        if self.calendar_for:
            blank = Opportunity(facts, self.calendar(), "", None)
            for choice in self.calendar_for:
                if choice.when.test(facts.values, blank) is True:
                    return self.calendar(choice.use)
        return self.calendar()

    def names_for(self, agent: str | None, own: tuple[str, ...]) -> Names:
        """Whose names count when an agent says who they are."""
        return Names(self.organisation, own or self.agents.get(agent or "", ()))

    @property
    def enabled_rules(self) -> dict[str, Rule]:
        """The rules that are reported."""
        return {rule_id: rule for rule_id, rule in self.rules.items() if rule.enabled}

    def calendars_in_use(self) -> tuple[str, ...]:
        """The names of the calendars that a record may be judged by, the default one first."""
        named = [body.calendar.use for rule in self.rules.values() for body in rule.bodies if body.calendar is not None]
        names = dict.fromkeys([self.default_calendar, *(choice.use for choice in self.calendar_for), *named])
        return tuple(name for name in names if name is not None and name in self.calendars)

    def example_calendars(self) -> tuple[str, ...]:
        """The calendars in use that are marked as examples."""
        used = {self.default_calendar, *(choice.use for choice in self.calendar_for)}
        return tuple(sorted(name for name in used if name and self.calendars[name].is_example))
