"""Asking for the rows that are still open only, and for those of each calendar where that matters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from servstd.columns.calendars import Calendars, SeveralCalendars
from servstd.columns.codes import LEFT
from servstd.columns.columns import Columns
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.roll_up import joined
from servstd.columns.view import View

Ask = Callable[[Columns], Decided | None]


def rest_of(decision: Decision, ask: Ask) -> Decided:
    """What was settled, and for the rows that are still open what `ask` gives; None leaves them."""
    columns, count = decision.columns, int(np.count_nonzero(decision.todo))
    if not count:
        return decision.decided
    if 4 * count > 3 * columns.count:  # a view of nearly all rows costs more than it saves
        found = ask(columns)
        return decision.decided if found is None else decision.with_rest(found)
    rows = np.flatnonzero(decision.todo)
    found = ask(View(columns, rows))
    return decision.decided if found is None else decision.with_rows(rows, found)


def reopened(decision: Decision, ask: Ask) -> Decided:
    """What was settled, and for the rows that were left what `ask` gives."""
    decision.todo = decision.codes == LEFT
    decision.leave(decision.columns.is_left)
    return rest_of(decision, ask)


def for_calendars(columns: Columns, ask: Ask) -> Decided | None:
    """What `ask` gives for all rows at once, or, when it needs to know the calendar, for the rows of each."""
    try:
        return ask(columns)
    except SeveralCalendars:
        parts = [
            (rows, ask(View(columns, rows).on(Calendars((calendar,)))))
            for rows, calendar in columns.calendars.among(np.arange(columns.count))
        ]
        return joined([(rows, found) for rows, found in parts if found is not None], columns.count)
