"""Which hours a date has, and why it has none.

Precedence: dated hours, then dates marked closed, then holidays, then the week; a full date wins over a
month and day of every year. Breaks are cut out later (spans.py), because they may fall inside a shift that
began the day before.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from servstd.calendar.schedule import Phase, Schedule, Spans

SkipReason = Literal["weekend", "holiday", "exception", "break"]


class DayRule(NamedTuple):
    """The spans of wall time that start on a date; without any, the reason and the name of the holiday."""

    spans: Spans
    reason: SkipReason | None = None
    name: str | None = None


class _PhaseRules:
    """One phase, indexed for look-up; holidays are fetched a year at a time."""

    def __init__(self, phase: Phase) -> None:
        self.phase = phase
        self.exceptions = dict(phase.exceptions)
        self.breaks = dict(phase.breaks)
        self._added = dict(phase.holidays.added)
        self._years: dict[int, dict[date, str]] = {}
        # A make-up working day at a weekend has the hours of the first weekday that has any.
        self._workday_spans: Spans = next((spans for spans in phase.week if spans), ())

    def rule(self, day: date) -> DayRule:
        iso = day.isoformat()
        keys = (iso, iso[5:])
        for key in keys:
            if key in self.exceptions:
                spans = self.exceptions[key]
                return DayRule(spans, None if spans else "exception")
        for key in keys:
            if key in self._added:
                return DayRule((), "holiday", self._added[key])
        name = self._country_names(day.year).get(day)
        if name is not None:
            return DayRule((), "holiday", name)
        spans = self.phase.week[day.weekday()]
        if spans:
            return DayRule(spans)
        if self.phase.holidays.is_workday(day):
            return DayRule(self._workday_spans, None if self._workday_spans else "weekend")
        return DayRule((), "weekend")

    def _country_names(self, year: int) -> dict[date, str]:
        if year not in self._years:
            self._years[year] = self._fetch(year)
        return self._years[year]

    def _fetch(self, year: int) -> dict[date, str]:
        holidays = self.phase.holidays
        kept = {}
        for day, names in holidays.year(year).names.items():
            # "Columbus Day" also takes away "Columbus Day (observed)".
            left = [n for n in names if not any(n == r or n.startswith(f"{r} (") for r in holidays.removed_names)]
            if left and holidays.removed_days.isdisjoint((day.isoformat(), day.isoformat()[5:])):
                kept[day] = "; ".join(left)
        return kept


class DayRules:
    """The rules of every date of a schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._phases = {phase.starts_on: _PhaseRules(phase) for phase in schedule.phases}
        self.has_breaks = any(phase.breaks for phase in schedule.phases)
        self.has_clipping = any(phase.is_clipped for phase in schedule.phases)

    def _rules(self, day: date) -> _PhaseRules:
        return self._phases[self._schedule.phase(day).starts_on]

    def rule(self, day: date) -> DayRule:
        """The hours that start on that date, before breaks."""
        return self._rules(day).rule(day)

    def breaks(self, day: date) -> Spans:
        """Wall time of that date that is cut out of the hours."""
        breaks = self._rules(day).breaks
        iso = day.isoformat()
        return breaks.get(iso) or breaks.get(iso[5:], ())

    def is_clipped(self, day: date) -> bool:
        """True when that date is a holiday from midnight to midnight, shifts from the day before included."""
        rules = self._rules(day)
        return rules.phase.is_clipped and rules.rule(day).reason == "holiday"

    def week_spans(self, day: date) -> Spans:
        """What the week alone gives that date."""
        return self._rules(day).phase.week[day.weekday()]
