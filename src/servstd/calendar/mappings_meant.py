"""What was probably meant where a calendar wants keys with values and got a text or a list."""

from __future__ import annotations

import re
from typing import Any

from servstd.calendar.holidays_source import country_codes, country_meant
from servstd.calendar.words import DAYS, is_list
from servstd.slips import days_meant, hours_meant, parse_date

_DAYS_THEN_HOURS = re.compile(r"\s*([^\d:]+?)[\s:,]+(\d.*)")
_DAY = f"(?:{'|'.join(DAYS)})"
_DAYS = re.compile(rf"daily|{_DAY}(?:\s*[-,]\s*{_DAY})*")
_WHOLE_DAY = "00:00-24:00"


def hours_mapping(given: Any) -> str:
    """Days with their hours, for `hours: 09:00-17:00` and the like."""
    text = " ".join(given) if is_list(given) and all(isinstance(one, str) for one in given) else str(given)
    parted = _DAYS_THEN_HOURS.fullmatch(text)
    named = _days(parted[1]) if parted else None
    hours = hours_meant(parted[2] if parted and named else text)
    if hours is None:
        return "write the days with their hours, such as {mon-fri: 09:00-17:00}"
    if named:
        return f"put a colon after the days: {{{named}: {hours}}}"
    return f"say on which days, such as {{{'daily' if hours == _WHOLE_DAY else 'mon-fri'}: {hours}}}"


def _days(text: str) -> str | None:
    words = text.strip().lower()
    return words if _DAYS.fullmatch(words) else days_meant(words)


def holidays_mapping(given: Any) -> str:
    """A country or dates under their key, for `holidays: US` and `holidays: [2026-12-24]`."""
    if isinstance(given, str):
        code = given.strip().upper()
        meant = code if code in country_codes() else country_meant(given)
        if meant is not None:
            return f"write {meant}" if meant.startswith("{") else f"write {{country: {meant}}}"
    if is_list(given) and given and all(map(_is_date, given)):
        return f"write {{dates: [{', '.join(str(one) for one in given)}]}}"
    return "write {country: GB}, or {dates: [2026-12-24]} for days of your own"


def exceptions_mapping(given: Any) -> str:
    """Dates with their hours, for a date or a list of them."""
    return _dated(given, "closed")


def breaks_mapping(given: Any) -> str:
    """The same for breaks, which are never closed all day."""
    return _dated(given, "12:00-13:00")


def _dated(given: Any, hours: str) -> str:
    dates = [one for one in (given if is_list(given) else [given]) if _is_date(one)]
    return f"write dates with their hours, such as {{{dates[0] if dates else '2026-12-24'}: {hours}}}"


def _is_date(value: object) -> bool:
    try:
        parse_date(value)
    except (TypeError, ValueError):
        return False
    return True
