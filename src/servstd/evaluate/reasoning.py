"""The reasoning behind a verdict: the tree of conditions and checks, with what was found at every leaf.

It is built from a verdict when somebody asks, by looking at the record once more; judging itself is not slowed. The
JSON that `to_dict` gives is described in docs/reference/reasoning.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from servstd.catalog.body import Body
from servstd.catalog.rule import Rule, Version
from servstd.evaluate.account import point_at
from servstd.evaluate.checks_found import CheckFound, look_at_check
from servstd.evaluate.conditions_found import ConditionFound, look_at
from servstd.evaluate.parameters import in_words
from servstd.evaluate.verdict import Verdict
from servstd.facts import Opportunity, Said
from servstd.finding import Finding
from servstd.outcome import Outcome
from servstd.record import Review

_STAGES = {
    "out_of_scope": "applies_to",
    "excepted": "except",
    "waived": "waiver",
    "outside_effective_dates": "versions",
    "bad_data": "record",
    "no_opportunity": "for_each",
    "event_not_tracked": "for_each",
    "no_transcript": "for_each",
    "incomplete_transcript": "for_each",
    "missing_field": "applies_to",
    "not_configured": "calendar",
    "check_error": "check",
}


@dataclass(frozen=True, slots=True)
class OpportunityFound:
    """One opportunity. `item` points at its event or turn, None when it is the record itself.

    `decided_by` is the part of the rule that settled it: applies_to, except, for_each, versions, record, calendar,
    override, check or waiver. `check` is None when nothing got that far. `version` holds the dates between which the
    wording in force holds, None for a rule without versions.
    """

    outcome: Outcome
    reason: str
    names: tuple[str, ...]
    decided_by: str
    is_speaking: bool
    number: int | None
    item: Mapping[str, Any] | None
    version: tuple[date | None, date | None] | None
    applies_to: ConditionFound | None
    excepts: tuple[tuple[str, ConditionFound], ...]
    check: CheckFound | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        dates = None
        if self.version is not None:
            begin, end = self.version
            dates = {"from": begin and begin.isoformat(), "until": end and end.isoformat()}
        return {
            "number": self.number,
            "item": None if self.item is None else dict(self.item),
            "outcome": self.outcome.value,
            "reason": self.reason,
            "names": list(self.names),
            "decided_by": self.decided_by,
            "is_speaking": self.is_speaking,
            "version": dates,
            "applies_to": None if self.applies_to is None else self.applies_to.to_dict(),
            "except": [{"name": name, **condition.to_dict()} for name, condition in self.excepts],
            "check": None if self.check is None else self.check.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Reasoning:
    """How a verdict came about. `for_each` says what each opportunity is, None when it is the record."""

    rule_id: str
    title: str
    outcome: Outcome
    reason: str
    reading: str | None
    time_zone: str
    for_each: str | None
    opportunities: tuple[OpportunityFound, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values with stable keys."""
        return {
            "rule_id": self.rule_id,
            "title": self.title,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "reading": self.reading,
            "time_zone": self.time_zone,
            "for_each": self.for_each,
            "opportunities": [one.to_dict() for one in self.opportunities],
        }


def reasoning_of(verdict: Verdict) -> Reasoning:
    """The tree of a verdict: scope, exemptions and check of every opportunity."""
    rule, zone = verdict.rule, verdict.findings[0][0].calendar.zone
    each = next((body.for_each for body in _bodies(rule) if body.for_each is not None), None)
    return Reasoning(
        rule.id,
        rule.title,
        verdict.outcome,
        verdict.reason,
        verdict.reading,
        str(zone),
        None if each is None else in_words(each),
        tuple(_opportunities(verdict)),
    )


def _bodies(rule: Rule) -> list[Body]:
    return [version.body for version in rule.versions] or [rule.body]


def _opportunities(verdict: Verdict) -> Iterator[OpportunityFound]:
    is_spoken_for = False
    for opportunity, finding in verdict.findings:
        version = _version_of(verdict, opportunity, finding)
        body = verdict.assessment.judge.body_of(verdict.rule, opportunity, finding)
        is_speaking = not is_spoken_for and any(part is verdict.finding for part in finding.opportunities())
        is_spoken_for = is_spoken_for or is_speaking
        stage = _stage(finding)
        is_reached = stage in ("check", "waiver", "calendar")
        yield OpportunityFound(
            finding.outcome,
            finding.reason,
            finding.names,
            stage,
            is_speaking,
            None if opportunity.index is None else opportunity.index + 1,
            _item(opportunity),
            None if version is None else (version.from_, version.until),
            None if body.applies_to is None else look_at(body.applies_to, opportunity.values, opportunity),
            tuple(_excepts(body, opportunity)) if is_reached or stage == "except" else (),
            look_at_check(body.check, opportunity, finding) if finding.check is not None and is_reached else None,
        )


def _version_of(verdict: Verdict, opportunity: Opportunity, finding: Finding) -> Version | None:
    """The version that was in force at the governing instant."""
    if not verdict.rule.versions:
        return None
    at = verdict.assessment.judge.governing(opportunity, finding)
    return verdict.rule.version_at(at, verdict.assessment.evaluator.catalog.zone)


def _stage(finding: Finding) -> str:
    """Which part of the rule settled it."""
    if finding.reason == "waived":
        return "waiver"
    if finding.check is not None:
        return "check"
    if finding.evidence and all(isinstance(item, Review) for item in finding.evidence):
        return "override"
    return _STAGES.get(finding.reason, "check")


def _excepts(body: Body, opportunity: Opportunity) -> Iterator[tuple[str, ConditionFound]]:
    """The exemptions in the written order, up to the first that holds."""
    for name, condition in body.excepts:
        found = look_at(condition, opportunity.values, opportunity)
        yield name, found
        if found.answer is True:
            return


def _item(opportunity: Opportunity) -> Mapping[str, Any] | None:
    this = opportunity.this
    if this is None:
        return None
    return point_at(this.turn if isinstance(this, Said) else this, opportunity.facts.record)
