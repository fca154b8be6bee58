"""The reviewer's answer to the rule's question.

Answers are read by a scale (yes passes, no fails, na is not applicable, unsure is unknown); `counts` changes what
single answers count for. The newest answer of each reviewer counts. Unsure gives way to a definite answer;
reviewers who disagree leave it ambiguous. An override states the verdict and is minded before any check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from servstd.facts import Opportunity
from servstd.finding import Finding, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, REASONS, UNKNOWN, Outcome
from servstd.record import Review
from servstd.shape import Schema, names_to, words
from servstd.spelling import shown
from servstd.steps import Step
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.phrasing import OUTCOMES, Phrasing
from servstd.terms.read_shape import outcome_shape
from servstd.terms.told import Told
from servstd.vocabulary import nearest

if TYPE_CHECKING:
    from servstd.columns import Columns
    from servstd.columns.columns import Bytes

_REASONS = {"yes": "reviewer_yes", "no": "reviewer_no", "na": "reviewer_na", "unsure": "reviewer_unsure"}
_BY_OUTCOME = {PASS: "reviewer_yes", FAIL: "reviewer_no", NOT_APPLICABLE: "reviewer_na", UNKNOWN: "reviewer_unsure"}


def _read_scale(spec: Any, reading: Reading, path: Path) -> str:
    scales = reading.context.vocabulary.scales
    if not isinstance(spec, str) or spec not in scales:
        reading.report("unknown-scale", f"no scale is called {shown(spec)}", path, nearest(spec, scales))
    return str(spec)


def _read_counts(spec: Any, reading: Reading, path: Path) -> dict[str, Outcome]:
    counts: dict[str, Outcome] = {}
    if not isinstance(spec, Mapping):
        reading.report("not-a-mapping", "'counts' takes answers with what they count for", path)
        return counts
    for answer, outcome in spec.items():
        if outcome in tuple(Outcome):
            counts[answer] = Outcome(outcome)
        else:
            message = f"{outcome!r} is not one of {', '.join(Outcome)}"
            reading.report("unknown-outcome", message, (*path, answer), nearest(outcome, tuple(Outcome)))
    return counts


def scale_shape(shapes: Shapes) -> Schema:
    """The name of a scale."""
    scales = shapes.context.vocabulary.scales
    return words({name: ", ".join(scale) for name, scale in scales.items()}, "no scale has this name")


def counts_shape(shapes: Shapes) -> Schema:
    """Answers with outcomes."""
    answers = {answer for scale in shapes.context.vocabulary.scales.values() for answer in scale}
    return names_to(outcome_shape(), dict.fromkeys(sorted(answers), outcome_shape()))


_SCALE = "How answers are read; the vocabulary declares the scales."
_COUNTS = "What single answers count for, such as `{no: not_applicable}`."


class ReviewCheck(Check):
    """The reviewer's answer."""

    name: ClassVar[str] = "review"

    kind: Literal["review"] = "review"
    scale: Annotated[str, read_with(_read_scale), Takes(scale_shape)] = Field(default="yes_no", description=_SCALE)
    counts: Annotated[Any, read_with(_read_counts), Takes(counts_shape)] = Field(default=None, description=_COUNTS)

    def check(self, opportunity: Opportunity) -> Finding:
        """Read the answers of all reviewers."""
        reviews = opportunity.facts.reviews(opportunity.rule_id, opportunity.index)
        if not reviews:
            return Finding(UNKNOWN, "no_review")
        return settle(reviews, self._scale(opportunity))

    def check_columns(self, columns: Columns) -> Bytes:
        """The same for a batch of records."""
        from servstd.columns.checks import review_codes

        return review_codes(columns)

    def _scale(self, opportunity: Opportunity) -> Mapping[str, Outcome]:
        scale = opportunity.setting.vocabulary.scales.get(self.scale, {})
        return {**scale, **self.counts} if self.counts else scale

    def needs_review(self) -> bool:
        """Only a reviewer decides it."""
        return True

    def describe(self, words: Phrasing) -> Told:
        """What each answer counts for."""
        scale = {**words.vocabulary.scales.get(self.scale, {}), **(self.counts or {})}
        answers = "; ".join(f"{answer} {OUTCOMES[outcome]}" for answer, outcome in scale.items())
        undecided = ("no reviewer has answered", "reviewers disagree")
        return Told((("A reviewer's answer", answers),), (), undecided)

    def takes_time(self) -> bool:
        """False."""
        return False

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """Who answered what."""
        return [
            Step("review", {"value": review.value, "reviewer": review.reviewer, "reason": review.reason})
            for review in finding.evidence
            if isinstance(review, Review)
        ]


def settle(reviews: Sequence[Review], scale: Mapping[str, Outcome]) -> Finding:
    """One finding of several answers: agreement, or ambiguous."""
    read = [(review, scale.get(review.value)) for review in reviews]
    if any(outcome is None for _, outcome in read):
        return unknown("bad_data", "reviews", evidence=tuple(reviews))
    outcomes = {outcome for _, outcome in read if outcome is not UNKNOWN}
    if len(outcomes) > 1:
        return unknown("ambiguous", evidence=tuple(reviews), is_conflict=True)
    if not outcomes:
        return unknown("reviewer_unsure", evidence=tuple(reviews))
    outcome = outcomes.pop()
    deciding = tuple(review for review, given in read if given is outcome)
    reason = _REASONS.get(deciding[0].value, "custom")
    if outcome not in REASONS[reason][0]:  # `counts` may let an answer count for another outcome
        reason = _BY_OUTCOME.get(outcome or UNKNOWN, "custom")
    instants = [review.at_us for review in deciding if review.at_us is not None]
    return Finding(outcome or UNKNOWN, reason, evidence=deciding, decided=min(instants, default=None))
