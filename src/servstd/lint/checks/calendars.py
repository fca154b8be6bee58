"""Calendars: used by somebody, yours and not an example, and open as long as they are meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from servstd.lint.base import Found, lint_check
from servstd.lint.ownership import layers_of
from servstd.lint.scene import Scene
from servstd.terms.context import Path

_WITHOUT_SUMMER_TIME = {"EST": "America/New_York", "MST": "America/Denver", "GMT": "Europe/London"}
_ALMOST_MIDNIGHT = re.compile(r"-\s*23:59(?::\d\d)?(?!\d)")


@lint_check("warning")
def calendar_unused(scene: Scene) -> Iterator[Found]:
    """A calendar that nothing names: no `default_calendar`, no row of `calendar_for`, no rule and no test."""
    catalog = scene.catalog
    used = {catalog.default_calendar, *(row.use for row in catalog.calendar_for)}
    used |= {body.calendar.use for _, _, body in scene.bodies if body.calendar is not None}
    used |= {test.calendar for _, test in scene.tests}
    for name in catalog.calendars:
        if name not in used:
            yield Found(("calendars", name), f"nothing uses the calendar {name!r}")


@lint_check("warning")
def example_calendar(scene: Scene) -> Iterator[Found]:
    """Verdicts are made with an example calendar: its hours, its zone and its holidays are not yours.

    Copy one, give it your own hours, and name it in `default_calendar`. `servstd check` says the same at run time.
    """
    catalog = scene.catalog
    name = catalog.default_calendar
    if name is not None and catalog.calendars[name].is_example:
        is_own = "default_calendar" in layers_of(catalog)[-1]
        message = f"the default calendar {name!r} is an example: name one with your own hours and holidays"
        yield Found(("default_calendar",) if is_own else ("extends",), message)
    for index, row in enumerate(catalog.calendar_for):
        if catalog.calendars[row.use].is_example:
            yield Found(("calendar_for", index, "use"), f"{row.use!r} is an example: give it your own hours")


@lint_check("warning")
def almost_midnight(scene: Scene) -> Iterator[Found]:
    """Hours that end at 23:59: the last minute of the day is closed, and a night shift falls in two.

    Write `24:00`, which is the end of the day.
    """
    for name, spec in (scene.catalog.tree.get("calendars") or {}).items():
        for path, text in _texts(spec, ("calendars", name)):
            if _ALMOST_MIDNIGHT.search(text):
                hint = repr(_ALMOST_MIDNIGHT.sub("-24:00", text))
                yield Found(path, f"{text!r} leaves the last minute of the day closed", f"write {hint}")


@lint_check("warning")
def zone_without_summer_time(scene: Scene) -> Iterator[Found]:
    """A zone such as EST or GMT: its clocks never change, also where those of the people in the office do.

    Name the zone by its city, `America/New_York`. Where clocks really stay the same all year, `Etc/GMT+5` says so.
    """
    for name, spec in (scene.catalog.tree.get("calendars") or {}).items():
        zone = spec.get("time_zone")
        if zone in _WITHOUT_SUMMER_TIME:
            message = f"the clocks of {zone!r} never change"
            yield Found(("calendars", name, "time_zone"), message, f"did you mean {_WITHOUT_SUMMER_TIME[zone]!r}?")


def _texts(spec: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(spec, str):
        yield path, spec
    elif isinstance(spec, Mapping):
        for key, value in spec.items():
            if key != "silence":
                yield from _texts(value, (*path, key))
    elif isinstance(spec, list):
        for index, value in enumerate(spec):
            yield from _texts(value, (*path, index))
