"""What a new policy repository has to know, checked by the reader of calendars itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from servstd.calendar import BusinessCalendar, parse_calendar
from servstd.calendar.holidays_source import country_codes, find_supported
from servstd.errors import Problem

DEFAULT_HOURS = "mon-fri 09:00-17:00"
DEFAULT_ZONE = "UTC"
_SPANS_BEGIN = "0123456789"


@dataclass(frozen=True, slots=True)
class Settings:
    """Whose policy it is, and when they are open. `hours` is text such as `mon-thu 09:00-17:00; fri 09:00-16:00`."""

    name: str
    time_zone: str = DEFAULT_ZONE
    hours: str = DEFAULT_HOURS
    country: str | None = None
    subdivision: str | None = None

    @property
    def week(self) -> dict[str, str]:
        """The hours as they are written under `hours:` in a calendar."""
        week: dict[str, str] = {}
        for part in self.hours.split(";"):
            days, spans = _split(" ".join(part.split()))
            if days or spans:
                week[days] = f"{week[days]}, {spans}" if days in week else spans
        return week

    @property
    def holidays(self) -> dict[str, str]:
        """The country and subdivision as they are written under `holidays:`."""
        given = {"country": self.country, "subdivision": self.subdivision}
        return {key: value for key, value in given.items() if value}

    @property
    def spec(self) -> dict[str, Any]:
        """The calendar as it is written."""
        spec: dict[str, Any] = {"time_zone": self.time_zone, "hours": self.week}
        return {**spec, "holidays": self.holidays} if self.holidays else spec

    def calendar(self) -> BusinessCalendar:
        """The calendar itself. Raises `CatalogError` when it can not be read."""
        return BusinessCalendar.from_spec(self.spec)


def _split(part: str) -> tuple[str, str]:
    """`mon-fri 09:00-17:00` as days and spans; a colon may stand between them."""
    at = next((index for index, letter in enumerate(part) if letter in _SPANS_BEGIN), None)
    if at is None:
        days, _, spans = part.rpartition(" ")
        return (days.rstrip(": ").lower(), spans) if days else (part.lower(), "")
    return part[:at].rstrip(": ").lower(), part[at:]


def check_settings(settings: Settings) -> list[Problem]:
    """All that is wrong; the path of each problem is `name`, `time_zone`, `country`, `subdivision` or `hours`."""
    problems = [] if settings.name.strip() else [Problem("not-text", "expected a name, got nothing", ("name",))]
    schedule, found = parse_calendar(settings.spec)
    nameless = settings.week.get("")
    if nameless is not None:
        hint = "write the days before the hours, such as 'mon-fri 09:00-17:00'"
        problems.append(Problem("unknown-day", f"{nameless!r} does not say on which days", ("hours",), hint))
    problems += [_of_setting(one) for one in found if nameless is None or one.keys[:1] != ("hours",)]
    if schedule is not None and schedule.is_never_open():
        problems.append(Problem("hours-missing", f"{settings.hours!r} is never open", ("hours",)))
    return problems


def _of_setting(problem: Problem) -> Problem:
    """The problem of a calendar as one of a setting."""
    keys: Mapping[str, str] = {"holidays": "subdivision" if "subdivision" in problem.keys else "country"}
    first = str(problem.keys[0]) if problem.keys else "hours"
    return Problem(problem.code, problem.message, (keys.get(first, first),), problem.hint)


def subdivisions_of(country: str) -> tuple[str, ...]:
    """The codes of the parts of a country that have holidays of their own; none for an unknown country."""
    if country not in country_codes():
        return ()
    return tuple(sorted(set(find_supported(country).subdivisions.values())))


def default_zone(country: str | None) -> str:
    """The first zone that the zone table lists for a country, else UTC."""
    if country is None:
        return DEFAULT_ZONE
    try:
        table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        return DEFAULT_ZONE
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[2] for row in rows if len(row) > 2 and row[0] == country), DEFAULT_ZONE)
