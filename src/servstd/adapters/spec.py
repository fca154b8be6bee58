"""Checking a mapping piece by piece: every slip becomes a problem with its path, and reading goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servstd.adapters.mapping import Made
from servstd.errors import Problem
from servstd.spelling import read_keys, shown
from servstd.values import BadValue, ValueType
from servstd.vocabulary import Vocabulary, nearest

Path = tuple[str | int, ...]
TEXT = ValueType("text")


class Spec:
    """The mapping under check, the declared words, and the problems found so far."""

    def __init__(self, body: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        """Check `body` with the words of `vocabulary`."""
        self.body, self.vocabulary = body, vocabulary
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, path: Path, hint: str | None = None) -> None:
        """Remember a problem."""
        self.problems.append(Problem(code, message, path, hint))

    def mapping(
        self, value: Any, path: Path, keys: Iterable[str] | None = None, hint: str | None = None
    ) -> Mapping[str, Any]:
        """A mapping, of these keys only when given; {} with a problem when it is none, {} for nothing."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.report("not-a-mapping", f"expected keys with values, got {shown(value)}", path, hint)
            return {}
        if keys is None:
            return value
        read, problems = read_keys(value, list(keys), path)
        self.problems += problems
        return read

    def text(self, value: Any, path: Path) -> str | None:
        """A text that is not empty; None with a problem when it is none, None for nothing."""
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            self.report("not-text", f"expected a text, got {shown(value)}", path)
            return None
        return value

    def required(self, key: str) -> str | None:
        """The text under a key of the mapping that must be there."""
        if self.body.get(key) is None:
            self.report("missing-key", f"the key {key!r} is missing", (key,))
        return self.text(self.body.get(key), (key,))

    def texts(self, value: Any, path: Path) -> list[str]:
        """A list of texts, or one text; [] for nothing."""
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [text for index, item in enumerate(items) if (text := self.text(item, (*path, index)))]

    def event(self, name: Any, path: Path) -> str | None:
        """The name of a declared event, or None with a problem."""
        if isinstance(name, str) and name in self.vocabulary.events:
            return name
        self.report("unknown-event", f"no event is called {shown(name)}", path, nearest(name, self.vocabulary.events))
        return None

    def events(self, value: Any, path: Path) -> frozenset[str]:
        """The names of declared events in a list."""
        items = [] if value is None else value
        if not isinstance(items, list):
            hint = f"write [{value}]" if isinstance(value, str) and value in self.vocabulary.events else None
            self.report("not-a-list", f"expected a list of events, got {shown(value)}", path, hint)
            return frozenset()
        names = (self.event(item, (*path, index)) for index, item in enumerate(items))
        return frozenset(name for name in names if name)

    def field_type(self, name: Any, path: Path) -> ValueType | None:
        """The type of a declared field, or None with a problem."""
        if isinstance(name, str) and name in self.vocabulary.fields:
            return self.vocabulary.fields[name].type
        self.report("unknown-field", f"no field is called {shown(name)}", path, nearest(name, self.vocabulary.fields))
        return None

    def attribute_type(self, event: str, name: Any, path: Path) -> ValueType | None:
        """The type of an event's attribute, or None with a problem; every event has `actor` and `ref`."""
        attributes = self.vocabulary.events[event].attributes
        if isinstance(name, str) and name in attributes:
            return attributes[name].type
        if name in ("actor", "ref"):
            return TEXT
        hint = nearest(name, attributes)
        self.report("unknown-attribute", f"the event {event!r} has no attribute {name!r}", path, hint)
        return None

    def read(self, kind: ValueType | None, value: Any, path: Path) -> Any:
        """A value by its type, or None with a problem."""
        if kind is None:
            return None
        try:
            read = kind.read(value)
        except BadValue as error:
            self.report(error.code, str(error), path, error.hint)
            return None
        return value if kind.text == "duration" else read

    def fields(self, key: str) -> dict[str, Any]:
        """The typed fields under `constants` or `defaults`."""
        hint = "write fields with their values, such as {channel: email}"
        pairs = self.mapping(self.body.get(key), (key,), hint=hint).items()
        return {
            name: self.read(self.field_type(name, (key, name)), value, (key, name))
            for name, value in pairs
            if value is not None
        }

    def made(self, value: Any, path: Path, extra: tuple[str, ...] = ()) -> Made | None:
        """An event that a row makes: its name, or `{event: name}` with attributes; None for nothing."""
        if value is None:
            return None
        body = value if isinstance(value, Mapping) else {"event": value}
        if "event" not in body:
            self.report("missing-key", "the key 'event' is missing", path)
            return None
        event = self.event(body["event"], (*path, "event") if isinstance(value, Mapping) else path)
        if event is None:
            return None
        attributes = {
            name: self.read(self.attribute_type(event, name, (*path, name)), item, (*path, name))
            for name, item in body.items()
            if name != "event" and name not in extra
        }
        return Made(event, attributes, frozenset(self.texts(body.get("unless_to"), (*path, "unless_to"))))
