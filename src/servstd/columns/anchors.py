"""The ends of windows for a whole batch: terms/anchor.py a column at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servstd.columns.arrays import Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.items import NO_END
from servstd.columns.matching import meant
from servstd.terms.anchor import Anchor
from servstd.terms.event_ref import EventRef


@dataclass(frozen=True)
class Bound:
    """A place in the record of each row: a position where `is_placed`, else no bound. Not `is_there`: there is none.

    `is_unsure` marks rows that only the scalar check can judge.
    """

    at: Ints
    fine: Ints
    is_there: Bools
    is_placed: Bools
    is_unsure: Bools


def no_bound(columns: Columns) -> Bound:
    """No bound in any row."""
    zeros = np.zeros(columns.count, np.int64)
    return Bound(zeros, zeros, ~columns.nowhere, columns.nowhere, columns.nowhere)


def start_bound(anchor: Anchor, columns: Columns) -> Bound:
    """The beginning of a window: the last such event before `this`, else the first."""
    if anchor.kind != "event" or anchor.event is None:
        return _beside(anchor, columns)
    matched = meant(anchor.event, columns)
    events, record = matched.sure, columns.record
    place = events.first(record)
    is_there = place < events.end(record)
    if columns.this is not None:
        before = events.first_from(record, columns.this.at, columns.this.fine)
        is_there, place = before > place, before - 1
    return _event_bound(columns.of_batch(matched.is_unsure), events.at, events.fine, place, is_there)


def end_bound(anchor: Anchor, columns: Columns, start: Bound) -> Bound:
    """The end of a window: the first such event from its start on."""
    if anchor.kind != "event" or anchor.event is None:
        return _beside(anchor, columns)
    matched = meant(anchor.event, columns)
    events, record = matched.sure, columns.record
    place = events.first(record)
    if start.is_placed.any():
        place = np.where(start.is_placed, events.first_from(record, start.at, start.fine), place)
    return _event_bound(columns.of_batch(matched.is_unsure), events.at, events.fine, place, place < events.end(record))


def _event_bound(is_unsure: Bools, at: Ints, fine: Ints, place: Ints, is_there: Bools) -> Bound:
    if not len(at):
        zeros = np.zeros(len(place), np.int64)
        return Bound(zeros, zeros, is_there, is_there, is_unsure)
    inside = np.clip(place, 0, len(at) - 1)
    return Bound(at[inside], fine[inside], is_there, is_there, is_unsure)


def _beside(anchor: Anchor, columns: Columns) -> Bound:
    """`this`, `previous`, `next`: without such an event there is no bound. Turns are for the scalar check."""
    none = no_bound(columns)
    if anchor.kind == "said":
        absent = columns.nowhere
        return Bound(none.at, none.fine, absent, absent, columns.has_turns)
    if columns.this is None:
        return none
    if anchor.kind == "this":
        return Bound(columns.this.at, columns.this.fine, none.is_there, none.is_there, none.is_unsure)
    other, is_placed = columns.this.beside(-1 if anchor.kind == "previous" else 1)
    at, fine = other.at, other.fine
    if anchor.kind == "previous":
        has_end = other.until != NO_END
        at, fine = np.where(has_end, other.until, at), np.where(has_end, -1, fine)
    return Bound(at, fine, none.is_there, is_placed, none.is_unsure)


def position_of_first(ref: EventRef, columns: Columns) -> Bound:
    """The first event of each row: its own for `this`."""
    if ref.is_this:
        return _beside(Anchor("this"), columns) if columns.this is not None else _absent(columns)
    matched = meant(ref, columns)
    place = matched.sure.first(columns.record)
    is_there = place < matched.sure.end(columns.record)
    return _event_bound(columns.of_batch(matched.is_unsure), matched.sure.at, matched.sure.fine, place, is_there)


def _absent(columns: Columns) -> Bound:
    none = no_bound(columns)
    return Bound(none.at, none.fine, columns.nowhere, columns.nowhere, columns.nowhere)
