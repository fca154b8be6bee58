"""What waits for a reviewer: records with the questions that nobody and nothing has answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from servstd.catalog import Catalog
from servstd.evaluate import Assessment
from servstd.evaluate.figures import group_value
from servstd.kinds.base import Check
from servstd.kinds.review import ReviewCheck
from servstd.outcome import NOT_APPLICABLE, PENDING, UNKNOWN


@dataclass(frozen=True, slots=True)
class Question:
    """One question on one record; `opportunity` counts the rule's `for_each` events from 0, None for the record."""

    rule_id: str
    opportunity: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that waits for a reviewer: its questions, and the values of the grouping columns."""

    record_id: str
    group: tuple[Any, ...]
    questions: tuple[Question, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of its questions, each once."""
        return tuple(dict.fromkeys(question.rule_id for question in self.questions))


def review_of(check: Check) -> ReviewCheck | None:
    """The review within a check, if there is one."""
    if isinstance(check, ReviewCheck):
        return check
    return next((found for child in check.children() if (found := review_of(child)) is not None), None)


def reviewed_rules(catalog: Catalog, rules: Iterable[str]) -> list[str]:
    """Of some rules those that ask a reviewer, first or last."""
    return [rule_id for rule_id in rules if review_of(catalog.rules[rule_id].body.check) is not None]


def candidates(
    assessments: Iterable[Assessment], rules: Sequence[str], by: Sequence[str] = (), also_decided: bool = False
) -> Iterator[Candidate]:
    """The records with a question for a reviewer, one for each opportunity that is unknown.

    `also_decided` asks again where something has decided already: to hold a machine, or an earlier reviewer, against
    a person.
    """
    for assessment in assessments:
        questions = tuple(_questions(assessment, rules, also_decided))
        if questions:
            group = tuple(group_value(assessment.record, name) for name in by)
            yield Candidate(assessment.record_id, group, questions)


def _questions(assessment: Assessment, rules: Sequence[str], also_decided: bool) -> Iterator[Question]:
    for rule_id in rules:
        verdict = assessment[rule_id]
        if verdict.outcome in (NOT_APPLICABLE, PENDING) or (verdict.outcome is not UNKNOWN and not also_decided):
            continue
        asked = {
            opportunity.index
            for opportunity, finding in verdict.parts()
            if finding.outcome is UNKNOWN or (also_decided and finding.outcome is not NOT_APPLICABLE)
        }
        yield from (
            Question(rule_id, index) for index in sorted(asked, key=lambda index: -1 if index is None else index)
        )
