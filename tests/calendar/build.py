"""Short ways to make calendars in tests."""

from datetime import datetime
from typing import Any

from servstd.calendar import BusinessCalendar


def calendar(hours: dict[str, Any] | None = None, zone: str = "America/New_York", **keys: Any) -> BusinessCalendar:
    """Mon-Fri 09:00-17:00 in New York unless said otherwise; `keys` are keys of the YAML mapping."""
    return BusinessCalendar.from_spec({"time_zone": zone, "hours": hours or {"mon-fri": "09:00-17:00"}, **keys})


def at(text: str) -> datetime:
    """An instant, written with its offset."""
    return datetime.fromisoformat(text)
