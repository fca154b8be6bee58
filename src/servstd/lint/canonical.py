"""Checks and their limits in a form in which what means the same is equal."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import inf
from typing import Any, NamedTuple

from pydantic import BaseModel

from servstd.catalog.body import Body
from servstd.kinds.base import Check
from servstd.kinds.deadline import Deadline
from servstd.kinds.interval import Interval
from servstd.kinds.limit import Limit
from servstd.terms.target import Target
from servstd.units import Duration


class Bounds(NamedTuple):
    """What a limit allows: a number, or an amount of time on one clock."""

    low: float
    high: float
    clock: Hashable = None

    def is_at_least_as_loose_as(self, other: Bounds) -> bool:
        """True when everything that keeps the other keeps this too."""
        return self.clock == other.clock and self.low <= other.low and self.high >= other.high

    def excludes(self, other: Bounds) -> bool:
        """True when nothing can keep both."""
        return self.clock == other.clock and (self.low > other.high or self.high < other.low)


def canonical(value: Any) -> Hashable:
    """A hashable form of a parameter: `24 business hours` and `1440 business minutes` are the same."""
    if isinstance(value, BaseModel):
        return type(value).__name__, tuple((name, canonical(part)) for name, part in sorted(value.__dict__.items()))
    if isinstance(value, Duration):
        return "duration", value.amount, value.clock, value.at_end
    if isinstance(value, Target):
        return canonical(value.duration), value.field, canonical(value.rows)
    if isinstance(value, Mapping):
        return tuple(canonical(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return tuple(canonical(part) for part in value)
    return value if isinstance(value, Hashable) else repr(value)


def shape_of(body: Body) -> Hashable:
    """What is checked, for whom and on which calendar, without scope and limit: bodies of one shape can be compared."""
    return body.for_each, canonical(body.calendar), _shape(body.check)


def _shape(check: Check) -> Hashable:
    left_out: tuple[str, ...] = ()
    if bounds_of(check) is not None:
        left_out = ("within",) if isinstance(check, Deadline) else ("every", "at_least", "at_most")
    given = ((name, canonical(part)) for name, part in sorted(check.__dict__.items()) if name not in left_out)
    clock = getattr(bounds_of(check), "clock", None)
    return type(check).__name__, clock, tuple(given)


def bounds_of(check: Check) -> Bounds | None:
    """The limit of a check; None for one without, and for a target that differs from record to record."""
    if isinstance(check, Deadline) and check.within is not None:
        return _time(check.within.duration)
    if isinstance(check, Interval):
        return _time(check.every)
    if isinstance(check, Limit) and check.for_every is None:
        return _limit(check)
    return None


def _time(value: Any) -> Bounds | None:
    return Bounds(0, value.amount, (value.clock, value.at_end)) if isinstance(value, Duration) else None


def _limit(check: Limit) -> Bounds | None:
    given = [bound for bound in (check.at_least, check.at_most) if bound is not None]
    clocks = {bound.clock if isinstance(bound, Duration) else None for bound in given}
    if len(clocks) != 1:
        return None
    low, high = (_amount(check.at_least, -inf), _amount(check.at_most, inf))
    return Bounds(low, high, clocks.pop())


def _amount(bound: Any, default: float) -> float:
    if bound is None:
        return default
    return bound.amount if isinstance(bound, Duration) else bound
