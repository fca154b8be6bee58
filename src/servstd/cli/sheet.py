"""`servstd sheet`: the reviewer's form for a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servstd.adapters.batch import Batch
from servstd.catalog import Catalog, load_catalog
from servstd.cli.arguments import read_batch, read_mapping
from servstd.cli.log_report import keep_inputs, report_bad_rows
from servstd.cli.stop import BAD_USAGE, say, stop, stopping
from servstd.cli.wrapping import count_of
from servstd.errors import Problem
from servstd.evaluate import Evaluator
from servstd.evaluate.whole_file import whole_file
from servstd.reviewing import Sample, read_sample
from servstd.reviewing.sheet import Card, cards, render_sheet, sheet_table
from servstd.values import parse_instant

_HTML = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """What the command line asked for."""

    logs: Sequence[str]
    sample: Path
    output: Path
    reviewer: str
    is_quoting: bool
    catalog: Path | None
    mapping: Path | None
    input_format: str | None


def run_sheet(options: SheetOptions) -> int:
    """Write the form, and say how many questions it has."""
    if options.output.suffix.lower() not in (*_HTML, ".csv"):
        raise stop(Problem("unknown-format", f"{str(options.output)!r} does not end in .html or .csv", ("-o",)))
    keep_inputs(options.output, [*options.logs, str(options.sample)], options.mapping, [options.catalog])
    with stopping():
        sample, as_of = _dated(options.sample)
        catalog = load_catalog(options.catalog)
        batch = read_batch(catalog, options.logs, read_mapping(catalog, options.mapping), options.input_format)
        report_bad_rows(batch)
        made = _cards(options, sample, catalog, batch, as_of)
        if not made:
            say("no record of the sample is in the log with a question, so nothing was written")
            return BAD_USAGE
        is_page = options.output.suffix.lower() in _HTML
        title = f"Review{f' by {options.reviewer}' if options.reviewer else ''}: {count_of(len(made), 'record')}"
        text = render_sheet(made, sample, title, options.reviewer) if is_page else sheet_table(made, options.reviewer)
        with whole_file(options.output) as stream:
            stream.write(text)
    questions = sum(len(card.questions) for card in made)
    say(f"wrote {count_of(questions, 'question')} on {count_of(len(made), 'record')} to {options.output}")
    return 0


def _dated(path: Path) -> tuple[Sample, datetime]:
    """The sample, and the instant that it was drawn at: what waited then is asked."""
    sample = read_sample(path)
    if sample.as_of is None:
        raise stop(Problem("not-a-sample", "the sample does not say at what instant it was drawn", file=str(path)))
    return sample, parse_instant(sample.as_of)


def _cards(options: SheetOptions, sample: Sample, catalog: Catalog, batch: Batch, as_of: datetime) -> list[Card]:
    if sample.catalog_digest != catalog.digest:
        say("the catalog is not the one that the sample was drawn with; its questions are asked")
    wanted = {one.record_id for one in sample.records}
    records = [record for record in batch.records if record.id in wanted]
    if missing := len(wanted) - len(records):
        say(f"{count_of(missing, 'record')} of the sample {'is' if missing == 1 else 'are'} not in the log")
    rules = [rule_id for rule_id in sample.rules if rule_id in catalog.rules]
    return cards(Evaluator(catalog).check_many(records, as_of=as_of), sample, rules, options.is_quoting)
