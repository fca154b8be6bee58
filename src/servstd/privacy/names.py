"""Names to look for in texts: as whole words, in any case, with any white space between, the longest first.

Names are kept by their first word and from there word by word, so that looking takes as long as the text and the
longest name, however many names there are and however many begin alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(r"\w+")
# Letters that a search in any case takes for each other, and that case folding alone tells apart.
_DOTTED = str.maketrans({"\u0130": "i", "\u0131": "i"})
Span = tuple[int, int]


@dataclass(slots=True)
class _Node:
    """What may follow: by what stands between two words and the next word. `ends` are signs before and behind."""

    following: dict[tuple[str, str], _Node] = field(default_factory=dict)
    ends: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class _Text:
    """The words of a text in one case, where they stand, and what stands before each."""

    text: str
    words: list[str]
    spans: list[Span]

    def before(self, place: int) -> str:
        """What stands between a word and the one before, white space as one blank."""
        begin = self.spans[place - 1][1] if place else 0
        return _plain(self.text[begin : self.spans[place][0]])


class Names:
    """Some names, and where they stand in texts."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[str, list[str] | _Node] = {}
        for name in dict.fromkeys(" ".join(name.split()) for name in names):
            first = _WORD.search(name)
            if first is not None:
                known = self._by_word.setdefault(_fold(first[0]), [])
                assert isinstance(known, list)
                known.append(name)

    def firsts(self, words: set[str]) -> set[str]:
        """Which of these words a name begins with."""
        return words & self._by_word.keys()

    def tree(self, first: str) -> _Node:
        """The names that begin with a word, made into a tree when they are first asked for."""
        found = self._by_word[first]
        if isinstance(found, list):
            found = self._by_word[first] = _tree(found)
        return found


def replace_names(text: str, several: Iterable[Names], by: str) -> tuple[str, int]:
    """The text with `by` in the place of each name, and how many there were; of two at one place the longer counts."""
    every = list(several)
    words = [_fold(word) for word in _WORD.findall(text)]
    there = set(words)
    firsts = [(one, found) for one in every if (found := one.firsts(there))]
    if not firsts:
        return text, 0
    read = _Text(text, words, [match.span() for match in _WORD.finditer(text)])
    parts, end, count = [], 0, 0
    for place, word in enumerate(words):
        if read.spans[place][0] < end:
            continue
        spans = [span for one, found in firsts if word in found for span in _spans(read, place, one.tree(word))]
        spans = [span for span in spans if span[0] >= end]
        if spans:
            start, stop = min(spans, key=lambda span: (span[0], -span[1]))
            parts += [text[end:start], by]
            end, count = stop, count + 1
    return "".join([*parts, text[end:]]), count


def _spans(read: _Text, place: int, node: _Node) -> Iterator[Span]:
    """Where the names begin and end of which the first word stands at `place`."""
    start, at = read.spans[place][0], place
    while True:
        for before, behind in node.ends:
            begin = start if not before else _begin(read.text, start, before)
            stop = read.spans[at][1] if not behind else _stop(read.text, read.spans[at][1], behind)
            if begin is not None and stop is not None:
                yield begin, stop
        at += 1
        if at == len(read.words) or not node.following:
            return
        following = node.following.get((read.before(at), read.words[at]))
        if following is None:
            return
        node = following


def _begin(text: str, start: int, signs: str) -> int | None:
    """Where the signs before a name begin; None when others stand there, or a word right before them."""
    longest = text[max(0, start - 4 * len(signs) - 64) : start]
    match = _signs(signs, is_before=True).search(longest)
    if match is None:
        return None
    begin = start - len(longest) + match.start()
    return None if begin and _WORD.match(text[begin - 1]) else begin


def _stop(text: str, end: int, signs: str) -> int | None:
    """Where the signs behind a name end; None when others stand there, or a word right behind them."""
    match = _signs(signs, is_before=False).match(text, end)
    return None if match is None or _WORD.match(text, match.end()) else match.end()


@lru_cache(maxsize=1024)
def _signs(signs: str, is_before: bool) -> re.Pattern[str]:
    pattern = r"\s+".join(map(re.escape, signs.split(" ")))
    return re.compile(rf"(?:{pattern})\Z" if is_before else pattern, re.IGNORECASE)


def _tree(names: Iterable[str]) -> _Node:
    root = _Node()
    for name in names:
        found = list(_WORD.finditer(name))
        node = root
        for one, other in pairwise(found):
            key = (_plain(name[one.end() : other.start()]), _fold(other[0]))
            node = node.following.setdefault(key, _Node())
        node.ends.add((name[: found[0].start()], name[found[-1].end() :]))
    return root


def _plain(signs: str) -> str:
    return " " if signs == " " else _fold(re.sub(r"\s+", " ", signs))


def _fold(word: str) -> str:
    return word.translate(_DOTTED).casefold()
