"""The part of a calendar's time that is already worked out, and how it grows.

A `Table` is never changed. Growing builds a new one and publishes it by one assignment, so that readers in
other threads see the old table or the new one, and both are right.
"""

from __future__ import annotations

import logging
import threading
import warnings
from datetime import date
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from servstd.calendar.instants import local_date, to_datetime
from servstd.calendar.schedule import Schedule
from servstd.calendar.spans import ONE_DAY, SpanBuilder
from servstd.errors import CalendarError, HolidaysUnknown

logger = logging.getLogger("servstd")

FIRST_DAY = date(1800, 1, 1)
LAST_DAY = date(2400, 1, 1)
REACH = f"{FIRST_DAY.year} to {LAST_DAY.year - 1}"
# Beyond the years a schedule names, each year is like the next; 29 February can be eight years away.
QUIET_YEARS = 12


class HolidaysUnknownWarning(UserWarning):
    """An answer needed dates beyond those for which the holidays are known; there may be more than are counted."""


class Table(NamedTuple):
    """All open time from `lo` to `hi`, the midnights that begin `first_day` and `end_day`.

    `edges`: openings (even index) and closings (odd). With i = bisect_right(edges, t), t is open when i is
    odd, and the open time since `lo` is `sums[i] + t` when i is odd, else `sums[i]`. `ends`: that same open
    time at each closing. An edge that equals `lo` or `hi` is only where the table was cut.
    """

    edges: list[int]
    sums: list[int]
    ends: list[int]
    lo: int
    hi: int
    first_day: date
    end_day: date


EMPTY = Table([], [0], [], 1, 0, LAST_DAY, FIRST_DAY)


def make_table(edges: list[int], lo: int, hi: int, first_day: date, end_day: date) -> Table:
    """A table over ready edges."""
    opens, closes = edges[::2], edges[1::2]
    ends = list(accumulate(close - opening for opening, close in zip(opens, closes, strict=True)))
    befores = [0, *ends]
    sums = [0] * (len(edges) + 1)
    sums[::2] = befores
    sums[1::2] = [before - opening for before, opening in zip(befores, opens, strict=False)]
    return Table(edges, sums, ends, lo, hi, first_day, end_day)


def _joined(left: list[int], right: list[int]) -> list[int]:
    """The edges of two neighbouring ranges; a block cut at the seam is one block again."""
    if left and right and left[-1] == right[0]:
        return left[:-1] + right[1:]
    return left + right


