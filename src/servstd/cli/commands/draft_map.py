"""The arguments of `servstd map`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def draft_map(
    log: Annotated[
        str, typer.Argument(metavar="LOG", help="A log that no mapping is written for yet; - is standard input.")
    ],
    catalog: Annotated[
        Path | None, typer.Option("--catalog", metavar="DIR", help="Its words are known; default: the shipped ones.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to: .yaml; default: standard output.")
    ] = None,
    input_format: Annotated[
        str | None, typer.Option("--input-format", metavar="F", help="csv, tsv, jsonl, json or parquet.")
    ] = None,
) -> None:
    """Draft a mapping for a log: which column may be which of our words.

    Exit codes: 0; 2 bad usage, a catalog that does not load, or a log without a readable row.
    """
    from servstd.cli.draft import run_draft

    raise typer.Exit(run_draft(log, catalog, output, input_format))
