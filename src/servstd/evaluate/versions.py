"""What a run was made with: the versions that decide a verdict beside the record."""

from __future__ import annotations

import zoneinfo
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from servstd.catalog import Catalog


def versions_of(catalog: Catalog) -> dict[str, Any]:
    """The versions of servstd, catalog, calendars, holidays and time-zone data, as plain JSON values."""
    from servstd import __version__  # at the top it would be a circle

    return {
        "servstd": __version__,
        "catalog": {"name": catalog.name, "version": catalog.version, "digest": catalog.digest},
        "calendars": {name: calendar.digest for name, calendar in catalog.calendars.items()},
        "holidays": _package("holidays"),
        "time_zones": time_zone_data(),
    }


def time_zone_data() -> str | None:
    """The version of the time-zone data in use, such as `2025b` (the system's) or `2025.2 (tzdata)`.

    Zones come from the first folder of `zoneinfo.TZPATH` that has them, else from the package tzdata.
    """
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "UTC").is_file():
            return _system_version(folder)
    packaged = _package("tzdata")
    return None if packaged is None else f"{packaged} (tzdata)"


def _system_version(folder: Path) -> str:
    """What the folder says of itself: systems write a file +VERSION, or the first line of tzdata.zi."""
    try:
        plain, listed = folder / "+VERSION", folder / "tzdata.zi"
        if plain.is_file():
            return plain.read_text("utf-8").strip()
        with listed.open(encoding="utf-8") as lines:
            return lines.readline().removeprefix("# version").strip()
    except (OSError, ValueError):
        return f"of the system, in {folder}"


def _package(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
