"""The arguments of `servstd schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import FolderArgument


def schema(
    folder: FolderArgument = None,
    is_mapping: Annotated[bool, typer.Option("--mapping", help="The schema of mappings instead of catalogs.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; default: standard output.")
    ] = None,
    modelines: Annotated[
        list[Path] | None,
        typer.Option(
            "--modelines",
            metavar="PATH",
            help="Name the schema at the top of this file, or of each YAML file of this folder; needs -o.",
        ),
    ] = None,
    is_check: Annotated[bool, typer.Option("--check", help="Write nothing; 1 when something is out of date.")] = False,
    is_watched: Annotated[
        bool, typer.Option("--watch", help="Write the schema again whenever a file of the catalog changes; needs -o.")
    ] = False,
) -> None:
    """Write the JSON Schema of a catalog, for completion and hints in editors.

    Exit codes: 0; 1 with --check, when the schema or a modeline is out of date; 2 bad usage, or a catalog that does
    not load.
    """
    from servstd.cli.schema import SchemaOptions, run_schema

    raise typer.Exit(
        run_schema(SchemaOptions(folder, is_mapping, output, tuple(modelines or ()), is_check, is_watched))
    )
