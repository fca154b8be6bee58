"""What a clock says when it is looked at: how much time is used, and how late that is.

All instants are UTC microseconds, all lengths microseconds.
"""

from __future__ import annotations

from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.outcome import FAIL, PASS
from servstd.record import Event
from servstd.terms.clock import counted
from servstd.terms.pauses import Stretch
from servstd.units import Clock

_ELAPSED_TIME = Clock.ELAPSED_TIME


def stop(opportunity: Opportunity, answer: Event, finding: Finding, pauses: list[Stretch]) -> None:
    """Put into the finding of a running clock that it was stopped: in time or late."""
    at, late_after = answer.at_us, finding.late_after
    finding.decided, finding.evidence = at, (answer,)
    finding.elapsed = time_used(opportunity, finding, at, pauses)
    if late_after is None or at <= late_after:
        finding.outcome, finding.reason = PASS, "in_time"
        return
    finding.outcome, finding.reason = FAIL, "late"
    set_lateness(finding, at)


def set_lateness(finding: Finding, end: int) -> None:
    """Put into a finding how far an instant lies behind its limit."""
    finding.late_by_elapsed = end - (finding.late_after or 0)
    target = finding.target
    if target is None:
        finding.late_by = finding.late_by_elapsed
    elif target.is_time:
        finding.late_by = (finding.elapsed or 0) - target.amount


def time_used(opportunity: Opportunity, finding: Finding, end: int, pauses: list[Stretch]) -> int:
    """Time used up to an instant: on the target's clock, in open time for days, in real time for a due time."""
    target = finding.target
    clock = _ELAPSED_TIME if target is None else target.clock
    return counted(finding.started or 0, end, clock, opportunity.calendar, pauses)
