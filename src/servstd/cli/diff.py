"""`servstd diff`: two catalogs on the same logs, and what changes between them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from servstd.catalog import Catalog, load_catalog
from servstd.catalog.revision import folder_of
from servstd.cli.arguments import match_rules, read_as_of, read_by
from servstd.cli.diff_logs import BothLogs, read_both, report_logs
from servstd.cli.diff_view import diff_lines, explained_lines, summary_lines
from servstd.cli.log_report import bad_row, keep_inputs, report_reach
from servstd.cli.progress import counting
from servstd.cli.stop import stop, stopping
from servstd.cli.table import print_lines
from servstd.compare import Comparer, Comparison, RulePair, pair_rules
from servstd.compare.as_json import as_json
from servstd.compare.explained import Explained, explain_both
from servstd.errors import CatalogError, Problem
from servstd.evaluate import Evaluator
from servstd.evaluate.versions import versions_of
from servstd.evaluate.whole_file import whole_file
from servstd.vocabulary import nearest

_SHOWN = 20  # records of one transition that a page explains
_STYLES = {".json": "json", ".html": "html", ".htm": "html"}


@dataclass(frozen=True, slots=True)
class DiffOptions:
    """What the command line asked for."""

    old: str
    new: str
    logs: list[str]
    mapping: Path | None
    as_of: str | None
    rules: str | None
    by: str | None
    is_all: bool
    readings: bool
    explain: str | None
    rule: str | None
    style: str | None
    output: Path | None
    fail_on: str
    input_format: str | None

    @property
    def format(self) -> str:
        """What was asked for, else what the file's name says, else a table."""
        suffix = self.output.suffix.lower() if self.output else ""
        return self.style or _STYLES.get(suffix, "table")


@dataclass(frozen=True, slots=True)
class Run:
    """What is compared."""

    old: Evaluator
    new: Evaluator
    logs: BothLogs
    as_of: datetime
    origin: str | None


def run_diff(options: DiffOptions) -> int:
    """Compare, print, and say with which code to leave."""
    _check_usage(options)
    with stopping():
        run = _prepare(options)
        if options.explain is not None:
            _explain(run, options)
            return 0
        comparison = _compare(run, options)
        _put(comparison, run, options)
    failed = {"none": False, "worse": comparison.is_worse, "any": comparison.is_changed}
    return int(failed[options.fail_on])


def _check_usage(options: DiffOptions) -> None:
    """What can be said before any work."""
    keep_inputs(options.output, options.logs, options.mapping, [options.old, options.new])
    if options.rule is not None and options.explain is None:
        raise stop(Problem("option-alone", "'--rule' goes with '--explain'; '--rules' chooses rules", ("--rule",)))
    if options.explain is not None and options.format == "html":
        message = "'--explain' prints a table or json; a page explains every record that it shows"
        raise stop(Problem("option-alone", message, ("--explain",)))
    if options.explain is not None and options.fail_on != "none":
        message = "'--fail-on' asks about all records, '--explain' shows one"
        raise stop(Problem("option-alone", message, ("--fail-on",)))
    if options.output is not None and not options.output.absolute().parent.is_dir():
        message = f"there is no folder {str(options.output.parent)!r}"
        raise stop(Problem("unwritable-file", message, ("-o",)))


def _prepare(options: DiffOptions) -> Run:
    old, new = _load_both(options.old, options.new)
    given = read_as_of(options.as_of)
    logs = read_both(old, new, options.logs, options.mapping, options.input_format)
    if options.explain is None:
        report_logs(logs)
    else:
        logs.find_or_stop(options.explain)  # before anything that a log with nothing else in it could lack
    as_of, origin = logs.choose_as_of(given)
    report_reach(logs.new, origin)
    return Run(Evaluator(old), Evaluator(new), logs, as_of, origin)


def _load_both(old: str, new: str) -> tuple[Catalog, Catalog]:
    """Both catalogs; what is wrong with either is said at once."""
    found: list[Catalog] = []
    problems: list[Problem] = []
    for where in (old, new):
        try:
            with folder_of(where) as folder:
                found.append(load_catalog(folder, check_lock=False))  # what is being changed need not match its lock
        except CatalogError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise CatalogError(problems)
    return found[0], found[1]


