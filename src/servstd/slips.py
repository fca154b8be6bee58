"""Usual slips in small texts, and what was meant: dates, hours, days, durations and time zones written another way.

Each function gives the right spelling, or None when it is not certain. The word lists are short on purpose: a hint
that is wrong is worse than none.
"""

from __future__ import annotations

import difflib
import re
from calendar import month_name, monthrange
from datetime import UTC, date, datetime
from zoneinfo import available_timezones

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_WORDS = {"weekdays": "mon-fri", "weekday": "mon-fri", "weekend": "sat-sun", "weekends": "sat-sun"}
_DAY_WORDS |= dict.fromkeys(("every day", "everyday", "all", "always", "all week"), "daily")
_CLOSED_WORDS = ("closed", "off", "shut", "none", "no", "holiday", "not open", "-")
_WHOLE_DAY_WORDS = ("24h", "24 hours", "24/7", "24 h", "all day", "always", "open")
_DURATION_WORDS = {
    **dict.fromkeys(("working", "work", "opening", "office", "open", "bus", "biz"), "business"),
    **dict.fromkeys(("clock", "real", "actual", "solid"), "elapsed"),
    **dict.fromkeys(("workday", "workdays", "weekday", "weekdays"), "business days"),
    **dict.fromkeys(("h", "hr", "hrs"), "hours"),
    **dict.fromkeys(("min", "mins"), "minutes"),
    **dict.fromkeys(("sec", "secs"), "seconds"),
    **dict.fromkeys(("next", "a", "an", "one"), "1"),
    **dict.fromkeys(("within", "by", "in", "the"), ""),
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
}
_DURATION_TERMS = ("business", "elapsed", "calendar", "hours", "minutes", "seconds", "days", "end", "of")
_ZONE_WORDS = {
    **dict.fromkeys(("uk", "england", "britain", "great_britain", "bst"), "Europe/London"),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("mdt", "mt", "mountain"), "America/Denver"),
    **dict.fromkeys(("cdt", "ct"), "America/Chicago"),
    **dict.fromkeys(("edt", "et", "eastern"), "America/New_York"),
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_EPOCH = re.compile(r"\d{9,19}(?:\.\d+)?")
_EPOCH_UNITS = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000, "nanoseconds": 1_000_000_000}
_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800
_OFFSET = re.compile(r"(?:gmt|utc|z)?[+-]\d{1,2}(?::?\d\d)?|[a-z]{3,4}|z")
_DASHES = re.compile(r"\s*(?:[-\u2010-\u2015\u2212]|\bto\b|\buntil\b|\btill\b)\s*")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d\d))?\s*(a|p)?\.?m?\.?")
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NUMERIC_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_WORDED_DATE = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3})[a-z]*|([a-z]{3})[a-z]* (\d{1,2})(?:st|nd|rd|th)?) (\d{4})"
)


