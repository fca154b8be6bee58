"""An event at least every so often, from one event until another.

`every: 5 business days` is the longest gap: the clock starts anew with every event, and the end of the matter takes
the place of one. `every: each business day` (or calendar day, week, month, quarter, fiscal quarter) owes one event in
each period: any instant of its local dates counts, and it is owed until its last local midnight.

`owed: whole` (the default) owes only periods that lie wholly inside the matter, `any` also the one in which it began,
and a duration those of which at least so much lies inside. A period whose every counting moment is paused is not owed.
A period without the event is a fail only if the source is complete for the event or the rule trusts silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from servstd.facts import Opportunity
from servstd.finding import Finding, earliest, not_applicable, roll_up, unknown
from servstd.kinds.base import AutomatedField, Check
from servstd.outcome import FAIL, PASS, PENDING
from servstd.record import Event
from servstd.shape import Schema, words
from servstd.steps import Step
from servstd.terms.clock import counted, run_of
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.pauses import PausesField, Stretch, paused
from servstd.terms.period import periods
from servstd.terms.phrasing import Phrasing, duration
from servstd.terms.read import EventField
from servstd.terms.remaining import pause_at
from servstd.terms.start import without_start
from servstd.terms.story import clock_steps
from servstd.terms.told import Told, rows
from servstd.units import DURATION_SHAPE, EVERY_SHAPE, Clock, Duration, Period, UnitError, parse_duration, parse_every
from servstd.values import local

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided

DAY_US = 86_400_000_000


def _read_every(spec: Any, reading: Reading, path: Path) -> Duration | Period | None:
    try:
        return parse_every(spec)
    except UnitError as error:
        reading.report(error.code, error.message, path, error.hint)
        return None


def _read_owed(spec: Any, reading: Reading, path: Path) -> Duration | str | None:
    if spec in ("whole", "any"):
        return str(spec)
    try:
        return parse_duration(spec)
    except UnitError as error:
        reading.report(error.code, f"{error.message}; or 'whole' or 'any'", path, error.hint)
        return None


def every_shape(shapes: Shapes) -> Schema:
    """A longest gap, or a period."""
    return EVERY_SHAPE


def owed_shape(shapes: Shapes) -> Schema:
    """Which periods are owed."""
    choices = words({"whole": "those that lie wholly inside the matter", "any": "also the one in which it began"}, "")
    return {"if": {"enum": choices["enum"]}, "else": DURATION_SHAPE, "anyOf": [choices, DURATION_SHAPE, {}]}


_EVERY = (
    "The longest gap, such as `5 business days`; or `each business day`, `each calendar day`, `week`, "
    "`month`, `quarter` or `year`, `each fiscal quarter`."
)
_OWED = "Which periods are owed: `whole`, `any`, or a duration."


class Interval(Check):
    """An event at least every so often."""

    name: ClassVar[str] = "interval"

    kind: Literal["interval"] = "interval"
    event: EventField = Field(description="What is owed.")
    from_: EventField = Field(alias="from", description="The matter begins.")
    to: EventField = Field(description="The matter ends.")
    every: Annotated[Any, read_with(_read_every), Takes(every_shape)] = Field(description=_EVERY)
    owed: Annotated[Any, read_with(_read_owed), Takes(owed_shape)] = Field(default="whole", description=_OWED)
    pauses: PausesField = ()
    automated_counts: AutomatedField = False

    def check(self, opportunity: Opportunity) -> Finding:
        """Judge every gap or every owed period."""
        facts = opportunity.facts
        begins = self.from_.seen(opportunity)
        if not begins:
            return without_start(self.from_, opportunity)
        begin = begins[0].at_us
        end = next((event.at_us for event in self.to.seen(opportunity) if event.at_us >= begin), None)
        events = [
            event
            for event in self.event.seen(opportunity, self.automated_counts)
            if event.at_us >= begin and (end is None or event.at_us <= end)
        ]
        stretches = paused(self.pauses, opportunity)
        judge = self._periods if isinstance(self.every, Period) else self._gaps
        findings = list(judge(opportunity, begin, end, events, stretches))
        next_owed = None if end is not None else self._next_owed(opportunity, begin, stretches)
        if not findings and end is not None:
            return not_applicable("nothing_owed")
        if not findings:
            return Finding(PENDING, "still_open", received=begin, change_at=next_owed)
        if not self.event.is_tracked(facts):
            return unknown("event_not_tracked", *self.event.types, received=begin)
        findings[-1].change_at = earliest((findings[-1].change_at, next_owed))
        return roll_up(findings)

    def check_columns(self, columns: Columns) -> Decided:
        """The same for a batch of records."""
        from servstd.columns.intervals import intervals

        return intervals(self, columns)

    def _next_owed(self, opportunity: Opportunity, begin: int, pauses: list[Stretch]) -> int | None:
        """The beginning of the next period that will be owed if nothing happens."""
        if not isinstance(self.every, Period):
            return None
        calendar, as_of = opportunity.calendar, opportunity.facts.as_of
        spans = periods(self.every, as_of, as_of + 400 * DAY_US, calendar, opportunity.setting.fiscal_year_start)
        ahead = (span for span in spans if span[0] > as_of)
        return next((span[0] for span in ahead if self._is_owed(opportunity, span, begin, None, pauses)), None)

    def _gaps(
        self, opportunity: Opportunity, begin: int, end: int | None, events: Sequence[Event], pauses: list[Stretch]
    ) -> Iterator[Finding]:
        """One finding a gap; a gap that the end of the matter cuts short owes nothing."""
        points = [begin, *(event.at_us for event in events if event.at_us > begin)]
        for index, point in enumerate(points):
            finding = Finding(PENDING, "clock_running", received=point, target=self.every)
            finding.started, finding.due, late_after = run_of(point, self.every, opportunity.calendar, pauses)
            finding.late_after = late_after
            is_last = index + 1 == len(points)
            done = (end if is_last else points[index + 1]) or None
            if done is not None and (late_after is None or done <= late_after):
                if not is_last:
                    yield self._met(opportunity, finding, done, pauses)
                continue
            yield self._late_or_waiting(opportunity, finding, done, is_last, pauses)

    def _met(self, opportunity: Opportunity, finding: Finding, done: int, pauses: list[Stretch]) -> Finding:
        finding.outcome, finding.reason, finding.decided = PASS, "updates_made", done
        finding.elapsed = counted(finding.started or 0, done, self.every.clock, opportunity.calendar, pauses)
        return finding

    def _late_or_waiting(
        self, opportunity: Opportunity, finding: Finding, done: int | None, is_last: bool, pauses: list[Stretch]
    ) -> Finding:
        """Nothing came by the limit: a late event proves it, the end of the matter alone does not."""
        facts, late_after = opportunity.facts, finding.late_after
        until = facts.as_of if done is None else done
        finding.elapsed = counted(finding.started or 0, until, self.every.clock, opportunity.calendar, pauses)
        if done is None and (late_after is None or facts.as_of <= late_after):
            if pause_at(pauses, facts.as_of) is not None:
                finding.reason, finding.due, finding.late_after = "clock_paused", None, None
            else:
                finding.change_at = None if late_after is None else late_after + 1
            return finding
        finding.decided = None if is_last else done
        return self._missed(opportunity, finding, until - (late_after or until))

    def _missed(self, opportunity: Opportunity, finding: Finding, late_by: int) -> Finding:
        """An owed event did not come: a fail when silence proves it."""
        if finding.decided is None and not self.trust_silence and not self.event.is_complete(opportunity.facts):
            finding.outcome, finding.reason, finding.lean = unknown("").outcome, "no_such_event", "fail"
            finding.names = self.event.types
            return finding
        finding.outcome, finding.reason, finding.late_by_elapsed = FAIL, "update_missed", late_by
        if isinstance(self.every, Duration) and self.every.is_time:
            finding.late_by = (finding.elapsed or 0) - self.every.amount
        return finding

    def _periods(
        self, opportunity: Opportunity, begin: int, end: int | None, events: Sequence[Event], pauses: list[Stretch]
    ) -> Iterator[Finding]:
        """One finding an owed period."""
        facts, calendar = opportunity.facts, opportunity.calendar
        last = facts.as_of if end is None else end
        for low, high in periods(self.every, begin, last, calendar, opportunity.setting.fiscal_year_start):
            if not self._is_owed(opportunity, (low, high), begin, end, pauses):
                continue
            finding = Finding(PENDING, "clock_running", received=begin, started=low, due=high, late_after=high - 1)
            inside = [event.at_us for event in events if low <= event.at_us < high]
            if inside:
                finding.outcome, finding.reason, finding.decided = PASS, "updates_made", inside[0]
            elif facts.as_of < high and (end is None or facts.as_of < end):
                finding.change_at = high
            else:
                finding = self._missed(opportunity, finding, 0)
                finding.late_by_elapsed = None
            yield finding

    def _is_owed(
        self, opportunity: Opportunity, span: tuple[int, int], begin: int, end: int | None, pauses: list[Stretch]
    ) -> bool:
        low, high = span
        calendar, stop = opportunity.calendar, high if end is None else min(high, end)
        if isinstance(self.owed, Duration):
            clock = self.owed.clock if self.owed.is_time else Clock.ELAPSED_TIME
            amount = self.owed.amount if self.owed.is_time else self.owed.amount * DAY_US
            return counted(max(low, begin), stop, clock, calendar, pauses) >= amount
        if end is not None and end < high:
            return False
        if low < begin and self.owed == "whole":
            return False
        clock = Clock.BUSINESS_TIME if self.every.unit == "business day" else Clock.ELAPSED_TIME
        return counted(max(low, begin), stop, clock, calendar, pauses) > 0

    def describe(self, words: Phrasing) -> Told:
        """What is owed, how often, and for how long."""
        is_period = isinstance(self.every, Period)
        every = f"once {self.every.text}" if is_period else f"at least every {duration(self.every)}"
        told = rows(
            ("Owed", words.event(self.event)),
            ("How often", every),
            ("From", words.event(self.from_)),
            ("Until", words.event(self.to)),
            ("Which periods", _owed_text(self.owed) if is_period else None),
            ("The clock stands still", words.pauses(self.pauses)),
            ("Automatic ones", words.automatic(self.event, self.automated_counts)),
        )
        return Told(told, (), () if self.trust_silence else (words.silence(self.event),))

    def starts(self) -> EventRef | None:
        """The event with which the matter begins."""
        ref: EventRef = self.from_
        return ref

    def events(self) -> frozenset[str]:
        """Every event type that the interval reads."""
        types = set(super().events())
        for pause in self.pauses:
            types |= pause.from_.words() | pause.until.words()
        return frozenset(types)

    def helping(self) -> frozenset[str]:
        """Owed events and the beginnings of pauses help."""
        helping: frozenset[str] = self.event.words().union(*(pause.from_.words() for pause in self.pauses))
        either = self.condition_events().union(*(pause.until.words() for pause in self.pauses))
        ends: frozenset[str] = self.from_.words() | self.to.words() | either
        return helping - ends

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """The gap or the period that decided."""
        zone = opportunity.calendar.zone
        if isinstance(self.every, Period) and finding.started is not None:
            values = {"day": local(finding.started, zone).date(), "period": self.every.unit}
            return [Step("owed", {**values, "event": self.event.types[0], "outcome": finding.outcome.value})]
        types = (*self.from_.types, *self.event.types)
        return clock_steps(opportunity, finding, types, self.event.types, paused(self.pauses, opportunity), ())


def _owed_text(owed: Duration | str) -> str:
    if isinstance(owed, Duration):
        return f"those of which at least {owed.text} lie inside"
    return "only those that lie wholly inside" if owed == "whole" else "also the one in which it began"
