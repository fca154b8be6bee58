"""What the YAML of a calendar says, checked and frozen.

A `Schedule` is a list of phases, one for each version of the hours, so that the rest of the package never
sees an overlay. Spans are wall time, in seconds after the midnight that begins their date; past 86400 they
run into the next date (overnight). Date keys are `2026-07-03` or, for every year, `07-03`.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from servstd.calendar.holidays_source import (
    NO_HOLIDAYS,
    CarriedYears,
    Country,
    LockedYears,
    Year,
    find_year,
    known_years,
)

Spans = tuple[tuple[int, int], ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]


@dataclass(frozen=True, slots=True)
class HolidayRules:
    """The `holidays:` part. `added` and `removed_days` hold date keys.

    `carried` is what the package says of the country, worked out elsewhere; it is no part of the content.
    """

    country: Country | None = None
    added: tuple[tuple[str, str | None], ...] = ()
    removed_days: frozenset[str] = frozenset()
    removed_names: tuple[str, ...] = ()
    has_weekend_workdays: bool = True
    locked: LockedYears | None = None
    carried: CarriedYears | None = field(default=None, repr=False, compare=False)

    def year(self, year: int) -> Year:
        """The country's holidays of one year: as they were frozen, else as the package has them."""
        if self.country is None:
            return NO_HOLIDAYS
        frozen = None if self.locked is None else self.locked.year(year)
        return self._from_package(self.country, year) if frozen is None else frozen

    def _from_package(self, country: Country, year: int) -> Year:
        known = None if self.carried is None else self.carried.years.get(year)
        return find_year(country, year) if known is None else known

    def is_workday(self, day: date) -> bool:
        """True for a weekend day on which the country works to make up for a day off, of this year or the next."""
        if self.country is None or not self.has_weekend_workdays:
            return False
        if self.locked is not None and self.locked.first <= day.year <= self.locked.last:
            return day.isoformat() in self.locked.workdays
        return any(day in self._from_package(self.country, year).workdays for year in (day.year, day.year + 1))

    def known_years(self) -> tuple[int, int] | None:
        """First and last year for which the package or the lock has the country's holidays; None without a country."""
        if self.country is None:
            return None
        first, last = known_years(self.country) if self.carried is None else self.carried.known
        return (first, last) if self.locked is None else (min(first, self.locked.first), max(last, self.locked.last))


@dataclass(frozen=True, slots=True)
class Phase:
    """The hours in force from the local midnight of `starts_on` until the next phase."""

    starts_on: date
    week: Week
    holidays: HolidayRules
    exceptions: tuple[tuple[str, Spans], ...]
    breaks: tuple[tuple[str, Spans], ...]
    is_clipped: bool

    def without_carried(self) -> Phase:
        """The same as it was written."""
        return replace(self, holidays=replace(self.holidays, carried=None))


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole calendar; `phases` ascend, and the first starts on `date.min`."""

    time_zone: str
    phases: tuple[Phase, ...]
    is_strict: bool = False
    known_until: date | None = None
    is_example: bool = False

    def phase(self, day: date) -> Phase:
        """The hours in force on that date."""
        if len(self.phases) == 1:
            return self.phases[0]
        return self.phases[bisect_right([phase.starts_on for phase in self.phases], day) - 1]

    def with_time_zone(self, zone_name: str) -> Schedule:
        """The same wall hours and holiday dates on the clocks of another zone."""
        return replace(self, time_zone=zone_name)

    def known_days(self) -> tuple[date | None, date | None]:
        """First and last date for which holidays are known; None is without end."""
        years = [known for phase in self.phases if (known := phase.holidays.known_years()) is not None]
        first = date(max(year for year, _ in years), 1, 1) if years else None
        last = date(min(year for _, year in years), 12, 31) if years else None
        return first, self.known_until or last

    def locked_years(self) -> tuple[int, int] | None:
        """First and last year of the holidays that were frozen; None when none were."""
        locked = [phase.holidays.locked for phase in self.phases if phase.holidays.locked is not None]
        return (max(one.first for one in locked), min(one.last for one in locked)) if locked else None

    def dated_years(self) -> tuple[int, ...]:
        """Every year that the schedule names, ascending: beyond them each year is like the next."""
        keys = [key for phase in self.phases for key, _ in (*phase.exceptions, *phase.breaks, *phase.holidays.added)]
        years = {int(key[:4]) for key in keys if len(key) == 10}
        return tuple(sorted(years | {phase.starts_on.year for phase in self.phases[1:]}))

    def is_never_open(self) -> bool:
        """True when no week and no dated hours give any open time."""
        return not any(any(phase.week) or any(spans for _, spans in phase.exceptions) for phase in self.phases)

    def digest(self) -> str:
        """SHA-256 of the canonical content; whether it is an example does not count."""
        content = asdict(replace(self, phases=tuple(phase.without_carried() for phase in self.phases)))
        del content["is_example"]
        for phase in content["phases"]:
            del phase["holidays"]["carried"]
            if phase["holidays"]["locked"] is None:
                del phase["holidays"]["locked"]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=_canonical).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
