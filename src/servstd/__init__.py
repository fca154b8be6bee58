"""Customer-service standards as code: a catalog of rules, a business calendar, and verdicts with their evidence."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from servstd.adapters.table import MappedTable, read_table
    from servstd.calendar import BusinessCalendar, Interval
    from servstd.catalog import Catalog, Rule, load_catalog
    from servstd.errors import (
        CalendarError,
        CatalogError,
        ExtraMissing,
        HolidaysUnknown,
        NeverOpen,
        PlanError,
        Problem,
        RecordError,
        ServstdError,
    )
    from servstd.evaluate import Assessment, Deadline, Evaluator, Verdict
    from servstd.evaluate.plan import Plan
    from servstd.evaluate.table import expand
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
    "ExtraMissing",
    "HolidaysUnknown",
    "Interval",
    "MappedTable",
    "NeverOpen",
    "Outcome",
    "Plan",
    "PlanError",
    "Problem",
    "Record",
    "RecordError",
    "Review",
    "Rule",
    "ServstdError",
    "Summary",
    "Turn",
    "Verdict",
    "expand",
    "load_catalog",
    "read_table",
    "summarize",
]

# Each name is loaded when it is first used: a program that wants the calendar alone does not load the catalog.
_HOMES = {
    "adapters.table": ("MappedTable", "read_table"),
    "calendar": ("BusinessCalendar", "Interval"),
    "catalog": ("Catalog", "Rule", "load_catalog"),
    "errors": (
        "CalendarError",
        "CatalogError",
        "ExtraMissing",
        "HolidaysUnknown",
        "NeverOpen",
        "PlanError",
        "Problem",
        "RecordError",
        "ServstdError",
    ),
    "evaluate": ("Assessment", "Deadline", "Evaluator", "Verdict"),
    "evaluate.plan": ("Plan",),
    "evaluate.table": ("expand",),
    "objective": ("Summary", "summarize"),
    "outcome": ("Outcome",),
    "record": ("Event", "Record", "Review", "Turn"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
