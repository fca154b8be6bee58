"""`servstd test`: do the rules do what their tests say?"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from servstd.catalog import Catalog, load_catalog
from servstd.cli.progress import counting
from servstd.cli.selftest_output import as_github, as_json, as_junit, as_text, summary_lines
from servstd.cli.selftest_report import Lack, SelftestReport
from servstd.cli.stop import say, stop, stopping
from servstd.errors import Problem
from servstd.evaluate.coverage import Coverage
from servstd.evaluate.rule_tests import RuleTestResult, run_tests
from servstd.vocabulary import nearest
from servstd.yaml_reader import locate

STYLES = ("text", "junit", "json", "github")


@dataclass(frozen=True, slots=True)
class SelftestOptions:
    """What the command line asked for."""

    folder: Path | None
    rules: str | None = None
    is_inherited: bool = False
    is_coverage: bool = False
    is_demanding: bool = False
    style: str = "text"


def run_selftest(options: SelftestOptions) -> int:
    """Run the tests of a catalog and print what failed; 1 when something did, or is missing."""
    with stopping():
        catalog = load_catalog(options.folder, check_lock=False)  # what is being changed need not match its lock
    rules = _chosen(catalog, options)
    coverage = Coverage(catalog, rules) if options.is_coverage or options.is_demanding else None
    results = _run(catalog, rules, options, coverage)
    report = SelftestReport(results, rules=len(rules), is_alone=len(catalog.layers) < 2 or options.is_inherited)
    if coverage is not None:
        report.lacks = _lacks(catalog, coverage) if options.is_demanding else []
        report.coverage = list(coverage.rules.values()) if options.is_coverage else None
    renderers = {"junit": as_junit, "json": as_json, "github": as_github, "text": as_text}
    text = renderers[options.style](report)
    if text:
        typer.echo(text)
    if options.style == "github":
        say("\n".join(summary_lines(report)))
    return int(bool(report.failed or report.lacks))


def _chosen(catalog: Catalog, options: SelftestOptions) -> list[str]:
    """The rules to test: those that `--rules` names among the own ones, or among all with `--inherited`."""
    tested = {test.rule_id for test in catalog.tests if test.is_own}
    mine = [rule_id for rule_id in catalog.rules if options.is_inherited or rule_id in catalog.own_rules | tested]
    if options.rules is None:
        return mine
    patterns = [part.strip() for part in options.rules.split(",") if part.strip()] or [options.rules]
    wrong = [one for one in patterns if not fnmatch.filter(mine, one)]
    if wrong:
        raise stop(*(_no_match(one, catalog, mine) for one in wrong))
    return [rule_id for rule_id in mine if any(fnmatch.fnmatchcase(rule_id, one) for one in patterns)]


def _no_match(pattern: str, catalog: Catalog, mine: Sequence[str]) -> Problem:
    if fnmatch.filter(catalog.rules, pattern):
        message = f"{pattern!r} is inherited, and the catalog has no tests of its own for it"
        return Problem("unknown-rule", message, ("--rules",), "--inherited runs those of the catalogs below")
    return Problem("unknown-rule", f"no rule matches {pattern!r}", ("--rules",), nearest(pattern, mine))


def _run(
    catalog: Catalog, rules: Sequence[str], options: SelftestOptions, coverage: Coverage | None
) -> list[RuleTestResult]:
    results: list[RuleTestResult] = []
    observe = None if coverage is None else coverage.observe
    with counting("testing") as tell:
        for result in run_tests(catalog, rules, inherited=options.is_inherited, observe=observe):
            results.append(result)
            tell(len(results))
    return results


def _lacks(catalog: Catalog, coverage: Coverage) -> list[Lack]:
    """The rules whose tests do not show every outcome that they can have; rules switched off need none."""
    found = []
    for rule_id, one in coverage.rules.items():
        if one.missing_outcomes and catalog.rules[rule_id].enabled:
            mark = locate(catalog.tree, ("rules", rule_id), at_key=True)
            found.append(Lack(rule_id, one.missing_outcomes, mark))
    return found
