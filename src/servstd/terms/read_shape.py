"""What the readers of read.py take: names of the catalog's words, references to events, anchors, conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from servstd.flat import SPEAKERS
from servstd.outcome import Outcome
from servstd.shape import (
    ANY,
    SCALAR,
    TEXT,
    Schema,
    closed,
    described,
    forms,
    list_of,
    one_or_list,
    optional,
    when,
    words,
)
from servstd.terms.context import Shapes
from servstd.values import ValueType
from servstd.vocabulary import RECORD_ATTRIBUTES, EventType, Word

_ANCHORS = {
    "this": "the opportunity's own event",
    "previous": "the opportunity before this one",
    "next": "the opportunity after this one",
}
_MEANINGS = {
    "all": "All of these conditions hold.",
    "any": "At least one of these conditions holds.",
    "not": "The condition does not hold.",
    "happened": "There is such an event. False only in a log that is complete for it.",
    "said": "The cue was found. A miss is undecided, never false.",
    "by": "Who says it; when left out, whom the cue family names.",
    "before": "Before this event, turn or point: an anchor.",
    "after": "After this event, turn or point: an anchor.",
    "open": "The office was open at the first such event.",
    "rule": "Another rule has one of the outcomes, on the same opportunity where both have one.",
}
_WHERE = "A condition on the attributes of the event."


def event_name_shape(shapes: Shapes) -> Schema:
    """The name of an event."""
    briefs = {name: event.brief for name, event in shapes.context.vocabulary.events.items()}
    return words(briefs, "no event has this name; the vocabulary declares them")


def field_name_shape(shapes: Shapes) -> Schema:
    """The name of a field."""
    briefs = {name: word.brief for name, word in shapes.context.vocabulary.fields.items()}
    return words(
        {**dict.fromkeys(RECORD_ATTRIBUTES, ""), **briefs}, "no field has this name; the vocabulary declares them"
    )


def cue_name_shape(shapes: Shapes) -> Schema:
    """The name of a cue family."""
    briefs = {str(name): str(getattr(cue, "brief", "")) for name, cue in _cues(shapes).items()}
    return words(briefs, "no cue family has this name; the catalog's cues declare them")


def _cues(shapes: Shapes) -> Mapping[str, object]:
    cues = shapes.context.cues
    return cues if isinstance(cues, Mapping) else dict.fromkeys(cues)


def event_names_shape(shapes: Shapes) -> Schema:
    """The name of an event, or a list of names."""
    return one_or_list(shapes.named(event_name_shape))


def event_shape(shapes: Shapes) -> Schema:
    """A reference to events: a name, a list, or a mapping with `where`."""
    name = shapes.named(event_name_shape)
    return forms(name, list_of(name), shapes.named(event_where_shape))


def event_where_shape(shapes: Shapes) -> Schema:
    """Events, and a condition on their attributes."""
    return event_and_where(shapes, {}, ())


def event_or_this_shape(shapes: Shapes) -> Schema:
    """A reference to events, or `this`."""
    this = {"enum": ["this"], "markdownEnumDescriptions": [_ANCHORS["this"]]}
    inside = {"properties": {"event": this}, "required": ["event"]}
    is_this = {"if": {"type": "object"}, "then": inside, "else": this}
    offer = [this, shapes.named(event_name_shape), {}]
    return {"if": is_this, "else": shapes.named(event_shape), "anyOf": offer}


def event_and_where(shapes: Shapes, more: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    """A mapping of `event`, `where` and other keys; which attributes there are depends on the event."""
    event = described(shapes.named(event_names_shape), "The event, or a list of events.")
    where = described(optional(shapes.named(where_shape)), _WHERE)
    schema = closed({"event": event, "where": where, **more}, ("event", *required))
    return {**schema, "allOf": attribute_rules("event", "where", shapes)}


def attribute_rules(event_key: str, where_key: str, shapes: Shapes) -> list[Schema]:
    """For each set of attributes: where the event has it, the condition is about those."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, event in shapes.context.vocabulary.events.items():
        groups.setdefault(tuple(f"{word.name}: {word.type.text}" for word in event.attributes.values()), []).append(
            name
        )
    rules = []
    for names in groups.values():
        attributes = shapes.context.vocabulary.events[names[0]].attributes
        name = f"where_{names[0]}" if attributes else "where_nothing"
        piece = _where_of(attributes, name, shapes)
        rules.append(when(event_key, names, {"properties": {where_key: optional(piece)}}))
    return rules


def _where_of(attributes: Mapping[str, Word], name: str, shapes: Shapes) -> Schema:
    """The condition on these attributes, once under its name."""
    return shapes.named(lambda inner: _condition(attributes, inner, name), name)


def where_shape(shapes: Shapes) -> Schema:
    """A condition on attributes of any event: `where` beside a list, and `with` beside `this`."""
    return _condition(all_words(shapes.context.vocabulary.events.values()), shapes, "where")


def all_words(events: Iterable[EventType]) -> dict[str, Word | None]:
    """The attributes of these events; None for one that has different types in different events."""
    found: dict[str, Word | None] = {}
    for event in events:
        for name, word in event.attributes.items():
            is_same = name not in found or (found[name] or word).type == word.type
            found[name] = word if is_same else None
    return found


def _condition(attributes: Mapping[str, Word | None], shapes: Shapes, name: str) -> Schema:
    """A condition on attributes; every event has `actor` and `ref`."""
    known = {**dict.fromkeys(("actor", "ref")), **attributes}
    properties = {attribute: _property(word, shapes) for attribute, word in known.items()}
    return closed({**properties, **_groups({"$ref": f"#/$defs/{name}"})})


