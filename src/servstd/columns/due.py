"""Due times that records carry themselves, for a column of starts (terms/due.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from servstd.columns.answers import Starts
from servstd.columns.arrays import Bools, Ints
from servstd.columns.decision import Decision
from servstd.columns.instants import Instants
from servstd.columns.matching import meant
from servstd.columns.timeline import Matched
from servstd.errors import CalendarError
from servstd.values import to_us

_NONE, _BAD = np.iinfo(np.int64).min, np.iinfo(np.int64).min + 1


@dataclass(frozen=True)
class Due:
    """The due instant of each start; `is_absent`: no event carries one, `is_missing`: that event does not say."""

    at: Ints
    is_absent: Bools
    is_missing: Bools


def due_of(due: Any, moved_by: Any, starts: Starts, decision: Decision) -> Due:
    """The due time of the start itself, or of the last event before it. Records in which it was moved are left."""
    columns = decision.columns
    if moved_by is not None:
        moving = meant(moved_by.event, columns, True)
        decision.leave(moving.is_unsure[starts.record] | (moving.sure.amount[starts.record] > 0))
    matched, place, is_there = (
        starts.matched,
        starts.matched.sure_places[starts.place],
        np.ones(len(starts.at), np.bool_),
    )
    if due.event is not None:
        matched = columns.seen((due.event,))
        decision.leave(matched.is_unsure[starts.record])
        events = matched.maybe
        first, after = events.first(starts.record), events.first_from(starts.record, starts.at + 1)
        place, is_there = np.where(after > first, after - 1, first), first < events.end(starts.record)
    at = _instants(due.attribute, matched, place, is_there, decision)
    decision.leave(is_there & (at == _BAD))
    return Due(np.where(is_there, at, 0), ~is_there, is_there & (at == _NONE))


def _instants(attribute: str, matched: Matched, place: Ints, is_there: Bools, decision: Decision) -> Ints:
    """What the events at some places say, as instants."""
    found = np.full(len(place), _NONE, np.int64)
    inside = np.minimum(place, max(len(matched.row) - 1, 0))
    for number, events in enumerate(matched.types):
        mine = np.flatnonzero(is_there)
        mine = mine[matched.source[inside[mine]] == number]
        known = events.attributes.get(attribute)
        if known is None or not len(mine):
            continue
        codes = known.codes[matched.index[inside[mine]]]
        if isinstance(known.values, Instants):
            found[mine] = np.where(codes < 0, _NONE, np.append(known.values.us, 0)[codes])
            continue
        used, number_of = np.unique(codes, return_inverse=True)
        read = [_NONE if code < 0 else _instant(known.values[code], decision) for code in used.tolist()]
        found[mine] = np.array(read, np.int64)[number_of]
    return found


def _instant(value: Any, decision: Decision) -> int:
    """An instant as it is; a date as the last closing on it, or before it when it is closed."""
    calendar = decision.columns.calendar
    if isinstance(value, datetime):
        return to_us(value)
    if not isinstance(value, date) or calendar is None:
        return _NONE
    try:
        return calendar.last_close_on_or_before_us(value)
    except CalendarError:
        return _BAD
