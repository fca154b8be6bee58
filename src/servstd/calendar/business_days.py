"""Business days: dates on which hours start.

An overnight shift belongs to the date on which it starts, so at 02:00 in Monday's night shift the business
date is still Monday.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from servstd.calendar.arguments import bad_choice, check_day, read_count
from servstd.calendar.clock import Clock
from servstd.calendar.day_rules import SkipReason
from servstd.calendar.horizon import FIRST_DAY, LAST_DAY, QUIET_YEARS, REACH
from servstd.calendar.instants import to_datetime, wall_us
from servstd.calendar.schedule import Schedule
from servstd.calendar.spans import ONE_DAY, Blocks, dates
from servstd.errors import CalendarError, NeverOpen

Closed = Literal["left", "right", "both"]
_CLOSED: tuple[Closed, ...] = get_args(Closed)
# Days to look for the next business day, once past every year that the schedule names.
_NEAR_DAYS = 14
_QUIET_DAYS = QUIET_YEARS * 366
# Ordinals at which a search stops, themselves left out.
_STOP_BACK, _STOP = FIRST_DAY.toordinal() - 1, LAST_DAY.toordinal()


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A date without hours, and why; `name` is that of the holiday, when it has one."""

    day: date
    reason: SkipReason
    name: str | None = None


