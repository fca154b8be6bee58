"""Which events a reference means, for a whole batch: terms/event_ref.py a column at a time."""

from __future__ import annotations

import numpy as np

from servstd.columns.arrays import NO, YES, Bools, EventColumn, EventRows, Truths
from servstd.columns.columns import Columns
from servstd.columns.kleene import kleene
from servstd.columns.timeline import Matched
from servstd.terms.event_ref import EventRef


def meant(ref: EventRef, columns: Columns, automated_counts: bool = False) -> Matched:
    """The seen events that match a reference, or may, of all records of the batch."""
    key = (ref, automated_counts)
    return columns.base.matched(key, ref.types, lambda events: match_of(ref, events, automated_counts))


def match_of(ref: EventRef, events: EventColumn | EventRows, automated_counts: bool) -> Truths:
    """Whether each event matches: automatic ones do not, unless they count or the condition asks about them."""
    count = len(events.at)
    match = np.full(count, YES, np.int8) if ref.where is None else kleene(ref.where, events, count)
    asks_itself = ref.where is not None and "automated" in ref.where.fields()
    if not automated_counts and not asks_itself and events.is_automated.any():
        match[events.is_automated] = NO
    return match


def is_seen(ref: EventRef, columns: Columns) -> Bools:
    """Rows in whose record any event of these types was seen, whatever it says."""
    return columns.of_batch(columns.seen(ref.types).is_seen)


def can_be_seen(ref: EventRef, columns: Columns) -> Bools:
    """False where the source can give none of these types, nor has: a record's own events show what it can give."""
    if ref.is_this or columns.is_tracked(ref.types):
        return ~columns.nowhere
    return is_seen(ref, columns)
