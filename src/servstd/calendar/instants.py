"""Instants as integers: microseconds since 1970-01-01T00:00Z."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cache

from servstd.calendar.arguments import ONE_US, bad_instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)
NO_OFFSET = timedelta(0)
DAY_US = 86_400 * 1_000_000


def to_us(instant: datetime) -> int:
    """The instant in microseconds; raises `CalendarError` for anything but a datetime with a time zone."""
    try:
        since = instant - EPOCH
    except TypeError:
        raise bad_instant(instant) from None
    if not isinstance(since, timedelta):
        raise bad_instant(instant)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def to_datetime(instant_us: int, zone: tzinfo) -> datetime:
    """The instant as `zone` shows it, with the offset of that moment instead of the zone itself.

    Datetimes that carry a zone subtract by their wall clocks, and in a repeated hour equal no datetime of
    another zone (PEP 495); with a plain offset both go by real time, and they print the same.
    """
    since = ONE_US * instant_us
    epochs = _epochs(zone)
    return (epochs[since.days] or epochs.at(since)) + since


class _Epochs(dict[int, datetime | None]):
    """1970-01-01T00:00Z as the clocks of a zone show it that run as on some date of UTC, by days since then.

    None for a date on which they change: no zone has changed its clocks twice within two days.
    """

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone, self._epoch = _utc_fields(zone)

    def at(self, since: timedelta) -> datetime:
        """The same for one instant, as time since 1970."""
        return _epoch_at(self._zone.utcoffset(self._zone.fromutc(self._epoch + since)) or NO_OFFSET)

    def __missing__(self, day: int) -> datetime | None:
        try:
            first, last = (self.at(timedelta(day, seconds)) for seconds in (0, 86_399))
        except OverflowError:  # the first and the last date that Python has
            return None
        self[day] = first if first.utcoffset() == last.utcoffset() else None
        return self[day]


@cache
def _epochs(zone: tzinfo) -> _Epochs:
    return _Epochs(zone)


@cache
def _utc_fields(zone: tzinfo) -> tuple[tzinfo, datetime]:
    """The zone, and 1970-01-01T00:00Z as its `fromutc` wants it: with the fields of UTC and the zone itself."""
    return zone, datetime(1970, 1, 1, tzinfo=zone)  # equal zones share both, so both come from here


@cache
def _epoch_at(offset: timedelta) -> datetime:
    """1970-01-01T00:00Z as clocks that are ahead of UTC by `offset` show it."""
    return EPOCH.astimezone(timezone(offset))


def local_date(instant_us: int, zone: tzinfo) -> date:
    """The date on the calendars of `zone` at that instant."""
    zone, epoch = _utc_fields(zone)
    return zone.fromutc(epoch + ONE_US * instant_us).date()


def wall_us(wall: datetime, zone: tzinfo) -> int:
    """The instant at which the clocks of `zone` show the naive `wall`, whose fold is 0.

    A time in a gap keeps the offset from before it, so it moves forward by the gap; of two equal times the
    first is taken (PEP 495).
    """
    return (wall - _NAIVE_EPOCH - (zone.utcoffset(wall) or NO_OFFSET)) // ONE_US


def day_us(day: date, zone: tzinfo) -> int:
    """The instant at which `day` begins; in a gap, the first instant after it."""
    return wall_us(datetime(day.year, day.month, day.day), zone)
