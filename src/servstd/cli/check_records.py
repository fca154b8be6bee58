"""`servstd check`, record by record: all logs in memory, every verdict by the scalar checks."""

from __future__ import annotations

from contextlib import ExitStack

import typer

from servstd.cli.arguments import read_batch
from servstd.cli.check_ask import Asked, Run, report_answers
from servstd.cli.interrupt import Course
from servstd.cli.log_report import report_bad_rows, settle_as_of
from servstd.cli.progress import counting
from servstd.cli.stop import BAD_USAGE, say
from servstd.evaluate import Evaluator
from servstd.evaluate.figures import Figures
from servstd.evaluate.rows_file import verdict_file
from servstd.reviewing import Answers


def judge_records(asked: Asked, course: Course) -> Run:
    """Read everything, then judge it."""
    options = asked.options
    batch = read_batch(asked.catalog, asked.logs, asked.mapping, options.input_format)
    notes = batch.notes()
    report_bad_rows(notes, options.is_strict)
    as_of, origin = settle_as_of(asked.as_of, asked.mapping, batch, "-" in asked.logs)
    records = batch.records
    if asked.answers is not None:
        records = asked.answers.beside(records)
        _report_answers(asked.answers, options.is_strict)
    figures = Figures(asked.rules, asked.by, columns=frozenset(batch.given))
    course.total = len(records)
    with ExitStack() as stack:
        file = stack.enter_context(verdict_file(options.output)) if options.output else None
        tell = stack.enter_context(counting("judging", len(records)))
        evaluator = Evaluator(asked.catalog)
        for number, assessment in enumerate(evaluator.check_many(records, as_of=as_of), start=1):
            figures.add(assessment)
            if file is not None:
                for rule_id in asked.rules:
                    file.write(assessment[rule_id])
            course.done = number
            tell(number)
        with course.held():  # a signal is heard when the file is there
            stack.close()
            course.written = f"{str(options.output)!r} is written" if options.output else None
    return Run(asked, notes, as_of, origin, figures)


def _report_answers(answers: Answers, is_strict: bool) -> None:
    """What is odd about the answers of reviewers; nothing of it is allowed when it `is_strict`."""
    report_answers(answers)
    if is_strict and answers.problems:
        say("nothing was judged, for --strict allows no answer that can not be used")
        raise typer.Exit(BAD_USAGE)
