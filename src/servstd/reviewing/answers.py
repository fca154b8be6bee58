"""Answers of reviewers on the way back: files that a sheet saved, or tables, checked and laid beside the records.

An answer is a judgement of a record and no event in it: it counts whatever the instant that is asked about, and of
several answers of one reviewer to one question the newest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd.adapters.rows import RawRow, open_rows
from servstd.catalog import Catalog
from servstd.errors import Problem, RecordError
from servstd.privacy.cells import plain_cell
from servstd.record import Record, Review
from servstd.reviewing.wanted import review_of
from servstd.values import BadValue, parse_instant, to_us
from servstd.vocabulary import nearest

COLUMNS = ("record_id", "rule", "opportunity", "value", "reason", "reviewer", "at", "override", "probability")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: which record, what was said, and the chance with which the record was drawn (None: unknown)."""

    record_id: str
    review: Review
    probability: float | None = None


@dataclass
class Answers:
    """All answers of some files. `blank` counts questions without an answer, `problems` say what can not be used."""

    items: list[Answer] = field(default_factory=list)
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)

    def newest(self) -> list[Answer]:
        """Of each reviewer the newest answer to each question, in the order of the files where times are equal."""
        found: dict[tuple[Any, ...], Answer] = {}
        for place, one in enumerate(self.items):
            review = one.review
            reviewer = review.reviewer if review.reviewer is not None else place
            key = (one.record_id, review.rule, review.opportunity, reviewer, review.is_override)
            known = found.get(key)
            if known is None or (known.review.at_us or 0) <= (review.at_us or 0):
                found[key] = one
        return list(found.values())

    def beside(self, records: Iterable[Record]) -> list[Record]:
        """The records with their answers; those that no record wants are named in `problems`."""
        by_record: dict[str, list[Review]] = {}
        for one in self.newest():
            by_record.setdefault(one.record_id, []).append(replace(one.review, at=None))
        found = []
        for record in records:
            reviews = by_record.pop(record.id, None)
            found.append(record if reviews is None else replace(record, reviews=(*record.reviews, *reviews)))
        for record_id, reviews in by_record.items():
            message = f"no record has the id {record_id!r}; {len(reviews)} answers to it are left out"
            self.problems.append(Problem("unknown-record", message))
        return found


def read_answers(paths: Iterable[str | Path], catalog: Catalog) -> Answers:
    """The answers in JSON that a sheet saved, JSON Lines, or a table with the columns `COLUMNS`.

    What can not be used is in `.problems`, each with its file and line; nothing of it is taken. Raises `RecordError`
    for a file that can not be read at all.
    """
    answers = Answers()
    for path in paths:
        rows = open_rows(path)
        if rows.header is not None and not {"record_id", "rule", "value"} <= set(rows.header):
            message = f"a table of answers needs the columns record_id, rule and value, got {', '.join(rows.header)}"
            raise RecordError([Problem("not-answers", message, file=str(path))])
        for raw in rows.rows:
            _take(raw, str(path), catalog, answers)
    return answers


def _take(raw: RawRow, file: str, catalog: Catalog, answers: Answers) -> None:
    if raw.problem is not None:
        answers.problems.append(raw.problem)
        return
    if raw.cells.get("value") in (None, ""):
        answers.blank += 1
        return
    path = () if raw.index is None else (raw.index,)
    try:
        answers.items.append(_answer(raw.cells, catalog))
    except _Wrong as wrong:
        problem = Problem(wrong.code, wrong.message, (*path, wrong.column), wrong.hint, file, raw.line)
        answers.problems.append(problem)


@dataclass
class _Wrong(Exception):
    """A cell that can not be used."""

    column: str
    code: str
    message: str
    hint: str | None = None


def _answer(cells: Mapping[str, Any], catalog: Catalog) -> Answer:
    cells = {name: plain_cell(value) for name, value in cells.items()}
    record_id, rule_id = str(cells.get("record_id") or "").strip(), str(cells.get("rule") or "").strip()
    if not record_id:
        raise _Wrong("record_id", "missing-id", "the answer does not say which record it is about")
    if rule_id not in catalog.rules:
        raise _Wrong("rule", "unknown-rule", f"no rule is called {rule_id!r}", nearest(rule_id, catalog.rules))
    value = str(cells["value"]).strip()
    scale = scale_of(rule_id, catalog)
    if value not in scale:
        message = f"{value!r} is no answer to {rule_id}: {', '.join(scale)}"
        raise _Wrong("value", "unknown-value", message, nearest(value, scale))
    is_override = _flag(cells.get("override"))
    reason = str(cells.get("reason") or "").strip() or None
    if is_override and reason is None:
        raise _Wrong("reason", "override-without-reason", "an override needs a reason")
    reviewer = str(cells.get("reviewer") or "").strip() or None
    review = Review(rule_id, value, reviewer, _at(cells), _opportunity(cells), is_override, reason)
    return Answer(record_id, review, _probability(cells))


def scale_of(rule_id: str, catalog: Catalog) -> dict[str, Any]:
    """The answers that a rule takes, with what each counts for. An override takes those of `yes_no`."""
    scales = catalog.vocabulary.scales
    review = review_of(catalog.rules[rule_id].body.check)
    if review is None:
        return dict(scales.get("yes_no", {}))
    return {**scales.get(review.scale, {}), **(review.counts or {})}


def _flag(raw: Any) -> bool:
    text = str(raw if raw is not None else "").strip().lower()
    if text not in (*_TRUE, *_FALSE):
        raise _Wrong("override", "unknown-value", f"{raw!r} is not one of true, false")
    return text in _TRUE


def _at(cells: Mapping[str, Any]) -> datetime | None:
    raw = cells.get("at")
    if raw in (None, ""):
        return None
    try:
        at = parse_instant(raw)
        to_us(at)
    except BadValue as error:
        raise _Wrong("at", error.code, str(error), error.hint) from None
    return at


def _opportunity(cells: Mapping[str, Any]) -> int | None:
    raw = cells.get("opportunity")
    if raw in (None, ""):
        return None
    if isinstance(raw, bool) or not str(raw).strip().isdecimal():
        raise _Wrong("opportunity", "not-a-number", f"{raw!r} is not 0 or more")
    return int(raw)


def _probability(cells: Mapping[str, Any]) -> float | None:
    raw = cells.get("probability")
    if raw in (None, ""):
        return None
    try:
        share = float(raw)
    except (TypeError, ValueError):
        share = 0.0
    if not 0 < share <= 1:
        raise _Wrong("probability", "not-a-number", f"{raw!r} is not a share above 0 and up to 1")
    return share


def answer_rows(answers: Iterable[Answer]) -> Iterator[dict[str, Any]]:
    """Answers as rows with the columns `COLUMNS`."""
    for one in answers:
        review = one.review
        yield {
            "record_id": one.record_id, "rule": review.rule, "opportunity": review.opportunity, "value": review.value,
            "reason": review.reason, "reviewer": review.reviewer,
            "at": None if review.at is None else review.at.isoformat(), "override": review.override or None,
            "probability": one.probability,
        }  # fmt: skip
