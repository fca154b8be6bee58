"""The values that one field can have, in classes that no condition tells apart.

A class is one sample value. Choices and yes or no are their own classes; numbers fall into the bounds that conditions
mention and the stretches between them; texts into those mentioned and one that nobody mentions. None is a missing
value. Whether a condition holds for a class is asked of the condition itself, so that there is one set of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, FieldWithin, Not
from servstd.values import ValueType
from servstd.vocabulary import Word

NOT_A_NUMBER = float("nan")
ALWAYS_THERE = frozenset(("kind",))


class Other:
    """A value that no condition mentions."""

    def __repr__(self) -> str:
        return "something else"


OTHER = Other()


def leaves(condition: Condition) -> Iterable[Condition]:
    """The single conditions that a condition is made of."""
    if isinstance(condition, (AllOf, AnyOf, Not)):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition


def samples(name: str, words: Sequence[Word], conditions: Iterable[FieldIs], can_be_missing: bool) -> tuple[Any, ...]:
    """One value of every class of a field; an attribute of several events may have several types."""
    mentioned, bounds = _mentioned(conditions)
    found: list[Any] = []
    for type_ in [word.type for word in words] or [ValueType("text")]:
        for value in _of_type(type_, mentioned, bounds):
            if not any(value is other or (type(value) is type(other) and value == other) for other in found):
                found.append(value)
    is_there = name in ALWAYS_THERE and not can_be_missing
    return tuple(found) if is_there else (*found, None)


def _mentioned(conditions: Iterable[FieldIs]) -> tuple[list[Any], list[float] | None]:
    """Values that are asked for, and bounds that are compared with: None where nothing is compared."""
    values: dict[Any, None] = {}
    bounds: set[float] = set()
    is_compared = False
    for condition in conditions:
        values |= dict.fromkeys(sorted(condition.wanted, key=str))
        if isinstance(condition, FieldWithin):
            is_compared = True
            bounds |= {bound for bound in (condition.low, condition.high) if bound is not None}
    return list(values), sorted(bounds) if is_compared else None


def _of_type(type_: ValueType, mentioned: Sequence[Any], bounds: Sequence[float] | None) -> Iterable[Any]:
    if type_.choices:
        return type_.choices
    if type_.text == "yes or no":
        return (True, False)
    numbers = [value for value in mentioned if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if type_.text.startswith("number"):
        return _numbers(sorted({*(bounds or ()), *numbers}), type_.low, type_.high)
    # A record that a program made may hold a number in a text field.
    return (*mentioned, *(() if bounds is None else _numbers(bounds, None, None)), OTHER)


def _numbers(points: Sequence[float], low: float | None, high: float | None) -> Iterable[float]:
    """Every point, one number in each stretch between, below and above, and what is no number at all."""
    if low is not None and high is not None:
        points = sorted({low, high, *(point for point in points if low <= point <= high)})
        return (*points, *_between(points))
    if not points:
        return (0.0, NOT_A_NUMBER)
    return (points[0] - 1, *points, *_between(points), points[-1] + 1, NOT_A_NUMBER)


def _between(points: Sequence[float]) -> Iterable[float]:
    return ((first + second) / 2 for first, second in pairwise(points))
