"""Business calendars: opening hours as a clock."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from servstd.calendar.business_days import SkippedDay
from servstd.calendar.horizon import HolidaysUnknownWarning
from servstd.calendar.interval import Interval
from servstd.calendar.parse import parse_calendar
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.schedule import Schedule

if TYPE_CHECKING:
    from servstd.calendar.at_a_glance import year_view
    from servstd.calendar.ical import from_ical
    from servstd.calendar.ical_export import to_ical
    from servstd.calendar.osm import from_opening_hours

__all__ = [
    "BusinessCalendar",
    "HolidaysUnknownWarning",
    "Interval",
    "Schedule",
    "SkippedDay",
    "from_ical",
    "from_opening_hours",
    "parse_calendar",
    "to_ical",
    "year_view",
]

# Loaded when they are asked for: no verdict needs them.
_LATER = {
    "from_ical": "servstd.calendar.ical",
    "from_opening_hours": "servstd.calendar.osm",
    "to_ical": "servstd.calendar.ical_export",
    "year_view": "servstd.calendar.at_a_glance",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
