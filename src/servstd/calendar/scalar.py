"""`BusinessCalendar`: opening hours as a clock, for one instant at a time or, through vector.py, for columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from servstd.calendar.arguments import ONE_US, bad_instant, duration_us
from servstd.calendar.business_days import DayClock
from servstd.calendar.clock import Landing
from servstd.calendar.horizon import Table
from servstd.calendar.instants import DAY_US, EPOCH, NO_OFFSET, to_datetime, to_us
from servstd.calendar.interval import Interval
from servstd.calendar.parse import parse_calendar
from servstd.calendar.schedule import Schedule
from servstd.calendar.zones import find_zone
from servstd.errors import CalendarError, CatalogError

if TYPE_CHECKING:
    from servstd.calendar.array_inputs import Bools, Ints


# The openings and closings that matter on one UTC date, and open time for each place among them: a part of a `Table`,
# but as time since 1970, because datetimes give and take that quicker than integers.
_Piece = tuple[list[timedelta], list[timedelta]]


def _pieces(table: Table) -> dict[int, _Piece]:
    """The table cut into UTC dates, by days since 1970; without the dates that it covers in part."""
    edges, sums = [ONE_US * edge for edge in table.edges], [ONE_US * open_us for open_us in table.sums]
    starts = range(-(-table.lo // DAY_US) * DAY_US, table.hi // DAY_US * DAY_US + 1, DAY_US)
    counts = [bisect_right(table.edges, start) for start in starts]
    # Open when the date begins: with the opening before it, so that odd places stay open.
    parts = [(i - (i & 1), j) for i, j in pairwise(counts)]
    return {start // DAY_US: (edges[i:j], sums[i : j + 1]) for start, (i, j) in zip(starts, parts, strict=False)}


class BusinessCalendar(DayClock):
    """Opening hours of one place; immutable, thread-safe, picklable, equal and hashed by content.

    Every answer follows from one list of half-open UTC intervals `[opening, closing)`. Instants are aware
    datetimes; answers show the clocks of the calendar's zone, as offsets. Methods that end in `_us` take and give
    integer UTC microseconds. Raises `CalendarError` for an instant without a zone and `NeverOpen` when
    there is no opening in the direction asked.
    """

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(schedule)
        self._epoch = datetime(1970, 1, 1, tzinfo=self.zone)
        self._pieces: dict[int, _Piece] = {}
        self._pieces_of = self._table
        self._digest: str | None = None
        self._zoned: dict[str, BusinessCalendar] = {}

    @classmethod
    def from_spec(cls, spec: Mapping[Any, Any]) -> BusinessCalendar:
        """A calendar from the mapping that stands under `calendars:` in YAML; raises `CatalogError`."""
        schedule, problems = parse_calendar(spec)
        if schedule is None:
            raise CatalogError(problems)
        return cls(schedule)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content."""
        if self._digest is None:
            self._digest = self.schedule.digest()
        return self._digest

    @property
    def is_example(self) -> bool:
        """True for a shipped calendar that is meant to be replaced."""
        return self.schedule.is_example

    def take_over(self, table: Table, digest: str) -> None:
        """Begin with a table that another calendar of this content has worked out."""
        self._horizon.table = self._table = table
        self._digest = digest

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, BusinessCalendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[type[BusinessCalendar], tuple[Schedule]]:
        return type(self), (self.schedule,)

    def __repr__(self) -> str:
        return f"<BusinessCalendar {self.schedule.time_zone} {self.digest[:12]}>"

    def with_time_zone(self, zone_name: str) -> BusinessCalendar:
        """The same wall hours and holiday dates on the clocks of another zone; raises `CalendarError`."""
        if zone_name == self.schedule.time_zone:
            return self
        if zone_name not in self._zoned:
            if find_zone(zone_name) is None:
                raise CalendarError(f"no time zone is called {zone_name!r}")
            self._zoned[zone_name] = type(self)(self.schedule.with_time_zone(zone_name))
        return self._zoned[zone_name]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Open time from start to end, in real time; negative when end is earlier."""
        # The hottest call of the library: `elapsed_us` written out, for dates that the table has. Within one zone a
        # subtraction goes by the wall clocks and costs a tenth; the offsets are then asked of the zone itself.
        zone = self.zone
        try:
            if start.tzinfo is zone is end.tzinfo:
                before = start - self._epoch - (zone.utcoffset(start) or NO_OFFSET)
                after = end - self._epoch - (zone.utcoffset(end) or NO_OFFSET)
            else:
                before, after = start - EPOCH, end - EPOCH
        except (AttributeError, TypeError):
            raise bad_instant(start, end) from None
        pieces = self._pieces
        try:
            edges, sums = pieces[after.days]
            i = bisect_right(edges, after)
            open_time = sums[i] + after if i & 1 else sums[i]
            edges, sums = pieces[before.days]
            i = bisect_right(edges, before)
            return open_time - sums[i] - before if i & 1 else open_time - sums[i]
        except KeyError:
            return self._elapsed_beyond(start, end)

    def _elapsed_beyond(self, start: datetime, end: datetime) -> timedelta:
        """`elapsed` where the table ends, or before it is made."""
        open_us = self.elapsed_us(to_us(start), to_us(end))
        self._cut_anew()
        return ONE_US * open_us

    def _cut_anew(self) -> None:
        table = self._table
        if self._pieces_of is not table:
            self._pieces, self._pieces_of = _pieces(table), table

    def add(self, start: datetime, duration: timedelta, landing: Landing = "close") -> datetime:
        """The instant nearest `start` with that much open time between; `add(t, 0) == t`.

        Where the time is used up at a closing, `landing="close"` gives the closing and `landing="open"` the
        next opening.
        """
        return to_datetime(self.add_us(to_us(start), duration_us(duration), landing), self.zone)

    def subtract(self, start: datetime, duration: timedelta) -> datetime:
        """The instant nearest `start` with that much open time from it to `start`."""
        return to_datetime(self.add_us(to_us(start), -duration_us(duration)), self.zone)

    def is_open(self, instant: datetime) -> bool:
        """True in `[opening, closing)`."""
        try:
            since = instant - EPOCH
            return bisect_right(self._pieces[since.days][0], since) & 1 == 1
        except (AttributeError, KeyError, TypeError):
            is_open = self.is_open_us(to_us(instant))
            self._cut_anew()
            return is_open

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself when open, else the next opening."""
        return to_datetime(self.next_open_us(to_us(instant)), self.zone)

    def previous_open(self, instant: datetime) -> datetime:
        """The instant itself when open just before it, else the last closing."""
        return to_datetime(self.previous_open_us(to_us(instant)), self.zone)

    def next_opening(self, instant: datetime) -> datetime:
        """The first opening strictly after the instant."""
        return to_datetime(self.next_opening_us(to_us(instant)), self.zone)

    def next_close(self, instant: datetime) -> datetime:
        """The first closing strictly after the instant."""
        return to_datetime(self.next_close_us(to_us(instant)), self.zone)

    def previous_opening(self, instant: datetime) -> datetime:
        """The last opening strictly before the instant."""
        return to_datetime(self.previous_opening_us(to_us(instant)), self.zone)

    def previous_close(self, instant: datetime) -> datetime:
        """The last closing strictly before the instant."""
        return to_datetime(self.previous_close_us(to_us(instant)), self.zone)

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        """The open intervals within `[start, end)`, cut at both."""
        found = self.intervals_us(to_us(start), to_us(end))
        return [Interval(to_datetime(a, self.zone), to_datetime(b, self.zone)) for a, b in found]

    def add_business_days_at(self, instant: datetime, count: int) -> datetime:
        """The same wall time `count` business days on, rolled to the next opening if shut (a closing stays)."""
        return to_datetime(self.add_business_days_at_us(to_us(instant), count), self.zone)

    # Columns. Instants are arrays (or lists, or one value for all rows) of integers, in microseconds since 1970 in
    # UTC, or of datetime64, which is read as UTC; durations are integers in microseconds, or timedelta64.

    def elapsed_array(self, starts_us: Any, ends_us: Any) -> Ints:
        """`elapsed` of each pair, in microseconds, as int64 of the shape to which both stretch.

        Takes h, m, s, ms and us exactly; of ns the part below a microsecond is dropped. Raises `CalendarError` for a
        missing value (NaT, masked), for days, floats and other types, and where the horizon ends.
        """
        from servstd.calendar.vector import elapsed_array

        return elapsed_array(self, starts_us, ends_us)

    def add_array(self, starts_us: Any, durations_us: Any, landing: Landing = "close") -> Ints:
        """`add` of each pair, in microseconds; raises for all when it would raise for one."""
        from servstd.calendar.vector import add_array

        return add_array(self, starts_us, durations_us, landing)

    def is_open_array(self, instants_us: Any) -> Bools:
        """`is_open` of each instant."""
        from servstd.calendar.vector import is_open_array

        return is_open_array(self, instants_us)

    def next_open_array(self, instants_us: Any) -> Ints:
        """`next_open` of each instant, in microseconds; raises for all when it would raise for one."""
        from servstd.calendar.vector import add_array

        return add_array(self, instants_us, 0, "open")
