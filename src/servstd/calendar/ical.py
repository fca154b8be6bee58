"""iCalendar feeds (RFC 5545) as holidays, exceptions and breaks of a calendar.

An all-day event closes its dates. An event with times is a break on its dates; where it covers a whole date, that
date is closed. Free time and what was called off close nothing. Recurrence is followed within the years asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any, Literal, NamedTuple

from servstd.calendar.ical_event import FeedEvent, in_zone, read_event, reason_of, wall_of
from servstd.calendar.spans import merge
from servstd.calendar.wording import show_spans
from servstd.calendar.words import Report
from servstd.calendar.zones import find_zone
from servstd.errors import CatalogError, Problem

_ONE_DAY = timedelta(days=1)
_MOST = 10_000  # occurrences of one event: more than one a day of 25 years
_DAY_S = 86_400

Use = Literal["holidays", "exceptions"]


class _Occurrence(NamedTuple):
    """One stretch of closed time, `[start, end)` as naive wall time of the calendar."""

    start: datetime
    end: datetime
    name: str | None


def from_ical(text: str, years: Iterable[int], time_zone: str | None = None, use: Use = "holidays") -> dict[str, Any]:
    """The part of a calendar's mapping that a feed gives: `holidays` (or `exceptions`) and `breaks`.

    `time_zone` is the calendar's; events with times need it, unless the feed names one (X-WR-TIMEZONE). Raises
    `CatalogError` with every event that can not be read, and `ModuleNotFoundError` without the `icalendar` library.
    """
    calendars = _parse(text)
    problems: list[Problem] = []
    events = _read_events(calendars, text, problems)
    zone = _zone(time_zone, calendars, events, problems)
    occurrences: list[_Occurrence] = []
    wanted = frozenset(years)
    for event, report in events:
        if event.is_blocking:
            occurrences += _occurrences(event, _replaced(event, events), wanted, zone, report)
    if problems:
        raise CatalogError(problems)
    return _mapping(occurrences, wanted, use)


def require_icalendar() -> Any:
    """The `icalendar` library; raises `ModuleNotFoundError` that says how to get it."""
    try:
        import icalendar
    except ModuleNotFoundError:
        message = "iCalendar files need the library icalendar: pip install 'servstd[calendars]'"
        raise ModuleNotFoundError(message, name="icalendar") from None
    return icalendar


def _parse(text: str) -> list[Any]:
    """Every VCALENDAR of the text."""
    library = require_icalendar()
    lines = [line.rstrip().upper() for line in text.splitlines()]
    begun, ended = lines.count("BEGIN:VCALENDAR"), lines.count("END:VCALENDAR")
    if not begun:
        raise CatalogError([Problem("not-icalendar", "this is no iCalendar feed: no line is BEGIN:VCALENDAR")])
    try:
        found = list(library.Calendar.from_ical(text, multiple=True))
    except (ValueError, IndexError, KeyError) as error:
        raise CatalogError([Problem("not-icalendar", f"the feed can not be read: {reason_of(error)}")]) from None
    if len(found) != begun or begun != ended:
        raise CatalogError([Problem("not-icalendar", "the feed ends in the middle: a BEGIN has no END")])
    return found


def _read_events(calendars: list[Any], text: str, problems: list[Problem]) -> list[tuple[FeedEvent, Report]]:
    components = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    lines: list[int | None] = [
        number for number, line in enumerate(text.splitlines(), 1) if line.rstrip().upper() == "BEGIN:VEVENT"
    ]
    if len(lines) != len(components):  # a BEGIN may be folded itself; then no line is better than a wrong one
        lines = [None] * len(components)
    events: list[tuple[FeedEvent, Report]] = []
    for index, component in enumerate(components):
        report = _PlacedReport(("VEVENT", index), problems, lines[index])
        event = read_event(component, report)
        if event is not None:
            events.append((event, report))
    return events


class _PlacedReport(Report):
    """Problems of one event, at the line on which it begins."""

    def __init__(self, path: tuple[str | int, ...], problems: list[Problem], line: int | None) -> None:
        super().__init__(path, problems)
        self.line = line

    def at(self, *parts: str | int) -> Report:
        return _PlacedReport((*self.path, *parts), self.problems, self.line)

    def add(self, code: str, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(code, message, self.path, hint, line=self.line))


def _zone(
    name: str | None, calendars: list[Any], events: list[tuple[FeedEvent, Report]], problems: list[Problem]
) -> tzinfo | None:
    """The zone on whose clocks the breaks are told; None when no event needs one."""
    named = name or next((str(one["X-WR-TIMEZONE"]) for one in calendars if "X-WR-TIMEZONE" in one), None)
    zone = None if named is None else find_zone(named)
    if named is not None and zone is None:
        problems.append(Problem("unknown-zone", f"no time zone is called '{named}'", ("time_zone",)))
    elif zone is None and any(event.zone is not None and event.is_blocking for event, _ in events):
        message = "the feed has events with times, and no time zone is given to tell them in"
        problems.append(Problem("missing-key", message, ("time_zone",), "name an IANA zone, such as America/New_York"))
    return zone


def _replaced(event: FeedEvent, events: list[tuple[FeedEvent, Report]]) -> set[datetime]:
    """The starts, on the clocks of a recurring event, for which others stand."""
    if event.replaces is not None:
        return set()
    others = (other.replaces for other, _ in events if other.uid == event.uid)
    return {wall_of(moment, event.zone, event.is_all_day) for moment in others if moment is not None}


def _occurrences(
    event: FeedEvent, replaced: set[datetime], years: frozenset[int], zone: tzinfo | None, report: Report
) -> list[_Occurrence]:
    """The occurrences that touch the years, and perhaps some around them, on the calendar's clocks."""
    # Two days of slack, as the event's clocks may differ from the calendar's.
    first = datetime(min(years), 1, 1) - event.length - 2 * _ONE_DAY
    last = datetime(max(years), 12, 31) + 3 * _ONE_DAY
    starts = takewhile(lambda start: start < last, _starts(event, replaced, report))
    found = list(islice((start for start in starts if start > first), _MOST + 1))
    if len(found) > _MOST:
        report.at("RRULE").add("recurs-too-often", f"more than {_MOST:,} times within the years asked for")
    spans = [(start, event.length) for start in found]
    spans += [(start, length) for start, length in event.added if length and start.year in years]
    wanted = zone or event.zone
    return [_occurrence(event, start, length, wanted) for start, length in spans]


