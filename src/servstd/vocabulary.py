"""The declared words: fields, events with their attributes, record kinds and reviewer scales, each once.

Rules may only use declared words and adapters map onto them. The order of the events in the file breaks ties
between events of one instant. A catalog may add words of its own; it can not redefine a shipped one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.errors import Problem
from servstd.outcome import Outcome
from servstd.spelling import nearest as nearest
from servstd.spelling import read_keys, shown
from servstd.values import BadValue, ValueType, parse_type
from servstd.words_meant import brief_meant, event_body_meant, type_meant, word_meant, words_meant

Path = tuple[str | int, ...]
RECORD_ATTRIBUTES = ("kind", "channel", "audience", "direction", "agent", "team")
EVENT_ATTRIBUTES = ("type", "at", "until", "actor", "ref", "sequence")


@dataclass(frozen=True, slots=True)
class Word:
    """A declared field or attribute. `default` is what is assumed when a record does not say."""

    name: str
    type: ValueType
    brief: str = ""
    example: Any = None
    default: Any = None


@dataclass(frozen=True, slots=True)
class EventType:
    """A declared event. `rank` is its place in the vocabulary."""

    name: str
    rank: int
    brief: str = ""
    attributes: Mapping[str, Word] = field(default_factory=dict)
    is_planned: bool = False
    defaults: Mapping[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note what its attributes are assumed to be when an event does not say."""
        given = {name: word.default for name, word in self.attributes.items() if word.default is not None}
        object.__setattr__(self, "defaults", given)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A declared kind of record, with the events that begin and end it."""

    name: str
    brief: str = ""
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """All declared words of a catalog."""

    fields: Mapping[str, Word] = field(default_factory=dict)
    events: Mapping[str, EventType] = field(default_factory=dict)
    record_kinds: Mapping[str, RecordKind] = field(default_factory=dict)
    scales: Mapping[str, Mapping[str, Outcome]] = field(default_factory=dict)

    def rank_of(self, event_type: str) -> int:
        """Place of an event type in the order that breaks ties; undeclared types come last."""
        known = self.events.get(event_type)
        return known.rank if known else len(self.events)

    @property
    def planned(self) -> frozenset[str]:
        """Event types that are entered ahead of time: they do not show how far a log reaches."""
        return frozenset(name for name, event in self.events.items() if event.is_planned)

    def begins(self, kind: str) -> tuple[str, ...]:
        """Event types with which a record of this kind begins."""
        known = self.record_kinds.get(kind)
        return known.begins if known else ()

    def ends(self, kind: str) -> tuple[str, ...]:
        """Event types with which a record of this kind ends."""
        known = self.record_kinds.get(kind)
        return known.ends if known else ()

    def merged(self, other: Vocabulary) -> Vocabulary:
        """This vocabulary with the words of another added after it."""
        moved = {
            name: EventType(name, len(self.events) + event.rank, event.brief, event.attributes, event.is_planned)
            for name, event in other.events.items()
        }
        return Vocabulary(
            {**self.fields, **other.fields},
            {**self.events, **moved},
            {**self.record_kinds, **other.record_kinds},
            {**self.scales, **other.scales},
        )


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


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What one flat key is for, worked out once: an attribute of an event, or a field.

    A value of the type `kept`, and among those `allowed` when that is given, needs no reading.
    """

    event: str | None
    attribute: str
    kept: type | None = None
    allowed: Container[Any] | None = None

    @classmethod
    def of(cls, key: str, meaning: tuple[str, str, str], vocabulary: Vocabulary) -> KeyUse:
        """What a key with this meaning is for."""
        what, name, attribute = meaning
        if what != "field":
            return cls(name, attribute)
        word = vocabulary.fields.get(key)
        return cls(None, "") if word is None else cls(None, "", *word.type.kept())


class KeyUses(dict[str, KeyUse | None]):
    """What flat keys are for, worked out when a key is first met; None for those that are read by themselves.

    Raises `KeyError` for a key that is no text.
    """

    def __init__(self, vocabulary: Vocabulary, reserved: Iterable[str]) -> None:
        super().__init__(dict.fromkeys(reserved))
        self._vocabulary = vocabulary

    def __missing__(self, key: str) -> KeyUse:
        if not isinstance(key, str):  # a program may have made the mapping
            raise KeyError(key)
        known = self[key] = KeyUse.of(key, classify_key(key, self._vocabulary), self._vocabulary)
        return known


def keys_not_text(given: Mapping[Any, Any], path: Path) -> list[Problem]:
    """A problem for each key that is no text in the mapping at `path`."""
    odd = [key for key in given if not isinstance(key, str)]
    return [Problem("key-not-text", f"a key must be text, got {key!r}", path) for key in odd]


