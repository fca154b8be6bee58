"""`servstd report`: one page on a log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from servstd.adapters.batch import Batch
from servstd.catalog import Catalog, load_catalog
from servstd.cli.arguments import choose_rules, read_as_of, read_batch, read_by, read_mapping
from servstd.cli.log_report import heading, keep_inputs, report_bad_rows, settle_as_of
from servstd.cli.progress import counting
from servstd.cli.stop import say, stop, stopping
from servstd.errors import Problem
from servstd.evaluate import Evaluator
from servstd.evaluate.versions import versions_of
from servstd.evaluate.whole_file import whole_file
from servstd.lint import lint
from servstd.report import Gathered, Report, Wishes, build_report, gather, render_report
from servstd.report.drawing import need_extra
from servstd.reviewing import Answers, Sample, read_answers, read_sample
from servstd.reviewing.calibration import Calibration
from servstd.reviewing.disputes import Dispute, read_disputes

_HTML = (".html", ".htm")
PEOPLE = frozenset(("agent", "agents", "agent_id", "agent_name", "agent_names", "employee", "reviewer", "reviewers"))
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) ?(s|sec|seconds?|m|min|minutes?)?")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the command line asked for."""

    logs: Sequence[str]
    output: Path
    catalog: Path | None
    mapping: Path | None
    as_of: str | None
    rules: str | None
    by: str
    per: str
    previous: Sequence[str]
    reviews: Sequence[Path]
    sample: Path | None
    disputes: Path | None
    min_group: int
    is_ranking: bool
    service_level: str | None
    title: str | None
    input_format: str | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was read and counted."""

    batch: Batch
    as_of: datetime
    origin: str | None
    gathered: Gathered


@dataclass(frozen=True, slots=True)
class _Given:
    """What was given beside the logs."""

    answers: Answers
    sample: Sample | None
    disputes: Sequence[Dispute]
    limit: timedelta | None


def run_report(options: ReportOptions) -> int:
    """Judge, count, and write the page."""
    if options.output.suffix.lower() not in _HTML:
        raise stop(Problem("unknown-format", f"{str(options.output)!r} does not end in .html", ("-o",)))
    extra = [str(path) for path in (*options.reviews, options.sample, options.disputes) if path is not None]
    keep_inputs(options.output, [*options.logs, *options.previous, *extra], options.mapping, [options.catalog])
    with stopping():
        need_extra()
        catalog = load_catalog(options.catalog)
        rules, by = choose_rules(catalog, options.rules), read_by(catalog, options.by)
        _check_by(options, by)
        limit = _read_limit(options.service_level)
        answers = read_answers(options.reviews, catalog)
        sample = None if options.sample is None else read_sample(options.sample)
        disputes = [] if options.disputes is None else read_disputes(options.disputes, catalog)
        judged = _judge(options, catalog, rules, options.logs, answers, options.as_of)
        before = _judge(options, catalog, rules, options.previous, Answers(), None) if options.previous else None
        page = render_report(_report(options, catalog, judged, before, _Given(answers, sample, disputes, limit)))
        with whole_file(options.output) as stream:
            stream.write(page)
    size = len(page.encode()) / 1e6
    say(f"wrote {options.output}, {size:.1f} MB: {heading(judged.batch.notes(), judged.as_of, judged.origin)}")
    return 0


def _judge(
    options: ReportOptions,
    catalog: Catalog,
    rules: Sequence[str],
    logs: Sequence[str],
    answers: Answers,
    at: str | None,
) -> _Judged:
    given, mapping = read_as_of(at), read_mapping(catalog, options.mapping)
    batch = read_batch(catalog, logs, mapping, options.input_format)
    report_bad_rows(batch)
    as_of, origin = settle_as_of(given, mapping, batch, "-" in logs)
    records = answers.beside(batch.records)
    for problem in answers.problems:
        say(problem.render())
    wishes = Wishes(options.by, options.per, options.min_group, options.is_ranking)
    with counting("judging", len(records)) as tell:
        assessments = Evaluator(catalog).check_many(records, as_of=as_of)
        gathered = gather(assessments, rules, wishes, frozenset(batch.given), tell)
    return _Judged(batch, as_of, origin, gathered)


def _report(
    options: ReportOptions,
    catalog: Catalog,
    judged: _Judged,
    before: _Judged | None,
    given: _Given,
) -> Report:
    every = given.answers.together(judged.batch.records, as_of=judged.as_of, catalog=catalog)
    return build_report(
        judged.gathered,
        catalog,
        as_of=judged.as_of,
        title=options.title or "Customer service standards: what was met",
        about=_about(catalog, judged, before),
        versions=_versions(catalog),
        objectives={rule_id: rule.objective for rule_id, rule in catalog.rules.items() if rule.objective},
        before=None if before is None else before.gathered.figures,
        calibration=Calibration(every, catalog, given.sample) if every else None,
        disputes=given.disputes,
        sampled=_sampled(given.answers, given.sample),
        service_level=given.limit,
        problems=lint(catalog, today=judged.as_of.astimezone(catalog.zone).date()).problems,
    )


def _check_by(options: ReportOptions, by: Sequence[str]) -> None:
    """One column; that of people only for who asks for comparisons of people."""
    if len(by) != 1:
        raise stop(Problem("unknown-value", f"{options.by!r} is not one column", ("--by",)))
    if by[0] in PEOPLE and not options.is_ranking:
        message = f"{by[0]!r} compares people, which needs --rank-agents"
        raise stop(Problem("unknown-value", message, ("--by",)))


def _read_limit(text: str | None) -> timedelta | None:
    """`20s`, `1min`: a length of elapsed time."""
    if text is None:
        return None
    match = _LENGTH.fullmatch(text.strip().lower())
    if match is None:
        message = f"{text!r} is not a length such as 20s or 1min"
        raise stop(Problem("not-a-duration", message, ("--service-level",)))
    return timedelta(seconds=float(match[1]) * (60 if (match[2] or "s").startswith("m") else 1))


def _sampled(answers: Answers, sample: Sample | None) -> frozenset[str]:
    """The rules that answers decided on records that were drawn with a chance below 1."""
    return answers.sampled_rules({} if sample is None else {one.record_id: one.probability for one in sample.records})


def _about(catalog: Catalog, judged: _Judged, before: _Judged | None) -> list[str]:
    """Lines on what was judged."""
    found = [heading(judged.batch.notes(), judged.as_of, judged.origin) + "."]
    found += [f"Compared with {heading(before.batch.notes(), before.as_of, before.origin)}."] if before else []
    if examples := catalog.example_calendars():
        found.append(f"Opening hours are those of an example: {', '.join(examples)}.")
    return found


def _versions(catalog: Catalog) -> dict[str, str]:
    versions = versions_of(catalog)
    shown = {name: str(versions[name]) for name in ("servstd", "holidays", "time_zones")}
    return {**shown, "catalog": f"{catalog.name or 'without a name'} {catalog.version or ''} {catalog.digest[:12]}"}
