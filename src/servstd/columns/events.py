"""References to events on columns: which row has such an event, and when it happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servstd.columns.columns import OPEN, UNSURE, YES, Bools, Columns, Ints
from servstd.columns.truth import seen_of
from servstd.terms.event_ref import EventRef

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Single:
    """At most one event a row: `at` where `is_there`. `is_unsure` marks rows that only the scalar check can judge."""

    at: Ints
    is_there: Bools
    is_unsure: Bools


def single(ref: EventRef, columns: Columns, automated_counts: bool = False) -> Single:
    """The one event that certainly matches. More than one, or one still ahead, is unsure."""
    return columns.keep(("single", ref, automated_counts), lambda: _single(ref, columns, automated_counts))


def _single(ref: EventRef, columns: Columns, automated_counts: bool) -> Single:
    at, count = np.zeros(columns.count, np.int64), np.zeros(columns.count, np.int8)
    is_unsure = np.full(columns.count, ref.is_this)
    for seen in seen_of(ref, columns, automated_counts):
        is_unsure |= seen.is_ahead | ((seen.match == UNSURE) & seen.is_seen)
        is_hit = seen.is_seen & (seen.match == YES)
        at[is_hit] = seen.at[is_hit]
        count += is_hit
    return Single(at, count > 0, is_unsure | (count > 1))


def first_from(ref: EventRef, start: Ints, columns: Columns, automated_counts: bool) -> Single:
    """The first event that matches, from `start` on; `at` is `NEVER` where there is none.

    Unsure where one before it may match, or where all of them lie before the start.
    """
    at, is_unsure = np.full(columns.count, NEVER, np.int64), np.full(columns.count, ref.is_this)
    for seen in seen_of(ref, columns, automated_counts):
        is_unsure |= seen.is_seen & ((seen.match == UNSURE) | (seen.match == OPEN) | (seen.at < start))
        is_hit = seen.is_seen & (seen.match == YES) & (seen.at >= start)
        at = np.where(is_hit, np.minimum(at, seen.at), at)
    return Single(at, at != NEVER, is_unsure)


def any_seen(ref: EventRef, columns: Columns) -> Bools:
    """Rows with an event of these types that is seen or ahead, whether it matches or not."""
    found = np.full(columns.count, ref.is_this)
    for seen in seen_of(ref, columns, automated_counts=True):
        found |= seen.is_seen | seen.is_ahead | (seen.match == UNSURE)
    return found
