"""How long a span must last: on a clock, a share of a business day, or a block of opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

from servstd.shape import Schema
from servstd.terms.clock import limit_of
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.units import SPAN_SHAPE, BlockOfHours, Clock, Duration, ShareOfDay, Span, UnitError, parse_span

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar

Blocks = tuple[tuple[int, int], ...]
_DAYS_TO_LOOK = 400


def lasts_from(span: Span, begin: int, calendar: BusinessCalendar) -> int | None:
    """The earliest end (UTC microseconds) at which a stretch from `begin` has lasted long enough; None: never."""
    if isinstance(span, Duration) and (span.is_time or span.clock is Clock.CALENDAR_DAYS):
        return limit_of(begin, span, calendar, ()).due
    whole_days = 0
    for blocks in _days(begin, calendar):
        if isinstance(span, ShareOfDay):
            end = _share_at(span, blocks, begin)
        elif isinstance(span, BlockOfHours):
            end = next((high for low, high in blocks if low >= begin), None)
        else:
            whole_days += blocks[0][0] >= begin
            end = blocks[-1][1] if whole_days >= span.amount else None
        if end is not None:
            return end
    return None


def _days(begin: int, calendar: BusinessCalendar) -> Iterator[Blocks]:
    """The opening blocks of the business days from the day before on (an overnight shift may still run)."""
    day = calendar.local_date(begin, -1)
    for _ in range(_DAYS_TO_LOOK):
        if blocks := calendar.blocks_of_day(day):
            yield blocks
        day += timedelta(days=1)


def _share_at(span: ShareOfDay, blocks: Blocks, begin: int) -> int | None:
    """When the open time of a day from `begin` on reaches the share."""
    whole = sum(high - low for low, high in blocks)
    left = -(-whole * span.share.numerator // span.share.denominator)
    for low, high in blocks:
        start = max(low, begin)
        if high - start >= left:
            return start + left
        left -= max(0, high - start)
    return None


def _read_span(spec: Any, reading: Reading, path: Path) -> Span | None:
    try:
        return parse_span(spec)
    except UnitError as error:
        reading.report(error.code, error.message, path, error.hint)
        return None


def span_shape(shapes: Shapes) -> Schema:
    """How long a span must last."""
    return SPAN_SHAPE


SpanField = Annotated[Any, read_with(_read_span), Takes(span_shape)]
