"""One event of an iCalendar feed: what it says, checked, before its dates are worked out.

The properties are those of RFC 5545. The parser is the `icalendar` library; only `ical.py` and `ical_export.py`
import it, so that a calendar needs it only when a feed is read or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from servstd.calendar.words import Report

_ONE_DAY = timedelta(days=1)
_READ = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", None)
_SINGLE: dict[str, type] = {"DTSTART": date, "DTEND": date, "DURATION": timedelta, "RECURRENCE-ID": date}
_LONGEST = timedelta(days=366)
_TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One VEVENT, on its own clocks: every instant is a naive wall time in `zone`; all-day events begin at 00:00.

    `zone` is None for an all-day event and for times that float (they are meant in whichever zone one is).
    `replaces` is set when the event stands for one occurrence of the recurring event with the same `uid`; it is as the
    feed wrote it, as the other event may have other clocks.
    """

    uid: str
    name: str | None
    start: datetime
    length: timedelta
    is_all_day: bool
    zone: tzinfo | None
    rules: tuple[tuple[str, datetime | None], ...]
    added: tuple[tuple[datetime, timedelta | None], ...]
    removed: tuple[datetime, ...]
    removed_days: frozenset[date]
    replaces: date | datetime | None
    is_blocking: bool


def reason_of(error: object) -> str:
    """What a library said of an error, in the form of our messages."""
    said = str(error).split(": Invalid")[0].rstrip(".!")
    return "it does not follow RFC 5545" if "invalid" in said.lower() or not said else said[0].lower() + said[1:]


def read_event(event: Any, report: Report) -> FeedEvent | None:
    """The event, or None after reporting what is wrong with it."""
    count = len(report.problems)
    for name, message in event.errors:
        if name in _READ:
            if name is None:
                report.add("unreadable-event", "a line of it is no property")
            else:
                report.at(name).add("unreadable-event", reason_of(message))
    if len(report.problems) == count:
        _check_shape(event, report)
    if len(report.problems) > count:
        return None
    read = _Reader(event["DTSTART"].dt, report).read(event)
    return None if len(report.problems) > count else read


def _check_shape(event: Any, report: Report) -> None:
    """What the rest of this file relies on: one value where there can be one, and of the right type."""
    if "DTSTART" not in event:
        report.at("DTSTART").add("unreadable-event", "the event has no start")
    for name, kind in _SINGLE.items():
        values = _all(event, name)
        if len(values) > 1:
            report.at(name).add("unreadable-event", f"it is given {len(values)} times")
        elif values and not isinstance(values[0].dt, kind):
            report.at(name).add("unreadable-event", f"'{_written(values[0])}' is not what belongs here")
    for name in ("EXDATE", "RDATE"):
        for moment in (moment for dates in _all(event, name) for moment in dates.dts):
            if not isinstance(moment.dt, (date, tuple) if name == "RDATE" else date):
                report.at(name).add("unreadable-event", f"'{_written(moment)}' is no date")
    if not all(isinstance(rule, dict) for rule in _all(event, "RRULE")):
        report.at("RRULE").add("unreadable-event", "it is no rule such as FREQ=YEARLY")
    if "EXRULE" in event:
        report.at("EXRULE").add("unreadable-event", "this way to leave dates out is not understood; EXDATE is")


