"""The flat form of a record: a mapping as CSV rows, JSON lines and help-desk dictionaries hold it.

`<event>_at` is an event, `<event>_until` its end, `<event>_<attribute>` its attribute (the longest declared name
wins), any other key that is no attribute of `Record` is a field. `events`, `turns` and `reviews` may be lists of
mappings; an event has its attributes beside its type, or in a mapping `attributes`. None and empty texts are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.record import Event, Record, Review, Turn
from servstd.values import BadValue, as_mapping, parse_instant, whole_number
from servstd.vocabulary import EVENT_ATTRIBUTES, RECORD_ATTRIBUTES, Vocabulary, nearest

_LISTS = ("events", "turns", "reviews")
NESTED = "attributes"
"""Where an event may keep its attributes, instead of beside its type."""
SPEAKERS = ("agent", "customer", "system")
_SETS = ("complete_for", "tracked")
_TURN_KEYS = ("speaker", "text", "at", "until")
_REVIEW_KEYS = ("rule", "value", "reviewer", "at", "opportunity", "override", "reason")


def classify_key(key: str, vocabulary: Vocabulary) -> tuple[str, str, str]:
    """What a flat key means: (`event` | `until` | `attribute`, event type, attribute) or (`field`, key, '')."""
    if key in vocabulary.fields or key in RECORD_ATTRIBUTES:
        return "field", key, ""
    if key.endswith("_at") and key[:-3] in vocabulary.events:
        return "event", key[:-3], "at"
    if key.endswith("_until") and key[:-6] in vocabulary.events:
        return "until", key[:-6], "until"
    for cut in range(len(key) - 1, 0, -1):
        if key[cut] == "_" and (known := vocabulary.events.get(key[:cut])):
            name = key[cut + 1 :]
            if name in known.attributes or name in EVENT_ATTRIBUTES[3:]:
                return "attribute", key[:cut], name
    return "field", key, ""


@dataclass
class FlatReader:
    """Reads flat mappings with one vocabulary; remembers what each key means.

    `zone` is the zone of a source with naive times. `tracked` and `complete_for` describe the source and are
    laid under what a record says of itself.
    """

    vocabulary: Vocabulary
    zone: tzinfo | None = None
    tracked: frozenset[str] | None = None
    complete_for: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    _meaning: dict[str, tuple[str, str, str]] = field(default_factory=dict, repr=False)

    def read(self, row: object) -> Record:
        """The record that a mapping describes; what can not be read is in `.problems` and `.unreadable`.

        Raises `RecordError` when there is no id or a list is no list: such a row can not be judged at all.
        """
        if not isinstance(row, Mapping):
            raise RecordError([Problem("not-a-mapping", f"expected a record or a mapping, got {type(row).__name__}")])
        return _Row(self, row).record()

    def typed(self, record: Record) -> Record:
        """A record made by hand, its values read by the vocabulary like those of the flat form."""
        if record.is_read or self._is_typed(record):
            return record
        read = self.read(record.to_dict())
        unreadable, problems = read.unreadable | record.unreadable, (*record.problems, *read.problems)
        return replace(read, defaults=record.defaults, unreadable=unreadable, problems=problems)

    def _is_typed(self, record: Record) -> bool:
        """A quick look at every value: true for nearly all records that a program made."""
        fields, events = self.vocabulary.fields, self.vocabulary.events
        for name, value in record.values.items():
            word = fields.get(name)
            if name.endswith(("_at", "_until")) if word is None else not word.type.holds(value):
                return False
        for event in record.events:
            known = events.get(event.type)
            if known is None:
                return False
            for name, value in event.attributes.items():
                word = known.attributes.get(name)
                if word is not None and value is not None and not word.type.holds(value):
                    return False
        return bool(record.id) and all(turn.speaker in SPEAKERS for turn in record.turns)

    def meaning(self, key: str) -> tuple[str, str, str]:
        """What a flat key means, remembered."""
        known = self._meaning.get(key)
        if known is None:
            known = self._meaning[key] = classify_key(key, self.vocabulary)
        return known


class _Row:
    """One mapping while it is being read."""

    def __init__(self, reader: FlatReader, row: Mapping[str, Any]) -> None:
        self.reader, self.row = reader, row
        self.problems: list[Problem] = []
        self.unreadable: set[str] = set()
        self.flat_events: dict[str, dict[str, Any]] = {}
        self.fields: dict[str, Any] = {}

    def record(self) -> Record:
        row, reader = self.row, self.reader
        for key, value in row.items():
            if key not in RESERVED and value is not None and value != "":
                self._take(key, value)
        for key, value in self._fields().items():
            self._take_field(key, value)
        events = [event for event in map(self._flat_event, self.flat_events) if event]
        events += self._items("events", self._event)
        turns, reviews = self._items("turns", self._turn), self._items("reviews", self._review)
        attributes = {name: self.fields.pop(name) for name in RECORD_ATTRIBUTES if name in self.fields}
        given = row.get("tracked")
        tracked = reader.tracked if given is None else given
        return Record(
            id=self._id(),
            **{"kind": "interaction", **attributes},
            events=tuple(events),
            fields=self.fields,
            turns=tuple(turns),
            reviews=tuple(reviews),
            complete_for=self._names("complete_for") | reader.complete_for,
            tracked=None if tracked is None else self._names("tracked") or frozenset(tracked),
            agent_names=texts_of(row.get("agent_names")),
            defaults=reader.defaults,
            unreadable=frozenset(self.unreadable),
            problems=tuple(self.problems),
            is_read=True,
        )

    def _id(self) -> str:
        value = self.row.get("id")
        if value is None or value == "":
            raise RecordError([Problem("missing-id", "the record has no id", ("id",))])
        return str(value)

    def _fields(self) -> Mapping[str, Any]:
        found = as_mapping(self.row.get("fields") or {})
        if found is None:
            raise RecordError([Problem("not-a-mapping", "expected a mapping of fields", ("fields",))])
        return found

    def _names(self, key: str) -> frozenset[str]:
        names = self.row.get(key) or ()
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        for name in names:
            if name not in self.reader.vocabulary.events and name not in self.reader.vocabulary.fields:
                self._problem("unknown-event", f"no event is called {name!r}", key, nearest(name, self._event_names()))
        return frozenset(names)

    def _event_names(self) -> list[str]:
        return list(self.reader.vocabulary.events)

    def _take(self, key: str, value: Any) -> None:
        what, name, attribute = self.reader.meaning(key)
        if what == "field":
            self._take_field(key, value)
        else:
            self.flat_events.setdefault(name, {})[attribute] = value

    def _take_field(self, key: str, value: Any) -> None:
        word = self.reader.vocabulary.fields.get(key)
        if word is None and key.endswith(("_at", "_until")):
            cut = key.rpartition("_")[0]
            hint = nearest(cut, self._event_names())
            self._problem("unknown-event", f"no event is called {cut!r}", key, hint)
        if value is None or value == "":
            return
        try:
            self.fields[key] = word.type.read(value, self.reader.zone) if word else value
        except BadValue as error:
            self._unreadable(key, key, error)

    def _flat_event(self, name: str) -> Event | None:
        body = self.flat_events[name]
        if "at" not in body:
            keys = ", ".join(f"{name}_{attribute}" for attribute in body)
            self._problem("attribute-without-event", f"{keys} without {name}_at", f"{name}_at")
            return None
        return self._event({"type": name, **body}, lambda attribute: f"{name}_{attribute}")

    def _event(self, body: Mapping[str, Any], place: Any = None) -> Event | None:
        kind = body.get("type")
        where = place or (lambda attribute: f"events.{kind}.{attribute}")
        known = self.reader.vocabulary.events.get(str(kind))
        if known is None:
            hint = nearest(kind, self._event_names())
            self._problem("unknown-event", f"no event is called {kind!r}", "events", hint)
            if not isinstance(kind, str):
                return None
        attributes: dict[str, Any] = {}
        if NESTED in body and not (known and NESTED in known.attributes):
            body = _with_nested(body)
        try:
            for key, value in body.items():
                if key not in EVENT_ATTRIBUTES and value is not None and value != "":
                    current = where(key)
                    word = known.attributes.get(key) if known else None
                    attributes[key] = word.type.read(value, self.reader.zone) if word else value
            current = where("at")
            at = parse_instant(body.get("at"), self.reader.zone)
            current = where("until")
            until = None if body.get("until") in (None, "") else parse_instant(body["until"], self.reader.zone)
            current = where("sequence")
            sequence = whole_number(body.get("sequence"))
        except BadValue as error:
            self._unreadable(str(kind), current, error)
            return None
        ref, actor = body.get("ref"), body.get("actor")
        ref = None if ref is None or ref == "" else str(ref)
        return Event(str(kind), at, until, None if actor == "" else actor, ref, attributes, sequence)

    def _turn(self, body: Mapping[str, Any]) -> Turn | None:
        self._unknown_keys(body, _TURN_KEYS, "turns")
        at, until = self._instant(body, "at", "turns"), self._instant(body, "until", "turns")
        if not body.get("speaker"):
            self._problem("missing-speaker", "a turn does not say who speaks; it is left out", "turns")
            return None
        if body["speaker"] not in SPEAKERS:
            message = f"{body['speaker']!r} is not one of {', '.join(SPEAKERS)}"
            self._problem("unknown-speaker", message, "turns", nearest(body["speaker"], SPEAKERS))
        return Turn(str(body["speaker"]), str(body.get("text") or ""), at, until)

    def _review(self, body: Mapping[str, Any]) -> Review | None:
        self._unknown_keys(body, _REVIEW_KEYS, "reviews")
        value = body.get("value")
        value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        return Review(
            str(body.get("rule")),
            str(value),
            body.get("reviewer"),
            self._instant(body, "at", "reviews"),
            body.get("opportunity"),
            bool(body.get("override", False)),
            body.get("reason"),
        )

    def _instant(self, body: Mapping[str, Any], key: str, where: str) -> Any:
        value = body.get(key)
        if value is None or value == "":
            return None
        try:
            return parse_instant(value, self.reader.zone)
        except BadValue as error:
            self._unreadable(where, f"{where}.{key}", error)
            return None

    def _items(self, key: str, read: Any) -> list[Any]:
        items = self.row.get(key)
        if items is None or items == "":
            return []
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, Mapping) for item in items):
            raise RecordError([Problem("not-a-list", f"expected a list of {key}", (key,))])
        return [item for item in map(read, items) if item is not None]

    def _unknown_keys(self, body: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in body:
            if key not in known:
                self._problem("unknown-key", f"unknown key {key!r}", where, nearest(key, known))

    def _unreadable(self, word: str, where: str, error: BadValue) -> None:
        self.unreadable.add(word)
        self._problem(error.code, str(error), where, error.hint)

    def _problem(self, code: str, message: str, where: str, hint: str | None = None) -> None:
        self.problems.append(Problem(code, message, (where,), hint))


def _with_nested(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event with the attributes that stand in a mapping of their own; one beside it wins."""
    nested = as_mapping(body[NESTED])
    if nested is None:
        return body
    own = {key: value for key, value in body.items() if key != NESTED and value is not None and value != ""}
    return {**{key: value for key, value in nested.items() if key not in EVENT_ATTRIBUTES}, **own}


def texts_of(value: Any) -> tuple[str, ...]:
    """A list of texts, or one text with commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value or ())


RESERVED = frozenset(("id", "fields", "agent_names", *_LISTS, *_SETS))