def parse_date(value: object) -> date:
    """A date written as 2026-07-03; raises `ValueError` for everything else. `date_fault` says what is wrong."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = str(value)
    if not _ISO_DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not written as year, month and day")
    return date.fromisoformat(text)


def dates_meant(text: str) -> list[date]:
    """The dates that a text may mean: one, two when day and month may be either way round, or none."""
    words = " ".join(re.sub(r"[-,/.]", " ", text.lower()).split())
    if match := _WORDED_DATE.fullmatch(words):
        day, month = match[1] or match[4], match[2] or match[3]
        return _dates([(match[5], _MONTHS.index(month) + 1, day)]) if month in _MONTHS else []
    match = _NUMERIC_DATE.fullmatch(text.strip())
    if match is None:
        return []
    first, second, third = match.groups()
    if len(first) == 4:
        return _dates([(first, second, third)])
    return _dates([(third, second, first), (third, first, second)]) if len(third) == 4 else []


def _dates(candidates: list[tuple[str | int, ...]]) -> list[date]:
    found: list[date] = []
    for parts in candidates:
        try:
            day = date(*(int(part) for part in parts))
        except ValueError:
            continue
        if day not in found:
            found.append(day)
    return found


def date_fault(value: object) -> tuple[str, str | None]:
    """What is wrong with a value that is no date, and the hint: a date that can not be, or another way to write one."""
    text = str(value).strip()
    if match := _ISO_DATE.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12:
            return f"there is no {text}: {month_name[month]} has {monthrange(year, month)[1]} days", None
        return f"there is no {text}: months are 01 to 12", None
    meant = dates_meant(text)
    hint = f"write {' or '.join(f'{day} ({day.day} {day:%B})' for day in meant)}" if meant else None
    if len(meant) == 1:
        hint = f"write {meant[0]}"
    said = "nothing" if value is None else f"'{value}'"
    return f"{said} is not a date such as 2026-07-03", hint


def days_meant(text: str) -> str | None:
    """`mon-fri` for `weekdays`, `Monday to Friday` or a long dash; None when it is not certain."""
    words = text.strip().lower()
    if words in _DAY_WORDS:
        return _DAY_WORDS[words]
    parts = [part.strip(" .") for part in _DASHES.split(words)]
    if len(parts) <= 2 and all(len(part) > 2 and any(day.startswith(part) for day in _DAYS) for part in parts):
        return "-".join(part[:3] for part in parts)
    return None


def hours_meant(text: str) -> str | None:
    """`09:00-17:00` for `9am-5pm`, `9:00 to 17:00`, `0900-1700` or `9-17`; None when it is not certain."""
    words = text.strip().lower()
    if words in _CLOSED_WORDS:
        return "closed"
    if words in _WHOLE_DAY_WORDS:
        return "00:00-24:00"
    ends = [_TIME.fullmatch(part) for part in _DASHES.split(words)]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    (hour, minute, half), (to_hour, to_minute, to_half) = (_clock(match) for match in ends if match is not None)
    if half is None and to_half is not None:  # 1-5pm, but 9-5pm
        half = to_half if hour % 12 < to_hour % 12 else ("a" if to_half == "p" else "p")
    start, end = _minutes(hour, minute, half), _minutes(to_hour, to_minute, to_half)
    if start is None or end is None or (half is None and end <= start and hour <= 12):
        return None
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _clock(match: re.Match[str]) -> tuple[int, int, str | None]:
    return int(match[1]), int(match[2] or 0), match[3]


def _minutes(hour: int, minute: int, half: str | None) -> int | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour <= 24 and minute < 60 and hour * 60 + minute <= 1440 else None


def duration_meant(text: str) -> str:
    """A duration with its usual slips mended: `2 business hours` for `2 working hrs`. It may still not be one."""
    words: list[str] = []
    for word in re.sub(r"(?<=\d)(?=[a-z])", " ", text.lower().strip(" .")).split():
        if word in _DURATION_WORDS:
            words += _DURATION_WORDS[word].split()
        elif word[0].isdigit() or word in _DURATION_TERMS or f"{word}s" in _DURATION_TERMS:
            words.append(word)
        else:
            words += difflib.get_close_matches(word, _DURATION_TERMS, 1, 0.75) or [word]
    mended = " ".join(words).replace("days days", "days").replace("days day", "days")
    return re.sub(r"^1 (.*?)s$", r"1 \1", mended).replace("of 1 business days", "of 1 business day")


def clocks_meant(value: object) -> str | None:
    """The hint for a number without its clock and unit, such as 4 or '4'; None for everything else."""
    text = str(value).strip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        return None
    plural = "" if text == "1" else "s"
    days = f" or '{text} business day{plural}'" if "." not in text else ""
    hours = [f"'{text} {clock} hour{plural}'" for clock in ("business", "elapsed")]
    return f"say on which clock: {(', ' if days else ' or ').join(hours)}{days}"


def epoch_hint(value: object) -> str | None:
    """The hint for a number, or its text, where an instant belongs: the instant, if it counts seconds or parts of them.

    Only years from 2000 to 2100 are certain enough.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not _EPOCH.fullmatch(value.strip()):
        return None
    for unit, per_second in _EPOCH_UNITS.items():
        seconds = float(value) / per_second
        if _YEAR_2000 <= seconds < _YEAR_2100:
            written = datetime.fromtimestamp(int(seconds), UTC).isoformat()
            return f"if it counts {unit} since 1970, write it as {written.removesuffix('+00:00')}Z"
    return None


def zone_hint(name: str) -> str | None:
    """The hint for a name that is no time zone: a city, an abbreviation, a near name, or why an offset is none."""
    zone = zone_meant(name)
    if zone is not None:
        return f"did you mean {zone!r}?"
    if _OFFSET.fullmatch(name.strip().lower()):
        return "an offset or abbreviation does not know summer time; name a place, such as Europe/Paris"
    return None


def zone_meant(name: str) -> str | None:
    """The IANA name that was most likely meant, or None."""
    text = name.strip().lower().replace(" ", "_")
    if text in _ZONE_WORDS:
        return _ZONE_WORDS[text]
    zones = sorted(available_timezones(), key=lambda zone: (len(zone), zone))
    by_lower = {zone.lower(): zone for zone in zones}
    if text in by_lower:
        return by_lower[text]
    if _OFFSET.fullmatch(text):
        return None
    cities = [zone for zone in zones if "/" in zone and zone.lower().rpartition("/")[2] == text]
    if cities:
        return cities[0]
    near = difflib.get_close_matches(text, by_lower, 1, 0.75)
    return by_lower[near[0]] if near else None


_FORMAT_PARTS = re.compile(r"y+|d+|h+|s+|m+|am/pm|[ap]m|a|tt", re.IGNORECASE)
_LETTER = re.compile(r"[a-su-z]", re.IGNORECASE)  # a t stands between date and time


def time_format_meant(text: str) -> str | None:
    """`%d/%m/%Y %H:%M` for `dd/mm/yyyy hh:mm`, as spreadsheets write it; None when it is not certain."""
    if "%" in text or _LETTER.search(_FORMAT_PARTS.sub("", text)):
        return None
    parts = list(_FORMAT_PARTS.finditer(text))
    kinds = [part[0][0].lower() for part in parts]
    has_half = "a" in kinds or "p" in kinds or "t" in kinds
    found, end = "", 0
    for number, part in enumerate(parts):
        is_minute = kinds[number] == "m" and "h" in kinds[max(number - 1, 0) : number]
        found += text[end : part.start()] + _directive(kinds[number], len(part[0]), is_minute, has_half)
        end = part.end()
    return found + text[end:]


def _directive(kind: str, length: int, is_minute: bool, has_half: bool) -> str:
    if kind == "y":
        return "%Y" if length > 2 else "%y"
    if kind == "m" and not is_minute:
        return "%m" if length < 3 else "%b" if length == 3 else "%B"
    return {"d": "%d", "h": "%I" if has_half else "%H", "m": "%M", "s": "%S"}.get(kind, "%p")
