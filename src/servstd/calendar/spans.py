"""From wall hours to instants: blocks of one date, and merged edges of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from servstd.calendar.day_rules import DayRules
from servstd.calendar.instants import day_us, wall_us
from servstd.calendar.schedule import Schedule, Spans

Block = tuple[int, int]
Blocks = tuple[Block, ...]
ONE_DAY = timedelta(days=1)


def dates(first: date, until: date) -> Iterator[date]:
    """Every date of `[first, until)`."""
    for ordinal in range(first.toordinal(), until.toordinal()):
        yield date.fromordinal(ordinal)


def merge(blocks: Iterable[Block]) -> list[Block]:
    """Sorted blocks without overlap; blocks that touch become one."""
    merged: list[Block] = []
    for start, end in sorted(blocks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def cut(blocks: Iterable[Block], holes: Iterable[Block]) -> list[Block]:
    """The blocks without the time that any hole covers."""
    left = list(blocks)
    for hole_start, hole_end in holes:
        pieces = [
            piece for start, end in left for piece in ((start, min(end, hole_start)), (max(start, hole_end), end))
        ]
        left = [(start, end) for start, end in pieces if start < end]
    return left


class SpanBuilder:
    """Turns the dates of one schedule into UTC blocks; all instants are integer microseconds."""

    def __init__(self, schedule: Schedule, zone: ZoneInfo) -> None:
        self.rules = DayRules(schedule)
        self._zone = zone

    def midnight_us(self, day: date) -> int:
        """The instant at which `day` begins; in a gap, the first instant after it."""
        return day_us(day, self._zone)

    def exists(self, day: date) -> bool:
        """False for a date that the zone skipped (Apia, 2011-12-30)."""
        return self.midnight_us(day) < self.midnight_us(day + ONE_DAY)

    def blocks(self, day: date) -> Blocks:
        """The open blocks of the shifts that start on `day`, merged among themselves; may end on the next date."""
        found = self._instants(day, self.rules.rule(day).spans)
        if self.rules.has_clipping:
            found = self._clip(day, found)
        if self.rules.has_breaks and found:
            near = (day - ONE_DAY, day, day + ONE_DAY)
            found = cut(found, [hole for other in near for hole in self._instants(other, self.rules.breaks(other))])
        return tuple(merge(found))

    def _instants(self, day: date, spans: Spans) -> list[Block]:
        if not spans or not self.exists(day):
            return []
        midnight, found = datetime(day.year, day.month, day.day), []
        for start_s, end_s in spans:
            start = wall_us(midnight + timedelta(0, start_s), self._zone)
            end = wall_us(midnight + timedelta(0, end_s), self._zone)
            if start < end:  # in a gap, the moved start may lie after the end
                found.append((start, end))
        return found

    def _clip(self, day: date, blocks: list[Block]) -> list[Block]:
        """Cut holidays at local midnight; what a shift of yesterday's holiday leaves after midnight is today's."""
        yesterday, tomorrow = day - ONE_DAY, day + ONE_DAY
        if self.rules.is_clipped(yesterday):
            blocks = blocks + self._instants(yesterday, self.rules.week_spans(yesterday))
        holes = [
            (self.midnight_us(other), self.midnight_us(other + ONE_DAY))
            for other in (yesterday, day, tomorrow)
            if self.rules.is_clipped(other)
        ]
        return cut(blocks, holes)

    def edges(self, first: date, until: date) -> list[int]:
        """Opening and closing instants in turn, of all open time within the dates `[first, until)`.

        Time that is open at either limit is cut there, so that the edges of neighbouring ranges fit together.
        """
        start_us, end_us = self.midnight_us(first), self.midnight_us(until)
        # Two days back: a shift may run over midnight, and a zone may skip the date in between.
        blocks = (block for day in dates(first - 2 * ONE_DAY, until) for block in self.blocks(day))
        within = ((max(start, start_us), min(end, end_us)) for start, end in blocks)
        return [edge for block in merge(b for b in within if b[0] < b[1]) for edge in block]
