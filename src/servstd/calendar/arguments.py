"""What the questions to a calendar take, and the errors for anything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import index
from typing import Any

from servstd.errors import CalendarError

ONE_US = timedelta(microseconds=1)
_LONGEST = 60  # characters of what was got


def _got(given: object) -> str:
    """What was got, and its type, as the same text may be of several."""
    if given is None:
        return "nothing"
    text = str(given)
    return f"'{text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}' ({type(given).__name__})"


def bad_instant(*instants: object) -> CalendarError:
    """The error for the first of `instants` that is none, or has no time zone."""
    given = next(iter([given for given in instants if not _is_aware(given)]), instants[-1])
    if _is_instant(given):
        return CalendarError(f"{str(given)!r} has no time zone")
    return CalendarError(f"{_got(given)} is no instant; give a datetime with a time zone")


def _is_instant(given: object) -> bool:
    # NaT of pandas calls itself a datetime, but equals nothing, not even itself.
    return isinstance(given, datetime) and given == given


def _is_aware(given: object) -> bool:
    return isinstance(given, datetime) and _is_instant(given) and given.utcoffset() is not None


def duration_us(duration: timedelta) -> int:
    """The duration in microseconds; raises `CalendarError` for what is none."""
    try:
        return index(duration // ONE_US)
    except (TypeError, ValueError):
        raise CalendarError(f"{_got(duration)} is no duration; give a timedelta") from None


def check_day(day: object) -> None:
    """Raises `CalendarError` for what is no date. A datetime is none: its date depends on the zone."""
    if not isinstance(day, date) or isinstance(day, datetime):
        raise CalendarError(f"{_got(day)} is no date; give a datetime.date")


def read_count(count: Any) -> int:
    """A whole number of any type, such as numpy's; raises `CalendarError` for others."""
    try:
        return index(count)
    except TypeError:
        raise CalendarError(f"{_got(count)} is no whole number of days") from None


def bad_choice(name: str, given: object, allowed: Sequence[str]) -> CalendarError:
    """The error for an argument called `name` that is none of those allowed."""
    *others, last = (f"'{one}'" for one in allowed)
    return CalendarError(f"{name}: {_got(given)} is not understood; {', '.join(others)} and {last} are")
