"""One cell of a log: missing, translated, or read by the type of the word it gives."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from servstd.plain import as_text as as_text
from servstd.values import BadValue, ValueType, parse_instant, parse_instant_or_date
from servstd.vocabulary import nearest

INSTANT = ValueType("instant")
_DIRECTIVES = re.compile(r"%[-#]?([a-zA-Z%])")
_CLOCK_DIRECTIVES = frozenset("HIMcXs")


def sequence_key(raw: Any) -> tuple[int, float, str]:
    """How a cell sorts as a sequence: those without one first, then by number, then by text."""
    if raw is None or raw == "":
        return 0, 0.0, ""
    try:
        number = _number(raw)
    except (TypeError, ValueError):
        number = math.nan
    return (1, number, "") if isinstance(number, int) or math.isfinite(number) else (2, 0.0, as_text(raw))


def _number(raw: Any) -> float:
    if isinstance(raw, (int, str)):
        try:
            return int(raw)  # nanoseconds since 1970 are more than a float can tell apart
        except ValueError:
            pass
    return float(raw)


def time_format_fault(time_format: str) -> str | None:
    """What is wrong with a `time_format`, or None."""
    instant = datetime(2026, 5, 22, 15, 30, 45, tzinfo=UTC)
    try:
        again = datetime.strptime(instant.strftime(time_format), time_format).replace(tzinfo=UTC)
    except (ValueError, re.error):  # the latter when a part is there twice
        return f"{time_format!r} is no format that can be read"
    if again.date() != instant.date():
        return f"{time_format!r} does not hold year, month and day"
    return None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a log writes times and nothing.

    `zone` is that of times without an offset (None: such a time can not be read). `time_format` is what
    `strptime` takes; ISO 8601 is understood beside it. `missing` holds the texts that stand for nothing.
    """

    zone: tzinfo | None = None
    time_format: str | None = None
    missing: frozenset[str] = frozenset(("",))

    def is_missing(self, raw: Any) -> bool:
        """Whether a cell stands for nothing."""
        return raw is None or raw != raw or as_text(raw) in self.missing

    def instant(self, raw: Any) -> datetime:
        """An aware instant. Raises `BadValue`."""
        return parse_instant(self._by_format(raw), self.zone)

    def instant_or_date(self, raw: Any) -> datetime | date:
        """An aware instant, or a date where the text or the format holds no time of day. Raises `BadValue`."""
        value = self._by_format(raw)
        if isinstance(value, datetime) and not self._has_clock():
            return value.date()
        return parse_instant_or_date(value, self.zone)

    def _by_format(self, raw: Any) -> Any:
        """The wall time or instant by `time_format`; what does not fit it is left for ISO 8601."""
        if self.time_format is None or not isinstance(raw, str) or (self._is_iso() and _reads_as_iso(raw)):
            return raw
        try:
            return datetime.strptime(raw.strip(), self.time_format)  # noqa: DTZ007 - a wall time until its zone is known
        except ValueError:
            if _reads_as_iso(raw):
                return raw
            hint = f"written as {self.time_format} it is {_example(self.time_format)}; ISO 8601 is understood too"
            raise BadValue("bad-time", f"{raw!r} is not an instant", hint) from None

    def _is_iso(self) -> bool:
        """Such a format says what ISO 8601 says, which is read ten times faster."""
        return self.time_format is not None and self.time_format.startswith("%Y-%m-%d")

    def _has_clock(self) -> bool:
        return bool(_CLOCK_DIRECTIVES.intersection(_DIRECTIVES.findall(self.time_format or "%H")))


def _reads_as_iso(raw: str) -> bool:
    try:
        datetime.fromisoformat(raw.strip())
    except ValueError:
        return False
    return True


def _example(time_format: str) -> str:
    return datetime(2026, 5, 22, 15, 30, tzinfo=UTC).strftime(time_format)


@dataclass(frozen=True, slots=True)
class Cell:
    """A column and the word it gives: a field, or an attribute of an event.

    `values` translates what the log says; without it the type reads the cell. `key` is the name under which a
    mapping lists the values.
    """

    column: str
    name: str
    type: ValueType
    key: str = ""
    values: Mapping[str, Any] | None = field(default=None, hash=False)

    def read(self, raw: Any, dialect: Dialect) -> Any:
        """The value, or None when the cell stands for nothing. Raises `BadValue`."""
        if dialect.is_missing(raw):
            return None
        if self.values is not None:
            return self._translated(as_text(raw))
        if self.type.text == "instant":
            return dialect.instant(raw)
        if self.type.text == "instant or date":
            return dialect.instant_or_date(raw)
        value = self.type.read(raw, dialect.zone)
        # a record holds a duration as it is written, so that whoever reads the record can read it again
        return raw if self.type.text == "duration" else value

    def _translated(self, text: str) -> Any:
        values = self.values or {}
        if text not in values:
            message = f"{text!r} is not listed under values.{self.key}"
            raise BadValue("unknown-value", message, nearest(text, values) or "list it there, or under missing")
        return values[text]
