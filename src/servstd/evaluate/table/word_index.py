"""The words of very many texts at once, so that nearly all texts in which nothing can be found need not be read.

The texts are cut into pieces by their bytes, each different piece is spelled out once (cues/glance.py), and what a text
holds is a gathering of bits. Work and memory go by stretches of texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.columns.columns import Bools, Ints
from servstd.cues.glance import APOSTROPHES, BEYOND, HAS_FIGURES, ODD, Glance, spelled, words_of_need
from servstd.cues.words import FIGURES

if TYPE_CHECKING:
    from servstd.cues import CueFamily, Names

_STRETCH = 1 << 16
_LETTERS = np.full(256, 32, np.uint8)
_LETTERS[97:123] = _LETTERS[65:91] = np.arange(97, 123)
_LETTERS[39] = _LETTERS[96] = 39
Bits = NDArray[np.uint64]


class WordIndex:
    """Texts by the pieces that they hold: numbers of pieces, with an offset for each text."""

    def __init__(self, texts: Any) -> None:
        self.texts = texts
        self.pieces: dict[str, int] = {}
        self._stretches = [self._cut(texts.slice(begin, _STRETCH)) for begin in range(0, len(texts), _STRETCH)]
        self.is_beyond: Bools = ~pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
        self.is_odd: Bools = np.zeros(len(texts), np.bool_)
        beyond = np.flatnonzero(self.is_beyond)
        if len(beyond):
            self.is_odd[beyond] = _matches(texts.take(pa.array(beyond)), ODD)

    def _cut(self, texts: Any) -> tuple[Ints, Ints]:
        for mark in APOSTROPHES[2:]:
            texts = pc.replace_substring(texts, mark, "'")
        texts = pc.ascii_split_whitespace(_letters_of(texts))
        offsets = texts.offsets.to_numpy().astype(np.int64)
        encoded = pc.dictionary_encode(texts.flatten())
        known = self.pieces
        numbers = [known.setdefault(piece, len(known)) for piece in encoded.dictionary.to_pylist()]
        codes = np.array([*numbers, 0], np.int64)[encoded.indices.to_numpy()]
        return codes, offsets - offsets[0]

    @cached_property
    def has_figures(self) -> Bools:
        return _matches(self.texts, HAS_FIGURES)

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        """The pieces that can hold each word."""
        found: dict[str, list[int]] = {}
        for piece, number in self.pieces.items():
            for word in spelled(piece):
                found.setdefault(word, []).append(number)
        return found

    def may_hit(self, family: CueFamily, names: Sequence[Names]) -> Bools:
        """The texts in which the family may be found, whoever of `names` speaks; never wrongly no."""
        glances = family.glances
        if glances is None:
            return np.ones(len(self.texts), np.bool_)
        found = self.is_odd.copy()
        for glance in glances:
            found |= self._alive(glance, names)
        return found

    def _alive(self, glance: Glance, names: Sequence[Names]) -> Bools:
        """The texts that hold all that one of the phrases needs."""
        table = np.zeros(len(self.pieces) + 1, np.uint64)
        of_figures = of_beyond = 0
        for place, need in enumerate(glance.needs):
            words = words_of_need(need, names, self._by_word.keys)
            for word in words:
                table[self._by_word.get(word, [])] |= np.uint64(1 << place)
            of_figures |= (FIGURES in words) << place
            of_beyond |= (BEYOND in words) << place
        held = np.concatenate([*self._held(table), np.zeros(0, np.uint64)])
        if of_figures:
            held[self.has_figures] |= np.uint64(of_figures)
        held[self.is_beyond] |= np.uint64(of_beyond)
        found = np.zeros(len(held), np.bool_)
        for mask in glance.masks:
            found |= (held & np.uint64(mask)) == np.uint64(mask)
        return found

    def _held(self, table: Bits) -> Iterator[Bits]:
        """The bits of all pieces of each text."""
        for codes, offsets in self._stretches:
            begins, is_empty = offsets[:-1], offsets[1:] == offsets[:-1]
            found = np.zeros(len(begins), np.uint64)
            if len(codes):
                found[~is_empty] = np.bitwise_or.reduceat(table[codes], begins[~is_empty])
            yield found


def _letters_of(texts: Any) -> Any:
    """The same texts with spaces for all that is no letter of ASCII and no apostrophe, in lower case."""
    _, offsets, data = texts.buffers()
    if data is None:
        return texts
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    plain = _LETTERS[np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]]
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(bounds - bounds[0]), pa.py_buffer(plain))


def _matches(texts: Any, pattern: str) -> Bools:
    found: Bools = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found
