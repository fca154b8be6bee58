"""One event within a target of another.

The clock starts at the `from` event (on a business clock at the next opening, when it came while closed) and is
met when the `to` event happens at or before the last passing instant. An event before its start is ignored; one
at the same instant counts. `due` takes the limit from the record itself, such as a promised date; with `within`
as well, the earlier one holds (a due time before the start is then left out). `moved_by` moves that due time when
a new one was agreed no later than the old one. `released_by` ends the duty before the limit; after it, the fail stays.

`cycles: each` (the default) judges every start by itself, and one answer answers every start before it; `first`
and `last` judge one start; `sum` adds up the exchanges and `longest` takes the longest one.

A deadline trusts silence: no answer once the limit is over is a fail, unless the source can not log answers at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from servstd.errors import Problem
from servstd.facts import Opportunity
from servstd.finding import Finding, longest, roll_up, unknown
from servstd.kinds.base import AutomatedField, Check
from servstd.outcome import FAIL, NOT_APPLICABLE, PENDING, UNKNOWN
from servstd.record import Event
from servstd.steps import Step
from servstd.terms.agreement import agree, agree_among
from servstd.terms.clock import Run, run_of
from servstd.terms.clock_words import deadline_words
from servstd.terms.due import due_of, no_due
from servstd.terms.event_ref import EventRef
from servstd.terms.moved import MovedByField
from servstd.terms.pauses import PausesField, Stretch, paused
from servstd.terms.read import EventField, SameField
from servstd.terms.remaining import remaining_of
from servstd.terms.start import without_start
from servstd.terms.stopped import set_lateness, stop, time_used
from servstd.terms.story import clock_steps
from servstd.terms.target import DueField, TargetField
from servstd.units import Duration

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided


class Deadline(Check):
    """One event within a target of another."""

    name: ClassVar[str] = "deadline"

    kind: Literal["deadline"] = "deadline"
    from_: EventField = Field(alias="from", description="Starts the clock.")
    to: EventField = Field(description="Stops it.")
    within: TargetField = Field(default=None, description="How long there is.")
    due: DueField = None
    moved_by: MovedByField = None
    released_by: EventField = Field(default=None, description="An event that ends the duty.")
    pauses: PausesField = ()
    cycles: Literal["each", "first", "last", "sum", "longest"] = Field("each", description="Which starts are judged.")
    same: SameField = None
    automated_counts: AutomatedField = False
    describe: ClassVar[Any] = deadline_words

    def lacking(self) -> Iterable[Problem]:
        """A limit is needed; only time can be added up."""
        if self.within is None and self.due is None:
            yield Problem("missing-key", "a deadline needs 'within' or 'due'")
        if self.cycles == "sum" and not (self.within and all(one.is_time for one in self.within.durations())):
            yield Problem("wrong-combination", "'cycles: sum' adds up time: 'within' must be business or elapsed time")

    def check(self, opportunity: Opportunity) -> Finding:
        """Judge every start, or the one that `cycles` names."""
        facts, automated_counts = opportunity.facts, self.automated_counts
        starts = self.from_.seen(opportunity, automated_counts)
        if not starts:
            return without_start(self.from_, opportunity, automated_counts)
        if facts.record.tracked is not None and not self.to.is_tracked(facts):
            return unknown("event_not_tracked", *self.to.types, received=starts[0].at_us)
        stretches = paused(self.pauses, opportunity) if self.pauses else []
        if len(starts) == 1 and self.cycles == "each":
            return self._judge(opportunity, starts[0], starts, stretches)
        return self._several(opportunity, starts, stretches)

    def check_columns(self, columns: Columns) -> Decided:
        """The same for a batch of records."""
        from servstd.columns.checks import deadline_codes

        return deadline_codes(self, columns)

    def _several(self, opportunity: Opportunity, starts: list[Event], stretches: list[Stretch]) -> Finding:
        """More than one start, or one that `cycles` names."""
        if self.cycles == "sum":
            return self._sum(opportunity, starts, stretches)
        if self.cycles == "longest":
            exchanges = self._exchanges(opportunity, starts)
            return longest([self._judge(opportunity, start, starts, stretches) for start, _ in exchanges])
        if self.cycles == "each":
            return roll_up(self._judge(opportunity, start, starts, stretches) for start in starts)
        return self._judge(opportunity, starts[-1 if self.cycles == "last" else 0], starts, stretches)

    def _judge(self, opportunity: Opportunity, start: Event, starts: list[Event], stretches: list[Stretch]) -> Finding:
        """One start: its limit, its answer, and what follows."""
        finding = self._begun(opportunity, start, stretches)
        if finding.outcome is not PENDING:
            return finding
        answer, is_unclear = self._answer(opportunity, start, starts)
        if self.released_by is not None and self._is_released(opportunity, start, answer, finding):
            return finding
        if is_unclear and (answer is None or not finding.allows(answer.at_us)):
            return finding.changed(outcome=UNKNOWN, reason="ambiguous")
        if answer is not None:
            stop(opportunity, answer, finding, stretches)
        else:
            self._wait(opportunity, finding, starts, stretches)
        return finding

    def _begun(self, opportunity: Opportunity, start: Event, stretches: list[Stretch]) -> Finding:
        """A start without an answer: its target, the start of the clock and its limit; or what is missing."""
        at, within, duration = start.at_us, self.within, None
        own, missing, assumed = None, None, ()
        if self.due is not None:
            own, missing = due_of(self.due, start, self.moved_by, opportunity)
        if within is not None:
            duration, assumed = within.resolve(opportunity)
            if duration is None:
                return unknown("missing_field", *within.fields(), received=at)
        if duration is not None:
            run: Run = run_of(at, duration, opportunity.calendar, stretches)
            if own is not None and own >= at and (run[1] is None or own < run[1]):
                duration, run = None, (run[0], own, own)
        elif own is not None:
            run = at, own, own
        else:
            return no_due(missing, start)
        finding = Finding(PENDING, "clock_running")
        finding.received, finding.target, finding.assumed = at, duration, assumed
        finding.started, finding.due, finding.late_after = run
        return finding

    def _answer(self, opportunity: Opportunity, start: Event, starts: list[Event]) -> tuple[Event | None, bool]:
        """The first answer from the start on; and whether one before it may be it."""
        to, same, automated_counts = self.to, self.same, self.automated_counts
        is_sure, is_unclear, at = to.is_plain(opportunity.facts, automated_counts), False, start.at_us
        for event in to.maybe(opportunity, automated_counts):
            if event.at_us < at or (event.at_us == at and event.sequence < start.sequence):
                continue
            matches = is_sure or to.matches(event, opportunity, automated_counts)
            agrees = True if same is None else agree_among(same, start, event, starts)
            if matches is True and agrees is True:
                return event, is_unclear
            is_unclear = is_unclear or (matches is not False and agrees is not False)
        return None, is_unclear

    def _is_released(self, opportunity: Opportunity, start: Event, answer: Event | None, finding: Finding) -> bool:
        """True when the duty ended before the limit and before an answer came."""
        if self.released_by is None:
            return False
        for event in self.released_by.seen(opportunity, automated_counts=True):
            if event.at_us < start.at_us or (answer is not None and event.at_us >= answer.at_us):
                continue
            if self.same is not None and agree(self.same, start, event) is False:
                continue
            if finding.late_after is None or event.at_us <= finding.late_after:
                finding.outcome, finding.reason, finding.decided = NOT_APPLICABLE, "released", event.at_us
                finding.evidence = (start, event)
                return True
        return False

    def _wait(self, opportunity: Opportunity, finding: Finding, starts: list[Event], pauses: list[Stretch]) -> None:
        """Not done: overdue, paused or still running."""
        as_of, late_after = opportunity.facts.as_of, finding.late_after
        finding.elapsed = time_used(opportunity, finding, as_of, pauses)
        if late_after is not None and as_of > late_after:
            return self._overdue(opportunity, finding, starts)
        finding.remaining = remaining_of(finding, as_of, opportunity.calendar, pauses)
        if late_after is None:
            finding.reason, finding.due = "clock_paused", None
        elif finding.started is not None and as_of < finding.started:
            finding.reason, finding.change_at = "not_started", finding.started
        else:
            finding.change_at = late_after + 1

    def _overdue(self, opportunity: Opportunity, finding: Finding, starts: list[Event]) -> None:
        facts = opportunity.facts
        if self._is_early(opportunity, starts[0]):
            finding.outcome, finding.reason = UNKNOWN, "end_before_start"
        elif self.trust_silence is False and not self.to.is_complete(facts):
            finding.outcome, finding.reason = UNKNOWN, "no_such_event"
            finding.names, finding.lean = self.to.types, "fail"
        else:
            finding.outcome, finding.reason = FAIL, "overdue"
            set_lateness(finding, facts.as_of)

    def _is_early(self, opportunity: Opportunity, first: Event) -> bool:
        """True when there is an answer from before every start."""
        answers = self.to.maybe(opportunity, self.automated_counts)
        return bool(answers) and (answers[0].at_us, answers[0].sequence) < (first.at_us, first.sequence)

    def _exchanges(self, opportunity: Opportunity, starts: list[Event]) -> Iterable[tuple[Event, Event | None]]:
        """Each first unanswered start with its answer."""
        answered: tuple[int, int] | None = (-1, 0)
        for start in starts:
            if answered is None or (start.at_us, start.sequence) <= answered:
                continue
            answer = self._answer(opportunity, start, starts)[0]
            answered = None if answer is None else (answer.at_us, answer.sequence)
            yield start, answer

    def _sum(self, opportunity: Opportunity, starts: list[Event], pauses: list[Stretch]) -> Finding:
        """All exchanges together within one target."""
        duration, assumed = self.within.resolve(opportunity)
        if duration is None or not duration.is_time:
            return unknown("missing_field" if duration is None else "not_configured", *self.within.fields())
        used, finding = 0, Finding(PENDING, "clock_running")
        for start, answer in self._exchanges(opportunity, starts):
            left = Duration(duration.amount - used, duration.clock, text=duration.text)
            begin, due, late_after = run_of(start.at_us, left, opportunity.calendar, pauses)
            figures = {"started": begin, "due": due, "late_after": late_after, "target": left}
            last, finding = finding, Finding(PENDING, "clock_running", received=start.at_us, **figures)
            if self._is_released(opportunity, start, answer, finding):
                return finding if last.received is None else last
            if answer is not None:
                stop(opportunity, answer, finding, pauses)
            else:
                self._wait(opportunity, finding, starts, pauses)
            used += finding.elapsed or 0
            finding.target, finding.elapsed, finding.assumed = duration, used, assumed
            if finding.outcome is FAIL:
                break
        return finding

    def starts(self) -> EventRef | None:
        """The event that starts the clock."""
        start: EventRef = self.from_
        return start

    def fields_read(self) -> frozenset[str]:
        """Fields of the conditions and of the target."""
        own = super().fields_read()
        return own | self.within.fields() if self.within is not None else own

    def events(self) -> frozenset[str]:
        """Every event type that the deadline reads."""
        types = set(super().events())
        for pause in self.pauses:
            types |= pause.from_.words() | pause.until.words()
        types |= {self.due.event} if self.due is not None and self.due.event else set()
        return frozenset(types | (self.moved_by.event.words() if self.moved_by else set()))

    def helping(self) -> frozenset[str]:
        """Answers, releases and the beginnings of pauses help; ends of pauses and new dates may do either."""
        released = self.released_by.words() if self.released_by is not None else frozenset()
        helping: frozenset[str] = self.to.words().union(released, *(pause.from_.words() for pause in self.pauses))
        return helping.difference(self.from_.words(), self._either())

    def harming(self) -> frozenset[str]:
        """A further start is a further duty, unless it makes unclear which one an answer is for."""
        if self.cycles != "each" or self.same is not None:
            return frozenset()
        harming: frozenset[str] = self.from_.words() - self._either()
        return harming.difference(self.to.words(), *(pause.from_.words() for pause in self.pauses))

    def _either(self) -> frozenset[str]:
        moving = self.moved_by.event.words() if self.moved_by is not None else frozenset()
        due = {self.due.event} if self.due is not None and self.due.event else frozenset()
        return self.condition_events().union(moving, due, *(pause.until.words() for pause in self.pauses))

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """Received, skipped days, pauses, due, done; with ignored events and counted spans as details."""
        ignored = [
            (event, "it came before the request" if event.at_us < (finding.received or 0) else "it was automatic")
            for event in opportunity.facts.events(self.to.types)
            if event.at_us < (finding.received or 0)
            or (event.values.get("automated") is True and not self.automated_counts)
        ]
        pauses = paused(self.pauses, opportunity)
        return clock_steps(opportunity, finding, self.from_.types, self.to.types, pauses, ignored)
