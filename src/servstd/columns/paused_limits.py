"""When targets run out while clocks stand still, for columns of starts: terms/clock.py, a pause of each at a time."""

from __future__ import annotations

from typing import Literal

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.columns.arrays import Bools, Ints
from servstd.columns.limits import LimitColumn, limits_of
from servstd.columns.roll_up import NEVER
from servstd.columns.stretches import Stretches
from servstd.units import Clock, Duration


def paused_limits(
    starts: Ints, record: Ints, target: Duration, calendar: BusinessCalendar, pauses: Stretches | None
) -> LimitColumn:
    """The last passing instant for each start of a record; `NEVER` while an endless pause holds the clock.

    Raises `CalendarError` where the scalar clock would for one of the rows.
    """
    limits = limits_of(starts, target, calendar)
    if pauses is None:
        return limits
    rows = np.flatnonzero(pauses.has_any(record))
    if not len(rows):
        return limits
    late_after = limits.late_after.copy()
    if target.is_time:
        begins = starts[rows] if target.clock is Clock.ELAPSED_TIME else calendar.next_open_array(starts[rows])
        late_after[rows] = _walked(begins, record[rows], target, calendar, pauses)
    else:
        late_after[rows] = _moved(starts[rows], record[rows], late_after[rows], calendar, pauses)
    return LimitColumn(late_after, limits.is_unsure)


def _walked(begins: Ints, record: Ints, target: Duration, calendar: BusinessCalendar, pauses: Stretches) -> Ints:
    """The clock of each start from pause to pause, until less than nothing would be left."""
    at, left = begins.copy(), np.full(len(begins), target.amount, np.int64)
    found, is_open = np.full(len(begins), NEVER), np.ones(len(begins), np.bool_)
    for number in range(pauses.most):
        rows, pause_begin, pause_end = pauses.each(number, record)
        kept = is_open[rows] & (pause_end > at[rows])
        rows, pause_begin, pause_end = rows[kept], pause_begin[kept], pause_end[kept]
        used = _run(at[rows], np.maximum(at[rows], pause_begin), target.clock, calendar)
        is_over = used > left[rows]
        over = rows[is_over]
        found[over] = _add(at[over], left[over], target.clock, calendar)
        is_open[rows[is_over | (pause_end == NEVER)]] = False
        on = ~is_over & (pause_end != NEVER)
        left[rows[on]] -= used[on]
        at[rows[on]] = pause_end[on]
    rest = np.flatnonzero(is_open)
    found[rest] = _add(at[rest], left[rest], target.clock, calendar)
    return found


def used_up(begins: Ints, record: Ints, target: Duration, calendar: BusinessCalendar, pauses: Stretches | None) -> Ints:
    """The earliest instant at which time is used up, from the beginning of each clock; `NEVER` while it is held."""
    at, left = begins.copy(), np.full(len(begins), target.amount, np.int64)
    found, is_open = np.full(len(begins), NEVER), np.ones(len(begins), np.bool_)
    for number in range(0 if pauses is None else pauses.most):
        assert pauses is not None
        rows, pause_begin, pause_end = pauses.each(number, record)
        kept = is_open[rows] & (pause_end > at[rows])
        rows, pause_begin, pause_end = rows[kept], pause_begin[kept], pause_end[kept]
        used = _run(at[rows], np.maximum(at[rows], pause_begin), target.clock, calendar)
        over = rows[used >= left[rows]]
        found[over] = _add(at[over], left[over], target.clock, calendar, "close")
        is_open[over] = False
        is_open[rows[pause_end == NEVER]] = False
        on = is_open[rows]
        left[rows[on]] -= used[on]
        at[rows[on]] = pause_end[on]
    rest = np.flatnonzero(is_open)
    found[rest] = _add(at[rest], left[rest], target.clock, calendar, "close")
    return found


def _moved(starts: Ints, record: Ints, due: Ints, calendar: BusinessCalendar, pauses: Stretches) -> Ints:
    """A day target moves on by the open time paused before it."""
    moved, is_open = due.copy(), np.ones(len(due), np.bool_)
    for number in range(pauses.most):
        rows, pause_begin, pause_end = pauses.each(number, record)
        is_open[rows[pause_begin >= moved[rows]]] = False
        kept = is_open[rows]
        rows, pause_begin, pause_end = rows[kept], pause_begin[kept], pause_end[kept]
        moved[rows[pause_end == NEVER]] = NEVER
        is_open[rows[pause_end == NEVER]] = False
        low = np.maximum(starts[rows], pause_begin)
        on = (pause_end != NEVER) & (pause_end > low)
        rows, low, pause_end = rows[on], low[on], pause_end[on]
        if len(rows):
            moved[rows] = calendar.add_array(moved[rows], calendar.elapsed_array(low, pause_end), "close")
    return moved


def pause_at(pauses: Stretches | None, record: Ints, instant: int) -> Bools:
    """Records whose clock stands still at an instant."""
    found = np.zeros(len(record), np.bool_)
    for number in range(0 if pauses is None else pauses.most):
        assert pauses is not None
        rows, begin, end = pauses.each(number, record)
        found[rows] |= (begin <= instant) & (instant < end)
    return found


def _run(begins: Ints, ends: Ints, clock: Clock, calendar: BusinessCalendar) -> Ints:
    if clock is Clock.ELAPSED_TIME or not len(begins):
        return ends - begins
    return calendar.elapsed_array(begins, ends)


def _add(
    starts: Ints, amounts: Ints, clock: Clock, calendar: BusinessCalendar, landing: Literal["open", "close"] = "open"
) -> Ints:
    if clock is Clock.ELAPSED_TIME or not len(starts):
        return starts + amounts
    return calendar.add_array(starts, amounts, landing)
