"""Conditions on columns: the same Kleene logic as terms/condition.py, a whole column at a time.

Conditions on fields, on events and their order, and on other rules are decided here. Those on words are `UNSURE` where
there are any: the scalar condition decides them row by row.
"""

from __future__ import annotations

import numpy as np

from servstd.columns.anchors import end_bound, no_bound, start_bound
from servstd.columns.arrays import NO, OPEN, UNSURE, YES, Bools, Truths
from servstd.columns.columns import Columns
from servstd.columns.hearing import said_truths
from servstd.columns.kleene import kleene
from servstd.columns.matching import meant
from servstd.columns.seen import seen_of
from servstd.columns.timeline import Timeline
from servstd.errors import CalendarError
from servstd.terms.condition import Condition, RuleOutcome
from servstd.terms.happening import Happened, Open, SaidCue


def truths(condition: Condition, columns: Columns, count: int) -> Truths:
    """The truth of a condition in each row."""
    return kleene(condition, columns, count, lambda part: _of_records(part, columns))


def _of_records(condition: Condition, columns: Columns) -> Truths:
    """What happened in a record, what was said in it, and what became of another rule."""
    if isinstance(condition, (Happened, RuleOutcome)):  # they stand in many rules, and take longest
        of = columns if isinstance(condition, RuleOutcome) or _is_bounded(condition) else columns.base
        if condition not in of.known_truths:
            of.known_truths[condition] = _happened_or_had(condition, of)
        found = of.known_truths[condition]
        return found if of is columns else columns.of_batch(found)
    if isinstance(condition, SaidCue):
        return said_truths(condition, columns)
    if isinstance(condition, Open):
        return _was_open(condition, columns)
    return np.full(columns.count, UNSURE, np.int8)


def _happened_or_had(condition: Happened | RuleOutcome, columns: Columns) -> Truths:
    if isinstance(condition, RuleOutcome):
        return _rule_had(condition, columns)
    if _is_bounded(condition):
        return _happened_between(condition, columns)
    found = _happened(condition, columns)
    return _happened_between(condition, columns) if (found == UNSURE).any() else found


def _is_bounded(condition: Happened) -> bool:
    """True when it asks what came before or after, which may differ between opportunities."""
    return condition.before is not None or condition.after is not None


def _happened(condition: Happened, columns: Columns) -> Truths:
    """Single events, at any time. Absence is No only in a complete log."""
    is_open = not columns.is_complete(condition.event.types)
    found = np.full(columns.count, OPEN if is_open else NO, np.int8)
    for seen in seen_of(condition.event, columns):
        if seen.is_open.any():
            found[seen.is_open & (seen.match == OPEN) & (found == NO)] = OPEN
        if seen.is_unsure.any():
            found[seen.is_unsure & (found != YES)] = UNSURE
        found = np.maximum(found, seen.is_hit * np.int8(YES))
    return found


def _happened_between(condition: Happened, columns: Columns) -> Truths:
    """Any number of events, perhaps after one anchor and before another."""
    matched, record = meant(condition.event, columns), columns.record
    is_complete = columns.is_complete(condition.event.types)
    after = no_bound(columns) if condition.after is None else start_bound(condition.after, columns)
    before = no_bound(columns)
    if condition.before is not None:
        before = end_bound(condition.before, columns, no_bound(columns))

    def is_any(events: Timeline) -> Bools:
        low, high = events.first(record), events.end(record)
        if condition.after is not None:
            low = np.where(after.is_placed, events.first_from(record, after.at, after.fine + 1), low)
        if condition.before is not None:
            high = np.where(before.is_placed, events.first_from(record, before.at, before.fine), high)
        return (low < high) & after.is_there

    found = np.full(columns.count, NO if is_complete else OPEN, np.int8)
    found[is_any(matched.open)] = OPEN
    found[is_any(matched.sure)] = YES
    found[columns.of_batch(matched.is_unsure) | after.is_unsure | before.is_unsure] = UNSURE
    return found


def _was_open(condition: Open, columns: Columns) -> Truths:
    """Whether the office was open at the first such event."""
    matched, record, calendar = meant(condition.event, columns), columns.record, columns.calendar
    events = matched.sure
    place = events.first(record)
    is_there = place < events.end(record)
    found = np.full(columns.count, OPEN, np.int8)
    if calendar is None:
        found[is_there] = UNSURE
    elif is_there.any():
        try:
            is_open = calendar.is_open_array(events.at[place[is_there]])
            found[is_there] = np.where(is_open, np.int8(YES), np.int8(NO))
        except CalendarError:
            found[is_there] = UNSURE
    found[columns.of_batch(matched.is_unsure)] = UNSURE
    return found


def _rule_had(condition: RuleOutcome, columns: Columns) -> Truths:
    codes = columns.codes_of(condition.rule)
    answers = np.full(256, UNSURE, np.int8)
    for code, (outcome, _) in enumerate(columns.codes.pairs):
        answers[code] = YES if outcome in condition.outcomes else NO
    return answers[codes]
