"""Conditions on columns: the same Kleene logic as terms/condition.py, a whole column at a time.

Conditions on fields, on single events and on other rules are decided here. Those on the order of events are
`UNSURE`: the scalar condition decides them row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from servstd.columns.columns import NO, OPEN, UNSURE, YES, Bools, Columns, EventColumn, FieldColumn, Ints, Truths
from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, Not, RuleOutcome
from servstd.terms.event_ref import EventRef
from servstd.terms.happening import Happened, SaidCue


class Fields(Protocol):
    """Whatever has columns by name: records, or the events of one type."""

    def field(self, name: str) -> FieldColumn:
        """The column of that name."""


def truths(condition: Condition, of: Fields, count: int) -> Truths:
    """The truth of a condition in each row."""
    if isinstance(condition, FieldIs):  # a range and "missing" are FieldIs too
        name, test = condition.name, condition.test
        return of.field(name).ask(lambda value: test({} if value is None else {name: value}))
    if isinstance(condition, (AllOf, AnyOf)):
        parts = [truths(part, of, count) for part in condition.parts]
        return _all(parts, count) if isinstance(condition, AllOf) else _negated(_all([*map(_negated, parts)], count))
    if isinstance(condition, Not):
        return _negated(truths(condition.parts[0], of, count))
    return _of_records(condition, of) if isinstance(of, Columns) else np.full(count, UNSURE, np.int8)


def _of_records(condition: Condition, columns: Columns) -> Truths:
    """What happened in a record, what was said in it, and what became of another rule."""
    if isinstance(condition, Happened):
        return _happened(condition, columns)
    if isinstance(condition, SaidCue):  # records with turns are left from the beginning
        return np.full(columns.count, OPEN, np.int8)
    if isinstance(condition, RuleOutcome):
        return _rule_had(condition, columns)
    return np.full(columns.count, UNSURE, np.int8)


def _happened(condition: Happened, columns: Columns) -> Truths:
    """Absence is No only in a complete log."""
    is_open = not columns.is_complete(condition.event.types)
    found = np.full(columns.count, OPEN if is_open else NO, np.int8)
    is_bounded = condition.before is not None or condition.after is not None
    for seen in seen_of(condition.event, columns):
        is_maybe = seen.is_seen | (seen.match == UNSURE)
        found[is_maybe & (seen.match == OPEN) & (found == NO)] = OPEN
        found[is_maybe & (seen.match == UNSURE) & (found != YES)] = UNSURE
        found[seen.is_seen & (seen.match == YES)] = YES
        if is_bounded:
            found[is_maybe & (seen.match != NO)] = UNSURE
    return found


def _rule_had(condition: RuleOutcome, columns: Columns) -> Truths:
    codes = columns.codes_of(condition.rule)
    answers = np.full(256, UNSURE, np.int8)
    for code, (outcome, _) in enumerate(columns.codes.pairs):
        answers[code] = YES if outcome in condition.outcomes else NO
    return answers[codes]


def _all(parts: list[Truths], count: int) -> Truths:
    """No beats unsure, unsure beats open, open beats yes."""
    found = np.full(count, YES, np.int8)
    for part in parts:
        found[(part == OPEN) & (found == YES)] = OPEN
        found[(part == UNSURE) & (found != NO)] = UNSURE
        found[part == NO] = NO
    return found


def _negated(part: Truths) -> Truths:
    found = part.copy()
    found[part == YES], found[part == NO] = NO, YES
    return found


@dataclass(frozen=True)
class Seen:
    """Events of one type that a reference may mean: `at` where `is_seen`, and whether they match."""

    at: Ints
    is_seen: Bools
    is_ahead: Bools
    match: Truths


def seen_of(ref: EventRef, columns: Columns, automated_counts: bool = False) -> list[Seen]:
    """One `Seen` for each type that the source has. `match` is `UNSURE` where only the scalar check can tell."""
    found = []
    for name in ref.types:
        event = columns.event(name)
        if event is not None:
            match = _match(ref, event, columns, automated_counts)
            match[event.is_unsure] = UNSURE
            is_past = event.at <= columns.as_of
            found.append(Seen(event.at, event.is_there & is_past, event.is_there & ~is_past, match))
    return found


def _match(ref: EventRef, event: EventColumn, columns: Columns, automated_counts: bool) -> Truths:
    count = columns.count
    match = np.full(count, YES, np.int8) if ref.where is None else truths(ref.where, event, count)
    asks_itself = ref.where is not None and "automated" in ref.where.fields()
    if not automated_counts and not asks_itself:
        match[event.is_automated] = NO
    return match
