"""Periods: the half hour, day, week, month, quarter or year of an instant, in the zone of whoever reads the figure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from servstd.objective.target import PERIODS
from servstd.spelling import nearest
from servstd.values import local, parse_instant, to_us

Per = Literal["15 minutes", "30 minutes", "hour", "day", "week", "month", "quarter", "year"]
_MINUTES = {"15 minutes": 15, "30 minutes": 30, "hour": 60}
INSTANTS = ("received_at", "clock_started_at", "decided_at")
"""By which a verdict belongs to a period: the first that it has."""
CALENDAR_PERIODS = PERIODS[1:]
_PERS = (*_MINUTES, *CALENDAR_PERIODS)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open stretch of time [start, end) with its label: `2026-05-22`, `2026-W21`, `2026-05`, `2026-Q2`, `2026`.

    Weeks are those of ISO 8601: they begin on Monday. Shorter ones are `2026-05-22T15:30-04:00`. Periods sort by start.
    One that would end after the year 9999 ends with it.
    """

    start: datetime
    end: datetime
    label: str

    def __contains__(self, instant: object) -> bool:
        # Not by the instants themselves: two of one zone are compared by the wall clock.
        return isinstance(instant, datetime) and to_us(self.start) <= to_us(instant) < to_us(self.end)

    def is_over(self, as_of: datetime) -> bool:
        """True from its end on."""
        return to_us(as_of) >= to_us(self.end)


def period_at(instant: datetime, per: str, time_zone: str | tzinfo = "UTC") -> Period:
    """The period in which an aware instant lies, by the local date or clock in `time_zone`.

    `per` is 15 minutes, 30 minutes, hour, day, week, month, quarter or year. Where the date in `time_zone` lies outside
    the years 1 to 9999, that of UTC counts. Raises `ValueError` for another `per`, and for a naive instant.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"{str(instant)!r} has no time zone")
    zone = as_zone(time_zone)
    try:
        here = instant.astimezone(zone)
    except (OverflowError, ValueError):
        here = local(to_us(instant), zone)
    return _interval(here, _MINUTES[per], zone) if per in _MINUTES else _period(here.date(), per, zone)


def periods_between(first: datetime, last: datetime, per: str, time_zone: str | tzinfo = "UTC") -> list[Period]:
    """Every period from that of `first` to that of `last`, empty ones too."""
    period = period_at(first, per, time_zone)
    found = [period]
    while period.is_over(last):
        following = period_at(period.end, per, time_zone)
        if following == period:  # the last that there is
            break
        found.append(following)
        period = following
    return found


def previous_period(period: Period, per: str, time_zone: str | tzinfo = "UTC") -> Period:
    """The period before."""
    return period_at(period.start.astimezone(UTC) - timedelta(microseconds=1), per, time_zone)


def read_columns(verdict: Any) -> Callable[[str], Any]:
    """How to read a column of a `Verdict`, or of a row of the verdict table, by its name; None when it has none."""
    return verdict.get if isinstance(verdict, Mapping) else lambda name: getattr(verdict, name, None)


def verdict_at(read: Callable[[str], Any]) -> datetime | None:
    """The instant by which a verdict belongs to a period: receipt, else the clock's start, else the decision.

    `read` is what `read_columns` gives. By receipt, so that a late answer stays in the week in which it was owed.
    None when it has no instant at all. Raises `ValueError` for one without a time zone.
    """
    for name in INSTANTS:
        value = read(name)
        if value is not None and value != "":
            return parse_instant(value)
    return None


def verdict_period(read: Callable[[str], Any], per: str, time_zone: str | tzinfo) -> str | None:
    """The label of the period by which a row of the verdict table goes; None when it has no instant."""
    at = verdict_at(read)
    return None if at is None else period_at(at, per, time_zone).label


def as_zone(time_zone: str | tzinfo) -> tzinfo:
    """A zone by its name, or as it is."""
    return ZoneInfo(time_zone) if isinstance(time_zone, str) else time_zone


def newest(instants: Iterable[datetime | None]) -> datetime | None:
    """The latest of some instants; None when there is none."""
    return max((one for one in instants if one is not None), key=to_us, default=None)


def _interval(here: datetime, minutes: int, zone: tzinfo) -> Period:
    """By the local clock, of real time: in the hour that comes twice each stretch comes twice."""
    past_us = (here.minute % minutes * 60 + here.second) * 1_000_000 + here.microsecond
    start_us = to_us(here) - past_us
    start, end = local(start_us, zone), local(start_us + minutes * 60_000_000, zone)
    return Period(start, end, start.isoformat(timespec="minutes"))


def _period(day: date, per: str, zone: tzinfo) -> Period:
    if per == "day":
        return _made(day, _after(day, 1), day.isoformat(), zone)
    if per == "week":
        year, week, weekday = day.isocalendar()
        start = day - timedelta(days=weekday - 1)
        return _made(start, _after(start, 7), f"{year:04}-W{week:02}", zone)
    months = {"month": 1, "quarter": 3, "year": 12}.get(per)
    if months is None:
        hint = nearest(per, _PERS)
        raise ValueError(f"{per!r} is not one of {', '.join(_PERS)}" + (f"; {hint}" if hint else ""))
    begin = (day.month - 1) // months * months
    label = {1: f"-{day.month:02}", 3: f"-Q{begin // 3 + 1}", 12: ""}[months]
    start = date(day.year, begin + 1, 1)
    end = date(day.year, begin + months, 1)
    return _made(start, _after(end, monthrange(end.year, end.month)[1]), f"{day.year:04}{label}", zone)


def _after(day: date, days: int) -> date | None:
    """The day so many days later; None after the year 9999."""
    return day + timedelta(days=days) if days <= (date.max - day).days else None


def _made(start: date, end: date | None, label: str, zone: tzinfo) -> Period:
    until = datetime.combine(date.max, time.max, zone) if end is None else datetime.combine(end, time(), zone)
    return Period(datetime.combine(start, time(), zone), until, label)
