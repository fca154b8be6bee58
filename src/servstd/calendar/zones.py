"""Time zones by name, from the system or the tzdata package."""

from __future__ import annotations

from zoneinfo import ZoneInfo


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, or None, as for anything that is no name."""
    try:
        return ZoneInfo(name)
    except (KeyError, TypeError, ValueError, OSError):
        return None