def _chosen(run: Run, options: DiffOptions) -> list[str] | None:
    """The rules that `--rules` names, reported by either catalog."""
    if options.rules is None:
        return None
    catalogs = (run.old.catalog, run.new.catalog)
    enabled = list(dict.fromkeys(rule_id for one in catalogs for rule_id in one.enabled_rules))
    return match_rules(enabled, {**catalogs[0].rules, **catalogs[1].rules}, options.rules)


def _compare(run: Run, options: DiffOptions) -> Comparison:
    comparer = Comparer(
        run.old,
        run.new,
        as_of=run.as_of,
        rules=_chosen(run, options),
        by=read_by(run.new.catalog, options.by),
        every=options.is_all,
        readings=options.readings,
    )
    logs = run.logs
    with counting("comparing", logs.count) as tell:
        for number, (before, after) in enumerate(logs.pairs(), start=1):
            comparer.add(before, after)
            tell(number)
    return comparer.result((options.old, options.new), logs.only_old, logs.only_new)


def _put(comparison: Comparison, run: Run, options: DiffOptions) -> None:
    """Print, or write the file and print only the sentences."""
    if options.format == "table":
        shown = _examples(comparison, run, 1)
        lines = diff_lines(comparison, run.logs.heading(run.as_of, run.origin), shown, options.is_all)
        if options.output is None:
            print_lines(lines)
            return
        text = "".join(f"{line.text}\n" for line in lines(None))
    elif options.format == "json":
        text = json.dumps(_as_json(comparison, run), indent=2, ensure_ascii=False) + "\n"
    else:
        text = _page(comparison, run, options)
    _write(text, options.output)
    if options.output is not None:
        for line in summary_lines(comparison):
            typer.echo(line)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
        return
    with whole_file(output) as stream:
        stream.write(text)


def _page(comparison: Comparison, run: Run, options: DiffOptions) -> str:
    from servstd.compare.page import render_diff

    examples = _examples(comparison, run, None if options.is_all else _SHOWN)
    return render_diff(comparison, examples, run.logs.heading(run.as_of, run.origin))


def _as_json(comparison: Comparison, run: Run) -> dict[str, Any]:
    return {
        **as_json(comparison),
        "bad_rows": [bad_row(row) for row in run.logs.bad_rows],
        "repeats": run.logs.new.repeats,
        "versions": {"old": versions_of(run.old.catalog), "new": versions_of(run.new.catalog)},
    }


def _examples(comparison: Comparison, run: Run, most: int | None) -> dict[tuple[str, str], Explained]:
    """The first records of each transition, explained under both, by rule and record id."""
    wanted: dict[str, list[RulePair]] = {}
    for rule in comparison.changed_rules:
        for transition in rule.transitions:
            for record_id in transition.ids[:most]:
                wanted.setdefault(record_id, []).append(rule.pair)
    found: dict[tuple[str, str], Explained] = {}
    for record_id, pairs in wanted.items():
        for one in explain_both(run.old, run.new, run.logs.find(record_id), pairs, run.as_of):
            found[one.pair.id, record_id] = one
    return found


def _explain(run: Run, options: DiffOptions) -> None:
    """`--explain`: the verdicts of one record that differ, or those of `--rule`."""
    record_id = options.explain or ""
    pairs = pair_rules(run.old.catalog, run.new.catalog, _chosen(run, options))
    if options.rule is not None:
        pairs = _named(pairs, options.rule)
    found = explain_both(run.old, run.new, run.logs.find(record_id), pairs, run.as_of)
    shown = found if options.rule is not None else [one for one in found if one.differs]
    if options.format == "json":
        about = {"record_id": record_id, "as_of": run.as_of.isoformat(), "compared": len(found)}
        text = json.dumps({**about, "verdicts": [one.to_dict() for one in shown]}, indent=2, ensure_ascii=False) + "\n"
        _write(text, options.output)
        return
    lines: Iterable[str] = explained_lines(record_id, shown, len(found), run.as_of, options.is_all)
    _write("".join(f"{line}\n" for line in lines), options.output)


def _named(pairs: list[RulePair], rule_id: str) -> list[RulePair]:
    known = [name for pair in pairs for name in (pair.old_id, pair.new_id) if name]
    if rule_id not in known:
        message = f"neither catalog reports a rule {rule_id!r}"
        raise stop(Problem("unknown-rule", message, ("--rule",), nearest(rule_id, known)))
    return [pair for pair in pairs if rule_id in (pair.old_id, pair.new_id)]
