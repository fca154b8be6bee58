"""What the commands of `servstd calendar` do."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
import yaml
from rich.console import Console
from rich.text import Text

from servstd.calendar import BusinessCalendar
from servstd.calendar.at_a_glance import Line, year_lines, year_view
from servstd.calendar.day_view import DayKind
from servstd.calendar.horizon import FIRST_DAY, LAST_DAY, REACH
from servstd.calendar.ical import Use, from_ical
from servstd.calendar.ical_export import to_ical
from servstd.calendar.osm import from_opening_hours
from servstd.catalog import Catalog, load_catalog
from servstd.cli.due_view import due_view, readings_of
from servstd.cli.stop import BAD_USAGE, say, stop, stopping
from servstd.errors import CalendarError, Problem
from servstd.evaluate.versions import versions_of
from servstd.evaluate.whole_file import whole_file
from servstd.units import UnitError
from servstd.values import BadValue, parse_instant
from servstd.vocabulary import nearest

_STYLES = {
    DayKind.SHORT: "yellow",
    DayKind.LONG: "cyan",
    DayKind.HOLIDAY: "red",
    DayKind.CLOSED: "red",
    DayKind.WEEKEND: "bright_black",
    "clocks": "magenta",
    "heading": "bold",
}
_MOST_YEARS = 30


@contextmanager
def _stopping() -> Iterator[None]:
    """As `stopping`, and a missing library ends the command too."""
    try:
        with stopping():
            yield
    except ModuleNotFoundError as error:
        say(str(error))
        raise typer.Exit(BAD_USAGE) from None


def _find(name: str, folder: Path | None) -> tuple[Catalog, BusinessCalendar]:
    catalog = load_catalog(folder)
    if name not in catalog.calendars:
        known = ", ".join(catalog.calendars) or "none"
        message = f"no calendar is called '{name}'; there are {known}"
        raise stop(Problem("unknown-calendar", message, ("NAME",), nearest(name, catalog.calendars)))
    return catalog, catalog.calendars[name]


def run_show(name: str, year: str | None, folder: Path | None) -> None:
    """Print the year view, in colour on a terminal."""
    with _stopping():
        catalog, calendar = _find(name, folder)
        wanted = datetime.now(calendar.zone).year if year is None else _read_year(year)
        made_with = versions_of(catalog)
        sources = {"holidays": made_with["holidays"], "time zones": made_with["time_zones"]}
        if not sys.stdout.isatty():
            typer.echo(year_view(calendar, name, wanted, sources), nl=False)
            return
        console = Console(highlight=False, soft_wrap=True)
        for line in year_lines(calendar, name, wanted, sources):
            console.print(_coloured(line))


def _coloured(line: Line) -> Text:
    return Text.assemble(*((piece.text, _STYLES.get(piece.kind, "")) for piece in line))


def run_due(name: str, received_at: str, within: str, folder: Path | None) -> None:
    """Print the due time under each reading."""
    with _stopping():
        _, calendar = _find(name, folder)
        try:
            received = parse_instant(received_at, calendar.zone)
            targets = readings_of(within)
            typer.echo(due_view(calendar, received, targets), nl=False)
        except BadValue as error:
            raise stop(Problem(error.code, str(error), ("--from",), "write it as 2026-05-22T16:00")) from None
        except UnitError as error:
            raise stop(Problem(error.code, error.message, ("--within",), error.hint)) from None
        except OverflowError:
            raise CalendarError(f"the due time lies beyond the years that a calendar reaches, {REACH}") from None


def run_export(name: str, output: Path | None, years: str | None, folder: Path | None) -> None:
    """Write or print the iCalendar file."""
    with _stopping():
        _, calendar = _find(name, folder)
        wanted = _read_years(years, datetime.now(calendar.zone).year)
        feed = to_ical(calendar, name, wanted, datetime.now(UTC)).encode()
        if output is None:
            typer.echo(feed, nl=False)
        else:
            with whole_file(output) as stream:
                stream.write(feed.decode())


def run_import(source: str, years: str | None, time_zone: str | None, country: str | None, use: Use) -> None:
    """Print the YAML that a feed or an opening_hours text comes to."""
    with _stopping():
        text = _read_source(source)
        if re.search(r"^BEGIN:VCALENDAR\s*$", text, re.MULTILINE | re.IGNORECASE) or _is_feed_name(source):
            wanted = _read_years(years, datetime.now(UTC).year)
            mapping = from_ical(text, wanted, time_zone, use)
            if not mapping:
                say(f"the feed closes nothing from the start of {wanted[0]} to the end of {wanted[-1]}")
                return
        else:
            mapping = from_opening_hours(text, time_zone, country)
            if mapping.get("holidays") == {"country": None}:
                say("PH off: name the country under holidays, here or with --country")
    typer.echo(_as_yaml(mapping), nl=False)


def _as_yaml(mapping: dict[str, Any]) -> str:
    return yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=100)


def _is_feed_name(source: str) -> bool:
    return source.lower().endswith((".ics", ".ical"))


def _is_file_name(source: str) -> bool:
    """True for what is no text of opening hours, so that a slip in a name is not read as one."""
    return re.fullmatch(r"\S*\.[A-Za-z]\w*", source) is not None or os.path.isdir(source)


def _read_source(source: str) -> str:
    """The text of a file or of standard input, or the argument itself."""
    if source == "-":
        return sys.stdin.read()
    path = Path(source)
    try:
        if _is_file_name(source) or path.is_file():
            return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise stop(Problem("not-utf8", message, file=source)) from None
    except OSError as error:
        if _is_file_name(source):
            reason = (error.strerror or type(error).__name__).lower()
            raise stop(Problem("unreadable-file", f"the file can not be read: {reason}", file=source)) from None
    return source


def _read_year(text: str) -> int:
    if not re.fullmatch(r"\d+", text.strip()):
        raise stop(Problem("bad-years", f"'{text}' is not a year such as 2026", ("--year",)))
    return _check_year(int(text))


def _check_year(year: int) -> int:
    if not FIRST_DAY.year <= year < LAST_DAY.year:
        raise stop(Problem("bad-years", f"{year} is beyond the years that a calendar reaches, {REACH}", ("--year",)))
    return year


def _read_years(text: str | None, this_year: int) -> range:
    """`2026` or `2026-2028`."""
    if text is None:
        return range(this_year, this_year + 2)
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if match is None:
        raise stop(Problem("bad-years", f"'{text}' is neither a year nor years such as 2026-2028", ("--year",)))
    first = _check_year(int(match[1]))
    last = _check_year(int(match[2] or first))
    if not first <= last < first + _MOST_YEARS:
        raise stop(Problem("bad-years", f"'{text}' is not one to {_MOST_YEARS} years in order", ("--year",)))
    return range(first, last + 1)
