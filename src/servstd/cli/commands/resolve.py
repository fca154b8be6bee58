"""The arguments of `servstd resolve`."""

from __future__ import annotations

from typing import Annotated

import typer


def resolve(
    folder: Annotated[
        str | None,
        typer.Argument(metavar="[DIR]", help="Folder or file of rules, or REV:path; default: the shipped ones."),
    ] = None,
    rule_id: Annotated[str | None, typer.Argument(metavar="[RULE]", help="Every key of one rule.")] = None,
    is_changed: Annotated[
        bool, typer.Option("--changed", help="Only what the catalog itself writes or changes.")
    ] = False,
    style: Annotated[str, typer.Option("--format", metavar="text|json|yaml", help="How to print.")] = "text",
) -> None:
    """Show what a catalog comes to with all that it extends, and where each value was written.

    With --format yaml: one catalog that stands alone and decides the same. Exit codes: 0; 2 bad usage, or a catalog
    that does not load.
    """
    from servstd.cli.arguments import read_choice
    from servstd.cli.resolve import run_resolve

    read_choice("--format", style, ("text", "json", "yaml"))
    run_resolve(folder, rule_id, is_changed, style)
