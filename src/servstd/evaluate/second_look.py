"""What is worked out only when asked for: leans, conflicts, sensitivity to readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from servstd.catalog import Rule
from servstd.catalog.body import Body
from servstd.facts import Opportunity
from servstd.finding import Finding, combine
from servstd.outcome import FAIL, PASS, UNKNOWN, Outcome

if TYPE_CHECKING:
    from servstd.evaluate.assessment import Assessment


def lean_of(body: Body, opportunity: Opportunity, finding: Finding) -> str | None:
    """The hint of an unknown finding: the check's own, else the rule's `lean` conditions."""
    if finding.outcome is not UNKNOWN:
        return None
    for name, condition in body.lean:
        if condition.test(opportunity.values, opportunity) is True:
            return name
    return finding.lean


def conflicts(body: Body, opportunity: Opportunity, finding: Finding) -> bool:
    """True when a reviewer or another check says the opposite of the finding."""
    if finding.is_conflict:
        return True
    against = _reviewed(body, opportunity)
    if finding.reason == "excepted":
        return FAIL in against
    if not finding.outcome.is_decided:
        return False
    check = body.check
    said = against | {other.outcome for other in check.alternatives(opportunity)}
    return bool(said & ({PASS, FAIL} - {finding.outcome}))


def _reviewed(body: Body, opportunity: Opportunity) -> set[Outcome]:
    facts = opportunity.facts
    scale = opportunity.setting.vocabulary.scales.get("yes_no", {})
    counts = getattr(body.check, "counts", None) or {}
    reviews = facts.reviews(opportunity.rule_id, opportunity.index)
    return {counts.get(review.value, scale.get(review.value, UNKNOWN)) for review in reviews}


def is_sensitive(rule: Rule, assessment: Assessment, outcome: Outcome) -> bool:
    """True when another named reading gives another outcome."""
    return any(other is not outcome for other in under_readings(rule, assessment).values())


def under_readings(rule: Rule, assessment: Assessment) -> dict[str, Outcome]:
    """The outcome of a rule under each of its other readings; a reading that switches it off is not applicable."""
    return {name: combine(findings_under(rule, name, assessment)).outcome for name in rule.readings}


def findings_under(rule: Rule, reading: str, assessment: Assessment) -> list[Finding]:
    """The findings of a rule under another reading, one an opportunity; none when the reading switches it off."""
    read = rule.as_read(reading)
    if not any(body.is_enabled for body in read.bodies):
        return []
    return [part for _, finding in assessment.judge.judge(read) for part in finding.opportunities()]
