"""A slow calendar that walks minute by minute, to hold the real one against. It shares no code with it.

It reads plain data: `week` is seven lists of (from_minute, to_minute), where to <= from runs over midnight;
`closed` and `dated` go by date. A wall minute becomes an instant as PEP 495 says with fold=0.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
Span = tuple[int, int]


class Oracle:
    """Open minutes of a zone, kept as a set."""

    def __init__(
        self,
        zone: str,
        week: list[list[Span]],
        closed: set[date],
        dated: dict[date, list[Span]],
        breaks: dict[date, Span],
    ) -> None:
        self.zone = ZoneInfo(zone)
        self.week, self.closed, self.dated, self.breaks = week, closed, dated, breaks

    def instant(self, day: date, minute: int) -> datetime:
        """UTC instant of a wall minute of that day; may be past 24:00."""
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def is_real(self, day: date) -> bool:
        """Whether noon, or any other hour, of that date shows on the clocks."""
        hours = (self.instant(day, 60 * hour) for hour in range(24))
        return any(hour.astimezone(self.zone).date() == day for hour in hours)

    def spans(self, day: date) -> list[Span]:
        if day in self.dated:
            return self.dated[day]
        return [] if day in self.closed else self.week[day.weekday()]

    def blocks(self, day: date) -> list[tuple[datetime, datetime]]:
        """Open blocks that start on that date, before breaks, unsorted."""
        if not self.is_real(day):
            return []
        found = []
        for start, end in self.spans(day):
            last = end if end > start else end + 1440
            found.append((self.instant(day, start), self.instant(day, last)))
        return [block for block in found if block[0] < block[1]]

    def is_open(self, instant: datetime) -> bool:
        local = instant.astimezone(self.zone).date()
        days = [local + timedelta(days=step) for step in (-2, -1, 0, 1)]
        for day in days:
            if day in self.breaks and self.is_real(day):
                start, end = self.breaks[day]
                if self.instant(day, start) <= instant < self.instant(day, end):
                    return False
        return any(start <= instant < end for day in days for start, end in self.blocks(day))

    def open_minutes(self, start: datetime, end: datetime) -> list[datetime]:
        """Every open minute of `[start, end)`; zones of whole minutes only."""
        found, minute = [], start
        while minute < end:
            if self.is_open(minute):
                found.append(minute)
            minute += MINUTE
        return found
