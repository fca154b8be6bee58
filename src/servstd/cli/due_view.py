"""A due time worked out under each reading of an amount, day by day.

`24 hours` may be 24 open hours, one business day, the end of the next one, or 24 hours of any kind. Which one a
standard means is for its author to say; this shows what each would do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from servstd.calendar import BusinessCalendar, SkippedDay
from servstd.calendar.instants import to_datetime
from servstd.calendar.wording import show_blocks, show_date, show_length
from servstd.terms.clock import limit_of, start_of
from servstd.units import Clock, Duration, parse_duration
from servstd.values import to_us

_BARE = re.compile(r"(?P<count>\d+(?:\.\d+)?) ?(?P<unit>second|minute|hour|day)s?")
_DAY_US = 86_400_000_000
_ONE_DAY = timedelta(days=1)
_HEAD, _TAIL = 8, 4  # lines of a long table that are shown, at its start and at its end
_HOURS_WIDTH = 26


@dataclass(frozen=True, slots=True)
class _Case:
    """One reading and what comes of it; instants in microseconds."""

    calendar: BusinessCalendar
    received: int
    target: Duration
    begin: int
    due: int
    late_after: int

    def show(self, instant_us: int) -> str:
        """`Thu 28 May 2026 16:00`, on the calendar's clocks."""
        at = to_datetime(instant_us, self.calendar.zone)
        return f"{show_date(at.date())} {at:%Y %H:%M}{f':{at:%S}' if at.second else ''}"


def readings_of(text: str) -> list[Duration]:
    """What was asked first, when it names its clock, then the other readings of the amount.

    Raises `UnitError` for what is no amount of time.
    """
    words = " ".join(text.lower().split())
    bare = _BARE.fullmatch(words)
    if bare is not None:
        return _others(parse_duration(f"{bare['count']} business {bare['unit']}s"))
    asked = parse_duration(words)
    meant = (asked.amount, asked.clock, asked.at_end)
    return [asked, *(one for one in _others(asked) if (one.amount, one.clock, one.at_end) != meant)]


def _others(asked: Duration) -> list[Duration]:
    """Business time, whole business days, the end of them, and elapsed time."""
    if asked.is_time:
        count, _, unit = asked.text.split()
        days, rest_us = divmod(asked.amount, _DAY_US)
    else:
        count, unit, days, rest_us = str(asked.amount * 24), "hours", asked.amount, 0
    named = f"{days} business day{'' if days == 1 else 's'}"
    texts = [named, f"end of {named}"] if days and not rest_us else []
    return [parse_duration(one) for one in (f"{count} business {unit}", *texts, f"{count} elapsed {unit}")]


def due_view(calendar: BusinessCalendar, received: datetime, targets: Sequence[Duration]) -> str:
    """The due time under each target, then how each came about. Raises `NeverOpen` and `HolidaysUnknown`."""
    cases = [_case(calendar, to_us(received), target) for target in targets]
    width = max(len(str(case.target)) for case in cases)
    lines = [_received(cases[0]), ""]
    for case in cases:
        lines.append(f"{case.target!s:{width}}  due {case.show(case.due)}")
    for case in cases:
        lines += ["", f"{case.target}: due {case.show(case.due)}", *_steps(case)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _case(calendar: BusinessCalendar, received: int, target: Duration) -> _Case:
    limit = limit_of(received, target, calendar, ())
    begin = start_of(received, target.clock, calendar)
    # Only an endless pause leaves a limit without instants, and there is none here.
    due, late_after = limit.due or 0, limit.late_after or 0
    return _Case(calendar, received, target, begin, due, late_after)


def _received(case: _Case) -> str:
    calendar, at = case.calendar, case.received
    state = "open" if calendar.is_open_us(at) else f"closed; opens {case.show(calendar.next_open_us(at))}"
    return f"received {case.show(at)} {calendar.schedule.time_zone} ({state})"


def _steps(case: _Case) -> Iterator[str]:
    if case.target.clock is Clock.ELAPSED_TIME:
        yield from _elapsed_steps(case)
    elif case.target.clock is Clock.CALENDAR_DAYS:
        yield "  counts every day, open or not"
    else:
        table = _time_rows(case) if case.target.is_time else _day_rows(case)
        yield from _folded(list(table))
        yield from _remarks(case)


def _elapsed_steps(case: _Case) -> Iterator[str]:
    open_us = case.calendar.elapsed_us(case.received, case.due)
    yield f"  counts nights and closed days too; {show_length(open_us)} of it while open"
    if not case.calendar.is_open_us(case.due - 1):
        yield "  closed at that time"


def _folded(rows: list[str]) -> list[str]:
    hidden = len(rows) - _HEAD - _TAIL
    if hidden < 2:
        return rows
    return [*rows[:_HEAD], f"  ... {hidden} more days", *rows[-_TAIL:]]


def _dates(case: _Case) -> Iterator[tuple[date, SkippedDay | None]]:
    """Every date from receipt to the due time, with why it is skipped when it is."""
    calendar = case.calendar
    day = min(calendar.business_date(case.received), calendar.local_date(case.received))
    last = calendar.business_date(case.due - 1)
    end_us = calendar.midnight_us(last + _ONE_DAY)
    skipped = {one.day: one for one in calendar.skipped_days(calendar.midnight_us(day), end_us)}
    while day <= last:
        yield day, skipped.get(day)
        day += _ONE_DAY


def _closed(day: date, skipped: SkippedDay) -> str:
    why = skipped.name or ("" if skipped.reason == "weekend" else skipped.reason)
    return f"  {show_date(day)}  closed{f', {why}' if why else ''}"


def _time_rows(case: _Case) -> Iterator[str]:
    """Each date with the open time taken from it, and the sum so far."""
    used = 0
    for day, skipped in _dates(case):
        if skipped is not None:
            yield _closed(day, skipped)
            continue
        blocks = case.calendar.blocks_of_day(day)
        cut = [(max(start, case.begin), min(end, case.due)) for start, end in blocks]
        taken = [(start, end) for start, end in cut if start < end]
        length = sum(end - start for start, end in taken)
        used += length
        if not taken:
            is_over = blocks[-1][1] <= case.begin
            yield f"  {show_date(day)}  {'not open any more' if is_over else 'nothing used'}"
            continue
        hours = show_blocks(taken, day, case.calendar.zone)
        yield f"  {show_date(day)}  {hours:{_HOURS_WIDTH}}  {show_length(length):>11}  {show_length(used):>11} used"


def _day_rows(case: _Case) -> Iterator[str]:
    """Each date with its number among the business days that are counted."""
    calendar = case.calendar
    first = calendar.business_date(case.received if case.target.at_end else case.begin)
    for day, skipped in _dates(case):
        if skipped is not None:
            yield _closed(day, skipped)
        elif day <= first:
            word = "counting starts" if day == first else "not open any more"
            yield f"  {show_date(day)}  {word}"
        else:
            number = calendar.count_business_days(first, day, "right")
            over = number > case.target.amount
            yield f"  {show_date(day)}  {'next opening' if over else f'business day {number}'}"


def _remarks(case: _Case) -> Iterator[str]:
    if case.begin != case.received and not case.target.at_end:
        yield f"  the clock starts {case.show(case.begin)}, at the opening"
    if case.late_after != case.due:
        yield f"  an answer until {case.show(case.late_after)} is in time: closed hours cost nothing"
