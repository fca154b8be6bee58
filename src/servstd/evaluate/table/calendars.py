"""Which calendar each row of a batch goes by: rows of one calendar are judged together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from servstd.calendar import BusinessCalendar
from servstd.catalog import Catalog
from servstd.catalog.body import Body
from servstd.columns import Columns
from servstd.columns.columns import UNSURE, YES, Bools, FieldColumn, Ints
from servstd.columns.truth import truths
from servstd.columns.view import View
from servstd.errors import CalendarError


def by_calendar(catalog: Catalog, body: Body, columns: Columns) -> Iterator[tuple[Ints | None, Columns]]:
    """The rows of each calendar with what checks see of them; None for all rows. Others are left."""
    choice = body.calendar
    if not catalog.calendar_for and (choice is None or choice.time_zone is None):
        yield None, columns.on(catalog.calendar(choice.use if choice is not None else None))
        return
    names = np.zeros(columns.count, np.int64)
    calendars, is_sure = [catalog.calendar(choice.use if choice is not None else None)], ~columns.nowhere
    if catalog.calendar_for and (choice is None or choice.use is None):
        names, is_sure = _chosen(catalog, columns.on(calendars[0]))
        calendars += [catalog.calendar(one.use) for one in catalog.calendar_for]
    zones = None if choice is None or choice.time_zone is None else columns.field(choice.time_zone)
    if zones is not None:
        names = names * (len(zones.values) + 1) + zones.codes + 1
    used = np.flatnonzero(np.bincount(names[is_sure]))
    for name in used.tolist():
        calendar = _calendar_of(name, calendars, zones)
        if calendar is None:
            continue
        if len(used) == 1 and is_sure.all():
            yield None, columns.on(calendar)
        else:
            rows = np.flatnonzero(is_sure & (names == name))
            yield rows, View(columns, rows).on(calendar)


def _chosen(catalog: Catalog, columns: Columns) -> tuple[Ints, Bools]:
    """The first calendar of `calendar_for` whose condition is shown, 0 for the default; and where that is sure."""
    names, is_sure = np.zeros(columns.count, np.int64), ~columns.nowhere
    for number, one in enumerate(catalog.calendar_for, 1):
        answer = truths(one.when, columns, columns.count)
        is_sure &= (names > 0) | (answer != UNSURE)
        names = np.where((names == 0) & (answer == YES), number, names)
    return names, is_sure


def _calendar_of(name: int, calendars: list[BusinessCalendar], zones: FieldColumn | None) -> BusinessCalendar | None:
    """The calendar of a number, in the zone that the rows give; None where the zone is no zone."""
    if zones is None:
        return calendars[name]
    number, code = divmod(name, len(zones.values) + 1)
    zone = zones.values[code - 1] if code else None
    try:
        return calendars[number].with_time_zone(str(zone)) if zone else calendars[number]
    except (CalendarError, ValueError):
        return None
