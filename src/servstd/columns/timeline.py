"""The events that a reference means, for a whole batch: flat, in order, and searched without a loop over rows.

A position is an instant and a place among those of the same instant: `fine`, the sequence in the source and then the
rank of the type in the vocabulary. Searches answer for many rows at once: they halve the events of each record until
the place is found, so that a record with five events takes three steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from servstd.columns.arrays import NO, OPEN, UNSURE, YES, Bools, EventRows, Ints, Truths

if TYPE_CHECKING:
    from servstd.vocabulary import Vocabulary

RANKS = 1 << 12
"""More than there are types of event; a sequence counts more than every rank."""
FIRST, LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_MOST_SEQUENCE = 1 << 50


class Timeline:
    """Events in the order of (record, at, fine), with the stretch of each record between two `offsets`."""

    def __init__(self, count: int, row: Ints, at: Ints, fine: Ints) -> None:
        self.count, self.row, self.at, self.fine = count, row, at, fine

    @cached_property
    def amount(self) -> Ints:
        """How many events each record has."""
        return np.bincount(self.row, minlength=self.count)

    @cached_property
    def offsets(self) -> Ints:
        """Where the events of each record begin; one more at the end."""
        found = np.zeros(self.count + 1, np.int64)
        np.cumsum(self.amount, out=found[1:])
        return found

    def __len__(self) -> int:
        return len(self.row)

    def first(self, record: Ints) -> Ints:
        """The place of the first event of each record; that of the next record where there is none."""
        return self.offsets[record] if len(self.at) else np.zeros(len(record), np.int64)

    def end(self, record: Ints) -> Ints:
        """The place behind the last event of each record."""
        return self.offsets[record + 1] if len(self.at) else np.zeros(len(record), np.int64)

    def first_from(self, record: Ints, at: Ints, fine: Ints | None = None) -> Ints:
        """The place of the first event at or after a position; without `fine`, of an instant from it on."""
        if not len(self.at):
            return np.zeros(len(record), np.int64)
        low, high = self.first(record), self.end(record)
        is_before = (low < high) & self._comes_before(low, at, fine)
        low += is_before
        rest = np.flatnonzero(is_before & (low < high))  # the first event is the answer, nearly always
        if len(rest):
            low[rest] = self._halved(low[rest], high[rest], at[rest], None if fine is None else fine[rest])
        return low

    def _halved(self, low: Ints, high: Ints, at: Ints, fine: Ints | None) -> Ints:
        """The same among the events between two places."""
        for _ in range(int((high - low).max()).bit_length()):
            middle = (low + high) >> 1
            is_before = (low < high) & self._comes_before(middle, at, fine)
            low = np.where(is_before, middle + 1, low)
            high = np.where(is_before, high, middle)
        return low

    def _comes_before(self, place: Ints, at: Ints, fine: Ints | None) -> Bools:
        """Whether the event at each place comes before a position."""
        probe = np.minimum(place, len(self.at) - 1)
        own = self.at[probe]
        found: Bools = own < at
        if fine is not None:
            found |= (own == at) & (self.fine[probe] < fine)
        return found

    def instants(self, place: Ints, is_there: Bools, otherwise: int) -> Ints:
        """The instants of places, `otherwise` where nothing is there."""
        return _at_places(self.at, place, is_there, otherwise)

    def fines(self, place: Ints, is_there: Bools, otherwise: int) -> Ints:
        """The places within their instants."""
        return _at_places(self.fine, place, is_there, otherwise)


def _at_places(values: Ints, place: Ints, is_there: Bools, otherwise: int) -> Ints:
    if not len(values):
        return np.full(len(place), otherwise, np.int64)
    return np.where(is_there, values[np.minimum(place, len(values) - 1)], otherwise)


@dataclass(frozen=True)
class Matched:
    """The seen events of some types that match a reference or may match it, over the records of a batch.

    `source` names the type of each event (a place in `types`) and `index` its row there. `is_unsure` marks the records
    that only the scalar check can judge, `is_ahead` those with such an event after `as_of`, `is_seen` those with any
    event of these types, matching or not.
    """

    count: int
    types: Sequence[EventRows]
    row: Ints
    at: Ints
    fine: Ints
    match: Truths
    source: Ints
    index: Ints
    is_unsure: Bools
    is_ahead: Bools
    is_seen: Bools

    @cached_property
    def sure(self) -> Timeline:
        """Those that certainly match."""
        return self.of(self.match == YES)

    @cached_property
    def open(self) -> Timeline:
        """Those of which it can not be said."""
        return self.of(self.match == OPEN)

    @cached_property
    def maybe(self) -> Timeline:
        """Both."""
        return self.of(None)

    @cached_property
    def sure_places(self) -> Ints:
        """Where the sure ones stand among all."""
        return np.flatnonzero(self.match == YES)

    def of(self, where: Bools | None) -> Timeline:
        """Some of the events."""
        if where is None or bool(where.all()):
            return Timeline(self.count, self.row, self.at, self.fine)
        return Timeline(self.count, self.row[where], self.at[where], self.fine[where])

    def truths(self, ask: Callable[[EventRows], Truths]) -> Truths:
        """The truth of a question to the attributes of each event."""
        found = np.full(len(self.row), UNSURE, np.int8)
        for number, events in enumerate(self.types):
            mine = self.source == number
            found[mine] = ask(events)[self.index[mine]]
        return found


def match_events(
    types: Mapping[str, EventRows],
    vocabulary: Vocabulary,
    count: int,
    as_of: int,
    ask: Callable[[EventRows], Truths],
) -> Matched:
    """The events of these types among `count` records; `ask` says for each event of a type whether it is meant."""
    is_unsure, is_ahead, is_seen = (np.zeros(count, np.bool_) for _ in range(3))
    parts: list[tuple[Ints, ...]] = []
    for number, (name, events) in enumerate(types.items()):
        match = ask(events)
        is_past = events.at <= as_of
        odd = events.is_unsure | (match == UNSURE) | (np.abs(events.sequence) > _MOST_SEQUENCE)
        if odd.any():
            is_unsure[events.row[odd]] = True
        if not is_past.all():
            is_ahead[events.row[~is_past & (match == YES)]] = True
        is_seen[events.row[is_past]] = True
        parts.append(_kept(events, match, is_past & (match != NO), number, vocabulary.rank_of(name)))
    row, at, fine, matches, source, index = _in_order(parts)
    of_types = list(types.values())
    return Matched(count, of_types, row, at, fine, matches.astype(np.int8), source, index, is_unsure, is_ahead, is_seen)


def _kept(events: EventRows, match: Truths, is_kept: Bools, number: int, rank: int) -> tuple[Ints, ...]:
    """Some events of one type: row, instant, place within it, match, number of the type, and place among its events."""
    fine = events.sequence * RANKS + rank
    whole: tuple[Ints, ...] = events.row, events.at, fine, match.astype(np.int64), np.full(len(fine), number, np.int64)
    kept = np.flatnonzero(is_kept)
    if len(kept) < len(fine):
        whole = tuple(array.take(kept) for array in whole)
    return (*whole, kept)


def _in_order(parts: Sequence[tuple[Ints, ...]]) -> tuple[Ints, ...]:
    """The parts of several types as one, in order; each is in order by itself."""
    if not parts:
        none = np.zeros(0, np.int64)
        return (none,) * 6
    if len(parts) == 1:
        return parts[0]
    joined = tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.lexsort((joined[2], joined[1], joined[0]))
    return tuple(array[order] for array in joined)
