"""The arguments of `servstd lint`."""

from __future__ import annotations

from typing import Annotated

import typer

from servstd.cli.options import FolderArgument


def lint(
    folder: FolderArgument = None,
    style: Annotated[str, typer.Option("--format", metavar="text|json|github|sarif", help="How to print.")] = "text",
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="REV:DIR", help="An older state: report edits that change past verdicts."),
    ] = None,
    level: Annotated[
        str, typer.Option("--level", metavar="error|warning|info", help="The lowest level to show.")
    ] = "warning",
    is_inherited: Annotated[bool, typer.Option("--inherited", help="Also what is found in inherited parts.")] = False,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Judge dates as of this day, 2026-06-01.")
    ] = None,
) -> None:
    """Report what is wrong with a catalog, and what looks as if it were not meant.

    Exit codes: 0 no error; 1 an error; 2 bad usage, or there is no catalog.
    """
    from servstd.cli.arguments import read_choice, read_day
    from servstd.cli.lint import LEVELS, LintOptions, run_lint
    from servstd.cli.problem_output import STYLES

    read_choice("--format", style, STYLES)
    read_choice("--level", level, LEVELS)
    day = read_day("--today", today)
    raise typer.Exit(run_lint(LintOptions(folder, style, against, level, is_inherited, day)))
