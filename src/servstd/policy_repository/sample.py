"""Made-up records that fit any opening hours: what the tests and the example log of a new repository are made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from servstd.calendar import BusinessCalendar, Interval
from servstd.calendar.day_view import DayKind, view_day
from servstd.calendar.spans import dates

# No clock is asked: the same settings give the same files.
FIRST_DAY = date(2026, 6, 1)
_SHARES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.5, 0.6, 0.7, 0.8, 0.95, 1.25)
_MINUTE = timedelta(minutes=1)


def first_open(calendar: BusinessCalendar, day: date = FIRST_DAY) -> datetime:
    """A whole minute soon after the first opening from a date on."""
    first = open_spans(calendar, datetime.combine(day, time(), calendar.zone))[0]
    start = first.start.astimezone(calendar.zone)
    return start + min(timedelta(hours=1), (first.end - first.start) // 4 // _MINUTE * _MINUTE)


def open_spans(calendar: BusinessCalendar, start: datetime) -> list[Interval]:
    """What is open from the next opening on, for about a month; one span when it never closes."""
    opening = calendar.next_open(start)
    return calendar.intervals(opening, opening + timedelta(days=31))


def find_holiday(calendar: BusinessCalendar) -> tuple[date, str] | None:
    """The first named holiday after the first day, of the same year, that shuts an otherwise open weekday."""
    for day in dates(FIRST_DAY, date(FIRST_DAY.year + 1, 1, 1)):
        view = view_day(calendar, day)
        if view.kind is DayKind.HOLIDAY and calendar.schedule.phase(day).week[day.weekday()]:
            return day, view.note
    return None


def sample_log(calendar: BusinessCalendar) -> str:
    """A small log in flat form: e-mails of a few weeks, most of them answered in time, a few late or not at all."""
    rows = ["id,channel,audience,priority,received_at,responded_at"]
    return "\n".join([*rows, *_rows(calendar)]) + "\n"


def _rows(calendar: BusinessCalendar) -> Iterator[str]:
    received = first_open(calendar)
    day = _length_of_a_day(calendar, received)
    for number in range(48):
        share = _SHARES[number * 7 % len(_SHARES)]
        responded = calendar.add(received, share * day).astimezone(calendar.zone)
        answer = "" if number % 23 == 22 else _minute(responded)
        priority = "high" if number % 4 == 1 else "normal"
        yield f"E-{number + 1},email,external,{priority},{_minute(received)},{answer}"
        received = _next(calendar, received, day, number)


def _next(calendar: BusinessCalendar, received: datetime, day: timedelta, number: int) -> datetime:
    step = day * (0.21 + 0.07 * (number % 5))
    return calendar.add(received, step // _MINUTE * _MINUTE, landing="open").astimezone(calendar.zone)


def _length_of_a_day(calendar: BusinessCalendar, instant: datetime) -> timedelta:
    return timedelta(microseconds=calendar.open_us_of_day(instant.astimezone(calendar.zone).date())) or timedelta(
        hours=8
    )


def _minute(instant: datetime) -> str:
    return written(instant.replace(second=0, microsecond=0))


def written(instant: datetime) -> str:
    """An instant as tests and logs write it, with its offset."""
    return instant.isoformat(timespec="minutes")
