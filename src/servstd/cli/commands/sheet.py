"""The arguments of `servstd sheet`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import CatalogOption, InputFormatOption, MappingOption


def sheet(
    logs: Annotated[list[str], typer.Argument(metavar="LOG", help="The logs that the sample was drawn from.")],
    sample: Annotated[Path, typer.Option("--sample", metavar="FILE", help="What servstd sample wrote.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to: .html or .csv.")],
    reviewer: Annotated[str, typer.Option("--reviewer", metavar="ID", help="Whose form it is.")] = "",
    is_quoting: Annotated[
        bool, typer.Option("--quote", help="Show what was said, redacted; look at docs/explanation/privacy.md first.")
    ] = False,
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    input_format: InputFormatOption = None,
) -> None:
    """Write the reviewer's form for a sample: one page that saves answers to a file, or a table to fill in.

    Exit codes: 0; 2 bad usage, or a sample that does not belong to the log.
    """
    from servstd.cli.arguments import read_input_format
    from servstd.cli.sheet import SheetOptions, run_sheet

    read_input_format(input_format)
    options = SheetOptions(logs, sample, output, reviewer, is_quoting, catalog, mapping, input_format)
    raise typer.Exit(run_sheet(options))
