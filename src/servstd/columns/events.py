"""References to events on columns: which row has such an event, and when it happened.

What is found for the records of a batch is found once, however many rules ask; a view takes from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servstd.columns.columns import Bools, Columns, Ints
from servstd.columns.seen import seen_of
from servstd.terms.event_ref import EventRef

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Single:
    """At most one event a row: `at` where `is_there`. `is_unsure` marks rows that only the scalar check can judge."""

    at: Ints
    is_there: Bools
    is_unsure: Bools

    def of(self, columns: Columns) -> Single:
        """The same for the rows of a view."""
        own = columns.of_batch
        return Single(own(self.at), own(self.is_there), own(self.is_unsure))


def single(ref: EventRef, columns: Columns, automated_counts: bool = False) -> Single:
    """The one event that certainly matches. More than one, or one still ahead, is unsure."""
    base = columns.base
    return base.keep(("single", ref, automated_counts), lambda: _single(ref, base, automated_counts)).of(columns)


def _single(ref: EventRef, base: Columns, automated_counts: bool) -> Single:
    events = seen_of(ref, base, automated_counts)
    if len(events) == 1 and not ref.is_this:
        return Single(events[0].at, events[0].is_hit, base.marked(events[0].is_ahead | events[0].is_odd))
    at, count = np.zeros(base.count, np.int64), np.zeros(base.count, np.int8)
    is_unsure = np.full(base.count, ref.is_this)
    for seen in events:
        is_unsure |= seen.is_ahead | seen.is_odd
        at = np.where(seen.is_hit, seen.at, at)
        count += seen.is_hit
    return Single(at, count > 0, base.marked(is_unsure | (count > 1)))


def answer_to(start: EventRef, ref: EventRef, columns: Columns, automated_counts: bool = False) -> Single:
    """The first event that matches, from the single start on.

    Unsure where one before it may match, or where all of them lie before the start.
    """
    base = columns.base
    found = base.keep(("answer", start, ref, automated_counts), lambda: _first_from(start, ref, base, automated_counts))
    return found.of(columns)


def _first_from(start: EventRef, ref: EventRef, base: Columns, automated_counts: bool) -> Single:
    begins = single(start, base, automated_counts).at
    at, is_there, is_unsure = np.zeros(base.count, np.int64), base.nowhere, np.full(base.count, ref.is_this)
    for seen in seen_of(ref, base, automated_counts):
        is_unsure |= seen.is_open | (seen.is_seen & (seen.at < begins))
        if is_there is base.nowhere:
            at, is_there = seen.at, seen.is_hit
            continue
        at = np.where(seen.is_hit & ~(is_there & (at < seen.at)), seen.at, at)
        is_there = is_there | seen.is_hit
    return Single(at, is_there, base.marked(is_unsure))


def any_seen(ref: EventRef, columns: Columns) -> Bools:
    """Rows with an event of these types that is seen or ahead, whether it matches or not."""
    base = columns.base
    return columns.of_batch(base.keep(("any seen", ref), lambda: base.marked(_any_seen(ref, base))))


def _any_seen(ref: EventRef, base: Columns) -> Bools:
    found = np.full(base.count, ref.is_this)
    for seen in seen_of(ref, base, automated_counts=True):
        found |= seen.is_seen | seen.is_ahead | seen.is_unsure
    return found
