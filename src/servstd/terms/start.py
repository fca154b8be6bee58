"""What follows when the event that starts a clock or a span has not been seen."""

from __future__ import annotations

from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.outcome import PENDING
from servstd.terms.event_ref import EventRef


def without_start(ref: EventRef, opportunity: Opportunity, automated_counts: bool = False) -> Finding:
    """Not started yet; or undecided, when such records have a beginning; or a start that need not happen."""
    facts = opportunity.facts
    if facts.future:
        ahead = [event for event in facts.future if event.type in ref.types]
        meant = [event.at_us for event in ahead if ref.matches(event, opportunity, automated_counts) is True]
        if meant:
            return Finding(PENDING, "not_started", received=min(meant), change_at=min(meant))
    if facts.record.tracked is not None and not ref.is_tracked(facts):
        return unknown("event_not_tracked", *ref.types)
    if facts.unseen_start(ref.types):
        return unknown("no_such_event", *ref.types)
    return not_applicable("no_opportunity", *ref.types)
