"""Values and instants to try: what a declared type accepts, and the instants at which calendars and clocks turn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from servstd.calendar import BusinessCalendar
from servstd.errors import CalendarError
from servstd.values import ValueType

US = timedelta(microseconds=1)
BEGIN = datetime(2026, 5, 20, 14, tzinfo=UTC)
# The first is the simplest: a failing example is brought down to it.
STEPS = [timedelta(0), US, -US, timedelta(seconds=1), timedelta(seconds=-1), timedelta(minutes=1), timedelta(hours=1)]
STEPS += [timedelta(hours=n) for n in (-1, 4, 8, 12, 24, 48)] + [timedelta(days=7), timedelta(days=31)]
# Instants that no calendar reaches, or that lie at the ends of what can be written down.
FAR = tuple(
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in ((1969, 12, 31), (2, 1, 1), (1799, 12, 31), (2101, 3, 1), (2400, 1, 1), (9999, 12, 30))
)
_TEXTS = ("a", "b", "high", "Übergröße", " a ")
_DAYS = st.integers(18, 31).map(lambda day: date(2026, 5, day))
_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "yes or no": st.booleans(),
    "instant": _DAYS.map(lambda day: datetime(day.year, day.month, day.day, 16, tzinfo=UTC)),
    "time zone": st.sampled_from(["Europe/London", "Asia/Tokyo"]),
    "country code": st.sampled_from(["US", "GB"]),
    "language code": st.sampled_from(["en", "de"]),
}

rarely: st.SearchStrategy[bool] = st.integers(0, 5).map(lambda number: number == 5)
often: st.SearchStrategy[bool] = st.integers(0, 5).map(lambda number: number != 5)


def values_of(kind: ValueType, likely: Iterable[Any] = ()) -> st.SearchStrategy[Any]:
    """Values that a declared type accepts, in their one form; those that are `likely` to matter come more often."""
    known = [value for value in likely if kind.holds(value)]
    every = _any_of(kind)
    return st.sampled_from(known) | every if known else every


def _any_of(kind: ValueType) -> st.SearchStrategy[Any]:
    if kind.choices:
        return st.sampled_from(kind.choices)
    if kind.text.startswith("number"):
        low, high = kind.low or 0, 12 if kind.high is None else kind.high
        wide = st.sampled_from([0, 0.5, -1, 10**9]).filter(kind.holds)
        return st.integers(int(low), int(high)) | wide
    if kind.text == "instant or date":
        return _DAYS | _BY_TYPE["instant"]
    if kind.text == "duration":
        return st.sampled_from(["2 business hours", "1 business day", "0 elapsed hours"]).map(kind.read)
    return _BY_TYPE.get(kind.text, st.sampled_from(_TEXTS))


def instants(calendar: BusinessCalendar | None = None, near: Iterable[datetime] = ()) -> st.SearchStrategy[datetime]:
    """Aware instants: at, just before and just after those that are `near` and those at which a calendar turns.

    Among them are openings and closings, midnights, the nights on which clocks change, and the turn of the year.
    """
    known = [*near] or [BEGIN]
    turns = [] if calendar is None else turning_points(calendar)
    points = st.sampled_from(known) | st.sampled_from(turns) if turns else st.sampled_from(known)
    return st.builds(moved, points, st.sampled_from(STEPS))


def moved(instant: datetime, step: timedelta) -> datetime:
    """The instant a step away; the instant itself where no date is so far off."""
    try:
        return instant + step
    except OverflowError:
        return instant


@lru_cache(maxsize=256)
def turning_points(calendar: BusinessCalendar) -> tuple[datetime, ...]:
    """Instants at which a calendar or its zone turns, the days around `BEGIN` first."""
    zone = calendar.zone
    nights = [night + timedelta(hours=hours) for night in _clock_changes(zone) for hours in (-2, 0, 1, 26)]
    midnights = [datetime(2026, month, day, tzinfo=zone) for month, day in ((5, 21), (5, 24), (1, 1))]
    return (*_openings(calendar), *(instant.astimezone(UTC) for instant in (*midnights, *nights)))


def _openings(calendar: BusinessCalendar) -> list[datetime]:
    """When it opens and closes in a week with a holiday, as far as it opens at all."""
    try:
        found = calendar.intervals(BEGIN, BEGIN + timedelta(days=7))
    except CalendarError:
        return []
    return [instant.astimezone(UTC) for one in found[:8] for instant in (one.start, one.end)]


def _clock_changes(zone: tzinfo) -> list[datetime]:
    """The hours of 2026 at which the clocks of a zone change."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(365 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hours[index] for index in range(1, len(hours)) if offsets[index] != offsets[index - 1]]
