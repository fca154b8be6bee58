"""What a file of a catalog takes, for editors: one piece for each top-level key, with what it means."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from servstd.calendar.shape import calendar_shape, spans_shape, zone_shape
from servstd.catalog.catalog import Catalog
from servstd.catalog.change_shape import offered
from servstd.catalog.rule_shape import date_shape, given_shape, listed_test_shape, name_shape, silence_shape
from servstd.catalog.rules_shape import NO_RULE, changes_shape, rules_shape
from servstd.cues.shape import family_shape, replies_shape
from servstd.outcome import Outcome
from servstd.shape import (
    ANY,
    TEXT,
    Schema,
    closed,
    described,
    keyed,
    list_of,
    names_to,
    offered_text,
    offering,
    one_or_list,
    optional,
    pattern,
    words,
)
from servstd.terms.context import Shapes
from servstd.terms.read_shape import condition_shape, event_name_shape, value_of
from servstd.values import TYPE_NAMES

Make = Callable[[Shapes, Catalog], Schema]


def catalog_properties(shapes: Shapes, catalog: Catalog) -> dict[str, Schema]:
    """The top-level keys; a key without a value counts as left out."""
    made = {key: (text, make(shapes, catalog)) for key, (text, make) in SECTIONS.items()}
    return {key: described(optional(part, offered(part, shapes)), text) for key, (text, part) in made.items()}


def _about(shapes: Shapes, catalog: Catalog) -> Schema:
    zone, month = shapes.named(_zone, "zone"), optional({"type": "integer", "minimum": 1, "maximum": 12})
    return closed(
        {
            "name": described(ANY, "What the catalog is called."),
            "version": described(ANY, "Which state of it this is; every verdict carries it."),
            "title": described(ANY, "What it is about."),
            "time_zone": described(optional(zone, zone), "Dates begin at midnight of this zone."),
            "fiscal_year_start": described(month, "The month, 1 to 12, in which the fiscal year begins."),
            "silence": described(shapes.named(silence_shape), "Findings of `servstd lint` to leave out, with reasons."),
        }
    )


def _zone(shapes: Shapes) -> Schema:
    return zone_shape()


def _spans(shapes: Shapes) -> Schema:
    return spans_shape()


def _calendars(shapes: Shapes, catalog: Catalog) -> Schema:
    calendars = [spec.get("holidays") for spec in (catalog.tree.get("calendars") or {}).values()]
    countries = {holidays["country"] for holidays in calendars if holidays and holidays.get("country")}
    zone, spans = shapes.named(_zone, "zone"), shapes.named(_spans, "spans")
    make = partial(calendar_shape, zone, spans, shapes.named(silence_shape), countries)
    return names_to(shapes.named(lambda _: make(), "calendar"))


def _calendar_name(shapes: Shapes, catalog: Catalog) -> Schema:
    return name_shape(shapes, "calendars", "no calendar has this name")


def _calendar_for(shapes: Shapes, catalog: Catalog) -> Schema:
    row = {
        "when": described(shapes.named(condition_shape), "The first row that is shown to hold is used."),
        "use": described(_calendar_name(shapes, catalog), "The calendar."),
    }
    return list_of({**closed(row, row), "additionalProperties": True})


def _disable(shapes: Shapes, catalog: Catalog) -> Schema:
    reason = pattern(r"\S", "say why the rule is switched off")
    return keyed({rule_id: described(reason, rule.title) for rule_id, rule in catalog.rules.items()}, NO_RULE)


def _use_reading(shapes: Shapes, catalog: Catalog) -> Schema:
    known = {}
    for rule_id, rule in catalog.rules.items():
        names = dict.fromkeys((*rule.model.readings, *([rule.model.reading] if rule.model.reading else ())))
        choice = words(names, "") if rule.model.reading else optional(words(names, ""))
        known[rule_id] = described(choice, rule.title)
    return keyed(known, NO_RULE)


def _some_reading(catalog: Catalog) -> Schema:
    """As in a profile: the readings of a rule are offered, and another may come from a catalog above."""
    known = {
        rule_id: described(offered_text(rule.model.readings), rule.title) for rule_id, rule in catalog.rules.items()
    }
    return keyed(known, NO_RULE)


def _profiles(shapes: Shapes, catalog: Catalog) -> Schema:
    takes = {
        "brief": described(ANY, "What the switches do together."),
        "disable": described(optional(_disable(shapes, catalog)), SECTIONS["disable"][0]),
        "use_reading": described(optional(_some_reading(catalog)), SECTIONS["use_reading"][0]),
        "override": described(optional(changes_shape(shapes, catalog, is_certain=False)), SECTIONS["override"][0]),
    }
    return names_to(closed(takes))


def _use_profiles(shapes: Shapes, catalog: Catalog) -> Schema:
    return list_of(name_shape(shapes, "profiles", "no profile has this name"))


def _defaults(shapes: Shapes, catalog: Catalog) -> Schema:
    fields = catalog.vocabulary.fields.values()
    return closed({word.name: described(value_of(word.type, shapes), word.brief) for word in fields})


def _names(shapes: Shapes, catalog: Catalog) -> Schema:
    listed = optional(one_or_list(TEXT), TEXT)
    agents = optional(names_to(listed))
    organisation = described(listed, "The names of the organisation that count when it is named.")
    return closed({"organisation": organisation, "agents": described(agents, "Ids of agents with their names.")})


def _waivers(shapes: Shapes, catalog: Catalog) -> Schema:
    takes = {
        "rule": described(name_shape(shapes, "rules", NO_RULE), "The rule."),
        "reason": described(ANY, "Why the fails do not count."),
        "when": described(shapes.named(condition_shape), "Only for these records."),
        "from": described(optional(shapes.named(date_shape)), "The first date on which it holds."),
        "until": described(optional(shapes.named(date_shape)), "The first date on which it no longer holds."),
        "approved_by": described(ANY, "Who agreed to it."),
    }
    return list_of(closed(takes, ("rule", "reason")))


def _fixtures(shapes: Shapes, catalog: Catalog) -> Schema:
    return names_to(shapes.named(given_shape))


def _tests(shapes: Shapes, catalog: Catalog) -> Schema:
    return list_of(shapes.named(listed_test_shape))


def _word(shapes: Shapes) -> Schema:
    known = {"type": offering(ANY, *TYPE_NAMES)}
    meanings = {
        "type": "What values it takes: `yes or no`, `number 1 to 5`, `one of a, b`, or the name of a field.",
        "brief": "What it means, in a few words.",
        "example": "A value.",
        "default": "What is assumed when a record does not say.",
    }
    return closed({key: described(known.get(key, ANY), text) for key, text in meanings.items()})


def _fields(shapes: Shapes, catalog: Catalog) -> Schema:
    return names_to(shapes.named(_word, "word"))


def _events(shapes: Shapes, catalog: Catalog) -> Schema:
    takes = {
        "brief": described(ANY, "What happened, in a few words."),
        "attributes": described(optional(names_to(shapes.named(_word, "word"))), "What is known of such an event."),
        "example": described(ANY, "An instant."),
        "planned": described(ANY, "`true`: it is entered ahead of time."),
    }
    return names_to(closed(takes))


def _record_kinds(shapes: Shapes, catalog: Catalog) -> Schema:
    events = optional(list_of(shapes.named(event_name_shape)))
    takes = {
        "brief": described(ANY, "What is judged, in a few words."),
        "begins": described(events, "Events with which such a record begins."),
        "ends": described(events, "Events with which it ends."),
    }
    return names_to(closed(takes))


def _scales(shapes: Shapes, catalog: Catalog) -> Schema:
    return names_to(optional(names_to({"enum": [str(outcome) for outcome in Outcome]})))


def _cues(shapes: Shapes, catalog: Catalog) -> Schema:
    family = shapes.named(lambda _: _changes_too(family_shape()), "cue_family")
    return names_to(
        optional(family), {name: described(optional(family), cue.brief) for name, cue in catalog.cues.items()}
    )


def _replies(shapes: Shapes, catalog: Catalog) -> Schema:
    return _changes_too(replies_shape())


def _changes_too(schema: Schema) -> Schema:
    """Shipped phrases are changed by key: null takes one away."""
    return {**schema, "properties": {key: optional(part) for key, part in schema["properties"].items()}}


def _extends(shapes: Shapes, catalog: Catalog) -> Schema:
    return offering(TEXT, "servstd")


SECTIONS: dict[str, tuple[str, Make]] = {
    "extends": ("The catalog that this one is laid over: `servstd`, or a path from this folder.", _extends),
    "default_calendar": ("The calendar of all records that no other is chosen for.", _calendar_name),
    "catalog": ("About the catalog: its name, version and time zone.", _about),
    "rules": ("New rules: ids with their content.", rules_shape),
    "override": ("Changes of inherited rules, merged by key; null takes a key away.", changes_shape),
    "disable": ("Rules that are switched off, each with the reason.", _disable),
    "use_reading": ("Which named reading of a rule holds.", _use_reading),
    "defaults": ("Assumed where a record does not say; verdicts list what was assumed.", _defaults),
    "calendars": ("Opening hours by name.", _calendars),
    "names": ("Whose names count when an agent says who they are.", _names),
    "profiles": ("Named sets of `disable`, `use_reading` and `override` that go together.", _profiles),
    "fixtures": ("Records in the flat form by name, for tests to build on.", _fixtures),
    "fields": ("Fields of your own.", _fields),
    "events": ("Events of your own, with their attributes.", _events),
    "record_kinds": ("Kinds of record of your own, with the events that begin and end them.", _record_kinds),
    "scales": ("Scales of reviewers' answers: each answer with its outcome.", _scales),
    "cues": ("More phrases, or families of your own.", _cues),
    "replies": ("What a yes and a no sound like.", _replies),
    "calendar_for": ("Which calendar is used when: the first row that is shown to hold.", _calendar_for),
    "waivers": ("Agreed, dated exemptions: they turn a fail into not applicable and keep what it was.", _waivers),
    "use_profiles": ("The profiles in use.", _use_profiles),
    "tests": ("Tests of any rule; each names its rule.", _tests),
}
