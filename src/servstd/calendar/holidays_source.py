"""Public holidays of a country, from the `holidays` package, one year at a time.

The package is imported when the first calendar with a country asks, because it takes as long as the rest
of servstd together: its modules of all countries come with the first one. Nothing is ever guessed: a year
beyond the package's own tables is reported by `known_years`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

# Years in which a name given under `remove` is looked for.
_SAMPLE_YEARS = range(2000, 2041)
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
    return tables.start_year, tables.end_year


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


def is_workday(country: Country, day: date) -> bool:
    """True for a weekend day on which the country works to make up for a day off, of this year or the next."""
    return any(day in find_year(country, year).workdays for year in (day.year, day.year + 1))
