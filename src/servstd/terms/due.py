"""Due times that a record carries itself, such as a promised date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.record import Event
from servstd.terms.agreement import agree
from servstd.terms.moved import MovedBy
from servstd.terms.target import DueAttribute
from servstd.values import to_us


def due_of(
    due: DueAttribute, start: Event, moved_by: MovedBy | None, opportunity: Opportunity
) -> tuple[int | None, str | None]:
    """The due instant, or None with the name of the attribute that is missing (None when there is no such event).

    A new date counts when it was agreed no later than the due instant before it.
    """
    holder: Event | None = start
    if due.event is not None:
        events = opportunity.facts.events((due.event,))
        before = [event for event in events if event.at_us <= start.at_us]
        holder = before[-1] if before else (events[0] if events else None)
    if holder is None:
        return None, None
    at = due_instant(holder.values.get(due.attribute), opportunity)
    if at is None:
        return None, due.attribute if due.event is None else f"{due.event}.{due.attribute}"
    if moved_by is not None:
        at = _moved(at, holder, moved_by, opportunity)
    return at, None


def no_due(missing: str | None, start: Event) -> Finding:
    """What follows when there is no due time: nothing is owed, or the attribute that holds it is missing."""
    if missing is None:
        return not_applicable("no_opportunity")
    return unknown("missing_field", missing, received=start.at_us)


def _moved(at: int, holder: Event, moved_by: MovedBy, opportunity: Opportunity) -> int:
    for event in moved_by.event.seen(opportunity, automated_counts=True):
        if event.at_us < holder.at_us or event.at_us > at or agree("ref", holder, event) is False:
            continue
        new = due_instant(event.values.get(moved_by.to), opportunity)
        at = at if new is None else new
    return at


def due_instant(value: Any, opportunity: Opportunity) -> int | None:
    """An instant as it is; a date as the last closing on it, or before it when it is closed; None for anything else."""
    if isinstance(value, datetime):
        return to_us(value)
    if isinstance(value, date):
        return opportunity.calendar.last_close_on_or_before_us(value)
    return None
