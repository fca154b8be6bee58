"""Public holidays of a country, from the `holidays` package, one year at a time.

The package is imported when the first calendar with a country asks, because it takes as long as the rest
of servstd together: its modules of all countries come with the first one. Nothing is ever guessed: years
beyond the package's own tables are reported by `known_years`.
"""

from __future__ import annotations

import warnings
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

# Years in which a name given under `remove` is looked for.
_SAMPLE_YEARS = range(2000, 2041)
# Past years, for which every table of the package is whole.
_WHOLE_YEARS = range(2021, 2026)
# Countries whose parts are often taken for countries.
_WITH_PARTS = ("GB", "US", "CA", "AU", "DE")
# How the package joins two holidays that fall on one date.
_SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Country:
    """Whose holidays, and which of them; codes as the `holidays` package knows them."""

    code: str
    subdivision: str | None = None
    categories: tuple[str, ...] = ()
    is_observed: bool = True
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Supported:
    """What the package offers for a country; `subdivisions` maps each code and alias to the code."""

    subdivisions: Mapping[str, str]
    categories: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a country: the names of its holidays, and the weekend days on which it works instead."""

    names: Mapping[date, tuple[str, ...]]
    workdays: frozenset[date]


NO_HOLIDAYS = Year({}, frozenset())


@dataclass(frozen=True, slots=True)
class LockedYears:
    """The holidays of the years `first` to `last` as a catalog froze them: (ISO date, names), and weekend workdays."""

    first: int
    last: int
    names: tuple[tuple[str, str], ...]
    workdays: tuple[str, ...] = ()

    def year(self, year: int) -> Year | None:
        """The names of that year as they were frozen; None for one that was not."""
        if not self.first <= year <= self.last:
            return None
        mine = [(day, names) for day, names in self.names if day[:4] == str(year)]
        return Year({date.fromisoformat(day): tuple(names.split(_SEPARATOR)) for day, names in mine}, frozenset())

    def holiday_names(self) -> frozenset[str]:
        """Every name in these years."""
        return frozenset(name for _, names in self.names for name in names.split(_SEPARATOR))


@dataclass(frozen=True, slots=True)
class CarriedYears:
    """What the package says of a country, taken along to where nobody shall ask it: see finished.py."""

    known: tuple[int, int]
    years: Mapping[int, Year]


def carry_years(country: Country, first: int, last: int) -> CarriedYears:
    """The holidays of these years, and the years that are known at all."""
    return CarriedYears(known_years(country), {year: find_year(country, year) for year in range(first, last + 1)})


def lock_years(country: Country, first: int, last: int) -> LockedYears:
    """The holidays of these years as the package has them now."""
    names: dict[str, str] = {}
    workdays: set[str] = set()
    for year in range(first, last + 2):  # a working weekend may stand in the table of the year after it
        found = find_year(country, year)
        names |= {day.isoformat(): _SEPARATOR.join(n) for day, n in found.names.items() if day.year == year <= last}
        workdays |= {day.isoformat() for day in found.workdays if first <= day.year <= last}
    return LockedYears(first, last, tuple(sorted(names.items())), tuple(sorted(workdays)))


def _create(country: Country, years: list[int]) -> Any:
    import holidays

    return holidays.country_holidays(
        country.code,
        subdiv=country.subdivision,
        years=years,
        expand=False,
        observed=country.is_observed,
        language=country.language,
        categories=country.categories or None,
    )


def country_codes() -> tuple[str, ...]:
    """The two-letter codes of all countries that the package knows."""
    import holidays

    return tuple(sorted(code for code in holidays.list_supported_countries(include_aliases=False)))


def country_hint(name: str) -> str | None:
    """The hint for what is no code."""
    meant = country_meant(name)
    return None if meant is None else f"did you mean '{meant}'?"


def country_meant(name: str) -> str | None:
    """The code for the name of a country or another code of it; a mapping for a part of a well-known country."""
    from holidays.registry import COUNTRIES

    text = name.strip().lower()
    plain = text.removeprefix("the ").replace(" ", "_")
    for module, (_, code, *others) in COUNTRIES.items():
        if plain == module or text in (code.lower(), *(other.lower() for other in others)):
            return str(code)
    for code in _WITH_PARTS:
        for part, short in find_supported(code).subdivisions.items():
            if part.lower() == text and part != short:
                return f"{{country: {code}, subdivision: {short}}}"
    return None


@lru_cache(maxsize=64)
def find_supported(code: str) -> Supported:
    """What may be asked of that country."""
    tables = _create(Country(code), [])
    codes = {str(name): str(name) for name in tables.subdivisions}
    aliases = {str(alias): str(name) for alias, name in getattr(tables, "subdivisions_aliases", {}).items()}
    return Supported(aliases | codes, tuple(tables.supported_categories), tuple(tables.supported_languages))


@lru_cache(maxsize=256)
def known_years(country: Country) -> tuple[int, int]:
    """The first and the last year for which the package has this country's holidays."""
    tables = _create(country, [])
    return tables.start_year, _last_whole_year(country, tables.end_year)


def _last_whole_year(country: Country, last: int) -> int:
    """`last`, or less where the package goes on without moving feasts whose own tables end, such as Diwali's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # for some countries the package says itself that a year is not whole
        lost = _moving(country) - _feasts(country, last).keys()
        ends = bisect_left(range(last), True, _WHOLE_YEARS[-1], key=lambda y: lost.isdisjoint(_feasts(country, y)))
    return ends - 1 if lost else last


def _moving(country: Country) -> set[str]:
    """The feasts of every one of the years that are surely whole, which are not always on the same date."""
    years = [_feasts(country, year) for year in _WHOLE_YEARS]
    always = set.intersection(*map(set, years))
    return {name for name in always if len({year[name] for year in years}) > 1}


def _feasts(country: Country, year: int) -> dict[str, str]:
    """Month and day of each holiday; without days off in the place of others, `Day off (substituted from ...)`."""
    feasts = {}
    for day, names in find_year(country, year).names.items():
        for name in names:
            plain, _, remark = name.partition(" (")  # such as `(estimated)`
            if not any(map(str.isdigit, remark)):
                feasts[plain] = day.isoformat()[5:]
    return feasts


@lru_cache(maxsize=4096)
def find_year(country: Country, year: int) -> Year:
    """Holidays of one year; empty outside `known_years`."""
    tables = _create(country, [year])
    names = {day: tuple(name.split(_SEPARATOR)) for day, name in sorted(tables.items())}
    return Year(names, frozenset(tables.weekend_workdays or ()))


@lru_cache(maxsize=256)
def holiday_names(country: Country) -> frozenset[str]:
    """Every name the country uses in the sample years."""
    first, last = known_years(country)
    years = (year for year in _SAMPLE_YEARS if first <= year <= last)
    return frozenset(name for year in years for names in find_year(country, year).names.values() for name in names)
