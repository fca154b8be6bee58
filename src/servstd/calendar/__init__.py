"""Business calendars: opening hours as a clock."""

from servstd.calendar.business_days import SkippedDay
from servstd.calendar.horizon import HolidaysUnknownWarning
from servstd.calendar.ical import from_ical
from servstd.calendar.ical_export import to_ical
from servstd.calendar.interval import Interval
from servstd.calendar.osm import from_opening_hours
from servstd.calendar.parse import parse_calendar
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.schedule import Schedule
from servstd.calendar.year_view import year_view

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
