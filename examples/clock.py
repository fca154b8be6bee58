"""The little that the generators need to know about office hours and chance; independent of servstd on purpose.

The examples come with figures that were counted without the library. So the due times behind them are computed here,
by the plainest code that does it, and a test can compare the two.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """Opening hours in one zone: `hours` maps a weekday (0 is Monday) to spans of wall time; `closed` lists days."""

    zone: ZoneInfo
    hours: Mapping[int, Sequence[tuple[time, time]]]
    closed: frozenset[date] = field(default_factory=frozenset)

    def local(self, day: date, wall: time) -> datetime:
        """The instant of a wall time, in UTC, so that later comparisons are true to the second in a DST night."""
        return datetime.combine(day, wall, self.zone).astimezone(UTC)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Open spans of one local day, half-open, in UTC."""
        if day in self.closed:
            return []
        hours = self.hours.get(day.weekday(), ())
        return [(self.local(day, opens), self.local(day, closes)) for opens, closes in hours]

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        return bool(self.spans(day))

    def business_day(self, day: date, count: int) -> date:
        """The count-th business day strictly after `day`."""
        while count:
            day += DAY
            count -= self.is_business_day(day)
        return day

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self.spans(self.day_of(at)))

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening."""
        day = self.day_of(at)
        while True:
            for opens, closes in self.spans(day):
                if at < closes:
                    return max(at, opens)
            day += DAY

    def due(self, received: datetime, days: int = 1) -> datetime:
        """Same wall time some business days after the clock starts; when shut then, the next opening.

        A due time that falls on a closing instant stays there.
        """
        start = self.next_open(received).astimezone(self.zone)
        due = self.local(self.business_day(start.date(), days), start.time())
        if any(closes == due for _, closes in self.spans(self.day_of(due))):
            return due
        return self.next_open(due)


class Dice:
    """Chance that gives the same month everywhere.

    Only `random.random()` is promised to stay the same from one Python to the next, so all else is made from it.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        return things[self.whole(0, len(things) - 1)]

    def weighted(self, weights: Mapping[str, float]) -> str:
        """One of the keys, as often as its weight says."""
        left = self._random.random() * sum(weights.values())
        for key, weight in weights.items():
            left -= weight
            if left < 0:
                return key
        return key

    def shuffled(self, things: Sequence[T]) -> list[T]:
        pool = list(things)
        return [pool.pop(self.whole(0, len(pool) - 1)) for _ in things]

    def between(self, start: datetime, end: datetime) -> datetime:
        """A whole second in [start, end)."""
        return start + timedelta(seconds=self.whole(0, max(0, int((end - start).total_seconds()) - 1)))

    def open_moment(self, office: Office, day: date) -> datetime:
        """A whole second while the office is open; `day` must be a business day."""
        opens, closes = self.pick(office.spans(day))
        return self.between(opens, closes)
