"""Periods in which something is owed once: days, weeks, months, quarters, in a calendar's zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from servstd.units import Period

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar

_MONTHS = {"calendar month": 1, "calendar quarter": 3, "fiscal quarter": 3, "calendar year": 12}


def periods(
    period: Period, begin: int, end: int, calendar: BusinessCalendar, fiscal_year_start: int
) -> Iterator[tuple[int, int]]:
    """The periods that touch the stretch between two instants, as (first instant, first instant after it)."""
    first, last = calendar.local_date(begin), calendar.local_date(end)
    day = _first_of(period, first, fiscal_year_start)
    while day <= last:
        following = _next(period, day)
        if period.unit != "business day" or calendar.is_business_day(day):
            yield calendar.midnight_us(day), calendar.midnight_us(following)
        day = following


def _first_of(period: Period, day: date, fiscal_year_start: int) -> date:
    if period.unit == "calendar week":
        return day - timedelta(days=day.weekday())
    if period.unit not in _MONTHS:
        return day
    length = _MONTHS[period.unit]
    start = fiscal_year_start if period.unit == "fiscal quarter" else 1
    back = (day.month - start) % length
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)


def _next(period: Period, day: date) -> date:
    if period.unit == "calendar week":
        return day + timedelta(days=7)
    if period.unit not in _MONTHS:
        return day + timedelta(days=1)
    year, month = divmod(day.year * 12 + day.month - 1 + _MONTHS[period.unit], 12)
    return date(year, month + 1, 1)
