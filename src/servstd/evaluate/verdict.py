"""Verdicts: the outcome of one rule on one record. Sentences and evidence are built only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from servstd.catalog import Rule
from servstd.catalog.body import Body
from servstd.evaluate.group_by import is_period, period_of
from servstd.evaluate.judge import Judged, parts_of
from servstd.evaluate.second_look import conflicts, is_sensitive, lean_of
from servstd.facts import Opportunity
from servstd.finding import Finding, combine, earliest
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome
from servstd.record import Event, Record, Review, Turn
from servstd.steps import Step, render
from servstd.units import Duration
from servstd.values import local

if TYPE_CHECKING:
    from servstd.evaluate.assessment import Assessment

SCHEMA_VERSION = "1.0"


class Verdict:
    """The outcome of one rule on one record, with its figures.

    Instants are aware, in the zone of the rule's calendar; lengths are `timedelta`. `elapsed`, `target`, `remaining`
    and `late_by` are on the rule's clock, `late_by_elapsed` is real time. `findings` are the opportunities.
    """

    def __init__(self, rule: Rule, judged: Judged, assessment: Assessment) -> None:
        self.rule, self.assessment, self.findings = rule, assessment, judged
        if len(judged) == 1 and not judged[0][1].parts:
            self._parts = judged
            self._opportunity, self._finding = judged[0]
            return
        self._parts = list(parts_of(judged))
        self._finding = combine([finding for _, finding in self._parts])
        self._opportunity = next(one for one, finding in self._parts if finding is self._finding)

    def __bool__(self) -> bool:
        raise TypeError("a verdict is neither true nor false; ask for its .outcome")

    def __repr__(self) -> str:
        return f"<Verdict {self.rule_id} on {self.record_id}: {self.outcome} ({self.reason})>"

    @property
    def finding(self) -> Finding:
        """The finding that speaks for all opportunities."""
        return self._finding

    @property
    def rule_id(self) -> str:
        """Id of the rule."""
        return self.rule.id

    @cached_property
    def body(self) -> Body:
        """What decided it: the version of the rule that was in force."""
        return self.body_of(self._opportunity, self._finding)

    def body_of(self, opportunity: Opportunity, finding: Finding) -> Body:
        """What decided one opportunity."""
        return self.assessment.judge.body_of(self.rule, opportunity, finding)

    @property
    def record(self) -> Record:
        """The record that was judged."""
        return self.assessment.record

    @property
    def record_id(self) -> str:
        """Id of the record; with the rule's it is the key to store a verdict by."""
        return self.record.id

    def group(self, name: str) -> Any:
        """What its record is grouped by under this name: an attribute, a field, or the period in which it began."""
        if is_period(name, self.assessment.evaluator.catalog.vocabulary):
            return period_of(self.assessment, name)
        return getattr(self.record, name, self.record.fields.get(name))

    @property
    def outcome(self) -> Outcome:
        """pass, fail, pending, not_applicable or unknown."""
        return self._finding.outcome

    @property
    def reason(self) -> str:
        """Why, from the closed list in docs/reference/reasons.md."""
        return self._finding.reason

    @property
    def names(self) -> tuple[str, ...]:
        """The words that the reason is about: missing fields or events, or the exemption."""
        return self._finding.names

    def _instant(self, us: int | None) -> datetime | None:
        return None if us is None else local(us, self._opportunity.calendar.zone)

    @property
    def received_at(self) -> datetime | None:
        """When the matter began."""
        return self._instant(self._finding.received)

    @property
    def clock_started_at(self) -> datetime | None:
        """When the clock began to run: at receipt, or at the next opening."""
        return self._instant(self._finding.started)

    @property
    def due_at(self) -> datetime | None:
        """The earliest instant at which the target is used up."""
        return self._instant(self._finding.due)

    @property
    def late_after(self) -> datetime | None:
        """The last instant that still passes."""
        return self._instant(self._finding.late_after)

    @property
    def decided_at(self) -> datetime | None:
        """When the deciding event happened."""
        return self._instant(self._finding.decided)

    @property
    def elapsed(self) -> timedelta | None:
        """Time used on the rule's clock (open time for day targets)."""
        return _length(self._finding.elapsed)

    @property
    def target(self) -> Duration | None:
        """The target that held."""
        return self._finding.target if isinstance(self._finding.target, Duration) else None

    @property
    def remaining(self) -> timedelta | None:
        """Time left on the rule's clock, while pending."""
        return _length(self._finding.remaining)

    @property
    def late_by(self) -> timedelta | None:
        """Lateness on the rule's clock; None for day targets."""
        return _length(self._finding.late_by)

    @property
    def late_by_elapsed(self) -> timedelta | None:
        """Lateness in real time."""
        return _length(self._finding.late_by_elapsed)

    def _count(self, outcome: Outcome) -> int:
        return sum(finding.outcome is outcome for _, finding in self._parts)

    @property
    def opportunities(self) -> int:
        """How many opportunities there were, without those that were not applicable."""
        return len(self._parts) - self._count(NOT_APPLICABLE)

    @property
    def passed_count(self) -> int:
        """Opportunities that passed."""
        return self._count(PASS)

    @property
    def failed_count(self) -> int:
        """Opportunities that failed."""
        return self._count(FAIL)

    @property
    def pending_count(self) -> int:
        """Opportunities that are pending."""
        return self._count(PENDING)

    @property
    def unknown_count(self) -> int:
        """Opportunities that are undecided."""
        return self._count(UNKNOWN)

    @cached_property
    def lean(self) -> str | None:
        """A hint kept with an unknown verdict: pass or fail. It never counts in a rate."""
        return lean_of(self.body, self._opportunity, self._finding)

    @cached_property
    def conflict(self) -> bool:
        """True when other evidence contradicts the verdict."""
        return any(conflicts(self.body_of(one, finding), one, finding) for one, finding in self._parts)

    @cached_property
    def sensitive(self) -> bool:
        """True when another named reading of the rule gives another outcome."""
        return is_sensitive(self.rule, self.assessment, self.outcome)

    @property
    def at_risk(self) -> bool:
        """True while pending and past the first warning."""
        warnings = self.warning_instants()
        return self.outcome is PENDING and bool(warnings) and self.assessment.facts.as_of >= warnings[0]

    def warning_instants(self) -> list[int]:
        """The rule's warnings for the opportunity that speaks, in UTC microseconds, in order."""
        calendar = self._opportunity.calendar
        instants = [warn.instant(self._finding, calendar) for warn in self.body.warn]
        return sorted(instant for instant in instants if instant is not None)

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """What was taken for granted: defaults that were used, and fields that a table or zone lacked."""
        body, facts = self.body, self.assessment.facts
        if self.reason == "out_of_scope":
            return ()
        used = sorted(facts.assumed & body.fields())
        zone = body.calendar.time_zone if body.calendar is not None else None
        if zone is not None and facts.values.get(zone) is None:
            used.append(zone)
        return tuple(dict.fromkeys((*used, *self._finding.assumed)))

    @property
    def reading(self) -> str | None:
        """The name of the reading that was used."""
        return self.rule.reading

    @property
    def without_waiver(self) -> Outcome:
        """The outcome as it would be without waivers."""
        return FAIL if any(finding.reason == "waived" for _, finding in self._parts) else self.outcome

    @property
    def change_at(self) -> datetime | None:
        """The first instant at which the verdict changes without new events; None: never."""
        return self._instant(self.change_us())

    def change_us(self) -> int | None:
        """The same in UTC microseconds, warnings included."""
        as_of = self.assessment.facts.as_of
        ahead = [instant for instant in self.warning_instants() if instant > as_of] if self.outcome is PENDING else []
        asked = (self.assessment[name].change_us() for name in self.rule.asks)
        return earliest((*(finding.change_at for _, finding in self.findings), *ahead[:1], *asked))

    @property
    def evidence(self) -> tuple[Event | Turn | Review, ...]:
        """The events, turns and reviews that decided."""
        return self._finding.evidence

    def parts(self) -> Iterator[tuple[Opportunity, Finding]]:
        """Every opportunity with its finding."""
        return iter(self._parts)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """How it came about, as codes with values."""
        finding, check = self._finding, self._finding.check
        if check is None:
            return (self._reason_step(),)
        steps = tuple(check.steps(self._opportunity, finding.waived or finding)) or (self._reason_step(),)
        if finding.waived is None:
            return steps
        return (*steps, Step("waived", {"why": finding.story.reason, "by": finding.story.approved_by}))

    def _reason_step(self) -> Step:
        return Step("reason", {"reason": self.reason, "names": list(self.names)})

    def explain(self, *, full: bool = False) -> str:
        """The steps in English; `full` adds counted spans, weekends skipped and events ignored."""
        text = render(self.steps, full)
        return text or render([self._reason_step()], full)

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain JSON values, the columns of the full verdict table."""
        from servstd.evaluate.rows import verdict_row

        return verdict_row(self)


def _length(us: int | None) -> timedelta | None:
    return None if us is None else timedelta(microseconds=us)
