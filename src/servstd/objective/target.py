"""Objectives: the share of passes that is demanded over many verdicts, and whether it was missed.

The text beside a rule is `objective: {at_least: "95%", per: month, confirmed: false}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from servstd.errors import Problem
from servstd.shape import FLAG, TEXT, Schema, closed, described, optional, pattern
from servstd.slips import date_fault, parse_date
from servstd.spelling import flag_hint, read_keys, shown
from servstd.units import SHARE_SHAPE, UnitError, parse_share
from servstd.vocabulary import nearest

if TYPE_CHECKING:
    from servstd.objective.summary import Summary

Path = tuple[str | int, ...]
DEFAULT_MIN_N = 20
PERIODS = ("interval", "day", "week", "month", "quarter", "year")
_SHARES = ("at_least", "at_most", "floor")
_SAID = re.compile(
    rf"(?:at least\s+|(at most)\s+)?(\d+(?:\.\d+)?)\s*(%)?(?:\s+(?:per|each|a|every)\s+({'|'.join(PERIODS)}))?"
)
_KEYS = (*_SHARES, "per", "confirmed", "confirmed_by", "confirmed_on", "min_n")


@dataclass(frozen=True, slots=True)
class Objective:
    """The share (0..1) of decided opportunities that has to pass: at least, or at most.

    `per` is the window over which the share is meant. `confirmed` says that the policy owner stands behind it:
    without it nothing is ever reported as missed. Under `min_n` decided opportunities no colour is given. `floor`
    is the share under which an alert is raised, the target itself when left out; it goes with `at_least` only.

    Raises `ValueError` when it does not make sense.
    """

    at_least: float | None = None
    at_most: float | None = None
    per: str = "month"
    confirmed: bool = False
    confirmed_by: str | None = None
    confirmed_on: date | None = None
    min_n: int = DEFAULT_MIN_N
    floor: float | None = None

    def __post_init__(self) -> None:
        """Refuse what `parse_objective` would report."""
        if faults := list(_contradictions(self.at_least, self.at_most, self.floor)):
            raise ValueError(faults[0].message)

    @property
    def target(self) -> float:
        """The share that is demanded, whichever its direction."""
        return self.at_most or 0.0 if self.at_least is None else self.at_least

    @property
    def is_at_most(self) -> bool:
        """True when more is worse."""
        return self.at_least is None

    def __str__(self) -> str:
        words = f"at {'most' if self.is_at_most else 'least'} {self.target * 100:.10g}% per {self.per}"
        return words if self.confirmed else f"{words} (not confirmed)"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, under the keys of the YAML; shares are 0..1, what is not set is left out."""
        pairs = {name: getattr(self, name) for name in _KEYS}
        pairs["confirmed_on"] = self.confirmed_on and self.confirmed_on.isoformat()
        return {name: value for name, value in pairs.items() if value is not None}


def is_missed(summary: Summary) -> bool:
    """True when a confirmed objective is missed for certain: its target lies outside the interval of the rate.

    Never for an objective that nobody has confirmed, nor while the interval still contains the target.
    """
    objective = summary.objective
    if objective is None or not objective.confirmed or summary.low is None or summary.high is None:
        return False
    return summary.low > objective.target if objective.is_at_most else summary.high < objective.target


def parse_objective(spec: Any, path: Path = ()) -> tuple[Objective | None, list[Problem]]:
    """The objective that the YAML mapping `spec` describes, or None and all that is wrong with it.

    `path` is the way to `spec` in its file and goes before each place.
    """
    if not isinstance(spec, Mapping):
        message = f"expected a mapping such as {{at_least: '95%', per: month}}, got {shown(spec)}"
        return None, [Problem("not-a-mapping", message, path, _objective_hint(spec))]
    reader = _Reader(spec, path, [])
    reader.check_keys()
    shares = {key: reader.share(key) for key in _SHARES}
    values: dict[str, Any] = {
        **shares,
        "per": reader.choice("per", PERIODS) or "month",
        "confirmed": reader.flag("confirmed"),
        "confirmed_by": reader.text("confirmed_by"),
        "confirmed_on": reader.day("confirmed_on"),
        "min_n": reader.count("min_n", DEFAULT_MIN_N),
    }
    if not reader.problems:
        for problem in _contradictions(**shares):
            reader.add(problem.code, problem.message, *problem.keys)
    return (None, reader.problems) if reader.problems else (Objective(**values), [])


