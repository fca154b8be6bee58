"""The calendars of a batch: nearly always one, else one for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.columns.arrays import Ints


class SeveralCalendars(Exception):
    """The rows go by several calendars, and one was asked for: whoever can not tell them apart is asked for each."""


@dataclass(frozen=True)
class Calendars:
    """`calendars[number[row]]`, and no calendar where the number is -1. Without numbers all rows go by the only one."""

    calendars: Sequence[BusinessCalendar]
    number: NDArray[np.signedinteger[Any]] | None = None

    @cached_property
    def each(self) -> list[tuple[Ints | None, BusinessCalendar]]:
        """Every calendar that is used with its rows; None for all rows."""
        if self.number is None or not len(self.number):
            return [(None, one) for one in self.calendars[:1]]
        found: list[tuple[Ints | None, BusinessCalendar]] = []
        for number, calendar in enumerate(self.calendars):
            rows = np.flatnonzero(self.number == number)
            if len(rows) == len(self.number):
                return [(None, calendar)]
            if len(rows):
                found.append((rows, calendar))
        return found

    @property
    def only(self) -> BusinessCalendar | None:
        """The calendar of all rows; None when there is none. Raises `SeveralCalendars`."""
        if self.number is None:
            return self.calendars[0] if self.calendars else None
        if len(self.each) == 1 and self.each[0][0] is None:
            return self.each[0][1]
        raise SeveralCalendars

    @property
    def are_plain(self) -> bool:
        """False without a calendar, and for a strict one. Raises `SeveralCalendars` where only some may be strict."""
        if not any(one.schedule.is_strict for one in self.calendars):
            return bool(self.calendars)
        return self.only is None or not self.only.schedule.is_strict

    def among(self, rows: Ints) -> Iterator[tuple[Ints, BusinessCalendar]]:
        """Every calendar of some rows, with those of them that go by it."""
        for own, calendar in self.take(rows).each:
            yield rows if own is None else rows[own], calendar

    def take(self, rows: Ints) -> Calendars:
        """Those of some rows, in that order."""
        return self if self.number is None else Calendars(self.calendars, self.number[rows])
