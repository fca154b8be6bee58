"""Change from one period to the next, and whether it can be told from chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any, Protocol

from servstd.objective.interval import wilson
from servstd.objective.target import DEFAULT_MIN_N

NEWCOMBE = "newcombe_hybrid_score"
SQUARE_AND_ADD = "square_and_add"


class Direction(StrEnum):
    """Which way a figure went, in words that claim no more than the numbers do."""

    UP = "up"
    DOWN = "down"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    TOO_FEW = "too_few"

    @property
    def label(self) -> str:
        """What it says, in words."""
        return _LABELS[self]


_LABELS = {
    Direction.UP: "higher than before",
    Direction.DOWN: "lower than before",
    Direction.NOT_DISTINGUISHABLE: "no more than chance",
    Direction.TOO_FEW: "too few to tell",
}


@dataclass(frozen=True, slots=True)
class Change:
    """now - before, with the interval of that difference.

    `direction` is up or down only when the whole interval is on one side of 0. `method` names how the interval was
    found; differences of shares are -1..1, others in the unit of the figures. All are None when one side has no figure.
    """

    difference: float | None
    low: float | None
    high: float | None
    direction: Direction
    method: str
    confidence: float = 0.95

    @property
    def is_distinguishable(self) -> bool:
        """True when chance alone does not explain it."""
        return self.direction in (Direction.UP, Direction.DOWN)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return pairs | {"direction": self.direction.value, "label": self.direction.label}


class HasInterval(Protocol):
    """A figure or summary: a number, its interval, and the confidence of it."""

    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def confidence(self) -> float: ...


def newcombe(before: tuple[int, int], now: tuple[int, int], confidence: float = 0.95) -> tuple[float, float]:
    """The interval of the difference of two independent shares, now - before, each (passed, decided).

    With d the difference, l and u the ends of each share's Wilson interval:

        d - sqrt((p_now - l_now)^2 + (u_before - p_before)^2)  to  d + sqrt((u_now - p_now)^2 + (p_before - l_before)^2)

    R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17
    (1998), 873-890, method 10. Nothing decided on a side says nothing: (-1, 1). Raises `ValueError` as `wilson`.
    """
    ends = wilson(*before, confidence), wilson(*now, confidence)
    if not before[1] or not now[1]:
        return -1.0, 1.0
    return square_and_add((before[0] / before[1], *ends[0]), (now[0] / now[1], *ends[1]))


def square_and_add(before: tuple[float, float, float], now: tuple[float, float, float]) -> tuple[float, float]:
    """The interval of now - before from (value, low, high) of each, as Newcombe's, for any two independent figures.

    G. Y. Zou and A. Donner, Construction of confidence limits about effect measures: a general approach, Statistics in
    Medicine 27 (2008), 1693-1702.
    """
    difference = now[0] - before[0]
    low = difference - sqrt((now[0] - now[1]) ** 2 + (before[2] - before[0]) ** 2)
    high = difference + sqrt((now[2] - now[0]) ** 2 + (before[0] - before[1]) ** 2)
    return low, high


def rate_change(
    before: tuple[int, int], now: tuple[int, int], confidence: float = 0.95, min_n: int = DEFAULT_MIN_N
) -> Change:
    """The change of a rate, each side (passed, decided); too few when either has decided fewer than `min_n`."""
    low, high = newcombe(before, now, confidence)
    if not before[1] or not now[1]:
        return Change(None, None, None, Direction.TOO_FEW, NEWCOMBE, confidence)
    difference = now[0] / now[1] - before[0] / before[1]
    direction = Direction.TOO_FEW if min(before[1], now[1]) < min_n else _direction(low, high)
    return Change(difference, low, high, direction, NEWCOMBE, confidence)


def change(before: HasInterval, now: HasInterval) -> Change:
    """The change between two `Figure`s or two `Summary`s of the same thing in two periods.

    Of shares by `newcombe_hybrid_score`, of others by `square_and_add`. Raises `ValueError` when the two are not made
    by one formula with the same settings, or at two confidences: their difference would say nothing.
    """
    for name in ("name", "formula", "settings", "confidence", "unit"):
        old, new = getattr(before, name, None), getattr(now, name, None)
        if (dict(old) if isinstance(old, Mapping) else old) != (dict(new) if isinstance(new, Mapping) else new):
            raise ValueError(f"the two figures differ in their {name}: {old!r} and {new!r}")
    method = NEWCOMBE if getattr(now, "unit", "share") == "share" else SQUARE_AND_ADD
    sides = [_side(one) for one in (before, now)]
    if sides[0] is None or sides[1] is None:
        return Change(None, None, None, Direction.TOO_FEW, method, now.confidence)
    low, high = square_and_add(sides[0], sides[1])
    direction = Direction.TOO_FEW if _is_small(before) or _is_small(now) else _direction(low, high)
    return Change(sides[1][0] - sides[0][0], low, high, direction, method, now.confidence)


def _side(figure: HasInterval) -> tuple[float, float, float] | None:
    value = getattr(figure, "value", None) if hasattr(figure, "value") else getattr(figure, "rate", None)
    return None if value is None or figure.low is None or figure.high is None else (value, figure.low, figure.high)


def _is_small(figure: HasInterval) -> bool:
    """What its own guards or band say; a summary without an objective has none, and goes by the usual number."""
    if hasattr(figure, "guards"):
        return "too_few" in figure.guards
    objective = getattr(figure, "objective", None)
    effective: float | None = getattr(figure, "effective", None)
    count: float = getattr(figure, "decided", 0) if effective is None else effective
    least: int = DEFAULT_MIN_N if objective is None else objective.min_n
    return count < least


def _direction(low: float, high: float) -> Direction:
    if low > 0:
        return Direction.UP
    return Direction.DOWN if high < 0 else Direction.NOT_DISTINGUISHABLE
