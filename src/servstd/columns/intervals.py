"""An event at least every so often, for a whole batch: the gaps of kinds/interval.py, a row a gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from servstd.columns.arrays import Bools, Ints
from servstd.columns.columns import Columns
from servstd.columns.deadlines import started
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.limits import LimitColumn
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.owed_periods import owed_periods
from servstd.columns.paused_limits import pause_at, paused_limits
from servstd.columns.roll_up import NEVER, Parts
from servstd.columns.stretches import Stretches, stretches_of
from servstd.columns.timeline import LAST, Timeline
from servstd.columns.view import View
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN
from servstd.units import Duration


def intervals(check: Any, columns: Columns) -> Decided:
    """Every gap between events, or every period in which one is owed."""
    decision = Decision(columns)
    begins = started(decision, check.from_)
    if not columns.calendars.are_plain:
        return decision.decided
    if not isinstance(check.every, Duration):
        _ = columns.calendar  # periods are those of one calendar: where there are several, each is asked for
    ends, events = meant(check.to, columns), meant(check.event, columns, check.automated_counts)
    decision.leave(columns.of_batch(ends.is_unsure))
    decision.leave(columns.of_batch(events.is_unsure))
    pauses = stretches_of(check.pauses, columns) if check.pauses else None
    if pauses is not None:
        decision.leave(columns.of_batch(pauses.is_unsure))
    rows = np.flatnonzero(decision.todo)
    if not len(rows):
        return decision.decided
    of = _Events(begins.sure, ends.sure, events.sure, pauses)
    if isinstance(check.every, Duration):
        return _by_gap(check, decision, rows, of)
    return _by_period(check, decision, rows, of)


@dataclass(frozen=True)
class _Events:
    """What begins and ends each matter, what is owed in it, and when its clock stands still."""

    begins: Timeline
    ends: Timeline
    owed: Timeline
    pauses: Stretches | None


def _by_period(check: Any, decision: Decision, rows: Ints, of: _Events) -> Decided:
    """Every period that is owed: met, still running, or missed."""
    columns = decision.columns
    try:
        owed = owed_periods(check, columns, rows, of.begins, of.ends, of.pauses)
    except CalendarError:
        return decision.decided
    owes = _marked(rows[owed.owner], columns)
    has_ended = columns.nowhere.copy()
    has_ended[rows[owed.ended]] = True
    decision.settle(~owes & has_ended, NOT_APPLICABLE, "nothing_owed")
    decision.settle(~owes, PENDING, "still_open")
    decision.settle(~can_be_seen(check.event, columns), UNKNOWN, "event_not_tracked")
    parts = Decision(View(columns, rows[owed.owner]))
    parts.settle(owed.is_met, PASS, "updates_made")
    parts.settle(~owed.has_ended & (columns.as_of < owed.high), PENDING, "clock_running")
    if not check.trust_silence and not columns.is_complete(check.event.types):
        parts.settle_rest(UNKNOWN, "no_such_event")
    parts.settle_rest(FAIL, "update_missed")
    found = Parts(rows[owed.owner], parts.codes, owed.high - 1, is_timed=True)
    return decision.with_rest(found.rolled(columns.codes, columns.count))


def _by_gap(check: Any, decision: Decision, rows: Ints, of: _Events) -> Decided:
    """Every gap between events: met, still running, or too long."""
    columns, pauses = decision.columns, of.pauses
    gaps = gaps_of(columns.record[rows], of.begins, of.ends, of.owed)
    parts = Decision(View(columns, rows[gaps.owner]))
    limits = limits_of_gaps(check, parts.columns, gaps, pauses)
    decision.leave(_marked(rows[gaps.owner[limits.is_unsure]], columns))
    late_after = judge_gaps(check, parts, gaps, pauses, limits.late_after)
    is_owed = gaps.are_owed(late_after)
    ended_alone = gaps.owner[~is_owed & gaps.is_first]  # any gap before the last is owed
    decision.settle(_marked(rows[ended_alone], columns), NOT_APPLICABLE, "nothing_owed")
    decision.settle(~can_be_seen(check.event, columns), UNKNOWN, "event_not_tracked")
    kept = np.flatnonzero(is_owed)
    found = Parts(rows[gaps.owner[kept]], parts.codes[kept], late_after[kept], is_timed=True)
    return decision.with_rest(found.rolled(columns.codes, columns.count))


@dataclass(frozen=True)
class Gaps:
    """From each point to the next: `owner` is the row, ascending; `done` is the next point, or the end, else `LAST`."""

    owner: Ints
    record: Ints
    at: Ints
    done: Ints
    is_last: Bools
    has_ended: Bools

    @property
    def is_first(self) -> Bools:
        """The gaps that begin a matter."""
        return np.append(True, self.is_last[:-1])

    def are_owed(self, late_after: Ints) -> Bools:
        """All but the last of a matter that ended in time."""
        return ~(self.is_last & self.has_ended & (self.done <= late_after))


def gaps_of(record: Ints, begins: Timeline, ends: Timeline, events: Timeline) -> Gaps:
    """The points of each record: its beginning, and the events after it up to the end."""
    begin = begins.at[begins.first(record)]
    place = ends.first_from(record, begin)
    has_end = place < ends.end(record)
    end = ends.instants(place, has_end, LAST)
    first, after = events.first_from(record, begin + 1), events.end(record)
    if has_end.any():
        after = np.where(has_end, events.first_from(record, np.where(has_end, end + 1, LAST)), after)
    amount = np.maximum(after - first, 0) + 1
    tails = np.cumsum(amount)
    heads = tails - amount
    source = np.arange(int(amount.sum()))
    source += np.repeat(first - heads - 1, amount)  # the beginning is none of the events
    at = events.at[np.clip(source, 0, len(events.at) - 1)] if len(events.at) else np.zeros(len(source), np.int64)
    at[heads] = begin
    is_last = np.zeros(len(at), np.bool_)
    is_last[tails - 1] = True
    done = np.append(at[1:], LAST)
    done[tails - 1] = end
    owner, of_record = np.repeat(np.arange(len(record)), amount), np.repeat(record, amount)
    return Gaps(owner, of_record, at, done, is_last, np.repeat(has_end, amount))


def limits_of_gaps(check: Any, columns: Columns, gaps: Gaps, pauses: Stretches | None) -> LimitColumn:
    """When each gap is too long; unsure on a calendar of which the scalar check has to say for which it can not tell.

    `columns` has a row a gap.
    """
    late_after, is_unsure = np.zeros(len(gaps.at), np.int64), np.ones(len(gaps.at), np.bool_)
    for rows, calendar in columns.calendars.among(np.arange(len(gaps.at))):
        try:
            limits = paused_limits(gaps.at[rows], gaps.record[rows], check.every, calendar, pauses)
        except CalendarError:
            continue
        late_after[rows], is_unsure[rows] = limits.late_after, limits.is_unsure
    return LimitColumn(late_after, is_unsure)


def judge_gaps(check: Any, parts: Decision, gaps: Gaps, pauses: Stretches | None, late_after: Ints) -> Ints:
    """Met, missed, or still to be done; the last passing instants, of those that are waited for."""
    columns, has_done = parts.columns, ~gaps.is_last | gaps.has_ended
    parts.settle(~gaps.is_last & (gaps.done <= late_after), PASS, "updates_made")
    waits = ~has_done & (columns.as_of <= late_after)
    is_paused = pause_at(pauses, gaps.record, columns.as_of)
    parts.settle(waits & is_paused, PENDING, "clock_paused")
    parts.settle(waits, PENDING, "clock_running")
    if not check.trust_silence and not columns.is_complete(check.event.types):
        parts.settle(gaps.is_last, UNKNOWN, "no_such_event")
    parts.settle_rest(FAIL, "update_missed")
    return np.where(waits & is_paused, NEVER, late_after)


def _marked(rows: Ints, columns: Columns) -> Bools:
    """True in these rows."""
    found = np.zeros(columns.count, np.bool_)
    found[rows] = True
    return found
