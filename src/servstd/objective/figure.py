"""A figure: one number with its formula's name, its count, its interval, and what was left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from servstd.objective.interval import wilson

Unit = Literal["share", "seconds", "points", "count"]
MISSING_SHARE = 0.05

# What stands beside a figure that should not be read at its face value.
GUARDS = {
    "no_data": "nothing to count",
    "too_few": "too few to say much",
    "suppressed": "too few answers: not shown",
    "period_not_over": "the period is not over",
    "data_missing": "for more than 5% the data needed is missing",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one group and period.

    `value`, `low` and `high` are shares (0..1), seconds, points (-100..100) or a plain number, as `unit` says; they are
    None when there is nothing to count, and `low` and `high` when no interval is known. `interval` names how the
    interval was found. `count` is what the figure is made of: the denominator of a share, the number of lengths or
    answers else. `parts` are the numbers that went into the formula, `settings` what was chosen (limits, windows).
    `pending` counts what time will decide, `excluded` by reason what the formula leaves out, `missing` by reason what
    belonged in and could not be read. `guards` name what speaks against reading it at face value: see `GUARDS`.
    """

    name: str
    formula: str
    unit: Unit
    value: float | None
    count: int
    low: float | None = None
    high: float | None = None
    interval: str | None = None
    confidence: float = 0.95
    parts: Mapping[str, float] = field(default_factory=dict, hash=False)
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    pending: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict, hash=False)
    missing: Mapping[str, int] = field(default_factory=dict, hash=False)
    guards: tuple[str, ...] = ()

    @property
    def coverage(self) -> float | None:
        """count / (count + missing): how much of what belonged in could be read; None when both are 0."""
        whole = self.count + sum(self.missing.values())
        return self.count / whole if whole else None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        pairs |= {name: dict(pairs[name]) for name in ("parts", "settings", "excluded", "missing")}
        pairs["settings"] = {name: _plain(value) for name, value in pairs["settings"].items()}
        return pairs | {"guards": list(self.guards), "coverage": self.coverage}

    def __str__(self) -> str:
        return format_figure(self)


def share_figure(name: str, formula: str, passed: int, decided: int, confidence: float = 0.95, **more: Any) -> Figure:
    """A share with its Wilson interval; `more` are other attributes of the figure.

    `effective` among them says for how many independent ones the decided count, where they are not independent.
    """
    effective: float | None = more.pop("effective", None)
    low, high = wilson(passed, decided, confidence, effective)
    interval = "wilson" if effective is None or effective == decided else "wilson_of_effective_count"
    pairs = {"value": passed / decided, "low": low, "high": high, "interval": interval} if decided else {"value": None}
    return Figure(name, formula, "share", count=decided, confidence=confidence, **pairs, **more)


def guarded(figure: Figure, min_n: int, is_over: bool = True, *, suppress: bool = False) -> Figure:
    """The figure with its guards; `suppress` hides the value of one that is made of fewer than `min_n`."""
    found: list[str] = []
    if figure.count == 0:
        found.append("no_data")
    elif figure.count < min_n:
        found.append("suppressed" if suppress else "too_few")
    if not is_over:
        found.append("period_not_over")
    missing = sum(figure.missing.values())
    if missing > MISSING_SHARE * (figure.count + missing):
        found.append("data_missing")
    if "suppressed" in found:
        figure = replace(figure, value=None, low=None, high=None, interval=None, parts={})
    return replace(figure, guards=tuple(found))


def format_figure(figure: Figure) -> str:
    """One line: `82.7% (80.3-84.9), 860 of 1040`, then the formula, what was left out, and the guards.

    A share is written as in `format_rate`; lengths in seconds, minutes or hours.
    """
    parts = [_value_and_count(figure), figure.formula]
    if figure.pending:
        parts.append(f"pending {figure.pending}")
    parts += [f"without {_counts(figure.excluded)}"] if figure.excluded else []
    parts += [f"missing {_counts(figure.missing)}"] if figure.missing else []
    parts += [GUARDS[guard] for guard in figure.guards]
    return f"{figure.name}: " + "; ".join(parts)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {reason}" for reason, number in counts.items())


def _value_and_count(figure: Figure) -> str:
    count = f"n = {figure.count}"
    if figure.value is None:
        return f"-, {count}"
    write = _WRITERS[figure.unit]
    text = write(figure.value) + ("%" if figure.unit == "share" else "")
    if figure.low is not None and figure.high is not None:
        text += f" ({write(figure.low)} to {write(figure.high)})"
    return f"{text}, {count}"


def format_percent(share: float) -> str:
    """A share in percent with one decimal, without its sign; 100.0 and 0.0 only when exactly so."""
    percent = round(share * 100, 1)
    if 0 < share < 1:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.1f}"


def format_length(seconds: float) -> str:
    """`12 s`, `4.5 min`, `7.2 h`: up to two minutes in seconds, up to two hours in minutes."""
    size = abs(seconds)
    if size < 120:
        return f"{seconds:.3g} s" if size < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if size < 7200 else f"{seconds / 3600:.1f} h"


_WRITERS: Mapping[str, Callable[[float], str]] = {
    "share": format_percent,
    "seconds": format_length,
    "points": lambda value: f"{value:+.0f}" if round(value) else "0",
    "count": lambda value: f"{value:.4g}",
}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float, type(None))):
        return value
    return [_plain(one) for one in value] if isinstance(value, Iterable) else str(value)
