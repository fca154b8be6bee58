"""Reading the rules of an OpenStreetMap `opening_hours` text, one token at a time.

The subset, by its specification (wiki.openstreetmap.org/wiki/Key:opening_hours/specification):

    rules    rule; rule ...      a later rule overrides an earlier one; a comma instead adds to it
    rule     24/7, or days and dates, then spans of hours, `off`, `closed` or `open`
    days     Mo-Fr   Mo,We,Fr   PH (public holidays)
    dates    Dec 24   Dec 24-26   Dec 24-Jan 2   2026 Dec 24
    spans    09:00-12:30,13:30-17:00   22:00-02:00   18:00-26:00
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from servstd.calendar.schedule import Spans
from servstd.calendar.spans import merge
from servstd.calendar.wording import MONTHS
from servstd.errors import CatalogError, Problem

ALL_DAYS = tuple(range(7))
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_MONTHS = tuple(name[:3].lower() for name in MONTHS)
_DAY_S = 86_400
_WHOLE_DAY: Spans = ((0, _DAY_S),)
_TOKEN = re.compile(r'24/7|\d{1,2}:\d\d|\d+|[^\W\d_]+|"[^"]*"|\|\||\S')
_KNOWN = "days, dates, spans of hours, 'off' and '24/7' are"


class Token(NamedTuple):
    """A word, number or sign, and where it stands (from 0)."""

    text: str
    at: int


@dataclass
class OsmRule:
    """One rule. Without `spans` it is closed; `days` are 0 (Monday) to 6; `dates` are keys of exceptions."""

    at: int
    days: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    has_holidays: bool = False
    spans: Spans = ()
    adds: bool = False
    text: str = ""


def not_understood(text: str, at: int, message: str, hint: str | None = None) -> CatalogError:
    """The error for the part of the text that begins there."""
    return CatalogError([Problem("opening-hours", message, (), hint, line=1, column=at + 1, source=text)])


class OsmReader:
    """Reads all rules of one text; raises `CatalogError` at the first part that is not understood."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self.tokens = [Token(match[0], match.start()) for match in _TOKEN.finditer(self.text)]
        self.index = 0

    def rules(self) -> list[OsmRule]:
        """The rules in the written order."""
        found: list[OsmRule] = []
        adds = False
        while self._peek():
            rule = self._rule()
            rule.adds = adds
            end = self._token().at if self._peek() else len(self.text)
            rule.text = self.text[rule.at : end].strip()
            found.append(rule)
            adds = self._peek() == ","
            if self._peek() not in ("", ",", ";"):
                raise self._stop()
            self.index += 1
        if not found:
            raise not_understood(self.text, 0, "no opening hours are given")
        return found

    def _peek(self, ahead: int = 0) -> str:
        """The token there in lower case; nothing at the end."""
        index = self.index + ahead
        return self.tokens[index].text.lower() if index < len(self.tokens) else ""

    def _token(self) -> Token:
        return self.tokens[self.index] if self.index < len(self.tokens) else Token("", len(self.text))

    def _stop(self, message: str | None = None, back: int = 0) -> CatalogError:
        self.index -= back
        token = self._token()
        seen = f"'{token.text}'" if token.text else "the end"
        return not_understood(self.text, token.at, message or f"{seen} is not understood here; {_KNOWN}")

    def _rule(self) -> OsmRule:
        rule = OsmRule(self._token().at)
        if self._peek() == "24/7":
            self.index += 1
            rule.days, rule.spans = ALL_DAYS, _WHOLE_DAY
            return rule
        if self._peek() in _MONTHS or self._is_year():
            rule.dates = self._dates()
        if self._peek() in (*_DAYS, "ph"):
            if rule.dates:
                raise self._stop("weekdays within dates are not understood; give each date")
            self._days(rule)
        has_selector = bool(rule.dates or rule.days or rule.has_holidays)
        rule.spans = self._hours(has_selector)
        if not has_selector:
            rule.days = ALL_DAYS
        return rule

    def _is_year(self) -> bool:
        return len(self._peek()) == 4 and self._peek().isdigit()

    def _days(self, rule: OsmRule) -> None:
        while True:
            if self._peek() == "ph":
                rule.has_holidays = True
                self.index += 1
            else:
                rule.days += self._day_range()
            if self._peek() != "," or self._peek(1) not in (*_DAYS, "ph"):
                return
            self.index += 1

    def _day_range(self) -> tuple[int, ...]:
        first = last = _DAYS.index(self._peek())
        self.index += 1
        if self._peek() in ("-", "–"):
            self.index += 1
            if self._peek() not in _DAYS:
                raise self._stop()
            last = _DAYS.index(self._peek())
            self.index += 1
        return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))

    def _dates(self) -> tuple[str, ...]:
        keys: list[str] = []
        year: int | None = None
        month: int | None = None
        while True:
            year = self._year() or year
            first = last = self._date(year, month)
            month = first.month
            if self._peek() in ("-", "–"):
                self.index += 1
                last = self._date(self._year() or year, month)
                if last < first and year:
                    raise self._stop("the dates end before they start", back=1)
            keys += _keys(first, last, bool(year))
            if self._peek() != "," or not (self._peek(1) in _MONTHS or self._peek(1).isdigit()):
                return tuple(keys)
            self.index += 1

    def _year(self) -> int | None:
        if not self._is_year():
            return None
        self.index += 1
        return int(self.tokens[self.index - 1].text)

    def _date(self, year: int | None, month: int | None) -> date:
        """A day of a month; the month may be left out when one is known. Without a year it is one of 2000."""
        if self._peek() in _MONTHS:
            month = _MONTHS.index(self._peek()) + 1
            self.index += 1
        if month is None or not self._peek().isdigit():
            raise self._stop("whole months and years are not understood; give dates such as 'Dec 24'")
        try:
            found = date(year or 2000, month, int(self._peek()))
        except (ValueError, OverflowError):
            raise self._stop(f"{MONTHS[month - 1]} has no day {self._peek()}") from None
        self.index += 1
        return found

    def _hours(self, has_selector: bool) -> Spans:
        word = self._peek()
        if word in ("off", "closed"):
            self.index += 1
            return ()
        if word == "open" or (has_selector and word in ("", ";")):
            self.index += bool(word == "open")
            return _WHOLE_DAY
        spans = [self._span()]
        while self._peek() == "," and ":" in self._peek(1):
            self.index += 1
            spans.append(self._span())
        self.index += bool(self._peek() == "open")
        return tuple(merge(spans))

    def _span(self) -> tuple[int, int]:
        at = self._token().at
        start = self._time()
        if self._peek() not in ("-", "–"):
            raise self._stop()
        self.index += 1
        end = self._time()
        end += _DAY_S if end < start else 0
        is_whole_day = (start, end) == (0, _DAY_S)
        if start >= _DAY_S or not (start < end < start + _DAY_S or is_whole_day):
            message = f"'{self.text[at : self.tokens[self.index - 1].at + 5].strip()}' is no span of hours of one day"
            raise not_understood(self.text, at, message)
        return start, end

    def _time(self) -> int:
        hour, colon, minute = self._peek().partition(":")
        if not colon or not hour or int(minute) > 59 or int(hour) > 47:
            raise self._stop()
        self.index += 1
        return int(hour) * 3600 + int(minute) * 60


def _keys(first: date, last: date, has_year: bool) -> list[str]:
    """Keys of exceptions; dates without a year are those of the leap year 2000, and may run over its end."""
    if last < first:
        return _keys(first, date(2000, 12, 31), False) + _keys(date(2000, 1, 1), last, False)
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return [day.isoformat()[0 if has_year else 5 :] for day in days]