class Horizon:
    """Builds and grows the table of one calendar."""

    def __init__(self, schedule: Schedule, zone: ZoneInfo) -> None:
        self.builder = SpanBuilder(schedule, zone)
        self.table = EMPTY
        self._zone = zone
        self._is_strict = schedule.is_strict
        self._known_from, self._known_until = schedule.known_days()
        self._dated_years = schedule.dated_years()
        self._is_never_open = schedule.is_never_open()
        self._lock = threading.Lock()
        self._has_warned = False
        self._locked_years = schedule.locked_years()

    def require_known(self, first: date, last: date) -> None:
        """Warn once, or raise when strict, if holidays are not known for all of `first` to `last`."""
        for day in (first, last):
            if not FIRST_DAY <= day < LAST_DAY:
                raise CalendarError(f"{day} is beyond the years that a calendar reaches, {REACH}")
        self._require_locked(first, last)
        too_early = self._known_from is not None and first < self._known_from
        too_late = self._known_until is not None and last > self._known_until
        if not (too_early or too_late):
            return
        limit = f"before {self._known_from}" if too_early else f"after {self._known_until}"
        if self._is_strict:
            raise HolidaysUnknown(f"holidays are not known {limit}, but {first if too_early else last} is needed")
        if not self._has_warned:
            self._has_warned = True
            message = f"holidays are not known {limit}; there may be more than the calendar has"
            warnings.warn(message, HolidaysUnknownWarning, stacklevel=2)

    def _require_locked(self, first: date, last: date) -> None:
        """Say once that an answer needs holidays which a frozen catalog does not hold."""
        if self._locked_years is None or (self._locked_years[0] <= first.year and last.year <= self._locked_years[1]):
            return
        begin, end = self._locked_years
        other = first.year if first.year < begin else last.year
        text = "the lock holds the holidays of %s to %s; those of %s are the package's, and may change with it"
        logger.warning(text, begin, end, other)
        self._locked_years = None

    def cover(self, start_us: int, end_us: int) -> Table:
        """A table for every instant of `[start_us, end_us)`, grown by whole years where it has to be."""
        first, last = self.local_date(start_us), self.local_date(end_us - 1)
        if last < first:  # no time at all, at a midnight: either date will do, but the holidays of one may not be known
            first = last = first if first in (FIRST_DAY, self._known_from) else last
        return self.cover_days(first, last)

    def cover_days(self, first: date, last: date) -> Table:
        """A table for every instant of the dates `first` to `last`."""
        with self._lock:
            table = self.table
            if table.first_day <= first and last < table.end_day:
                return table
            self.require_known(first, last)
            self.table = self._grown(table, date(first.year, 1, 1), self._year_end(last))
            return self.table

    def local_date(self, instant_us: int, days: int = 0) -> date:
        """The date in the zone, so many days on; raises `CalendarError` where there is none."""
        try:
            return local_date(instant_us, self._zone) + ONE_DAY * days
        except OverflowError:
            raise CalendarError(f"{instant_us} us is beyond the years that a calendar reaches, {REACH}") from None

    def _year_end(self, day: date) -> date:
        # Where holidays end in the middle of a year, so does the table, lest a neighbour's question warn.
        end = date(day.year + 1, 1, 1)
        known = self._known_until
        return known + ONE_DAY if known is not None and day <= known < end else end

    def _grown(self, table: Table, first: date, end: date) -> Table:
        midnight, edges_of = self.builder.midnight_us, self.builder.edges
        if table is EMPTY:
            return make_table(edges_of(first, end), midnight(first), midnight(end), first, end)
        edges, first, end = table.edges, min(first, table.first_day), max(end, table.end_day)
        if first < table.first_day:
            edges = _joined(edges_of(first, table.first_day), edges)
        if end > table.end_day:
            edges = _joined(edges, edges_of(table.end_day, end))
        return make_table(edges, midnight(first), midnight(end), first, end)

    def later(self, table: Table, since_us: int) -> Table | None:
        """A table that reaches further; None when `since_us` is so long past that no more is to come."""
        if self.is_quiet_after(table, since_us) or table.end_day >= LAST_DAY:
            return None
        self.require_known(table.end_day, table.end_day)  # so that a message names the first date that is not
        year = table.end_day.year + (table.end_day.year - table.first_day.year) // 2
        last = min(date(year, 12, 31), LAST_DAY - ONE_DAY)
        known = self._known_until
        return self.cover_days(table.first_day, min(last, known) if known and table.end_day <= known else last)

    def earlier(self, table: Table, since_us: int) -> Table | None:
        """The mirror of `later`."""
        if self.is_quiet_before(table, since_us) or table.first_day <= FIRST_DAY:
            return None
        self.require_known(table.first_day - ONE_DAY, table.first_day - ONE_DAY)
        year = table.first_day.year - 1 - (table.end_day.year - table.first_day.year) // 2
        first = max(date(year, 1, 1), FIRST_DAY)
        known = self._known_from
        first = max(first, known) if known and table.first_day > known else first
        return self.cover_days(first, table.end_day - ONE_DAY)

    def is_quiet_after(self, table: Table, since_us: int) -> bool:
        """True when the table reaches so far past an instant that no more is to come: however long it grew before."""
        named = max(self._dated_years, default=FIRST_DAY.year)
        return self._is_never_open or table.end_day.year - max(named, self.local_date(since_us).year) > QUIET_YEARS

    def is_quiet_before(self, table: Table, since_us: int) -> bool:
        """The mirror of `is_quiet_after`."""
        named = min(self._dated_years, default=LAST_DAY.year)
        return self._is_never_open or min(named, self.local_date(since_us).year) - table.first_day.year > QUIET_YEARS

    def say(self, instant_us: int) -> str:
        """The instant as people of the zone read it, for messages."""
        return to_datetime(instant_us, self._zone).isoformat(sep=" ", timespec="minutes")
