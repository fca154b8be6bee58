"""Cue families: finding them in what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Literal, TypeVar

from servstd.cues.glance import Glance, glances_at
from servstd.cues.machine import machine_of
from servstd.cues.names import Names
from servstd.cues.needs import CueIndex, can_do_without, can_match
from servstd.cues.phrase import parse_phrase
from servstd.cues.slots import SpanTable
from servstd.cues.words import Tokens, tokenise

Role = Literal["any", "not", "no_means_yes"]

_NO_NAMES = Names()
_NAME_SLOTS = ("own_name", "organisation")
_NO_INDEX = CueIndex(())
R = TypeVar("R", bound=str)


@dataclass(frozen=True, slots=True)
class Match(Generic[R]):
    """A phrase matched the tokens `start` to `end` (exclusive)."""

    start: int
    end: int
    phrase: str
    role: R


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found: the tokens `start` to `end` (exclusive) and the phrase that matched.

    `no_means_yes`: a "no" in answer to it agrees (would you mind ...). `dates_possible`: it may name a date.
    """

    start: int
    end: int
    phrase: str
    no_means_yes: bool = False
    dates_possible: bool = False


@dataclass(frozen=True)
class CueFamily:
    """What counts as saying one thing. Immutable and picklable; a phrase is compiled when a text first may hold it.

    `phrases` are (role, text). `index` is shared by the families of a catalog. Made by `parse_cues`.
    """

    name: str
    brief: str
    by: str
    phrases: tuple[tuple[Role, str], ...]
    language: str = "en"
    script: bool = False
    policy: str | None = None
    index: CueIndex = field(default=_NO_INDEX, repr=False, compare=False)

    def is_configured(self, names: Names = _NO_NAMES) -> bool:
        """Whether it can hit at all: a script needs its phrases, a phrase with <own_name> somebody's name."""
        given = bool(names.agent), bool(names.organisation)
        known = self._configured.get(given)
        if known is None:
            missing = frozenset(slot for slot, is_there in zip(_NAME_SLOTS, given, strict=True) if not is_there)
            known = any(can_do_without(text, missing) for role, text in self.phrases if role != "not")
            self._configured[given] = known
        return known

    @cached_property
    def _configured(self) -> dict[tuple[bool, bool], bool]:
        """By which names are given: whether any phrase can match."""
        return {}

    def may_hit(self, text: str | Tokens) -> bool:
        """A quick look, never wrongly no. Asked of all the turns in one text, it can spare asking each."""
        tokens = text if isinstance(text, Tokens) else tokenise(text)
        return bool(self.index.alive(tokens) & self._masks[0])

    @cached_property
    def glances(self) -> tuple[Glance, ...] | None:
        """What a text with a hit must hold, for a look at very many of them; None when any may have one."""
        return glances_at(tuple(text for role, text in self.phrases if role != "not"))

    def find(self, text: str | Tokens, names: Names = _NO_NAMES) -> Hit | None:
        """The first hit, or None."""
        hits = self.find_all(text, names)
        return hits[0] if hits else None

    def find_all(self, text: str | Tokens, names: Names = _NO_NAMES) -> tuple[Hit, ...]:
        """Hits from left to right, not overlapping; the longer one where two begin together."""
        tokens = text if isinstance(text, Tokens) else tokenise(text)
        alive = self.index.alive(tokens)
        hitting, cancelling = self._masks
        if not alive & hitting:
            return ()
        spans = SpanTable(tokens, names)
        found = find_phrases(_pick(self._by_bit[0], alive & hitting), tokens, spans)
        if found and alive & cancelling:
            cancels = find_phrases(_pick(self._by_bit[1], alive & cancelling), tokens, spans)
            found = [match for match in found if not any(_overlap(match, cancel) for cancel in cancels)]
        return _hits(found)

    @cached_property
    def _by_bit(self) -> tuple[dict[int, tuple[Role, str]], dict[int, tuple[Role, str]]]:
        """The phrases that hit and those that cancel, by their bits."""
        tables: tuple[dict[int, tuple[Role, str]], dict[int, tuple[Role, str]]] = ({}, {})
        for role, text in self.phrases:
            tables[role == "not"][self.index.bits[text]] = (role, text)
        return tables

    @cached_property
    def _masks(self) -> tuple[int, int]:
        return sum(self._by_bit[0]), sum(self._by_bit[1])


def _pick(phrases: Mapping[int, tuple[Role, str]], bits: int) -> Iterator[tuple[Role, str]]:
    while bits:
        lowest = bits & -bits
        yield phrases[lowest]
        bits ^= lowest


def find_phrases(phrases: Iterable[tuple[R, str]], tokens: Tokens, spans: SpanTable) -> list[Match[R]]:
    """All matches of phrases, each with the role that the phrase plays."""
    return [
        Match(start, end, text, role)
        for role, text in phrases
        if can_match(text, tokens, spans)
        for start, end in machine_of(text).scan(tokens.words, spans)[0]
    ]


def _hits(found: list[Match[Role]]) -> tuple[Hit, ...]:
    turned = [match for match in found if match.role == "no_means_yes"]
    hits: list[Hit] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if not hits or match.start >= hits[-1].end:
            dates = bool(parse_phrase(match.phrase).slots & {"date", "weekday"})
            no_means_yes = any(_overlap(match, other) for other in turned)
            hits.append(Hit(match.start, match.end, match.phrase, no_means_yes, dates))
    return tuple(hits)


def _overlap(a: Match[Role], b: Match[Role]) -> bool:
    return a.start < b.end and b.start < a.end
