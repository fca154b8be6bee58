"""Figures of the kinds that look for events and words, or compare a time: the event that decided, and its instant."""

from __future__ import annotations

from typing import Any

import numpy as np

from servstd.columns.anchors import position_of_first, start_bound
from servstd.columns.arrays import UNSURE, YES, Bytes, Ints, Truths
from servstd.columns.codes import LEFT
from servstd.columns.columns import Columns
from servstd.columns.cue_checks import Search
from servstd.columns.decision import Decision
from servstd.columns.figures import LEAN_FAIL, Figures, has
from servstd.columns.hearing import window
from servstd.columns.kleene import all_true, kleene
from servstd.columns.matching import meant
from servstd.columns.owed_periods import counted
from servstd.columns.permissions import Before
from servstd.columns.roll_up import NEVER
from servstd.columns.said import Said
from servstd.columns.timeline import Matched
from servstd.columns.view import View
from servstd.columns.windows import Window, window_of
from servstd.errors import CalendarError
from servstd.outcome import FAIL, PASS, PENDING, UNKNOWN
from servstd.terms.anchor import Anchor
from servstd.units import Clock


def recorded_figures(check: Any, columns: Columns, codes: Bytes) -> Figures:
    """When the event happened that was looked for; of what may still come, until when it may."""
    found, known = Figures(codes.copy()), columns.codes
    if check.event is None:
        return found
    if not check.never:
        found.lean[has(found, known, UNKNOWN, "no_such_event")] = LEAN_FAIL
    is_shown = has(found, known, PASS, "done") | has(found, known, FAIL, "happened")
    is_decided = is_shown | has(found, known, FAIL, "not_done")
    rows = np.flatnonzero(is_decided | has(found, known, PENDING, "still_open"))
    if not len(rows):
        return found
    if check.event.is_this:
        _put_this(check, columns, found, np.flatnonzero(is_decided))
    elif check.same is not None:
        found.codes[rows] = LEFT  # which of them agree, the scalar check says
    else:
        _, decision = _looked_at(columns, rows)
        _put_found(check, decision, found, rows, is_shown[rows])
        _leave(found, rows, decision)
    return found


def _looked_at(columns: Columns, rows: Ints) -> tuple[View, Decision]:
    view = View(columns, rows)
    return view, Decision(view)


def _leave(found: Figures, rows: Ints, decision: Decision) -> None:
    """What could not be found for certain is for the scalar check."""
    found.codes[rows[~decision.todo]] = LEFT


def _put_this(check: Any, columns: Columns, found: Figures, rows: Ints) -> None:
    if columns.this is None or check.from_ is not None or check.until is not None or check.within is not None:
        found.codes[rows] = LEFT
    else:
        found.put("decided", rows, columns.this.at[rows])


def _put_found(check: Any, decision: Decision, found: Figures, rows: Ints, is_shown: Any) -> None:
    """The first event in the window that meets it, or, where none does, the first that contradicts it."""
    columns = decision.columns
    inside = window_of(check, decision)
    matched = meant(check.event, columns)
    decision.leave(matched.is_unsure[columns.record])
    meets = _meeting(check, matched, columns, decision)
    is_waiting = has(found, columns.codes, PENDING)[rows]
    if inside.ends_at is not None:
        found.put("late_after", rows[is_waiting], inside.ends_at[is_waiting])
    for where, truth in ((is_shown, YES), (~is_shown & ~is_waiting, None)):
        events = matched.of(None if truth is None else meets == truth)
        low, is_there = _first_inside(inside, events, columns.record)
        decision.leave(where & ~is_there & (truth is not None))
        some = where & is_there
        found.put("decided", rows[some], events.instants(low, is_there, 0)[some])


def _meeting(check: Any, matched: Matched, columns: Columns, decision: Decision) -> Truths:
    if check.with_ is None:
        return matched.match
    asked = matched.truths(lambda events: kleene(check.with_, events, len(events.at)))
    meets = all_true([matched.match, asked], len(matched.match))
    is_odd = np.zeros(columns.base.count, np.bool_)
    is_odd[matched.row[meets == UNSURE]] = True
    decision.leave(is_odd[columns.record])
    return meets


def _first_inside(inside: Window, events: Any, record: Ints) -> tuple[Ints, Any]:
    low = events.first_from(record, inside.low_at, inside.low_fine)
    return low, low < events.first_from(record, inside.high_at, inside.high_fine)


