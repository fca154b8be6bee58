"""What a calendar in YAML takes, for editors: the keys of `parse_calendar` with what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import available_timezones

from servstd.calendar.holidays_source import country_codes, find_supported
from servstd.calendar.words import DAYS
from servstd.shape import (
    ANY,
    FLAG,
    SCALAR,
    Schema,
    closed,
    described,
    forms,
    list_of,
    names_to,
    optional,
    pattern,
    words,
)

_TIME = r"(?:[01]?\d|2[0-4]):[0-5]\d"
_SPAN = rf"{_TIME}\s*-\s*{_TIME}"
_SPANS = rf"^\s*(?:closed|{_SPAN}(?:\s*,\s*{_SPAN})*)\s*$"
_DAY = rf"\s*(?:{'|'.join(DAYS)})\s*"
_DAY_KEY = rf"^(?:daily|{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*)$"
_DATE = r"\d{4}-(?:\d{2}-\d{2}|W\d{2}-\d)"
_DATE_KEY = rf"^(?:{_DATE}|\d{{2}}-\d{{2}})$"
_DAY_KEYS = ("mon-fri", "mon-thu", *DAYS, "sat-sun", "daily")
_HOURS = "Days with spans: `mon-fri: 09:00-12:30, 13:30-17:00`, `sat: closed`. Days that are not named are closed."
MEANINGS = {
    "time_zone": "The IANA zone of the hours, such as `Europe/London`.",
    "hours": _HOURS,
    "holidays": "Public holidays by country, corrected by date or name.",
    "exceptions": "Dates with spans or `closed`; they win over holidays and the week. `12-24` is every year.",
    "breaks": "Dates with spans in which it is closed inside open hours.",
    "versions": "New hours from a date on, that leave the past alone.",
    "strict_holidays": "`true`: raise beyond the years for which holidays are known, instead of warning.",
    "known_until": "Until when your own dates are known.",
    "holiday_clips_midnight": "`true`: an overnight shift ends at the midnight that begins a holiday.",
    "example": "`true` marks a calendar that is to be replaced.",
    "silence": "Findings of `servstd lint` that are meant to be, each with the reason.",
    "from": "The date from which the version holds.",
    "until": "The date from which it no longer holds.",
}
_FIXED = ("time_zone", "versions", "strict_holidays", "known_until", "example", "silence")
HOLIDAY_MEANINGS = {
    "country": "Whose holidays: a two-letter code.",
    "subdivision": "A state, province or part of the country.",
    "categories": "Which sorts of holidays; left out: the public ones.",
    "language": "The language of the names.",
    "observed": "`false`: no days off in place of holidays that fall on a weekend.",
    "weekend_workdays": "`false`: weekend days that the country works instead stay closed.",
    "add": "Dates with names: holidays of your own.",
    "remove": "Dates or names of holidays on which it is open.",
    "dates": "Dates of holidays without names.",
}


def zone_shape() -> Schema:
    """The name of a time zone."""
    return words(sorted(available_timezones()), "no time zone has this name; names are such as Europe/London")


def calendar_shape(zone: Schema, spans: Schema, silence: Schema, countries: Iterable[str] = ()) -> Schema:
    """A calendar. `countries` are those of which the parts, categories and languages are listed."""
    date = pattern(rf"^{_DATE}$", "expected a date such as 2026-07-03")
    dated = _dated(spans)
    takes: dict[str, Schema] = {
        "time_zone": zone,
        "hours": _hours(spans),
        "holidays": optional(_holidays(countries)),
        "exceptions": optional(dated),
        "breaks": optional(dated),
        "strict_holidays": optional(FLAG),
        "known_until": optional(date),
        "holiday_clips_midnight": optional(FLAG),
        "example": optional(FLAG),
        "silence": silence,
        "from": date,
        "until": optional(date),
    }
    told = {key: described(schema, MEANINGS[key]) for key, schema in takes.items()}
    version = closed({key: schema for key, schema in told.items() if key not in _FIXED}, ("from",))
    own = {key: schema for key, schema in told.items() if key not in ("from", "until")}
    own["versions"] = described(optional(list_of(_changed(version, spans))), MEANINGS["versions"])
    return closed(own, ("time_zone", "hours"))


def spans_shape() -> Schema:
    """Spans of opening hours of one day."""
    says = "expected spans of hours such as '09:00-12:30, 13:30-17:00', or closed"
    text = pattern(_SPANS, says, "09:00-17:00", "09:00-12:30, 13:30-17:00", "00:00-24:00", "closed")
    return forms(text, list_of(text))


def _hours(spans: Schema) -> Schema:
    says = "days are mon to sun, such as 'mon-fri' or 'sat, sun', or daily"
    names = {"pattern": _DAY_KEY, "patternErrorMessage": says}
    return {**names_to(spans, dict.fromkeys(_DAY_KEYS, spans)), "propertyNames": names}


def _dated(spans: Schema) -> Schema:
    says = "expected a date such as 2026-07-03, or 07-03 for every year"
    names = {"pattern": _DATE_KEY, "patternErrorMessage": says, "title": "date"}
    return {**names_to(spans), "propertyNames": names}


def _changed(version: Schema, spans: Schema) -> Schema:
    """A version: null takes a dated entry, or the holidays, of the layer below away."""
    keys = dict(version["properties"])
    dated = {**_dated(optional(spans)), "type": ["object", "null"]}
    for key in ("exceptions", "breaks"):
        keys[key] = described(dated, MEANINGS[key])
    keys["hours"] = described(optional(_hours(spans)), MEANINGS["hours"])
    return {**version, "properties": keys}


def _holidays(countries: Iterable[str]) -> Schema:
    names = {"pattern": _DATE_KEY, "patternErrorMessage": "expected a date such as 2026-07-03, or 07-03 for every year"}
    day = {"type": "string", **names}
    takes: dict[str, Schema] = {
        "country": optional(words(country_codes(), "no holidays are known for this country; codes are such as GB")),
        "observed": optional(FLAG),
        "weekend_workdays": optional(FLAG),
        "categories": optional({"type": "array"}),
        "add": {**names_to(ANY), "type": ["object", "null"], "propertyNames": names},
        "remove": optional({"type": "array"}),
        "dates": optional(list_of(day)),
    }
    told = {key: described(takes.get(key, SCALAR), text) for key, text in HOLIDAY_MEANINGS.items()}
    own = [_of_country(code) for code in sorted(set(countries))]
    return closed(told) | ({"allOf": own} if own else {})


def _of_country(code: str) -> Schema:
    """What one country has, so that its parts are offered and others flagged."""
    known = find_supported(code)
    lists = {
        "subdivision": optional(words(sorted(known.subdivisions), f"{code} has no such subdivision")),
        "categories": optional(list_of(words(known.categories, f"{code} has no such category"))),
        "language": optional(words(known.languages, "the names are not known in this language")),
    }
    test = {"type": "object", "properties": {"country": {"const": code}}, "required": ["country"]}
    return {"if": test, "then": {"properties": lists}}
