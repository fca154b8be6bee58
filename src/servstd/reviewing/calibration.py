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
from servstd.objective.reviewers.weighted import Sampled, weighted_rate
from servstd.outcome import FAIL, PASS, UNKNOWN, Outcome
from servstd.reviewing.answers import Answer, scale_of
from servstd.reviewing.sample import Sample

Asked = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class RuleCalibration:
    """One rule. `questions` were answered at all, `twice` by two reviewers or more, unsure ones left out.

    `agreement` is the share of the latter on which all agree; `kappa` is None unless there are just two reviewers.
    `rate` is that of all records that waited for a reviewer, by the answers on which reviewers agree, each record
    weighed by its chance to be drawn.
    """

    rule_id: str
    questions: int
    twice: int
    reviewers: tuple[str, ...]
    agreement: Figure
    kappa: Agreement | None
    alpha: Agreement
    rate: Figure

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
        self._by_rule: dict[str, list[Answer]] = defaultdict(list)
        self._by_reviewer: dict[str, list[Outcome]] = defaultdict(list)
        self._scales = {rule_id: scale_of(rule_id, catalog) for rule_id in catalog.rules}
        for one in answers:
            if not one.review.is_override:
                self._by_rule[one.review.rule].append(one)
                self._by_reviewer[one.review.reviewer or "-"].append(self._outcome(one))
        self.rules = [self._rule(rule_id) for rule_id in catalog.rules if rule_id in self._by_rule]
        self.reviewers = [self._reviewer(name) for name in sorted(self._by_reviewer)]

    def _outcome(self, answer: Answer) -> Outcome:
        outcome: Outcome = self._scales[answer.review.rule][answer.review.value]
        return outcome

    def _rule(self, rule_id: str) -> RuleCalibration:
        answers = self._by_rule[rule_id]
        units: dict[Asked, dict[str, Outcome]] = defaultdict(dict)
        for place, one in enumerate(answers):
            unit = units[one.record_id, one.review.opportunity]
            outcome = self._outcome(one)
            if outcome is not UNKNOWN:
                unit[one.review.reviewer or f"#{place}"] = outcome
        twice = [unit for unit in units.values() if len(unit) > 1]
        reviewers = tuple(sorted({one.review.reviewer for one in answers if one.review.reviewer}))
        same = sum(len(set(unit.values())) == 1 for unit in twice)
        return RuleCalibration(
            rule_id,
            len(units),
            len(twice),
            reviewers,
            share_figure("agreement", "all_the_same_over_answered_twice", same, len(twice)),
            _kappa(twice, reviewers),
            krippendorff_alpha([tuple(unit.values()) for unit in units.values()]),
            self._rate(answers, units),
        )

    def _rate(self, answers: Sequence[Answer], units: Mapping[Asked, Mapping[str, Outcome]]) -> Figure:
        """By record: what reviewers agree on. Without chances every record weighs the same."""
        chances = {one.record_id: one.probability for one in answers}
        strata = {} if self._sample is None else {one.record_id: one.stratum for one in self._sample.records}
        counts: dict[str, list[int]] = {record_id: [0, 0] for record_id in chances}
        for (record_id, _), unit in units.items():
            outcomes = set(unit.values())
            if len(outcomes) == 1 and outcomes <= {PASS, FAIL}:
                counts[record_id][0] += outcomes == {PASS}
                counts[record_id][1] += 1
        if any(chance is None for chance in chances.values()):
            return share_figure("rate", "passed_over_decided", *map(sum, zip(*counts.values(), strict=True)))
        return weighted_rate(
            Sampled(passed, decided, chances[record_id] or 1.0, strata.get(record_id, chances[record_id]))
            for record_id, (passed, decided) in counts.items()
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
