"""The arguments of `servstd init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Whose standards they are; default: the folder's name.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", metavar="CC", help="Whose public holidays: GB, US, ...; default: none.")
    ] = None,
    subdivision: Annotated[
        str | None, typer.Option("--subdivision", metavar="S", help="A part of the country with holidays of its own.")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="ZONE", help="Europe/London, ...; default: by the country.")
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option("--hours", metavar="HOURS", help="'mon-fri 09:00-17:00' (the default), with ; between days."),
    ] = None,
    is_yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take the defaults.")] = False,
) -> None:
    """Start a policy repository: a catalog on top of the shipped one, your hours, tests, checks.

    On a terminal it asks for what no option gives. Exit codes: 0; 2 bad usage, or something is in the way.
    """
    from servstd.cli.init import InitOptions, run_init

    run_init(InitOptions(folder, name, country, subdivision, time_zone, hours, is_yes))
