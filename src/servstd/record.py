"""Records: one interaction, case or absence with its events, turns and reviews.

`Record` is the full form. The flat form (a mapping such as a CSV row or a JSON line) is read by
`servstd.flat.read_flat`. Instants are aware; inside, they are integer UTC microseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.spelling import shown
from servstd.values import BadValue, parse_instant, to_us

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    return _NOTHING


def _require_aware(instant: object, what: str) -> int:
    if not isinstance(instant, datetime):
        raise RecordError([Problem("bad-time", f"{shown(instant)} is not an instant", (what,))])
    try:
        return to_us(parse_instant(instant))
    except BadValue as error:
        raise RecordError([Problem(error.code, str(error), (what,), error.hint)]) from None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant, or over a span (`until`).

    `sequence` is its place in the source and orders events of one instant; without it the order of the
    vocabulary does. `attributes` are the declared attributes of its type. Raises `RecordError` for naive times.
    """

    type: str
    at: datetime
    until: datetime | None = None
    actor: str | None = None
    ref: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=_nothing)
    sequence: int = 0
    at_us: int = field(init=False, repr=False, compare=False)
    until_us: int | None = field(init=False, repr=False, compare=False)
    values: Mapping[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the integer instants and the one mapping that conditions read."""
        put = object.__setattr__
        put(self, "at_us", _require_aware(self.at, f"{self.type}_at"))
        put(self, "until_us", None if self.until is None else _require_aware(self.until, f"{self.type}_until"))
        values = self.attributes
        if self.ref is not None or self.actor is not None:
            values = {**values, "ref": self.ref, "actor": self.actor}
        put(self, "values", values)

    def __hash__(self) -> int:
        return hash((self.type, self.at_us, self.ref, self.sequence))

    def __reduce__(self) -> tuple[Any, ...]:
        return Event, (self.type, self.at, self.until, self.actor, self.ref, dict(self.attributes), self.sequence)

    def to_dict(self) -> dict[str, Any]:
        """The event as plain JSON values."""
        pairs: dict[str, Any] = {"type": self.type, "at": self.at.isoformat()}
        pairs |= {"until": self.until.isoformat()} if self.until else {}
        pairs |= {"actor": self.actor} if self.actor is not None else {}
        pairs |= {"ref": self.ref} if self.ref is not None else {}
        pairs |= {"sequence": self.sequence} if self.sequence else {}
        return pairs | {name: _plain(value) for name, value in self.attributes.items()}


class _EventDraft:
    """An event while it is made: a frozen one takes each value by a call, which costs ten times as much."""

    __slots__ = Event.__slots__


def event_of(
    kind: str,
    at: datetime,
    until: datetime | None = None,
    actor: str | None = None,
    ref: str | None = None,
    attributes: Mapping[str, Any] = _NOTHING,
    sequence: int = 0,
) -> Event:
    """As `Event(...)`, for instants that have been read."""
    draft: Any = _EventDraft()
    draft.type, draft.at, draft.at_us, draft.sequence = kind, at, to_us(at), sequence
    draft.until, draft.until_us = until, None if until is None else to_us(until)
    draft.actor, draft.ref, draft.attributes = actor, ref, attributes
    draft.values = attributes if ref is None and actor is None else {**attributes, "ref": ref, "actor": actor}
    draft.__class__ = Event
    event: Event = draft
    return event


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance or message. `speaker` is agent, customer or system; `until` is its end when known."""

    speaker: str
    text: str
    at: datetime | None = None
    until: datetime | None = None
    at_us: int | None = field(init=False, repr=False, compare=False)
    until_us: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the integer instants."""
        put = object.__setattr__
        put(self, "at_us", None if self.at is None else _require_aware(self.at, "turns.at"))
        put(self, "until_us", None if self.until is None else _require_aware(self.until, "turns.until"))

    def __reduce__(self) -> tuple[Any, ...]:
        return Turn, (self.speaker, self.text, self.at, self.until)

    def to_dict(self) -> dict[str, Any]:
        """The turn as plain JSON values."""
        pairs: dict[str, Any] = {"speaker": self.speaker, "text": self.text}
        pairs |= {"at": self.at.isoformat()} if self.at else {}
        return pairs | ({"until": self.until.isoformat()} if self.until else {})


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's answer to one rule.

    `opportunity` counts from 0 and names one of the rule's `for_each` events; without it the answer speaks for
    all of them. An `override` states the verdict and needs a `reason`.
    """

    rule: str
    value: str
    reviewer: str | None = None
    at: datetime | None = None
    opportunity: int | None = None
    override: bool = False
    reason: str | None = None
    at_us: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the integer instant."""
        object.__setattr__(self, "at_us", None if self.at is None else _require_aware(self.at, "reviews.at"))

    def __reduce__(self) -> tuple[Any, ...]:
        return Review, (self.rule, self.value, self.reviewer, self.at, self.opportunity, self.override, self.reason)

    @property
    def is_override(self) -> bool:
        """True when it states the verdict: an override without a reason is an ordinary answer."""
        return self.override and bool(self.reason)

    def to_dict(self) -> dict[str, Any]:
        """The review as plain JSON values."""
        pairs: dict[str, Any] = {"rule": self.rule, "value": self.value}
        for name in ("reviewer", "opportunity", "reason"):
            value = getattr(self, name)
            pairs |= {} if value is None else {name: value}
        pairs |= {"override": True} if self.override else {}
        return pairs | ({"at": self.at.isoformat()} if self.at else {})


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that is judged.

    `complete_for` names event types whose absence is evidence; `tracked` names the only event types that the
    source can produce (None: any); `unreadable` names words whose values could not be read. `is_read` says that the
    values have been read by the vocabulary; others are, when the record is checked.
    """

    id: str
    kind: str = "interaction"
    channel: str | None = None
    audience: str | None = None
    direction: str | None = None
    agent: str | None = None
    team: str | None = None
    events: tuple[Event, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=_nothing)
    turns: tuple[Turn, ...] = ()
    reviews: tuple[Review, ...] = ()
    complete_for: frozenset[str] = frozenset()
    tracked: frozenset[str] | None = None
    agent_names: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=_nothing)
    unreadable: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    is_read: bool = field(default=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take lists and sets of the caller into the frozen forms."""
        put = object.__setattr__
        for name in ("events", "turns", "reviews", "agent_names"):
            if not isinstance(getattr(self, name), tuple):
                put(self, name, tuple(getattr(self, name)))
        if not isinstance(self.complete_for, frozenset):
            put(self, "complete_for", frozenset(self.complete_for))
        if self.tracked is not None and not isinstance(self.tracked, frozenset):
            put(self, "tracked", frozenset(self.tracked))

    def __hash__(self) -> int:
        return hash((self.id, self.kind))

    def __reduce__(self) -> tuple[Any, ...]:
        pairs = {name: getattr(self, name) for name in self.__slots__}
        pairs["fields"], pairs["defaults"] = dict(self.fields), dict(self.defaults)
        return _rebuild, (pairs,)

    @property
    def values(self) -> dict[str, Any]:
        """Everything a condition may ask by name: the record's own attributes and its fields."""
        values = {name: value for name, value in self.fields.items() if value is not None}
        values["kind"] = self.kind
        if self.channel is not None:
            values["channel"] = self.channel
        if self.audience is not None:
            values["audience"] = self.audience
        if self.direction is not None:
            values["direction"] = self.direction
        if self.agent is not None:
            values["agent"] = self.agent
        if self.team is not None:
            values["team"] = self.team
        return values

    def newest_at(self, planned: Collection[str] = ()) -> datetime | None:
        """The newest observed instant: of an event, a turn or a review; events of `planned` types do not count."""
        instants = [event.at for event in self.events if event.type not in planned]
        instants += [turn.at for turn in self.turns if turn.at is not None]
        instants += [review.at for review in self.reviews if review.at is not None]
        return max(instants, default=None)

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON values; `servstd.flat.read_flat` reads it back."""
        pairs: dict[str, Any] = {"id": self.id} | self.values
        for name in ("events", "turns", "reviews"):
            items: Iterable[Any] = getattr(self, name)
            pairs |= {name: [item.to_dict() for item in items]} if items else {}
        pairs |= {"complete_for": sorted(self.complete_for)} if self.complete_for else {}
        pairs |= {} if self.tracked is None else {"tracked": sorted(self.tracked)}
        pairs |= {"agent_names": list(self.agent_names)} if self.agent_names else {}
        return {name: _plain(value) for name, value in pairs.items()}


class _RecordDraft:
    """A record while it is made, as for events."""

    __slots__ = Record.__slots__


def record_of(
    record_id: str,
    values: dict[str, Any],
    lists: tuple[tuple[Event, ...], tuple[Turn, ...], tuple[Review, ...]],
    complete_for: frozenset[str],
    tracked: frozenset[str] | None,
    agent_names: tuple[str, ...],
    defaults: Mapping[str, Any],
    unreadable: frozenset[str],
    problems: tuple[Problem, ...],
) -> Record:
    """As `Record(...)`, for what has been read. The attributes of its own are taken out of `values`, its fields."""
    draft: Any = _RecordDraft()
    take = values.pop
    draft.id, draft.kind, draft.channel = record_id, take("kind", "interaction"), take("channel", None)
    draft.audience, draft.direction = take("audience", None), take("direction", None)
    draft.agent, draft.team = take("agent", None), take("team", None)
    draft.fields, (draft.events, draft.turns, draft.reviews) = values, lists
    draft.complete_for, draft.tracked, draft.agent_names = complete_for, tracked, agent_names
    draft.defaults, draft.unreadable, draft.problems, draft.is_read = defaults, unreadable, problems, True
    draft.__class__ = Record
    record: Record = draft
    return record


def _rebuild(pairs: dict[str, Any]) -> Record:
    return Record(**pairs)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
