"""The steps of a clock: received, days skipped, pauses, due, done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from servstd.errors import CalendarError
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.outcome import FAIL, PENDING
from servstd.record import Event
from servstd.steps import OPEN_TIME, REAL_TIME, Step
from servstd.terms.pauses import Stretch
from servstd.units import Clock, Duration
from servstd.values import local


def clock_steps(
    opportunity: Opportunity,
    finding: Finding,
    start_types: Sequence[str],
    end_types: Sequence[str],
    pauses: Sequence[Stretch],
    ignored: Iterable[tuple[Event, str]],
) -> list[Step]:
    """How a clock ran, in the order in which a person would tell it."""
    if finding.received is None:
        return []
    zone, steps = opportunity.calendar.zone, []
    start_name = _name_at(opportunity, start_types, finding.received)
    steps.append(Step("started", {"event": start_name, "at": local(finding.received, zone)}))
    if finding.started is not None and finding.started > finding.received:
        steps.append(Step("clock_started", {"at": local(finding.started, zone)}, is_detail=True))
    steps += [_ignored(event, why, finding, zone) for event, why in ignored]
    end = _end(opportunity, finding)
    middle = [
        *_skipped(opportunity, finding, end),
        *(_paused(begin, until, zone) for begin, until in pauses if begin <= end),
        *_counted(opportunity, finding, end, pauses),
        *_limit(finding, zone),
    ]
    return [*steps, *sorted(middle, key=_day_and_time), *_ending(opportunity, finding, end_types)]


def _day_and_time(step: Step) -> tuple[date, float]:
    """A day that is skipped stands before what happened on it."""
    at = step.values.get("at")
    return (step.values["day"], 0.0) if at is None else (at.date(), at.timestamp())


def _limit(finding: Finding, zone: ZoneInfo) -> list[Step]:
    """The due time, and the last passing instant where that is a later one."""
    if finding.due is None:
        return []
    target = str(finding.target) if finding.target is not None else "the date of the record"
    steps = [Step("due", {"at": local(finding.due, zone), "target": target})]
    if finding.late_after is not None and finding.late_after > finding.due:
        steps.append(Step("late_after", {"at": local(finding.late_after, zone)}, is_detail=True))
    return steps


def _name_at(opportunity: Opportunity, types: Sequence[str], at: int) -> str:
    events = [*opportunity.facts.events(types), *opportunity.facts.future]
    return min(
        (event.type for event in events if event.at_us == at and event.type in types), key=types.index, default=types[0]
    )


def _end(opportunity: Opportunity, finding: Finding) -> int:
    instants = [instant for instant in (finding.due, finding.decided) if instant is not None]
    return max(instants) if instants else opportunity.facts.as_of


def _uses_open_time(finding: Finding) -> bool:
    target = finding.target
    return isinstance(target, Duration) and target.clock in (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)


def _skipped(opportunity: Opportunity, finding: Finding, end: int) -> list[Step]:
    """Closed days between receipt and the end; weekends are details."""
    if not _uses_open_time(finding) or finding.received is None:
        return []
    last = finding.due if finding.due is not None else end
    return [
        Step("skipped", {"day": day.day, "reason": day.reason, "name": day.name}, day.reason == "weekend")
        for day in opportunity.calendar.skipped_days(finding.received, last)
    ]


def _ignored(event: Event, why: str, finding: Finding, zone: ZoneInfo) -> Step:
    """An event that did not count: a detail, unless it is all there is to say."""
    values = {"event": event.type, "at": local(event.at_us, zone), "why": why}
    return Step("ignored", values, finding.reason != "end_before_start")


def _paused(begin: int, until: int | None, zone: ZoneInfo) -> Step:
    return Step("paused", {"at": local(begin, zone), "until": None if until is None else local(until, zone)})


def _counted(opportunity: Opportunity, finding: Finding, end: int, pauses: Sequence[Stretch]) -> list[Step]:
    """The open spans that counted, as details."""
    if not _uses_open_time(finding) or finding.started is None:
        return []
    stop = finding.decided if finding.decided is not None else min(end, opportunity.facts.as_of)
    zone, used, steps = opportunity.calendar.zone, 0, []
    spans = (
        stretch
        for span in opportunity.calendar.intervals_us(finding.started, max(finding.started, stop))
        for stretch in _without_pauses(span, pauses)
    )
    for begin, until in spans:
        used += until - begin
        values = {"at": local(begin, zone), "until": local(until, zone), "length": until - begin, "used": used}
        steps.append(Step("counted", values, is_detail=True))
    return steps


def _without_pauses(span: tuple[int, int], pauses: Sequence[Stretch]) -> Iterable[tuple[int, int]]:
    """The parts of a span in which the clock ran."""
    at, end = span
    for low, high in pauses:
        if low >= end:
            break
        if low > at:
            yield at, low
        at = end if high is None else max(at, high)
    if at < end:
        yield at, end


def _ending(opportunity: Opportunity, finding: Finding, end_types: Sequence[str]) -> list[Step]:
    zone, late, clock = opportunity.calendar.zone, None, None
    if finding.outcome is FAIL:
        late = finding.late_by if finding.late_by is not None else finding.late_by_elapsed
        end = finding.decided if finding.decided is not None else opportunity.facts.as_of
        clock = clock_to_name(opportunity, finding, late, (finding.due, end))
    if finding.decided is not None:
        name = _name_at(opportunity, end_types, finding.decided)
        if finding.reason == "released":
            return [Step("released", {"at": local(finding.decided, zone)})]
        return [Step("done", {"event": name, "at": local(finding.decided, zone), "late_by": late, "clock": clock})]
    if finding.outcome is FAIL:
        at = local(finding.late_after or 0, zone)
        return [Step("overdue", {"event": end_types[0], "at": at, "late_by": late, "clock": clock})]
    if finding.outcome is PENDING:
        left = finding.remaining
        clock = clock_to_name(opportunity, finding, left, (opportunity.facts.as_of, finding.due))
        return [Step("running", {"remaining": left, "clock": clock, "reason": finding.reason})]
    return []


def clock_to_name(
    opportunity: Opportunity, finding: Finding, counted: int | None, span: tuple[int | None, int | None]
) -> str | None:
    """Whether a length is open or real time, where the two differ: else there is nothing to confuse it with."""
    begin, end = span
    if counted is None:
        return None
    if begin is not None and end is not None and counted == end - begin:
        try:
            is_same = opportunity.calendar.elapsed_us(begin, end) == counted
        except CalendarError:
            is_same = False
        return None if is_same else REAL_TIME
    target = finding.target
    return REAL_TIME if isinstance(target, Duration) and target.clock is Clock.ELAPSED_TIME else OPEN_TIME
