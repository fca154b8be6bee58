"""`servstd check`: judge logs and print the table."""

from __future__ import annotations

import json
from functools import partial

import typer

from servstd.cli.bulk_choice import wants_bulk
from servstd.cli.check_ask import Asked, CheckOptions, Run, ask
from servstd.cli.check_records import judge_records
from servstd.cli.check_view import as_json, table_lines
from servstd.cli.interrupt import Course, stoppable
from servstd.cli.stop import stopping
from servstd.cli.table import print_lines


def run_check(options: CheckOptions) -> int:
    """Judge, print, and say with which code to leave."""
    course = Course(written=None if options.output is None else "nothing was written")
    with stopping(), stoppable(course):
        run = _judge(ask(options), course)
    if options.style == "json":
        typer.echo(json.dumps(as_json(run), indent=2, ensure_ascii=False))
    else:
        print_lines(partial(table_lines, run))
    return _exit_code(run, options.fail_on)


def _judge(asked: Asked, course: Course) -> Run:
    """By columns where that pays, else record by record; either way the answer is the same."""
    if not wants_bulk(asked):
        return judge_records(asked, course)
    from servstd.cli.bulk import judge_bulk

    return judge_bulk(asked, course)


def _exit_code(run: Run, fail_on: str) -> int:
    if fail_on == "any":
        return int(any(summary.failed for summary in run.summaries))
    return int(fail_on == "objective" and bool(run.missed))
