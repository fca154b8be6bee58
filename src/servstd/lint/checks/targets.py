"""Targets in hours beside the hours of the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from servstd.calendar import BusinessCalendar
from servstd.catalog.body import Body
from servstd.catalog.walk import checks_in
from servstd.lint.base import Found, lint_check
from servstd.lint.parameters import parameters
from servstd.lint.scene import Scene
from servstd.terms.context import Path
from servstd.terms.target import Target
from servstd.units import SECOND, Clock, Duration, format_elapsed


@lint_check("info")
def target_spans_days(scene: Scene) -> Iterator[Found]:
    """A target in business hours that is longer than the working day, so that it always ends on a later day.

    With 8 hours a day, `24 business hours` are three days. If the next day was meant, say `1 business day`.
    """
    for path, _, body in scene.bodies:
        for place, duration in _durations(path, body):
            if duration.clock is not Clock.BUSINESS_TIME:
                continue
            for name, calendar in scene.calendars_of(body):
                longest = _longest_day(calendar, scene)
                if 0 < longest < duration.amount:
                    length = format_elapsed(longest)
                    yield Found(place, f"'{duration}' ends on a later day: {name!r} is open for {length} a day at most")
                    break


def _durations(path: Path, body: Body) -> Iterator[tuple[Path, Duration]]:
    for place, check in checks_in(body.check, (*path, "check")):
        for key, value in parameters(check):
            yield from _written((*place, key), value)


def _written(path: Path, value: Any) -> Iterator[tuple[Path, Duration]]:
    if isinstance(value, Duration):
        yield path, value
    elif isinstance(value, Target) and value.duration is not None:
        yield path, value.duration
    elif isinstance(value, Target):
        for index, (_, duration) in enumerate(value.rows):
            yield (*path, index, "use"), duration


def _longest_day(calendar: BusinessCalendar, scene: Scene) -> int:
    """Open time of the longest day of the usual week, in microseconds."""
    week = calendar.schedule.phase(scene.today).week
    return max(sum(end - begin for begin, end in spans) for spans in week) * SECOND
