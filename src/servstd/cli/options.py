"""Options and arguments that several commands take, so that each is worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CatalogOption = Annotated[
    Path | None, typer.Option("--catalog", metavar="DIR", help="Folder or file of rules; default: the shipped ones.")
]
FolderArgument = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="Folder or file of rules; default: the shipped ones.")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="How the log's columns become our words.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="T",
        help="The instant to judge at, 2026-06-01T00:00Z; default: exported_at of the mapping, else the newest event.",
    ),
]
InputFormatOption = Annotated[
    str | None,
    typer.Option("--input-format", metavar="csv|tsv|jsonl|json|parquet", help="Where the name does not say it."),
]
