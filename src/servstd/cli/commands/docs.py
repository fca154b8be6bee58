"""The arguments of `servstd docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import FolderArgument


def docs(
    folder: FolderArgument = None,
    style: Annotated[
        str | None,
        typer.Option("--format", metavar="markdown|html", help="How to write it; default: by the name of the file."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE|FOLDER", help="A file; or a folder: a page for each family."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="The rules in force on that day, or 'today'; default: the last."),
    ] = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Also the rules that are switched off, in full.")] = False,
) -> None:
    """Write a catalog as a handbook for staff.

    Exit codes: 0; 2 bad usage, or a catalog that does not load.
    """
    from servstd.cli.docs import DocsOptions, run_docs

    run_docs(DocsOptions(folder, style, output, as_of, rules, is_all))
