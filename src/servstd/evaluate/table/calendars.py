"""Which calendar each row of a batch goes by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from servstd.calendar import BusinessCalendar
from servstd.catalog import Catalog
from servstd.catalog.body import Body
from servstd.columns import Columns
from servstd.columns.calendars import Calendars
from servstd.columns.columns import UNSURE, YES, FieldColumn, Ints
from servstd.columns.truth import truths
from servstd.columns.view import View
from servstd.errors import CalendarError

Places = NDArray[np.signedinteger[Any]]


def calendars_of(catalog: Catalog, body: Body, columns: Columns) -> Calendars:
    """The calendar of each row; none where only the scalar check can tell which it is."""
    choice = body.calendar
    use = None if choice is None else choice.use
    zones = None if choice is None or choice.time_zone is None else columns.field(choice.time_zone)
    found = Calendars([catalog.calendar(use)])
    if catalog.calendar_for and use is None:
        chosen = _chosen(catalog, columns.on(found))
        found = Calendars([*found.calendars, *(catalog.calendar(one.use) for one in catalog.calendar_for)], chosen)
    return found if zones is None else _in_zones(found, zones)


def by_calendar(catalog: Catalog, body: Body, columns: Columns) -> Iterator[tuple[Ints | None, Columns]]:
    """The rows of each calendar with what checks see of them; None for all rows. Others are left."""
    calendars = calendars_of(catalog, body, columns)
    for rows, calendar in calendars.each:
        yield rows, (columns if rows is None else View(columns, rows)).on(Calendars((calendar,)))


def _chosen(catalog: Catalog, columns: Columns) -> Places:
    """The number of the first condition of `calendar_for` that is shown, 0 for none; -1 where that is not sure."""
    kind = np.min_scalar_type(-len(catalog.calendar_for) - 1)
    found = np.zeros(columns.count, kind)
    for number, one in enumerate(catalog.calendar_for, 1):
        answer = truths(one.when, columns, columns.count)
        is_open = found == 0
        found += (is_open & (answer == YES)) * kind.type(number)
        found -= is_open & (answer == UNSURE)
    return found


def _in_zones(calendars: Calendars, zones: FieldColumn) -> Calendars:
    """The same in the zone that each row gives; none where the zone is no zone."""
    width = len(zones.values) + 1
    numbers = np.zeros(len(zones.codes), np.int64) if calendars.number is None else calendars.number.astype(np.int64)
    names = np.where(numbers < 0, -1, numbers * width + zones.codes + 1)
    found: list[BusinessCalendar] = []
    used = np.flatnonzero(np.bincount(names + 1)[1:])
    place = np.full(int(names.max(initial=0)) + 2, -1, np.min_scalar_type(-len(used) - 1))
    for name in used.tolist():
        number, code = divmod(name, width)
        calendar = _in_zone(calendars.calendars[number], zones.values[code - 1] if code else None)
        if calendar is not None:
            place[name] = len(found)
            found.append(calendar)
    return Calendars(found, place[names])  # the last place is that of -1


def _in_zone(calendar: BusinessCalendar, zone: Any) -> BusinessCalendar | None:
    try:
        return calendar.with_time_zone(str(zone)) if zone else calendar
    except (CalendarError, ValueError):
        return None
