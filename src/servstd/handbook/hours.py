"""The calendars that the rules run on: their hours and, for one year, the dates that are not like the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from servstd.calendar import BusinessCalendar
from servstd.calendar.day_view import DayKind, view_day
from servstd.calendar.schedule import HolidayRules, Phase
from servstd.calendar.spans import dates
from servstd.calendar.wording import show_week
from servstd.catalog import Catalog
from servstd.handbook.model import Hours, OddDay
from servstd.steps import day_name
from servstd.terms.phrasing import Phrasing
from servstd.terms.told import Row, listed, rows

_ORDINARY = (DayKind.OPEN, DayKind.WEEKEND, DayKind.MISSING)


def hours_of(catalog: Catalog, rules: Iterable[str], as_of: date | None, words: Phrasing) -> tuple[Hours, ...]:
    """The calendars that these rules may run on: the default first, then those chosen by condition, then by rule."""
    used = [catalog.default_calendar, *(choice.use for choice in catalog.calendar_for)]
    used += [body.calendar.use for name in rules for body in catalog.rules[name].bodies if body.calendar is not None]
    names = [name for name in dict.fromkeys(used) if name in catalog.calendars]
    return tuple(_hours(catalog, name, as_of, words) for name in names if name is not None)


def _hours(catalog: Catalog, name: str, as_of: date | None, words: Phrasing) -> Hours:
    calendar = catalog.calendars[name]
    year = None if as_of is None else as_of.year
    odd = () if year is None else tuple(_odd_days(calendar, year))
    return Hours(name, tuple(_facts(catalog, name, calendar, as_of, words)), year, odd)


def _facts(
    catalog: Catalog, name: str, calendar: BusinessCalendar, as_of: date | None, words: Phrasing
) -> Iterator[Row]:
    schedule = calendar.schedule
    conditions = [words.condition(choice.when) for choice in catalog.calendar_for if choice.use == name]
    holidays = schedule.phases[-1] if as_of is None else schedule.phase(as_of)
    yield from rows(
        ("An example", "these are not your hours" if calendar.is_example else None),
        ("Used", _used(name == catalog.default_calendar, conditions, not catalog.calendar_for)),
        ("Time zone", schedule.time_zone),
    )
    for phase in schedule.phases:
        label = "Open" if phase.starts_on == date.min else f"Open from {phase.starts_on.isoformat()}"
        yield label, show_week(phase.week)
    yield from rows(("Closed on", _holidays(holidays.holidays)), ("Other hours", _dated(holidays)))


def _used(is_default: bool, conditions: list[str], is_alone: bool) -> str | None:
    if is_default and is_alone:
        return "for every rule that names no other"
    parts = [f"when {text}" for text in conditions] + (["for everything else"] if is_default else [])
    return "; ".join(parts) or None


def _holidays(rules: HolidayRules) -> str | None:
    country = rules.country
    parts = []
    if country is not None:
        where = f"{country.code}, {country.subdivision}" if country.subdivision else country.code
        parts.append(f"the public holidays of {where}")
        removed = [*rules.removed_names, *sorted(rules.removed_days)]
        parts[0] += f" but for {listed(removed, 'and')}" if removed else ""
    parts += [key if name is None else f"{key} ({name})" for key, name in rules.added]
    return "; ".join(parts) or None


def _dated(phase: Phase) -> str | None:
    keys = [key for key, _ in (*phase.exceptions, *phase.breaks)]
    return listed(sorted(keys), "and") or None


def _odd_days(calendar: BusinessCalendar, year: int) -> Iterator[OddDay]:
    for day in dates(date(year, 1, 1), date(year + 1, 1, 1)):
        view = view_day(calendar, day)
        if view.kind not in _ORDINARY:
            yield OddDay(day_name(day), view.hours, view.note)
