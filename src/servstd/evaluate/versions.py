"""What a run was made with: the versions that decide a verdict beside the record."""

from __future__ import annotations

from typing import Any

from servstd.catalog import Catalog
from servstd.catalog.packages import package_version, time_zone_data


def servstd_version() -> str:
    """The version of this package."""
    from servstd import __version__  # at the top it would be a circle

    return __version__


def versions_of(catalog: Catalog) -> dict[str, Any]:
    """The versions of servstd, catalog, calendars, holidays and time-zone data, as plain JSON values.

    A frozen catalog has `locked` too: what it was frozen with, for its holidays are those of then.
    """
    locked = {} if catalog.lock is None else {"locked": dict(catalog.lock.made_with)}
    return {
        "servstd": servstd_version(),
        "catalog": {"name": catalog.name, "version": catalog.version, "digest": catalog.digest},
        "calendars": {name: calendar.digest for name, calendar in catalog.calendars.items()},
        "holidays": package_version("holidays"),
        "time_zones": time_zone_data(),
        **locked,
    }
