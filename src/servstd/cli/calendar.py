"""`servstd calendar`: look at a calendar, work out a due time, and take dates in and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.arguments import read_choice
from servstd.cli.calendar_run import run_due, run_export, run_import, run_show
from servstd.cli.options import CatalogOption

calendar_app = typer.Typer(
    name="calendar",
    help="Look at a calendar, work out due times, take dates in and out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of a calendar of the catalog.")]


@calendar_app.command()
def show(
    name: NameArgument,
    year: Annotated[str | None, typer.Option("--year", metavar="Y", help="Default: this year.")] = None,
    catalog: CatalogOption = None,
) -> None:
    """A year at a glance: open, short and closed days, holidays, clock changes, and the fingerprint.

    Exit codes: 0; 2 bad usage, or no such calendar.
    """
    run_show(name, year, catalog)


@calendar_app.command()
def due(
    name: NameArgument,
    received_at: Annotated[
        str,
        typer.Option("--from", metavar="T", help="2026-05-22T16:00; the calendar's clocks, unless an offset is given."),
    ],
    within: Annotated[str, typer.Option("--within", metavar="AMOUNT", help="Such as '24 business hours'.")],
    catalog: CatalogOption = None,
) -> None:
    """The due time under each reading of an amount, day by day.

    Exit codes: 0; 2 bad usage, no such calendar, or one that never opens.
    """
    run_due(name, received_at, within, catalog)


@calendar_app.command()
def export(
    name: NameArgument,
    is_ics: Annotated[bool, typer.Option("--ics", help="As iCalendar (the only format, and the default).")] = True,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Default: standard output.")
    ] = None,
    years: Annotated[
        str | None, typer.Option("--year", metavar="Y[-Y]", help="Default: this year and the next.")
    ] = None,
    catalog: CatalogOption = None,
) -> None:
    """Holidays, closed days and odd hours as an iCalendar file.

    Exit codes: 0; 2 bad usage, no such calendar, or a file that can not be written.
    """
    run_export(name, output, years, catalog)


@calendar_app.command("import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|TEXT", help="An iCalendar file, or OpenStreetMap opening_hours; - is standard input."
        ),
    ],
    years: Annotated[
        str | None, typer.Option("--year", metavar="Y[-Y]", help="Years of a feed; default: this year and the next.")
    ] = None,
    time_zone: Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="The calendar's own.")] = None,
    country: Annotated[str | None, typer.Option("--country", metavar="CODE", help="Whose holidays PH are.")] = None,
    use: Annotated[
        str, typer.Option("--as", metavar="holidays|exceptions", help="What the closed dates of a feed become.")
    ] = "holidays",
) -> None:
    """A feed of holidays, or opening hours, as YAML to paste into a calendar.

    Exit codes: 0; 2 bad usage, or something in it that is not understood.
    """
    read_choice("--as", use, ("holidays", "exceptions"))
    run_import(source, years, time_zone, country, "exceptions" if use == "exceptions" else "holidays")
