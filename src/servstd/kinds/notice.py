"""Something in force for the whole of a span, such as an out-of-office greeting during an absence.

The span runs from one event to another; an end that has not been seen leaves it open. Only open time counts: what is
in force before the next opening is in time, and what is taken away after the last closing is not missed. A span
shorter than `lasting` is not applicable; `grace` is time after the start that need not be covered. Several notices
back to back count as one, and one without an end is in force to `as_of`. A part of the span without the notice is a
fail when the log shows such notices at all, or is complete for them; otherwise it is undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS, PENDING
from servstd.record import Event
from servstd.steps import Step
from servstd.terms.clock import limit_of, start_of
from servstd.terms.event_ref import EventRef
from servstd.terms.lasting import SpanField, lasts_from
from servstd.terms.phrasing import Phrasing, duration
from servstd.terms.read import EventField
from servstd.terms.start import without_start
from servstd.terms.target import TargetField
from servstd.terms.told import Told, rows
from servstd.values import local

if TYPE_CHECKING:
    from servstd.columns import Columns
    from servstd.columns.columns import Bytes

Stretches = Sequence[tuple[int, int]]


_LASTING = "How long the span must be: a duration, `50% of a business day` or `a block of opening hours`."


class Notice(Check):
    """Something in force for the whole of a span."""

    name: ClassVar[str] = "notice"

    kind: Literal["notice"] = "notice"
    event: EventField = Field(description="What must be in force: an event with an `until`.")
    from_: EventField = Field(alias="from", description="The span begins.")
    to: EventField = Field(description="The span ends.")
    lasting: SpanField = Field(default=None, description=_LASTING)
    grace: TargetField = Field(default=None, description="Time after the start that need not be covered.")

    def check(self, opportunity: Opportunity) -> Finding:
        """Compare the open time of the span with what the notices cover."""
        facts = opportunity.facts
        begins = self.from_.seen(opportunity)
        if not begins:
            return without_start(self.from_, opportunity)
        begin = begins[0].at_us
        ends = [event.at_us for event in self.to.seen(opportunity) if event.at_us >= begin]
        end = ends[0] if ends else facts.as_of
        is_over = bool(ends)
        if self.lasting is not None:
            enough = lasts_from(self.lasting, begin, opportunity.calendar)
            if enough is None or enough > end:
                return not_applicable("too_short") if is_over else self._not_long_yet(opportunity, begin, enough)
        return self._judge(opportunity, begin, end, is_over)

    def check_columns(self, columns: Columns) -> Bytes:
        """The same for a batch of records."""
        from servstd.columns.notices import notices

        return notices(self, columns).codes

    def _not_long_yet(self, opportunity: Opportunity, begin: int, enough: int | None) -> Finding:
        """Still too short; once it is long enough, what is missing by then is a fail."""
        judged = self._judge(opportunity, begin, opportunity.facts.as_of, is_over=False)
        missing_at = judged.change_at if judged.outcome is PENDING else enough
        change_at = None if enough is None or missing_at is None else max(enough, missing_at)
        return Finding(PENDING, "still_open", received=begin, change_at=change_at)

    def _judge(self, opportunity: Opportunity, begin: int, end: int, is_over: bool) -> Finding:
        due, assumed = self._due(opportunity, begin)
        if due is None:
            return unknown("missing_field", *(self.grace.fields() if self.grace else ()), received=begin)
        owed = opportunity.calendar.intervals_us(due, end) if end > due else []
        certain = _uncovered(owed, self._in_force(self.event.seen(opportunity), opportunity))
        figures: dict[str, Any] = {"received": begin, "started": begin, "due": due, "late_after": due}
        figures |= {"assumed": assumed}
        if not certain:
            if is_over:
                return Finding(PASS, "in_force", evidence=tuple(self.event.seen(opportunity)), **figures)
            return Finding(PENDING, "still_open", received=begin, change_at=self._gap_at(opportunity, due))
        if not _uncovered(owed, self._in_force(self.event.maybe(opportunity), opportunity)):
            where = self.event.where
            return unknown("missing_field", *(sorted(where.fields()) if where else ()), received=begin)
        return self._missing(opportunity, certain[0][0], figures)

    def _missing(self, opportunity: Opportunity, gap: int, figures: dict[str, Any]) -> Finding:
        facts = opportunity.facts
        if not self.event.is_tracked(facts):
            return unknown("event_not_tracked", *self.event.types, received=figures["received"])
        is_logged = bool(facts.events(self.event.types))
        if not is_logged and not self.trust_silence and not self.event.is_complete(facts):
            return unknown("no_such_event", *self.event.types, received=figures["received"], lean="fail")
        set_late = [event for event in self.event.seen(opportunity) if event.at_us > gap]
        figures["decided"] = set_late[0].at_us if set_late else None
        if set_late:
            figures["late_by_elapsed"] = set_late[0].at_us - figures["late_after"]
        return Finding(FAIL, "not_in_force", story=gap, evidence=tuple(set_late[:1]), **figures)

    def _due(self, opportunity: Opportunity, begin: int) -> tuple[int | None, tuple[str, ...]]:
        """The instant from which the notice must be in force."""
        if self.grace is None:
            return begin, ()
        duration, assumed = self.grace.resolve(opportunity)
        if duration is None:
            return None, assumed
        if duration.amount == 0:
            return begin, assumed
        start = start_of(begin, duration.clock, opportunity.calendar)
        return limit_of(start, duration, opportunity.calendar, ()).late_after, assumed

    def _in_force(self, events: list[Event], opportunity: Opportunity) -> Stretches:
        as_of = opportunity.facts.as_of
        return [
            (event.at_us, as_of if event.until_us is None else min(event.until_us, as_of))
            for event in sorted(events, key=lambda event: event.at_us)
        ]

    def _gap_at(self, opportunity: Opportunity, due: int) -> int | None:
        """The first instant at which an open moment would be without the notice, when none is in force now."""
        as_of = opportunity.facts.as_of
        if any(event.until_us is None or event.until_us > as_of for event in self.event.seen(opportunity)):
            return None
        return opportunity.calendar.next_open_us(max(as_of, due)) + 1

    def describe(self, words: Phrasing) -> Told:
        """What must be in force, and for how long."""
        told = rows(
            ("Must be in force", words.event(self.event)),
            ("From", words.event(self.from_)),
            ("Until", words.event(self.to)),
            ("What counts", "opening hours only; before the first opening and after the last closing nothing is owed"),
            ("Only when that lasts", None if self.lasting is None else f"at least {duration(self.lasting)}"),
            ("Time to set it up", None if self.grace is None else words.target(self.grace)),
        )
        return Told(told, (), () if self.trust_silence else (words.silence(self.event),))

    def helping(self) -> frozenset[str]:
        """Notices help."""
        helping: frozenset[str] = self.event.words() - self.from_.words() - self.to.words()
        return helping - self.condition_events()

    def starts(self) -> EventRef | None:
        """The event that begins the span."""
        ref: EventRef = self.from_
        return ref

    def fields_read(self) -> frozenset[str]:
        """The fields of the grace table."""
        return super().fields_read() | (self.grace.fields() if self.grace is not None else frozenset())

    def takes_time(self) -> bool:
        """False."""
        return False

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """The span, the notices and the first gap."""
        if finding.received is None:
            return []
        zone = opportunity.calendar.zone
        steps = [Step("started", {"event": self.from_.types[0], "at": local(finding.received, zone)})]
        for event in self.event.seen(opportunity):
            until = None if event.until_us is None else local(event.until_us, zone)
            steps.append(Step("in_force", {"event": event.type, "at": local(event.at_us, zone), "until": until}))
        if finding.outcome is FAIL:
            steps.append(Step("gap", {"event": self.event.types[0], "at": local(finding.story, zone)}))
        return steps


def _uncovered(owed: Stretches, covered: Stretches) -> Stretches:
    """The parts of the owed stretches that no covered stretch holds; both in order of their beginning."""
    gaps: list[tuple[int, int]] = []
    for begin, end in owed:
        at = begin
        for low, high in covered:
            if low >= end:
                break
            if low > at:
                gaps.append((at, low))
            at = max(at, high)
        if at < end:
            gaps.append((at, end))
    return gaps
