"""Events in windows for a whole batch: kinds/recorded.py and terms/window.py a column at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from servstd.columns.agreement import SAYS_NOTHING, Sayings
from servstd.columns.anchors import Bound, end_bound, no_bound, start_bound
from servstd.columns.arrays import NO, OPEN, UNSURE, YES, Bools, Ints, Truths
from servstd.columns.columns import Columns
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.durations import durations_of
from servstd.columns.kleene import all_true, kleene
from servstd.columns.limits import limits_of
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.roll_up import NEVER
from servstd.columns.timeline import FIRST, LAST, Matched, Timeline
from servstd.columns.truth import truths
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN


@dataclass(frozen=True)
class Window:
    """The positions between which each row looks, the end not included, and whether more may still come.

    `ends_at` is the last instant inside by the clock, `NEVER` where none closes it.
    """

    low_at: Ints
    low_fine: Ints
    high_at: Ints
    high_fine: Ints
    is_open: Bools
    ends_at: Ints | None = None

    def has_any(self, events: Timeline, record: Ints) -> Bools:
        """Rows with an event inside."""
        if not len(events):
            return np.zeros(len(record), np.bool_)
        low = events.first_from(record, self.low_at, self.low_fine)
        found: Bools = low < events.first_from(record, self.high_at, self.high_fine)
        return found


def recorded(check: Any, columns: Columns) -> Decided:
    """An event looked for in a window, or fields."""
    decision = Decision(columns)
    if check.event is None:
        _fields(check, decision)
        return decision.decided
    window = window_of(check, decision)
    if check.event.is_this:
        _this(check, decision)
        return decision.decided
    same = None if check.same is None else Sayings(check.same, columns)
    if same is not None and not same.is_plain:
        return decision.decided
    matched, record = meant(check.event, columns), columns.record
    decision.leave(columns.of_batch(matched.is_unsure))
    meets = matched.match
    if check.with_ is not None:
        meets = all_true(
            [meets, matched.truths(lambda events: kleene(check.with_, events, len(events.at)))], len(meets)
        )
        is_odd = np.zeros(columns.base.count, np.bool_)
        is_odd[matched.row[meets == UNSURE]] = True
        decision.leave(is_odd[record])
    if same is None:
        found = [window.has_any(matched.of(meets == truth), record) for truth in (YES, OPEN, NO)]
    else:
        found = _agreeing(matched, meets, window, columns, same)
    _settle(check, decision, window, *found)
    return decision.decided


def _settle(check: Any, decision: Decision, window: Window, is_hit: Bools, is_open: Bools, is_other: Bools) -> None:
    """There, contradicted, unclear, not yet, or absent."""
    columns, event = decision.columns, check.event
    has_any, is_proof = is_open | is_other, bool(check.trust_silence) or columns.is_complete(event.types)
    decision.settle(is_hit, *((FAIL, "happened") if check.never else (PASS, "done")))
    if not check.never:
        decision.settle(window.is_open & (has_any | is_proof), PENDING, "still_open")
    decision.settle(is_open, UNKNOWN, "missing_field")
    if not check.never:
        decision.settle(has_any, FAIL, "not_done")
    decision.settle(~can_be_seen(event, columns), UNKNOWN, "event_not_tracked")
    if not is_proof:
        decision.settle_rest(UNKNOWN, "no_such_event")
    decision.settle(window.is_open, PENDING, "still_open")
    decision.settle_rest(*((PASS, "avoided") if check.never else (FAIL, "not_done")))


def _agreeing(matched: Matched, meets: Truths, window: Window, columns: Columns, same: Sayings) -> list[Bools]:
    """The same for events that agree with the row's own: it is open where only one of the two says."""
    record, this = columns.record, columns.this
    if this is None:  # nothing to agree with: no event is known to, none is known not to
        found = [window.has_any(matched.of(meets == truth), record) for truth in (YES, OPEN, NO)]
        return [columns.nowhere, found[0] | found[1], found[2]]
    said = same.of_matched(matched)
    mine = np.full(columns.count, SAYS_NOTHING, np.int64)
    for rows, events in this.by_type():
        mine[rows] = same.of(events, this.matched.index[this.own[rows]])
    width = max(int(said.max(initial=-1)), int(mine.max(initial=-1))) + 2
    is_silent = mine == SAYS_NOTHING
    own, silent, valued = [], [], []
    for truth in (YES, OPEN, NO):
        rows = np.flatnonzero(meets == truth)
        keys, number = np.unique(matched.row[rows] * width + said[rows] + 1, return_inverse=True)
        own.append(_in_group(matched, rows, keys, number, record * width + mine + 1, window))
        silent.append(_in_group(matched, rows, keys, number, record * width, window))
        valued.append(window.has_any(matched.of((meets == truth) & (said != SAYS_NOTHING)), record))
    mixed = [np.where(is_silent, valued[place], silent[place]) for place in range(3)]
    return [own[0], own[1] | mixed[0] | mixed[1], own[2] | mixed[2]]


def _in_group(matched: Matched, rows: Ints, keys: Ints, number: Ints, wanted: Ints, window: Window) -> Bools:
    """Rows with an event of a group inside the window."""
    if not len(keys):
        return np.zeros(len(wanted), np.bool_)
    order = np.argsort(number, kind="stable")
    events = Timeline(len(keys), number[order], matched.at[rows[order]], matched.fine[rows[order]])
    group = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: Bools = (keys[group] == wanted) & window.has_any(events, group)
    return found


