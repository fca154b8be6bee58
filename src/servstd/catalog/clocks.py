"""When the clocks of a time zone change, by the time-zone data in use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def clock_changes(zone_name: str, first: int, last: int) -> dict[str, str]:
    """The dates of the years `first` to `last` after which a zone has another offset, with the new offset.

    Dates are those of UTC: `{"2026-03-29": "UTC+01:00"}`. A change that is taken back within a week is not seen.
    """
    zone, day, end = ZoneInfo(zone_name), datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    found: dict[str, str] = {}
    while day < end:
        week = day + 7 * _DAY
        if _offset(day, zone) != _offset(week, zone):
            days = [day + n * _DAY for n in range(8)]
            for one, following in pairwise(days):
                if _offset(one, zone) != _offset(following, zone):
                    found[one.date().isoformat()] = _text(_offset(following, zone))
        day = week
    return found


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _text(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
