"""Types of values in records: what `yes or no`, `number 1 to 5` or `one of a, b` accept.

Logs write the same thing in many ways (`TRUE`, `yes`, `1`); each type reads them into one Python value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from math import ceil, floor
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from servstd.plain import is_missing, is_single
from servstd.shape import SCALAR, TEXT, Schema, words
from servstd.slips import epoch_hint, zone_hint
from servstd.spelling import nearest, shown
from servstd.units import DURATION_SHAPE, Duration, UnitError, parse_duration

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UTC_ZONE = ZoneInfo("UTC")
_ZONED_EPOCH = EPOCH.replace(tzinfo=_UTC_ZONE)
_YES = {"yes", "y", "true", "t", "1"}
_NO = {"no", "n", "false", "f", "0"}
_YES_NO = r"^\s*(?:[yY](?:[eE][sS])?|[nN][oO]?|[tT](?:[rR][uU][eE])?|[fF](?:[aA][lL][sS][eE])?|[01])\s*$"
_NUMERIC = r"\d|[iI][nN][fF]|[nN][aA][nN]"
_RANGE = re.compile(r"number(?: (-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?))?")
_EXACT = range(-(2**53), 2**53 + 1)  # the whole numbers that survive being read as a number with a point
_FEW_PARTS = 5
_TEXT_TYPES = ("text", "rule", "time zone", "country code", "language code", "duration")
TYPE_NAMES = ("yes or no", "number", "number 1 to 5", "instant", "instant or date", "one of a, b", *_TEXT_TYPES)


class BadValue(ValueError):
    """A value that its type does not accept. Has `.code` and `.hint`."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


def to_us(instant: datetime) -> int:
    """UTC microseconds since 1970 of an aware instant."""
    # The form of UTC in which tables give their instants: within one zone a subtraction costs a tenth.
    since = instant - (_ZONED_EPOCH if instant.tzinfo is _UTC_ZONE else EPOCH)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


FIRST_US = to_us(datetime(1, 1, 1, tzinfo=UTC))
LAST_US = to_us(datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC))
"""The first and the last instant that a datetime in UTC can be."""


def local(us: int, zone: tzinfo) -> datetime:
    """An instant in UTC microseconds as an aware datetime in a zone.

    Python has no datetime beyond the years 1 to 9999: an instant whose date in the zone lies there is given in UTC, and
    one whose date in UTC does too becomes the first or the last that there is.
    """
    try:
        return datetime.fromtimestamp(us // 1_000_000, zone).replace(microsecond=us % 1_000_000)
    except (OverflowError, ValueError):
        return EPOCH + timedelta(microseconds=min(max(us, FIRST_US), LAST_US))


def parse_instant(value: object, zone: tzinfo | None = None) -> datetime:
    """Read an aware instant from ISO 8601 text or a datetime; `zone` is that of a source with naive times.

    Raises `BadValue` with code `naive-time` when the zone is not known, `bad-time` when it is no instant.
    """
    if isinstance(value, datetime):
        instant = value
    elif isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value.strip())
        except ValueError:
            raise _no_instant(value) from None
    else:
        raise _no_instant(value)
    if type(instant.tzinfo) not in _ALWAYS_AWARE and not _has_offset(instant):
        if zone is None:
            hint = AWARE_HINT if value is instant else _OFFSET_HINT
            raise BadValue("naive-time", f"{str(value)!r} has no time zone", hint)
        try:
            instant = _localise(instant, zone)
        except OverflowError:  # the first and the last hours that a calendar of Python has
            raise _no_instant(value) from None
    if not 1 < instant.year < 9999 and not FIRST_US <= to_us(instant) <= LAST_US:  # nor is there a datetime in UTC
        raise _no_instant(value)
    return instant


def _has_offset(instant: datetime) -> bool:
    try:
        return instant.utcoffset() is not None
    except (ValueError, TypeError, NotImplementedError):  # NaT of pandas, or a zone that somebody wrote
        raise _no_instant(instant.replace(tzinfo=None)) from None


def _no_instant(value: object) -> BadValue:
    return BadValue("bad-time", f"{shown(value)} is not an instant", epoch_hint(value) or TIME_HINT)


_ALWAYS_AWARE = (timezone, ZoneInfo)  # other kinds of zone may leave their offset open
EXAMPLE_TIME = "2026-05-22T15:00-04:00"
TIME_HINT = f"write it as {EXAMPLE_TIME}"
_OFFSET_HINT = "write the offset, such as 2026-05-27T00:00Z"
AWARE_HINT = "give it a time zone: datetime(..., tzinfo=timezone.utc)"
"""What to do with a naive datetime that a program made."""


def _localise(wall: datetime, zone: tzinfo) -> datetime:
    """Give a wall time its zone: in a gap it moves forward by the gap, in a fold the first is taken."""
    local = wall.replace(tzinfo=zone, fold=0)
    return local.astimezone(UTC).astimezone(zone)


