"""Conditions on columns: the same Kleene logic as terms/condition.py, a whole column at a time.

Conditions on fields, on events and their order, and on other rules are decided here. Those on words are `UNSURE` where
there are any: the scalar condition decides them row by row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servstd.columns.anchors import end_bound, no_bound, start_bound
from servstd.columns.arrays import NO, OPEN, UNSURE, YES, Bools, Ints, Truths
from servstd.columns.columns import Columns
from servstd.columns.hearing import said_truths
from servstd.columns.kleene import kleene
from servstd.columns.matching import match_of, meant
from servstd.columns.timeline import Timeline
from servstd.errors import CalendarError
from servstd.terms.condition import Condition, RuleOutcome
from servstd.terms.event_ref import EventRef
from servstd.terms.happening import Happened, Open, SaidCue


def truths(condition: Condition, columns: Columns, count: int) -> Truths:
    """The truth of a condition in each row."""
    return kleene(condition, columns, count, lambda part: _of_records(part, columns))


def _of_records(condition: Condition, columns: Columns) -> Truths:
    """What happened in a record, what was said in it, and what became of another rule."""
    if isinstance(condition, (Happened, RuleOutcome)):  # they stand in many rules, and take longest
        if condition not in columns.known_truths:
            columns.known_truths[condition] = _happened_or_had(condition, columns)
        return columns.known_truths[condition]
    if isinstance(condition, SaidCue):
        return said_truths(condition, columns)
    if isinstance(condition, Open):
        return _was_open(condition, columns)
    return np.full(columns.count, UNSURE, np.int8)


def _happened_or_had(condition: Happened | RuleOutcome, columns: Columns) -> Truths:
    if isinstance(condition, RuleOutcome):
        return _rule_had(condition, columns)
    is_bounded = condition.before is not None or condition.after is not None
    found = np.full(columns.count, UNSURE, np.int8) if is_bounded else _happened(condition, columns)
    return _happened_between(condition, columns) if (found == UNSURE).any() else found


def _happened(condition: Happened, columns: Columns) -> Truths:
    """Single events, at any time. Absence is No only in a complete log."""
    is_open = not columns.is_complete(condition.event.types)
    found = np.full(columns.count, OPEN if is_open else NO, np.int8)
    for seen in seen_of(condition.event, columns):
        is_maybe = seen.is_seen | (seen.match == UNSURE)
        found[is_maybe & (seen.match == OPEN) & (found == NO)] = OPEN
        found[is_maybe & (seen.match == UNSURE) & (found != YES)] = UNSURE
        found[seen.is_seen & (seen.match == YES)] = YES
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
    found[matched.is_unsure[record] | after.is_unsure | before.is_unsure] = UNSURE
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
    found[matched.is_unsure[record]] = UNSURE
    return found


def _rule_had(condition: RuleOutcome, columns: Columns) -> Truths:
    codes = columns.codes_of(condition.rule)
    answers = np.full(256, UNSURE, np.int8)
    for code, (outcome, _) in enumerate(columns.codes.pairs):
        answers[code] = YES if outcome in condition.outcomes else NO
    return answers[codes]


@dataclass(frozen=True)
class Seen:
    """Events of one type that a reference may mean: `at` where `is_seen`, and whether they match."""

    at: Ints
    is_seen: Bools
    is_ahead: Bools
    match: Truths


def seen_of(ref: EventRef, columns: Columns, automated_counts: bool = False) -> list[Seen]:
    """One `Seen` for each type that the source has. `match` is `UNSURE` where only the scalar check can tell."""
    return columns.keep(("seen of", ref, automated_counts), lambda: _seen_of(ref, columns, automated_counts))


def _seen_of(ref: EventRef, columns: Columns, automated_counts: bool) -> list[Seen]:
    found = []
    for name in ref.types:
        event = columns.event(name)
        if event is not None:
            match = match_of(ref, event, automated_counts)
            match[event.is_unsure] = UNSURE
            is_past = event.at <= columns.as_of
            found.append(Seen(event.at, event.is_there & is_past, event.is_there & ~is_past, match))
    return found