def _occurrence(event: FeedEvent, start: datetime, length: timedelta, zone: tzinfo | None) -> _Occurrence:
    if event.zone is None or zone is None:  # whole days, or times that float
        return _Occurrence(start, start + length, event.name)
    return _Occurrence(in_zone(start, event.zone, zone), in_zone(start + length, event.zone, zone), event.name)


def _starts(event: FeedEvent, replaced: set[datetime], report: Report) -> Iterator[datetime]:
    """Every start of the event on its own clocks, ascending; perhaps without end."""
    from dateutil.rrule import rruleset, rrulestr

    starts = rruleset()
    starts.rdate(event.start)
    for text, until in event.rules:
        try:
            rule: Any = rrulestr(text, dtstart=event.start)
            starts.rrule(rule if until is None else rule.replace(until=until))
        except ValueError as error:
            report.at("RRULE").add("unreadable-event", reason_of(error))
    for start, length in event.added:
        if length is None:
            starts.rdate(start)
    for start in (*event.removed, *replaced):
        starts.exdate(start)
    return (start for start in starts if start.date() not in event.removed_days)


def _mapping(occurrences: list[_Occurrence], years: frozenset[int], use: Use) -> dict[str, Any]:
    closed: dict[date, list[str]] = {}
    breaks: dict[date, list[tuple[int, int]]] = {}
    for occurrence in occurrences:
        for day, span in _days(occurrence):
            if day.year not in years:
                continue
            if span == (0, _DAY_S):
                names = closed.setdefault(day, [])
                names += [occurrence.name] if occurrence.name and occurrence.name not in names else []
            else:
                breaks.setdefault(day, []).append(span)
    result: dict[str, Any] = {}
    if closed and use == "holidays":
        result["holidays"] = {"add": {str(day): "; ".join(closed[day]) or None for day in sorted(closed)}}
    elif closed:
        result["exceptions"] = {str(day): "closed" for day in sorted(closed)}
    # On closed dates too: a break may cut the shift of the night before, which a closed date does not.
    cut = {str(day): show_spans(tuple(merge(breaks[day]))) for day in sorted(breaks)}
    return {**result, **({"breaks": cut} if cut else {})}


def _days(occurrence: _Occurrence) -> Iterator[tuple[date, tuple[int, int]]]:
    """The dates of an occurrence with its seconds of each, outwards to whole minutes."""
    midnight = datetime.combine(occurrence.start.date(), time())
    while midnight < occurrence.end:
        start = max(int((occurrence.start - midnight).total_seconds()), 0)
        end_s = (occurrence.end - midnight).total_seconds()
        end = min(-int(-end_s // 60) * 60, _DAY_S)
        if occurrence.start < occurrence.end:
            yield midnight.date(), (start // 60 * 60, end)
        midnight += _ONE_DAY
