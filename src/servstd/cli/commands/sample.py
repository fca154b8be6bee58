"""The arguments of `servstd sample`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import AsOfOption, CatalogOption, InputFormatOption, MappingOption


def sample(
    logs: Annotated[list[str], typer.Argument(metavar="LOG", help="As for check.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to: .json.")],
    seed: Annotated[str, typer.Option("--seed", metavar="TEXT", help="The same seed draws the same records.")],
    size: Annotated[int, typer.Option("--size", metavar="N", min=1, help="How many records.")] = 50,
    by: Annotated[
        str | None, typer.Option("--by", metavar="team,channel", help="Draw in groups, in proportion to their size.")
    ] = None,
    each: Annotated[
        int | None, typer.Option("--each", metavar="N", min=1, help="With --by: so many of each group instead.")
    ] = None,
    also_decided: Annotated[
        bool, typer.Option("--also-decided", help="Ask again what is decided: to hold machines against people.")
    ] = False,
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")] = None,
    input_format: InputFormatOption = None,
) -> None:
    """Draw records for reviewers by chance, from those with a question that only a person can answer.

    Exit codes: 0; 2 bad usage, or nothing waits for a reviewer.
    """
    from servstd.cli.arguments import read_input_format
    from servstd.cli.sample import SampleOptions, run_sample

    read_input_format(input_format)
    options = SampleOptions(
        logs, output, seed, size, by, each, also_decided, catalog, mapping, as_of, rules, input_format
    )
    raise typer.Exit(run_sample(options))
