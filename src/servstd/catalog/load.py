"""`load_catalog`: from YAML to a checked catalog, with every problem of every file in one error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from servstd.calendar import BusinessCalendar, parse_calendar
from servstd.catalog.body import make_body
from servstd.catalog.catalog import CalendarRule, Catalog
from servstd.catalog.crosscheck import crosscheck
from servstd.catalog.layers import Resolved, resolve
from servstd.catalog.merge import overlay
from servstd.catalog.rule import Rule, Version, reading_spec
from servstd.catalog.rule_model import RULE_ID, RuleModel
from servstd.catalog.source import VOCABULARY_KEYS, read_source
from servstd.catalog.waivers import parse_waivers
from servstd.cues import CueFamily, parse_cues, parse_replies
from servstd.errors import CatalogError, Problem
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.terms.context import Context, Reading
from servstd.terms.read import parse_condition
from servstd.terms.validation import problems_of
from servstd.values import BadValue
from servstd.vocabulary import Vocabulary, nearest, parse_vocabulary
from servstd.yaml_reader import MarkedDict, place

_NAMES_KEYS = ("organisation", "agents")
_CATALOG_KEYS = ("name", "version", "title", "time_zone", "fiscal_year_start")


def load_catalog(
    where: str | FilePath | Mapping[str, Any] | None = None, *, kinds: Sequence[type[Check]] = ()
) -> Catalog:
    """Read a catalog from a folder, a file or a mapping; without an argument the shipped one.

    `kinds` are kinds of check of your own. Raises `CatalogError` (a `ValueError`) whose `.problems` hold everything
    that is wrong, each with file, line, column, path, code, message and hint.
    """
    resolved = resolve(read_source(where))
    catalog = _Builder(resolved, kinds).build()
    errors = [problem for problem in resolved.problems if problem.level == "error"]
    if errors or catalog is None:
        raise CatalogError(errors)
    return catalog


class _Builder:
    """A catalog while it is being built from a resolved tree."""

    def __init__(self, resolved: Resolved, kinds: Sequence[type[Check]]) -> None:
        self.resolved, self.tree = resolved, resolved.tree
        self.kinds = {**KINDS, **{kind.name: kind for kind in kinds}}

    def build(self) -> Catalog | None:
        """The catalog; what is wrong with it is reported, and then it must not be used."""
        tree, about = self.tree, self._about()
        vocabulary, (cues, replies), zone = self._vocabulary(), self._cues(), self._zone(about)
        context = Context(vocabulary, cues, self.kinds)
        calendars, rules, reading = self._calendars(), self._rules(context), Reading(context)
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
        )
        self._report([*reading.problems, *crosscheck(catalog)])
        return catalog

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
        about: Mapping[str, Any] = self.tree.get("catalog") or {}
        for key in about:
            if key not in _CATALOG_KEYS:
                message = f"unknown key {key!r}; allowed: {', '.join(_CATALOG_KEYS)}"
                self._report([Problem("unknown-key", message, ("catalog", key), nearest(key, _CATALOG_KEYS))])
        return about

    def _names(self) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        names = self.tree.get("names") or {}
        for key in names:
            if key not in _NAMES_KEYS:
                message = f"unknown key {key!r}; allowed: {', '.join(_NAMES_KEYS)}"
                self._report([Problem("unknown-key", message, ("names", key), nearest(key, _NAMES_KEYS))])
        agents = names.get("agents") or {}
        if not isinstance(agents, Mapping):
            message = f"'agents' takes each agent with a list of names, got {agents!r}"
            self._report([Problem("not-a-mapping", message, ("names", "agents"))])
            agents = {}
        organisation = self._texts(names.get("organisation"), ("names", "organisation"))
        return organisation, {key: self._texts(known, ("names", "agents", key)) for key, known in agents.items()}

    def _texts(self, value: Any, path: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts, or a single one."""
        items = value if isinstance(value, (list, tuple)) else () if value is None else (value,)
        if all(isinstance(item, str) for item in items):
            return tuple(items)
        self._report([Problem("not-text", f"expected names, got {value!r}", path)])
        return ()

    def _fiscal_year_start(self, about: Mapping[str, Any]) -> int:
        month = about.get("fiscal_year_start")
        if month is None or (isinstance(month, int) and 1 <= month <= 12):
            return month or 1
        message = f"{month!r} is not a month from 1 to 12"
        self._report([Problem("wrong-value", message, ("catalog", "fiscal_year_start"))])
        return 1

    def _zone(self, about: Mapping[str, Any]) -> ZoneInfo:
        name = about.get("time_zone") or "UTC"
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            self._report([Problem("unknown-zone", f"no time zone is called {name!r}", ("catalog", "time_zone"))])
            return ZoneInfo("UTC")

    def _calendars(self) -> dict[str, BusinessCalendar]:
        calendars: dict[str, BusinessCalendar] = {}
        for name, spec in (self.tree.get("calendars") or {}).items():
            schedule, problems = parse_calendar(spec, ("calendars", name))
            self._report(problems)
            if schedule is not None:
                calendars[name] = BusinessCalendar(schedule)
        return calendars

    def _default_calendar(self, calendars: Mapping[str, BusinessCalendar]) -> str | None:
        name = self.tree.get("default_calendar")
        if name is None or name in calendars:
            return name
        if name not in (self.tree.get("calendars") or {}):
            message, written = f"no calendar is called {name!r}", self.tree.get("calendars") or {}
            self._report([Problem("unknown-calendar", message, ("default_calendar",), nearest(name, written))])
        return None

    def _calendar_for(self, reading: Reading, calendars: Mapping[str, BusinessCalendar]) -> tuple[CalendarRule, ...]:
        choices: list[CalendarRule] = []
        for index, item in enumerate(self.tree.get("calendar_for") or ()):
            path = ("calendar_for", index)
            if not isinstance(item, Mapping) or "when" not in item or "use" not in item:
                reading.report("not-a-mapping", "'calendar_for' takes rows of 'when' and 'use'", path)
            elif item["use"] not in calendars:
                message = f"no calendar is called {item['use']!r}"
                reading.report("unknown-calendar", message, (*path, "use"), nearest(item["use"], calendars))
            else:
                choices.append(CalendarRule(parse_condition(item["when"], reading, (*path, "when")), item["use"]))
        return tuple(choices)

    def _defaults(self, vocabulary: Vocabulary) -> dict[str, Any]:
        declared = {name: word.default for name, word in vocabulary.fields.items() if word.default is not None}
        given: dict[str, Any] = {}
        for name, value in (self.tree.get("defaults") or {}).items():
            try:
                given[name] = vocabulary.fields[name].type.read(value)
            except KeyError:
                message = f"no field is called {name!r}"
                self._report([Problem("unknown-field", message, ("defaults", name), nearest(name, vocabulary.fields))])
            except BadValue as error:
                self._report([Problem(error.code, str(error), ("defaults", name), error.hint)])
        return declared | given

    def _rules(self, context: Context) -> dict[str, Rule]:
        rules: dict[str, Rule] = {}
        for rule_id, spec in (self.tree.get("rules") or {}).items():
            if not RULE_ID.fullmatch(str(rule_id)):
                message = f"{rule_id!r} is not family.words in small letters"
                self._report([Problem("rule-id", message, ("rules", rule_id))])
            if not isinstance(spec, Mapping):
                self._report([Problem("not-a-mapping", "expected the content of a rule", ("rules", rule_id))])
                continue
            rule = self._rule(rule_id, spec, context)
            if rule is not None:
                rules[rule_id] = rule
        return rules

    def _rule(self, rule_id: str, spec: Mapping[str, Any], context: Context) -> Rule | None:
        used = (self.tree.get("use_reading") or {}).get(rule_id)
        model = self._model(rule_id, spec, context)
        if model is None:
            return None
        laid, body_model = spec, model
        if used is not None and used in model.readings:
            laid = reading_spec(spec, used)
            chosen = self._model(rule_id, laid, context)
            if chosen is None:
                return None
            body_model = chosen
        if rule_id in self.resolved.own_rules or rule_id in self.resolved.changed_rules:
            for name in model.readings:
                self._model(rule_id, reading_spec(spec, name), context)
        versions = self._versions(rule_id, laid, model, context)
        reason = (self.tree.get("disable") or {}).get(rule_id)
        reading = used if used is not None else model.reading
        return Rule(rule_id, model, spec, make_body(body_model), versions, reading, reason, context)

    def _model(self, rule_id: str, spec: Mapping[str, Any], context: Context) -> RuleModel | None:
        try:
            return RuleModel.model_validate(spec, context=context)
        except ValidationError as error:
            self._report_in(spec, rule_id, problems_of(error, RuleModel, ("rules", rule_id)))
            return None

    def _report_in(self, spec: Mapping[str, Any], rule_id: str, problems: Sequence[Problem]) -> None:
        """Problems of a rule under a reading or a version lie where that was written."""
        written = MarkedDict({"rules": MarkedDict({rule_id: spec})})
        for problem in problems:
            self.resolved.report(place(problem, written, self.resolved.lines))

    def _versions(
        self, rule_id: str, spec: Mapping[str, Any], model: RuleModel, context: Context
    ) -> tuple[Version, ...]:
        """The bodies by date: each version is laid over the one before it."""
        if not model.versions:
            return ()
        written = sorted(model.versions, key=lambda version: version["from"])
        laid: Mapping[str, Any] = {**spec, "versions": [], "tests": [], "readings": {}}
        bodies = [Version(make_body(self._model(rule_id, laid, context) or model), None, written[0]["from"])]
        for index, version in enumerate(written):
            laid = overlay(laid, version["overlay"])
            following = written[index + 1]["from"] if index + 1 < len(written) else None
            ends = [day for day in (version["until"], following) if day is not None]
            read = self._model(rule_id, laid, context)
            if read is not None:
                bodies.append(Version(make_body(read), version["from"], min(ends, default=None)))
        return tuple(bodies)
