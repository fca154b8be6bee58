"""`warn`: instants before a limit at which somebody should look.

`50%` is half of the target's time on the rule's clock (for a day target, of the open time up to the limit);
`2 business hours before` counts back from the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from servstd.finding import Finding
from servstd.shape import Schema, one_or_list
from servstd.terms.context import Path, Reading, Shapes, Takes, read_with
from servstd.terms.target import parse_duration_at
from servstd.units import WARN_SHAPE, Clock, Duration, UnitError, parse_share

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar


@dataclass(frozen=True, slots=True)
class Warn:
    """One warning: a share of the time, or a duration before the limit."""

    text: str
    share: float | None = None
    before: Duration | None = None

    def instant(self, finding: Finding, calendar: BusinessCalendar) -> int | None:
        """When to warn, in UTC microseconds; None when there is no limit."""
        limit, begin = finding.late_after, finding.started
        if limit is None or begin is None:
            return None
        is_elapsed = isinstance(finding.target, Duration) and finding.target.clock is Clock.ELAPSED_TIME
        if self.before is not None:
            if self.before.clock is Clock.ELAPSED_TIME:
                return limit - self.before.amount
            return calendar.add_us(limit, -self.before.amount, "close")
        due = finding.due if finding.due is not None else limit
        share = self.share or 0.0
        if is_elapsed or not isinstance(finding.target, Duration):
            return begin + int((due - begin) * share)
        return calendar.add_us(begin, int(calendar.elapsed_us(begin, due) * share), "close")


def _read_warn(spec: Any, reading: Reading, path: Path) -> tuple[Warn, ...]:
    items = spec if isinstance(spec, (list, tuple)) else [spec]
    return tuple(
        found for index, item in enumerate(items) if (found := _read_one(item, reading, (*path, index))) is not None
    )


def _read_one(item: Any, reading: Reading, path: Path) -> Warn | None:
    if isinstance(item, str) and item.endswith(" before"):
        duration = parse_duration_at(item.removesuffix(" before"), reading, path)
        if duration is not None and not duration.is_time:
            reading.report("warn-in-days", "write a warning in business or elapsed time", path)
            return None
        return None if duration is None else Warn(item, before=duration)
    try:
        return Warn(str(item), share=parse_share(item))
    except UnitError as error:
        reading.report(error.code, f"{error.message}, or such as '2 business hours before'", path)
        return None


def warn_shape(shapes: Shapes) -> Schema:
    """When to warn."""
    return one_or_list(WARN_SHAPE)


WarnField = Annotated[Any, read_with(_read_warn), Takes(warn_shape)]
