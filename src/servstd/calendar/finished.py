"""A calendar with its open time worked out for some years, to be sent to where nothing shall be worked out.

What is sent: the schedule, the holidays of those years as the package has them here, and the table of openings and
closings. Whoever unpacks it imports no package of holidays and computes no dates within those years; beyond them the
calendar works as any other, and then may ask the package.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise

from servstd.calendar.holidays_source import CarriedYears, Country, carry_years
from servstd.calendar.horizon import FIRST_DAY, LAST_DAY, make_table
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.schedule import Phase, Schedule
from servstd.calendar.spans import ONE_DAY

# A day may take its hours from the day before, and a working weekend stands in the table of the year after it.
_YEARS_AROUND = 2


@dataclass(frozen=True, slots=True)
class FinishedCalendar:
    """A calendar as plain data. `edges` are packed (see `_packed`); without known days there are none of them."""

    schedule: Schedule
    digest: str
    edges: bytes
    lo: int
    hi: int
    first_day: date
    end_day: date

    def calendar(self) -> BusinessCalendar:
        """The calendar, ready to be asked."""
        calendar = BusinessCalendar(self.schedule)
        if self.first_day < self.end_day:
            table = make_table(_unpacked(self.edges), self.lo, self.hi, self.first_day, self.end_day)
            calendar.take_over(table, self.digest)
        return calendar


def finish(calendar: BusinessCalendar, first_year: int, last_year: int) -> FinishedCalendar:
    """A calendar with the tables of these years, as far as its holidays are known in them."""
    first_year, last_year = max(first_year, FIRST_DAY.year), min(last_year, LAST_DAY.year - 1)
    known: dict[Country, CarriedYears] = {}
    around = first_year - _YEARS_AROUND, last_year + _YEARS_AROUND
    phases = tuple(_carrying(phase, known, *around) for phase in calendar.schedule.phases)
    schedule, digest = replace(calendar.schedule, phases=phases), calendar.digest
    first, last = _known_days(calendar.schedule, date(first_year, 1, 1), date(last_year, 12, 31))
    if first > last:
        return FinishedCalendar(schedule, digest, b"", 0, 0, first, first)
    end = last + ONE_DAY
    lo, hi = calendar.midnight_us(first), calendar.midnight_us(end)
    edges = [edge for block in calendar.intervals_us(lo, hi) for edge in block]
    return FinishedCalendar(schedule, digest, _packed(edges), lo, hi, first, end)


def _known_days(schedule: Schedule, first: date, last: date) -> tuple[date, date]:
    """The part of some dates for which holidays are known; of a frozen catalog, those that were frozen."""
    known_from, known_until = schedule.known_days()
    first, last = max(first, known_from or first), min(last, known_until or last)
    locked = schedule.locked_years()
    if locked is not None and locked[0] <= last.year and first.year <= locked[1]:
        first, last = max(first, date(locked[0], 1, 1)), min(last, date(locked[1], 12, 31))
    return first, last


def _carrying(phase: Phase, known: dict[Country, CarriedYears], first: int, last: int) -> Phase:
    """A phase with the holidays of its country; those of one country are the same object everywhere."""
    country = phase.holidays.country
    if country is None:
        return phase
    carried = phase.holidays.carried
    if carried is None:
        if country not in known:
            known[country] = carry_years(country, first, last)
        carried = known[country]
    return replace(phase, holidays=replace(phase.holidays, carried=carried))


def _packed(values: Iterable[int]) -> bytes:
    """Ascending instants as compressed differences, eight bytes each, the lowest first."""
    whole = [0, *values]
    steps = array("q", [after - before for before, after in pairwise(whole)])
    if sys.byteorder == "big":  # pragma: no cover
        steps.byteswap()
    return zlib.compress(steps.tobytes(), 1)


def _unpacked(data: bytes) -> list[int]:
    steps = array("q")
    steps.frombytes(zlib.decompress(data))
    if sys.byteorder == "big":  # pragma: no cover
        steps.byteswap()
    return list(accumulate(steps))
