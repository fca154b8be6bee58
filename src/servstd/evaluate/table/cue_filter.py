"""Looking for cues in the turns of a batch: a glance at all of them, then the matcher for those that may hold one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from servstd.columns.columns import Bools, Ints
from servstd.cues import tokenise
from servstd.evaluate.table.word_index import WordIndex

if TYPE_CHECKING:
    from servstd.columns.said import NamesOfRows
    from servstd.cues import CueFamily


class CueFinder:
    """The texts of a batch, searched for one family after another."""

    def __init__(self, texts: Any) -> None:
        self._texts = texts

    @cached_property
    def _index(self) -> WordIndex:
        return WordIndex(self._texts)

    def find(self, family: CueFamily, places: Ints, names: NamesOfRows, row: Ints) -> Bools:
        """In which of the texts at some places a family is found; `row` is the record of each, whose names count."""
        found = np.zeros(len(places), np.bool_)
        may_hit = np.flatnonzero(self._index.may_hit(family, names.values)[places])
        which = names.codes[row[may_hit]].tolist()
        texts = self._texts.take(pa.array(places[may_hit])).to_pylist()
        known: dict[tuple[str, int], bool] = {}  # the same words are said again and again
        for place, said in zip(may_hit.tolist(), zip(texts, which, strict=True), strict=True):
            if said not in known:
                text, of = said
                known[said] = family.find(tokenise(text), names.values[of]) is not None
            found[place] = known[said]
        return found
