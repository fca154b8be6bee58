"""The `holidays:` part of a calendar."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from servstd.calendar.holidays_source import Country, country_codes, find_supported, holiday_names
from servstd.calendar.schedule import HolidayRules
from servstd.calendar.words import Report, is_list, quoted, read_date_key, read_flag, read_mapping

HOLIDAY_KEYS = (
    "add", "categories", "country", "dates", "language", "observed", "remove", "subdivision", "weekend_workdays",
)  # fmt: skip


def meant(name: str, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known word, when one is near."""
    by_lower = {word.lower(): word for word in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f"did you mean '{by_lower[near[0]]}'?" if near else None


def report_unknown_keys(given: Mapping[Any, Any], known: tuple[str, ...], report: Report) -> None:
    """One problem for each key that is not known here."""
    for key in given:
        if key not in known:
            report.at(str(key)).add("unknown-key", f"'{key}' is not a key here", meant(str(key), known))


def read_list(value: Any, report: Report) -> list[Any]:
    """A list; nothing is an empty one."""
    if value is None or is_list(value):
        return list(value or ())
    report.add("not-a-list", f"{quoted(value)} is not a list")
    return []


def read_holidays(given: Mapping[Any, Any], report: Report) -> HolidayRules:
    """The rules that a (merged) `holidays:` mapping describes."""
    report_unknown_keys(given, HOLIDAY_KEYS, report)
    country = _read_country(given, report)
    removed_days, removed_names = _read_removed(given, country, report.at("remove"))
    workdays = given.get("weekend_workdays")
    return HolidayRules(
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


def _read_country(given: Mapping[Any, Any], report: Report) -> Country | None:
    code = given.get("country")
    if code is None:
        for key in ("subdivision", "categories", "language", "observed"):
            if given.get(key) is not None:
                report.at(key).add("country-missing", f"'{key}' needs a country")
        return None
    codes = country_codes()
    if code not in codes:
        hint = f"did you mean '{str(code).upper()}'?" if str(code).upper() in codes else None
        report.at("country").add("unknown-country", f"no holidays are known for the country {quoted(code)}", hint)
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
    report.add("unknown-subdivision", f"{code} has no subdivision called {quoted(value)}", meant(str(value), known))
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
    given: Mapping[Any, Any], country: Country | None, report: Report
) -> tuple[frozenset[str], tuple[str, ...]]:
    days, names = set(), []
    for index, value in enumerate(read_list(given.get("remove"), report)):
        place = report.at(index)
        if str(value)[:2].isdigit():
            key = read_date_key(value, place)
            if key is not None:
                days.add(key)
        elif country is None:
            if given.get("country") is None:
                place.add("country-missing", f"{quoted(value)} can not be removed, as no country is named")
        elif _is_holiday(str(value), known := holiday_names(country)):
            names.append(str(value))
        else:
            hint = meant(str(value), known)
            place.add("unknown-holiday", f"{country.code} has no holiday called {quoted(value)}", hint)
    return frozenset(days), tuple(sorted(names))


def _is_holiday(name: str, known: frozenset[str]) -> bool:
    return any(other == name or other.startswith(f"{name} (") for other in known)
