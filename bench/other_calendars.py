"""Other Python libraries for business hours, each behind the same two questions, asked as its documentation says.

Every library gets the form of instant that it takes, made beforehand and not timed. `None` in place of a method means
that the library has no such question; `Unable` that it can not express these hours.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Spans = tuple[tuple[int, int], ...]


class Unable(Exception):
    """The library can not express these hours."""


@dataclass(frozen=True)
class Hours:
    """The same spans (minutes after midnight) on each of `days` (0 is Monday) but for `closed` dates."""

    zone: str
    days: tuple[int, ...]
    spans: Spans
    closed: frozenset[date] = field(default=frozenset())

    def is_open_day(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.closed

    def only_span(self) -> tuple[time, time]:
        """Opening and closing, for libraries that know one span a day."""
        if len(self.spans) > 1:
            raise Unable("one span a day only")
        return _time(self.spans[0][0]), _time(self.spans[0][1])


@dataclass(frozen=True)
class Questions:
    """How to ask one library about one set of hours."""

    prepare: Callable[[datetime], Any]
    elapsed: Callable[[Any, Any], Any] | None
    add: Callable[[Any, timedelta], Any] | None
    seconds: Callable[[Any], float] = timedelta.total_seconds
    instant: Callable[[Any], datetime] = lambda found: found


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _text(minute: int) -> str:
    return f"{_time(minute):%H:%M}"


def _naive(hours: Hours) -> Callable[[datetime], datetime]:
    zone = ZoneInfo(hours.zone)
    return lambda instant: instant.astimezone(zone).replace(tzinfo=None)


def _aware(hours: Hours) -> Callable[[datetime], datetime]:
    zone = ZoneInfo(hours.zone)
    return lambda wall: wall.replace(tzinfo=zone).astimezone(UTC)


def servstd(hours: Hours, to_zone: bool = False) -> Questions:
    from servstd import BusinessCalendar

    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    spans = ", ".join(f"{_text(start)}-{_text(end)}" for start, end in hours.spans)
    calendar = BusinessCalendar.from_spec(
        {
            "time_zone": hours.zone,
            "hours": {names[day]: spans for day in hours.days},
            "holidays": {"dates": sorted(map(str, hours.closed))},
        }
    )
    zone = ZoneInfo(hours.zone) if to_zone else UTC
    return Questions(lambda instant: instant.astimezone(zone), calendar.elapsed, calendar.add)


def servstd_in_zone(hours: Hours) -> Questions:
    return servstd(hours, to_zone=True)


def businesstimedelta(hours: Hours) -> Questions:
    import businesstimedelta as library
    import pytz

    zone, days = pytz.timezone(hours.zone), list(hours.days)
    rules = [library.WorkDayRule(_time(start), _time(end), days, tz=zone) for start, end in hours.spans]
    if hours.closed:
        far = date(2027, 5, 1)  # it fails when no holiday is to come
        rules.append(library.HolidayRule([*sorted(hours.closed), far], tz=zone))
    rule = library.Rules(rules)
    return Questions(
        lambda instant: instant,
        rule.difference,
        lambda start, duration: start + library.BusinessTimeDelta(rule, timedelta=duration),
        lambda found: found.timedelta.total_seconds(),
    )


def business_duration(hours: Hours) -> Questions:
    from business_duration import businessDuration

    start, end = hours.only_span()
    weekend, closed = [day for day in range(7) if day not in hours.days], sorted(hours.closed) or None

    def elapsed(first: datetime, second: datetime) -> Any:
        return businessDuration(first, second, start, end, weekend, closed, "sec")

    return Questions(_naive(hours), elapsed, None, float)


def bizdurr(hours: Hours) -> Questions:
    import bizdurr as library

    hours.only_span()
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    span = {"start": _text(hours.spans[0][0]), "end": _text(hours.spans[0][1])}
    duration = library.BusinessDuration(
        business_hours={names[day]: span for day in hours.days},
        business_timezone=hours.zone,
        holidays=sorted(hours.closed),
    )
    zone = ZoneInfo(hours.zone)  # it takes any zone, and is quickest with its own
    return Questions(lambda instant: instant.astimezone(zone), duration.calculate, None)


def businesstime(hours: Hours) -> Questions:
    import businesstime as library

    weekend = tuple(day for day in range(7) if day not in hours.days)
    calendar = library.BusinessTime(business_hours=hours.only_span(), weekends=weekend, holidays=sorted(hours.closed))
    return Questions(_naive(hours), calendar.businesstime_hours, None)


def timeboard(hours: Hours) -> Questions:
    import timeboard as library

    first, minute = datetime.combine(date(2026, 1, 1), time()), timedelta(minutes=1)
    labels = []
    for number in range(400):
        day = (first + timedelta(days=number)).date()
        open_minutes = {m for start, end in hours.spans for m in range(start, end)} if hours.is_open_day(day) else ()
        labels += [int(m in open_minutes) for m in range(1440)]
    board = library.Timeboard("min", first, first + (len(labels) - 1) * minute, layout=labels)

    def elapsed(start: datetime, end: datetime) -> Any:
        return board.get_interval((start, end - minute)).count()

    def add(start: datetime, duration: timedelta) -> Any:
        return board.get_workshift(start).rollforward().rollforward(steps=duration // minute - 1)

    to_aware = _aware(hours)
    return Questions(
        _naive(hours), elapsed, add, lambda count: 60.0 * count, lambda unit: to_aware(unit.to_timestamp() + minute)
    )


def pandas(hours: Hours) -> Questions:
    import pandas as library

    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    zone = ZoneInfo(hours.zone)

    def add(start: Any, duration: timedelta) -> Any:
        return start + (duration // timedelta(hours=1)) * hour

    hour = library.offsets.CustomBusinessHour(
        1,
        weekmask=" ".join(names[day] for day in hours.days),
        holidays=sorted(hours.closed),
        start=[_text(start) for start, _ in hours.spans],
        end=[_text(end) for _, end in hours.spans],
    )
    return Questions(lambda instant: library.Timestamp(instant.astimezone(zone)), None, add)


# The distribution, how it is asked, and whether it takes aware datetimes.
LIBRARIES: dict[str, tuple[Callable[[Hours], Questions], bool]] = {
    "businesstimedelta": (businesstimedelta, True),
    "business-duration": (business_duration, False),
    "bizdurr": (bizdurr, True),
    "businesstime": (businesstime, False),
    "timeboard": (timeboard, False),
    "pandas": (pandas, True),
}


def version(name: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
