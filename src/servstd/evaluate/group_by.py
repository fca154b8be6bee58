"""The period in which a record began, as one of the things that verdicts are grouped by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servstd.objective.period import CALENDAR_PERIODS, period_at
from servstd.values import local
from servstd.vocabulary import Vocabulary

if TYPE_CHECKING:
    from servstd.evaluate.assessment import Assessment

PERIODS = CALENDAR_PERIODS


def is_period(name: str, vocabulary: Vocabulary) -> bool:
    """Whether to group by a period; a field of that name wins."""
    return name in PERIODS and name not in vocabulary.fields


def period_of(assessment: Assessment, per: str) -> str | None:
    """The label of the period in which the record began, in the catalog's zone; None when it has not."""
    begins, zone = assessment.facts.begins_at(), assessment.evaluator.catalog.zone
    return None if begins is None else period_at(local(begins, zone), per, zone).label
