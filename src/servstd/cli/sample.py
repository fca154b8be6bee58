"""`servstd sample`: which records a reviewer looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from servstd.catalog import load_catalog
from servstd.cli.arguments import choose_rules, read_as_of, read_batch, read_by, read_mapping
from servstd.cli.log_report import keep_inputs, report_bad_rows, settle_as_of
from servstd.cli.progress import counting
from servstd.cli.stop import BAD_USAGE, say, stop, stopping
from servstd.cli.wrapping import count_of, printable
from servstd.errors import Problem
from servstd.evaluate import Assessment, Evaluator
from servstd.evaluate.whole_file import whole_file
from servstd.reviewing import Sample, candidates, draw_sample
from servstd.reviewing.wanted import reviewed_rules


@dataclass(frozen=True, slots=True)
class SampleOptions:
    """What the command line asked for."""

    logs: Sequence[str]
    output: Path
    seed: str
    size: int
    by: str | None
    each: int | None
    also_decided: bool
    catalog: Path | None
    mapping: Path | None
    as_of: str | None
    rules: str | None
    input_format: str | None


def run_sample(options: SampleOptions) -> int:
    """Draw, write, and say what was drawn from how many."""
    if options.output.suffix.lower() != ".json":
        raise stop(Problem("unknown-format", f"{str(options.output)!r} does not end in .json", ("-o",)))
    if options.each is not None and options.by is None:
        message = "'--each' goes with '--by', which says of what groups"
        raise stop(Problem("option-alone", message, ("--each",)))
    keep_inputs(options.output, options.logs, options.mapping, [options.catalog])
    with stopping():
        drawn = _draw(options)
        if not drawn.records:
            say("no record waits for a reviewer, so nothing was drawn and nothing was written")
            return BAD_USAGE
        with whole_file(options.output) as stream:
            stream.write(drawn.to_json())
    _tell(drawn, options.output)
    return 0


def _draw(options: SampleOptions) -> Sample:
    catalog = load_catalog(options.catalog)
    rules = reviewed_rules(catalog, choose_rules(catalog, options.rules))
    if not rules:
        message = f"none of the rules {options.rules!r} asks a reviewer"
        raise stop(Problem("unknown-rule", message, ("--rules",)))
    by, mapping = read_by(catalog, options.by), read_mapping(catalog, options.mapping)
    given = read_as_of(options.as_of)
    batch = read_batch(catalog, options.logs, mapping, options.input_format)
    report_bad_rows(batch)
    as_of, _ = settle_as_of(given, mapping, batch, "-" in options.logs)

    def judged() -> Iterator[Assessment]:
        with counting("judging", len(batch.records)) as tell:
            for number, assessment in enumerate(Evaluator(catalog).check_many(batch.records, as_of=as_of), start=1):
                yield assessment
                tell(number)

    found = draw_sample(
        candidates(judged(), rules, by, options.also_decided), options.size, options.seed, by, options.each
    )
    digest = catalog.digest
    return replace(
        found,
        rules=tuple(rules),
        as_of=as_of.isoformat(),
        catalog_digest=digest,
        also_decided=options.also_decided,
    )


def _tell(drawn: Sample, output: Path) -> None:
    say(f"drew {count_of(drawn.size, 'record')} of {drawn.population} that wait for a reviewer, to {output}")
    if drawn.by:
        for one in drawn.strata:
            group = ", ".join("no " + name if value is None else str(value) for name, value in one.group.items())
            say(f"  {printable(group)}: {one.size} of {one.population} ({one.probability:.0%})")
