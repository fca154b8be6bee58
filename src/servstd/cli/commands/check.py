"""The arguments of `servstd check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import AsOfOption, CatalogOption, InputFormatOption, MappingOption


def check(
    logs: Annotated[
        list[str], typer.Argument(metavar="LOG", help="CSV, TSV, JSON, JSON Lines, Parquet; folders; '*'; - is stdin.")
    ],
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="team,agent", help="One row a rule and group.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Show every rule, also those with nothing decided.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="All verdicts: .parquet, .csv, .jsonl, .json; or a folder."
        ),
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="table|json", help="How to print.")] = "table",
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="none|objective|any", help="What makes the exit code 1.")
    ] = "objective",
    is_strict: Annotated[bool, typer.Option("--strict", help="Judge nothing when a row is bad or odd.")] = False,
    input_format: InputFormatOption = None,
    reviews: Annotated[
        list[Path] | None, typer.Option("--reviews", metavar="FILE", help="Answers of reviewers; may be repeated.")
    ] = None,
    bulk: Annotated[
        str,
        typer.Option("--bulk", metavar="auto|always|never", help="Judge by columns: for big logs, the same answer."),
    ] = "auto",
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes, over logs and long Parquet files.")
    ] = None,
    is_resumed: Annotated[
        bool, typer.Option("--resume", help="Keep what is finished of -o, and go on with what an earlier run kept.")
    ] = False,
) -> None:
    """Judge logs: what was missed, and how often.

    Exit codes: 0; 1 what --fail-on names was missed; 2 bad usage, a catalog that does not load, no readable row.
    """
    from servstd.cli.arguments import read_choice, read_count, read_input_format
    from servstd.cli.bulk_choice import CHOICES
    from servstd.cli.check import run_check
    from servstd.cli.check_ask import CheckOptions

    read_choice("--format", style, ("table", "json"))
    read_choice("--fail-on", fail_on, ("none", "objective", "any"))
    read_choice("--bulk", bulk, CHOICES)
    read_count("--workers", workers)
    read_input_format(input_format)
    answers = [Path(part) for path in reviews or () for part in str(path).split(",") if part]
    options = CheckOptions(
        *(logs, catalog, mapping, as_of, rules, by, is_all, output, style, fail_on, is_strict, input_format),
        *(bulk, workers, is_resumed, answers),
    )
    raise typer.Exit(run_check(options))
