"""How far reviewers agree, how strict each is, and what a sample says of the whole log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servstd.catalog import Catalog
from servstd.objective.figure import Figure, share_figure
from servstd.objective.reviewers.agreement import Agreement, cohen_kappa
from servstd.objective.reviewers.alpha import krippendorff_alpha
from servstd.objective.reviewers.weighted import HAJEK
from servstd.outcome import FAIL, PASS, UNKNOWN, Outcome
from servstd.reviewing.answers import Answer, reviewer_of, scale_of
from servstd.reviewing.rates import Asked, sample_rate
from servstd.reviewing.sample import Sample


@dataclass(frozen=True, slots=True)
class RuleCalibration:
    """One rule. `questions` were answered at all, `twice` by two reviewers or more, unsure ones left out.

    `agreement` is the share of the latter on which all agree; `kappa` is None unless there are just two reviewers.
    `nameless` answers name no reviewer, and are left out of these. `rate` is that of all records that were drawn from,
    by the answers on which reviewers agree, each record weighed by its chance to be drawn; its `excluded` counts the
    questions that it leaves out. `answered` are the records with an answer, `drawn` those of the sample that were asked
    (None without a sample).
    """

    rule_id: str
    questions: int
    twice: int
    reviewers: tuple[str, ...]
    agreement: Figure
    kappa: Agreement | None
    alpha: Agreement
    rate: Figure
    nameless: int = 0
    answered: int = 0
    drawn: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "rule_id": self.rule_id,
            "questions": self.questions,
            "twice": self.twice,
            "reviewers": list(self.reviewers),
            "agreement": self.agreement.to_dict(),
            "kappa": self.kappa and self.kappa.to_dict(),
            "alpha": self.alpha.to_dict(),
            "rate": self.rate.to_dict(),
            "nameless": self.nameless,
            "answered": self.answered,
            "drawn": self.drawn,
        }


@dataclass(frozen=True, slots=True)
class ReviewerCalibration:
    """One reviewer: answers, how many of them unsure, and the share of yes among what they decided.

    On the same records a lower share is a stricter reviewer; on other records it may be the records.
    """

    reviewer: str
    answers: int
    unsure: int
    passed: Figure

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "reviewer": self.reviewer,
            "answers": self.answers,
            "unsure": self.unsure,
            "passed": self.passed.to_dict(),
        }


class Calibration:
    """The answers of reviewers held against each other, by rule and by reviewer."""

    def __init__(self, answers: Iterable[Answer], catalog: Catalog, sample: Sample | None = None) -> None:
        """`answers` are the newest of each reviewer; overrides are no answers. `sample` gives strata."""
        self._sample = sample
        self.nameless = 0
        self._by_rule: dict[str, list[Answer]] = defaultdict(list)
        self._by_reviewer: dict[str, list[Outcome]] = defaultdict(list)
        self._scales = {rule_id: scale_of(rule_id, catalog) for rule_id in catalog.rules}
        for one in answers:
            if one.review.is_override:
                continue
            self._by_rule[one.review.rule].append(one)
            name = reviewer_of(one.review)
            if name is None:
                self.nameless += 1
            else:
                self._by_reviewer[name].append(self._outcome(one))
        self.rules = [self._rule(rule_id) for rule_id in catalog.rules if rule_id in self._by_rule]
        self.reviewers = [self._reviewer(name) for name in sorted(self._by_reviewer)]

    @property
    def rate_title(self) -> str:
        """What the rates are rates of."""
        if self._sample is not None and not self._sample.also_decided:
            return "rate of all that waited"
        is_weighted = any(one.rate.formula == HAJEK for one in self.rules)
        return "rate of all that were drawn from" if is_weighted else "rate of these answers"

    @property
    def outside(self) -> int:
        """How many records with answers are not in the sample: the rates leave them out."""
        drawn = {one.record_id for one in self._sample.records} if self._sample is not None else None
        answered = {one.record_id for answers in self._by_rule.values() for one in answers}
        return 0 if drawn is None else len(answered - drawn)

    def _outcome(self, answer: Answer) -> Outcome:
        outcome: Outcome = self._scales[answer.review.rule][answer.review.value]
        return outcome

    def _rule(self, rule_id: str) -> RuleCalibration:
        answers = self._by_rule[rule_id]
        units: dict[Asked, dict[str, Outcome]] = defaultdict(dict)
        said: dict[Asked, list[Outcome]] = defaultdict(list)
        names = {name for one in answers if (name := reviewer_of(one.review)) is not None}
        for one in answers:
            asked, outcome, name = (one.record_id, one.review.opportunity), self._outcome(one), reviewer_of(one.review)
            said[asked].append(outcome)
            # Two answers without a name may be one person's: they can neither agree nor disagree.
            if name is not None and outcome is not UNKNOWN:
                units[asked][name] = outcome
        twice = [unit for unit in units.values() if len(unit) > 1]
        reviewers = tuple(sorted(names))
        same = sum(len(set(unit.values())) == 1 for unit in twice)
        chances = {one.record_id: one.probability for one in answers}
        rate = sample_rate(rule_id, said, chances, self._sample)
        return RuleCalibration(
            rule_id,
            len(said),
            len(twice),
            reviewers,
            share_figure("agreement", "all_the_same_over_answered_twice", same, len(twice)),
            _kappa(twice, reviewers),
            krippendorff_alpha([tuple(unit.values()) for unit in units.values()]),
            rate.figure,
            sum(reviewer_of(one.review) is None for one in answers),
            rate.answered,
            rate.drawn,
        )

    def _reviewer(self, name: str) -> ReviewerCalibration:
        outcomes = self._by_reviewer[name]
        passed, failed = outcomes.count(PASS), outcomes.count(FAIL)
        share = share_figure("passed", "passed_over_decided", passed, passed + failed)
        return ReviewerCalibration(name, len(outcomes), outcomes.count(UNKNOWN), share)


def _kappa(twice: Sequence[Mapping[str, Outcome]], reviewers: Sequence[str]) -> Agreement | None:
    if len(reviewers) != 2:
        return None
    one, other = reviewers
    return cohen_kappa([(unit.get(one), unit.get(other)) for unit in twice])
