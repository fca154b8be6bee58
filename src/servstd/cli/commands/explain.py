"""The arguments of `servstd explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import AsOfOption, CatalogOption, InputFormatOption, MappingOption


def explain(
    log: Annotated[
        str, typer.Argument(metavar="LOG", help="CSV, TSV, JSON Lines, JSON or Parquet; - is standard input.")
    ],
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help="Id of the record.")],
    rule_id: Annotated[str | None, typer.Argument(metavar="[RULE_ID]", help="One rule, with every detail.")] = None,
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    is_full: Annotated[bool, typer.Option("--full", help="With all that was counted, skipped and ignored.")] = False,
    is_all: Annotated[bool, typer.Option("--all", help="Also the rules that do not apply.")] = False,
    style: Annotated[str, typer.Option("--format", metavar="text|json|html", help="How to print.")] = "text",
    input_format: InputFormatOption = None,
    reviews: Annotated[
        list[Path] | None, typer.Option("--reviews", metavar="FILE", help="Answers of reviewers; may be repeated.")
    ] = None,
) -> None:
    """Explain the verdicts of one record.

    Evidence is pointed at, never quoted. Exit codes: 0; 2 bad usage, or no such record or rule.
    """
    from servstd.cli.arguments import read_choice, read_input_format
    from servstd.cli.explain import ExplainOptions, run_explain

    read_choice("--format", style, ("text", "json", "html"))
    read_input_format(input_format)
    answers = [Path(part) for path in reviews or () for part in str(path).split(",") if part]
    options = ExplainOptions(
        log, record_id, rule_id, catalog, mapping, as_of, is_full, is_all, style, input_format, answers
    )
    run_explain(options)
