"""`load_catalog`: from YAML to a checked catalog, with every problem of every file in one error."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

from servstd.calendar import BusinessCalendar, parse_calendar
from servstd.catalog.catalog import CalendarRule, Catalog
from servstd.catalog.crosscheck import crosscheck
from servstd.catalog.layers import Resolved, resolve
from servstd.catalog.lock import Lock, read_lock
from servstd.catalog.once import once
from servstd.catalog.read_rules import read_rules
from servstd.catalog.rule_tests import problems_of_tests
from servstd.catalog.sections_meant import agents_meant
from servstd.catalog.silence import SILENCE, read_silence
from servstd.catalog.source import CATALOG_KEYS, VOCABULARY_KEYS, read_source
from servstd.catalog.waivers import parse_waivers
from servstd.cues import CueFamily, parse_cues, parse_replies
from servstd.errors import CatalogError, Problem
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.slips import zone_hint
from servstd.spelling import read_keys, shown, unknown_name
from servstd.terms.context import Context, Reading
from servstd.terms.meant import row_meant
from servstd.terms.read import parse_condition
from servstd.vocabulary import Vocabulary, parse_vocabulary, read_defaults
from servstd.yaml_reader import place

_NAMES_KEYS = ("organisation", "agents")


def load_catalog(
    where: str | FilePath | Mapping[str, Any] | None = None,
    *,
    kinds: Sequence[type[Check]] = (),
    check_lock: bool = True,
) -> Catalog:
    """Read a catalog from a folder, a file or a mapping; without an argument the shipped one.

    `kinds` are kinds of check of your own. A catalog that was frozen takes its holidays from its `catalog.lock`, and
    must be what was frozen; `check_lock=False` takes the holidays and lets it differ. Raises `CatalogError` (a
    `ValueError`) whose `.problems` hold everything that is wrong, each with file, line, column, path, code, message
    and hint.
    """
    with _uncollected():
        resolved = resolve(read_source(where))
        lock = _lock(where, check_lock)
        catalog = _Builder(resolved, kinds, lock).build()
    errors = once(resolved)
    if errors or catalog is None:
        raise CatalogError(errors)
    if lock is not None:
        if check_lock and (problems := list(lock.problems(catalog))):
            raise CatalogError(problems)
        lock.warn_of_clocks()
    return catalog


def _lock(where: str | FilePath | Mapping[str, Any] | None, is_needed: bool) -> Lock | None:
    """The lock of a catalog; one that can not be used stops only where it is needed."""
    try:
        return read_lock(where)
    except CatalogError:
        if is_needed:
            raise
        return None


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage among many new objects that all stay: it takes a third of the time of loading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Builder:
    """A catalog while it is being built from a resolved tree."""

    def __init__(self, resolved: Resolved, kinds: Sequence[type[Check]], lock: Lock | None = None) -> None:
        self.resolved, self.tree, self.lock = resolved, resolved.tree, lock
        self.kinds = {**KINDS, **{kind.name: kind for kind in kinds}}

    def build(self) -> Catalog | None:
        """The catalog; what is wrong with it is reported, and then it must not be used."""
        tree, about = self.tree, self._about()
        vocabulary, (cues, replies), zone = self._vocabulary(), self._cues(), self._zone(about)
        # a cue that can not be used is told where it is written, not where it is named
        context = Context(vocabulary, {**(self.tree.get("cues") or {}), **cues}, self.kinds)
        calendars, rules, reading = self._calendars(), read_rules(self.resolved, context), Reading(context)
        catalog = Catalog(
            rules,
            vocabulary,
            cues,
            replies,
            calendars,
            self._default_calendar(calendars),
            self._calendar_for(reading, calendars),
            self._defaults(vocabulary),
            *self._names(),
            parse_waivers(tree.get("waivers"), tree.get("rules") or {}, zone, reading),
            str(about.get("name", "")),
            str(about.get("version", "")),
            zone,
            self._fiscal_year_start(about),
            tree,
            self.resolved.own_rules,
            self.resolved.layers,
            self.lock,
        )
        self._check(catalog, reading)
        return catalog

    def _check(self, catalog: Catalog, reading: Reading) -> None:
        """What can be told only of a whole catalog; problems of tests lie where their layer wrote them."""
        self._check_silences(reading)
        self._report([*reading.problems, *crosscheck(catalog)])
        for problem, written in problems_of_tests(catalog, reading):
            self.resolved.report(place(problem, written, self.resolved.lines))

    def _report(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self.resolved.report(problem)

    def _vocabulary(self) -> Vocabulary:
        vocabulary, problems = parse_vocabulary({key: self.tree.get(key) for key in VOCABULARY_KEYS})
        self._report(problems)
        return vocabulary

    def _cues(self) -> tuple[Mapping[str, CueFamily], Any]:
        cues, problems = parse_cues(self.tree.get("cues") or {})
        replies, more = parse_replies(self.tree.get("replies") or {})
        self._report([*problems, *more])
        return cues, replies

    def _about(self) -> Mapping[str, Any]:
        about, problems = read_keys(self.tree.get("catalog") or {}, CATALOG_KEYS, ("catalog",))
        self._report(problems)
        return about

    def _names(self) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        names, problems = read_keys(self.tree.get("names") or {}, _NAMES_KEYS, ("names",), agents_meant)
        self._report(problems)
        agents = {} if names.get("agents") is None else names["agents"]
        if not isinstance(agents, Mapping):
            message = f"'agents' takes each agent with a list of names, got {shown(agents)}"
            self._report([Problem("not-a-mapping", message, ("names", "agents"))])
            agents = {}
        organisation = self._texts(names.get("organisation"), ("names", "organisation"))
        return organisation, {key: self._texts(known, ("names", "agents", key)) for key, known in agents.items()}

    def _texts(self, value: Any, path: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts, or a single one."""
        items = value if isinstance(value, (list, tuple)) else () if value is None else (value,)
        if all(isinstance(item, str) for item in items):
            return tuple(items)
        self._report([Problem("not-text", f"expected names, got {shown(value)}", path)])
        return ()

    def _fiscal_year_start(self, about: Mapping[str, Any]) -> int:
        month = about.get("fiscal_year_start")
        if month is None or (type(month) is int and 1 <= month <= 12):
            return month or 1
        message = f"{shown(month)} is not a month from 1 to 12"
        self._report([Problem("wrong-value", message, ("catalog", "fiscal_year_start"))])
        return 1

    def _zone(self, about: Mapping[str, Any]) -> ZoneInfo:
        name = "UTC" if about.get("time_zone") is None else about["time_zone"]
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            message = f"no time zone is called {shown(name)}"
            self._report([Problem("unknown-zone", message, ("catalog", "time_zone"), zone_hint(str(name)))])
            return ZoneInfo("UTC")

    def _calendars(self) -> dict[str, BusinessCalendar]:
        calendars: dict[str, BusinessCalendar] = {}
        locked = None if self.lock is None else self.lock.holidays
        for name, spec in (self.tree.get("calendars") or {}).items():
            schedule, problems = parse_calendar(spec, ("calendars", name), locked)
            self._report(problems)
            if schedule is not None:
                calendars[name] = BusinessCalendar(schedule)
        return calendars

    def _check_silences(self, reading: Reading) -> None:
        """Those of the rules are read with them."""
        read_silence((self.tree.get("catalog") or {}).get(SILENCE), reading, ("catalog", SILENCE))
        for name, spec in (self.tree.get("calendars") or {}).items():
            if isinstance(spec, Mapping):
                read_silence(spec.get(SILENCE), reading, ("calendars", name, SILENCE))

    def _default_calendar(self, calendars: Mapping[str, BusinessCalendar]) -> str | None:
        name = self.tree.get("default_calendar")
        if name is None or name in calendars:
            return name
        if name not in (self.tree.get("calendars") or {}):
            written = self.tree.get("calendars") or {}
            self._report([unknown_name("unknown-calendar", name, written, ("default_calendar",))])
        return None

    def _calendar_for(self, reading: Reading, calendars: Mapping[str, BusinessCalendar]) -> tuple[CalendarRule, ...]:
        choices: list[CalendarRule] = []
        written = self.tree.get("calendars") or {}
        for index, item in enumerate(self.tree.get("calendar_for") or ()):
            path = ("calendar_for", index)
            if isinstance(item, Mapping):
                item = reading.keys(item, ("when", "use"), path, row_meant)
            if not isinstance(item, Mapping) or "when" not in item or "use" not in item:
                reading.report("not-a-mapping", "'calendar_for' takes rows of 'when' and 'use'", path)
            elif not isinstance(item["use"], str) or item["use"] not in written:
                reading.problems.append(unknown_name("unknown-calendar", item["use"], written, (*path, "use")))
            elif item["use"] in calendars:
                choices.append(CalendarRule(parse_condition(item["when"], reading, (*path, "when")), item["use"]))
        return tuple(choices)

    def _defaults(self, vocabulary: Vocabulary) -> dict[str, Any]:
        declared = {name: word.default for name, word in vocabulary.fields.items() if word.default is not None}
        given, problems = read_defaults(self.tree.get("defaults") or {}, vocabulary)
        self._report(problems)
        return declared | given
