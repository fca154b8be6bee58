"""What a mapping takes, for editors: the keys of `load_mapping` with what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from servstd.adapters.load_events import EVENT_KEYS
from servstd.adapters.plan import LISTS
from servstd.calendar.shape import zone_shape
from servstd.shape import (
    ANY,
    Schema,
    closed,
    described,
    forms,
    list_of,
    names_to,
    one_or_list,
    optional,
    when,
    words,
)
from servstd.terms.context import Shapes
from servstd.terms.read_shape import event_name_shape, field_name_shape, value_of
from servstd.vocabulary import EventType, Word

TEXT: Schema = {"type": "string", "minLength": 1}
MEANINGS = {
    "layout": "`wide`: one row is a record (the default). `events`: one row is an event.",
    "id": "The column of the record's id; `id` when left out.",
    "kind": "Short for `constants: {kind: ...}`.",
    "time_zone": "Of times without an offset. Without it such a time makes a bad row.",
    "time_format": "Of times that are not ISO 8601, as `strptime` takes it.",
    "missing": "What stands for nothing, beside the empty text.",
    "constants": "Fields with values that are true of every record.",
    "defaults": "Assumed where a record does not say; verdicts list what was assumed.",
    "complete_for": "Events whose absence is evidence that they did not happen.",
    "tracked": "The only events that the log can give.",
    "exported_at": "The instant to judge at, when none is given: nothing later is in the file.",
    "columns": "Columns with what they give. Columns that are not named are not read.",
    "values": "What the texts of a column mean, by field, or by event and attribute as in the flat form.",
    "case": "The column of the record's id: rows with the same one make one record.",
    "at": "The column of the time of the row.",
    "sequence": "The column with the order of rows of one instant.",
    "event": "The row's own event: a column with our words, or `{column, values}` with a translation.",
    "states": "A row says how the case stands; a change is an event.",
    "each_row": "The event that every row shows.",
}
TARGET_MEANINGS = {
    "field": "The column gives this field.",
    "event": "The column gives this event, at the time in the cell.",
    "attribute": "The column gives this attribute of the event.",
    "until": "`true`: the column gives the end of the event.",
    "at": "The column with the event's own time, where there are several or none.",
    "list": "The column holds a list in our own form.",
}


def mapping_properties(shapes: Shapes) -> Schema:
    """A mapping; the layout decides which keys there are."""
    takes = _takes(shapes)
    told = {key: described(takes[key], text) for key, text in MEANINGS.items()}
    wide = closed({key: ANY for key in told if key not in EVENT_KEYS})
    events = closed({key: ANY for key in told if key != "id"}, ("case", "at"))
    return {"type": "object", "properties": told, **when("layout", ["events"], events), "else": wide}


def _takes(shapes: Shapes) -> dict[str, Schema]:
    text, made = optional(TEXT), shapes.named(_made_or_nothing, "made_or_nothing")
    kind = shapes.context.vocabulary.fields.get("kind")
    fields = {word.name: _told(optional(value_of(word.type, shapes)), word) for word in _fields(shapes)}
    return {
        **dict.fromkeys(("id", "sequence", "time_format"), text),
        **dict.fromkeys(("case", "at"), TEXT),
        **dict.fromkeys(("constants", "defaults"), optional(closed(fields))),
        **dict.fromkeys(("complete_for", "tracked"), optional(list_of(shapes.named(event_name_shape)))),
        "layout": {"enum": ["wide", "events"]},
        "kind": optional(value_of(kind.type, shapes)) if kind else ANY,
        "time_zone": optional(zone_shape()),
        "missing": ANY,
        "exported_at": ANY,
        "columns": optional(names_to(one_or_list(shapes.named(_target, "target")))),
        "values": optional(_values(shapes)),
        "event": optional(forms(TEXT, mapping=_translated(made))),
        "states": optional(_states(shapes)),
        "each_row": made,
    }


def _fields(shapes: Shapes) -> Iterable[Word]:
    return shapes.context.vocabulary.fields.values()


def _told(schema: Schema, word: Word) -> Schema:
    return described(schema, word.brief)


def _translated(made: Schema) -> Schema:
    values = described(optional(names_to(made)), "What each text of the column means; `null` is no event.")
    return closed({"column": described(TEXT, "The column."), "values": values}, ("column",))


def _states(shapes: Shapes) -> Schema:
    made = shapes.named(_made_or_nothing, "made_or_nothing")
    leave = shapes.named(lambda inner: optional(_made(inner, ("unless_to",))), "left_or_nothing")
    state = closed(
        {
            "enter": described(made, "What coming into this state means."),
            "leave": described(
                leave, "What going out of it means; `unless_to` lists states to which it means nothing."
            ),
        }
    )
    values = described(names_to(optional(state)), "Each state of the column, with what coming and going means.")
    return closed({"column": described(TEXT, "The column of the state."), "values": values}, ("column", "values"))


def _made_or_nothing(shapes: Shapes) -> Schema:
    return optional(_made(shapes, ()), shapes.named(event_name_shape))


def _made(shapes: Shapes, extra: Iterable[str]) -> Schema:
    """An event that a row makes: its name, or a mapping with attributes that hold for all such rows."""
    name = shapes.named(event_name_shape)
    keys = dict.fromkeys(extra, optional(one_or_list(TEXT)))
    rules = [
        when("event", names, closed({"event": ANY, **keys, **_attributes(event, shapes)}))
        for names, event in _by_attributes(shapes.context.vocabulary.events)
    ]
    mapping = {"type": "object", "properties": {"event": name, **keys}, "required": ["event"], "allOf": rules}
    return forms(name, mapping=mapping)


def _attributes(event: EventType, shapes: Shapes) -> dict[str, Schema]:
    known = {name: described(value_of(word.type, shapes), word.brief) for name, word in event.attributes.items()}
    return {"actor": ANY, "ref": ANY, **known}


def _by_attributes(events: Mapping[str, EventType]) -> Iterable[tuple[list[str], EventType]]:
    groups: dict[str, tuple[list[str], EventType]] = {}
    for name, event in events.items():
        key = str({word.name: word.type for word in event.attributes.values()})
        groups.setdefault(key, ([], event))[0].append(name)
    return groups.values()


def _target(shapes: Shapes) -> Schema:
    """What one column gives."""
    takes: dict[str, Schema] = {
        "field": shapes.named(field_name_shape),
        "event": shapes.named(event_name_shape),
        "attribute": {"type": "string"},
        "until": {"const": True},
        "at": optional(TEXT),
        "list": {"enum": list(LISTS)},
    }
    told = {key: described(takes[key], text) for key, text in TARGET_MEANINGS.items()}
    of_event = [key for key in told if key not in ("field", "list")]
    rules = [
        when("event", names, {"properties": {"attribute": words((*event.attributes, "actor", "ref"), "")}})
        for names, event in _by_attributes(shapes.context.vocabulary.events)
    ]
    return {
        "type": "object",
        "properties": told,
        "if": {"required": ["field"]},
        "then": closed({"field": ANY}),
        "else": {
            "if": {"required": ["list"]},
            "then": closed({"list": ANY}),
            "else": closed(dict.fromkeys(of_event, ANY), ("event",)),
        },
        "allOf": rules,
    }


def _values(shapes: Shapes) -> Schema:
    """Translations by field, or by event and attribute."""
    keys = {word.name: _told(_translation(word, shapes), word) for word in _fields(shapes)}
    for event in shapes.context.vocabulary.events.values():
        for word in event.attributes.values():
            keys[f"{event.name}_{word.name}"] = _told(_translation(word, shapes), word)
    return {**closed(keys), "patternProperties": {"_(actor|ref|sequence)$": ANY}}


def _translation(word: Word, shapes: Shapes) -> Schema:
    return optional(names_to(optional(value_of(word.type, shapes))))
