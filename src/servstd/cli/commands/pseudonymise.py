"""The arguments of `servstd pseudonymise`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import CatalogOption, InputFormatOption, MappingOption


def pseudonymise(
    log: Annotated[str, typer.Argument(metavar="LOG", help="CSV, TSV, JSON, JSON Lines, Parquet; - is stdin.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where to: .csv, .tsv, .jsonl, .json.")
    ],
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help="Holds the key; default: SERVSTD_KEY is the key.")
    ] = None,
    names: Annotated[
        str | None, typer.Option("--names", metavar="COLUMNS", help="Columns that say who somebody is.")
    ] = None,
    texts: Annotated[
        str | None, typer.Option("--redact", metavar="COLUMNS", help="Columns that hold what people wrote or said.")
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="COLUMNS", help="Columns that stay as they are.")
    ] = None,
    input_format: InputFormatOption = None,
) -> None:
    """Write a log in which people have pseudonyms, texts are redacted, and unknown columns are left out.

    The result is still personal data. Exit codes: 0; 2 bad usage, no key, no row that can be read, or no known column.
    """
    from servstd.cli.arguments import read_input_format
    from servstd.cli.pseudonymise import PseudonymiseOptions, run_pseudonymise

    read_input_format(input_format)
    options = PseudonymiseOptions(log, output, catalog, mapping, key_file, names, texts, keep, input_format)
    raise typer.Exit(run_pseudonymise(options))
