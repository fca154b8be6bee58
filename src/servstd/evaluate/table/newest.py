"""When the fails of a rule were certain, from columns: exactly where figures say so, else no later than."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from servstd.catalog import Rule
from servstd.columns import Decided
from servstd.columns.columns import Bools, Ints
from servstd.columns.roll_up import NEVER
from servstd.evaluate.table.bare import is_bare_of
from servstd.evaluate.table.body_figures import BodyJudge
from servstd.evaluate.table.lacking import Records
from servstd.evaluate.table.rule_figures import RuleFigures, by_columns
from servstd.kinds.cue import Cue
from servstd.kinds.limit import Limit
from servstd.kinds.permission import Permission
from servstd.kinds.review import ReviewCheck

# Their findings have no limit in time: they fail with something that was seen.
_WITHOUT_CLOCK = (Cue, Limit, Permission, ReviewCheck)


def certain_at(rule: Rule, decided: Decided, judge: BodyJudge, is_fail: Bools, records: Records) -> tuple[Ints, Bools]:
    """For each row the instant of `failed_us`, and whether it is known."""
    columns = judge.columns
    at, is_known = np.full(columns.count, NEVER), is_fail & ~judge.odd(rule)
    is_bare = is_bare_of(rule, columns.codes, has_waivers=bool(judge.waivers_of(rule)))[decided.codes] & is_known
    todo, is_known = is_known & ~is_bare, is_bare
    for _, rows, part in by_columns(rule, decided, judge, todo):
        at[rows], is_known[rows] = _first_of(part.times, at[rows]), True
    return _or_newest(at, is_known, records)


def certain_of(figures: RuleFigures, is_fail: Bools, records: Records) -> tuple[Ints, Bools]:
    """The same from the figures of the full table."""
    return _or_newest(_first_of(figures.times, np.full(len(is_fail), NEVER)), is_fail, records)


def _first_of(times: Mapping[str, Ints], otherwise: Ints) -> Ints:
    """The limit, else the deciding, else the first event."""
    for name in ("received", "decided", "late_after"):
        own = times.get(name)
        otherwise = otherwise if own is None else np.where(own == NEVER, otherwise, own)
    return otherwise


def _or_newest(at: Ints, is_known: Bools, records: Records) -> tuple[Ints, Bools]:
    """A fail without any time is of the newest event."""
    is_open = is_known & (at == NEVER)
    if is_open.any():
        at = np.where(is_open, records.newest, at)
    return at, is_known & (at != NEVER)


def latest_at(rule: Rule, records: Records, rows: Ints) -> Ints:
    """For some rows an instant that theirs is not later than."""
    if not all(type(body.check) in _WITHOUT_CLOCK for body in rule.bodies):
        return np.full(len(rows), NEVER, np.int64)
    return records.newest[rows]
