"""Words without which a phrase cannot hit, so that most texts are passed over at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from servstd.cues.dates import DATE_WORDS, WEEKDAY_WORDS
from servstd.cues.phrase import Choice, Node, Sequence, Slot, Word, parse_phrase
from servstd.cues.slots import DIGIT_LIKE, NUMBER_WORDS, UNITS, SpanTable
from servstd.cues.words import FIGURES, Tokens

Needs = tuple[frozenset[str], ...]

# Words that stand in nearly every turn: poor guides to whether a phrase can hit.
_COMMON = frozenset(
    "a an the i you he we she it they me us him her them my your his our is are am be was will would can could may do"
    " does have has not to of in on at for with from by and or if that this there what how so all as just get okay yes"
    " no good out up now one any help need like let want see know right please here".split()
)
_SLOT_WORDS = {
    "number": NUMBER_WORDS | {FIGURES},
    "digits": DIGIT_LIKE | {FIGURES},
    "weekday": WEEKDAY_WORDS,
    "date": DATE_WORDS | {FIGURES},
    "period": UNITS,
    "contact": DIGIT_LIKE | {FIGURES, "dot"},
}


@lru_cache(maxsize=8192)
def needs_of(phrase: str) -> Needs:
    """Sets of words: every match of the phrase holds a word of each. The rarest set comes first."""
    return tuple(sorted(dict.fromkeys(_needs(parse_phrase(phrase).root)), key=_commonness))


@lru_cache(maxsize=8192)
def needed_slots(phrase: str) -> tuple[str, ...]:
    """Slots that every match of the phrase fills."""
    return tuple(dict.fromkeys(_slots(parse_phrase(phrase).root)))


def can_match(phrase: str, tokens: Tokens, spans: SpanTable) -> bool:
    """Whether the text holds all the words and slots that the phrase needs; never wrongly no."""
    vocabulary = tokens.vocabulary
    for need in needs_of(phrase):
        if need.isdisjoint(vocabulary):
            return False
    return all(spans.has(slot) for slot in needed_slots(phrase))


class CueIndex:
    """Which phrases a word may bring to life, for all families of a catalog at once: each phrase is a bit."""

    __slots__ = ("always", "bits", "words")

    def __init__(self, phrases: Iterable[str]) -> None:
        self.bits = {text: 1 << number for number, text in enumerate(dict.fromkeys(phrases))}
        self.words: dict[str, int] = {}
        self.always = 0
        for text, bit in self.bits.items():
            needs = needs_of(text)
            if not needs:
                self.always |= bit
            for word in needs[0] if needs else ():
                self.words[word] = self.words.get(word, 0) | bit

    def alive(self, tokens: Tokens) -> int:
        """The bits of all phrases that a text may hold; kept with the text."""
        kept = tokens.alive
        if kept is not None and kept[0] is self:
            return kept[1]
        alive, bits_of = self.always, self.words.get
        for word in tokens.vocabulary:
            alive |= bits_of(word, 0)
        tokens.alive = (self, alive)
        return alive


def _needs(node: Node) -> Needs:
    if isinstance(node, Word):
        return (frozenset((node.text,)),)
    if isinstance(node, Slot):
        words = _SLOT_WORDS.get(node.name)
        return (words,) if words else ()
    if isinstance(node, Choice):
        parts = [min(_needs(item), key=_commonness, default=None) for item in node.items]
        return () if None in parts else (frozenset(word for part in parts if part for word in part),)
    if isinstance(node, Sequence):
        return tuple(need for item in node.items for need in _needs(item))
    return ()


def _slots(node: Node) -> list[str]:
    if isinstance(node, Sequence):
        return [slot for item in node.items for slot in _slots(item)]
    return [node.name] if isinstance(node, Slot) else []


def _commonness(words: frozenset[str]) -> int:
    return len(words) + 20 * len(words & _COMMON)
