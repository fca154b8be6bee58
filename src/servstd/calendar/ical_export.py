"""A calendar's holidays and odd dates as an iCalendar file (RFC 5545).

A closed date is an all-day event. Where a date is open for less than its weekday, each stretch that is missing is
an event with times; where it is open for more, the rest is one too, marked as free. So a program that reads the
file as busy time, `from_ical` among them, comes to the same open time as the calendar, but for what is marked free
and for holidays that are cut at midnight (`holiday_clips_midnight`).
Weekly closing is not in the file: two events a week would bury the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from servstd.calendar.day_view import DayKind, view_day
from servstd.calendar.ical import require_icalendar
from servstd.calendar.instants import to_datetime, to_us, wall_us
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.spans import ONE_DAY, Block, cut, dates

_PRODUCT = "-//servstd//business calendar//EN"


class _Entry(NamedTuple):
    """One event; an all-day one has dates, the others instants."""

    start: date
    end: date
    name: str
    is_free: bool = False


def to_ical(calendar: BusinessCalendar, name: str, years: Iterable[int], stamped_at: datetime) -> str:
    """The file as text, with the line ends that the format asks for.

    `stamped_at` is when it is made: programs take the newer of two events with one uid. Raises `HolidaysUnknown` for
    a strict calendar, `CalendarError` for a stamp without a time zone, and `ModuleNotFoundError` without the
    `icalendar` library.
    """
    library, stamped_at = require_icalendar(), to_datetime(to_us(stamped_at), UTC)
    feed = library.Calendar()
    for key, value in (
        ("prodid", _PRODUCT),
        ("version", "2.0"),
        ("X-WR-CALNAME", name),
        ("X-WR-TIMEZONE", calendar.schedule.time_zone),
    ):
        feed.add(key, value)
    for year in sorted(set(years)):
        for entry in _entries(calendar, year):
            feed.add_component(_event(library.Event(), entry, name, stamped_at))
    text: str = feed.to_ical().decode()
    return text


def _entries(calendar: BusinessCalendar, year: int) -> Iterator[_Entry]:
    for day in dates(date(year, 1, 1), date(year + 1, 1, 1)):
        view = view_day(calendar, day)
        if view.kind is DayKind.HOLIDAY:
            yield _Entry(day, day + ONE_DAY, view.note)
        elif view.kind is DayKind.CLOSED:
            yield _Entry(day, day + ONE_DAY, "Closed")
        elif view.open_us:
            usual, blocks = _usual(calendar, day), calendar.blocks_of_day(day)
            # What another date's shift covers is not missing.
            missing = (
                block for start, end in usual for block in cut([(start, end)], calendar.intervals_us(start, end))
            )
            yield from (_timed(block, "Closed", False) for block in missing)
            yield from (_timed(block, "Open", True) for block in cut(blocks, usual))


def _usual(calendar: BusinessCalendar, day: date) -> list[Block]:
    """The hours of the weekday, as instants of that date."""
    midnight = datetime.combine(day, time())
    spans = calendar.schedule.phase(day).week[day.weekday()]
    edges = [tuple(wall_us(midnight + timedelta(seconds=one), calendar.zone) for one in span) for span in spans]
    return [(start, end) for start, end in edges if start < end]


def _timed(block: Block, name: str, is_free: bool) -> _Entry:
    start, end = (to_datetime(instant, UTC) for instant in block)
    return _Entry(start, end, name, is_free)


def _event(event: Any, entry: _Entry, calendar_name: str, stamped_at: datetime) -> Any:
    start = f"{entry.start:%Y%m%dT%H%M%SZ}" if isinstance(entry.start, datetime) else f"{entry.start:%Y%m%d}"
    event.add("uid", f"{start}-{'open' if entry.is_free else 'closed'}-{calendar_name}@servstd")
    event.add("dtstamp", stamped_at)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("summary", entry.name)
    event.add("transp", "TRANSPARENT" if entry.is_free else "OPAQUE")
    return event
