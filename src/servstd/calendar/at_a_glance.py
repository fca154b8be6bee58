"""A year of a calendar at a glance: text 80 columns wide.

Twelve months with a mark at each odd date, then what the marks mean, the odd dates with their hours and names,
the totals, and the fingerprint: two runs with the same fingerprint count the same time.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from servstd.calendar.day_view import ClockChange, DayKind, DayView, clock_changes, view_day
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.spans import dates
from servstd.calendar.wording import MONTHS, show_date, show_length, show_week

WIDTH = 80
_ACROSS = 3
_MARGIN = "  "
_GAP = " " * 6
_WEEKDAYS = "Mo Tu We Th Fr Sa Su "
_MARKS = {
    DayKind.OPEN: " ",
    DayKind.SHORT: "-",
    DayKind.LONG: "+",
    DayKind.HOLIDAY: "*",
    DayKind.CLOSED: "x",
    DayKind.WEEKEND: " ",
    DayKind.MISSING: " ",
}
_NAMED = (DayKind.OPEN, DayKind.SHORT, DayKind.LONG, DayKind.HOLIDAY, DayKind.CLOSED)
_CLOCKS = "clocks"
_CLOCKS_MARK = "~"
_HOURS_WIDTH = 26
_HARD_SPACE = "\xa0"  # where no line may break


class Piece(NamedTuple):
    """A part of a line; `kind` is a `DayKind`, `clocks`, `heading`, or nothing for plain text."""

    text: str
    kind: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Year:
    """One year, worked out."""

    number: int
    days: Mapping[date, DayView]
    changes: Mapping[date, ClockChange]


def year_view(calendar: BusinessCalendar, name: str, year: int, sources: Mapping[str, str | None]) -> str:
    """The year as text without colour. `sources` names what the calendar rests on, such as the holidays' version.

    Raises `HolidaysUnknown` for a strict calendar and `CalendarError` for a year beyond its reach.
    """
    lines = year_lines(calendar, name, year, sources)
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in lines) + "\n"


def year_lines(calendar: BusinessCalendar, name: str, year: int, sources: Mapping[str, str | None]) -> list[Line]:
    """The same as lines of pieces, so that a terminal can colour them by kind."""
    first, until = date(year, 1, 1), date(year + 1, 1, 1)
    days = {day: view_day(calendar, day) for day in dates(first, until)}
    changes = {change.after.date(): change for change in clock_changes(calendar, first, until)}
    view = _Year(year, days, changes)
    return [
        *_heading(calendar, name, view),
        *_months(view),
        *_legend(view),
        *_odd_dates(view),
        (),
        *_plain(_totals(view)),
        *_fingerprint(calendar, sources),
    ]


def _plain(text: str, indent: str = "", next_indent: str = "") -> Iterator[Line]:
    for line in textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=next_indent):
        yield (Piece(line.replace(_HARD_SPACE, " ")),)


def _heading(calendar: BusinessCalendar, name: str, view: _Year) -> Iterator[Line]:
    yield (Piece(f"{name} {view.number}", "heading"), Piece(f"  {calendar.schedule.time_zone}"))
    shown = ""
    for phase in calendar.schedule.phases:
        hours = show_week(phase.week)
        if phase.starts_on.year > view.number:
            break
        if phase.starts_on.year < view.number:
            shown = f"usual hours: {hours}"
            continue
        yield from _plain(shown, next_indent=_MARGIN)
        shown = f"from {show_date(phase.starts_on)}: {hours}"
    yield from _plain(shown, next_indent=_MARGIN)
    yield ()


def _months(view: _Year) -> Iterator[Line]:
    for start in range(1, 13, _ACROSS):
        blocks = [_month(view, month) for month in range(start, start + _ACROSS)]
        height = max(len(block) for block in blocks)
        for row in range(height):
            line = [Piece(_MARGIN)]
            for block in blocks:
                line += [*(block[row] if row < len(block) else [Piece(" " * len(_WEEKDAYS))]), Piece(_GAP)]
            yield tuple(line[:-1])
        yield ()


def _month(view: _Year, month: int) -> list[list[Piece]]:
    """The title, the weekdays and the weeks of one month, each 21 characters wide."""
    first = date(view.number, month, 1)
    until = date(view.number + month // 12, month % 12 + 1, 1)
    cells = [Piece("   ")] * first.weekday() + [_cell(view, day) for day in dates(first, until)]
    cells += [Piece("   ")] * (-len(cells) % 7)
    weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
    title = MONTHS[month - 1].center(len(_WEEKDAYS) - 1) + " "
    return [[Piece(title, "heading")], [Piece(_WEEKDAYS)], *weeks]


def _cell(view: _Year, day: date) -> Piece:
    kind = view.days[day].kind
    number = " ." if kind is DayKind.WEEKEND else "  " if kind is DayKind.MISSING else f"{day.day:2}"
    if day in view.changes:
        return Piece(number + _CLOCKS_MARK, _CLOCKS)
    return Piece(number + _MARKS[kind], kind)


def _legend(view: _Year) -> Iterator[Line]:
    seen = {one.kind for one in view.days.values()}
    words = [f"12{_MARKS[kind].strip()} {kind.value}" for kind in _NAMED if kind in seen]
    words += [f". {DayKind.WEEKEND.value}"] if DayKind.WEEKEND in seen else []
    words += [f"{_CLOCKS_MARK} clocks change"] if view.changes else []
    # A mark stays with its meaning.
    for line in textwrap.wrap("   ".join(word.replace(" ", _HARD_SPACE) for word in words), WIDTH - len(_MARGIN)):
        yield (Piece(_MARGIN + line.replace(_HARD_SPACE, " ")),)


def _odd_dates(view: _Year) -> Iterator[Line]:
    """Each date that is not like its weekday, and each change of the clocks."""
    rows = [
        (one.day, one.hours, one.note, str(one.kind))
        for one in view.days.values()
        if one.kind not in (DayKind.OPEN, DayKind.WEEKEND) or one.note
    ]
    rows += [(day, "clocks change", change.text, _CLOCKS) for day, change in view.changes.items()]
    if rows:
        yield ()
    width = min(max((len(hours) for _, hours, _, _ in rows), default=0), _HOURS_WIDTH)
    for day, hours, note, kind in sorted(rows):
        yield from _row(show_date(day), hours, note, kind, width)


def _row(when: str, hours: str, note: str, kind: str, width: int) -> Iterator[Line]:
    """Date, hours and note in columns; what is too long goes on below."""
    note_width = WIDTH - len(_MARGIN) - len(when) - width - 4
    hour_lines = textwrap.wrap(hours, width)
    note_lines = textwrap.wrap(note, note_width)
    for index in range(max(len(hour_lines), len(note_lines))):
        left = when if index == 0 else " " * len(when)
        middle = hour_lines[index] if index < len(hour_lines) else ""
        right = note_lines[index] if index < len(note_lines) else ""
        yield (Piece(f"{_MARGIN}{left}  "), Piece(middle.ljust(width), kind), Piece(f"  {right}"))


def _totals(view: _Year) -> str:
    counts = Counter(one.kind for one in view.days.values())
    opened = sum(1 for one in view.days.values() if one.open_us)
    parts = [f"{_count(opened, 'open day')}"]
    for kind in (DayKind.SHORT, DayKind.LONG):
        parts[0] += f", {counts[kind]} {kind.value}" if counts[kind] else ""
    parts += [f"{_count(counts[DayKind.HOLIDAY], 'holiday')}"] if counts[DayKind.HOLIDAY] else []
    parts += [f"{_count(counts[DayKind.CLOSED], 'other closed day')}"] if counts[DayKind.CLOSED] else []
    total = sum(one.open_us for one in view.days.values())
    return "; ".join([*parts, f"{show_length(total)} open".replace(" ", _HARD_SPACE)])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _fingerprint(calendar: BusinessCalendar, sources: Mapping[str, str | None]) -> Iterator[Line]:
    yield (Piece(f"digest {calendar.digest}"),)
    if sources:
        made = ", ".join(f"{what} {version or 'unknown'}" for what, version in sources.items())
        yield from _plain(f"made with {made}")
