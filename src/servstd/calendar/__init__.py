"""Business calendars: opening hours as a clock."""

from servstd.calendar.business_days import SkippedDay
from servstd.calendar.horizon import HolidaysUnknownWarning
from servstd.calendar.interval import Interval
from servstd.calendar.parse import parse_calendar
from servstd.calendar.scalar import BusinessCalendar
from servstd.calendar.schedule import Schedule

__all__ = ["BusinessCalendar", "HolidaysUnknownWarning", "Interval", "Schedule", "SkippedDay", "parse_calendar"]
