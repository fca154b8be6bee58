"""An event or a field is there (or, with `never`, is not).

The event is looked for between `from` and `until`, both inclusive, or `within` a duration after `from`; without
them, anywhere in the log so far. `with` is a condition on its attributes, or on the record for `fields`. One event
that meets it passes. An event that is there with another value is a fail, one whose value is missing is undecided.
While the window is open, what is not there yet is pending. Once it is over, absence is a fail (or, with `never`, a
pass) only if the source is complete for the event or the rule says `trust_silence: true`. `same` names an attribute
on which the event must agree with the opportunity's own event. What is not there yet and could never become a fail is
undecided, not pending.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from servstd.errors import Problem
from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS, PENDING
from servstd.record import Event
from servstd.steps import Step
from servstd.terms.agreement import agree
from servstd.terms.event_ref import EventRef, values_of
from servstd.terms.read import AnchorField, EventOrThisField, FieldsField
from servstd.terms.story import local
from servstd.terms.target import TargetField
from servstd.terms.window import Window, window_of
from servstd.terms.with_ import read_with_condition


class Recorded(Check):
    """An event or field is there, or never is."""

    name: ClassVar[str] = "recorded"

    kind: Literal["recorded"] = "recorded"
    event: EventOrThisField = None
    fields: FieldsField = ()
    with_: Any = Field(default=None, alias="with")
    never: bool = False
    from_: AnchorField = Field(default=None, alias="from")
    until: AnchorField = None
    within: TargetField = None
    same: str | None = None

    @field_validator("with_", mode="before")
    @classmethod
    def _read_with(cls, value: Any, info: ValidationInfo) -> Any:
        return read_with_condition(value, info)

    def lacking(self) -> Iterable[Problem]:
        """Either an event or fields."""
        if self.event is None and not self.fields:
            yield Problem("missing-key", "missing key 'event' or 'fields'")
        if self.event is not None and self.fields:
            yield Problem("wrong-combination", "'event' and 'fields' do not go together; write two checks under all_of")

    def check(self, opportunity: Opportunity) -> Finding:
        """Look for the event or the fields."""
        window = window_of(self.from_, self.until, self.within, opportunity)
        if window is None:
            return self._without_start(opportunity)
        if self.event is None:
            return self._check_fields(opportunity, window)
        events = [event for event in self.event.maybe(opportunity) if window.holds(event, opportunity)]
        if self.same is not None:
            events = [event for event in events if self._agrees(event, opportunity) is not False]
        answers = [(event, self._meets(event, opportunity)) for event in events]
        hits = [event for event, answer in answers if answer is True]
        if hits:
            figures: dict[str, Any] = {"evidence": (hits[0],), "decided": hits[0].at_us}
            return Finding(FAIL, "happened", **figures) if self.never else Finding(PASS, "done", **figures)
        return self._no_hit(opportunity, window, answers)

    def _without_start(self, opportunity: Opportunity) -> Finding:
        """The window never began: nothing to look for."""
        event = self.from_.event
        if event is not None and not event.is_tracked(opportunity.facts):
            return unknown("event_not_tracked", *event.types)
        return not_applicable("no_opportunity")

    def _meets(self, event: Event, opportunity: Opportunity) -> bool | None:
        answers = [self.event.matches(event, opportunity)]
        if self.with_ is not None:
            answers.append(self.with_.test(values_of(event, opportunity), opportunity))
        if self.same is not None:
            answers.append(self._agrees(event, opportunity))
        return False if False in answers else (None if None in answers else True)

    def _agrees(self, event: Event, opportunity: Opportunity) -> bool | None:
        this = opportunity.this
        return agree(str(self.same), this, event) if isinstance(this, Event) else None

    def _no_hit(self, opportunity: Opportunity, window: Window, answers: list[tuple[Event, bool | None]]) -> Finding:
        """Nothing meets it: contradicted, unclear, not yet, or absent."""
        facts, event = opportunity.facts, self.event
        unclear = [found for found, answer in answers if answer is None]
        is_proof = bool(self.trust_silence) or event.is_complete(facts)
        if window.is_open and not self.never and (answers or is_proof):
            return Finding(PENDING, "still_open", change_at=window.change_at, late_after=window.ends_at)
        if unclear:
            names = (
                self.with_.missing(values_of(unclear[0], opportunity), opportunity) if self.with_ is not None else ()
            )
            return unknown("missing_field", *(names or event.types), evidence=tuple(unclear[:1]))
        if answers and not self.never:
            return Finding(FAIL, "not_done", evidence=(answers[0][0],), decided=answers[0][0].at_us)
        if not event.is_tracked(facts):
            return unknown("event_not_tracked", *event.types)
        if not is_proof:
            return unknown("no_such_event", *event.types, lean=None if self.never else "fail")
        if window.is_open:
            return Finding(PENDING, "still_open", change_at=window.change_at, late_after=window.ends_at)
        return Finding(PASS, "avoided") if self.never else Finding(FAIL, "not_done")

    def _check_fields(self, opportunity: Opportunity, window: Window) -> Finding:
        missing = tuple(name for name in self.fields if opportunity.values.get(name) is None)
        if self.never:
            return Finding(PASS, "avoided") if missing else Finding(FAIL, "happened")
        if missing and (self.trust_silence or opportunity.facts.is_complete(missing)):
            if window.is_open:
                return Finding(PENDING, "still_open", change_at=window.change_at, names=missing)
            return Finding(FAIL, "not_done", names=missing)
        if missing:
            return unknown("missing_field", *missing)
        answer = True if self.with_ is None else self.with_.test(opportunity.values, opportunity)
        if answer is None:
            return unknown("missing_field", *self.with_.missing(opportunity.values, opportunity))
        return Finding(PASS, "done") if answer else Finding(FAIL, "not_done")

    def event_refs(self) -> tuple[EventRef, ...]:
        """The event that is looked for and those that bound the window."""
        anchors = (self.from_, self.until)
        own = () if self.event is None else (self.event,)
        return (*own, *(anchor.event for anchor in anchors if anchor is not None and anchor.event is not None))

    def fields_read(self) -> frozenset[str]:
        """The fields that must be there or meet the condition, and those of the time."""
        own = set(self.fields) | (self.within.fields() if self.within is not None else set())
        if self.event is None and self.with_ is not None:
            own |= self.with_.fields()
        return super().fields_read() | own

    def helping(self) -> frozenset[str]:
        """The event helps, when one that is there can not contradict."""
        may_contradict = self.with_ is not None or self.same is not None
        return frozenset() if self.never or may_contradict else self._own_words()

    def harming(self) -> frozenset[str]:
        """The event harms when it must never happen."""
        return self._own_words() if self.never else frozenset()

    def _own_words(self) -> frozenset[str]:
        if self.event is None or self.event.where is not None:
            return frozenset()
        others = frozenset().union(*(ref.words() for ref in self.event_refs()[1:]))
        own: frozenset[str] = self.event.words()
        return own - others - self.condition_events()

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """The event or the fields that decided, and what was demanded of them; or what is missing."""
        zone, wanted = opportunity.calendar.zone, None if self.with_ is None else self.with_.describe()
        names = () if self.with_ is None else tuple(sorted(self.with_.fields()))
        found = []
        for event in (item for item in finding.evidence if isinstance(item, Event)):
            values = {name: event.values.get(name) for name in names}
            found.append(Step("event", {"event": event.type, "at": local(event.at_us, zone), "values": values}))
        if self.event is None and finding.outcome.is_decided:
            given = {name: opportunity.values.get(name) for name in (*self.fields, *names)}
            found.append(Step("fields", {"values": given}))
        if found and finding.reason == "not_done" and wanted is not None:
            found.append(Step("wanted", {"text": f"Demanded: {wanted}."}))
        what = str(self.event) if self.event is not None and self.event.types else " and ".join(self.fields)
        return found or [Step("absent", {"what": what or "it", "names": list(finding.names)})]
