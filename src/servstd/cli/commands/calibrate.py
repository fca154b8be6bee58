"""The arguments of `servstd calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import CatalogOption


def calibrate(
    answers: Annotated[
        list[Path] | None, typer.Argument(metavar="[ANSWERS]", help="What reviewers saved: JSON or CSV.")
    ] = None,
    sample: Annotated[
        Path | None, typer.Option("--sample", metavar="FILE", help="Gives the groups drawn from.")
    ] = None,
    disputes: Annotated[
        Path | None, typer.Option("--disputes", metavar="FILE", help="YAML: what was contested, and what came of it.")
    ] = None,
    catalog: CatalogOption = None,
    style: Annotated[str, typer.Option("--format", metavar="table|json", help="How to print.")] = "table",
) -> None:
    """Hold reviewers against each other: agreement by rule, how strict each is, disputes upheld.

    Exit codes: 0; 2 bad usage, or no answer that can be used.
    """
    from servstd.cli.arguments import read_choice
    from servstd.cli.calibrate import CalibrateOptions, run_calibrate

    read_choice("--format", style, ("table", "json"))
    raise typer.Exit(run_calibrate(CalibrateOptions(answers or [], sample, disputes, catalog, style)))
