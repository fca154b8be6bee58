"""What a check found: its parameters, its conditions and tables, and inside a combination the step that decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from servstd.evaluate.account import point_at
from servstd.evaluate.conditions_found import ConditionFound, look_at, value_in_words
from servstd.evaluate.parameters import parameters_of
from servstd.facts import Opportunity
from servstd.finding import Finding, unknown
from servstd.kinds.base import Check
from servstd.kinds.combinators import FirstDecided
from servstd.outcome import PENDING, UNKNOWN, Outcome
from servstd.steps import Step
from servstd.terms.target import Target
from servstd.units import Duration
from servstd.values import local

_INSTANTS = {
    "received_at": "received",
    "clock_started_at": "started",
    "due_at": "due",
    "late_after": "late_after",
    "decided_at": "decided",
}
_LENGTHS = {
    "elapsed_s": "elapsed",
    "remaining_s": "remaining",
    "late_by_s": "late_by",
    "late_by_elapsed_s": "late_by_elapsed",
}


class State(StrEnum):
    """What became of a check: it spoke for the rule, was only looked at, its `when` was not met, or nobody asked."""

    DECIDED = "decided"
    LOOKED_AT = "looked_at"
    LEFT_OUT = "left_out"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class TargetFound:
    """A target that differs between records: a field with its value, or the rows of a table.

    Each row is its condition (None for the last), the target it gives, and whether it is the one that was used.
    """

    parameter: str
    field: str | None
    found: str | None
    rows: tuple[tuple[ConditionFound | None, str, bool], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        rows = [
            {"when": None if when is None else when.to_dict(), "use": use, "is_used": is_used}
            for when, use, is_used in self.rows
        ]
        return {"parameter": self.parameter, "field": self.field, "found": self.found, "rows": rows}


@dataclass(frozen=True, slots=True)
class PartFound:
    """One conclusion of a check: the only one, or that of one start, gap or period.

    `figures` are the instants (in the zone of the rule's calendar) and lengths of its clock, `steps` how it came about.
    """

    outcome: Outcome
    reason: str
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    figures: Mapping[str, Any]
    evidence: tuple[Mapping[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values: instants in ISO 8601, lengths in seconds."""
        return {
            "outcome": self.outcome.value,
            "reason": self.reason,
            "names": list(self.names),
            "figures": dict(self.figures),
            "steps": [step.to_dict() for step in self.steps],
            "evidence": [dict(point) for point in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class CheckFound:
    """A check on one opportunity. `name` is that of a step, None for the rule's own check.

    `parts` are its conclusions, none unless it was looked at; those of a combination are in its `checks`.
    """

    name: str | None
    kind: str
    state: State
    outcome: Outcome | None
    reason: str | None
    when: ConditionFound | None
    parameters: tuple[tuple[str, str], ...]
    targets: tuple[TargetFound, ...]
    parts: tuple[PartFound, ...]
    checks: tuple[CheckFound, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "state": self.state.value,
            "outcome": None if self.outcome is None else self.outcome.value,
            "reason": self.reason,
            "when": None if self.when is None else self.when.to_dict(),
            "parameters": dict(self.parameters),
            "targets": [target.to_dict() for target in self.targets],
            "parts": [part.to_dict() for part in self.parts],
            "checks": [check.to_dict() for check in self.checks],
        }

    def walk(self) -> Iterator[CheckFound]:
        """This check, then every check inside it."""
        yield self
        for check in self.checks:
            yield from check.walk()


def look_at_check(check: Check, opportunity: Opportunity, finding: Finding) -> CheckFound:
    """The check of a rule with what it found; `finding` is what the verdict was made of."""
    return _look(check, None, opportunity, finding, State.DECIDED, finding.check)


def _look(
    check: Check, name: str | None, opportunity: Opportunity, finding: Finding | None, state: State, speaker: Any
) -> CheckFound:
    inside = tuple(_inside(check, opportunity, speaker)) if finding is not None else ()
    parts = () if finding is None or inside else tuple(_parts(check, opportunity, finding))
    is_asked = state is not State.NOT_NEEDED
    return CheckFound(
        name,
        check.kind,
        state,
        None if finding is None else finding.outcome,
        None if finding is None else finding.reason,
        look_at(check.when, opportunity.values, opportunity) if check.when is not None and is_asked else None,
        parameters_of(check),
        tuple(_targets(check, opportunity)) if finding is not None else (),
        parts,
        inside,
    )


def named_checks(check: Check) -> Mapping[str, Check]:
    """The checks inside a combination by name; those of a kind of your own are numbered when it has no names."""
    checks = getattr(check, "checks", None)
    if isinstance(checks, Mapping):
        return checks
    return {str(number): child for number, child in enumerate(check.children(), start=1)}


def _inside(check: Check, opportunity: Opportunity, speaker: Any) -> Iterator[CheckFound]:
    """Every check of a combination, in the written order; after the first decided one nobody asks."""
    is_settled = False
    for name, child in named_checks(check).items():
        if is_settled:
            yield _look(child, name, opportunity, None, State.NOT_NEEDED, speaker)
        elif not child.is_meant(opportunity):
            yield _look(child, name, opportunity, None, State.LEFT_OUT, speaker)
        else:
            finding = _decided(child, opportunity)
            is_settled = isinstance(check, FirstDecided) and finding.outcome not in (PENDING, UNKNOWN)
            state = State.DECIDED if _holds(child, speaker) else State.LOOKED_AT
            yield _look(child, name, opportunity, finding, state, finding.check)


def _decided(check: Check, opportunity: Opportunity) -> Finding:
    """A kind whose code fails on this record is undecided, as it was when the rule was judged."""
    try:
        return check.decide(opportunity)
    except Exception as error:
        return unknown("check_error", type(error).__name__)


def _holds(check: Check, speaker: Any) -> bool:
    return check is speaker or any(_holds(child, speaker) for child in check.children())


def _targets(check: Check, opportunity: Opportunity) -> Iterator[TargetFound]:
    """The targets among the parameters that are no plain duration."""
    for name in type(check).model_fields:
        target = getattr(check, name)
        if not isinstance(target, Target) or target.duration is not None:
            continue
        if target.field is not None:
            found = value_in_words(target.field, opportunity.values, opportunity)
            yield TargetFound(name, target.field, found)
            continue
        used, rows = False, []
        for condition, duration in target.rows:
            asked = None if condition is None else look_at(condition, opportunity.values, opportunity)
            is_used = not used and (asked is None or asked.answer is True)
            used = used or is_used
            rows.append((asked, str(duration), is_used))
        yield TargetFound(name, None, None, tuple(rows))


def _parts(check: Check, opportunity: Opportunity, finding: Finding) -> Iterator[PartFound]:
    for part in finding.opportunities():
        decided = part.waived or part
        steps = tuple(check.steps(opportunity, decided))
        if not steps:
            steps = (Step("reason", {"reason": decided.reason, "names": list(decided.names)}),)
        evidence = tuple(point_at(item, opportunity.facts.record) for item in decided.evidence)
        figures = _figures(opportunity, decided)
        yield PartFound(decided.outcome, decided.reason, decided.names, steps, figures, evidence)


def _figures(opportunity: Opportunity, finding: Finding) -> dict[str, Any]:
    """The figures of a clock, those that are known; nothing for a check without one."""
    zone, figures = opportunity.calendar.zone, dict[str, Any]()
    for name, key in _INSTANTS.items():
        at = getattr(finding, key)
        if at is not None:
            figures[name] = local(at, zone).isoformat()
    if isinstance(finding.target, Duration):
        figures["target"] = str(finding.target)
    for name, key in _LENGTHS.items():
        length = getattr(finding, key)
        if length is not None:
            figures[name] = timedelta(microseconds=length).total_seconds()
    return figures
