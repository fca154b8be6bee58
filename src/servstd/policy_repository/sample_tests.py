"""Tests beside the example override, on the very hours of the new calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from servstd.calendar import BusinessCalendar
from servstd.policy_repository.sample import find_holiday, first_open, open_spans, written
from servstd.policy_repository.yaml_text import quoted

_MINUTE = timedelta(minutes=1)
_INDENT = " " * 6


def sample_tests(calendar: BusinessCalendar) -> str:
    """The lines of the list, without `tests:`."""
    return "\n".join(f"{_INDENT}{line}" for line in _lines(calendar))


def _lines(calendar: BusinessCalendar) -> Iterator[str]:
    received = first_open(calendar)
    due = _due(calendar, received)
    yield from _test("answered at the limit", received, due, f"{{outcome: pass, due_at: {written(due)}}}")
    yield from _test("answered a minute after the limit", received, due + _MINUTE, "{outcome: fail, reason: late}")
    yield from _waiting("there is still time", received, due - _MINUTE, "{outcome: pending, reason: clock_running}")
    yield from _waiting(
        "an automatic reply is no answer", received, due + _MINUTE, "{outcome: fail, reason: overdue}", True
    )
    yield from _test("a mail that we sent ourselves", received, due, "not_applicable", "direction: outbound, ")
    yield from _closed(calendar, received)
    yield from _holiday(calendar)


def _closed(calendar: BusinessCalendar, received: datetime) -> Iterator[str]:
    spans = open_spans(calendar, received)
    if len(spans) > 1:
        closed = (spans[1].start - _MINUTE).astimezone(calendar.zone)
        due = _due(calendar, closed)
        yield from _test("received while you are closed", closed, due, _pass(due))


def _holiday(calendar: BusinessCalendar) -> Iterator[str]:
    found = find_holiday(calendar)
    if found is None:
        return
    day, name = found
    before = first_open(calendar, calendar.add_business_days(day, -1))
    due = _due(calendar, before)
    yield from _test(f"over {name}", before, due, _pass(due))


def _pass(due: datetime) -> str:
    return f"{{outcome: pass, due_at: {written(due)}}}"


def _due(calendar: BusinessCalendar, received: datetime) -> datetime:
    """When one business day is over."""
    return calendar.add_business_days_at(calendar.next_open(received), 1).astimezone(calendar.zone)


def _test(name: str, received: datetime, responded: datetime, expect: str, more: str = "") -> Iterator[str]:
    yield f"- name: {quoted(name)}"
    yield (f"  given: {{channel: email, {more}received_at: {written(received)}, responded_at: {written(responded)}}}")
    yield f"  expect: {expect}"


def _waiting(name: str, received: datetime, as_of: datetime, expect: str, is_automatic: bool = False) -> Iterator[str]:
    reply = f", responded_at: {written(received)}, responded_automated: true" if is_automatic else ""
    yield f"- name: {quoted(name)}"
    yield f"  as_of: {written(as_of)}"
    yield f"  given: {{channel: email, received_at: {written(received)}{reply}}}"
    yield f"  expect: {expect}"
