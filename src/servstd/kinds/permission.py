"""Asked, answered and agreed before an act.

Each act (`for_each`) has its own window: after the previous act (its end, when it is a span; or the last `from`
event) up to the act. `needs` says how much is demanded: that somebody `asked`, that an answer was waited for
(`answered`), or that it was a yes (`agreed`, the default). The last answer before the act wins. A yes that is logged
only after the act is too late. When nothing is logged, only a complete log proves that nobody asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from servstd.errors import Problem
from servstd.facts import Opportunity, Position
from servstd.finding import Finding, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS
from servstd.record import Event
from servstd.steps import Step
from servstd.terms.anchor import OPEN, Anchor
from servstd.terms.event_ref import EventRef
from servstd.terms.phrasing import Phrasing
from servstd.terms.read import AnchorField, EventField, EventOrThisField
from servstd.terms.told import Told, rows
from servstd.values import local

if TYPE_CHECKING:
    from servstd.columns import Columns
    from servstd.columns.columns import Bytes

_FROM = "Where to begin looking; when left out, after the act before."


class Permission(Check):
    """Asked, answered and agreed before an act."""

    name: ClassVar[str] = "permission"

    kind: Literal["permission"] = "permission"
    asked: EventField = Field(description="Somebody asked.")
    agreed: EventField = Field(default=None, description="The answer was yes.")
    refused: EventField = Field(default=None, description="The answer was no.")
    act: EventOrThisField = Field(default=EventRef((), None, True), description="What needed permission.")
    needs: Literal["asked", "answered", "agreed"] = Field(default="agreed", description="How much is demanded.")
    from_: AnchorField = Field(default=None, alias="from", description=_FROM)

    def lacking(self) -> Iterable[Problem]:
        """An answer that is needed must have an event."""
        if self.needs == "agreed" and self.agreed is None:
            yield Problem("missing-key", "missing key 'agreed', which 'needs: agreed' asks for")
        if self.needs == "answered" and self.agreed is None and self.refused is None:
            yield Problem("missing-key", "missing key 'agreed' or 'refused', which 'needs: answered' asks for")

    def check(self, opportunity: Opportunity) -> Finding:
        """Look at what was asked and answered before the act."""
        acts = self.act.seen(opportunity)
        if not acts:
            return unknown("no_such_event", *self.act.types)
        end = opportunity.facts.position(acts[0])
        start = (self.from_ or Anchor("previous")).start(opportunity) or OPEN
        asked = self._within(self.asked, opportunity, start.position, end)
        answers = self._answers(opportunity, start.position, end)
        if self.needs == "asked":
            if asked or answers:
                return Finding(PASS, "done", evidence=(*asked[-1:], *answers[-1:]), decided=_at(asked or answers))
            return self._not_asked(opportunity)
        if answers:
            return self._answered(answers[-1], opportunity)
        if self._is_agreed_after(opportunity, acts[0]):
            return Finding(FAIL, "late", evidence=(acts[0],))
        return self._unanswered(opportunity, asked)

    def check_columns(self, columns: Columns) -> Bytes:
        """The same for a batch of records."""
        from servstd.columns.permissions import permissions

        return permissions(self, columns)

    def _within(
        self, ref: EventRef | None, opportunity: Opportunity, low: Position | None, high: Position
    ) -> list[Event]:
        if ref is None:
            return []
        place = opportunity.facts.position
        return [event for event in ref.seen(opportunity) if place(event) < high and (low is None or place(event) > low)]

    def _answers(self, opportunity: Opportunity, low: Position | None, high: Position) -> list[Event]:
        found = self._within(self.agreed, opportunity, low, high) + self._within(self.refused, opportunity, low, high)
        return sorted(found, key=opportunity.facts.position)

    def _answered(self, answer: Event, opportunity: Opportunity) -> Finding:
        figures: dict[str, Any] = {"evidence": (answer,), "decided": answer.at_us}
        if self.needs == "answered":
            return Finding(PASS, "answered", **figures)
        if self.agreed is not None and self._is_agreed(answer, opportunity):
            return Finding(PASS, "agreed", **figures)
        return Finding(FAIL, "refused", **figures)

    def _is_agreed(self, answer: Event, opportunity: Opportunity) -> bool:
        ref: EventRef = self.agreed
        return answer.type in ref.types and ref.matches(answer, opportunity) is True

    def _is_agreed_after(self, opportunity: Opportunity, act: Event) -> bool:
        """True when the yes is logged after the act and can belong to no later one."""
        if self.agreed is None or opportunity.next is not None:
            return False
        place = opportunity.facts.position
        return any(place(event) > place(act) for event in self.agreed.seen(opportunity))

    def _unanswered(self, opportunity: Opportunity, asked: list[Event]) -> Finding:
        facts = opportunity.facts
        answers = [ref for ref in (self.agreed, self.refused) if ref is not None]
        if not asked:
            return self._not_asked(opportunity)
        if all(self._is_silence_proof(ref, opportunity) for ref in answers):
            return Finding(FAIL, "not_answered", evidence=tuple(asked[-1:]))
        is_tracked = any(ref.is_tracked(facts) for ref in answers)
        names = [name for ref in answers for name in ref.types]
        return unknown("no_such_event" if is_tracked else "event_not_tracked", *names)

    def _not_asked(self, opportunity: Opportunity) -> Finding:
        """Neither asked nor answered: a fail only when the log is complete for all that could show it."""
        refs = [ref for ref in (self.asked, self.agreed) if ref is not None]
        if all(self._is_silence_proof(ref, opportunity) for ref in refs):
            return Finding(FAIL, "not_asked")
        is_tracked = any(ref.is_tracked(opportunity.facts) for ref in refs)
        names = [name for ref in refs for name in ref.types]
        return unknown("no_such_event" if is_tracked else "event_not_tracked", *names)

    def _is_silence_proof(self, ref: EventRef, opportunity: Opportunity) -> bool:
        return bool(self.trust_silence) or ref.is_complete(opportunity.facts)

    def describe(self, words: Phrasing) -> Told:
        """What must have come before the act."""
        begin = "after the one before" if self.from_ is None else f"from {words.anchor(self.from_)}"
        told = rows(
            ("Before", words.event(self.act)),
            ("Needed", _NEEDS[self.needs]),
            ("To ask", words.event(self.asked)),
            ("A yes", None if self.agreed is None else words.event(self.agreed)),
            ("A no", None if self.refused is None else words.event(self.refused)),
            ("Looked for", f"{begin}; the last answer counts"),
        )
        return Told(told, (), () if self.trust_silence else (words.silence(self.asked),))

    def helping(self) -> frozenset[str]:
        """Asking and agreeing help."""
        return frozenset().union(_words(self.asked), _words(self.agreed)) - _words(self.refused) - self._either()

    def harming(self) -> frozenset[str]:
        """A refusal harms, where an agreement is needed."""
        harming = _words(self.refused) if self.needs == "agreed" else frozenset()
        return harming - _words(self.asked) - _words(self.agreed) - self._either()

    def _either(self) -> frozenset[str]:
        anchor = self.from_.event if self.from_ is not None else None
        return self.condition_events() | _words(self.act) | _words(anchor)

    def takes_time(self) -> bool:
        """False."""
        return False

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """What was asked and answered."""
        zone = opportunity.calendar.zone
        steps = [
            Step("event", {"event": event.type, "at": local(event.at_us, zone)})
            for event in finding.evidence
            if isinstance(event, Event)
        ]
        acts = self.act.seen(opportunity)
        if acts:
            steps.append(Step("act", {"event": acts[0].type, "at": local(acts[0].at_us, zone)}))
        return steps


_NEEDS = {
    "asked": "somebody has asked",
    "answered": "somebody has asked and waited for an answer",
    "agreed": "somebody has asked and heard a yes",
}


def _at(events: list[Event]) -> int:
    return events[-1].at_us


def _words(ref: EventRef | None) -> frozenset[str]:
    return frozenset() if ref is None else ref.words()
