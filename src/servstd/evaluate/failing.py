"""A rule that could not be judged: its calendar has no answer, or its own code failed on the record."""

from __future__ import annotations

import logging
import traceback

from servstd.catalog import Rule
from servstd.errors import CalendarError, NeverOpen
from servstd.finding import Finding, unknown

logger = logging.getLogger("servstd")


def failed(rule: Rule, error: Exception, record_id: str) -> Finding:
    """What is left of a rule whose calendar has no answer, or whose own code failed."""
    if isinstance(error, CalendarError):
        return unknown("not_configured" if isinstance(error, NeverOpen) else "bad_data")
    why = f"{type(error).__name__} in {_place(error)}"
    # whoever says it once a rule goes by `once`: the same may happen on every record
    same = {"once": f"{rule.id}: {why}"}
    logger.error("the check of rule %s failed on record %s: %s", rule.id, record_id, why, extra=same)
    return unknown("check_error", type(error).__name__)


def _place(error: Exception) -> str:
    """Where an error was raised; never its message, which may hold what was said."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name}, line {frame.lineno}"
