"""The small texts in a calendar: spans of hours, days of the week, dates.

Every function takes the text and a `Report`, and gives None (or what was readable) after reporting a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from servstd.calendar.holidays_source import Country, LockedYears
from servstd.calendar.schedule import Spans
from servstd.errors import Problem
from servstd.slips import date_fault, days_meant, hours_meant, parse_date
from servstd.spelling import shown

Path = tuple[str | int, ...]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_S = 86_400
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_EVERY_YEAR = re.compile(r"\d\d-\d\d")


class Report:
    """Problems found so far; `path` is the place that is being read, `locked` the holidays that a catalog froze."""

    def __init__(
        self, path: Path, problems: list[Problem], locked: Mapping[Country, LockedYears] | None = None
    ) -> None:
        self.path = path
        self.problems = problems
        self.locked = locked or {}

    def at(self, *parts: str | int) -> Report:
        """The same list of problems, further down."""
        return Report((*self.path, *parts), self.problems, self.locked)

    def add(self, code: str, message: str, hint: str | None = None) -> None:
        """Note one problem at this place."""
        self.problems.append(Problem(code, message, self.path, hint))


def quoted(value: object) -> str:
    """What was got, as the author wrote it."""
    if isinstance(value, (bool, Mapping, list, tuple)):
        return shown(value)
    return "nothing" if value is None else f"'{value}'"


def clock(second: int) -> str:
    """`09:30` for 34200; 24:00 is written as such."""
    return f"{second // 3600:02}:{second % 3600 // 60:02}"


def is_list(value: object) -> bool:
    """True for a YAML list (text is not one)."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def read_mapping(value: Any, report: Report, meant: Callable[[Any], str] | None = None) -> Mapping[Any, Any] | None:
    """The value when it is a mapping; None (reported, unless nothing is given) otherwise. `meant` gives the hint."""
    if isinstance(value, Mapping):
        return value
    if value is not None:
        hint = None if meant is None else meant(value)
        report.add("not-a-mapping", f"{quoted(value)} is not a mapping of keys to values", hint)
    return None


def read_flag(value: Any, report: Report) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        report.add("not-true-or-false", f"{quoted(value)} is neither true nor false")
    return value is True


def read_spans(value: Any, report: Report) -> Spans | None:
    """Spans such as `09:00-12:30, 13:30-17:00`, or `closed`; sorted, in seconds after midnight."""
    if is_list(value):
        value = ", ".join(str(part) for part in value) or "closed"
    if value is None:
        report.add("hours-missing", "no hours are given", "write 'closed' for a day without hours")
        return None
    text = str(value).strip()
    if text == "closed":
        return ()
    spans = [_read_span(part.strip(), report) for part in text.split(",")]
    readable = sorted(span for span in spans if span is not None)
    for earlier, later in pairwise(readable):
        if later[0] < earlier[1]:
            report.add("hours-overlap", f"{_written(later)} overlaps {_written(earlier)}")
    return tuple(readable) if len(readable) == len(spans) else None


def _written(span: tuple[int, int]) -> str:
    end = span[1] if span[1] <= _DAY_S else span[1] - _DAY_S
    return f"{clock(span[0])}-{clock(end)}"


def _read_span(text: str, report: Report) -> tuple[int, int] | None:
    match = _SPAN.fullmatch(text)
    if match is None:
        meant = hours_meant(text)
        hint = None if meant is None else f"did you mean '{meant}'?"
        report.add("hours-format", f"{quoted(text)} is not a span of hours such as '09:00-17:00', nor 'closed'", hint)
        return None
    from_hour, from_minute, to_hour, to_minute = (int(group) for group in match.groups())
    start, end = from_hour * 3600 + from_minute * 60, to_hour * 3600 + to_minute * 60
    if from_minute > 59 or to_minute > 59 or start >= _DAY_S or end > _DAY_S:
        hint = None
        if _DAY_S < end < start + _DAY_S and start < _DAY_S and from_minute < 60 and to_minute < 60:
            hint = f"{clock(start)}-{clock(end - _DAY_S)} runs over midnight"
        report.add("hours-range", f"'{text}': hours open from 00:00 to 23:59 and close up to 24:00", hint)
        return None
    if start == end:
        report.add("hours-empty", f"closes at {clock(end)}, when it opens")
        return None
    return (start, end) if end > start else (start, end + _DAY_S)


def read_days(key: Any, report: Report) -> list[int]:
    """Weekdays (0 is Monday) of a key such as `mon`, `mon-thu`, `mon, wed` or `daily`."""
    text = str(key)
    if text == "daily":
        return list(range(7))
    days: list[int] = []
    meant = days_meant(text)
    if meant is not None and not any(part.strip() in DAYS for part in re.split("[-,]", text)):
        report.add(
            "unknown-day", f"no day is called '{text}'; days are mon to sun, or daily", f"did you mean '{meant}'?"
        )
        return days
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        ends = [_read_day(name.strip(), report) for name in ((first, last) if dash else (first,))]
        known = [day for day in ends if day is not None]
        if len(known) == len(ends):
            length = (known[-1] - known[0]) % 7 + 1
            days += [(known[0] + step) % 7 for step in range(length)]
    return days


def _read_day(name: str, report: Report) -> int | None:
    if name in DAYS:
        return DAYS.index(name)
    meant = days_meant(name)
    hint = None if meant is None else f"did you mean '{meant}'?"
    report.add("unknown-day", f"no day is called '{name}'; days are mon to sun, or daily", hint)
    return None


def read_date(value: Any, report: Report) -> date | None:
    """A date such as 2026-07-03."""
    try:
        return parse_date(value)
    except ValueError:
        report.add("not-a-date", *date_fault(value))
        return None


def read_date_key(value: Any, report: Report) -> str | None:
    """A date key: `2026-07-03`, or `07-03` for every year."""
    text = str(value)
    if isinstance(value, date) or not _EVERY_YEAR.fullmatch(text):
        day = read_date(value, report)
        return day.isoformat() if day else None
    try:
        # 2000 is a leap year, so that 02-29 may be named.
        return date.fromisoformat(f"2000-{text}").isoformat()[5:]
    except ValueError:
        report.add("not-a-date", f"'{text}' is not a month and day such as 12-24")
        return None
