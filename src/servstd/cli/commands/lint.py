"""The arguments of `servstd lint`."""

from __future__ import annotations

import typer

from servstd.cli.options import FolderArgument


def lint(folder: FolderArgument = None) -> None:
    """Report every problem of a catalog.

    Exit codes: 0 none; 1 some; 2 there is no catalog.
    """
    from servstd.cli.lint import run_lint

    raise typer.Exit(run_lint(folder))
