"""What answers each start of a clock: the searches of kinds/deadline.py for a column of starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from servstd.columns.agreement import SAYS_NOTHING, Position, Sayings, earlier, grouped, is_before
from servstd.columns.arrays import OPEN, YES, Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.timeline import RANKS, Matched, Timeline


@dataclass(frozen=True)
class Starts:
    """The starts that are judged: the row of each (`owner`, ascending), its record, and its place among `events`."""

    matched: Matched
    owner: Ints
    record: Ints
    place: Ints

    @cached_property
    def at(self) -> Ints:
        """When each began."""
        return self.matched.sure.at[self.place]

    def edge(self, other: Matched) -> Ints | None:
        """The least place that counts as from each start on; None where instants alone decide."""
        fine = self.matched.sure.fine
        if _is_plain(fine) and _is_plain(other.fine):
            return None
        return fine[self.place] & ~np.int64(RANKS - 1)


def _is_plain(fine: Ints) -> bool:
    """True when no event has a sequence."""
    return not len(fine) or bool(fine.min() >= 0 and fine.max() < RANKS)


@dataclass(frozen=True)
class Answers:
    """The answer to each start, and whether one before it may be it."""

    starts: Starts
    to: Matched
    at: Ints
    is_there: Bools
    is_unclear: Bools

    def is_early(self, where: Bools) -> Bools:
        """Starts among some in whose record something like an answer came before the first start."""
        found, rows = np.zeros(len(where), np.bool_), np.flatnonzero(where)
        if len(rows):
            found[rows] = _is_early(self.starts, self.to, rows)
        return found


def answers_to(starts: Starts, to: Matched, same: Sayings | None) -> Answers:
    """The first answer from each start on, that agrees with it."""
    edge = starts.edge(to)
    if same is None and not len(to.open):
        at, is_there = _instants(to.sure, starts, edge)
        return Answers(starts, to, at, is_there, np.zeros(len(at), np.bool_))
    if same is None:
        found, unclear = _first(to.sure, starts, edge), _first(to.open, starts, edge)
    else:
        found, unclear = _first_agreeing(starts, to, same, edge)
    is_unclear = unclear[2] & (~found[2] | is_before(unclear, found))
    return Answers(starts, to, found[0], found[2], is_unclear)


def first_release(starts: Starts, released_by: Matched, same: Sayings | None) -> Position:
    """The first event that ends the duty at or after the instant of each start."""
    if same is None:
        return _first(released_by.sure, starts, None)
    said, mine = same.of_matched(released_by), _said_by(starts, same)
    width = max(int(said.max(initial=-1)), int(mine.max(initial=-1))) + 2
    events = grouped(released_by, said, released_by.match == YES, width)
    own = events.first_from(starts.record, mine, starts.at, None)
    other = events.first_from(starts.record, np.full(len(mine), SAYS_NOTHING), starts.at, None)
    found = earlier(own, other)
    whole = _first(released_by.sure, starts, None)
    is_silent = mine == SAYS_NOTHING  # it agrees with all
    at, fine, is_there = (np.where(is_silent, one, two) for one, two in zip(whole, found, strict=True))
    return at, fine, is_there


def _first(events: Timeline, starts: Starts, edge: Ints | None) -> Position:
    place = events.first_from(starts.record, starts.at, edge)
    is_there = place < events.end(starts.record)
    return events.instants(place, is_there, 0), events.fines(place, is_there, 0), is_there


def _instants(events: Timeline, starts: Starts, edge: Ints | None) -> tuple[Ints, Bools]:
    """When the first event from each start on came, and whether there is one."""
    place = events.first_from(starts.record, starts.at, edge)
    is_there = place < events.end(starts.record)
    return events.instants(place, is_there, 0), is_there


def _is_early(starts: Starts, to: Matched, rows: Ints) -> Bools:
    """Whether something like an answer came before the first start, in the records of some starts."""
    maybe, record = to.maybe, starts.record[rows]
    first = starts.matched.sure.first(record)
    at, fine = starts.matched.sure.at[first], starts.matched.sure.fine[first]
    place = maybe.first(record)
    is_there = place < maybe.end(record)
    own_at, own_fine = maybe.instants(place, is_there, 0), maybe.fines(place, is_there, 0)
    is_less = (own_at < at) | ((own_at == at) & (own_fine < (fine & ~np.int64(RANKS - 1))))
    found: Bools = is_there & is_less
    return found


def _said_by(starts: Starts, same: Sayings) -> Ints:
    return same.of_matched(starts.matched)[starts.matched.sure_places[starts.place]]


def _first_agreeing(starts: Starts, to: Matched, same: Sayings, edge: Ints | None) -> tuple[Position, Position]:
    """The first answer that agrees, and the first of which that is not clear.

    Where only one of the two says, they agree if no other start was open at the time.
    """
    said, mine = same.of_matched(to), _said_by(starts, same)
    width = max(int(said.max(initial=-1)), int(mine.max(initial=-1))) + 2
    froms = starts.matched.sure
    is_single = froms.first_from(to.row, to.at + 1) - froms.first(to.row) <= 1
    is_sure, is_silent, record, at = to.match == YES, mine == SAYS_NOTHING, starts.record, starts.at
    nothing = np.full(len(mine), SAYS_NOTHING)
    found = grouped(to, said, is_sure, width).first_from(record, mine, at, edge)
    unclear = grouped(to, said, to.match == OPEN, width).first_from(record, mine, at, edge)
    for where, is_agreed in ((is_sure & is_single, True), ((is_sure & ~is_single) | (to.match == OPEN), False)):
        silent = grouped(to, said, where, width).first_from(record, nothing, at, edge)
        any_said = grouped(to, np.where(said == SAYS_NOTHING, SAYS_NOTHING, 0), where, 2)
        valued = any_said.first_from(record, np.zeros(len(mine), np.int64), at, edge)
        other = silent[0], silent[1], silent[2] & ~is_silent
        for mixed in (other, (valued[0], valued[1], valued[2] & is_silent)):
            if is_agreed:
                found = earlier(found, mixed)
            else:
                unclear = earlier(unclear, mixed)
    return found, unclear


def starts_of(columns: Columns, matched: Matched, rows: Ints, cycles: str) -> Starts:
    """The starts of some rows: all of them, the first or the last."""
    record = columns.record[rows]
    first, end = matched.sure.first(record), matched.sure.end(record)
    if cycles == "first":
        return Starts(matched, rows, record, first)
    if cycles == "last":
        return Starts(matched, rows, record, end - 1)
    amount = end - first
    if bool((amount == 1).all()):
        return Starts(matched, rows, record, first)
    owner = np.repeat(rows, amount)
    begins = np.cumsum(amount) - amount
    place = np.arange(len(owner)) - np.repeat(begins - first, amount)
    return Starts(matched, owner, columns.record[owner], place)
