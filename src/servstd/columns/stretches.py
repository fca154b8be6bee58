"""Pauses of a whole batch: the spans in which the clock of each record stands still (terms/pauses.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from servstd.columns.arrays import Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.items import NO_END, until_of
from servstd.columns.matching import meant
from servstd.columns.roll_up import NEVER
from servstd.columns.timeline import Matched
from servstd.terms.pauses import Pause


@dataclass(frozen=True)
class Stretches:
    """Spans, flat and in order; those of a record lie between two `offsets`. The end is `NEVER` where there is none.

    `is_unsure` marks records that only the scalar check can judge.
    """

    begin: Ints
    end: Ints
    offsets: Ints
    is_unsure: Bools

    @property
    def most(self) -> int:
        """The largest number of spans in a record."""
        return int(np.diff(self.offsets).max(initial=0))

    def has_any(self, record: Ints) -> Bools:
        """Records in which the clock stood still at all."""
        return self.offsets[record + 1] > self.offsets[record]

    def each(self, number: int, record: Ints) -> tuple[Ints, Ints, Ints]:
        """The rows whose record has so many spans, and the begin and the end of the one of that number (from 0)."""
        place = self.offsets[record] + number
        rows = np.flatnonzero(place < self.offsets[record + 1])
        return rows, self.begin[place[rows]], self.end[place[rows]]


def stretches_of(pauses: Sequence[Pause], columns: Columns) -> Stretches:
    """The spans of each record of the batch, merged and in order."""
    return columns.base.keep(("stretches", tuple(pauses)), lambda: _stretches(pauses, columns.base))


def _stretches(pauses: Sequence[Pause], base: Columns) -> Stretches:
    is_unsure, parts = np.zeros(base.count, np.bool_), []
    for pause in pauses:
        begins, ends = meant(pause.from_, base, True), meant(pause.until, base, True)
        is_unsure |= begins.is_unsure | ends.is_unsure
        parts.append(_spans(begins, ends, base.as_of))
    return stretches_from(parts, base.count, is_unsure)


def stretches_from(parts: Sequence[tuple[Ints, Ints, Ints]], count: int, is_unsure: Bools) -> Stretches:
    """Spans as rows, begins and ends, each part in the order of (row, begin): merged, those of no length left out."""
    row, begin, end = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    kept = np.flatnonzero(end > begin)  # one of no length changes nothing, nor does it join others
    if len(parts) > 1:  # each is in order by itself
        kept = kept[np.lexsort((begin[kept], row[kept]))]
    row, begin, end = _merged(row[kept], begin[kept], end[kept])
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=count), out=offsets[1:])
    return Stretches(begin, end, offsets, is_unsure)


def _spans(begins: Matched, ends: Matched, as_of: int) -> tuple[Ints, Ints, Ints]:
    """From each beginning to the first end after it, or to its own."""
    starts, closing = begins.sure, ends.sure
    place = closing.first_from(starts.row, starts.at, starts.fine + 1)
    end = closing.instants(place, place < closing.end(starts.row), NEVER)
    until = np.full(len(end), NO_END, np.int64)
    for number, events in enumerate(begins.types):
        mine = np.flatnonzero(begins.source[begins.sure_places] == number)
        until[mine] = until_of(events, begins.index[begins.sure_places[mine]])
    has_own = (until != NO_END) & (until <= as_of)
    return starts.row, starts.at, np.where(has_own, np.minimum(end, until), end)


def _merged(row: Ints, begin: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Spans that touch as one; they come in the order of (row, begin)."""
    if not len(row):
        return row, begin, end
    is_first = np.concatenate([[True], row[1:] != row[:-1]])
    number = np.arange(len(row)) - np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    furthest = end.copy()  # so far, in the record
    for step in range(1, int(number.max()) + 1):
        here = np.flatnonzero(number == step)
        furthest[here] = np.maximum(furthest[here], furthest[here - 1])
    is_new = is_first.copy()
    is_new[1:] |= begin[1:] > furthest[:-1]
    heads = np.flatnonzero(is_new)
    tails = np.append(heads[1:], len(row)) - 1
    return row[heads], begin[heads], furthest[tails]
