"""A quick look at very many texts: in which of them a family may hit, by the words alone; never wrongly no.

A match of a phrase holds a word of each of its needs. So that the words of all texts can be found at once, by bytes,
they are only parted at what is no letter of ASCII and no apostrophe; `spelled` gives every word that such a piece can
hold: contractions written out, apostrophes left out. A text with letters that turn into plain ones only when it is
normalised is `ODD`: no look at pieces can tell, and it may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from servstd.cues.names import Names, may_begin_own_name, organisation_words
from servstd.cues.needs import needed_slots, needs_of
from servstd.cues.words import ENDINGS, FIGURES, HUMS, expand

# Letters with accents stay what they are, and so do spaces, marks of print and pictures; all else beyond ASCII may turn
# into plain letters or figures: ligatures, wide letters, the sharp s. Ranges of code points.
HARMLESS = (
    "A0-A9 AB-B1 B4 B6-B8 BB BF-DE E0-12F 131 134-13E 141-148 14A-17E 2010-2015 2018-2019 201C-201E 2020-2022 2026 20AC"
    " 2600-2775 2794-27BF FE0F 1F300-1F64F 1F680-1F6FF 1F900-1F9FF"
)
ODD = r"[^\x00-\x7F" + re.sub(r"[0-9A-F]+", lambda code: rf"\x{{{code.group()}}}", HARMLESS).replace(" ", "") + "]"
"""For the engine RE2."""
HAS_FIGURES = r"[0-9@\[<{]"
"""Where figures, an address or a redaction mark may stand."""
APOSTROPHES = "'`\u2018\u2019"
BEYOND = "\x80"
"""Stands for every word that is not of ASCII letters alone: only a text beyond ASCII can hold one."""
_MOST_BITS = 60
_NAMES = ("own_name", "organisation")
Need = frozenset[str] | str
"""Words of which one must stand in a text, or a slot that a name must fill."""


@lru_cache(maxsize=65536)
def spelled(piece: str) -> frozenset[str]:
    """Every word of a vocabulary that a piece of letters and apostrophes, in lower case, can hold; perhaps more."""
    found = {piece.replace("'", ""), *expand(piece)}
    parts = piece.split("'")
    for part in (*parts, *piece.split("''")):
        found.update(expand(part))
    found.update(ENDINGS[f"'{part}"] for part in parts[1:] if f"'{part}" in ENDINGS)
    for place in range(1, len(parts)):  # the accented letter before it, or behind it, is cut off
        found.update(expand("'".join(parts[:place])))
        found.update(expand("'".join(parts[place:])))
    found.update(hum for (first, _), hum in HUMS.items() if first in parts)
    return frozenset(found)


@dataclass(frozen=True)
class Glance:
    """Phrases by what they need: each of `masks` is a phrase, with the bits of its `needs`."""

    needs: tuple[Need, ...]
    masks: tuple[int, ...]


@lru_cache(maxsize=1024)
def glances_at(phrases: tuple[str, ...]) -> tuple[Glance, ...] | None:
    """What to look for, in parts with a bounded number of needs; None when any text may hold one of the phrases."""
    wanted = [_wanted(phrase) for phrase in phrases]
    if not all(wanted):
        return None
    found: list[Glance] = []
    needs: dict[Need, int] = {}
    masks: list[int] = []
    for some in sorted(wanted, key=str):
        if len(needs) + len(some) > _MOST_BITS:
            found.append(Glance(tuple(needs), tuple(masks)))
            needs, masks = {}, []
        masks.append(sum(1 << needs.setdefault(need, len(needs)) for need in some))
    return (*found, Glance(tuple(needs), tuple(dict.fromkeys(masks))))


def _wanted(phrase: str) -> tuple[Need, ...]:
    slots: tuple[Need, ...] = tuple(slot for slot in needed_slots(phrase) if slot in _NAMES)
    return (*slots, *needs_of(phrase))[:_MOST_BITS]


def words_of_need(need: Need, names: Iterable[Names], vocabulary: Callable[[], Collection[str]]) -> set[str]:
    """The words that meet a need; a slot of a name is met by whatever may begin one of the names, and by a mark.

    `vocabulary` gives all words there are. Words that no piece can hold are met by `FIGURES` and `BEYOND`.
    """
    if need == "own_name":
        known = may_begin_own_name(frozenset(one.agent for one in names), vocabulary)
        return {FIGURES, BEYOND, *known}
    words = need if isinstance(need, frozenset) else organisation_words(one.organisation for one in names) | {FIGURES}
    return {word if word.isascii() and word.isalpha() else FIGURES if word.isascii() else BEYOND for word in words}
