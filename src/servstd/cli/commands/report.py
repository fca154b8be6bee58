"""The arguments of `servstd report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import AsOfOption, CatalogOption, InputFormatOption, MappingOption


def report(
    logs: Annotated[list[str], typer.Argument(metavar="LOG", help="CSV, TSV, JSON, JSON Lines, Parquet; - is stdin.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to: .html.")],
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="COLUMN", help="What groups are compared.")] = "team",
    per: Annotated[str, typer.Option("--per", metavar="day|week|month", help="The periods of the trend.")] = "week",
    previous: Annotated[
        list[str] | None, typer.Option("--previous", metavar="LOG", help="The log of the period before, to compare.")
    ] = None,
    reviews: Annotated[
        list[Path] | None, typer.Option("--reviews", metavar="FILE", help="Answers that reviewers saved.")
    ] = None,
    sample: Annotated[Path | None, typer.Option("--sample", metavar="FILE", help="What they were drawn from.")] = None,
    disputes: Annotated[Path | None, typer.Option("--disputes", metavar="FILE", help="What was contested.")] = None,
    min_group: Annotated[
        int, typer.Option("--min-group", metavar="N", min=1, help="Groups with fewer decided records are not shown.")
    ] = 5,
    is_ranking: Annotated[
        bool, typer.Option("--rank-agents", help="Show agents with the ranks that chance leaves open.")
    ] = False,
    service_level: Annotated[
        str | None, typer.Option("--service-level", metavar="TIME", help="Answered within: 20s, 1min.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What stands above it.")] = None,
    input_format: InputFormatOption = None,
) -> None:
    """Write one page for people who lead quality: what was met, where not, and whether it is noise.

    Exit codes: 0; 2 bad usage, a catalog that does not load, or no readable row.
    """
    from servstd.cli.arguments import read_choice, read_input_format
    from servstd.cli.report import ReportOptions, run_report

    read_choice("--per", per, ("day", "week", "month"))
    read_input_format(input_format)
    options = ReportOptions(
        logs, output, catalog, mapping, as_of, rules, by, per, previous or [], reviews or [], sample, disputes,
        min_group, is_ranking, service_level, title, input_format,
    )  # fmt: skip
    raise typer.Exit(run_report(options))
