"""Where in a record words are looked for, for a whole batch: windows between events, and what is said in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from servstd.columns.anchors import Bound, end_bound, no_bound, start_bound
from servstd.columns.arrays import OPEN, UNSURE, YES, Bools, Ints, Truths
from servstd.columns.columns import Columns
from servstd.columns.said import Said
from servstd.cues import CueFamily
from servstd.terms.anchor import Anchor
from servstd.terms.happening import SaidCue

_EDGE = 1 << 62


@dataclass(frozen=True)
class Window:
    """The stretch of each row, between two bounds; `with_end` takes in a turn at the instant of its end.

    `first` and `last` are the places of the turns that bound it, where what somebody said does; those are inside.
    """

    start: Bound
    end: Bound
    with_end: bool = False
    first: Ints | None = None
    last: Ints | None = None

    @property
    def is_unsure(self) -> Bools:
        """Rows of which only the scalar check knows where it begins or ends."""
        return self.start.is_unsure | self.end.is_unsure

    @property
    def is_timed(self) -> Bools:
        """Rows with a bound that is an instant."""
        after = self.start.is_there & self.start.is_placed if self.first is None else np.zeros_like(self.start.is_there)
        return after | (self.end.is_there & self.end.is_placed if self.last is None else False)

    def holds(self, rows: Ints, places: Ints, said: Said) -> Bools:
        """Whether turns lie in the windows of their rows; one without a time lies in none with an instant."""
        at, is_timed = said.rows.at[places], said.rows.is_timed[places]
        if self.first is not None:
            is_late = places >= self.first[rows]
        else:
            is_late = ~(self.start.is_there & self.start.is_placed)[rows] | (is_timed & (at >= self.start.at[rows]))
        if self.last is not None:
            return is_late & (places <= self.last[rows])
        limit = self.end.at[rows]
        is_early = is_timed & ((at <= limit) if self.with_end else (at < limit))
        return is_late & (~(self.end.is_there & self.end.is_placed)[rows] | is_early)


def window(start: Anchor | None, end: Anchor | None, columns: Columns, *, is_check: bool) -> Window:
    """The window of each row. A check counts its end from its start, and a condition does not."""
    none = no_bound(columns)
    first = last = None
    begins = ends = none
    if start is not None and start.kind == "said":
        found = _turn_of(start, columns)
        begins, first = _bound_at(found, columns), np.where(found < 0, 0, found)
    elif start is not None:
        begins = start_bound(start, columns)
    if end is not None and end.kind == "said":
        found = _turn_of(end, columns)
        last = np.where(found < 0, np.iinfo(np.int64).max, found)
    elif end is not None:
        ends = end_bound(end, columns, begins if is_check else none)
    return Window(begins, ends, is_check and end is not None and not end.is_relative, first, last)


def _turn_of(anchor: Anchor, columns: Columns) -> Ints:
    """The place of the first turn in which something is said, -1 where it is not."""
    found, said = np.full(columns.count, -1, np.int64), columns.said
    if said is None:
        return found
    first = np.full(columns.count, np.iinfo(np.int64).max)
    for name in anchor.cues:
        family = columns.setting.cues[name]
        rows, places = heard(said, anchor.by or family.by, columns.record)
        is_hit = said.hits((family,), places)
        np.minimum.at(first, rows[is_hit], places[is_hit])
    return np.where(first == np.iinfo(np.int64).max, -1, first)


def _bound_at(place: Ints, columns: Columns) -> Bound:
    """A turn as a bound: before all events of its instant."""
    said, none = columns.said, columns.nowhere
    if said is None or not len(said.rows.row):
        return Bound(np.zeros(len(place), np.int64), np.zeros(len(place), np.int64), none, none, none)
    is_there, inside = place >= 0, np.maximum(place, 0)
    fine = np.full(len(place), -_EDGE, np.int64)
    return Bound(said.rows.at[inside], fine, is_there, is_there & said.rows.is_timed[inside], none)


def said_truths(condition: SaidCue, columns: Columns) -> Truths:
    """Whether something was said. A miss is never No: it proves nothing."""
    found, said = np.full(columns.count, OPEN, np.int8), columns.said
    if said is None:
        return found
    stretch = window(condition.after, condition.before, columns, is_check=False)
    for name in condition.cues:
        family = columns.setting.cues[name]
        rows, places = heard(said, condition.by or family.by, columns.record)
        inside = np.flatnonzero(stretch.holds(rows, places, said))
        hits = inside[said.hits((family,), places[inside])]
        found[rows[hits]] = YES
    found[(columns.of_batch(said.rows.is_unsure) | stretch.is_unsure) & (said.amount[columns.record] > 0)] = UNSURE
    return found


def heard(said: Said, speaker: str, record: Ints) -> tuple[Ints, Ints]:
    """The turns of one speaker in some records: which of the records each belongs to, and its place."""
    return said.by(speaker).of(record)


def any_heard(families: Sequence[CueFamily], speaker: str, columns: Columns) -> Bools:
    """Rows in which a speaker said one of these things at any time, or in which that can not be read."""
    found, said = np.zeros(columns.count, np.bool_), columns.said
    if said is not None:
        rows, places = heard(said, speaker, columns.record)
        found[rows[said.hits(families, places)]] = True
        found |= columns.of_batch(said.rows.is_unsure)
    return found


def any_turns(columns: Columns) -> Bools:
    """Rows in which anybody said anything."""
    said = columns.said
    return columns.nowhere if said is None else said.amount[columns.record] > 0


def are_words_whole(columns: Columns) -> Bools:
    """Rows whose words run from the answer to the end; a message is whole by itself."""
    whole = columns.field("transcript_complete").ask(lambda value: value is True) == YES
    is_message = columns.field("kind").ask(lambda kind: kind == "message") == YES
    found: Bools = whole | is_message
    return found
