"""Names in a text: the agent's own, the organisation's, and words that may be somebody's.

Without a staff list nobody can tell a name from a word for certain. A word may be a name unless it is a common one;
capitals, where the text has them, speak for it or against it, but speech-to-text has none, so they are never needed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from servstd.cues.common_words import COMMON_WORDS, GIVEN_NAMES, NEVER_NAMES
from servstd.cues.words import Reading, Spans, Tokens, read_capitals, read_words

_TITLES = frozenset("mr mrs ms miss mx dr doctor prof professor".split())
_LONGEST = 3
_CLOSE_ENOUGH_FROM = 4
"""Speech-to-text misspells names: one letter may differ in a name of this many letters or more."""


@dataclass(frozen=True, slots=True)
class Names:
    """Whose names count for self-identification: of the organisation, and of the agent (with aliases)."""

    organisation: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()


def own_name_spans(words: tuple[str, ...], names: Names) -> Spans:
    """Where the agent's own name, its first or last word, or a redacted name stands; a title may lead."""
    aliases = _aliases(names.agent)
    if not aliases and "[name]" not in words:
        return ((),) * len(words)
    return tuple(_own_ends(words, here, aliases) for here in range(len(words)))


def sequence_spans(words: tuple[str, ...], texts: tuple[str, ...], mark: str) -> Spans:
    """Where one of the texts stands word for word, or the redaction mark."""
    sequences = _sequences(texts)
    if not sequences and mark not in words:
        return ((),) * len(words)
    return tuple(
        tuple(here + len(s) for s in (*sequences, (mark,)) if words[here : here + len(s)] == s)
        for here in range(len(words))
    )


def organisation_words(given: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """The words with which a name of an organisation begins."""
    return frozenset(sequence[0] for texts in frozenset(given) for sequence in _sequences(texts))


def may_begin_own_name(agents: Iterable[tuple[str, ...]], vocabulary: Callable[[], Collection[str]]) -> Collection[str]:
    """Those words with which the name of one of the agents may begin; perhaps a few more."""
    begins = frozenset(alias[0] for texts in agents for alias in _aliases(texts))
    near = frozenset(part for own in begins for part in _shortened(own))
    return [word for word in vocabulary() if not near.isdisjoint(_shortened(word))] if near else ()


def _shortened(word: str) -> list[str]:
    """The word, and what is left of it without one letter: words that differ by one letter share one of these."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def name_spans(tokens: Tokens) -> Spans:
    """Where one to three words may be a person's name."""
    reading = read_capitals(tokens.text)
    cased = _has_capitals(reading)
    likely = [_may_be_name(reading, here, cased) for here in range(len(reading.words))]
    return tuple(tuple(_name_ends(reading.words, likely, here)) for here in range(len(reading.words)))


def unlisted_spans(any_name: Spans, own_name: Spans) -> Spans:
    """Names that do not begin with the agent's own."""
    return tuple(() if own else spans for spans, own in zip(any_name, own_name, strict=True))


def _own_ends(words: tuple[str, ...], here: int, aliases: frozenset[tuple[str, ...]]) -> tuple[int, ...]:
    start = here + 1 if words[here] in _TITLES and here + 1 < len(words) else here
    if words[start] == "[name]":
        return (start + 1,)
    begun = _begun_by(words[start], aliases)
    return tuple(start + len(alias) for alias in begun if _goes_on(words[start : start + len(alias)], alias))


@lru_cache(maxsize=16384)
def _begun_by(word: str, aliases: frozenset[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(alias for alias in aliases if _same_name(word, alias[0]))


def _goes_on(words: tuple[str, ...], alias: tuple[str, ...]) -> bool:
    return len(words) == len(alias) and all(map(_same_name, words[1:], alias[1:]))


@lru_cache(maxsize=512)
def _sequences(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(words for words in (read_words(text).words for text in texts) if words))


@lru_cache(maxsize=512)
def _aliases(texts: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Every way to say one's own name: all of it, the first word, the last."""
    whole = [tuple(w for w in words if w not in _TITLES) for words in _sequences(texts)]
    return frozenset(part for words in whole if words for part in (words, words[:1], words[-1:]))


def _same_name(said: str, own: str) -> bool:
    if said == own:
        return True
    if len(own) < _CLOSE_ENOUGH_FROM or abs(len(said) - len(own)) > 1 or said in COMMON_WORDS or said in NEVER_NAMES:
        return False
    return _differs_by_one(said, own)


def _differs_by_one(a: str, b: str) -> bool:
    """Whether one letter added, dropped or changed makes one word of the other."""
    shorter, longer = sorted((a, b), key=len)
    same = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    return longer[same + 1 :] == shorter[same + (len(a) == len(b)) :]


def _has_capitals(reading: Reading) -> bool:
    """Whether capitals tell anything: some word inside a sentence has one, and some has none."""
    inside = [
        capital
        for word, capital, first in zip(reading.words, reading.capital, reading.first, strict=True)
        if not first and word != "i" and word.isalpha()
    ]
    return any(inside) and not all(inside)


def _may_be_name(reading: Reading, here: int, cased: bool) -> bool:
    word = reading.words[here]
    if word == "[name]":
        return True
    if word in NEVER_NAMES or not word.isalpha():
        return False
    inside = cased and not reading.first[here]
    if word in COMMON_WORDS:
        return inside and reading.capital[here]
    return len(word) > 1 and (not inside or reading.capital[here] or word in GIVEN_NAMES)


def _name_ends(words: tuple[str, ...], likely: list[bool], here: int) -> list[int]:
    start = here + 1 if words[here] in _TITLES else here
    ends: list[int] = []
    for end in range(start, min(start + _LONGEST, len(words))):
        initial = end > start and len(words[end]) == 1 and words[end].isalpha() and words[end] != "i"
        titled = end == start > here and words[end].isalpha() and words[end] not in NEVER_NAMES
        if not (likely[end] or initial or titled):
            break
        if not initial:
            ends.append(end + 1)
    return ends
