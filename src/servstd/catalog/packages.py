"""Versions of what a verdict rests on beside the catalog: holidays and time-zone data."""

from __future__ import annotations

import zoneinfo
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def package_version(name: str) -> str | None:
    """The installed version of a package, None when it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def time_zone_data() -> str | None:
    """The version of the time-zone data in use, such as `2025b` (the system's) or `2025.2 (tzdata)`.

    Zones come from the first folder of `zoneinfo.TZPATH` that has them, else from the package tzdata.
    """
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "UTC").is_file():
            return _system_version(folder)
    packaged = package_version("tzdata")
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
