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


def can_do_without(phrase: str, missing: frozenset[str]) -> bool:
    """Whether some match of the phrase fills none of the missing slots."""
    return _is_possible(parse_phrase(phrase).root, missing)


class CueIndex:
    """Which phrases a text may hold, for all families of a catalog at once: each phrase is a bit.

    Only the two rarest needs of a phrase are looked at; `can_match` looks at all of them.
    """

    __slots__ = ("_always", "_words", "bits")

    def __init__(self, phrases: Iterable[str]) -> None:
        self.bits = {text: 1 << number for number, text in enumerate(dict.fromkeys(phrases))}
        self._words: dict[str, tuple[int, int]] = {}
        always = [0, 0]
        for text, bit in self.bits.items():
            needs = needs_of(text)
            for place in (0, 1):
                if len(needs) <= place:
                    always[place] |= bit
                for word in needs[place] if len(needs) > place else ():
                    met = self._words.get(word, (0, 0))
                    self._words[word] = (met[0] | bit, met[1]) if place == 0 else (met[0], met[1] | bit)
        self._always = (always[0], always[1])

    def alive(self, tokens: Tokens) -> int:
        """The bits of all phrases that a text may hold; kept with the text."""
        kept = tokens.alive
        if kept is not None and kept[0] is self:
            return kept[1]
        first, second = self._always
        bits_of = self._words.get
        for word in tokens.vocabulary:
            bits = bits_of(word)
            if bits is not None:
                first |= bits[0]
                second |= bits[1]
        tokens.alive = (self, first & second)
        return first & second


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


def _is_possible(node: Node, missing: frozenset[str]) -> bool:
    if isinstance(node, Choice):
        return any(_is_possible(item, missing) for item in node.items)
    if isinstance(node, Sequence):
        return all(_is_possible(item, missing) for item in node.items)
    return not (isinstance(node, Slot) and node.name in missing)


def _commonness(words: frozenset[str]) -> int:
    return len(words) + 20 * len(words & _COMMON)
