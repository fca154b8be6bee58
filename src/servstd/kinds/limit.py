"""A number within bounds.

`of` names the number: a field, an attribute of an event, how many events there were, or the time between two
events. Bounds are inclusive. `for_every: {count: 5, field: staff_count}` asks the lower bound once for every full
5 of that field. A count that already breaks or keeps its bound for good decides; otherwise the log must be
complete for the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from servstd.errors import Problem
from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS
from servstd.record import Event
from servstd.steps import Step
from servstd.terms.clock import counted
from servstd.terms.event_ref import EventRef
from servstd.terms.number import BoundField, ForEveryField, OfField
from servstd.terms.phrasing import Phrasing, duration, spaced
from servstd.terms.story import clock_to_name
from servstd.terms.told import Told, rows
from servstd.units import Clock, Duration

if TYPE_CHECKING:
    from servstd.columns import Columns
    from servstd.columns.columns import Bytes


_OF = (
    "The number: `{field: f}`, `{attribute: a, event: e}`, `{count: e}` or `{elapsed: [e, f]}`; "
    "`where` narrows the event."
)
_FOR_EVERY = "`{count: 5, field: staff_count}`: the lower bound once for every full 5."
_AT_LEAST = "The lower bound: a number, or a duration for `elapsed`."


class Limit(Check):
    """A number within bounds."""

    name: ClassVar[str] = "limit"

    kind: Literal["limit"] = "limit"
    of: OfField = Field(description=_OF)
    for_every: ForEveryField = Field(default=None, description=_FOR_EVERY)
    at_least: BoundField = Field(default=None, description=_AT_LEAST)
    at_most: BoundField = Field(default=None, description="The upper bound.")

    def lacking(self) -> Iterable[Problem]:
        """A bound is needed, and it must be of the same nature as the number."""
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if not bounds:
            yield Problem("missing-key", "a limit needs 'at_least' or 'at_most'")
        if any(isinstance(bound, Duration) is (self.of.elapsed is None) for bound in bounds):
            yield Problem("wrong-combination", "a time is compared with a duration, and everything else with a number")

    def check(self, opportunity: Opportunity) -> Finding:
        """Find the number and compare it."""
        of = self.of
        if of.field is not None:
            return self._compared(opportunity.values.get(of.field), opportunity)
        if of.count is not None:
            return self._check_count(opportunity)
        return self._check_attribute(opportunity) if of.elapsed is None else self._check_elapsed(opportunity)

    def check_columns(self, columns: Columns) -> Bytes:
        """The same for a batch of records."""
        from servstd.columns.checks import limit_codes

        return limit_codes(self, columns)

    def _compared(self, value: Any, opportunity: Opportunity) -> Finding:
        """What was given for the number, between its bounds."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return unknown("missing_field", self.of.name)
        low = self.at_least
        if low is not None and self.for_every is not None:
            low = self._lower_bound(opportunity)
            if low is None:
                return unknown("missing_field", self.for_every.field)
        return _decided(self._is_kept(value, low), value)

    def _check_attribute(self, opportunity: Opportunity) -> Finding:
        """The number of the first event that has the attribute."""
        ref: EventRef = self.of.event
        events = ref.seen(opportunity)
        if not events and not ref.is_tracked(opportunity.facts):
            return unknown("event_not_tracked", *ref.types)
        if not events and not opportunity.facts.unseen_start(ref.types):
            return not_applicable("no_opportunity", *ref.types)
        if not events:
            return unknown("no_such_event", *ref.types)
        given = (event.values.get(self.of.attribute) for event in events)
        return self._compared(next((value for value in given if value is not None), None), opportunity)

    def _lower_bound(self, opportunity: Opportunity) -> float | None:
        if self.for_every is None or self.at_least is None:
            bound: float | None = self.at_least
            return bound
        size = opportunity.values.get(self.for_every.field)
        if isinstance(size, bool) or not isinstance(size, (int, float)):
            return None
        return float(self.at_least * (size // self.for_every.count))

    def _is_kept(self, value: float, low: float | None) -> bool:
        high = self.at_most
        return (low is None or value >= low) and (high is None or value <= high)

    def _check_count(self, opportunity: Opportunity) -> Finding:
        """A count can only grow: reaching the lower bound or passing the upper one decides by itself."""
        ref: EventRef = self.of.count
        count, facts = len(ref.seen(opportunity)), opportunity.facts
        low = self._lower_bound(opportunity)
        if low is None and self.at_least is not None:
            return unknown("missing_field", self.for_every.field)
        if self.at_most is not None and count > self.at_most:
            return _decided(False, count)
        if self.at_most is None and low is not None and count >= low:
            return _decided(True, count)
        if not ref.is_tracked(facts):
            return unknown("event_not_tracked", *ref.types)
        if not self.trust_silence and not ref.is_complete(facts):
            return unknown("no_such_event", *ref.types)
        return _decided(self._is_kept(count, low), count)

    def _check_elapsed(self, opportunity: Opportunity) -> Finding:
        """The time between the first event of one type and the first one after it of another."""
        begin, end = self._ends(opportunity)
        bound: Duration = self.at_most if self.at_most is not None else self.at_least
        if begin is None or end is None:
            missing: EventRef = self.of.elapsed[0] if begin is None else self.of.elapsed[1]
            tracked = missing.is_tracked(opportunity.facts)
            return unknown("no_such_event" if tracked else "event_not_tracked", *missing.types)
        clock = bound.clock if bound.is_time else Clock.BUSINESS_TIME
        used = counted(begin.at_us, end.at_us, clock, opportunity.calendar, ())
        low = None if self.at_least is None else self.at_least.amount
        high = None if self.at_most is None else self.at_most.amount
        is_kept = (low is None or used >= low) and (high is None or used <= high)
        finding = _decided(is_kept, used)
        finding.received = finding.started = begin.at_us
        finding.decided, finding.elapsed, finding.target, finding.evidence = end.at_us, used, bound, (begin, end)
        return finding

    def _ends(self, opportunity: Opportunity) -> tuple[Event | None, Event | None]:
        first: EventRef = self.of.elapsed[0]
        second: EventRef = self.of.elapsed[1]
        begins = first.seen(opportunity)
        if not begins:
            return None, None
        ends = [event for event in second.seen(opportunity) if event.at_us >= begins[0].at_us]
        return begins[0], ends[0] if ends else None

    def describe(self, words: Phrasing) -> Told:
        """The number and its bounds."""
        of, every = self.of, self.for_every
        if of.count is not None:
            number, undecided = f"how many of these there are: {words.event(of.count)}", words.silence(of.count)
        elif of.elapsed is not None:
            number = f"the time from {words.event(of.elapsed[0])} to {words.event(of.elapsed[1])}"
            undecided = words.silence(of.elapsed[1])
        elif of.event is not None:
            known = words.attribute(of.event, of.attribute)
            number, undecided = f"{known} of {words.event(of.event)}", f"nobody recorded {spaced(of.attribute)}"
        else:
            number, undecided = words.field(of.field), f"nobody recorded {spaced(of.field)}"
        given = (("at least", self.at_least), ("at most", self.at_most))
        bounds = " and ".join(f"{word} {_bound_text(bound)}" for word, bound in given if bound is not None)
        bounds += f" for every full {every.count} of {words.field(every.field)}" if every is not None else ""
        return Told(rows(("Number", number), ("It must be", bounds)), (), (undecided,))

    def event_refs(self) -> tuple[EventRef, ...]:
        """The events that the number comes from."""
        given = (self.of.event, self.of.count, *(self.of.elapsed or ()))
        return tuple(ref for ref in given if ref is not None)

    def fields_read(self) -> frozenset[str]:
        """The fields that the number and its bound come from."""
        own = {self.of.field} if self.of.field else set()
        own |= {self.for_every.field} if self.for_every else set()
        return super().fields_read() | own

    def helping(self) -> frozenset[str]:
        """More events help a lower bound."""
        return (
            self.of.count.words() - self.condition_events() if self.of.count and self.at_most is None else frozenset()
        )

    def harming(self) -> frozenset[str]:
        """More events harm an upper bound."""
        return (
            self.of.count.words() - self.condition_events() if self.of.count and self.at_least is None else frozenset()
        )

    def takes_time(self) -> bool:
        """True for the time between two events."""
        return self.of.elapsed is not None

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """The number and its bounds."""
        if finding.story is None:
            return []
        low = self.at_least if self.for_every is None else self._lower_bound(opportunity)
        bounds = {"at_least": _text(low), "at_most": _text(self.at_most)}
        given = {key: value for key, value in bounds.items() if value is not None}
        span = (finding.received, finding.decided)
        clock = clock_to_name(opportunity, finding, finding.elapsed, span)
        values = {"what": self.of.name, **finding.story, **given, "elapsed": self.of.elapsed is not None}
        return [Step("number", {**values, "clock": clock})]


def _decided(is_kept: bool, value: Any) -> Finding:
    finding = Finding(PASS, "limit_kept") if is_kept else Finding(FAIL, "limit_broken")
    finding.story = {"value": value}
    return finding


def _bound_text(bound: Any) -> str:
    return duration(bound) if isinstance(bound, Duration) else f"{bound:g}"


def _text(bound: Any) -> Any:
    """A duration as its words, a whole number without a point."""
    if isinstance(bound, float) and bound.is_integer():
        return int(bound)
    return str(bound) if isinstance(bound, Duration) else bound