class _Reader:
    """Brings every instant of one event onto the clocks of its start."""

    def __init__(self, start: date | datetime, report: Report) -> None:
        self.report = report
        self.is_all_day = not isinstance(start, datetime)
        self.zone = start.tzinfo if isinstance(start, datetime) else None
        self.start = self.wall(start)

    def wall(self, value: date | datetime) -> datetime:
        return wall_of(value, self.zone, self.is_all_day)

    def read(self, event: Any) -> FeedEvent:
        self._check_zones(event)
        removed = [moment.dt for dates in _all(event, "EXDATE") for moment in dates.dts]
        replaces = event.get("RECURRENCE-ID")
        if replaces is not None and replaces.params.get("RANGE"):
            self._fault("RECURRENCE-ID", "a change of all later occurrences is not understood")
        return FeedEvent(
            uid=str(event.get("UID", "")),
            name=next((str(name).strip() for name in _all(event, "SUMMARY")), "") or None,
            start=self.start,
            length=self._length(event),
            is_all_day=self.is_all_day,
            zone=self.zone,
            rules=tuple(self._rule(rule) for rule in _all(event, "RRULE")),
            added=tuple(self._added(moment.dt) for dates in _all(event, "RDATE") for moment in dates.dts),
            removed=tuple(map(self.wall, removed)),
            removed_days=frozenset(one for one in removed if not isinstance(one, datetime)),
            replaces=None if replaces is None else replaces.dt,
            is_blocking=self._is_blocking(event),
        )

    def _fault(self, name: str, message: str) -> None:
        self.report.at(name).add("unreadable-event", message)

    def _check_zones(self, event: Any) -> None:
        """A zone that is neither known nor described in the feed would be lost in silence."""
        for name in ("DTSTART", "DTEND"):
            value = event.get(name)
            zone = None if value is None else value.params.get("TZID")
            if zone is not None and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
                self.report.at(name).add("unknown-zone", f"no time zone is called '{zone}'")

    def _length(self, event: Any) -> timedelta:
        end, duration = event.get("DTEND"), event.get("DURATION")
        length = _ONE_DAY if self.is_all_day else timedelta()
        if end is not None:
            if isinstance(end.dt, datetime) is self.is_all_day:
                self._fault("DTEND", "the start and the end are not both dates, nor both times")
            length = self.wall(end.dt) - self.start
        elif duration is not None:
            length = duration.dt
        if not timedelta() <= length <= _LONGEST:
            self._fault("DTEND", "the event ends before it starts" if length < timedelta() else "it lasts over a year")
        return max(length, _ONE_DAY) if self.is_all_day else length

    def _rule(self, recurrence: Any) -> tuple[str, datetime | None]:
        """The rule without its UNTIL, and the wall time at which it ends."""
        text, until = _written(recurrence), recurrence.get("UNTIL", [None])[0]
        if "FREQ" not in recurrence:
            self._fault("RRULE", f"'{text}' has no FREQ")
        elif str(recurrence["FREQ"][0]) in _TOO_OFTEN:
            self.report.at("RRULE").add("recurs-too-often", f"'{text}' is more often than daily")
        if min(recurrence.get("INTERVAL", [1])[0], recurrence.get("COUNT", [1])[0]) < 1:
            self._fault("RRULE", f"'{text}' counts with numbers below 1")
        if until is not None and (recurrence.get("COUNT") or not isinstance(until, date)):
            self._fault("RRULE", f"'{text}' does not say clearly where it ends")
            return text, None
        parts = [part for part in text.split(";") if not part.startswith("UNTIL=")]
        return ";".join(parts), None if until is None else self._until(until)

    def _until(self, value: date | datetime) -> datetime:
        if not isinstance(value, datetime) and not self.is_all_day:
            return datetime.combine(value, time.max)  # all of its last day
        return self.wall(value)

    def _added(self, value: Any) -> tuple[datetime, timedelta | None]:
        """One more occurrence, with a length of its own when it is a period."""
        if not isinstance(value, tuple):
            return self.wall(value), None
        start, end = value
        length = end if isinstance(end, timedelta) else self.wall(end) - self.wall(start)
        if not timedelta() < length <= _LONGEST:
            self._fault("RDATE", "a period lasts up to a year, and ends after it starts")
        return self.wall(start), length

    def _is_blocking(self, event: Any) -> bool:
        """False for what is called off, and for times marked as free. Feeds of holidays mark whole days as free."""
        is_free = not self.is_all_day and str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        return not is_free and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _written(value: Any) -> str:
    """The value as the feed has it; the parser gives some as bytes and some as text."""
    written = value.to_ical()
    return written.decode() if isinstance(written, bytes) else str(written)


def _all(event: Any, name: str) -> list[Any]:
    """Every property of that name: the parser gives none, one, or a list."""
    value = event.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def wall_of(value: date | datetime, zone: tzinfo | None, is_all_day: bool) -> datetime:
    """A moment of a feed on the clocks of an event, naive; of an all-day event only the date counts."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    if value.tzinfo is not None and zone is not None:
        value = value.astimezone(zone)
    return datetime.combine(value.date(), time()) if is_all_day else value.replace(tzinfo=None)


def in_zone(wall: datetime, zone: tzinfo, wanted: tzinfo) -> datetime:
    """A naive wall time of one zone as that of another."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(wanted).replace(tzinfo=None)
