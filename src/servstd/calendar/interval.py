"""A stretch of time with a start and an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Half-open, `[start, end)`; both are aware."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """Real time from start to end."""
        # By way of UTC, as two datetimes of one zone subtract by their wall clocks.
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)
