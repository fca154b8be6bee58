"""What the reading of a rule needs to know, how a reader reports what is wrong, and how it says what it takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from servstd.errors import Problem
from servstd.shape import Schema
from servstd.spelling import Meant, read_keys, shown
from servstd.vocabulary import RECORD_ATTRIBUTES, Vocabulary, nearest

Path = tuple[str | int, ...]
OWN_FIELD = "a field of your own is declared under 'fields:'"


@dataclass(frozen=True, slots=True)
class Context:
    """The words that a rule may use: vocabulary, cue families and kinds of check by name."""

    vocabulary: Vocabulary
    cues: Collection[str] = ()
    kinds: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """One reading in progress: the context and the problems found so far."""

    context: Context
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, message: str, path: Path, hint: str | None = None) -> None:
        """Note a problem at a path relative to what is being read."""
        self.problems.append(Problem(code, message, path, hint))

    def event_name(self, name: object, path: Path) -> bool:
        """True when an event has this name; else it is reported with the nearest one."""
        events = self.context.vocabulary.events
        if isinstance(name, str) and name in events:
            return True
        self.report("unknown-event", f"no event is called {shown(name)}", path, nearest(name, events))
        return False

    def field_name(self, name: object, path: Path) -> bool:
        """True when a field has this name; else it is reported with the nearest one."""
        known = [*self.context.vocabulary.fields, *RECORD_ATTRIBUTES]
        if name in known:
            return True
        self.report("unknown-field", f"no field is called {shown(name)}", path, nearest(name, known) or OWN_FIELD)
        return False

    def cue_name(self, name: object, path: Path) -> bool:
        """True when a cue family has this name; else it is reported with the nearest one."""
        if isinstance(name, str) and name in self.context.cues:
            return True
        self.report("unknown-cue", f"no cue is called {shown(name)}", path, nearest(name, self.context.cues))
        return False

    def keys(
        self, spec: Mapping[str, Any], allowed: Collection[str], path: Path, meant: Meant | None = None
    ) -> Mapping[str, Any]:
        """The mapping with its allowed keys; the others are reported as `read_keys` tells them."""
        read, problems = read_keys(spec, allowed, path, meant)
        self.problems += problems
        return read


Reader = Callable[[Any, Reading, Path], Any]


def read_with(read: Reader) -> BeforeValidator:
    """A pydantic validator around a reader; every problem it reports becomes part of one validation error."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        reading = Reading(cast(Context, info.context))
        result = read(value, reading, ())
        if reading.problems:
            raise PydanticCustomError("problems", "{count} problems", faults(reading.problems))
        return result

    return BeforeValidator(validate)


class Shapes:
    """The pieces of one schema while it is being made, by name, for the words of one context.

    `names` are those of the catalog's own things (`rules`, `calendars`, ...), each with what it is.
    """

    def __init__(self, context: Context, names: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.context, self.names = context, names or {}
        self.pieces: dict[str, Schema] = {}

    def named(self, make: Shape, name: str | None = None) -> Schema:
        """A reference to a piece, made when it is first asked for; `event_shape` makes the piece `event`."""
        name = name or make.__name__.removesuffix("_shape")
        if name not in self.pieces:
            self.pieces[name] = {}  # a piece may hold itself
            self.pieces[name] = make(self)
        return {"$ref": f"#/$defs/{name}"}


Shape = Callable[[Shapes], Schema]


@dataclass(frozen=True, slots=True)
class Takes:
    """Stands beside a reader in `Annotated` and says what it takes; without it, editors let everything pass."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class MeantBy:
    """Stands beside a plain type in `Annotated` and gives the hint for a value that is of another one."""

    hint: Meant


def faults(problems: list[Problem]) -> dict[str, Any]:
    """Problems as the context of a pydantic error."""
    return {"count": len(problems), "problems": problems}
