"""One number over several rules, for who must have one. It is never shown unless asked for, by the formula's name.

The same answers give 87.5%, 83.3% or 80.0%, by which of the three is taken; a rule that did not apply is in none of
them, for as full marks it would reward whoever had nothing to do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from servstd.objective.chance import normal_quantile
from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import EVERYTHING, Basis, Gathered, choose
from servstd.objective.period import read_columns, verdict_at
from servstd.objective.tally import Tally
from servstd.outcome import FAIL, PASS, Outcome

SCORE_FORMULAS = {
    "mean_of_contacts": "the mean of each contact's own weighted score: one with a single rule weighs as one with ten",
    "pooled_weights": "weights of passes over weights of all that was decided, all contacts together",
    "share_of_opportunities": "passed over decided opportunities of all rules, without weights",
}
MEAN, POOLED, PLAIN = SCORE_FORMULAS


@dataclass(slots=True)
class _Marks:
    """What was decided, by record: weight passed and weight in all."""

    passed: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    whole: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    left: Counter[str] = field(default_factory=Counter)
    no_time: int = 0
    tally: Tally = field(default_factory=lambda: Tally(("outcome",)))


def score(
    verdicts: Iterable[Any], formula: str, weights: Mapping[str, float] | None = None, *, basis: Basis = EVERYTHING
) -> Figure:
    """A blended score by one of `SCORE_FORMULAS`; there is no default.

    `weights` are by rule id, 1 where not named; a rule with weight 0 is left out. An item is a rule on a record, passed
    or failed as its verdict says; pending, unknown and not applicable ones are in no formula and are counted in
    `excluded`. `count` is contacts for `mean_of_contacts`, decided items for `pooled_weights` (the interval takes each
    record as one cluster), opportunities for `share_of_opportunities`. No servstd report shows one by itself.

    Raises `ValueError` for an unknown formula or a negative weight.
    """
    choose(formula, SCORE_FORMULAS)
    weights = weights or {}
    for rule_id, weight in weights.items():
        if not weight >= 0:
            raise ValueError(f"expected a weight of at least 0 for {rule_id!r}, got {weight!r}")
    marks = _marks(verdicts, weights, basis)
    gathered = Gathered[Any](basis, excluded=marks.left)
    gathered.missing["no_time"] = marks.no_time
    settings = {"weights": [f"{rule_id}: {weight:g}" for rule_id, weight in sorted(weights.items())]}
    more = {"settings": settings, **gathered.left_out()}
    if formula == PLAIN:
        figure = _plain(marks, basis.confidence, more)
    else:
        figure = _weighted(marks, formula, basis.confidence, more)
    return gathered.guard(figure)


def _plain(marks: _Marks, confidence: float, more: Mapping[str, Any]) -> Figure:
    counts = list(marks.tally.groups.values())
    passed, decided = sum(one.passed for one in counts), sum(one.decided for one in counts)
    return share_figure("score", PLAIN, passed, decided, confidence, parts={"passed": passed}, **more)


def _weighted(marks: _Marks, formula: str, confidence: float, more: Mapping[str, Any]) -> Figure:
    """A ratio of sums over records; its variance from the records' own residuals, each record a cluster."""
    ids = [one for one, weight in marks.whole.items() if weight > 0]
    sizes = [1.0 if formula == MEAN else marks.whole[one] for one in ids]
    values = [marks.passed[one] / marks.whole[one] * size for one, size in zip(ids, sizes, strict=True)]
    total, count = sum(sizes), len(ids)
    if not count:
        return Figure("score", formula, "share", None, 0, confidence=confidence, **more)
    value = sum(values) / total
    low = high = None
    if count > 1:
        squares = sum((one - value * size) ** 2 for one, size in zip(values, sizes, strict=True))
        half = normal_quantile(confidence) * sqrt(squares * count / (count - 1)) / total
        low, high = max(value - half, 0.0), min(value + half, 1.0)
    parts = {"weight_passed": sum(marks.passed.values()), "weight": sum(marks.whole.values()), "records": count}
    interval = "normal_by_record" if count > 1 else None
    return Figure("score", formula, "share", value, count, low, high, interval, confidence, parts, **more)


def _marks(verdicts: Iterable[Any], weights: Mapping[str, float], basis: Basis) -> _Marks:
    marks = _Marks()
    for verdict in verdicts:
        read = read_columns(verdict)
        if basis.period is not None:
            at = verdict_at(read)
            marks.no_time += at is None
            if at is None or at not in basis.period:
                continue
        _mark(marks, verdict, Outcome(read("outcome")), str(read("record_id")), weights.get(read("rule_id"), 1.0))
    return marks


def _mark(marks: _Marks, verdict: Any, outcome: Outcome, record_id: str, weight: float) -> None:
    if outcome not in (PASS, FAIL) or weight == 0:
        marks.left["no_weight" if weight == 0 else outcome.value] += 1
        return
    marks.whole[record_id] += weight
    marks.passed[record_id] += weight * (outcome is PASS)
    marks.tally.add(verdict)
