"""Answers of reviewers on the way back: files that a sheet saved, or tables, checked and laid beside the records.

An answer is a judgement of a record and no event in it: it counts whatever the instant that is asked about, and of
several answers of one reviewer to one question the newest counts, wherever it stands: an answer in a file replaces an
older review in the log. One in a file without an instant is taken for the newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd.adapters.rows import RawRow, open_rows
from servstd.catalog import Catalog
from servstd.catalog.rule import Rule
from servstd.errors import Problem, RecordError
from servstd.objective.reviewers.weighted import SMALLEST_CHANCE
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
            key = _key(one) or (place,)
            known = found.get(key)
            if known is None or (known.review.at_us or 0) <= (review.at_us or 0):
                found[key] = one
        return list(found.values())

    def beside(self, records: Iterable[Record]) -> list[Record]:
        """The records with their answers; those that no record wants are named in `problems`."""
        by_record: dict[str, list[Answer]] = {}
        for one in self.newest():
            by_record.setdefault(one.record_id, []).append(one)
        found = []
        for record in records:
            given = by_record.pop(record.id, None)
            found.append(record if given is None else replace(record, reviews=_joined(record, given)))
        for record_id, lost in by_record.items():
            what = "1 answer to it is" if len(lost) == 1 else f"{len(lost)} answers to it are"
            message = f"no record has the id {record_id!r}; {what} left out"
            self.problems.append(Problem("unknown-record", message))
        return found

    def sampled_rules(self, chances: Mapping[str, float] | None = None) -> frozenset[str]:
        """The rules that were answered on records drawn with a chance below 1; `chances` are by record, where known."""
        drawn = (
            (one.review.rule, (chances or {}).get(one.record_id, 1.0) if one.probability is None else one.probability)
            for one in self.items
        )
        return frozenset(rule_id for rule_id, chance in drawn if chance < 1)

    def together(self, records: Iterable[Record], *, as_of: datetime, catalog: Catalog) -> list[Answer]:
        """The newest answers of the files and of the records' own reviews, of each reviewer and question one.

        `records` are as they were read, not those of `beside`. Own reviews count as the judge counts them: seen at
        `as_of`, of a rule of the catalog, and one of the answers that it takes.
        """
        scales = {rule_id: scale_of(rule_id, catalog) for rule_id in catalog.rules}
        newest = self.newest()
        files = {key: one for one in newest if (key := _key(one)) is not None}
        own = [
            Answer(record.id, review)
            for record in records
            for review in record.reviews
            if review.value in scales.get(review.rule, ()) and (review.at_us is None or review.at_us <= to_us(as_of))
        ]
        kept = [one for one in own if not _replaces(files.get(_key(one) or ()), one.review)]
        beaten = {key for one in kept if (key := _key(one)) is not None}
        return Answers([*kept, *(one for one in newest if _key(one) not in beaten)]).newest()


def reviewer_of(review: Review) -> str | None:
    """Who answered, without spaces around the name; None when nobody is named."""
    return str(review.reviewer if review.reviewer is not None else "").strip() or None


def _key(answer: Answer) -> tuple[Any, ...] | None:
    """What a newer answer replaces; None for an answer of nobody, which replaces none."""
    review, reviewer = answer.review, reviewer_of(answer.review)
    if reviewer is None:
        return None
    return answer.record_id, review.rule, review.opportunity, reviewer, review.is_override


def _replaces(answer: Answer | None, own: Review) -> bool:
    """Whether the answer in a file is the newer: an instant that either lacks can not show otherwise."""
    if answer is None:
        return False
    return own.at_us is None or answer.review.at_us is None or own.at_us <= answer.review.at_us


def _joined(record: Record, given: Sequence[Answer]) -> tuple[Review, ...]:
    """The record's own reviews, less those that an answer replaces, and the answers."""
    newer = {key: one for one in given if (key := _key(one)) is not None}
    # Names are stripped, or "r1 " in the log would be another person than "r1" in a file.
    own = [
        replace(review, reviewer=reviewer_of(review))
        for review in record.reviews
        if not _replaces(newer.get(_key(Answer(record.id, review)) or ()), review)
    ]
    return (*own, *(replace(one.review, at=None) for one in given))


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
    value = _value(cells["value"], rule_id, scale_of(rule_id, catalog))
    is_override = _flag(cells.get("override"))
    reason = str(cells.get("reason") or "").strip() or None
    if is_override and reason is None:
        raise _Wrong("reason", "override-without-reason", "an override needs a reason")
    reviewer = str(cells.get("reviewer") or "").strip() or None
    opportunity = _opportunity(cells)
    _check_question(catalog.rules[rule_id], opportunity, is_override)
    review = Review(rule_id, value, reviewer, _at(cells), opportunity, is_override, reason)
    return Answer(record_id, review, _probability(cells))


def _value(raw: Any, rule_id: str, scale: Mapping[str, Any]) -> str:
    """The answer as the scale writes it: `Yes` typed into a table is `yes`, unless the scale tells them apart."""
    value = str(raw).strip()
    alike = [one for one in scale if one.casefold() == value.casefold()]
    if value not in scale and len(alike) == 1:
        return alike[0]
    if value not in scale:
        message = f"{value!r} is no answer to {rule_id}: {', '.join(scale)}"
        raise _Wrong("value", "unknown-value", message, nearest(value, scale))
    return value


def _check_question(rule: Rule, opportunity: int | None, is_override: bool) -> None:
    """Refuse an answer that fits no question of the rule: it would be taken and change nothing."""
    if opportunity is not None and all(body.for_each is None for body in rule.bodies):
        message = f"{rule.id} is asked once a record, got opportunity {opportunity}"
        raise _Wrong("opportunity", "no-such-question", message, "leave the opportunity out")
    if not is_override and all(review_of(body.check) is None for body in rule.bodies):
        message = f"{rule.id} asks no reviewer"
        raise _Wrong("rule", "no-such-question", message, "an override with a reason states the verdict of any rule")


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
    if 0 < share < SMALLEST_CHANCE:
        raise _Wrong("probability", "not-a-number", f"{raw!r} is too small: no log is so long")
    if not 0 < share <= 1:
        raise _Wrong("probability", "not-a-number", f"{raw!r} is not a share above 0 and up to 1")
    return share
