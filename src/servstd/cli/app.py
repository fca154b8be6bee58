"""The program: one line a command, in the order of `servstd --help`."""

from __future__ import annotations

import typer

from servstd.cli.calendar import calendar_app
from servstd.cli.commands.calibrate import calibrate
from servstd.cli.commands.check import check
from servstd.cli.commands.diff import diff
from servstd.cli.commands.docs import docs
from servstd.cli.commands.draft_map import draft_map
from servstd.cli.commands.explain import explain
from servstd.cli.commands.freeze import freeze
from servstd.cli.commands.history import history
from servstd.cli.commands.init import init
from servstd.cli.commands.lint import lint
from servstd.cli.commands.pseudonymise import pseudonymise
from servstd.cli.commands.report import report
from servstd.cli.commands.resolve import resolve
from servstd.cli.commands.rule_tests import rule_tests
from servstd.cli.commands.sample import sample
from servstd.cli.commands.schema import schema
from servstd.cli.commands.sheet import sheet
from servstd.cli.commands.version import show_version

app = typer.Typer(
    name="servstd",
    help="Judge logs by customer service standards, and explain every verdict.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.callback()(show_version)
app.command()(check)
app.command()(report)
app.command()(explain)
app.command()(diff)
app.command("test")(rule_tests)
app.command()(lint)
app.command()(resolve)
app.command()(history)
app.command()(freeze)
app.command()(docs)
app.command()(sample)
app.command()(sheet)
app.command()(calibrate)
app.command()(pseudonymise)
app.command("map")(draft_map)
app.command()(init)
app.command()(schema)
app.add_typer(calendar_app)
