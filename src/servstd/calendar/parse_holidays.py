"""The `holidays:` part of a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.calendar.holidays_source import Country, country_codes, country_hint, find_supported, holiday_names
from servstd.calendar.schedule import HolidayRules
from servstd.calendar.words import Report, is_list, quoted, read_date_key, read_flag, read_mapping
from servstd.spelling import nearest, read_keys

HOLIDAY_KEYS = (
    "add", "categories", "country", "dates", "language", "observed", "remove", "subdivision", "weekend_workdays",
)  # fmt: skip


def known_keys(given: Mapping[Any, Any], known: tuple[str, ...], report: Report) -> Mapping[Any, Any]:
    """What stands under known keys, and one problem for each other key."""
    read, problems = read_keys(given, known, report.path)
    report.problems += problems
    return read


def read_list(value: Any, report: Report) -> list[Any]:
    """A list; nothing is an empty one."""
    if value is None or is_list(value):
        return list(value or ())
    report.add("not-a-list", f"{quoted(value)} is not a list")
    return []


def read_holidays(given: Mapping[Any, Any], report: Report) -> HolidayRules:
    """The rules that a (merged) `holidays:` mapping describes."""
    has_slip = bool(given.keys() - set(HOLIDAY_KEYS))
    given = known_keys(given, HOLIDAY_KEYS, report)
    country = _read_country(given, report, has_slip)
    removed_days, removed_names = _read_removed(given, country, report.at("remove"), has_slip)
    workdays = given.get("weekend_workdays")
    locked = None if country is None else report.locked.get(country)
    return HolidayRules(
        locked=locked,
        country=country,
        added=_read_added(given, report),
        removed_days=removed_days,
        removed_names=removed_names,
        has_weekend_workdays=True if workdays is None else read_flag(workdays, report.at("weekend_workdays")),
    )


def _read_added(given: Mapping[Any, Any], report: Report) -> tuple[tuple[str, str | None], ...]:
    added: dict[str, str | None] = {}
    for index, value in enumerate(read_list(given.get("dates"), report.at("dates"))):
        key = read_date_key(value, report.at("dates", index))
        if key is not None:
            added[key] = None
    for value, name in (read_mapping(given.get("add"), report.at("add")) or {}).items():
        key = read_date_key(value, report.at("add", str(value)))
        if key is not None:
            added[key] = None if name is None else str(name)
    return tuple(sorted(added.items()))


def _read_country(given: Mapping[Any, Any], report: Report, has_slip: bool) -> Country | None:
    code = given.get("country")
    if code is None:
        if has_slip:  # the unknown key may have been meant to be the country
            return None
        for key in ("subdivision", "categories", "language", "observed"):
            if given.get(key) is not None:
                report.at(key).add("country-missing", f"'{key}' needs a country")
        return None
    codes = country_codes()
    if code not in codes:
        report.at("country").add(
            "unknown-country", f"no holidays are known for the country {quoted(code)}", country_hint(str(code))
        )
        return None
    supported = find_supported(str(code))
    observed = given.get("observed")
    return Country(
        code=str(code),
        subdivision=_read_subdivision(given.get("subdivision"), str(code), report.at("subdivision")),
        categories=_read_categories(given.get("categories"), supported.categories, report.at("categories")),
        is_observed=True if observed is None else read_flag(observed, report.at("observed")),
        language=_read_language(given.get("language"), supported.languages, report.at("language")),
    )


def _read_subdivision(value: Any, code: str, report: Report) -> str | None:
    known = find_supported(code).subdivisions
    if value is None or str(value) in known:
        return None if value is None else known[str(value)]
    report.add("unknown-subdivision", f"{code} has no subdivision called {quoted(value)}", nearest(value, known))
    return None


def _read_categories(value: Any, known: tuple[str, ...], report: Report) -> tuple[str, ...]:
    categories = []
    for index, name in enumerate(read_list(value, report)):
        if name in known:
            categories.append(str(name))
        else:
            allowed = ", ".join(known)
            report.at(index).add("unknown-category", f"no category is called {quoted(name)}; there are {allowed}")
    return tuple(sorted(categories))


def _read_language(value: Any, known: tuple[str, ...], report: Report) -> str | None:
    if value is None or value in known:
        return None if value is None else str(value)
    allowed = ", ".join(known) or "none to choose from"
    report.add("unknown-language", f"the names are not known in {quoted(value)}; there are {allowed}")
    return None


def _read_removed(
    given: Mapping[Any, Any], country: Country | None, report: Report, has_slip: bool
) -> tuple[frozenset[str], tuple[str, ...]]:
    days, names = set(), []
    for index, value in enumerate(read_list(given.get("remove"), report)):
        place = report.at(index)
        if str(value)[:2].isdigit():
            key = read_date_key(value, place)
            if key is not None:
                days.add(key)
        elif country is None:
            if given.get("country") is None and not has_slip:
                place.add("country-missing", f"{quoted(value)} can not be removed, as no country is named")
        elif _is_holiday(str(value), known := _names(country, report)):
            names.append(str(value))
        else:
            hint = nearest(value, known)
            place.add("unknown-holiday", f"{country.code} has no holiday called {quoted(value)}", hint)
    return frozenset(days), tuple(sorted(names))


def _names(country: Country, report: Report) -> frozenset[str]:
    """What a holiday of the country may be called; a name that was locked stays one when the package drops it."""
    locked = report.locked.get(country)
    return holiday_names(country) if locked is None else holiday_names(country) | locked.holiday_names()


def _is_holiday(name: str, known: frozenset[str]) -> bool:
    return any(other == name or other.startswith(f"{name} (") for other in known)
