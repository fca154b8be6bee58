"""What is odd about the dates of a calendar: the dates that a year at a glance has to point at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from servstd.calendar.instants import to_datetime
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.spans import ONE_DAY, dates
from servstd.calendar.wording import show_blocks, show_date, show_length, show_spans


class DayKind(StrEnum):
    """How a date differs from its weekday; the value names it in a legend."""

    OPEN = "open"
    SHORT = "shorter than usual"
    LONG = "longer than usual"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    WEEKEND = "no hours that weekday"
    MISSING = "no such date"


@dataclass(frozen=True, slots=True)
class DayView:
    """One date: its hours as text, what there is to say of it, and its open time in microseconds."""

    day: date
    kind: DayKind
    hours: str
    note: str
    open_us: int


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The clocks of the zone go from one wall time to another; both are naive, and the date is that of `after`."""

    before: datetime
    after: datetime

    @property
    def text(self) -> str:
        """`02:00 becomes 03:00`, with the date where that changes too."""
        day = "" if self.before.date() == self.after.date() else f"{show_date(self.before.date())} "
        return f"{day}{self.before:%H:%M} becomes {self.after:%H:%M}"


def view_day(calendar: BusinessCalendar, day: date) -> DayView:
    """What that date is like beside other dates of its weekday."""
    open_us = calendar.open_us_of_day(day)
    if not open_us:
        kind, note = _why_closed(calendar, day)
        return DayView(day, kind, "closed", note, 0)
    usual = calendar.schedule.phase(day).week[day.weekday()]
    usual_us = sum(end - start for start, end in usual) * 1_000_000
    hours = show_blocks(calendar.blocks_of_day(day), day, calendar.zone)
    note = "" if hours == show_spans(usual) else f"usually {show_spans(usual)}"
    if open_us == usual_us:
        return DayView(day, DayKind.OPEN, hours, note, open_us)
    if not note:
        note = f"{show_length(open_us)} instead of {show_length(usual_us)}, as the clocks change"
    return DayView(day, DayKind.SHORT if open_us < usual_us else DayKind.LONG, hours, note, open_us)


def _why_closed(calendar: BusinessCalendar, day: date) -> tuple[DayKind, str]:
    midnight = calendar.midnight_us(day)
    if midnight == calendar.midnight_us(day + ONE_DAY):
        return DayKind.MISSING, "the zone has no such date"
    [skipped] = calendar.skipped_days(midnight, midnight + 1)
    if skipped.reason == "holiday":
        return DayKind.HOLIDAY, skipped.name or "holiday"
    if skipped.reason == "weekend":
        return DayKind.WEEKEND, ""
    usual = calendar.schedule.phase(day).week[day.weekday()]
    return DayKind.CLOSED, f"usually {show_spans(usual)}" if usual else ""


def clock_changes(calendar: BusinessCalendar, first: date, until: date) -> list[ClockChange]:
    """Every change of the clocks on the dates `[first, until)`, in order."""
    return [change for day in dates(first, until) if (change := _change_on(calendar, day)) is not None]


def _change_on(calendar: BusinessCalendar, day: date) -> ClockChange | None:
    low, high = calendar.midnight_us(day), calendar.midnight_us(day + ONE_DAY)
    # A change at midnight itself belongs to the date that it begins.
    low -= 1
    if _offset(calendar, low) == _offset(calendar, high - 1):
        return None
    before = _offset(calendar, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(calendar, middle) == before else (low, middle)
    after = to_datetime(high, calendar.zone).replace(tzinfo=None)
    return ClockChange(after - _offset(calendar, high) + before, after)


def _offset(calendar: BusinessCalendar, instant_us: int) -> timedelta:
    return to_datetime(instant_us, calendar.zone).utcoffset() or timedelta()
