"""Customer-service standards as code: a catalog of rules, a business calendar, and verdicts with their evidence."""

from __future__ import annotations

from servstd.calendar import BusinessCalendar, Interval
from servstd.catalog import Catalog, Rule, load_catalog
from servstd.errors import (
    CalendarError,
    CatalogError,
    HolidaysUnknown,
    NeverOpen,
    Problem,
    RecordError,
    ServstdError,
)
from servstd.evaluate import Assessment, Deadline, Evaluator, Verdict
from servstd.objective import Summary, summarize
from servstd.outcome import Outcome
from servstd.record import Event, Record, Review, Turn

__version__ = "0.1.0"
__all__ = [
    "Assessment",
    "BusinessCalendar",
    "CalendarError",
    "Catalog",
    "CatalogError",
    "Deadline",
    "Evaluator",
    "Event",
    "HolidaysUnknown",
    "Interval",
    "NeverOpen",
    "Outcome",
    "Problem",
    "Record",
    "RecordError",
    "Review",
    "Rule",
    "ServstdError",
    "Summary",
    "Turn",
    "Verdict",
    "load_catalog",
    "summarize",
]
