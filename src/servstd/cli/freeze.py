"""`servstd freeze`: write the lock of a catalog, or see whether it is stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import typer

from servstd.calendar.holidays_source import Country, lock_years
from servstd.catalog import Catalog, load_catalog
from servstd.catalog.freeze import Frozen, date_changes, freeze
from servstd.catalog.lock import Lock, lock_path, read_lock, told
from servstd.cli.arguments import read_day
from servstd.cli.stop import say, stop, stopping
from servstd.cli.wrapping import count_of
from servstd.errors import CatalogError, Problem
from servstd.evaluate.whole_file import whole_file

_MOST_YEARS = 60


@dataclass(frozen=True, slots=True)
class FreezeOptions:
    """What the command line asked for."""

    folder: Path
    is_check: bool
    is_upgrade: bool
    years: str | None
    today: str | None


def run_freeze(options: FreezeOptions) -> int:
    """Write the lock and say what it holds; with `--check` only compare, 1 when it is stale."""
    years = None if options.years is None else _read_years(options.years)
    with stopping():
        catalog = load_catalog(options.folder, check_lock=False)
        old, trouble = _old_lock(options.folder)
        path = lock_path(options.folder)
        assert path is not None  # a path has a lock
        day = read_day("--today", options.today) or datetime.now(catalog.zone).date()
        frozen = freeze(catalog, today=day, old=old, is_upgrade=options.is_upgrade, years=years)
        if options.is_check:
            return _check(catalog, old, trouble, frozen, day, path)
        with whole_file(path) as stream:
            stream.write(frozen.text)
    typer.echo(f"{path}: {_contents(catalog, frozen)}")
    for line in _news(catalog, old, frozen):
        typer.echo(line)
    return 0


def _old_lock(folder: Path) -> tuple[Lock | None, str | None]:
    try:
        return read_lock(folder), None
    except CatalogError as error:
        return None, error.problems[0].message


def _check(catalog: Catalog, old: Lock | None, trouble: str | None, frozen: Frozen, today: date, path: Path) -> int:
    """Say why the lock is stale, if it is."""
    if old is None:
        say(f"{path}: {trouble or 'there is no lock'}")
        return 1
    reasons = old.differences(catalog)
    if not old.years[0] <= today.year <= old.years[1]:
        reasons.append(f"it holds the years {old.years[0]} to {old.years[1]}, and this is {today.year}")
    reasons += [f"the holidays of {_name(one)} are missing" for one in frozen.holidays if one not in old.holidays]
    if reasons:
        say(f"{path} is stale: {told(reasons)}")
        return 1
    typer.echo(f"{path} is what the catalog is: {_contents(catalog, frozen)}")
    for line in _other_dates(frozen):
        typer.echo(line)
    return 0


def _contents(catalog: Catalog, frozen: Frozen) -> str:
    """`78 rules, 1 calendar, 48 holidays of GB ENG, 2024 to 2029`."""
    parts = [count_of(len(catalog.rules), "rule"), count_of(len(catalog.calendars), "calendar")]
    parts += [f"{count_of(len(found.names), 'holiday')} of {_name(one)}" for one, found in frozen.holidays.items()]
    return f"{', '.join(parts)}, {frozen.years[0]} to {frozen.years[1]}"


def _name(country: Country) -> str:
    return " ".join(filter(None, [country.code, country.subdivision]))


def _news(catalog: Catalog, old: Lock | None, frozen: Frozen) -> Iterator[str]:
    """What is otherwise than in the lock before."""
    if old is not None:
        yield from (f"  {one}" for one in old.differences(catalog))
        for country, found in frozen.holidays.items():
            yield from (f"  {_name(country)} {text}" for text in date_changes(old.holidays.get(country), found))
    yield from _other_dates(frozen)


def _other_dates(frozen: Frozen) -> Iterator[str]:
    """Dates that the installed package has otherwise, and that were kept."""
    for country, found in frozen.holidays.items():
        changes = list(date_changes(found, lock_years(country, *frozen.years)))
        if changes:
            yield f"kept {count_of(len(changes), 'date')} of {_name(country)} that the package has otherwise:"
            yield from (f"  {text}" for text in changes)
            yield "'servstd freeze --upgrade' takes them"


def _read_years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})-(\d{4})", text.strip())
    if match is None or not int(match[1]) <= int(match[2]) < int(match[1]) + _MOST_YEARS:
        message = f"{text!r} is not years in order, such as 2024-2029, {_MOST_YEARS} at most"
        raise stop(Problem("bad-years", message, ("--years",)))
    return int(match[1]), int(match[2])
