"""What is left of a target that is still running."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from servstd.finding import Finding
from servstd.terms.clock import limit_of
from servstd.terms.pauses import Stretch
from servstd.units import Duration

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar


def pause_at(pauses: Sequence[Stretch], instant: int) -> Stretch | None:
    """The pause in which an instant lies."""
    return next((pause for pause in pauses if pause[0] <= instant and (pause[1] is None or instant < pause[1])), None)


def remaining_of(finding: Finding, as_of: int, calendar: BusinessCalendar, pauses: Sequence[Stretch]) -> int | None:
    """Time left, in microseconds: on the target's clock, in open time for day targets, in real time for a due time."""
    target = finding.target
    if not isinstance(target, Duration):
        return None if finding.late_after is None else finding.late_after - as_of
    if target.is_time:
        return target.amount - (finding.elapsed or 0)
    pause = pause_at(pauses, as_of)
    if pause is None:
        return 0 if finding.late_after is None else max(0, calendar.elapsed_us(as_of, finding.late_after))
    before = [other for other in pauses if other[0] < pause[0]]
    due = limit_of(finding.received or 0, target, calendar, before).due or pause[0]
    return max(0, calendar.elapsed_us(max(pause[0], finding.started or pause[0]), due))
