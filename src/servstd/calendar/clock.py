"""The clock of open time, in integer UTC microseconds: the reference for every other path.

All answers come from one table of openings and closings (horizon.py) by bisection; nothing walks along the
calendar, and nothing loops beyond a fixed number of years.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from servstd.calendar.arguments import bad_choice
from servstd.calendar.horizon import REACH, Horizon, Table
from servstd.calendar.schedule import Schedule
from servstd.errors import CalendarError, NeverOpen

Landing = Literal["close", "open"]
LANDINGS: tuple[Landing, ...] = get_args(Landing)
_Pick = Callable[[Table, int], int | None]


class Clock:
    """Open time of one schedule; instants and durations are int microseconds."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.zone = ZoneInfo(schedule.time_zone)
        self._horizon = Horizon(schedule, self.zone)
        self._table = self._horizon.table
        self.arrays: object = None  # the table as numpy arrays, once vector.py has made them

    def table_us(self, start_us: int, end_us: int) -> Table:
        """The table of openings and closings, grown to cover `[start_us, end_us)`; never change it."""
        table = self._table
        if start_us < table.lo or end_us > table.hi:
            table = self._table = self._horizon.cover(start_us, end_us)
        return table

    def elapsed_us(self, start_us: int, end_us: int) -> int:
        """Open time from start to end; negative when end is earlier."""
        edges, sums, _, lo, hi, _, _ = self._table
        if not (lo <= start_us <= hi and lo <= end_us <= hi):
            edges, sums, *_ = self.table_us(min(start_us, end_us), max(start_us, end_us))
        i = bisect_right(edges, end_us)
        j = bisect_right(edges, start_us)
        after = sums[i] + end_us if i & 1 else sums[i]
        return after - sums[j] - start_us if j & 1 else after - sums[j]

    def add_us(self, start_us: int, duration_us: int, landing: Landing = "close") -> int:
        """The instant nearest `start_us` that lies `duration_us` of open time after it (before it, if negative).

        `landing="open"` moves an instant that is not open on to the next opening. Raises `NeverOpen`.
        """
        if landing not in LANDINGS:
            raise bad_choice("landing", landing, LANDINGS)
        if duration_us > 0:
            bisect = bisect_left if landing == "close" else bisect_right
            edges, sums, ends, lo, hi, _, _ = self._table
            if not lo <= start_us < hi:
                return self._add_forward(start_us, duration_us, bisect)
            i = bisect_right(edges, start_us)
            target = (sums[i] + start_us if i & 1 else sums[i]) + duration_us
            block = bisect(ends, target)
            return (
                target - sums[2 * block + 1] if block < len(ends) else self._add_forward(start_us, duration_us, bisect)
            )
        landed = start_us if duration_us == 0 else self._add_backward(start_us, -duration_us)
        return landed if landing == "close" else self.next_open_us(landed)

    def limit_us(self, start_us: int, duration_us: int) -> tuple[int, int, int]:
        """When a clock begins to run that is started at an instant, and when so much open time is used up, twice.

        The last two are `add_us` from the first, landing at a closing and at the next opening.
        """
        edges, sums, ends, lo, hi, _, _ = self._table
        if lo <= start_us < hi and duration_us > 0:
            i = bisect_right(edges, start_us)
            if i < len(edges):
                begin = start_us if i & 1 else edges[i]
                target = (sums[i] + start_us if i & 1 else sums[i]) + duration_us
                block = bisect_left(ends, target)
                if block + 1 < len(ends):
                    close = target - sums[2 * block + 1]
                    return begin, close, close if target < ends[block] else edges[2 * block + 2]
        begin = self.next_open_us(start_us)
        return begin, self.add_us(begin, duration_us), self.add_us(begin, duration_us, "open")

    def _add_forward(self, start_us: int, duration_us: int, bisect: Callable[[list[int], int], int]) -> int:
        table = self.table_us(start_us, start_us + 1)
        while True:
            edges, sums, ends, *_ = table
            i = bisect_right(edges, start_us)
            target = (sums[i] + start_us if i & 1 else sums[i]) + duration_us
            block = bisect(ends, target)
            if block < len(ends):
                return target - sums[2 * block + 1]
            since = max(edges[-1], start_us) if edges else start_us
            table = self._longer(table, since)

    def _add_backward(self, start_us: int, duration_us: int) -> int:
        table = self.table_us(start_us - 1, start_us)
        while True:
            edges, sums, ends, *_ = table
            i = bisect_left(edges, start_us)
            target = (sums[i] + start_us if i & 1 else sums[i]) - duration_us
            if target >= 0:
                return target - sums[2 * bisect_right(ends, target) + 1]
            since = min(edges[0], start_us) if edges else start_us
            table = self._longer_before(table, since)

    def is_open_us(self, instant_us: int) -> bool:
        """True inside a half-open interval `[opening, closing)`."""
        return bisect_right(self.table_us(instant_us, instant_us + 1).edges, instant_us) & 1 == 1

    def next_open_us(self, instant_us: int) -> int:
        """The instant itself when open, else the next opening."""
        edges = self.table_us(instant_us, instant_us + 1).edges
        i = bisect_right(edges, instant_us)
        if i & 1:
            return instant_us
        return edges[i] if i < len(edges) else self._forward(instant_us, _next_opening)

    def previous_open_us(self, instant_us: int) -> int:
        """The instant itself when it was open just before, else the last closing."""
        edges = self.table_us(instant_us - 1, instant_us).edges
        i = bisect_left(edges, instant_us)
        if i & 1:
            return instant_us
        return edges[i - 1] if i else self._backward(instant_us, _previous_close)

    def next_opening_us(self, instant_us: int) -> int:
        """The first opening strictly after the instant."""
        return self._forward(instant_us, _next_opening)

    def next_close_us(self, instant_us: int) -> int:
        """The first closing strictly after the instant."""
        return self._forward(instant_us, _next_close)

    def previous_opening_us(self, instant_us: int) -> int:
        """The last opening strictly before the instant."""
        return self._backward(instant_us, _previous_opening)

    def previous_close_us(self, instant_us: int) -> int:
        """The last closing strictly before the instant."""
        return self._backward(instant_us, _previous_close)

    def intervals_us(self, start_us: int, end_us: int) -> tuple[tuple[int, int], ...]:
        """The open intervals within `[start_us, end_us)`, cut at both; none when end is not later."""
        if end_us <= start_us:
            return ()
        edges = self.table_us(start_us, end_us).edges
        i, j = bisect_right(edges, start_us), bisect_left(edges, end_us)
        cut = [*([start_us] if i & 1 else []), *edges[i:j], *([end_us] if j & 1 else [])]
        return tuple(zip(cut[::2], cut[1::2], strict=True))

    def _forward(self, instant_us: int, pick: _Pick) -> int:
        table = self.table_us(instant_us, instant_us + 1)
        while (found := pick(table, instant_us)) is None:
            table = self._longer(table, instant_us)
        return found

    def _backward(self, instant_us: int, pick: _Pick) -> int:
        table = self.table_us(instant_us - 1, instant_us)
        while (found := pick(table, instant_us)) is None:
            table = self._longer_before(table, instant_us)
        return found

    def _longer(self, table: Table, since_us: int) -> Table:
        longer = self._horizon.later(table, since_us)
        if longer is None:
            is_open = bool(table.edges) and table.edges[-1] == table.hi
            is_limit = not self._horizon.is_quiet_after(table, since_us)
            raise self._no_answer(f"after {self._horizon.say(since_us)}", is_open, is_limit)
        self._table = longer
        return longer

    def _longer_before(self, table: Table, since_us: int) -> Table:
        longer = self._horizon.earlier(table, since_us)
        if longer is None:
            is_open = bool(table.edges) and table.edges[0] == table.lo
            is_limit = not self._horizon.is_quiet_before(table, since_us)
            raise self._no_answer(f"before {self._horizon.say(since_us)}", is_open, is_limit)
        self._table = longer
        return longer

    @staticmethod
    def _no_answer(when: str, is_open: bool, is_limit: bool) -> CalendarError:
        if is_limit:
            return CalendarError(f"the answer lies beyond the years that a calendar reaches, {REACH}")
        if is_open:
            return CalendarError(f"the calendar is open without a break {when}")
        return NeverOpen(f"the calendar never opens {when}")


def _next_opening(table: Table, instant_us: int) -> int | None:
    i = bisect_right(table.edges, instant_us)
    i += i & 1
    return table.edges[i] if i < len(table.edges) else None


def _next_close(table: Table, instant_us: int) -> int | None:
    i = bisect_right(table.edges, instant_us) | 1
    return table.edges[i] if i < len(table.edges) and table.edges[i] < table.hi else None


def _previous_opening(table: Table, instant_us: int) -> int | None:
    i = bisect_left(table.edges, instant_us) - 1
    i -= i & 1
    return table.edges[i] if i >= 0 and table.edges[i] > table.lo else None


def _previous_close(table: Table, instant_us: int) -> int | None:
    i = bisect_left(table.edges, instant_us)
    i -= 1 + (i & 1)
    return table.edges[i] if i > 0 else None
