"""The flat form of a record: a mapping as CSV rows, JSON lines and help-desk dictionaries hold it.

`<event>_at` is an event, `<event>_until` its end, `<event>_<attribute>` its attribute (the longest declared name
wins), any other key that is no attribute of `Record` is a field. `events`, `turns` and `reviews` may be lists of
mappings; an event has its attributes beside its type, or in a mapping `attributes`. None and empty texts are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.flat_meant import NO_TYPE, given, items_given, key_meant, names_given, part_meant
from servstd.plain import is_missing
from servstd.record import Event, Record, Review, Turn, event_of, record_of
from servstd.values import EXAMPLE_TIME, BadValue, as_mapping, is_mapping, parse_instant, whole_number, with_nested
from servstd.values import texts_of as texts_of
from servstd.vocabulary import EVENT_ATTRIBUTES, KeyUses, Vocabulary, keys_not_text, nearest
from servstd.vocabulary import classify_key as classify_key

NESTED = "attributes"
"""Where an event may keep its attributes, instead of beside its type."""
SPEAKERS = ("agent", "customer", "system")
_TIMES, _TURN_KEYS, _EVENT_KEYS = ("_at", "_until"), ("speaker", "text", "at", "until"), frozenset(EVENT_ATTRIBUTES)
_REVIEW_KEYS = ("rule", "value", "reviewer", "at", "opportunity", "override", "reason")


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
    uses: KeyUses = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin to remember what keys are for."""
        self.uses = KeyUses(self.vocabulary, RESERVED)

    def read(self, row: object) -> Record:
        """The record that a mapping describes; what can not be read is in `.problems` and `.unreadable`.

        Raises `RecordError` when there is no id or a list is no list: such a row can not be judged at all.
        """
        if not is_mapping(row):
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
            if (type(name) is not str or name.endswith(_TIMES)) if word is None else not word.type.holds(value):
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
        self.unreadable: frozenset[str] = frozenset()
        self.instants: dict[str, Any] = {}  # of the events that keys name, in their order; None: no key gives it
        self.parts: dict[str, dict[str, Any]] = {}  # what keys say of them beside
        self.fields: dict[str, Any] = {}

    def record(self) -> Record:
        row, reader = self.row, self.reader
        try:
            self._take_keys()
        except KeyError:
            raise RecordError(keys_not_text(row, ())) from None
        if "fields" in row:
            for key, value in self._fields().items():
                self._take_field(key, value)
        events = self._flat_events()
        events += self._items("events", self._event) if "events" in row else ()
        turns = self._items("turns", self._turn) if "turns" in row else ()
        reviews = self._items("reviews", self._review) if "reviews" in row else ()
        tracked = reader.tracked if "tracked" not in row or given(row, "tracked") is None else row["tracked"]
        complete_for = self._names("complete_for") | reader.complete_for if "complete_for" in row else None
        return record_of(
            self._id(),
            self.fields,
            (tuple(events), tuple(turns), tuple(reviews)),
            reader.complete_for if complete_for is None else complete_for,
            None if tracked is None else self._names("tracked") or frozenset(tracked),
            texts_of(row["agent_names"]) if "agent_names" in row else (),
            reader.defaults,
            self.unreadable,
            tuple(self.problems),
        )

    def _take_keys(self) -> None:
        """Sort the flat keys into fields and parts of events."""
        uses, fields, instants = self.reader.uses, self.fields, self.instants
        for key, value in self.row.items():
            if value is None:
                continue
            use = uses[key]
            if use is None:
                continue
            try:
                if not value and value == "":
                    continue
            except (TypeError, ValueError):  # NA of pandas has no truth, nor has an array
                if is_missing(value):
                    continue
            if (event := use.event) is None:
                if type(value) is use.kept and (use.allowed is None or value in use.allowed):
                    fields[key] = value
                else:
                    self._take_field(key, value)
            elif use.attribute == "at":
                instants[event] = value
            else:
                instants.setdefault(event)
                self.parts.setdefault(event, {})[use.attribute] = value

    def _id(self) -> str:
        value = self.row.get("id")
        if is_missing(value):
            raise RecordError([Problem("missing-id", "the record has no id", ("id",))])
        return str(value)

    def _fields(self) -> Mapping[str, Any]:
        found = as_mapping(given(self.row, "fields") or {})
        if found is None:
            raise RecordError([Problem("not-a-mapping", "expected a mapping of fields", ("fields",))])
        if problems := keys_not_text(found, ("fields",)):
            raise RecordError(problems)
        return found

    def _names(self, key: str) -> frozenset[str]:
        names = list(names_given(key, given(self.row, key) or ()))
        for name in names:
            if name not in self.reader.vocabulary.events and name not in self.reader.vocabulary.fields:
                self._no_event(name, key)
        return frozenset(names)

    def _no_event(self, name: object, where: str) -> None:
        hint = nearest(name, self.reader.vocabulary.events)
        self._problem("unknown-event", f"no event is called {name!r}", where, hint)

    def _take_field(self, key: str, value: Any) -> None:
        if is_missing(value):
            return
        word = self.reader.vocabulary.fields.get(key)
        if word is None and key.endswith(_TIMES):
            self._no_event(key.rpartition("_")[0], key)
        try:
            self.fields[key] = word.type.read(value, self.reader.zone) if word else value
        except BadValue as error:
            self._unreadable(key, key, error)

    def _flat_events(self) -> list[Event]:
        events, zone = [], self.reader.zone
        for name, at in self.instants.items():
            if name in self.parts:
                events += self._event_of_parts(name, at, self.parts[name])
                continue
            try:
                events.append(event_of(name, parse_instant(at, zone)))
            except BadValue as error:
                if not is_missing(at):
                    self._unreadable(name, f"{name}_at", error)
        return events

    def _event_of_parts(self, name: str, at: Any, parts: Mapping[str, Any]) -> list[Event]:
        if at is None or (type(at) is not str and is_missing(at)):
            keys = ", ".join(f"{name}_{attribute}" for attribute, value in parts.items() if not is_missing(value))
            if keys:
                self._problem("attribute-without-event", f"{keys} without {name}_at", f"{name}_at")
            return []
        event = self._event_of(name, {"at": at, **parts}, lambda attribute: f"{name}_{attribute}")
        return [] if event is None else [event]

    def _event(self, body: Mapping[str, Any]) -> Event | None:
        """An event of the list `events`."""
        kind = body.get("type")
        known = self.reader.vocabulary.events.get(str(kind))
        if kind is None:
            self._problem("unknown-event", NO_TYPE, "events", part_meant("type", body, "received"))
        elif known is None:
            self._no_event(kind, "events")
        if not isinstance(kind, str):
            return None
        if NESTED in body and not (known and NESTED in known.attributes):
            body = with_nested(body, NESTED, EVENT_ATTRIBUTES)
        return self._event_of(str(kind), body, lambda attribute: f"events.{kind}.{attribute}")

    def _event_of(self, kind: str, body: Mapping[str, Any], where: Callable[[str], str]) -> Event | None:
        """An event of this type; `where` says how a part of it is called."""
        reader, attributes = self.reader, dict[str, Any]()
        known, current = reader.vocabulary.events.get(kind), ""
        try:
            for current, value in body.items():
                if current not in _EVENT_KEYS and not is_missing(value):
                    word = known.attributes.get(current) if known else None
                    attributes[current] = word.type.read(value, reader.zone) if word else value
            current = "at"
            if body.get("at") is None:
                raise BadValue("bad-time", "the event has no time", part_meant("at", body, EXAMPLE_TIME))
            at = parse_instant(body["at"], reader.zone)
            current = "until"
            until = body.get("until")
            until = None if until is None or is_missing(until) else parse_instant(until, reader.zone)
            current = "sequence"
            sequence = whole_number(body["sequence"]) if "sequence" in body else 0
        except BadValue as error:
            self._unreadable(kind, where(current), error)
            return None
        ref, actor = body.get("ref"), body.get("actor")
        ref = None if ref is None or is_missing(ref) else str(ref)
        actor = None if actor is None or is_missing(actor) else actor
        return event_of(kind, at, until, actor, ref, attributes, sequence)

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
        answer = str(body.get("rule")), str(value), body.get("reviewer"), self._instant(body, "at", "reviews")
        return Review(*answer, body.get("opportunity"), bool(body.get("override", False)), body.get("reason"))

    def _instant(self, body: Mapping[str, Any], key: str, where: str) -> Any:
        value = body.get(key)
        if value is None:
            return None
        try:
            return parse_instant(value, self.reader.zone)
        except BadValue as error:
            if not is_missing(value):
                self._unreadable(where, f"{where}.{key}", error)
            return None

    def _items(self, key: str, read: Any) -> list[Any]:
        return [item for item in map(read, items_given(key, given(self.row, key))) if item is not None]

    def _unknown_keys(self, body: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in body:
            if key not in known:
                self._problem("unknown-key", f"unknown key {key!r}", where, key_meant(key, known))

    def _unreadable(self, word: str, where: str, error: BadValue) -> None:
        self.unreadable |= {word}
        self._problem(error.code, str(error), where, error.hint)

    def _problem(self, code: str, message: str, where: str, hint: str | None = None) -> None:
        self.problems.append(Problem(code, message, (where,), hint))


RESERVED = frozenset(("id", "fields", "agent_names", "events", "turns", "reviews", "complete_for", "tracked"))
