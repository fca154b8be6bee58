"""Surveys: satisfaction, net promoter, expectations, how many were asked and answered. Hidden under 30 answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.chance import normal_quantile
from servstd.objective.figure import Figure, share_figure
from servstd.objective.interval import wilson
from servstd.objective.measures.items import EVERYTHING, Basis, Gathered, Left, began_at, choose, gather
from servstd.record import Record

MIN_ANSWERS = 30
SATISFACTION_FORMULAS = ("top_two_of_five", "mean_of_ratings")
EXPECTATIONS = ("below", "met", "exceeded")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a survey: a number, or `below`, `met`, `exceeded`."""

    value: Any
    at: datetime | None = None


def satisfaction(
    items: Iterable[Any],
    formula: str = SATISFACTION_FORMULAS[0],
    *,
    invited: int | None = None,
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of answers of 4 or 5 on a scale of 1 to 5 (`top_two_of_five`), or their mean (`mean_of_ratings`).

    Of records of kind `survey_answer` with the field `satisfaction`. `invited` is how many were asked, for the
    response rate in `parts`. Raises `RecordError` for an answer that is not 1 to 5.
    """
    choose(formula, SATISFACTION_FORMULAS)
    gathered = _answers(items, "satisfaction", basis)
    ratings = [_number(row.value, 1, 5) for row in gathered.rows]
    parts = _response(len(ratings), invited)
    if formula == "mean_of_ratings":
        return _mean_rating(ratings, parts, gathered)
    top = sum(rating >= 4 for rating in ratings)
    more = {"parts": {"top_two": top, **parts}, **gathered.left_out()}
    figure = share_figure("satisfaction", formula, top, len(ratings), basis.confidence, **more)
    return gathered.guard(figure, MIN_ANSWERS, suppress=True)


def net_promoter(items: Iterable[Any], *, invited: int | None = None, basis: Basis = EVERYTHING) -> Figure:
    """The share of answers of 9 and 10 less that of 0 to 6, times a hundred; 7 and 8 are in neither.

    Of records of kind `survey_answer` with the field `likelihood_to_recommend`. With p promoters and d detractors, as
    shares of n answers, the variance is (p + d - (p - d)^2) / n, and the interval is normal. When all answers are on
    one side that is 0; the interval then ends where all the others, as many as Wilson's allows, were on the other.
    Raises `RecordError` for an answer that is not 0 to 10.
    """
    gathered = _answers(items, "likelihood_to_recommend", basis)
    ratings = [_number(row.value, 0, 10) for row in gathered.rows]
    promoters, detractors = sum(one >= 9 for one in ratings), sum(one <= 6 for one in ratings)
    count = len(ratings)
    ends = _net_interval(promoters, detractors, count, basis.confidence)
    parts: dict[str, float] = {"promoters": promoters, "passives": count - promoters - detractors}
    parts |= {"detractors": detractors, **_response(count, invited)}
    value = 100 * (promoters - detractors) / count if count else None
    figure = Figure(
        "net_promoter", "promoters_9_10_less_detractors_0_6", "points", value, count, *ends,
        "trinomial" if count else None, basis.confidence, parts, **gathered.left_out(),
    )  # fmt: skip
    return gathered.guard(figure, MIN_ANSWERS, suppress=True)


def expectations(items: Iterable[Any], *, invited: int | None = None, basis: Basis = EVERYTHING) -> Figure:
    """The share of answers that say expectations were exceeded; `parts` hold all three.

    Of records of kind `survey_answer` with the field `expectation`: below, met or exceeded.
    """
    gathered = _answers(items, "expectation", basis)
    values = [row.value for row in gathered.rows]
    for value in values:
        choose(str(value), EXPECTATIONS)
    parts = {name: values.count(name) for name in EXPECTATIONS} | _response(len(values), invited)
    more = {"parts": parts, **gathered.left_out()}
    formula = "exceeded_over_answers"
    figure = share_figure("expectations", formula, values.count("exceeded"), len(values), basis.confidence, **more)
    return gathered.guard(figure, MIN_ANSWERS, suppress=True)


def survey_coverage(invited: int, eligible: int, confidence: float = 0.95) -> Figure:
    """The share of those who should have been asked that were."""
    return share_figure("survey_coverage", "invited_over_eligible", invited, eligible, confidence)


def response_rate(answered: int, invited: int, confidence: float = 0.95) -> Figure:
    """The share of those who were asked that answered. A low one says that the answers may speak for few."""
    return share_figure("response_rate", "answered_over_invited", answered, invited, confidence)


def _answers(items: Iterable[Any], name: str, basis: Basis) -> Gathered[Answer]:
    def read(record: Record) -> Answer | Left | None:
        if record.kind != "survey_answer":
            return None
        value = record.fields.get(name)
        if name in record.unreadable:
            return Left("unreadable", is_missing=True)
        return Left("question_not_answered") if value is None else Answer(value, began_at(record))

    return gather(items, Answer, read, basis)


def _number(value: Any, least: int, most: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        message = f"{value!r} is not a number from {least} to {most}"
        raise RecordError([Problem("not-a-number", message, ("value",))])
    return float(value)


def _response(count: int, invited: int | None) -> dict[str, float]:
    if invited is None:
        return {}
    if invited < count:
        raise ValueError(f"expected at least as many invited as the {count} who answered, got {invited!r}")
    return {"invited": invited, "response_rate": count / invited if invited else 0.0}


def _mean_rating(ratings: list[float], parts: dict[str, float], gathered: Gathered[Answer]) -> Figure:
    count, confidence = len(ratings), gathered.confidence
    mean = sum(ratings) / count if count else None
    ends: tuple[float | None, float | None] = (None, None)
    if mean is not None and count > 1:
        half = normal_quantile(confidence) * sqrt(sum((one - mean) ** 2 for one in ratings) / (count - 1) / count)
        ends = max(mean - half, 1.0), min(mean + half, 5.0)
    figure = Figure(
        "satisfaction", "mean_of_ratings", "count", mean, count, *ends,
        "normal" if count > 1 else None, confidence, parts, **gathered.left_out(),
    )  # fmt: skip
    return gathered.guard(figure, MIN_ANSWERS, suppress=True)


def _net_interval(promoters: int, detractors: int, count: int, confidence: float) -> tuple[float | None, float | None]:
    if not count:
        return None, None
    p, d = promoters / count, detractors / count
    if count in (promoters, detractors, count - promoters - detractors):
        return _one_sided(p - d, count, confidence)
    half = 100 * normal_quantile(confidence) * sqrt(max(p + d - (p - d) ** 2, 0.0) / count)
    return max(100 * (p - d) - half, -100.0), min(100 * (p - d) + half, 100.0)


def _one_sided(net: float, count: int, confidence: float) -> tuple[float, float]:
    """All answers alike: up to `1 - wilson` of them may have been otherwise."""
    others = 1 - wilson(count, count, confidence)[0]
    reach = 2 * others if net else others
    return 100 * max(net - reach, -1.0), 100 * min(net + reach, 1.0)
