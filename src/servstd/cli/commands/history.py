"""The arguments of `servstd history`."""

from __future__ import annotations

from typing import Annotated

import typer


def history(
    name: Annotated[str, typer.Argument(metavar="RULE", help="Id of a rule, or the name of a calendar.")],
    catalog: Annotated[
        str | None,
        typer.Option(
            "--catalog", metavar="DIR", help="Folder or file of rules, or REV:path; default: the shipped ones."
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Which version is in force then; default: today.")
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print.")] = "text",
) -> None:
    """The versions of a rule or a calendar: when each holds, and what it changes.

    Exit codes: 0; 2 bad usage, no such rule or calendar, or a catalog that does not load.
    """
    from servstd.cli.arguments import read_choice
    from servstd.cli.history import run_history

    read_choice("--format", style, ("text", "json"))
    run_history(name, catalog, today, style)
