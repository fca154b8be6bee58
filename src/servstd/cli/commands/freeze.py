"""The arguments of `servstd freeze`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def freeze(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder or file of rules.")],
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 when the lock is stale.")
    ] = False,
    is_upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Take all holidays anew from the installed package.")
    ] = False,
    years: Annotated[
        str | None, typer.Option("--years", metavar="Y-Y", help="The years whose holidays are frozen.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="The years are counted from it; default: today.")
    ] = None,
) -> None:
    """Write catalog.lock, so that the same question has the same answer next year.

    Exit codes: 0; 1 with --check, when the catalog is not what was frozen; 2 bad usage, or a catalog that does not
    load.
    """
    from servstd.cli.freeze import FreezeOptions, run_freeze

    raise typer.Exit(run_freeze(FreezeOptions(folder, is_check, is_upgrade, years, today)))
