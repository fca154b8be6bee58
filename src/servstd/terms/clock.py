"""A rule's clock: when it starts, when it runs out, and how much of it is used, with pauses.

All instants are UTC microseconds. Pauses are half-open and intersected with the clock, never added to the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from servstd.errors import CalendarError
from servstd.terms.pauses import Stretch
from servstd.units import Clock, Duration
from servstd.values import to_us

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar

Landing = Literal["close", "open"]
Run = tuple[int, int | None, int | None]
# A member of an enumeration is looked up anew each time that its class is asked for it.
_BUSINESS_TIME, _ELAPSED_TIME, _BUSINESS_DAYS = Clock.BUSINESS_TIME, Clock.ELAPSED_TIME, Clock.BUSINESS_DAYS
_OPEN_CLOCKS = (_BUSINESS_TIME, _BUSINESS_DAYS)


class Limit(NamedTuple):
    """`due` is the earliest instant at which a target is used up, `late_after` the last passing one.

    Both are None while an endless pause holds the clock.
    """

    due: int | None
    late_after: int | None


def start_of(at: int, clock: Clock, calendar: BusinessCalendar) -> int:
    """When the clock begins to run: the next opening on a business clock, else at once."""
    return calendar.next_open_us(at) if clock in _OPEN_CLOCKS else at


def counted(begin: int, end: int, clock: Clock, calendar: BusinessCalendar, pauses: Sequence[Stretch]) -> int:
    """Time used from begin to end: real time on the elapsed clock, open time on every other, less the pauses."""
    if end <= begin:
        return 0
    used = end - begin if clock is _ELAPSED_TIME else calendar.elapsed_us(begin, end)
    for pause_begin, pause_end in pauses:
        low, high = max(begin, pause_begin), end if pause_end is None else min(end, pause_end)
        if high > low:
            used -= _run(low, high, clock, calendar)
    return used


def _run(begin: int, end: int, clock: Clock, calendar: BusinessCalendar) -> int:
    return end - begin if clock is _ELAPSED_TIME else calendar.elapsed_us(begin, end)


def limit_of(at: int, target: Duration, calendar: BusinessCalendar, pauses: Sequence[Stretch]) -> Limit:
    """When a target that began at `at` runs out."""
    if target.is_time:
        return Limit(*run_of(at, target, calendar, pauses)[1:])
    due = _day_limit(at, target, calendar)
    return _moved_by_pauses(at, due, calendar, pauses) if pauses else Limit(due, due)


def run_of(at: int, target: Duration, calendar: BusinessCalendar, pauses: Sequence[Stretch]) -> Run:
    """When the clock of a target that began at `at` begins to run, and the two instants of its `Limit`."""
    clock, amount = target.clock, target.amount
    if clock is _BUSINESS_TIME:
        run = calendar.limit_us(at, amount)
    elif clock is _ELAPSED_TIME:
        run = at, at + amount, at + amount
    else:
        begin = start_of(at, clock, calendar)
        due = _day_limit(at, target, calendar, begin)
        return (begin, *_moved_by_pauses(at, due, calendar, pauses)) if pauses else (begin, due, due)
    return (run[0], *_time_limit(run[0], amount, clock, calendar, pauses)) if pauses else run


def _time_limit(begin: int, amount: int, clock: Clock, calendar: BusinessCalendar, pauses: Sequence[Stretch]) -> Limit:
    """Walk over the pauses: `due` is reached when nothing is left, `late_after` when less than nothing would be."""
    at, left, due = begin, amount, None
    for pause_begin, pause_end in pauses:
        if pause_end is not None and pause_end <= at:
            continue
        stretch = _run(at, max(at, pause_begin), clock, calendar)
        if due is None and stretch >= left:
            due = _add(at, left, clock, calendar, "close")
        if stretch > left:
            return Limit(due, _add(at, left, clock, calendar, "open"))
        if pause_end is None:
            return Limit(due, None)
        left, at = left - stretch, pause_end
    late_after = _add(at, left, clock, calendar, "open")
    return Limit(_add(at, left, clock, calendar, "close") if due is None else due, late_after)


def _add(at: int, amount: int, clock: Clock, calendar: BusinessCalendar, landing: Landing) -> int:
    return at + amount if clock is _ELAPSED_TIME else calendar.add_us(at, amount, landing)


def _day_limit(at: int, target: Duration, calendar: BusinessCalendar, begin: int | None = None) -> int:
    """The due instant; `begin` is when the clock begins to run, when that has been looked up."""
    if target.clock is _BUSINESS_DAYS:
        if target.at_end:
            return calendar.end_of_business_day_us(at, target.amount)
        begin = calendar.next_open_us(at) if begin is None else begin
        return calendar.add_business_days_at_us(begin, target.amount)
    if target.at_end:
        return calendar.midnight_us(calendar.local_date(at, target.amount + 1))
    return _same_time_on(at, target.amount, calendar)


def _same_time_on(at: int, days: int, calendar: BusinessCalendar) -> int:
    """The same local time some days on; a time in a gap moves forward, in a fold the first is taken."""
    zone = calendar.zone
    try:
        local = datetime.fromtimestamp(at // 1_000_000, zone)
        wall = local.replace(tzinfo=None, fold=0) + timedelta(days=days)
    except (OverflowError, ValueError):
        raise CalendarError(f"{days} days from {at} us there is no date of the years 1 to 9999") from None
    return to_us(wall.replace(tzinfo=zone)) + at % 1_000_000


def _moved_by_pauses(at: int, due: int, calendar: BusinessCalendar, pauses: Sequence[Stretch]) -> Limit:
    """A day target moves on by the open time paused before it; moving it may take in more of the pauses."""
    moved = due
    for pause_begin, pause_end in pauses:
        if pause_begin >= moved:
            break
        if pause_end is None:
            return Limit(None, None)
        low = max(at, pause_begin)
        if pause_end > low:
            moved = calendar.add_us(moved, calendar.elapsed_us(low, pause_end), "close")
    return Limit(moved, moved)
