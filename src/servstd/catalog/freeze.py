"""Freezing a catalog: making the text of its lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from servstd.calendar.holidays_source import Country, LockedYears, lock_years
from servstd.catalog.catalog import Catalog
from servstd.catalog.clocks import clock_changes
from servstd.catalog.lock import FORMAT, Lock, checksum, frozen_words, short_digests
from servstd.catalog.packages import package_version, time_zone_data
from servstd.yaml_reader.write import write_flow

YEARS_BACK, YEARS_AHEAD = 2, 3
_HEAD = (
    "# Written by 'servstd freeze': fingerprints of the resolved catalog and the holidays that it counts with.\n"
    "# A catalog that differs from it does not load. Read its diff, and do not edit it.\n"
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The text of a lock, and what it holds: the years, and holidays by country."""

    text: str
    years: tuple[int, int]
    holidays: Mapping[Country, LockedYears]


def freeze(
    catalog: Catalog,
    *,
    today: date,
    old: Lock | None = None,
    is_upgrade: bool = False,
    years: tuple[int, int] | None = None,
) -> Frozen:
    """The lock of a catalog as it is now.

    Holidays that `old` holds stay as they are, for another version of the package may have other dates for the same
    year; `is_upgrade` takes all of them anew. `years` are first and last year; see `years_of`.
    """
    first, last = years or years_of(catalog, today, old)
    kept = {} if old is None or is_upgrade else old.holidays
    countries = _countries(catalog)
    holidays = {one: _laid(lock_years(one, first, last), kept.get(one)) for one in countries}
    content: dict[str, Any] = {
        "format": FORMAT,
        "digest": catalog.digest,
        "made_with": {
            "servstd": package_version("servstd"),
            "holidays": package_version("holidays"),
            "time_zones": time_zone_data(),
        },
        "years": f"{first}-{last}",
        "holidays": [_item(country, found) for country, found in holidays.items()],
        "clocks": {zone: clock_changes(zone, first, last) for zone in _zones(catalog)},
        **short_digests(catalog),
        "words": frozen_words(catalog),
    }
    content["checksum"] = checksum(content)
    return Frozen(_HEAD + "\n".join(_lines(content)) + "\n", (first, last), holidays)


def years_of(catalog: Catalog, today: date, old: Lock | None = None) -> tuple[int, int]:
    """The years whose holidays are frozen.

    From two years ago, or the first year in which a version begins, to three years ahead, or the last year of a
    calendar's `known_until`. Years that were frozen before stay.
    """
    named = {day.year for day in _dates(catalog)}
    untils = {one.schedule.known_until.year for one in catalog.calendars.values() if one.schedule.known_until}
    first = min({today.year - YEARS_BACK, *named})
    last = max({today.year + YEARS_AHEAD, *untils})
    return (first, last) if old is None else (min(first, old.years[0]), max(last, old.years[1]))


def _dates(catalog: Catalog) -> Iterator[date]:
    """The dates on which a version of a rule or of a calendar begins."""
    for rule in catalog.rules.values():
        yield from (version.from_ for version in rule.versions if version.from_ is not None)
    for calendar in catalog.calendars.values():
        yield from (phase.starts_on for phase in calendar.schedule.phases[1:])


def _countries(catalog: Catalog) -> list[Country]:
    """Whose holidays the calendars in use have, in a fixed order."""
    used = (catalog.calendars[name] for name in catalog.calendars_in_use())
    phases = (phase for calendar in used for phase in calendar.schedule.phases)
    return sorted({phase.holidays.country for phase in phases if phase.holidays.country is not None}, key=repr)


def _zones(catalog: Catalog) -> list[str]:
    used = (catalog.calendars[name].schedule.time_zone for name in catalog.calendars_in_use())
    return sorted({str(catalog.zone), *used})


def _laid(now: LockedYears, kept: LockedYears | None) -> LockedYears:
    """The holidays of now, but for the years that were frozen before."""
    if kept is None:
        return now
    was, wanted = range(kept.first, kept.last + 1), range(now.first, now.last + 1)
    names = [one for one in now.names if int(one[0][:4]) not in was]
    names += [one for one in kept.names if int(one[0][:4]) in wanted]
    workdays = [day for day in now.workdays if int(day[:4]) not in was]
    workdays += [day for day in kept.workdays if int(day[:4]) in wanted]
    return LockedYears(now.first, now.last, tuple(sorted(names)), tuple(sorted(workdays)))


def _item(country: Country, found: LockedYears) -> dict[str, Any]:
    """One country, in the words of a calendar's `holidays`."""
    settings = {
        "country": country.code,
        "subdivision": country.subdivision,
        "categories": list(country.categories),
        "observed": None if country.is_observed else False,
        "language": country.language,
        "workdays": list(found.workdays),
    }
    return {**{key: value for key, value in settings.items() if value not in (None, [])}, "dates": dict(found.names)}


def _lines(content: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """The content as YAML with one entry a line, so that a diff shows what changed."""
    for key, value in content.items():
        name = write_flow(key)
        if isinstance(value, Mapping) and value and key != "made_with":
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{name}:"
            for item in value:
                first, *rest = _lines(item, indent + "    ")
                yield f"{indent}  - {first.strip()}"
                yield from rest
        else:
            yield f"{indent}{name}: {write_flow(value)}"


def date_changes(old: LockedYears | None, new: LockedYears) -> Iterator[str]:
    """The dates by which two states of a country's holidays differ, in the years that both hold."""
    if old is None:
        return
    before, after = dict(old.names), dict(new.names)
    for day in sorted({*before, *after}):
        if max(old.first, new.first) <= int(day[:4]) <= min(old.last, new.last) and before.get(day) != after.get(day):
            yield f"{day}: {before.get(day) or 'no holiday'} becomes {after.get(day) or 'no holiday'}"
