"""Windows in which an event is looked for, and whether they are still open."""

from __future__ import annotations

from typing import NamedTuple

from servstd.facts import Opportunity
from servstd.record import Event
from servstd.terms.anchor import OPEN, Anchor, Bound
from servstd.terms.clock import limit_of
from servstd.terms.target import Target


class Window(NamedTuple):
    """From one place to another, both inclusive by instant; `this`, `previous` and `next` themselves are outside.

    `is_open` says that more may still come; `change_at` is when it closes by the clock.
    """

    start: Bound
    end: Bound
    ends_at: int | None = None
    is_open: bool = False
    is_start_relative: bool = False
    is_end_relative: bool = False

    @property
    def change_at(self) -> int | None:
        """The first instant at which the window is over, when a clock closes it."""
        return None if self.ends_at is None else self.ends_at + 1

    def holds(self, event: Event, opportunity: Opportunity) -> bool:
        """True when the event lies inside."""
        if self.ends_at is not None and event.at_us > self.ends_at:
            return False
        start, end, position = self.start.position, self.end.position, opportunity.facts.position
        if start is not None and not (position(event) > start if self.is_start_relative else event.at_us >= start[0]):
            return False
        return end is None or (position(event) < end if self.is_end_relative else event.at_us <= end[0])


EVERYWHERE = Window(OPEN, OPEN)


def window_of(
    from_: Anchor | None, until: Anchor | None, within: Target | None, opportunity: Opportunity
) -> Window | None:
    """The window, or None when it never began.

    A window with an `until` that has not come is open until the record ends; one with `within` until its limit.
    """
    if from_ is None and until is None and within is None:
        return EVERYWHERE
    start = OPEN if from_ is None else from_.start(opportunity)
    if start is None:
        return None
    facts = opportunity.facts
    end = OPEN if until is None else until.end(opportunity, start)
    ends_at = _limit(start, within, opportunity)
    is_open = end is None and not facts.has_ended()
    if ends_at is not None:
        is_open = ends_at >= facts.as_of and (end is None or end is OPEN)
    return Window(
        start,
        end or OPEN,
        ends_at,
        is_open,
        from_ is not None and from_.is_relative,
        until is not None and until.is_relative,
    )


def _limit(start: Bound, within: Target | None, opportunity: Opportunity) -> int | None:
    if within is None:
        return None
    begin = start.at_us if start.at_us is not None else opportunity.facts.begins_at()
    duration, _ = within.resolve(opportunity)
    if begin is None or duration is None:
        return None
    return limit_of(begin, duration, opportunity.calendar, ()).late_after
