"""`servstd lint`: is a catalog in order?"""

from __future__ import annotations

from pathlib import Path

import typer

from servstd.catalog import load_catalog
from servstd.cli.stop import BAD_USAGE, say
from servstd.cli.wrapping import count_of
from servstd.errors import CatalogError


def run_lint(folder: Path | None) -> int:
    """Print every problem of a catalog, or that there is none; 1 when there is one."""
    try:
        catalog = load_catalog(folder)
    except CatalogError as error:
        if {problem.code for problem in error.problems} == {"no-catalog"}:
            say(str(error))
            return BAD_USAGE
        typer.echo(str(error))
        typer.echo(count_of(len(error.problems), "problem"))
        return 1
    typer.echo(f"{count_of(len(catalog.rules), 'rule')}, no problems")
    return 0
