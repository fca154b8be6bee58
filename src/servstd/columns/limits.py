"""When targets run out, for columns of starts: terms/clock.py a column at a time.

A day target goes by local dates. On the nights on which clocks change, local time and real time part company:
those rows are left to the scalar clock, all others are a table look-up by date.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.columns.columns import Bools, Ints
from servstd.units import Clock, Duration

_DAY_US = 86_400_000_000
_MOST_DAYS = 4000
_LEAST_WIDTH_US = _DAY_US // 96
_FAR_US = 20 * 365 * _DAY_US


@dataclass(frozen=True)
class LimitColumn:
    """`late_after` in each row; `is_unsure` where only the scalar clock can tell."""

    late_after: Ints
    is_unsure: Bools


def limits_of(starts: Ints, target: Duration, calendar: BusinessCalendar) -> LimitColumn:
    """When a target runs out that began at each start, without pauses.

    Raises `CalendarError` where the scalar clock would for one of the rows.
    """
    is_sure = np.zeros(len(starts), np.bool_)
    if not len(starts):
        return LimitColumn(starts, is_sure)
    if target.is_time:
        if target.clock is Clock.ELAPSED_TIME:
            return LimitColumn(starts + target.amount, is_sure)
        # the time until the next opening uses nothing up
        return LimitColumn(calendar.add_array(starts, target.amount, "open"), is_sure)
    is_business, begins = target.clock is Clock.BUSINESS_DAYS, starts
    if is_business and not target.at_end:
        begins = calendar.next_open_array(starts)
    begins, is_far = _without_far(begins)
    days = _days_for(begins, target.amount, calendar)
    if days is None or (is_business and days.has_nights):
        return LimitColumn(starts, ~is_sure)
    found = days.business_limits(begins, target, calendar) if is_business else days.limits(begins, target)
    return found if is_far is None else LimitColumn(found.late_after, found.is_unsure | is_far)


def _without_far(begins: Ints) -> tuple[Ints, Bools | None]:
    """Starts far from most others moved to the middle, and which they are: one slip in a year, such as 2260, must not
    make a table of centuries.
    """
    if int(begins.max()) - int(begins.min()) <= _FAR_US:
        return begins, None
    middle = int(np.partition(begins, len(begins) // 2)[len(begins) // 2])
    is_far = np.abs(begins - middle) > _FAR_US
    return np.where(is_far, middle, begins), is_far


@dataclass(frozen=True)
class _Days:
    """Local dates in order, by number: the UTC instant at which each begins, and whether it has 24 hours.

    `business` holds the numbers of the business days, `place` how many of them there are up to and with each day,
    `closings` their last closings. `has_nights`: a shift runs over midnight, so that its hours belong to the day
    before. `slots` are the days of stretches of `width` from the first midnight on; without a width there are none.
    """

    midnights: Ints
    is_plain: Bools
    business: Ints
    place: Ints
    closings: Ints
    has_nights: bool
    slots: Ints
    width: int

    def _day_of(self, instants: Ints) -> Ints:
        """The day of each instant: midnights fall on whole hours, nearly everywhere; else a search."""
        place: Ints = instants - self.midnights[0]
        if self.width:
            place //= self.width
            found: Ints = self.slots.take(place)
            return found
        place[:] = np.searchsorted(self.midnights, instants, side="right") - 1
        return place

    def limits(self, begins: Ints, target: Duration) -> LimitColumn:
        """Calendar days: the same local time some days on, or the end of that day."""
        at = self._day_of(begins)
        aim = at + target.amount
        if target.at_end:
            return LimitColumn(self.midnights[aim + 1], ~self.is_plain[at])
        return LimitColumn(self.midnights[aim] + begins - self.midnights[at], ~(self.is_plain[at] & self.is_plain[aim]))

    def business_limits(self, begins: Ints, target: Duration, calendar: BusinessCalendar) -> LimitColumn:
        """Business days: the same local time on the n-th one, rolled to the next opening, or its last closing."""
        at = self._day_of(begins)
        if target.at_end:
            is_unsure = ~self.is_plain[at] | (target.amount == 0)
            return LimitColumn(self.closings[self.place[at] + max(target.amount, 1) - 1], is_unsure)
        moved, is_plain = self._moved(target.amount)
        due = begins + moved.take(at)
        rest = np.flatnonzero(~calendar.is_open_array(due - 1))
        if len(rest):
            due[rest] = calendar.next_open_array(due.take(rest))
        return LimitColumn(due, ~is_plain.take(at))

    def _moved(self, amount: int) -> tuple[Ints, Bools]:
        """For each day how far it is to its n-th business day, and whether both have 24 hours."""
        days = np.arange(len(self.place))
        aim = days
        if amount:  # the last days have no such day any more, and nobody asks for them
            aim = self.business[np.minimum(self.place + amount, len(self.business)) - 1]
        return self.midnights[aim] - self.midnights[days], self.is_plain[days] & self.is_plain[aim]


def _days_for(begins: Ints, amount: int, calendar: BusinessCalendar) -> _Days | None:
    """The days that these starts can need; None when there are not enough business days near."""
    low, high = calendar.local_date(int(begins.min())), calendar.local_date(int(begins.max()))
    return _days(calendar, low.year, high.year, 1 << max(amount, 16).bit_length())


@lru_cache(maxsize=64)
def _days(calendar: BusinessCalendar, first_year: int, last_year: int, reach: int) -> _Days | None:
    """All days of some years, and after them as many as hold `reach` business days, and as many days."""
    day, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
    midnights: list[int] = []
    business: list[int] = []
    place: list[int] = []
    closings: list[int] = []
    has_nights = False
    while day < end or len(midnights) < _needed(business, (end - date(first_year, 1, 1)).days, reach):
        if (day - end).days > _MOST_DAYS + reach:
            return None
        blocks = calendar.blocks_of_day(day)
        if blocks:
            business.append(len(midnights))
            closings.append(blocks[-1][1])
            has_nights = has_nights or blocks[-1][1] > calendar.midnight_us(day + timedelta(days=1))
        midnights.append(calendar.midnight_us(day))
        place.append(len(business))
        day += timedelta(days=1)
    midnights.append(calendar.midnight_us(day))
    starts = np.array(midnights, np.int64)
    numbers = [np.array(items, np.int64) for items in (business, place, closings)]
    lengths = np.diff(starts)
    width = int(np.gcd.reduce(lengths))
    width = width if width >= _LEAST_WIDTH_US else 0
    slots = np.repeat(np.arange(len(lengths)), lengths // width) if width else np.zeros(0, np.int64)
    is_plain = np.append(lengths == _DAY_US, False)
    return _Days(starts, is_plain, numbers[0], numbers[1], numbers[2], has_nights, slots, width)


def _needed(business: list[int], days: int, reach: int) -> int:
    """How many days there must be: enough after the last year for the reach, in days and in business days."""
    later = len(business) - bisect_right(business, days - 1)
    return days + max(reach + 2, 0 if later > reach else _MOST_DAYS * 10)