def _contradictions(at_least: float | None, at_most: float | None, floor: float | None) -> list[Problem]:
    if at_least is None and at_most is None:
        return [Problem("missing-key", "missing key 'at_least' or 'at_most'")]
    if at_least is not None and at_most is not None:
        return [Problem("two-targets", "an objective has 'at_least' or 'at_most', not both", ("at_most",))]
    if floor is not None and (at_least is None or floor > at_least):
        return [Problem("wrong-value", "'floor' goes with 'at_least' and is not above it", ("floor",))]
    shares = {"at_least": at_least, "at_most": at_most, "floor": floor}
    return [
        Problem("not-a-share", f"expected a share between 0 and 1, got {shown(value)}", (name,))
        for name, value in shares.items()
        if value is not None and not 0 <= value <= 1
    ]


@dataclass(slots=True)
class _Reader:
    """Reads keys of one mapping and notes what is wrong with them; a key without a value counts as left out."""

    spec: Mapping[Any, Any]
    path: Path
    problems: list[Problem]

    def add(self, code: str, message: str, *place: str | int, hint: str | None = None) -> None:
        self.problems.append(Problem(code, message, (*self.path, *place), hint))

    def check_keys(self) -> None:
        self.spec, problems = read_keys(self.spec, _KEYS, self.path)
        self.problems += problems

    def share(self, key: str) -> float | None:
        value = self.spec.get(key)
        if value is None:
            return None
        try:
            return parse_share(value)
        except UnitError as error:
            self.add(error.code, error.message, key, hint=error.hint or _share_hint(value))
            return None

    def choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.spec.get(key)
        if value is not None and value not in allowed:
            message = f"{shown(value)} is not one of {', '.join(allowed)}"
            self.add("unknown-value", message, key, hint=nearest(value, allowed))
        return None if value is None else str(value)

    def flag(self, key: str) -> bool:
        value = self.spec.get(key)
        if value is not None and not isinstance(value, bool):
            self.add("wrong-type", f"expected true or false, got {shown(value)}", key, hint=flag_hint(value))
        return value is True

    def text(self, key: str) -> str | None:
        value = self.spec.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            self.add("wrong-type", f"expected a text, got {shown(value)}", key)
        return None if value is None else str(value).strip()

    def day(self, key: str) -> date | None:
        value = self.spec.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return parse_date(str(value))  # a time of day makes it none
        except ValueError:
            message, hint = date_fault(value)
            self.add("not-a-date", message, key, hint=hint)
            return None

    def count(self, key: str, default: int) -> int:
        value = self.spec.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.add("wrong-type", f"expected a whole number of at least 1, got {shown(value)}", key)
            return default
        return value


_MEANINGS = {
    "at_least": "The share that has to pass, at least.",
    "at_most": "The share that may pass, at most; more is worse.",
    "floor": "An alert is raised under this share; left out: under `at_least`.",
    "per": "The window over which the share is meant.",
    "confirmed": "`true`: the policy owner stands behind it. Without it nothing is ever reported as missed.",
    "confirmed_by": "Who confirmed it.",
    "confirmed_on": "When it was confirmed: a date.",
    "min_n": "Under so many decided opportunities no colour is given.",
}


def objective_shape(_: object) -> Schema:
    """What `parse_objective` takes, for editors; a key without a value counts as left out."""
    takes: dict[str, Schema] = {
        **dict.fromkeys(_SHARES, SHARE_SHAPE),
        "per": {"enum": list(PERIODS)},
        "confirmed": FLAG,
        "confirmed_by": pattern(r"\S", "expected a text"),
        "confirmed_on": TEXT,
        "min_n": {"type": "integer", "minimum": 1},
    }
    return closed({key: described(optional(takes[key]), _MEANINGS[key]) for key in _KEYS})


def _objective_hint(given: object) -> str | None:
    """The mapping for a share alone, also with its direction and its window in words."""
    said = _SAID.fullmatch(str(given).strip().lower())
    if said is None:
        return None
    direction, number, sign, per = said.groups()
    share = _percent(float(number) / 100 if sign and float(number) < 100 else float(number))
    return (
        None
        if share is None
        else f"write {{{'at_most' if direction else 'at_least'}: '{share}', per: {per or 'month'}}}"
    )


def _share_hint(value: object) -> str | None:
    """How a number is written as a share; none where it could mean two things."""
    share = None if isinstance(value, bool) or not isinstance(value, (int, float)) else _percent(value)
    return None if share is None else f"write '{share}'"


def _percent(value: float) -> str | None:
    if 0 < value < 1:
        return f"{value * 100:.10g}%"
    return f"{value:.10g}%" if 1 < value <= 100 else None
