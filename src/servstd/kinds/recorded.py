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
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from servstd.errors import Problem
from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS, PENDING
from servstd.record import Event
from servstd.shape import Schema
from servstd.steps import Step, quotable
from servstd.terms.agreement import agree
from servstd.terms.condition import Condition
from servstd.terms.context import Shapes
from servstd.terms.event_ref import EventRef, values_of
from servstd.terms.phrasing import Phrasing, spaced
from servstd.terms.read import AnchorField, EventOrThisField, FieldsField, SameField
from servstd.terms.target import TargetField
from servstd.terms.told import Told, listed, rows
from servstd.terms.window import EVERYWHERE, Window, window_of
from servstd.terms.with_ import read_with_condition, with_shapes
from servstd.values import local

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided


_WITH = "A condition on the event's attributes, or on the record with `fields`."


class Recorded(Check):
    """An event or field is there, or never is."""

    name: ClassVar[str] = "recorded"

    kind: Literal["recorded"] = "recorded"
    event: EventOrThisField = Field(default=None, description="What is looked for.")
    fields: FieldsField = Field(default=(), description="Fields that must be there, instead of an event.")
    with_: Any = Field(default=None, alias="with", description=_WITH)
    never: bool = Field(default=False, description="Turns it round: it must not be there.")
    from_: AnchorField = Field(default=None, alias="from", description="Where the window begins.")
    until: AnchorField = Field(default=None, description="Where it ends.")
    within: TargetField = Field(default=None, description="How long it is.")
    same: SameField = None

    @field_validator("with_", mode="before")
    @classmethod
    def _read_with(cls, value: Any, info: ValidationInfo) -> Any:
        return read_with_condition(value, info)

    @classmethod
    def beside(cls, shapes: Shapes) -> Schema:
        """`with` is about the event, or about the record."""
        return with_shapes(shapes)

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
        events = self.event.maybe(opportunity)
        if window is not EVERYWHERE:
            events = [event for event in events if window.holds(event, opportunity)]
        if self.same is not None:
            events = [event for event in events if self._agrees(event, opportunity) is not False]
        answers = [(event, self._meets(event, opportunity)) for event in events]
        hits = [event for event, answer in answers if answer is True]
        if hits:
            finding = Finding(FAIL, "happened") if self.never else Finding(PASS, "done")
            finding.evidence, finding.decided = (hits[0],), hits[0].at_us
            return finding
        return self._no_hit(opportunity, window, answers)

    def check_columns(self, columns: Columns) -> Decided:
        """The same for a batch of records."""
        from servstd.columns.checks import recorded_codes

        return recorded_codes(self, columns)

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
        missing = tuple([name for name in self.fields if opportunity.values.get(name) is None])
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

    def describe(self, words: Phrasing) -> Told:
        """What must be there, or must not."""
        is_this = self.event is not None and self.event.is_this
        what = listed([words.field(name) for name in self.fields], "and") if self.event is None else ""
        what = words.event(self.event) if self.event is not None and not is_this else what
        demanded = None
        if self.with_ is not None:
            demanded = words.condition(self.with_) if self.event is None else words.attributes(self.event, self.with_)
        told = rows(
            ("Must never be there" if self.never else "Must be there", what),
            ("It must say" if self.event is not None else "And it must be so", demanded),
            ("Looked for", words.stretch(self.from_, self.until)),
            ("Within", None if self.within is None else words.target(self.within)),
            ("Must agree on", None if self.same is None else words.attribute(self.event, self.same)),
            ("Automatic ones", words.automatic(self.event, False) if self.event is not None else None),
            ("When it is not there", "it fails" if self.trust_silence and not self.never else None),
        )
        return Told(told, (), self._undecided_words(words))

    def _undecided_words(self, words: Phrasing) -> tuple[str, ...]:
        silence = self.event is not None and not self.event.is_this and not self.trust_silence
        names = () if self.fields and self.trust_silence else self.fields
        names = names or tuple(sorted(self.with_.fields() if self.with_ is not None else ()))
        unsaid = (f"nobody recorded {listed([spaced(name) for name in names])}",) if names else ()
        return (words.silence(self.event), *unsaid) if silence else unsaid

    def conditions(self) -> tuple[Condition, ...]:
        """What is demanded of the record is one of them; what is demanded of an event is asked of its attributes."""
        own = (self.with_,) if self.with_ is not None and self.event is None else ()
        return (*super().conditions(), *own)

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

    def takes_time(self) -> bool:
        """True when what is not there yet has a limit."""
        return self.within is not None

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def reads_bounds(self) -> bool:
        """True when its window may last until the record ends, or begin with it."""
        return self.until is not None or self.within is not None

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """The event or the fields that decided, and what was demanded of them; or what is missing."""
        zone, wanted = opportunity.calendar.zone, None if self.with_ is None else self.with_.describe()
        names = () if self.with_ is None else tuple(sorted(self.with_.fields()))
        found = []
        for event in (item for item in finding.evidence if isinstance(item, Event)):
            values = {name: quotable(name, event.values.get(name)) for name in names}
            found.append(Step("event", {"event": event.type, "at": local(event.at_us, zone), "values": values}))
        if self.event is None and finding.outcome.is_decided:
            given = {name: quotable(name, opportunity.values.get(name)) for name in (*self.fields, *names)}
            found.append(Step("fields", {"values": given}))
        if found and finding.reason == "not_done" and wanted is not None:
            found.append(Step("wanted", {"text": f"Demanded: {wanted}."}))
        what = str(self.event) if self.event is not None and self.event.types else " and ".join(self.fields)
        return found or [Step("absent", {"what": what or "it", "names": list(finding.names)})]
