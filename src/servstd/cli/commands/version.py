"""`servstd --version`."""

from __future__ import annotations

from typing import Annotated

import typer


def _print(is_wanted: bool) -> None:
    if is_wanted:
        from servstd import __version__

        typer.echo(f"servstd {__version__}")
        raise typer.Exit


def show_version(
    version: Annotated[
        bool, typer.Option("--version", callback=_print, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Judge logs by customer service standards, and explain every verdict."""
