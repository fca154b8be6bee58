"""Durations that name their clock, spans and periods: parse and print.

A duration means nothing until it says which clock it runs on:

- `24 business hours` (also minutes, seconds): only open time counts;
- `24 elapsed hours`: real time, nights and weekends included;
- `1 business day`: the same local clock time n business days on;
- `2 calendar days`: the same local clock time n days on;
- `end of 1 business day`: the last closing of the n-th business day after the local date of receipt;
- `end of 3 calendar days`: the end of the n-th day after it.

Spans (how long something must last) may also be `50% of a business day` or `a block of opening hours`;
periods (how often something is owed) may be `each business day` or `each calendar quarter`.
Exact meanings and a worked table: docs/explanation/business-time.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from servstd.shape import Schema, in_any_case, pattern
from servstd.slips import clocks_meant, duration_meant
from servstd.spelling import shown

SECOND = 1_000_000
_UNIT_US = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND}
_NUMBER = r"(?P<count>\d+(?:\.\d+)?)"
_TIME = re.compile(rf"{_NUMBER} (?P<clock>business|elapsed) (?P<unit>second|minute|hour)s?")
_DAYS = re.compile(rf"(?P<end>end of )?{_NUMBER} (?P<clock>business|calendar) days?")
_BARE = re.compile(rf"(?:end of )?{_NUMBER} ?(?P<unit>second|minute|hour|day|week|s|sec|min|h|hr|d)s?\b.*")
_SHARE = re.compile(rf"{_NUMBER}% of a business day")
_PERIOD = re.compile(r"each (?P<unit>business day|calendar (?:day|week|month|quarter|year)|fiscal quarter)")
_WORKED_NOTE = "with opening hours of Mon-Fri 09:00-17:00, a request of Fri 16:00"


class UnitError(ValueError):
    """A text that is no duration, span or period. Has `.code`, `.message` and `.hint`."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class Clock(StrEnum):
    """What a duration counts."""

    BUSINESS_TIME = "business"
    ELAPSED_TIME = "elapsed"
    BUSINESS_DAYS = "business days"
    CALENDAR_DAYS = "calendar days"


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount on a named clock.

    `amount` is in microseconds for the two time clocks and a number of days for the two day clocks.
    `at_end` moves a day target to the end of that day.
    """

    amount: int
    clock: Clock
    at_end: bool = False
    text: str = ""

    @property
    def is_time(self) -> bool:
        """True when it counts time (and so can be summed), False when it counts days."""
        return self.clock in _TIME_CLOCKS

    def __str__(self) -> str:
        return self.text


_TIME_CLOCKS = (Clock.BUSINESS_TIME, Clock.ELAPSED_TIME)


@dataclass(frozen=True, slots=True)
class ShareOfDay:
    """A share (0..1) of the open time of some one business day."""

    share: Fraction
    text: str = ""


@dataclass(frozen=True, slots=True)
class BlockOfHours:
    """One whole block of opening hours, such as a morning."""

    text: str = "a block of opening hours"


@dataclass(frozen=True, slots=True)
class Period:
    """A repeating stretch of local dates in which something is owed once."""

    unit: str
    text: str = ""


Span = Duration | ShareOfDay | BlockOfHours


def parse_duration(text: object) -> Duration:
    """Read `24 business hours`, `1 business day`, `end of 3 calendar days` ... or raise `UnitError`."""
    if not isinstance(text, str):
        hint = clocks_meant(text)
        raise UnitError("not-a-duration", f"expected a duration such as '1 business day', got {shown(text)}", hint)
    words = " ".join(text.lower().split())
    if match := _TIME.fullmatch(words):
        amount = Fraction(match["count"]) * _UNIT_US[match["unit"]]
        return Duration(int(amount), Clock(match["clock"]), text=words)
    if match := _DAYS.fullmatch(words):
        count = Fraction(match["count"])
        if count.denominator != 1:
            raise UnitError("part-of-a-day", f"{text!r} is not a whole number of days")
        return Duration(int(count), Clock(f"{match['clock']} days"), bool(match["end"]), words)
    if match := _BARE.fullmatch(words):
        raise UnitError("clock-missing", f"{text!r} does not say which clock", _readings_hint(match))
    mended = duration_meant(text)
    is_one = _TIME.fullmatch(mended) or _DAYS.fullmatch(mended)
    hint = f"did you mean {mended!r}?" if is_one else clocks_meant(text)
    raise UnitError("not-a-duration", f"expected a duration such as '1 business day', got {shown(text)}", hint)


def parse_span(text: object) -> Span:
    """Read a duration, `50% of a business day` or `a block of opening hours`, or raise `UnitError`."""
    if isinstance(text, str):
        words = " ".join(text.lower().split())
        if words == "a block of opening hours":
            return BlockOfHours()
        if match := _SHARE.fullmatch(words):
            share = Fraction(match["count"]) / 100
            if not 0 < share <= 1:
                raise UnitError("share-of-day", f"{text!r} is not between 0% and 100% of a day")
            return ShareOfDay(share, words)
    return parse_duration(text)


def parse_every(text: object) -> Duration | Period:
    """Read a longest gap (`5 business days`) or a period (`each business day`), or raise `UnitError`."""
    if isinstance(text, str):
        words = " ".join(text.lower().split())
        if match := _PERIOD.fullmatch(words):
            return Period(match["unit"], words)
    return parse_duration(text)


def parse_share(text: object) -> float:
    """Read `95%` as 0.95, or raise `UnitError`."""
    if isinstance(text, str) and (match := re.fullmatch(rf"{_NUMBER} ?%", text.strip())):
        share = float(Fraction(match["count"]) / 100)
        if 0 <= share <= 1:
            return share
    raise UnitError("not-a-share", f"expected a share such as '95%', got {shown(text)}")


def _any_of(*texts: str) -> str:
    return f"(?:{'|'.join(in_any_case(text) for text in texts)})"


# What the functions above read, for editors.
_A_NUMBER = r"\d+(?:\.\d+)?"
_TIME_TEXT = rf"{_A_NUMBER}\s+{_any_of('business', 'elapsed')}\s+{_any_of('second', 'minute', 'hour')}[sS]?"
_DAYS_TEXT = rf"(?:{in_any_case('end of')}\s+)?\d+(?:\.0+)?\s+{_any_of('business day', 'calendar day')}[sS]?"
_SPAN_TEXT = rf"{_A_NUMBER}%\s+{in_any_case('of a business day')}|{in_any_case('a block of opening hours')}"
_UNITS = (
    "business day",
    *(f"calendar {unit}" for unit in ("day", "week", "month", "quarter", "year")),
    "fiscal quarter",
)
_EVERY_TEXT = rf"{in_any_case('each')}\s+{_any_of(*_UNITS)}"
_EXAMPLES = ("1 business day", "4 business hours", "24 elapsed hours", "2 calendar days", "end of 1 business day")


def _shape(*texts: str, says: str, examples: tuple[str, ...]) -> Schema:
    return pattern(rf"^\s*(?:{'|'.join(texts)})\s*$", says, *examples)


DURATION_SHAPE = _shape(
    *(_TIME_TEXT, _DAYS_TEXT),
    says="expected a duration that names its clock, such as '1 business day' or '24 elapsed hours'",
    examples=_EXAMPLES,
)
SPAN_SHAPE = _shape(
    *(_TIME_TEXT, _DAYS_TEXT, _SPAN_TEXT),
    says="expected a duration such as '1 business day', '50% of a business day' or 'a block of opening hours'",
    examples=(*_EXAMPLES, "50% of a business day", "a block of opening hours"),
)
EVERY_SHAPE = _shape(
    *(_TIME_TEXT, _DAYS_TEXT, _EVERY_TEXT),
    says="expected a longest gap such as '5 business days', or a period such as 'each business day'",
    examples=("5 business days", *(f"each {unit}" for unit in _UNITS)),
)
SHARE_SHAPE = _shape(rf"{_A_NUMBER} ?%", says="expected a share such as '95%'", examples=("95%", "90%", "80%"))
WARN_SHAPE = _shape(
    *(rf"{_A_NUMBER} ?%", rf"{_TIME_TEXT}\s+before"),
    says="expected a share such as '50%', or such as '2 business hours before'",
    examples=("50%", "80%", "2 business hours before"),
)


def _readings_hint(match: re.Match[str]) -> str:
    """The readings of a duration without a clock, each with the due time of one worked request."""
    unit = _LONG_UNITS.get(match["unit"], match["unit"])
    hours = Fraction(match["count"]) * _HOURS[unit]
    days, part = divmod(hours, 24)
    if match[0].startswith("end of ") and not part:
        return f"'end of {_counted(days, 'business day')}' or 'end of {_counted(days, 'calendar day')}'"
    offers: list[tuple[str, str]] = []
    if not part:
        whole = days * 5 // 7 if unit == "week" else days
        offers.append((_counted(whole, "business day"), _worked_days(int(whole))))
    if unit in ("day", "week") and not part:
        offers.append((_counted(days, "calendar day"), _worked_elapsed(hours)))
    else:
        count, named = (hours, "hour") if unit in ("day", "week") else (Fraction(match["count"]), unit)
        offers.append((_counted(count, f"business {named}"), _worked_business(hours)))
        offers.append((_counted(count, f"elapsed {named}"), _worked_elapsed(hours)))
    (text, due), *others = offers
    worked = [f"'{text}' (Fri 16:00 is due {due})", *(f"'{other}' ({at})" for other, at in others)]
    return f"{', '.join(worked[:-1])} or {worked[-1]}"


def _counted(number: Fraction | int, noun: str) -> str:
    return f"{_plain(Fraction(number))} {noun}{'' if number == 1 else 's'}"


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):g}"


_LONG_UNITS = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day"}
_HOURS = {
    "second": Fraction(1, 3600),
    "minute": Fraction(1, 60),
    "hour": Fraction(1),
    "day": Fraction(24),
    "week": Fraction(168),
}
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _worked_days(days: int) -> str:
    return f"{_DAY_NAMES[(4 + days) % 5]} 16:00"


def _worked_business(hours: Fraction) -> str:
    """Due time of `hours` open hours from Fri 16:00, open Mon-Fri 09:00-17:00."""
    minutes = int(hours * 60)
    if minutes <= 60:
        return f"Fri {_hour_minute(16 * 60 + minutes)}"
    full, rest = divmod(minutes - 60, 480)
    if rest == 0:
        full, rest = full - 1, 480
    return f"{_DAY_NAMES[full % 5]} {_hour_minute(9 * 60 + rest)}"


def _worked_elapsed(hours: Fraction) -> str:
    days, minutes = divmod(16 * 60 + int(hours * 60), 1440)
    return f"{_DAY_NAMES[(4 + days) % 7]} {_hour_minute(minutes)}"


def _hour_minute(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def format_elapsed(microseconds: int) -> str:
    """A length of time as people say it: `30 min`, `1 h 05 min`, `2 d 3 h`, `45 s`."""
    sign = "-" if microseconds < 0 else ""
    whole = timedelta(microseconds=abs(microseconds))
    minutes, seconds = divmod(whole.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if whole.days:
        return f"{sign}{whole.days} d" + (f" {hours} h" if hours else "")
    if hours:
        return f"{sign}{hours} h" + (f" {minutes:02d} min" if minutes else "")
    if minutes:
        return f"{sign}{minutes} min" + (f" {seconds} s" if seconds else "")
    if seconds or not whole.microseconds:
        return f"{sign}{seconds} s"
    return f"{sign}{whole.microseconds / 1000:g} ms"


def format_open(microseconds: int) -> str:
    """A length of open time, whose largest unit is the hour: `30 h 15 min`, never a day."""
    hours, rest = divmod(abs(microseconds), _UNIT_US["hour"])
    if not hours:
        return format_elapsed(microseconds)
    minutes = rest // _UNIT_US["minute"]
    return f"{'-' if microseconds < 0 else ''}{hours} h" + (f" {minutes:02d} min" if minutes else "")