def parse_instant_or_date(value: object, zone: tzinfo | None = None) -> datetime | date:
    """Read an instant, or a date when the text holds no time of day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise BadValue("bad-time", f"{value!r} is not a date", TIME_HINT) from None
    return parse_instant(value, zone)


def whole_number(value: Any) -> int:
    """The sequence of an event: nothing is 0. Raises `BadValue` for what is no whole number."""
    try:
        return 0 if is_missing(value) else int(value)
    except (TypeError, ValueError, OverflowError):
        raise BadValue("bad-sequence", f"{shown(value)} is not a whole number") from None


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """True for a mapping of any kind; to ask the abstract class alone costs ten times as much."""
    return type(value) is dict or isinstance(value, Mapping)


def as_mapping(value: Any) -> Mapping[str, Any] | None:
    """A mapping, also as Arrow gives one (a list of tuples of key and value); None for anything else."""
    is_pairs = isinstance(value, list) and all(isinstance(item, tuple) and len(item) == 2 for item in value)
    return dict(value) if is_pairs else value if isinstance(value, Mapping) else None


def with_nested(body: Mapping[str, Any], key: str, taken: Collection[str]) -> Mapping[str, Any]:
    """A mapping with what stands in a mapping under `key`, but for the `taken` names; what is beside it wins."""
    nested = as_mapping(body[key])
    if nested is None:
        return body
    own = {name: value for name, value in body.items() if name != key and value is not None and value != ""}
    return {**{name: value for name, value in nested.items() if name not in taken}, **own}


def texts_of(value: Any) -> tuple[str, ...]:
    """A list of texts, or one text with commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return () if is_missing(value) else tuple(value or ())


def _read_yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadValue("unknown-value", f"{shown(value)} is not yes or no")


@dataclass(frozen=True, slots=True)
class ValueType:
    """One declared type. `read` turns what a log says into a value or raises `BadValue`."""

    text: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def read(self, value: Any, zone: tzinfo | None = None) -> Any:
        """The value in its one form; `zone` is used for naive instants."""
        if self.choices:
            return self._read_choice(value)
        if self.text == "yes or no":
            return _read_yes_no(value)
        if self.text.startswith("number"):
            return self._read_number(value)
        reader = _READERS.get(self.text)
        return _read_text(value) if reader is None else reader(value, zone)

    def holds(self, value: Any) -> bool:
        """True when a value is in its one form already, so that it need not be read."""
        if self.choices:
            return isinstance(value, str) and value in self.choices
        if self.text == "yes or no":
            return value is True or value is False
        if self.text.startswith("number"):
            is_number = type(value) in (int, float)
            return is_number and (self.low is None or self.high is None or self.low <= value <= self.high)
        kind = _HELD.get(self.text)
        if kind is None:
            return isinstance(value, str) or (not isinstance(value, (int, float)) and is_single(value))
        return isinstance(value, kind)

    def kept(self) -> tuple[type | None, Container[Any] | None]:
        """The Python type of values that `read` gives back as they are, and which of them; None: none, all of them."""
        if self.choices:
            return str, frozenset(self.choices)
        if self.text == "yes or no":
            return bool, None
        if self.text.startswith("number"):
            if self.low is None or self.high is None:
                return int, _EXACT
            return int, range(ceil(max(self.low, _EXACT[0])), floor(min(self.high, _EXACT[-1])) + 1)
        return (None, None) if self.text in _READERS else (str, None)

    def shape(self) -> Schema:
        """What `read` takes, for editors."""
        if self.choices:
            return words(self.choices, f"expected {self.text}")
        if self.text == "yes or no":
            says = "expected true or false"
            return {"type": ["boolean", "string", "integer"], "pattern": _YES_NO, "patternErrorMessage": says}
        if self.text.startswith("number"):
            bounds = {} if self.low is None or self.high is None else {"minimum": self.low, "maximum": self.high}
            says = "expected a number"
            return {"type": ["number", "string", "boolean"], **bounds, "pattern": _NUMERIC, "patternErrorMessage": says}
        return {"instant": TEXT, "instant or date": TEXT, "duration": DURATION_SHAPE}.get(self.text, SCALAR)

    def _read_choice(self, value: Any) -> str:
        if isinstance(value, str) and value in self.choices:
            return str(value)
        message = f"{shown(value)} is not one of {', '.join(self.choices)}"
        raise BadValue("unknown-value", message, nearest(value, self.choices))

    def _read_number(self, value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise BadValue("unknown-value", f"{shown(value)} is not a number") from None
        if self.low is not None and self.high is not None and not self.low <= number <= self.high:
            raise BadValue("unknown-value", f"{value!r} is not between {self.low:g} and {self.high:g}")
        return int(number) if number.is_integer() else number


def _read_text(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return str(value)
    if is_single(value):
        return value
    parts = [str(key) for key in value] if is_mapping(value) else []
    hint = f"give one of its parts alone: {', '.join(parts)}" if 0 < len(parts) <= _FEW_PARTS else None
    raise BadValue("unknown-value", f"{shown(value)} is not a text", hint)


def _read_duration(value: Any, zone: tzinfo | None) -> Any:
    if isinstance(value, Duration):  # read before
        return value
    try:
        return parse_duration(value)
    except UnitError as error:
        raise BadValue(error.code, error.message, error.hint) from None


def _read_zone(value: Any, zone: tzinfo | None) -> str:
    try:
        ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        hint = zone_hint(str(value)) or "write it as Europe/London"
        raise BadValue("unknown-zone", f"no time zone is called {value!r}", hint) from None
    return str(value)


_HELD: dict[str, type[Any]] = {"instant": datetime, "instant or date": date, "duration": Duration}
_READERS: dict[str, Callable[[Any, tzinfo | None], Any]] = {
    "instant": parse_instant,
    "instant or date": parse_instant_or_date,
    "duration": _read_duration,
    "time zone": _read_zone,
}


def parse_type(text: str) -> ValueType:
    """Read a declared type, or raise `BadValue` with the types there are."""
    if text.startswith("one of "):
        choices = tuple(part.strip() for part in text.removeprefix("one of ").split(","))
        if all(choices):
            return ValueType(text, choices)
    elif match := _RANGE.fullmatch(text):
        return ValueType(text, low=float(match[1]), high=float(match[2])) if match[1] else ValueType(text)
    elif text in TYPE_NAMES:
        return ValueType(text)
    raise BadValue("unknown-type", f"{text!r} is not one of {', '.join(TYPE_NAMES)}", nearest(text, TYPE_NAMES))