class DayClock(Clock):
    """The clock that counts whole business days; instants are int microseconds."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(schedule)
        self._blocks: dict[date, Blocks] = {}
        self._moves: dict[tuple[date, int], timedelta] = {}
        self._shifts: dict[tuple[int, int, int], int | None] = {}

    def local_date(self, instant_us: int, days: int = 0) -> date:
        """The date on the wall calendar of the zone, so many days on; raises `CalendarError` beyond the year 9999."""
        return self._horizon.local_date(instant_us, days)

    def midnight_us(self, day: date) -> int:
        """The instant at which that date begins in the zone."""
        return self._horizon.builder.midnight_us(day)

    def blocks_of_day(self, day: date) -> Blocks:
        """The open blocks of the shifts that start on that date, as (start_us, end_us)."""
        blocks = self._blocks.get(day)
        if blocks is None:
            check_day(day)
            self._horizon.require_known(day, day)
            blocks = self._blocks[day] = self._horizon.builder.blocks(day)
        return blocks

    def open_us_of_day(self, day: date) -> int:
        """Open time of the shifts that start on that date."""
        return sum(end - start for start, end in self.blocks_of_day(day))

    def is_business_day(self, day: date) -> bool:
        """True when hours start on that date."""
        return bool(self.blocks_of_day(day))

    def business_days_between(self, start: date, end: date) -> Iterator[date]:
        """Every business day of `[start, end)`, in order."""
        return (day for day in dates(start, end) if self.blocks_of_day(day))

    def add_business_days(self, day: date, count: int) -> date:
        """The count-th business day strictly after `day` (before, if negative); `day` itself for 0."""
        check_day(day)
        count = read_count(count)
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day = self._neighbour(day, step)
        return day

    def _neighbour(self, day: date, step: int) -> date:
        """The next business day in the direction of `step`; raises `NeverOpen`."""
        # Nearly always within a week or so; how far to look at all is worked out only after that.
        here = day.toordinal() + step
        reach = min(here + _NEAR_DAYS, _STOP) if step > 0 else max(here - _NEAR_DAYS, _STOP_BACK)
        found = self._first_business_day(here, reach, step)
        if found is not None:
            return found
        limit = self._search_limit(day, step)
        found = self._first_business_day(reach, limit, step)
        if found is not None:
            return found
        if self.schedule.is_never_open() or _STOP_BACK < limit < _STOP:
            raise NeverOpen(f"there is no business day {'after' if step > 0 else 'before'} {day}")
        raise CalendarError(f"the answer lies beyond the years that a calendar reaches, {REACH}")

    def _first_business_day(self, start: int, stop: int, step: int) -> date | None:
        """The first business day among the ordinals from start to stop, the stop left out."""
        days = (date.fromordinal(ordinal) for ordinal in range(start, stop, step))
        return next((day for day in days if self.blocks_of_day(day)), None)

    def _search_limit(self, day: date, step: int) -> int:
        if self.schedule.is_never_open():
            return day.toordinal()
        named = [date(year, 7, 1).toordinal() for year in self.schedule.dated_years()]
        if step > 0:
            return min(max([day.toordinal(), *named]) + _QUIET_DAYS, _STOP)
        return max(min([day.toordinal(), *named]) - _QUIET_DAYS, _STOP_BACK)

    def count_business_days(self, start: date, end: date, closed: Closed = "left") -> int:
        """Business days from start to end; negative when end is earlier.

        `closed` says which of the two dates counts: "left" is `start`, "right" is `end`, as written.
        """
        if closed not in _CLOSED:
            raise bad_choice("closed", closed, _CLOSED)
        check_day(start)
        check_day(end)
        if start > end:
            mirrored: Closed = "right" if closed == "left" else "left" if closed == "right" else "both"
            return -self.count_business_days(end, start, mirrored)
        first = start + ONE_DAY if closed == "right" else start
        until = end if closed == "left" else end + ONE_DAY
        return sum(1 for _ in self.business_days_between(first, until))

    def business_date(self, instant_us: int) -> date:
        """The date to which the instant belongs: that of the shift it falls in, else the date on the wall."""
        return self._shift_day(instant_us, self.local_date(instant_us))

    def _shift_day(self, instant_us: int, day: date) -> date:
        for shift_day in (day, day - ONE_DAY):
            for start, end in self.blocks_of_day(shift_day):
                if start <= instant_us < end:
                    return shift_day
        return day

    def add_business_days_at_us(self, instant_us: int, count: int) -> int:
        """The same wall time `count` business days on, rolled to the next opening if shut then.

        A closing instant stays. In a night shift the wall time counts from the shift's own date, so the
        fourth hour of Friday's shift leads to the fourth hour of Monday's.
        """
        landed, count = instant_us, read_count(count)
        if count:
            shift = self._shift_us(instant_us, count)
            landed = self._same_wall_time_us(instant_us, count) if shift is None else instant_us + shift
        edges = self.table_us(landed - 1, landed).edges
        i = bisect_left(edges, landed)
        return landed if i & 1 else self.next_open_us(landed)

    def _same_wall_time_us(self, instant_us: int, count: int) -> int:
        wall = to_datetime(instant_us, self.zone).replace(tzinfo=None)
        day = self._shift_day(instant_us, wall.date())
        moved = self._moves.get((day, count))
        if moved is None:
            moved = self._moves[day, count] = self.add_business_days(day, count) - day
        return wall_us(wall + moved, self.zone)

    def _shift_us(self, instant_us: int, count: int) -> int | None:
        """How far `count` business days move everything that is open together with an instant; remembered.

        None when it differs, or may: where the clocks change, and for hours that run over midnight.
        """
        table = self.table_us(instant_us, instant_us + 1)
        i = bisect_right(table.edges, instant_us)
        if not i & 1:
            return None
        start, end = table.edges[i - 1], table.edges[i]
        known = self._shifts.get((start, end, count), 0)
        if known == 0:
            known = self._find_shift_us(start, end, count)
            self._shifts[start, end, count] = known
        return known

    def _find_shift_us(self, start: int, end: int, count: int) -> int | None:
        first, last = to_datetime(start, self.zone), to_datetime(end - 1, self.zone)
        day = first.date()
        is_plain = day == last.date() and first.utcoffset() == last.utcoffset()
        if not is_plain or (start, end) not in self.blocks_of_day(day):
            return None
        shift = self._same_wall_time_us(start, count) - start
        return shift if self._same_wall_time_us(end - 1, count) == end - 1 + shift else None

    def end_of_business_day_us(self, instant_us: int, count: int) -> int:
        """The closing of the count-th business day strictly after the business date of the instant.

        For 0 it is the closing of that date itself, or of the next business day when that date is shut.
        """
        day = self.business_date(instant_us)
        if count or not self.blocks_of_day(day):
            day = self.add_business_days(day, count or 1)
        return self.blocks_of_day(day)[-1][1]

    def last_close_on_or_before_us(self, day: date) -> int:
        """The last closing of the shifts that start on that date, or, if it is shut, of the business day before."""
        return self.blocks_of_day(day if self.blocks_of_day(day) else self._neighbour(day, -1))[-1][1]

    def skipped_days(self, start_us: int, end_us: int) -> list[SkippedDay]:
        """The dates touched by `[start_us, end_us)` on which no hours start, in order, each with its reason."""
        if end_us <= start_us:
            return []
        rules, exists = self._horizon.builder.rules, self._horizon.builder.exists
        skipped = []
        for day in dates(self.local_date(start_us), self.local_date(end_us - 1) + ONE_DAY):
            if not self.blocks_of_day(day) and exists(day):
                rule = rules.rule(day)
                # Hours that the rule gives but no block has were taken by a break.
                skipped.append(SkippedDay(day, rule.reason or "break", rule.name))
        return skipped
