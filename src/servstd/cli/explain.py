"""`servstd explain`: one record of a log, and why each verdict is what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from servstd.adapters.batch import Batch
from servstd.catalog import Catalog, load_catalog
from servstd.cli.arguments import read_as_of, read_batch, read_mapping, show_instant
from servstd.cli.check_ask import report_answers
from servstd.cli.explain_page import explain_page
from servstd.cli.explain_tree import tree_lines, tree_rows
from servstd.cli.log_report import settle_as_of
from servstd.cli.stop import BAD_USAGE, say, stop, stopping
from servstd.cli.wrapping import wrap
from servstd.errors import Problem
from servstd.evaluate import Assessment, Evaluator, Verdict
from servstd.evaluate.account import account_of, sentences_of
from servstd.evaluate.reasoning import reasoning_of
from servstd.outcome import NOT_APPLICABLE
from servstd.record import Record
from servstd.reviewing import read_answers
from servstd.vocabulary import nearest

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """What the command line asked for."""

    log: str
    record_id: str
    rule_id: str | None
    catalog: Path | None
    mapping: Path | None
    as_of: str | None
    is_full: bool
    is_all: bool
    style: str
    input_format: str | None
    reviews: Sequence[Path] = ()


def run_explain(options: ExplainOptions) -> None:
    """Print the verdicts of one record, or one of them in full."""
    with stopping():
        catalog = load_catalog(options.catalog)
        _check_rule(catalog, options.rule_id)
        mapping = read_mapping(catalog, options.mapping)
        given = read_as_of(options.as_of)
        answers = read_answers(options.reviews, catalog)
        batch = read_batch(catalog, [options.log], mapping, options.input_format)
        record = _find(batch, options)
        as_of, origin = settle_as_of(given, mapping, batch, options.log == "-")
        reviewed = {one.id: one for one in answers.beside(batch.records)}
        report_answers(answers)
        assessment = Evaluator(catalog).check(reviewed.get(record.id, record), as_of=as_of)
    verdicts = _chosen(assessment, options)
    if options.style == "json":
        typer.echo(json.dumps(_as_json(assessment, verdicts, as_of), indent=2, ensure_ascii=False))
    elif options.style == "html":
        with stopping():
            typer.echo(explain_page(assessment, verdicts, _heading(assessment, as_of, origin)), nl=False)
    else:
        for line in _lines(assessment, verdicts, options, as_of, origin):
            typer.echo(line)


def _check_rule(catalog: Catalog, rule_id: str | None) -> None:
    if rule_id is not None and rule_id not in catalog.rules:
        raise stop(Problem("unknown-rule", f"no rule is called {rule_id!r}", hint=nearest(rule_id, catalog.rules)))


def _find(batch: Batch, options: ExplainOptions) -> Record:
    """The record; a row of that id which can not be read is said to be so."""
    record = batch.find(options.record_id)
    if record is not None:
        return record
    bad = [row for row in batch.bad_rows if row.record_id == options.record_id]
    for row in bad:
        say(row.render())
    if not bad:
        known = [one.id for one in batch.records]
        message = f"no record has the id {options.record_id!r}; {len(known)} were read"
        raise stop(Problem("unknown-record", message, hint=nearest(options.record_id, known), file=options.log))
    raise typer.Exit(BAD_USAGE)


def _chosen(assessment: Assessment, options: ExplainOptions) -> list[Verdict]:
    if options.rule_id is not None:
        return [assessment[options.rule_id]]
    return [verdict for verdict in assessment if options.is_all or verdict.outcome is not NOT_APPLICABLE]


def _as_json(assessment: Assessment, verdicts: list[Verdict], as_of: datetime) -> dict[str, Any]:
    return {
        "schema_version": "1.0",
        "record_id": assessment.record_id,
        "as_of": as_of.isoformat(),
        "verdicts": [{**account_of(one), "reasoning": reasoning_of(one).to_dict()} for one in verdicts],
    }


def _lines(
    assessment: Assessment, verdicts: list[Verdict], options: ExplainOptions, as_of: datetime, origin: str | None
) -> Iterator[str]:
    yield f"{assessment.record_id}: {_heading(assessment, as_of, origin)}"
    if options.rule_id is not None:
        yield from _in_full(verdicts[0], options.is_full)
        return
    for verdict in verdicts:
        yield f"{verdict.rule_id}: {_outcome(verdict)}"
        yield from wrap(verdict.explain(full=options.is_full), _INDENT, _INDENT)
    rest = len(assessment) - len(verdicts)
    if rest:
        yield f"{rest} {'rule does' if rest == 1 else 'rules do'} not apply. --all shows them"


def _heading(assessment: Assessment, as_of: datetime, origin: str | None) -> str:
    source = f" ({origin})" if origin else ""
    record = assessment.record
    about = filter(None, (record.kind, record.channel, record.team, record.agent))
    return f"{', '.join(map(str, about))}; as of {show_instant(as_of)}{source}"


def _outcome(verdict: Verdict) -> str:
    """`fail, late`, with how many opportunities when there are several."""
    text = f"{verdict.outcome.value}, {verdict.reason}"
    if verdict.opportunities > 1:
        counts = {
            "passed": verdict.passed_count,
            "failed": verdict.failed_count,
            "pending": verdict.pending_count,
            "unknown": verdict.unknown_count,
        }
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        text += f" (of {verdict.opportunities} opportunities {said})"
    return text


def _in_full(verdict: Verdict, is_full: bool) -> Iterator[str]:
    """One verdict with everything that is known about it."""
    account = account_of(verdict)
    yield f"{verdict.rule_id}: {_outcome(verdict)}"
    yield f"{_INDENT}{verdict.rule.title}"
    yield from tree_lines(tree_rows(reasoning_of(verdict), is_full))
    yield "how it came about:"
    for sentence in sentences_of(verdict, is_full) or [verdict.explain(full=True)]:
        yield from wrap(sentence, _INDENT, _INDENT * 2)
    if verdict.lean:
        yield f"leans to: {verdict.lean}"
    if verdict.conflict:
        yield "conflict: other evidence says the opposite"
    if verdict.assumed:
        yield f"assumed: {', '.join(verdict.assumed)}"
    yield from _readings(verdict, account["other_readings"])
    if account["evidence"]:
        yield "evidence:"
        yield from (f"{_INDENT}{_pointer(one)}" for one in account["evidence"])


def _readings(verdict: Verdict, others: dict[str, str]) -> Iterator[str]:
    if verdict.reading:
        yield f"reading: {verdict.reading}"
    if others:
        yield "other readings would give:"
        yield from (f"{_INDENT}{name}: {outcome}" for name, outcome in others.items())


def _pointer(point: dict[str, Any]) -> str:
    """`event 2, responded, 2026-05-26T15:30:00-04:00`."""
    place = f" {point['place']}" if point["place"] else ""
    until = f" to {point['until']}" if point["until"] else ""
    at = f", {point['at']}{until}" if point["at"] else ""
    name = f" by {point['name']}" if point["what"] != "event" and point["name"] else f" {point['name']}"
    return f"{point['what']}{place}{name.rstrip()}{at}"
