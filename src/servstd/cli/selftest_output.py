"""The results of a run of tests: for people, for CI servers that read JUnit or GitHub commands, and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from servstd.cli.coverage_table import coverage_lines, total_of
from servstd.cli.problem_output import render_problems
from servstd.cli.selftest_report import Lack, SelftestReport
from servstd.cli.wrapping import count_of, wrap
from servstd.errors import Problem
from servstd.evaluate.rule_tests import RuleTestResult

_INDENT = "  "
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RIGHTFUL = "inherited tests may rightly fail here: overrides, defaults and calendars of this catalog decide them"


def as_text(report: SelftestReport) -> str:
    """Every failure with its place and why, then what is missing, the coverage, and the count."""
    lines: list[str] = []
    for result in report.failed:
        lines += _failure(result)
    lines += [f"{lack.place}{lack.sentence()}" for lack in report.lacks]
    if report.coverage is not None:
        lines += coverage_lines(report.coverage)
    return "\n".join([*lines, *summary_lines(report)])


def _failure(result: RuleTestResult) -> Iterator[str]:
    whose = "" if result.test.is_own else " (inherited)"
    yield f"{result.place}: {result.rule_id}: {result.name}{whose}"
    yield from wrap(result.what(), _INDENT, _INDENT * 2)
    if result.explanation and result.explanation.removesuffix(".") not in result.because:
        yield from wrap(result.explanation, _INDENT, _INDENT * 2)


def summary_lines(report: SelftestReport) -> Iterator[str]:
    """How many tests ran and how they ended; where none did, why."""
    if not report.results:
        yield _nothing(report)
    count, failed, not_run = len(report.results), len(report.failed), len(report.not_run)
    parts = [f"{count_of(count, 'test')}", f"{count - failed} passed"]
    parts += [f"{failed - not_run} failed"] if failed > not_run else []
    parts += [f"{not_run} could not run"] if not_run else []
    if count:
        yield ", ".join(parts)
    if report.inherited_failed:
        yield f"{_RIGHTFUL} ({len(report.inherited_failed)} did)"
    if report.lacks:
        yield f"{count_of(len(report.lacks), 'rule')} {'lacks' if len(report.lacks) == 1 else 'lack'} tests"


def _nothing(report: SelftestReport) -> str:
    """Why nothing was tested: a run without tests must not look like one that went well."""
    below = "" if report.is_alone else "; --inherited runs the tests of the catalogs below"
    if not report.rules:
        return f"nothing was tested: the catalog holds no rule{' of its own' if below else ''}{below}"
    lack = "1 rule has no test" if report.rules == 1 else f"{report.rules} rules have no tests"
    demand = "" if report.lacks else "; --require-tests makes that a failure"
    return f"nothing was tested: {lack}{demand}{below}"


def as_json(report: SelftestReport) -> str:
    """Everything with stable keys; docs/reference/command-line.md names them."""
    found: dict[str, Any] = {
        "schema_version": "1.0",
        "tests": len(report.results),
        "passed": len(report.results) - len(report.failed),
        "failed": len(report.failed) - len(report.not_run),
        "not_run": len(report.not_run),
        "results": [_result(result) for result in report.results],
        "missing": [_lack(lack) for lack in report.lacks],
    }
    if report.coverage is not None:
        rules = [one.to_dict() for one in report.coverage]
        found["coverage"] = {"total": total_of(report.coverage), "rules": rules}
    return json.dumps(found, indent=2, ensure_ascii=False, default=str)


def _result(result: RuleTestResult) -> dict[str, Any]:
    mark = result.test.mark
    status = "passed" if result.is_passed else "failed" if result.problem is None else "not_run"
    return {
        "rule_id": result.rule_id,
        "name": result.name,
        "file": mark and mark.file,
        "line": mark and mark.line,
        "path": Problem("", "", result.test.keys).path,
        "is_inherited": not result.test.is_own,
        "fixtures": list(result.test.fixtures),
        "status": status,
        "expected": dict(result.test.expect),
        "wrong": [{"key": key, "expected": want, "got": _plain(got)} for key, want, got in result.wrong],
        "because": result.because or None,
        "explanation": result.explanation or None,
        "problem": result.problem,
        "seconds": round(result.seconds, 6),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else list(value) if isinstance(value, tuple) else value


def _lack(lack: Lack) -> dict[str, Any]:
    return {
        "rule_id": lack.rule_id,
        "file": lack.mark and lack.mark.file,
        "line": lack.mark and lack.mark.line,
        "outcomes": [outcome.value for outcome in lack.outcomes],
    }


def as_github(report: SelftestReport) -> str:
    """One annotation a failure, at its line; nothing when all is well."""
    problems = [_problem(result) for result in report.failed]
    for lack in report.lacks:
        problem = Problem("tests-demanded", lack.what(), ("rules", lack.rule_id))
        problems.append(_at(problem, lack.mark))
    return render_problems(problems, "github")


def _problem(result: RuleTestResult) -> Problem:
    if result.problem is None:
        problem = Problem("test-failed", f"{result.name}: {result.what()}", (result.rule_id,))
    else:
        problem = Problem("test-not-run", f"{result.name}: {result.what()}", (result.rule_id,))
    return _at(problem, result.test.mark)


def _at(problem: Problem, mark: Any) -> Problem:
    if mark is None:
        return problem
    return Problem(problem.code, problem.message, problem.keys, None, mark.file, mark.line, mark.column)


def as_junit(report: SelftestReport) -> str:
    """JUnit XML: a suite a rule, a case a test; what could not run is an error, a lack a failed case."""
    results = sorted(report.results, key=lambda result: result.rule_id)
    root = ElementTree.Element("testsuites", {"name": "servstd test"})
    lacks = {lack.rule_id: lack for lack in report.lacks}
    for rule_id, group in groupby(results, key=lambda result: result.rule_id):
        _suite(root, rule_id, list(group), lacks.pop(rule_id, None))
    for rule_id, lack in lacks.items():
        _suite(root, rule_id, [], lack)
    figures = {key: sum(int(suite.get(key, "0")) for suite in root) for key in ("tests", "failures", "errors")}
    root.attrib |= {key: str(value) for key, value in figures.items()}
    root.set("time", f"{sum(result.seconds for result in results):.3f}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True)


def _suite(root: ElementTree.Element, rule_id: str, results: Sequence[RuleTestResult], lack: Lack | None) -> None:
    errors = sum(result.problem is not None for result in results)
    failures = sum(not result.is_passed for result in results) - errors + (lack is not None)
    figures = {
        "tests": str(len(results) + (lack is not None)),
        "failures": str(failures),
        "errors": str(errors),
        "skipped": "0",
        "time": f"{sum(result.seconds for result in results):.3f}",
    }
    suite = ElementTree.SubElement(root, "testsuite", {"name": rule_id, **figures})
    for result in results:
        place = _place(result.test.mark)
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {"classname": rule_id, "name": _text(result.name), **place, "time": f"{result.seconds:.6f}"},
        )
        if not result.is_passed:
            tag, kind = ("failure", "expectation") if result.problem is None else ("error", "not_run")
            element = ElementTree.SubElement(case, tag, {"message": _text(result.what()), "type": kind})
            element.text = _text("\n".join(filter(None, (result.what(), result.explanation))))
    if lack is not None:
        about = {"classname": rule_id, "name": "has tests of every outcome", **_place(lack.mark), "time": "0.000000"}
        case = ElementTree.SubElement(suite, "testcase", about)
        ElementTree.SubElement(case, "failure", {"message": lack.what(), "type": "tests_demanded"})


def _place(mark: Any) -> dict[str, str]:
    return {} if mark is None or mark.file is None else {"file": _text(mark.file), "line": str(mark.line)}


def _text(text: str) -> str:
    """What XML 1.0 can hold: a control character in a test's name would make the whole file unreadable."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
