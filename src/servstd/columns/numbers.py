"""Numbers within bounds for a whole batch: kinds/limit.py, of fields, attributes, counts and times between events."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from servstd.columns.arrays import Bools, FieldColumn, Ints
from servstd.columns.columns import Columns
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.events import answer_to, single
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.rest import reopened
from servstd.errors import CalendarError
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, UNKNOWN
from servstd.units import Clock

Floats = NDArray[np.float64]
_EXACT = 1 << 53


def limits_kept(check: Any, columns: Columns) -> Decision:
    """The decision of a limit, of whatever its number is."""
    decision = Decision(columns)
    if check.of.count is not None:
        _count(check, decision)
    elif check.of.elapsed is not None:
        _elapsed(check, decision)
    else:
        numbers = _of_field(check, decision) if check.of.field is not None else _of_event(check, decision)
        decision.settle(np.isnan(numbers), UNKNOWN, "missing_field")
        low = _lower(check, decision)
        _compare(decision, numbers, low, check.at_most)
    return decision


def _compare(decision: Decision, numbers: Floats, low: Floats | None, high: float | None) -> None:
    is_kept = np.ones(len(numbers), np.bool_)
    if low is not None:
        is_kept &= numbers >= low
    if high is not None:
        is_kept &= numbers <= high
    decision.settle(is_kept, PASS, "limit_kept")
    decision.settle_rest(FAIL, "limit_broken")


def _lower(check: Any, decision: Decision) -> Floats | None:
    """The lower bound of each row; where its field is missing, that is settled."""
    if check.at_least is None:
        return None
    count = decision.columns.count
    if check.for_every is None:
        return np.full(count, float(check.at_least))
    sizes = _numbers(decision.columns.field(check.for_every.field), decision)
    decision.settle(np.isnan(sizes), UNKNOWN, "missing_field")
    with np.errstate(invalid="ignore"):  # what is no number is settled, what is too large left
        bounds: Floats = check.at_least * np.floor_divide(sizes, check.for_every.count)
    return bounds


def _numbers(column: FieldColumn, decision: Decision, rows: Ints | None = None) -> Floats:
    """The values that are numbers, NaN for others. Rows with one too large for a float go to the scalar check."""
    found = [_number(value) for value in column.values]
    codes = column.codes if rows is None else column.codes[rows]
    numbers = np.array([*found, np.nan])[codes]
    if rows is None and np.isinf(numbers).any():
        decision.leave(np.isinf(numbers))
    return numbers


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return np.nan
    is_exact = -_EXACT <= value <= _EXACT
    return float(value) if is_exact else np.inf


def _of_field(check: Any, decision: Decision) -> Floats:
    return _numbers(decision.columns.field(check.of.field), decision)


def _of_event(check: Any, decision: Decision) -> Floats:
    """The attribute of the first event that has it; rows without such an event are settled."""
    columns, ref = decision.columns, check.of.event
    matched = meant(ref, columns)
    decision.leave(columns.of_batch(matched.is_unsure))
    has_none = columns.of_batch(matched.sure.amount) == 0
    decision.settle(has_none & ~can_be_seen(ref, columns), UNKNOWN, "event_not_tracked")
    decision.settle(has_none & ~columns.begins_with(ref.types), NOT_APPLICABLE, "no_opportunity")
    decision.settle(has_none, UNKNOWN, "no_such_event")
    numbers, is_given = np.full(len(matched.row), np.nan), np.zeros(len(matched.row), np.bool_)
    for number, events in enumerate(matched.types):
        mine = np.flatnonzero(matched.source == number)
        # an event says what it says itself: a declared default does not make it the first that has the attribute
        word = None if check.of.attribute not in events.attributes else events.field(check.of.attribute)
        if word is not None and len(mine):
            numbers[mine] = _numbers(word, decision, matched.index[mine])
            is_given[mine] = word.codes[matched.index[mine]] >= 0
    if _has_default(ref.types, check.of.attribute, columns):
        decision.leave(~has_none)
    numbers, is_given = numbers[matched.sure_places], is_given[matched.sure_places]
    found = np.full(columns.base.count, np.nan)
    rows = np.flatnonzero(is_given)[::-1]
    found[matched.sure.row[rows]] = numbers[rows]
    decision.leave(np.isinf(found[columns.record]))
    return found[columns.record]


def _has_default(names: tuple[str, ...], attribute: str, columns: Columns) -> bool:
    events = (columns.vocabulary.events.get(name) for name in names)
    words = (event.attributes.get(attribute) for event in events if event is not None)
    return any(word is not None and word.default is not None for word in words)


def _count(check: Any, decision: Decision) -> None:
    """A count can only grow: reaching the lower bound or passing the upper one decides by itself."""
    columns, ref = decision.columns, check.of.count
    matched = meant(ref, columns)
    decision.leave(columns.of_batch(matched.is_unsure))
    counts = columns.of_batch(matched.sure.amount).astype(np.float64)
    low = _lower(check, decision)
    if check.at_most is not None:
        decision.settle(counts > check.at_most, FAIL, "limit_broken")
    elif low is not None:
        decision.settle(counts >= low, PASS, "limit_kept")
    decision.settle(~can_be_seen(ref, columns), UNKNOWN, "event_not_tracked")
    if not check.trust_silence and not columns.is_complete(ref.types):
        decision.settle_rest(UNKNOWN, "no_such_event")
    _compare(decision, counts, low, check.at_most)


def elapsed_kept(check: Any, columns: Columns) -> Decided:
    """The time between two events: single ones at once, what these leave by all events of the record."""
    if not columns.are_single((*check.of.elapsed[0].types, *check.of.elapsed[1].types)):
        return limits_kept(check, columns).decided
    return reopened(_single_elapsed(check, columns), lambda rest: limits_kept(check, rest).decided)


def _single_elapsed(check: Any, columns: Columns) -> Decision:
    decision, (first, second) = Decision(columns), check.of.elapsed
    begin, end = single(first, columns), answer_to(first, second, columns)
    decision.leave(begin.is_unsure)
    _without_end(decision, ~begin.is_there, can_be_seen(first, columns))
    decision.leave(end.is_unsure)
    _without_end(decision, ~end.is_there, can_be_seen(second, columns))
    _settle_elapsed(check, decision, begin.at, end.at)
    return decision


def _elapsed(check: Any, decision: Decision) -> None:
    """The time between the first event of one type and the first one after it of another."""
    columns, (first, second) = decision.columns, check.of.elapsed
    record = columns.record
    begins, ends = meant(first, columns), meant(second, columns)
    decision.leave(columns.of_batch(begins.is_unsure))
    decision.leave(columns.of_batch(ends.is_unsure))
    has_begun = columns.of_batch(begins.sure.amount) > 0
    _without_end(decision, ~has_begun, can_be_seen(first, columns))
    begin = begins.sure.instants(begins.sure.first(record), has_begun, 0)
    place = ends.sure.first_from(record, begin)
    has_ended = place < ends.sure.end(record)
    _without_end(decision, ~has_ended, can_be_seen(second, columns))
    _settle_elapsed(check, decision, begin, ends.sure.instants(place, has_ended, 0))


def _settle_elapsed(check: Any, decision: Decision, begin: Ints, end: Ints) -> None:
    """The bounds of the time from one instant to another in each row that is still open."""
    bound = check.at_most if check.at_most is not None else check.at_least
    clock = bound.clock if bound.is_time else Clock.BUSINESS_TIME
    used = end - begin
    if clock is not Clock.ELAPSED_TIME:
        if not decision.columns.calendars.calendars:
            decision.leave_rest()
        for rows, calendar in decision.columns.calendars.among(np.flatnonzero(decision.todo)):
            try:
                used[rows] = calendar.elapsed_array(begin.take(rows), end.take(rows))
            except CalendarError:  # the scalar check knows for which row
                decision.todo[rows] = False
    is_kept = np.ones(len(used), np.bool_)
    if check.at_least is not None:
        is_kept &= used >= check.at_least.amount
    if check.at_most is not None:
        is_kept &= used <= check.at_most.amount
    decision.settle(is_kept, PASS, "limit_kept")
    decision.settle_rest(FAIL, "limit_broken")


def _without_end(decision: Decision, where: Bools, can_be: Bools) -> None:
    decision.settle(where & can_be, UNKNOWN, "no_such_event")
    decision.settle(where, UNKNOWN, "event_not_tracked")
