"""The arguments of `servstd test`."""

from __future__ import annotations

from typing import Annotated

import typer

from servstd.cli.options import FolderArgument


def rule_tests(
    folder: FolderArgument = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")] = None,
    is_inherited: Annotated[
        bool, typer.Option("--inherited", help="Also the tests of the catalogs below, run on this one.")
    ] = False,
    is_coverage: Annotated[
        bool, typer.Option("--coverage", help="Which outcomes and branches of each rule the tests reach.")
    ] = False,
    is_demanding: Annotated[
        bool,
        typer.Option("--require-tests", help="A rule without tests of pass, fail and not_applicable is a failure."),
    ] = False,
    style: Annotated[str, typer.Option("--format", metavar="text|junit|json|github", help="How to print.")] = "text",
) -> None:
    """Run the tests of a catalog: those beside its rules and those of its `tests` list.

    Exit codes: 0 all passed; 1 one failed or is missing; 2 bad usage, or the catalog does not load.
    """
    from servstd.cli.arguments import read_choice
    from servstd.cli.selftest import STYLES, SelftestOptions, run_selftest

    read_choice("--format", style, STYLES)
    options = SelftestOptions(folder, rules, is_inherited, is_coverage, is_demanding, style)
    raise typer.Exit(run_selftest(options))
