"""Hours, days and lengths of time as people write them; `words.py` reads what this writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from servstd.calendar.instants import to_datetime
from servstd.calendar.schedule import Spans
from servstd.calendar.spans import ONE_DAY, Block
from servstd.calendar.words import DAYS, clock

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY_S = 86_400
_MINUTE_US = 60_000_000


def show_date(day: date) -> str:
    """`Thu  1 Jan`, always ten characters. Not by strftime, which speaks the language of the machine."""
    return f"{DAYS[day.weekday()].title()} {day.day:2} {MONTHS[day.month - 1][:3]}"


def show_spans(spans: Spans) -> str:
    """`09:00-12:30, 13:30-17:00`, or `closed`."""
    return ", ".join(f"{clock(start)}-{clock(_end(end))}" for start, end in spans) or "closed"


def _end(second: int) -> int:
    """24:00 stays; later ends are times of the next date."""
    return second if second <= _DAY_S else second - _DAY_S


def group_week(week: Sequence[Spans]) -> dict[str, Spans]:
    """The seven days with neighbours of equal hours together: `mon-thu`, `fri`; closed days are left out."""
    runs: list[tuple[int, int]] = []
    for day, spans in enumerate(week):
        if runs and week[runs[-1][0]] == spans:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return {_days(first, last): week[first] for first, last in runs if week[first]}


def _days(first: int, last: int) -> str:
    if last - first == 6:
        return "daily"
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def show_week(week: Sequence[Spans]) -> str:
    """`mon-thu 09:00-17:00; fri 09:00-16:00`."""
    return "; ".join(f"{days} {show_spans(spans)}" for days, spans in group_week(week).items()) or "closed"


def show_blocks(blocks: Iterable[Block], day: date, zone: tzinfo) -> str:
    """The blocks of a date as wall time; the midnight that ends the date is 24:00."""
    spans = [(to_datetime(start, zone), to_datetime(end, zone)) for start, end in blocks]
    return ", ".join(f"{start:%H:%M}-{_closing(end, day)}" for start, end in spans) or "closed"


def _closing(end: datetime, day: date) -> str:
    is_midnight = end.date() == day + ONE_DAY and (end.hour, end.minute) == (0, 0)
    return "24:00" if is_midnight else f"{end:%H:%M}"


def show_length(length_us: int) -> str:
    """`7 h 30 min`. Open hours are never told in days, as a day of them has no fixed length."""
    minutes, rest_us = divmod(length_us, _MINUTE_US)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours:,} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    parts += [f"{rest_us / 1_000_000:g} s"] if rest_us else []
    return " ".join(parts) or "0 h"
