"""What the YAML of a calendar says, checked and frozen.

A `Schedule` is a list of phases, one for each version of the hours, so that the rest of the package never
sees an overlay. Spans are wall time, in seconds after the midnight that begins their date; past 86400 they
run into the next date (overnight). Date keys are `2026-07-03` or, for every year, `07-03`.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from servstd.calendar.holidays_source import Country, known_years

Spans = tuple[tuple[int, int], ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]


@dataclass(frozen=True, slots=True)
class HolidayRules:
    """The `holidays:` part. `added` and `removed_days` hold date keys."""

    country: Country | None = None
    added: tuple[tuple[str, str | None], ...] = ()
    removed_days: frozenset[str] = frozenset()
    removed_names: tuple[str, ...] = ()
    has_weekend_workdays: bool = True


@dataclass(frozen=True, slots=True)
class Phase:
    """The hours in force from the local midnight of `starts_on` until the next phase."""

    starts_on: date
    week: Week
    holidays: HolidayRules
    exceptions: tuple[tuple[str, Spans], ...]
    breaks: tuple[tuple[str, Spans], ...]
    is_clipped: bool


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
        countries = [phase.holidays.country for phase in self.phases if phase.holidays.country]
        years = [known_years(country) for country in countries]
        first = date(max(year for year, _ in years), 1, 1) if years else None
        last = date(min(year for _, year in years), 12, 31) if years else None
        return first, self.known_until or last

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
        content = asdict(self)
        del content["is_example"]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=_canonical).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)
