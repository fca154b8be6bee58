"""The commands and their options. Each parses, calls one function, and leaves with its exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.arguments import read_choice, read_input_format
from servstd.cli.calendar import calendar_app
from servstd.cli.check import CheckOptions, run_check
from servstd.cli.explain import ExplainOptions, run_explain
from servstd.cli.selftest import run_lint, run_selftest

app = typer.Typer(
    name="servstd",
    help="Judge logs by customer service standards, and explain every verdict.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(calendar_app)


CatalogOption = Annotated[
    Path | None, typer.Option("--catalog", metavar="DIR", help="Folder or file of rules; default: the shipped ones.")
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
    str | None, typer.Option("--input-format", metavar="csv|tsv|jsonl|json", help="Where the name does not say it.")
]
FolderArgument = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="Folder or file of rules; default: the shipped ones.")
]


@app.command()
def check(
    logs: Annotated[
        list[str], typer.Argument(metavar="LOG", help="CSV, TSV, JSON Lines or JSON; - is standard input.")
    ],
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    rules: Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="team,agent", help="One row a rule and group.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Show every rule, also those with nothing decided.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write every verdict: .csv, .jsonl or .json.")
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="table|json", help="How to print.")] = "table",
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="none|objective|any", help="What makes the exit code 1.")
    ] = "objective",
    is_strict: Annotated[bool, typer.Option("--strict", help="Judge nothing when a row is bad or odd.")] = False,
    input_format: InputFormatOption = None,
) -> None:
    """Judge logs: what was missed, and how often.

    Exit codes: 0; 1 what --fail-on names was missed; 2 bad usage, a catalog that does not load, no readable row.
    """
    read_choice("--format", style, ("table", "json"))
    read_choice("--fail-on", fail_on, ("none", "objective", "any"))
    read_input_format(input_format)
    options = CheckOptions(
        logs, catalog, mapping, as_of, rules, by, is_all, output, style, fail_on, is_strict, input_format
    )
    raise typer.Exit(run_check(options))


@app.command()
def explain(
    log: Annotated[str, typer.Argument(metavar="LOG", help="CSV, TSV, JSON Lines or JSON; - is standard input.")],
    record_id: Annotated[str, typer.Argument(metavar="RECORD_ID", help="Id of the record.")],
    rule_id: Annotated[str | None, typer.Argument(metavar="[RULE_ID]", help="One rule, with every detail.")] = None,
    catalog: CatalogOption = None,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    is_full: Annotated[bool, typer.Option("--full", help="With all that was counted, skipped and ignored.")] = False,
    is_all: Annotated[bool, typer.Option("--all", help="Also the rules that do not apply.")] = False,
    style: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print.")] = "text",
    input_format: InputFormatOption = None,
) -> None:
    """Explain the verdicts of one record.

    Evidence is pointed at, never quoted. Exit codes: 0; 2 bad usage, or no such record or rule.
    """
    read_choice("--format", style, ("text", "json"))
    read_input_format(input_format)
    run_explain(ExplainOptions(log, record_id, rule_id, catalog, mapping, as_of, is_full, is_all, style, input_format))


@app.command("test")
def run_tests_of(
    folder: FolderArgument = None,
    style: Annotated[str, typer.Option("--format", metavar="text|junit", help="How to print.")] = "text",
) -> None:
    """Run the tests that stand beside the rules.

    Exit codes: 0 all passed; 1 one failed; 2 the catalog does not load.
    """
    read_choice("--format", style, ("text", "junit"))
    raise typer.Exit(run_selftest(folder, style))


@app.command()
def lint(folder: FolderArgument = None) -> None:
    """Report every problem of a catalog.

    Exit codes: 0 none; 1 some; 2 there is no catalog.
    """
    raise typer.Exit(run_lint(folder))