def _this(check: Any, decision: Decision) -> None:
    """The row's own event, which has to say something."""
    columns = decision.columns
    this = columns.this
    if this is None or check.from_ is not None or check.until is not None or check.within is not None:
        decision.leave_rest()
        return
    meets = np.where(this.is_automated, np.int8(NO), np.int8(YES))
    if check.with_ is not None:
        answers = this.matched.truths(lambda events: kleene(check.with_, events, len(events.at)))
        meets = all_true([meets, this.truths(answers)], columns.count)
    decision.leave((meets == UNSURE) | (check.same is not None))
    none = columns.nowhere
    window = Window(columns.record, columns.record, columns.record, columns.record, none)
    is_proof = _Proved(check)
    _settle(is_proof, decision, window, meets == YES, meets == OPEN, meets == NO)


class _Proved:
    """A check whose event is certainly known of."""

    def __init__(self, check: Any) -> None:
        self.event, self.never, self.trust_silence = check.event, check.never, True


def _fields(check: Any, decision: Decision) -> None:
    columns = decision.columns
    has_window = check.from_ is not None or check.until is not None or check.within is not None
    is_open = window_of(check, decision).is_open if has_window else columns.nowhere
    is_missing = columns.nowhere
    for name in check.fields:
        is_missing = is_missing | columns.field(name).is_missing
    if check.never:
        decision.settle(is_missing, PASS, "avoided")
        decision.settle_rest(FAIL, "happened")
        return
    if check.trust_silence or columns.setting.complete_for:
        is_proof = ~columns.nowhere
        for name in () if check.trust_silence else check.fields:
            is_proof &= ~columns.field(name).is_missing | columns.is_complete((name,))
        decision.settle(is_missing & is_proof & is_open, PENDING, "still_open")
        decision.settle(is_missing & is_proof, FAIL, "not_done")
    decision.settle(is_missing, UNKNOWN, "missing_field")
    if check.with_ is not None:
        answer = truths(check.with_, columns, columns.count)
        decision.leave(answer == UNSURE)
        decision.settle(answer == OPEN, UNKNOWN, "missing_field")
        decision.settle(answer == NO, FAIL, "not_done")
    decision.settle_rest(PASS, "done")


def window_of(check: Any, decision: Decision) -> Window:
    """The window of each row; rows in which it never began are settled."""
    columns = decision.columns
    start = no_bound(columns) if check.from_ is None else start_bound(check.from_, columns)
    end = no_bound(columns) if check.until is None else end_bound(check.until, columns, start)
    decision.leave(start.is_unsure | end.is_unsure)
    if check.from_ is not None:
        event = check.from_.event
        if event is not None:
            decision.settle(~start.is_there & ~can_be_seen(event, columns), UNKNOWN, "event_not_tracked")
        decision.settle(~start.is_there, NOT_APPLICABLE, "no_opportunity")
    is_relative = check.from_ is not None and check.from_.is_relative
    low_at = np.where(start.is_placed, start.at, FIRST)
    low_fine = np.where(start.is_placed, start.fine + 1, FIRST) if is_relative else np.full(columns.count, FIRST)
    high_at, high_fine = _end(end, check.until is not None and check.until.is_relative)
    is_open, closes_at = columns.nowhere, None
    if check.until is not None:
        is_open = ~end.is_there & ~columns.has_ended()
    if check.within is not None:
        ends_at, has_end = _limit(check, decision, start)
        is_less = has_end & ((ends_at + 1 < high_at) | ((ends_at + 1 == high_at) & (high_fine > FIRST)))
        high_at, high_fine = np.where(is_less, ends_at + 1, high_at), np.where(is_less, FIRST, high_fine)
        is_open = np.where(has_end, (ends_at >= columns.as_of) & ~end.is_placed, is_open)
        closes_at = np.where(has_end, ends_at, NEVER)
    return Window(low_at, low_fine, high_at, high_fine, is_open, closes_at)


def _end(end: Bound, is_relative: bool) -> tuple[Ints, Ints]:
    """Where looking stops: an event itself is inside, `this`, `previous` and `next` are not."""
    if is_relative:
        return np.where(end.is_placed, end.at, LAST), np.where(end.is_placed, end.fine, LAST)
    return np.where(end.is_placed, end.at + 1, LAST), np.full(len(end.at), FIRST)


def _limit(check: Any, decision: Decision, start: Bound) -> tuple[Ints, Bools]:
    """When the window ends by the clock, and whether it does."""
    columns, calendar = decision.columns, decision.columns.calendar
    begins, has_begun = _begins_at(columns)
    at = np.where(start.is_placed, start.at, begins)
    has_begin = start.is_placed | has_begun
    durations = durations_of(check.within, columns)
    decision.leave(durations.is_unsure)
    ends_at, has_end = np.zeros(columns.count, np.int64), has_begin & (durations.number >= 0)
    for duration, rows in durations.each():
        rows = rows[has_end[rows] & decision.todo[rows]]
        if not len(rows):
            continue
        try:
            if calendar is None:
                raise CalendarError("no calendar")
            limits = limits_of(at[rows], duration, calendar)
        except CalendarError:
            decision.todo[rows] = False
            continue
        ends_at[rows] = limits.late_after
        decision.todo[rows[limits.is_unsure]] = False
    return ends_at, has_end


def _begins_at(columns: Columns) -> tuple[Ints, Bools]:
    """The instant at which each record began: of the first of the types with which its kind does that was seen."""
    at, is_known = np.zeros(columns.count, np.int64), columns.nowhere.copy()
    kinds = columns.field("kind")
    for code, kind in enumerate(kinds.values):
        for name in columns.vocabulary.begins(str(kind)):
            matched = columns.seen((name,))
            events = matched.maybe
            place = events.first(columns.record)
            is_new = (kinds.codes == code) & ~is_known & (place < events.end(columns.record))
            at = np.where(is_new, events.instants(place, is_new, 0), at)
            is_known |= is_new
    return at, is_known
