"""The arguments of `servstd diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servstd.cli.options import AsOfOption, InputFormatOption, MappingOption

_WHERE = "Folder or file of rules, 'servstd' for the shipped ones, or a git revision of one such as HEAD~1:standards."
OldArgument = Annotated[str, typer.Argument(metavar="OLD", help=_WHERE)]
NewArgument = Annotated[str, typer.Argument(metavar="NEW", help="The same, for what takes its place.")]
LogsArgument = Annotated[
    list[str], typer.Argument(metavar="LOG", help="CSV, TSV, JSON Lines or JSON; - is standard input.")
]
RulesOption = Annotated[str | None, typer.Option("--rules", metavar="GLOB", help="Only these, such as 'email.*'.")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="team,agent", help="One row a rule and group.")]
AllOption = Annotated[
    bool, typer.Option("--all", help="Every rule, also those without change; every record id and changed key.")
]
ReadingsOption = Annotated[
    bool, typer.Option("--readings", help="Also what each other named reading of NEW would change.")
]
ExplainOption = Annotated[
    str | None, typer.Option("--explain", metavar="RECORD_ID", help="One record, explained under both.")
]
RuleOption = Annotated[
    str | None, typer.Option("--rule", metavar="RULE_ID", help="With --explain: this rule, changed or not.")
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="table|json|html", help="How to print; default: as FILE ends, else a table."),
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it there instead of printing it.")
]
FailOnOption = Annotated[str, typer.Option("--fail-on", metavar="none|worse|any", help="What makes the exit code 1.")]


def diff(
    old: OldArgument,
    new: NewArgument,
    logs: LogsArgument,
    mapping: MappingOption = None,
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    by: ByOption = None,
    is_all: AllOption = False,
    readings: ReadingsOption = False,
    explain: ExplainOption = None,
    rule: RuleOption = None,
    style: FormatOption = None,
    output: OutputOption = None,
    fail_on: FailOnOption = "none",
    input_format: InputFormatOption = None,
) -> None:
    """See which verdicts a change of the rules would change, before it is made.

    Exit codes: 0; 1 what --fail-on names was found: a rate that is clearly worse, or any verdict that changes; 2 bad
    usage, a catalog that does not load, no such revision, no readable row.
    """
    from servstd.cli.arguments import read_choice, read_input_format
    from servstd.cli.diff import DiffOptions, run_diff

    if style is not None:
        read_choice("--format", style, ("table", "json", "html"))
    read_choice("--fail-on", fail_on, ("none", "worse", "any"))
    read_input_format(input_format)
    where = old, new, logs, mapping, as_of, rules, by
    raise typer.Exit(
        run_diff(DiffOptions(*where, is_all, readings, explain, rule, style, output, fail_on, input_format))
    )
