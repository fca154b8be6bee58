"""Strong Kleene logic on columns: what conditions on fields and attributes, and their combinations, come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from servstd.columns.arrays import NO, UNSURE, YES, FieldColumn, Truths
from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, Not


class Fields(Protocol):
    """Whatever has columns by name: records, or the events of one type."""

    def field(self, name: str) -> FieldColumn:
        """The column of that name."""


Ask = Callable[[Condition], Truths]


def kleene(condition: Condition, of: Fields, count: int, other: Ask | None = None) -> Truths:
    """The truth of a condition in each row; `other` answers what is no condition on fields, else it is unsure."""
    if isinstance(condition, FieldIs):  # a range and "missing" are FieldIs too
        return _asked(condition, of)
    if isinstance(condition, (AllOf, AnyOf)):
        parts = [kleene(part, of, count, other) for part in condition.parts]
        return all_true(parts, count) if isinstance(condition, AllOf) else any_true(parts, count)
    if isinstance(condition, Not):
        return negated(kleene(condition.parts[0], of, count, other))
    return np.full(count, UNSURE, np.int8) if other is None else other(condition)


def _asked(condition: FieldIs, of: Fields) -> Truths:
    """The answers of a column; those of records are kept."""
    ask: Callable[[FieldIs], Truths] | None = getattr(of, "asked", None)
    if ask is not None:
        return ask(condition)
    name, test = condition.name, condition.test
    return of.field(name).ask(lambda value: test({} if value is None else {name: value}))


def all_true(parts: list[Truths], count: int) -> Truths:
    """No beats unsure, unsure beats open, open beats yes."""
    found = np.full(count, YES, np.int8)
    for part in parts:
        np.minimum(found, part, out=found)
    return found


def any_true(parts: list[Truths], count: int) -> Truths:
    """Yes beats unsure, unsure beats open, open beats no."""
    return negated(all_true([negated(part) for part in parts], count))


def negated(part: Truths) -> Truths:
    """Yes and no change places."""
    is_known = (part == YES) | (part == NO)
    found: Truths = part ^ (is_known.view(np.int8) * np.int8(YES))  # both bits change; a choice takes far longer
    return found