def condition_shape(shapes: Shapes) -> Schema:
    """A condition on the record."""
    vocabulary = shapes.context.vocabulary
    known: dict[str, Word | None] = {**dict.fromkeys(RECORD_ATTRIBUTES), **vocabulary.fields}
    properties = {name: _property(word, shapes) for name, word in known.items()}
    anchor = shapes.named(anchor_shape)
    special = {
        "happened": shapes.named(event_shape),
        "said": shapes.named(cue_names_shape),
        "before": anchor,
        "after": anchor,
        "open": shapes.named(event_shape),
        "rule": shapes.named(rule_id_shape),
    }
    told = {key: described(schema, _MEANINGS[key]) for key, schema in special.items()}
    beside = _beside(properties, shapes)
    both = {key: described(ANY, text) for key, text in (("where", _WHERE), ("by", _MEANINGS["by"]))}
    schema = closed({**both, **properties, "outcome": ANY, **_groups({"$ref": "#/$defs/condition"}), **told})
    return {**schema, "allOf": [*beside, *attribute_rules("happened", "where", shapes)]}


def _beside(fields: Mapping[str, Schema], shapes: Shapes) -> list[Schema]:
    """Keys that mean something only beside another; a field of that name is meant elsewhere."""
    outcomes = described(one_or_list(outcome_shape()), "The outcomes of the other rule.")
    keys = {
        "where": ("happened", described(optional(shapes.named(where_shape)), _WHERE)),
        "by": ("said", described(shapes.named(speaker_shape), _MEANINGS["by"])),
        "outcome": ("rule", outcomes),
    }
    return [
        {
            "if": {"type": "object", "required": [partner]},
            "then": {"properties": {key: schema}},
            "else": {"properties": {key: fields.get(key, False)}},
        }
        for key, (partner, schema) in keys.items()
    ]


def _groups(condition: Schema) -> dict[str, Schema]:
    listed = {"type": "array", "items": condition, "minItems": 1}
    kinds = {"all": listed, "any": listed, "not": condition}
    return {key: described(schema, _MEANINGS[key]) for key, schema in kinds.items()}


def _property(word: Word | None, shapes: Shapes) -> Schema:
    """What a field or attribute is compared with."""
    if word is None:
        return shapes.named(lambda inner: compared(SCALAR, inner), "is_anything")
    value = value_of(word.type, shapes)
    is_value = shapes.named(lambda inner: compared(value, inner), value["$ref"].replace("#/$defs/value", "is"))
    return described(is_value, word.brief)


def value_of(kind: ValueType, shapes: Shapes) -> Schema:
    """One value of a declared type."""
    name = "".join(letter if letter.isalnum() else "_" for letter in kind.text.replace(",", ""))
    return shapes.named(lambda _: kind.shape(), f"value_{name}")


def compared(value: Schema, shapes: Shapes) -> Schema:
    """A value, a list of values, or bounds."""
    return forms(value, list_of(value), shapes.named(bounds_shape))


def bounds_shape(shapes: Shapes) -> Schema:
    """Bounds of a number, or whether the field is there at all."""
    bound: Schema = {"type": ["number", "null"]}
    return closed(
        {
            "at_least": described(bound, "At least this number."),
            "at_most": described(bound, "At most this number."),
            "missing": described(
                {"type": "boolean"}, "`true`: the field is not there; `false`: it is. Always decided."
            ),
        }
    )


def cue_names_shape(shapes: Shapes) -> Schema:
    """The name of a cue family, or a list of names."""
    return one_or_list(shapes.named(cue_name_shape))


def speaker_shape(shapes: Shapes) -> Schema:
    """Who speaks."""
    return optional({"enum": list(SPEAKERS)})


def said_shape(shapes: Shapes) -> Schema:
    """A turn in which something is said."""
    said = described(shapes.named(cue_names_shape), "The cue family, or a list of families.")
    return closed({"said": said, "by": described(shapes.named(speaker_shape), _MEANINGS["by"])}, ("said",))


def anchor_shape(shapes: Shapes) -> Schema:
    """A point in the record: an event, a turn, or an opportunity."""
    name = shapes.named(event_name_shape)
    points = {"enum": list(_ANCHORS), "markdownEnumDescriptions": list(_ANCHORS.values())}
    mapping = {
        "if": {"type": "object", "required": ["said"]},
        "then": shapes.named(said_shape),
        "else": shapes.named(event_where_shape),
        "properties": {"said": ANY, "by": ANY, "event": ANY, "where": ANY},
    }
    schema = forms(name, list_of(name), mapping)
    return {"if": points, "else": schema, "anyOf": [points, name, {}]}


def event_or_said_shape(shapes: Shapes) -> Schema:
    """What each opportunity is: an event, or a turn."""
    name = shapes.named(event_name_shape)
    mapping = {
        "if": {"type": "object", "required": ["said"]},
        "then": shapes.named(said_shape),
        "else": shapes.named(event_where_shape),
        "properties": {"said": ANY, "by": ANY, "event": ANY, "where": ANY},
    }
    return forms(name, list_of(name), mapping)


def field_names_shape(shapes: Shapes) -> Schema:
    """The name of a field, or a list of names."""
    return one_or_list(shapes.named(field_name_shape))


def same_shape(shapes: Shapes) -> Schema:
    """The name of an attribute on which two events agree."""
    events = shapes.context.vocabulary.events.values()
    names = sorted({name for event in events for name in event.attributes} | {"actor", "ref"})
    return {"type": ["string", "null"], "anyOf": [words(names, ""), {}]}


def rule_id_shape(shapes: Shapes) -> Schema:
    """The id of a rule of the catalog."""
    rules = shapes.names.get("rules")
    return words(rules, "no rule of the catalog has this id") if rules else TEXT


def outcome_shape() -> Schema:
    """An outcome."""
    return {"enum": [str(outcome) for outcome in Outcome]}
