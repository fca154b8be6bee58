"""The seen events of single columns: which match a reference, for the records of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from servstd.columns.arrays import OPEN, UNSURE, YES, Bools, Ints, Truths
from servstd.columns.columns import Columns
from servstd.columns.matching import match_of
from servstd.terms.event_ref import EventRef


@dataclass(frozen=True)
class Seen:
    """Events of one type that a reference may mean, one a record: `at` where `is_seen`, and whether they match.

    Masks that mark no record are `none` itself. `match` is `UNSURE` where only the scalar check can tell.
    """

    at: Ints
    is_seen: Bools
    is_ahead: Bools
    match: Truths
    none: Bools

    @cached_property
    def is_hit(self) -> Bools:
        """Those that certainly match."""
        found: Bools = self.is_seen & (self.match == YES)
        return found

    @cached_property
    def is_unsure(self) -> Bools:
        """Records, with such an event or without, that only the scalar check can judge."""
        return self._marked(self.match == UNSURE)

    @cached_property
    def is_odd(self) -> Bools:
        """Seen ones of which only the scalar check can tell whether they match."""
        return self.none if self.is_unsure is self.none else self.is_seen & self.is_unsure

    @cached_property
    def is_open(self) -> Bools:
        """Seen ones of which it can not be said whether they match."""
        return self._marked(self.is_odd | (self.is_seen & (self.match == OPEN)))

    def _marked(self, where: Bools) -> Bools:
        return where if where.any() else self.none


def seen_of(ref: EventRef, columns: Columns, automated_counts: bool = False) -> list[Seen]:
    """One `Seen` for each type that the source has, over the records of the batch."""
    base = columns.base
    return base.keep(("seen of", ref, automated_counts), lambda: list(_each(ref, base, automated_counts)))


def _each(ref: EventRef, base: Columns, automated_counts: bool) -> Iterator[Seen]:
    for event in map(base.event, ref.types):
        if event is None:
            continue
        match = match_of(ref, event, automated_counts)
        if event.is_unsure.any():
            match[event.is_unsure] = UNSURE
        is_past = event.at <= base.as_of
        is_ahead = base.marked(event.is_there & ~is_past)
        is_seen = event.is_there if is_ahead is base.nowhere else event.is_there & is_past
        yield Seen(event.at, is_seen, is_ahead, match, base.nowhere)
