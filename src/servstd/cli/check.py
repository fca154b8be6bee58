"""`servstd check`: judge logs and print the table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import typer

from servstd.adapters.batch import Batch, choose_as_of
from servstd.catalog import Catalog, load_catalog
from servstd.cli import foot
from servstd.cli.arguments import choose_rules, read_as_of, read_batch, read_by, read_mapping
from servstd.cli.log_report import bad_row, heading, keep_inputs, report_bad_rows
from servstd.cli.progress import counting
from servstd.cli.stop import stopping
from servstd.cli.table import Line, print_lines, render_table
from servstd.evaluate import Evaluator
from servstd.evaluate.figures import Figures, Standing
from servstd.evaluate.rows_file import check_output, verdict_file
from servstd.evaluate.versions import versions_of
from servstd.objective import Objective, Summary, is_missed


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the command line asked for."""

    logs: Sequence[str]
    catalog: Path | None
    mapping: Path | None
    as_of: str | None
    rules: str | None
    by: str | None
    is_all: bool
    output: Path | None
    style: str
    fail_on: str
    is_strict: bool
    input_format: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """What was judged, and the figures."""

    catalog: Catalog
    batch: Batch
    as_of: datetime
    origin: str | None
    figures: Figures
    objectives: dict[str, Objective]
    summaries: list[Summary]


def run_check(options: CheckOptions) -> int:
    """Judge, print, and say with which code to leave."""
    with stopping():
        run = _judge(options)
    if options.style == "json":
        typer.echo(json.dumps(_as_json(run), indent=2, ensure_ascii=False))
    else:
        print_lines(partial(_table_lines, run, options))
    return _exit_code(run.summaries, options.fail_on)


def _judge(options: CheckOptions) -> Run:
    if options.output is not None:
        check_output(options.output)
        keep_inputs(options.output, options.logs, options.mapping, [options.catalog])
    catalog = load_catalog(options.catalog)
    objectives = {rule_id: rule.objective for rule_id, rule in catalog.rules.items() if rule.objective}
    rules, by = choose_rules(catalog, options.rules), read_by(catalog, options.by)
    mapping = read_mapping(catalog, options.mapping)
    given = read_as_of(options.as_of)
    batch = read_batch(catalog, options.logs, mapping, options.input_format)
    report_bad_rows(batch, options.is_strict)
    as_of, origin = choose_as_of(given, mapping, batch, "-" in options.logs)
    figures = Figures(rules, by, columns=frozenset(batch.given))
    with ExitStack() as stack:
        write = stack.enter_context(verdict_file(options.output)) if options.output else None
        tell = stack.enter_context(counting("judging", len(batch.records)))
        evaluator = Evaluator(catalog)
        for number, assessment in enumerate(evaluator.check_many(batch.records, as_of=as_of), start=1):
            figures.add(assessment)
            if write is not None:
                for rule_id in rules:
                    write(assessment[rule_id])
            tell(number)
    return Run(catalog, batch, as_of, origin, figures, objectives, figures.summaries(objectives))


def _exit_code(summaries: Sequence[Summary], fail_on: str) -> int:
    if fail_on == "any":
        return int(any(summary.failed for summary in summaries))
    return int(fail_on == "objective" and any(map(is_missed, summaries)))


def _table_lines(run: Run, options: CheckOptions, width: int | None) -> Iterator[Line]:
    figures, by = run.figures, run.figures.by
    judged = [one for one in run.summaries if figures.standing(one) is Standing.JUDGED]
    names = {one.key["rule_id"] for one in judged}
    shown = figures.summaries_by_group(run.objectives) if by else run.summaries
    if options.is_all:
        shown = sorted(shown, key=lambda one: one.key["rule_id"] not in names)
    else:
        shown = [one for one in shown if one.key["rule_id"] in names and one.opportunities]
    yield Line(heading(run.batch, run.as_of, run.origin))
    table = render_table(shown, by, foot.notes_of(figures, run.summaries), width) if shown else []
    yield from table
    foot_lines = (
        foot.unconfirmed_line(table),
        *foot.unjudged_lines(figures, run.summaries, options.is_all),
        foot.unknown_line(figures, figures.rules if options.is_all else names),
        foot.example_line(run.catalog),
    )
    yield from (Line(text) for text in foot_lines if text)
    for text in foot.fail_lines(figures, judged, options.is_all):
        yield Line(text)
    yield from (Line(text, "red") for text in foot.missed_lines(run.summaries))


def _as_json(run: Run) -> dict[str, Any]:
    figures = run.figures
    summaries = figures.summaries_by_group(run.objectives) if figures.by else run.summaries
    standing = {one.key["rule_id"]: figures.standing(one).value for one in run.summaries}
    return {
        "as_of": run.as_of.isoformat(),
        "records": len(run.batch.records),
        "repeats": run.batch.repeats,
        "bad_rows": [bad_row(row) for row in run.batch.bad_rows],
        "rules": [_summary(one) | {"standing": standing[one.key["rule_id"]]} for one in summaries],
        "missing": dict(figures.missing_words(figures.rules).most_common()),
        "missed": [one.key["rule_id"] for one in run.summaries if is_missed(one)],
        "example_calendars": list(run.catalog.example_calendars()),
        "versions": versions_of(run.catalog),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    """A summary with its group as keys of its own."""
    pairs = summary.to_dict()
    key: dict[str, Any] = pairs.pop("key")
    return {**key, **pairs}
