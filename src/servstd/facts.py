"""What is known of one record at one instant: the view that conditions and kinds of check read.

Evidence later than `as_of` is not seen. Events of one type are in the order of instant, sequence in the source
and rank in the vocabulary, so that the order of a log's rows never matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from servstd.cues import Names, tokenise
from servstd.record import Event, Record, Review, Turn
from servstd.vocabulary import Vocabulary

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.cues import CueFamily, Hit, Tokens

Position = tuple[int, int, int]
_NO_NAMES: frozenset[str] = frozenset()
JOIN_GAP_US = 2_000_000


class Setting(Protocol):
    """What a catalog provides to the checks: vocabulary, cues, replies, names and calendars."""

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def cues(self) -> Mapping[str, CueFamily]: ...

    @property
    def replies(self) -> Any: ...

    @property
    def fiscal_year_start(self) -> int: ...

    def names_for(self, agent: str | None, own: tuple[str, ...]) -> Names: ...

    def calendar_of(self, facts: Facts) -> BusinessCalendar: ...


class Said:
    """A turn (or several adjacent ones of one speaker) prepared for cues."""

    __slots__ = ("at_us", "hits", "index", "speaker", "text", "tokens", "turn", "until_us")

    def __init__(self, index: int, turn: Turn) -> None:
        self.index, self.turn, self.speaker, self.text = index, turn, turn.speaker, turn.text
        self.at_us, self.until_us = turn.at_us, turn.until_us
        self.tokens: Tokens | None = None
        self.hits: dict[str, Hit | None] = {}

    def join(self, turn: Turn) -> None:
        """Add the next turn of the same speaker, when a phrase may run over both."""
        self.text = f"{self.text} {turn.text}"
        self.until_us = turn.until_us

    def prepared(self) -> Tokens:
        """Its words, split once."""
        if self.tokens is None:
            self.tokens = tokenise(self.text)
        return self.tokens

    def hit(self, family: CueFamily, names: Names) -> Hit | None:
        """The first hit of a family, looked for once: `names` are those of the record that this was said in."""
        if family.name not in self.hits:
            self.hits[family.name] = family.find(self.prepared(), names)
        return self.hits[family.name]


class Facts:
    """One record as seen at `as_of` (UTC microseconds).

    `values` holds fields and the record's own attributes with defaults laid under; `assumed` names the defaults
    that were used; `future` are events after `as_of`, kept only to say that a clock has not started.
    """

    def __init__(self, record: Record, as_of: int, setting: Setting, defaults: Mapping[str, Any]) -> None:
        self.record, self.as_of, self.setting = record, as_of, setting
        self.vocabulary = setting.vocabulary
        values = record.values
        self.assumed = _NO_NAMES
        if defaults or record.defaults:
            laid = {**defaults, **record.defaults}
            self.assumed = frozenset(name for name in laid if name not in values)
            values = {**laid, **values}
        self.values = values
        self.kind: str = record.kind
        self.by_type: dict[str, list[Event]] = {}
        self.future: list[Event] = []
        self.has_automated = False
        self._calendar: BusinessCalendar | None = None
        self._names: Names | None = None
        self._take(record.events)

    def _take(self, events: Sequence[Event]) -> None:
        """Sort the events into types; those after `as_of` are put aside."""
        by_type, as_of = self.by_type, self.as_of
        for event in events:
            if event.at_us > as_of:
                self.future.append(event)
                continue
            if event.values and event.values.get("automated") is True:
                self.has_automated = True
            same = by_type.get(event.type)
            if same is None:
                by_type[event.type] = [event]
            else:
                same.append(event)
        if len(by_type) + len(self.future) < len(events):
            for same in by_type.values():
                if len(same) > 1:
                    _sort(same, _order)

    def events(self, types: Sequence[str]) -> list[Event]:
        """Seen events of these types, in order."""
        if len(types) == 1:
            return self.by_type.get(types[0], [])
        lists = [self.by_type[name] for name in types if name in self.by_type]
        if len(lists) <= 1:
            return lists[0] if lists else []
        merged = [event for events in lists for event in events]
        _sort(merged, lambda event: (self.position(event), _order(event)))
        return merged

    def position(self, event: Event) -> Position:
        """Place of an event in the order of all events."""
        return event.at_us, event.sequence, self.vocabulary.rank_of(event.type)

    def is_tracked(self, types: Iterable[str]) -> bool:
        """False when the source can produce none of these event types."""
        tracked = self.record.tracked
        return tracked is None or any(name in tracked or name in self.by_type for name in types)

    def is_complete(self, types: Iterable[str]) -> bool:
        """True when the absence of all these event types is evidence."""
        return self.record.complete_for.issuperset(types)

    @property
    def calendar(self) -> BusinessCalendar:
        """The calendar that the catalog gives this record."""
        # Asked for every record: the lock of a `cached_property` would cost more than the answer.
        if self._calendar is None:
            self._calendar = self.setting.calendar_of(self)
        return self._calendar

    @property
    def names(self) -> Names:
        """Whose names count for self-identification in this record."""
        if self._names is None:
            self._names = self.setting.names_for(self.record.agent, self.record.agent_names)
        return self._names

    @cached_property
    def turns(self) -> list[Said]:
        """Seen turns in order, adjacent ones of one speaker within 2 seconds joined."""
        turns = [turn for turn in self.record.turns if turn.at_us is None or turn.at_us <= self.as_of]
        if all(turn.at_us is not None for turn in turns):
            turns.sort(key=lambda turn: turn.at_us or 0)
        said: list[Said] = []
        for turn in turns:
            if said and _continues(said[-1], turn):
                said[-1].join(turn)
            else:
                said.append(Said(len(said), turn))
        return said

    @property
    def is_transcript_complete(self) -> bool:
        """True when the words run from the answer to the end; a message is whole by itself."""
        return self.values.get("transcript_complete") is True or self.kind == "message"

    def reviews(self, rule_id: str, opportunity: int | None = None) -> list[Review]:
        """Seen answers to a rule, for one opportunity when given, the newest of each reviewer."""
        if not self.record.reviews:
            return []
        newest: dict[Any, Review] = {}
        for index, review in enumerate(self.record.reviews):
            if review.rule != rule_id or (review.at_us is not None and review.at_us > self.as_of):
                continue
            if review.opportunity is not None and opportunity is not None and review.opportunity != opportunity:
                continue
            key = (review.reviewer if review.reviewer is not None else index, review.opportunity, review.is_override)
            known = newest.get(key)
            if known is None or (known.at_us or 0) <= (review.at_us or 0):
                newest[key] = review
        return sorted(newest.values(), key=_review_order)

    def has_ended(self) -> bool:
        """True when an event that ends records of this kind was seen."""
        return any(name in self.by_type for name in self.vocabulary.ends(self.kind))

    def unseen_start(self, types: Iterable[str]) -> bool:
        """True when these events begin records of this kind, so that one must have happened."""
        begins = self.vocabulary.begins(self.kind)
        return bool(begins) and not frozenset(types).isdisjoint(begins)

    def begins_at(self) -> int | None:
        """Instant of the first event that begins records of this kind."""
        for name in self.vocabulary.begins(self.kind):
            if name in self.by_type:
                return self.by_type[name][0].at_us
        return None

    def first_at(self) -> int | None:
        """Instant of the first event or turn that was seen."""
        events = (same[0].at_us for same in self.by_type.values())
        turns = (turn.at_us for turn in self.record.turns if turn.at_us is not None and turn.at_us <= self.as_of)
        return min((*events, *turns), default=None)


_INSTANT = attrgetter("at_us")


def _sort(events: list[Event], order: Callable[[Event], Any]) -> None:
    """Put events in order: by their instants, and only where two are equal by all that breaks ties."""
    events.sort(key=_INSTANT)
    if any(one.at_us == following.at_us for one, following in pairwise(events)):
        events.sort(key=order)


def _order(event: Event) -> tuple[Any, ...]:
    """Order within a type; content breaks the last ties, so that a shuffled log gives the same verdicts."""
    content = repr(sorted(event.attributes.items(), key=str))
    return event.at_us, event.sequence, event.ref or "", event.until_us or 0, event.actor or "", content


def _review_order(review: Review) -> tuple[Any, ...]:
    return review.at_us or 0, review.reviewer or "", review.value, review.reason or ""


def _continues(said: Said, turn: Turn) -> bool:
    if said.speaker != turn.speaker or said.until_us is None or turn.at_us is None:
        return False
    return turn.at_us - said.until_us <= JOIN_GAP_US


class Opportunity:
    """One chance to meet a rule: the record, or one `for_each` event or turn of it.

    `this` is that event or turn, `previous` and `next` its neighbours; `index` counts from 0.
    """

    __slots__ = ("calendar", "facts", "index", "judge", "next", "previous", "rule_id", "setting", "this", "values")

    def __init__(
        self,
        facts: Facts,
        calendar: BusinessCalendar,
        rule_id: str,
        judge: Any,
    ) -> None:
        self.facts, self.setting, self.calendar = facts, facts.setting, calendar
        self.rule_id, self.judge, self.values = rule_id, judge, facts.values
        self.this: Event | Said | None = None
        self.previous: Event | Said | None = None
        self.next: Event | Said | None = None
        self.index: int | None = None

    def at(self, index: int, items: list[Any]) -> Opportunity:
        """The opportunity of one `for_each` item, with its neighbours."""
        one = Opportunity(self.facts, self.calendar, self.rule_id, self.judge)
        one.index, one.this = index, items[index]
        one.previous = items[index - 1] if index else None
        one.next = items[index + 1] if index + 1 < len(items) else None
        return one

    @property
    def names(self) -> Names:
        """Whose names count for self-identification."""
        return self.facts.names
