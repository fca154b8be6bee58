"""A handbook made from a catalog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from servstd.catalog import Catalog, Rule
from servstd.catalog.rule import Version
from servstd.catalog.rule_model import RuleModel
from servstd.handbook.decision import decided, differences, read, scope, target, text_differences, used_spec, warnings
from servstd.handbook.examples import examples_of
from servstd.handbook.hours import hours_of
from servstd.handbook.model import Change, Entry, Example, Exemption, Family, Handbook, Reading, Term
from servstd.terms.phrasing import Phrasing, spaced
from servstd.terms.told import Row, rows
from servstd.vocabulary import Vocabulary


def build_handbook(catalog: Catalog, rules: Iterable[str] | None = None, *, as_of: date | None = None) -> Handbook:
    """The handbook of the enabled rules, or of the rules named.

    With `as_of`, a local date, each rule is as its version in force says, waivers are those in force, and calendars
    show that year. Without it nothing depends on the day: rules are as their last version leaves them, all waivers
    are listed with their dates, and calendars show no year. Raises `KeyError` for an unknown rule.
    """
    names = list(catalog.enabled_rules) if rules is None else list(rules)
    maker = _Maker(catalog, as_of, examples_of(catalog, names))
    entries = [maker.entry(catalog.rules[name]) for name in names]
    off = [maker.entry(rule) for name, rule in catalog.rules.items() if rules is None and name not in names]
    return Handbook(
        _title(catalog),
        catalog.version,
        as_of,
        _families(entries),
        tuple(off),
        hours_of(catalog, names, as_of, maker.words),
        _terms(catalog.vocabulary, [catalog.rules[name] for name in names]),
    )


def _title(catalog: Catalog) -> str:
    """The title that the catalog gives itself, not one that it inherits; else its name."""
    own = catalog.layers[-1] if catalog.layers else catalog.tree
    about: Mapping[str, object] = own.get("catalog") or {}
    return _line(str(about.get("title") or catalog.name or "Customer service standards"))


def _families(entries: list[Entry]) -> tuple[Family, ...]:
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.id.partition(".")[0], []).append(entry)
    return tuple(Family(name, spaced(name).capitalize(), tuple(inside)) for name, inside in by_name.items())


def _terms(vocabulary: Vocabulary, rules: list[Rule]) -> tuple[Term, ...]:
    used = frozenset[str]().union(*(body.words() for rule in rules for body in rule.bodies))
    events = [Term(spaced(word.name), "event", word.brief) for word in vocabulary.events.values() if word.name in used]
    fields = [Term(spaced(word.name), "field", word.brief) for word in vocabulary.fields.values() if word.name in used]
    return tuple(sorted((*events, *fields), key=lambda term: (term.name, term.what)))


class _Maker:
    """Makes the entries of one catalog as of one date."""

    def __init__(self, catalog: Catalog, as_of: date | None, examples: Mapping[str, tuple[Example, ...]]) -> None:
        titles = {rule_id: rule.title for rule_id, rule in catalog.rules.items()}
        self.catalog, self.as_of, self.examples = catalog, as_of, examples
        self.words = Phrasing(catalog.vocabulary, catalog.cues, titles)

    def entry(self, rule: Rule) -> Entry:
        """One rule, as its version in force says."""
        version = self._version(rule)
        model = read(rule, used_spec(rule) if version is None else version.spec)
        return Entry(
            rule.id,
            _line(model.title),
            _paragraphs(model.statement),
            _line(model.why),
            scope(model, self.words),
            decided(model, self.words),
            self.examples.get(rule.id, ()),
            self._facts(rule, model),
            spaced(rule.reading or ""),
            self._readings(rule, model),
            self._changes(rule),
            tuple(self._exemptions(rule)),
            self._off_because(rule, model, version),
        )

    def _version(self, rule: Rule) -> Version | None:
        """The version in force at the date, else the last one; None for a rule without versions."""
        in_force = [one for one in rule.versions if _covers(one, self.as_of)]
        return in_force[-1] if in_force else rule.versions[-1] if rule.versions else None

    def _off_because(self, rule: Rule, model: RuleModel, version: Version | None) -> str | None:
        if rule.disabled_because is not None:
            return _line(rule.disabled_because)
        if not model.enabled:
            return "it is off unless a catalog switches it on"
        if version is not None and not _covers(version, self.as_of):
            return "no version of it is in force"
        return None

    def _facts(self, rule: Rule, model: RuleModel) -> tuple[Row, ...]:
        source = ", ".join(str(part) for key in ("document", "section", "url") if (part := model.source.get(key)))
        return rows(
            ("Target", target(model)),
            ("Warnings", warnings(model)),
            ("Weight", f"{model.severity}, {spaced(model.error_class)}"),
            ("Reported", _reported(model)),
            ("Owner", model.owner),
            ("Source", _line(source)),
            ("To be looked at again", None if model.review_by is None else f"by {model.review_by.isoformat()}"),
            ("Replaced by", rule.model.replaced_by),
        )

    def _readings(self, rule: Rule, model: RuleModel) -> tuple[Reading, ...]:
        """The other readings, the one that the rule is written in among them when another is in use."""
        names = [name for name in (rule.model.reading, *rule.readings) if name is not None and name != rule.reading]
        return tuple(self._reading(rule, name, model) for name in dict.fromkeys(names))

    def _reading(self, rule: Rule, name: str, used: RuleModel) -> Reading:
        other = rule.as_read(name)
        version = self._version(other)
        model = read(other, used_spec(other) if version is None else version.spec)
        changed = text_differences(used, model)
        if model.enabled:
            changed += differences(used, model, self.words)
        return Reading(spaced(name), changed)

    def _changes(self, rule: Rule) -> tuple[Change, ...]:
        models = [read(rule, version.spec) for version in rule.versions]
        changes = []
        for before, after, version in zip(models, models[1:], rule.versions[1:], strict=False):
            found = text_differences(before, after) + differences(before, after, self.words)
            if version.from_ is not None:
                changes.append(Change(version.from_, version.until, found))
        return tuple(changes)

    def _exemptions(self, rule: Rule) -> list[Exemption]:
        found = []
        for waiver in self.catalog.waivers:
            begin, end = self._day(waiver.from_us), self._day(waiver.until_us)
            is_over = self.as_of is not None and end is not None and end <= self.as_of
            is_ahead = self.as_of is not None and begin is not None and begin > self.as_of
            if waiver.rule == rule.id and not is_over and not is_ahead:
                when = "" if waiver.when is None else self.words.condition(waiver.when)
                found.append(Exemption(_line(waiver.reason), when, begin, end, waiver.approved_by or ""))
        return found

    def _day(self, instant_us: int | None) -> date | None:
        return None if instant_us is None else datetime.fromtimestamp(instant_us / 1e6, self.catalog.zone).date()


def _covers(version: Version, as_of: date | None) -> bool:
    """True when a date lies in a version; without a date, for a version without an end."""
    if as_of is None:
        return version.until is None
    return (version.from_ is None or version.from_ <= as_of) and (version.until is None or as_of < version.until)


def _reported(model: RuleModel) -> str | None:
    parts = [f"by {model.report_by} only" if model.report_by else ""]
    parts += [f"for groups of {model.min_group} or more" if model.min_group else ""]
    return ", ".join(part for part in parts if part) or None


def _line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> tuple[str, ...]:
    """The parts between empty lines, each on one line."""
    return tuple(line for part in re.split(r"\n\s*\n", text) if (line := _line(part)))
