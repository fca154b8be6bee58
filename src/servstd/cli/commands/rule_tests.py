"""The arguments of `servstd test`."""

from __future__ import annotations

from typing import Annotated

import typer

from servstd.cli.options import FolderArgument


def rule_tests(
    folder: FolderArgument = None,
    style: Annotated[str, typer.Option("--format", metavar="text|junit", help="How to print.")] = "text",
) -> None:
    """Run the tests that stand beside the rules.

    Exit codes: 0 all passed; 1 one failed; 2 the catalog does not load.
    """
    from servstd.cli.arguments import read_choice
    from servstd.cli.selftest import run_selftest

    read_choice("--format", style, ("text", "junit"))
    raise typer.Exit(run_selftest(folder, style))