def permission_figures(check: Any, columns: Columns, codes: Bytes) -> Figures:
    """When it was answered, or asked."""
    found, known = Figures(codes.copy()), columns.codes
    is_meant = has(found, known, PASS) | has(found, known, FAIL, "refused")
    rows = np.flatnonzero(is_meant)
    if not len(rows):
        return found
    view, decision = _looked_at(columns, rows)
    act, start = position_of_first(check.act, view), start_bound(check.from_ or Anchor("previous"), view)
    decision.leave(act.is_unsure | start.is_unsure)
    asked, agreed, refused = (Before(ref, decision, start, act) for ref in (check.asked, check.agreed, check.refused))
    at = np.where(agreed.is_at_or_after(refused), agreed.at, refused.at)
    is_there = agreed.is_there | refused.is_there
    if check.needs == "asked":
        at, is_there = np.where(asked.is_there, asked.at, at), asked.is_there | is_there
    decision.leave(~is_there)
    found.put("decided", rows, at)
    _leave(found, rows, decision)
    return found


def limit_figures(check: Any, columns: Columns, codes: Bytes) -> Figures:
    """Of the time between two events: both of them, and how long it was. Other numbers have no figures."""
    found = Figures(codes.copy())
    rows = np.flatnonzero(has(found, columns.codes, PASS) | has(found, columns.codes, FAIL))
    if check.of.elapsed is None or not len(rows):
        return found
    view, decision = _looked_at(columns, rows)
    begin, end = _ends(check, decision)
    bound = check.at_most if check.at_most is not None else check.at_least
    clock = bound.clock if bound.is_time else Clock.BUSINESS_TIME
    some = np.flatnonzero(decision.todo)
    try:
        if view.calendar is None or view.calendar.schedule.is_strict:
            raise CalendarError("no calendar that is sure to answer")
        used = counted(begin[some], end[some], clock, view.calendar, view.record[some], None)
    except CalendarError:
        found.codes[rows] = LEFT
        return found
    for name, values in (("received", begin), ("started", begin), ("decided", end)):
        found.put(name, rows[some], values[some])
    found.put("elapsed", rows[some], used)
    found.put("target", rows[some], bound.amount if bound.is_time else NEVER)
    _leave(found, rows, decision)
    return found


def _ends(check: Any, decision: Decision) -> tuple[Ints, Ints]:
    """The two instants of each row; where one is not there, or not sure, the row is left."""
    columns = decision.columns
    begins, ends = (meant(ref, columns) for ref in check.of.elapsed)
    record = columns.record
    has_begun = begins.sure.amount[record] > 0
    begin = begins.sure.instants(begins.sure.first(record), has_begun, 0)
    place = ends.sure.first_from(record, begin)
    has_ended = place < ends.sure.end(record)
    decision.leave(begins.is_unsure[record] | ends.is_unsure[record] | ~has_begun | ~has_ended)
    return begin, ends.sure.instants(place, has_ended, 0)


def cue_figures(check: Any, columns: Columns, codes: Bytes) -> Figures:
    """When it was said, and what a miss leans to. Hints, replies and dates in texts are left."""
    found, known = Figures(codes.copy()), columns.codes
    families = [columns.setting.cues[name] for name in check.cue]
    is_hint = check.cue_policy == "lean_only" or all(family.policy == "lean_only" for family in families)
    is_miss = has(found, known, UNKNOWN, "cue_not_found")
    if is_hint:
        found.codes[is_miss] = LEFT
    found.lean[is_miss] = LEAN_FAIL
    is_reply = has(found, known, PASS, "agreed", "answered") | has(found, known, FAIL, "refused", "not_answered")
    found.codes[is_reply | has(found, known, UNKNOWN, "ambiguous")] = LEFT
    rows = np.flatnonzero(has(found, known, PASS, "said"))
    if columns.said is None or check.in_ is not None:
        found.codes[rows] = LEFT
    elif len(rows):
        _put_said(check, columns, columns.said, found, rows)
    return found


def _put_said(check: Any, columns: Columns, said: Said, found: Figures, rows: Ints) -> None:
    """The instant of the first turn with a hit."""
    view, decision = _looked_at(columns, rows)
    stretch = window(check.from_, check.until, view, is_check=True)
    decision.leave(stretch.is_unsure | said.rows.is_unsure[view.record])
    owner, places = Search(check, view).hits_in(said, stretch, np.arange(len(rows)))
    hit, first = np.unique(owner, return_index=True)
    is_hit = np.zeros(len(rows), np.bool_)
    is_hit[hit] = True
    decision.leave(~is_hit)
    at = np.where(said.rows.is_timed[places[first]], said.rows.at[places[first]], NEVER)
    found.put("decided", rows[hit], at)
    _leave(found, rows, decision)
