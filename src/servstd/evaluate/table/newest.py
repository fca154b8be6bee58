"""When the fails of a rule were certain, from columns: exactly for deadlines, else no later than."""

from __future__ import annotations

import numpy as np

from servstd.catalog import Catalog, Rule
from servstd.columns import Columns, Decided
from servstd.columns.columns import Bools, Ints
from servstd.columns.roll_up import NEVER
from servstd.evaluate.table.lacking import Records
from servstd.evaluate.table.rule_figures import by_columns
from servstd.kinds.cue import Cue
from servstd.kinds.limit import Limit
from servstd.kinds.permission import Permission
from servstd.kinds.review import ReviewCheck

# Their findings have no limit in time: they fail with something that was seen.
_WITHOUT_CLOCK = (Cue, Limit, Permission, ReviewCheck)


def certain_at(rule: Rule, decided: Decided, catalog: Catalog, columns: Columns, is_fail: Bools) -> tuple[Ints, Bools]:
    """For each row the instant of `failed_us`, and whether it is known."""
    at, is_known = np.zeros(columns.count, np.int64), np.zeros(columns.count, np.bool_)
    for part in by_columns(rule, decided, catalog, columns, is_fail & ~columns.is_left):
        instants = part.late_after
        for other in (part.decided, part.received):
            instants = np.where(instants == NEVER, other, instants)
        own = is_fail[part.rows] & (instants != NEVER)
        at[part.rows[own]], is_known[part.rows[own]] = instants[own], True
    return at, is_known


def latest_at(rule: Rule, records: Records, rows: Ints) -> Ints:
    """For some rows an instant that theirs is not later than."""
    if not all(type(body.check) in _WITHOUT_CLOCK for body in rule.bodies):
        return np.full(len(rows), NEVER, np.int64)
    return records.newest[rows]
