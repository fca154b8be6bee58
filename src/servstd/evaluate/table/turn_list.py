"""A list column of turns: who said what when, adjacent turns of one speaker joined as in a record."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.columns.columns import Bools, Ints
from servstd.columns.said import SaidRows
from servstd.evaluate.table.cue_filter import CueFinder
from servstd.evaluate.table.decode import different, is_text, is_text_like, read_instants
from servstd.evaluate.table.event_list import ListItems
from servstd.facts import JOIN_GAP_US
from servstd.flat import FlatReader

_TYPES = {"speaker": is_text_like, "text": is_text_like}


class TurnList:
    """The turns of a batch, flat."""

    def __init__(self, array: Any, reader: FlatReader) -> None:
        self.items, self._reader, self._count = ListItems(array), reader, len(array)

    @staticmethod
    def fits(kind: Any) -> bool:
        """True for a type that can be read as turns."""
        if not ListItems.fits(kind):
            return False
        given = {field.name: field.type for field in kind.value_type}
        return all(name in given and is_fit(given[name]) for name, is_fit in _TYPES.items())

    @cached_property
    def is_unsure(self) -> Bools:
        """Rows with an instant of a turn that could not be read."""
        found = np.zeros(self._count, np.bool_)
        for _, _, is_bad in (self._at, self._until):
            found[self.items.row[is_bad]] = True
        return found

    @cached_property
    def _at(self) -> tuple[Ints, Bools, Bools]:
        return self._instants("at")

    @cached_property
    def _until(self) -> tuple[Ints, Bools, Bools]:
        return self._instants("until")

    def _instants(self, name: str) -> tuple[Ints, Bools, Bools]:
        array = self.items.child(name)
        return read_instants(pa.nulls(len(self.items.row)) if array is None else array, self._reader)

    def said(self, as_of: int) -> SaidRows:
        """The turns that are seen at an instant, in order, joined."""
        codes, names = different(self.items.child("speaker"))
        is_named = np.array([*(bool(name) for name in names), False], np.bool_)[codes]
        at, is_timed, _ = self._at
        seen = np.flatnonzero(is_named & (~is_timed | (at <= as_of)))
        seen = _in_order(seen, self.items.row, at, is_timed)
        row, at, is_timed, codes = self.items.row[seen], at[seen], is_timed[seen], codes[seen]
        begins = np.flatnonzero(~self._continues(seen, row, codes, at, is_timed))
        texts = _joined(self._texts().take(pa.array(seen)), begins)
        speakers = tuple(str(name) for name in names)
        return SaidRows(
            self._count,
            row[begins],
            codes[begins],
            speakers,
            at[begins],
            is_timed[begins],
            self.is_unsure,
            CueFinder(texts).find,
        )

    def _continues(self, seen: Ints, row: Ints, speaker: Any, at: Ints, is_timed: Bools) -> Bools:
        """Turns that go on where the one before ended: of the same speaker, within two seconds."""
        until, has_end, _ = self._until
        until, has_end = until[seen], has_end[seen]
        found = np.zeros(len(seen), np.bool_)
        found[1:] = (row[1:] == row[:-1]) & (speaker[1:] == speaker[:-1]) & has_end[:-1] & is_timed[1:]
        found[1:] &= at[1:] - until[:-1] <= JOIN_GAP_US
        return found

    def _texts(self) -> Any:
        texts: Any = self.items.child("text")
        texts = texts if is_text(texts.type) else texts.dictionary_decode()
        return pc.fill_null(texts.cast(pa.large_string()), "")


def _in_order(seen: Ints, row: Ints, at: Ints, is_timed: Bools) -> Ints:
    """Turns by their instants, in records in which every turn has one; elsewhere as they stand."""
    row, at, is_timed = row[seen], at[seen], is_timed[seen]
    untimed = np.zeros(int(row[-1]) + 1 if len(row) else 0, np.bool_)
    untimed[row[~is_timed]] = True
    keys = np.where(untimed[row], 0, at)
    if not ((row[1:] == row[:-1]) & (keys[1:] < keys[:-1])).any():
        return seen
    found: Ints = seen[np.lexsort((keys, row))]
    return found


def _joined(texts: Any, begins: Ints) -> Any:
    """The texts of each run of turns as one."""
    if len(begins) == len(texts):
        return texts
    offsets = pa.array(np.append(begins, len(texts)), pa.int64())
    return pc.binary_join(pa.LargeListArray.from_arrays(offsets, texts), pa.scalar(" ", pa.large_string()))
