"""`servstd test`: do the rules do what their tests say?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import typer

from servstd.catalog import load_catalog
from servstd.cli.progress import counting
from servstd.cli.stop import stopping
from servstd.cli.wrapping import count_of
from servstd.evaluate.rule_tests import RuleTestResult, run_tests


def run_selftest(folder: Path | None, style: str) -> int:
    """Run the tests beside the rules that the catalog itself writes; 1 when one fails."""
    with stopping():
        catalog = load_catalog(folder)
    rules = [rule_id for rule_id in catalog.rules if rule_id in catalog.own_rules]
    results: list[RuleTestResult] = []
    with counting("testing") as tell:
        for result in run_tests(catalog, rules):
            results.append(result)
            tell(len(results))
    failed = [result for result in results if not result.is_passed]
    if style == "junit":
        typer.echo(_junit(results))
    else:
        for result in failed:
            typer.echo(result.sentence())
        typer.echo(f"{count_of(len(results), 'test')}, {len(results) - len(failed)} passed")
    return int(bool(failed))


def _junit(results: list[RuleTestResult]) -> str:
    """The results as JUnit XML: a suite a rule."""
    root = ElementTree.Element("testsuites")
    failures = Counter(result.rule_id for result in results if not result.is_passed)
    suites: dict[str, ElementTree.Element] = {}
    for rule_id, count in Counter(result.rule_id for result in results).items():
        figures = {"tests": str(count), "failures": str(failures[rule_id])}
        suites[rule_id] = ElementTree.SubElement(root, "testsuite", {"name": rule_id, **figures})
    for result in results:
        case = {"name": result.name, "classname": result.rule_id}
        element = ElementTree.SubElement(suites[result.rule_id], "testcase", case)
        if not result.is_passed:
            ElementTree.SubElement(element, "failure", {"message": result.sentence()})
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True)
