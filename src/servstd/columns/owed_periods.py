"""What is owed once a period, for a whole batch: the periods of kinds/interval.py, a row a period that is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.columns.arrays import Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.matching import meant
from servstd.columns.roll_up import NEVER
from servstd.columns.stretches import Stretches
from servstd.columns.timeline import Timeline
from servstd.terms.period import periods
from servstd.units import Clock, Duration, Period

_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Owed:
    """The periods of each row (`owner`, ascending): from where to where each lasts, and the first event inside, if any.

    `begin` is when the matter began; `ended` are the rows whose matter has ended.
    """

    owner: Ints
    begin: Ints
    low: Ints
    high: Ints
    is_met: Bools
    met_at: Ints
    has_ended: Bools
    ended: Ints


def owed_periods(
    check: Any, columns: Columns, rows: Ints, begins: Timeline, ends: Timeline, pauses: Stretches | None
) -> Owed:
    """The periods that are owed in these rows, each of which has begun.

    Raises `CalendarError` where the scalar check would for one of the rows.
    """
    calendar = columns.calendar
    assert calendar is not None
    record = columns.record[rows]
    begin = begins.at[begins.first(record)]
    place = ends.first_from(record, begin)
    has_end = place < ends.end(record)
    end = ends.instants(place, has_end, NEVER)
    last = np.where(has_end, end, columns.as_of)
    lows, highs = _between(check.every, int(begin.min()), int(last.max()), calendar, columns.setting.fiscal_year_start)
    first = np.searchsorted(highs, begin, side="right")
    amount = np.maximum(np.searchsorted(lows, last, side="right") - first, 0)
    owner = np.repeat(np.arange(len(rows)), amount)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(amount) - amount, amount) + first[owner]
    low, high = lows[number], highs[number]
    kept = np.flatnonzero(_are_owed(check, calendar, record[owner], begin[owner], end[owner], low, high, pauses))
    owner, low, high = owner[kept], low[kept], high[kept]
    is_met, met_at = _are_met(check, columns, record[owner], begin[owner], end[owner], low, high)
    return Owed(owner, begin[owner], low, high, is_met, met_at, has_end[owner], np.flatnonzero(has_end))


def _between(period: Period, begin: int, end: int, calendar: BusinessCalendar, year_start: int) -> tuple[Ints, Ints]:
    """Where the periods from one instant to another begin and end."""
    first, last = calendar.local_date(begin), calendar.local_date(end)
    return _of_years(period, first.year, last.year, calendar, year_start)


@lru_cache(maxsize=64)
def _of_years(period: Period, first: int, last: int, calendar: BusinessCalendar, year_start: int) -> tuple[Ints, Ints]:
    begin, end = calendar.midnight_us(date(first, 1, 1)), calendar.midnight_us(date(last + 1, 1, 1))
    found = list(periods(period, begin, end, calendar, year_start))
    spans: Ints = np.array(found, np.int64).reshape(-1, 2)
    return spans[:, 0].copy(), spans[:, 1].copy()


def _are_owed(
    check: Any,
    calendar: BusinessCalendar,
    record: Ints,
    begin: Ints,
    end: Ints,
    low: Ints,
    high: Ints,
    pauses: Stretches | None,
) -> Bools:
    """Whether enough of each period lies inside the matter and outside of its pauses."""
    start, stop = np.maximum(low, begin), np.minimum(high, end)
    if isinstance(check.owed, Duration):
        clock = check.owed.clock if check.owed.is_time else Clock.ELAPSED_TIME
        least = check.owed.amount if check.owed.is_time else check.owed.amount * _DAY_US
        enough: Bools = counted(start, stop, clock, calendar, record, pauses) >= least
        return enough
    clock = Clock.BUSINESS_TIME if check.every.unit == "business day" else Clock.ELAPSED_TIME
    is_owed: Bools = (end >= high) & (counted(start, stop, clock, calendar, record, pauses) > 0)
    return is_owed & (low >= begin) if check.owed == "whole" else is_owed


def counted(
    start: Ints, stop: Ints, clock: Clock, calendar: BusinessCalendar, record: Ints, pauses: Stretches | None
) -> Ints:
    """The time of each stretch on a clock, less the pauses of its record."""
    stop = np.maximum(start, stop)
    used = _run(start, stop, clock, calendar)
    for number in range(0 if pauses is None else pauses.most):
        assert pauses is not None
        rows, pause_begin, pause_end = pauses.each(number, record)
        low, high = np.maximum(start[rows], pause_begin), np.minimum(stop[rows], pause_end)
        used[rows] -= _run(low, np.maximum(low, high), clock, calendar)
    return used


def _run(start: Ints, stop: Ints, clock: Clock, calendar: BusinessCalendar) -> Ints:
    return stop - start if clock is Clock.ELAPSED_TIME or not len(start) else calendar.elapsed_array(start, stop)


def _are_met(
    check: Any, columns: Columns, record: Ints, begin: Ints, end: Ints, low: Ints, high: Ints
) -> tuple[Bools, Ints]:
    """Whether an event lies inside each period, and inside the matter; and when the first did."""
    events = meant(check.event, columns, check.automated_counts).sure
    after = np.minimum(high, np.where(end == NEVER, NEVER, end + 1))
    place = events.first_from(record, np.maximum(low, begin))
    is_met = place < events.first_from(record, after)
    return is_met, events.instants(place, is_met, 0)
