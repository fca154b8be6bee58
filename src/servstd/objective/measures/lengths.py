"""Response, resolution and hold time, from records or from the verdicts of a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from servstd.objective.measures.items import (
    EVERYTHING,
    Basis,
    Left,
    events_in_order,
    first_event,
    names_of,
    with_as_of,
)
from servstd.objective.measures.times import Clock, Length, Times, length_between, lengths_figure
from servstd.objective.period import read_columns, verdict_at
from servstd.outcome import NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome
from servstd.record import Event, Record

# Answered while they last, or not at all: the speed of answer is theirs.
LIVE_CHANNELS = ("phone", "chat", "in_person", "video")
RESPONSE_BEGINS = ("received", "opened")
RESOLUTION_BEGINS = ("opened", "received")


def response_time(
    items: Iterable[Any],
    within: timedelta | float | None = None,
    *,
    clock: Clock = None,
    begin: str | Iterable[str] = RESPONSE_BEGINS,
    basis: Basis = EVERYTHING,
) -> Times:
    """From receipt to the first human response; a response that says it is automated does not count.

    Of interactions and cases. Left out are outbound ones, live ones (telephone, chat, in person, video), those marked
    `no_response_required`, and withdrawn ones when nobody had answered.
    `clock` is a calendar, a function from a record to its calendar, or None for elapsed time; its name stands in the
    figure's settings. A reply outside office hours can have a response time of 0 on an office clock.
    """
    items = list(items)
    basis = with_as_of(items, basis)
    begins = names_of(begin)

    def read(record: Record) -> Length | Left | None:
        return _response(record, begins, clock, basis.as_of)

    settings = {"begin": begins, "end": "responded", "automated_counts": False}
    words = (*begins, "responded")
    return lengths_figure(
        "response_time", items, read, within=within, clock=clock, settings=settings, basis=basis, words=words
    )


def resolution_time(
    items: Iterable[Any],
    within: timedelta | float | None = None,
    *,
    clock: Clock = None,
    begin: str | Iterable[str] = RESOLUTION_BEGINS,
    basis: Basis = EVERYTHING,
) -> Times:
    """From opening to the last resolution; what came back after it is open again.

    Of cases; withdrawn ones are left out. A case that was closed without being resolved ends when it was closed. Open
    ones are counted apart, for an average of what is finished is flattered by what is not.
    """
    items = list(items)
    basis = with_as_of(items, basis)
    begins = names_of(begin)

    def read(record: Record) -> Length | Left | None:
        start = first_event(record, begins)
        types = {event.type for event in record.events}
        if record.kind != "case":
            return None
        if start is None:
            return Left("no_opening", is_missing=True)
        if "withdrawn" in types and not types & {"resolved", "closed"}:
            return Left("withdrawn")
        return _length(record, start, last_resolution(record), clock, basis.as_of)

    settings = {"begin": begins, "end": "last resolved"}
    words = (*begins, "resolved", "closed", "reopened")
    return lengths_figure(
        "resolution_time", items, read, within=within, clock=clock, settings=settings, basis=basis, words=words
    )


def hold_time(items: Iterable[Any], within: timedelta | float | None = None, *, basis: Basis = EVERYTHING) -> Times:
    """Each hold from its start to its end, elapsed; holds that the customer began are not counted.

    A hold ends with its own `until`, else at the next `hold_end` (of the same `ref`, where there is one), else with
    the call. A call without a hold adds nothing.
    """
    items = list(items)
    basis = with_as_of(items, basis)

    def read(record: Record) -> list[Length] | Left | None:
        starts = [one for one in events_in_order(record) if one.type == "hold_start"]
        own = [one for one in starts if one.attributes.get("by", "agent") != "customer"]
        if not own:
            return Left("held_by_customer") if starts else None
        return [_hold(record, one, basis.as_of) for one in own]

    settings = {"unit": "each hold"}
    words = ("hold_start", "hold_end")
    return lengths_figure("hold_time", items, read, within=within, settings=settings, basis=basis, words=words)


def times_of_verdicts(
    verdicts: Iterable[Any], rule_id: str, name: str | None = None, *, basis: Basis = EVERYTHING
) -> Times:
    """The times of one rule, from its verdicts or rows of the verdict table, on the rule's own clock and target.

    Pauses, calendars and tables of targets are then counted as the rule counts them. A fail without an answer is
    open: it has missed its target, and its length is not known. Not applicable and unknown verdicts are left out.
    """
    rows = [_verdict_row(read) for read in map(read_columns, verdicts) if read("rule_id") == rule_id]
    settings = {"rule": rule_id, "clock": "of the rule"}
    return lengths_figure(name or rule_id, rows, _no_record, settings=settings, basis=basis)


def _no_record(record: Record) -> Left:
    return Left("not_a_verdict")


def _verdict_row(read: Callable[[str], Any]) -> Length | Left:
    outcome, elapsed, at = Outcome(read("outcome")), read_elapsed(read), verdict_at(read)
    if outcome in (NOT_APPLICABLE, UNKNOWN):
        return Left(outcome.value, is_missing=outcome is UNKNOWN)
    if outcome is PENDING or read("reason") == "overdue":
        return Length(None, at, elapsed, None if outcome is PENDING else False)
    return Left("no_length", is_missing=True) if elapsed is None else Length(elapsed, at, None, outcome is PASS)


def read_elapsed(read: Callable[[str], Any]) -> float | None:
    """The elapsed time of a verdict or a row of the verdict table, in seconds."""
    value = read("elapsed_s") if read("elapsed_s") is not None else read("elapsed")
    if value is None or value == "":
        return None
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def _response(record: Record, begins: tuple[str, ...], clock: Clock, as_of: datetime | None) -> Length | Left | None:
    if record.kind not in ("interaction", "case"):
        return None
    if record.direction == "outbound" or record.channel in LIVE_CHANNELS:
        return Left("outbound" if record.direction == "outbound" else "live_contact")
    if record.fields.get("no_response_required") is True:
        return Left("no_response_required")
    start = first_event(record, begins)
    if start is None:
        return Left("no_receipt", is_missing=True)
    ends = [one for one in events_in_order(record) if one.type == "responded" and one.at_us >= start.at_us]
    human = next((one for one in ends if one.attributes.get("automated") is not True), None)
    if human is None and first_event(record, ("withdrawn",)) is not None:
        return Left("withdrawn")
    return _length(record, start, human, clock, as_of)


def last_resolution(record: Record) -> Event | None:
    """The last `resolved`, else the first `closed`, unless the record was reopened after it."""
    last: Event | None = None
    for event in events_in_order(record):
        if event.type == "resolved" or (event.type == "closed" and last is None):
            last = event
        elif event.type == "reopened":
            last = None
    return last


def _length(record: Record, start: Event, end: Event | None, clock: Clock, as_of: datetime | None) -> Length:
    if end is not None:
        return Length(length_between(record, start.at, end.at, clock), start.at)
    return Length(None, start.at, None if as_of is None else length_between(record, start.at, as_of, clock))


def _hold(record: Record, start: Event, as_of: datetime | None) -> Length:
    end = start.until
    if end is None:
        later = [one for one in events_in_order(record) if one.at_us >= start.at_us and one is not start]
        ends = [one for one in later if one.type == "hold_end" and one.ref in (start.ref, None)]
        ends += [one for one in later if one.type in ("hangup", "ended", "closed")]
        end = ends[0].at if ends else None
    if end is None or (as_of is not None and end > as_of):
        return Length(None, start.at, None if as_of is None else length_between(record, start.at, as_of, None))
    return Length(length_between(record, start.at, end, None), start.at)
