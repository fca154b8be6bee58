"""Dates named in words: for the slots <weekday> and <date>, and for comparing a stated return with a known one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from servstd.cues.words import Tokens, tokenise

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6}
_DOUBTFUL_DAYS = frozenset(("wed", "sat", "sun"))
_BEFORE_DAY = frozenset(("on", "until", "till", "by", "next", "this", "before", "through", "coming"))
_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30}
_TENS = {"twenty": 20, "thirty": 30}
_FRACTIONS = frozenset(("1/2", "1/3", "2/3", "1/4", "3/4", "24/7"))
_FIGURES = re.compile(r"(\d{1,4})[-/.](\d{1,2})(?:[-/.](\d{1,4}))?")
_NOT_A_DAY = frozenset(
    "floor street avenue time times line option century person caller one attempt of call step place half".split()
)
_PAST = timedelta(days=60)
_OFFSETS = {"today": 0, "tonight": 0, "tomorrow": 1}
WEEKDAY_WORDS = frozenset((*_WEEKDAYS, *_SHORT_DAYS))
DATE_WORDS = WEEKDAY_WORDS | frozenset((*_MONTHS, *_OFFSETS))


@dataclass(frozen=True, slots=True)
class Named:
    """A date as it was said; `end` is the token after it. What was not said is None; all None: it cannot be told."""

    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    offset: int | None = None

    def resolve(self, today: date) -> date | None:
        """The date meant when this was said on `today`; None when it is open or does not exist."""
        if self.offset is not None:
            return today + timedelta(days=self.offset)
        if self.day is None:
            return None if self.weekday is None else today + timedelta((self.weekday - today.weekday() - 1) % 7 + 1)
        if self.month is None:
            return _next_day_of_month(self.day, today)
        if self.year is not None:
            return _date(self.year, self.month, self.day)
        days = (_date(today.year + ahead, self.month, self.day) for ahead in range(-1, 9))
        return next((day for day in days if day and day >= today - _PAST), None)


def find_dates(text: str | Tokens, today: date) -> tuple[date, ...]:
    """The dates that a text names, in order, each once; `today` is the day on which it was said.

    A weekday is the next such day after `today`; "the 26th" the next one on or after it; a day and month without
    a year the next one, unless it lies less than two months back. Figures that may be read both ways (05/06) are left
    out.
    """
    words = (text if isinstance(text, Tokens) else tokenise(text)).words
    found: dict[date, None] = {}
    here = 0
    while here < len(words):
        named = date_at(words, here)
        day = named.resolve(today) if named else None
        if day:
            found[day] = None
        here = named.end if named else here + 1
    return tuple(found)


def weekday_at(words: tuple[str, ...], here: int) -> int | None:
    """The day of the week (Monday is 0) that the token names."""
    word = words[here]
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    if word in _DOUBTFUL_DAYS:  # "we sat", "wed" and "sun" are words of their own
        led = here > 0 and words[here - 1] in _BEFORE_DAY
        if not (led or _calendar_day(words, _skip(words, here + 1, "the"))):
            return None
    return _SHORT_DAYS.get(word)


def date_at(words: tuple[str, ...], here: int) -> Named | None:
    """The longest date that begins at a token."""
    word = words[here]
    if word == "[date]":
        return Named(here + 1)
    if word in _OFFSETS:
        return Named(here + 1, offset=_OFFSETS[word])
    if words[here : here + 4] == ("the", "day", "after", "tomorrow"):
        return Named(here + 4, offset=2)
    if word in ("next", "this", "coming") and here + 1 < len(words) and words[here + 1] in _WEEKDAYS:
        return date_at(words, here + 1)
    weekday = weekday_at(words, here)
    if weekday is not None:
        explicit = _calendar_day(words, _skip(words, here + 1, "the")) or _bare_nth(
            words, _skip(words, here + 1, "the")
        )
        return explicit or Named(here + 1, weekday=weekday)
    if word == "the":
        return _calendar_day(words, here + 1) or _bare_nth(words, here + 1)
    return _calendar_day(words, here) or (_bare_nth(words, here) if here and words[here - 1] in _BEFORE_DAY else None)


def _calendar_day(words: tuple[str, ...], here: int) -> Named | None:
    """26 May, the 26th of May 2026, May 26th, 2026-05-26, 26/05/2026."""
    if here >= len(words):
        return None
    figures = _FIGURES.fullmatch(words[here])
    if figures:
        return None if words[here] in _FRACTIONS else _from_figures(here + 1, *figures.groups())
    month = _MONTHS.get(words[here])
    day, end = _day_of_month(words, _skip(words, here + 1, "the") if month else here)
    if day is None:
        return None
    if month is None:
        end = _skip(words, end, "of")
        month = _MONTHS.get(words[end]) if end < len(words) else None
        end += 1
    return Named(*_with_year(words, end, day, month)) if month else None


def _with_year(words: tuple[str, ...], end: int, day: int, month: int) -> tuple[int, int, int, int | None]:
    said = end < len(words) and len(words[end]) == 4 and words[end].isdigit() and words[end][:2] == "20"
    return end + said, day, month, int(words[end]) if said else None


def _bare_nth(words: tuple[str, ...], here: int) -> Named | None:
    """The 26th; "the 2nd floor" and "the first" are no dates."""
    if here >= len(words) or not words[here][0].isdigit() or words[here].isdigit():
        return None
    day, end = _day_of_month(words, here)
    if day is None or (end < len(words) and words[end] in _NOT_A_DAY):
        return None
    return Named(end, day)


def _day_of_month(words: tuple[str, ...], here: int) -> tuple[int | None, int]:
    """(day 1 to 31, the token after it): 26, 26th, twenty sixth."""
    word = words[here] if here < len(words) else ""
    after = words[here + 1] if here + 1 < len(words) else ""
    figures = word.rstrip("sthndr")
    if figures.isdigit() and len(figures) <= 2:
        day, end = int(figures), here + 1
    elif word in _TENS and _ORDINALS.get(after, 30) < 10:
        day, end = _TENS[word] + _ORDINALS[after], here + 2
    else:
        day, end = _ORDINALS.get(word, 0), here + 1
    return (day, end) if 1 <= day <= 31 else (None, here)


def _from_figures(end: int, first: str, second: str, third: str | None) -> Named:
    a, b = int(first), int(second)
    if len(first) == 4:
        return Named(end, int(third or 0), b, a)
    year = None if third is None else int(third) + (2000 if len(third) <= 2 else 0)
    if a > 12 or a == b:
        return Named(end, a, b, year)
    return Named(end, b, a, year) if b > 12 else Named(end)


def _skip(words: tuple[str, ...], here: int, word: str) -> int:
    return here + 1 if here < len(words) and words[here] == word else here


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_day_of_month(day: int, today: date) -> date | None:
    months = (divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(3))
    days = (_date(year, month + 1, day) for year, month in months)
    return next((found for found in days if found and found >= today), None)
