"""Time zones by name, from the system or the tzdata package."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo, available_timezones


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def nearest_zone(name: str) -> str | None:
    """The IANA name most like `name`, or None when none is near."""
    by_lower = {zone.lower(): zone for zone in sorted(available_timezones())}
    near = difflib.get_close_matches(name.lower().replace(" ", "_"), by_lower, n=1, cutoff=0.75)
    return by_lower[near[0]] if near else None