def read_defaults(given: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[dict[str, Any], list[Problem]]:
    """The defaults of fields in their one form; all problems at once, with paths below `defaults`."""
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        word = vocabulary.fields.get(name)
        try:
            if word is None:
                raise BadValue("unknown-field", f"no field is called {shown(name)}", nearest(name, vocabulary.fields))
            read[name] = word.type.read(value)
        except BadValue as error:
            problems.append(Problem(error.code, str(error), ("defaults", name), error.hint))
    return read, problems


def parse_vocabulary(spec: Mapping[str, Any], base: Vocabulary | None = None) -> tuple[Vocabulary, list[Problem]]:
    """Read the `fields`, `events`, `record_kinds` and `scales` of a YAML mapping; all problems at once.

    `base` holds the words already declared: declaring one again is a problem, and types may refer to its fields.
    """
    problems: list[Problem] = []
    taken = base or Vocabulary()
    fields = _parse_words(spec.get("fields"), ("fields",), taken.fields, problems)
    known = {**taken.fields, **fields}
    events: dict[str, EventType] = {}
    for rank, (name, body) in enumerate(_items(spec.get("events"), ("events",), problems)):
        events[name] = _parse_event(name, rank, body, known, problems)
        _report_taken(name, taken.events, ("events", name), problems)
    kinds = {
        name: _parse_kind(name, body, {**taken.events, **events}, problems)
        for name, body in _items(spec.get("record_kinds"), ("record_kinds",), problems)
    }
    scales = {
        name: _parse_scale(body, ("scales", name), problems)
        for name, body in _items(spec.get("scales"), ("scales",), problems)
    }
    return Vocabulary(fields, events, kinds, scales), problems


def _items(spec: Any, path: Path, problems: list[Problem]) -> Iterable[tuple[str, Any]]:
    if spec is None:
        return ()
    if not isinstance(spec, Mapping):
        hint = words_meant(spec, path)
        problems.append(Problem("not-a-mapping", "expected words with their descriptions", path, hint))
        return ()
    return spec.items()


def _report_taken(name: str, taken: Mapping[str, Any], path: Path, problems: list[Problem]) -> None:
    if name in taken:
        problems.append(Problem("word-taken", f"{name!r} is declared already; give yours another name", path))


def _allowed(
    body: Any, keys: tuple[str, ...], path: Path, problems: list[Problem], meant: Callable[[Any], str | None]
) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        problems.append(Problem("not-a-mapping", f"expected the keys {', '.join(keys)}", path, meant(body)))
        return {}
    read, unknown = read_keys(body, keys, path, meant)
    problems += unknown
    return read


def _parse_words(spec: Any, path: Path, known: Mapping[str, Word], problems: list[Problem]) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for name, body in _items(spec, path, problems):
        place = (*path, name)
        _report_taken(name, known if path == ("fields",) else {}, place, problems)
        body = _allowed(body, ("type", "brief", "example", "default"), place, problems, word_meant)
        kind = _parse_type(body.get("type", "text"), {**known, **words}, (*place, "type"), problems)
        default = body.get("default")
        try:
            default = None if default is None else kind.read(default)
        except BadValue as error:
            problems.append(Problem(error.code, str(error), (*place, "default"), error.hint))
        words[name] = Word(name, kind, str(body.get("brief", "")), body.get("example"), default)
    return words


def _parse_type(text: Any, known: Mapping[str, Word], path: Path, problems: list[Problem]) -> ValueType:
    if isinstance(text, (list, tuple)):
        problems.append(Problem("unknown-type", "a type is a text, not a list", path, type_meant(text)))
        return ValueType("text")
    if isinstance(text, str) and text in known:
        return known[text].type
    try:
        return parse_type(str(text))
    except BadValue as error:
        problems.append(Problem(error.code, str(error), path, type_meant(str(text)) or error.hint))
        return ValueType("text")


def _parse_event(name: str, rank: int, body: Any, fields: Mapping[str, Word], problems: list[Problem]) -> EventType:
    path: Path = ("events", name)
    body = _allowed(body, ("brief", "attributes", "example", "planned"), path, problems, event_body_meant)
    attributes = _parse_words(body.get("attributes"), (*path, "attributes"), fields, problems)
    for attribute in attributes:
        if attribute in EVENT_ATTRIBUTES and attribute != "ref":
            message = f"every event has {attribute!r} already"
            problems.append(Problem("word-taken", message, (*path, "attributes", attribute)))
    return EventType(name, rank, str(body.get("brief", "")), attributes, body.get("planned") is True)


def _parse_kind(name: str, body: Any, events: Mapping[str, EventType], problems: list[Problem]) -> RecordKind:
    path: Path = ("record_kinds", name)
    body = _allowed(body, ("brief", "begins", "ends"), path, problems, brief_meant)
    ends = [_parse_end(body.get(key), events, (*path, key), problems) for key in ("begins", "ends")]
    return RecordKind(name, str(body.get("brief", "")), *ends)


def _parse_end(names: Any, events: Mapping[str, EventType], path: Path, problems: list[Problem]) -> tuple[str, ...]:
    """The events that begin or end a kind of record; nothing is none."""
    if names is not None and not isinstance(names, (list, tuple)):
        problems.append(Problem("not-a-list", f"expected a list of events, got {shown(names)}", path))
        return ()
    for index, event in enumerate(names or ()):
        if not isinstance(event, str) or event not in events:
            message = f"no event is called {shown(event)}"
            problems.append(Problem("unknown-event", message, (*path, index), nearest(event, events)))
    return tuple(str(name) for name in names or ())


def _parse_scale(body: Any, path: Path, problems: list[Problem]) -> dict[str, Outcome]:
    scale: dict[str, Outcome] = {}
    for answer, outcome in _items(body, path, problems):
        if outcome in tuple(Outcome):
            scale[answer] = Outcome(outcome)
        else:
            message = f"{outcome!r} is not one of {', '.join(Outcome)}"
            problems.append(Problem("unknown-outcome", message, (*path, answer), nearest(outcome, tuple(Outcome))))
    return scale
