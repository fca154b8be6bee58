"""The pieces below the commands: tables that fit, sentences that wrap, figures, versions, progress."""

from __future__ import annotations

import io
import json
import random
import re
import signal
import time
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.running import Servstd
from servstd import Evaluator, load_catalog, summarize
from servstd.adapters import BadRow, load_mapping
from servstd.adapters.batch import read_logs
from servstd.catalog import packages
from servstd.cli import progress
from servstd.cli.arguments import show_instant
from servstd.cli.interrupt import Course, stoppable
from servstd.cli.table import render_table
from servstd.cli.wrapping import LINE_WIDTH, wrap
from servstd.evaluate.figures import Figures
from servstd.objective import Objective

AS_OF = datetime.fromisoformat("2026-04-01T00:00+00:00")


@pytest.fixture(scope="module")
def centre(project_root: Path, month: Path) -> tuple[Evaluator, list[Any]]:
    """An evaluator and the assessments of the example month."""
    folder = project_root / "examples" / "contact_centre"
    evaluator = Evaluator(load_catalog(folder / "policy"))
    words = evaluator.catalog.vocabulary
    batch = read_logs([month], load_mapping(folder / "mapping.yaml", words), words, evaluator.catalog.defaults)
    assert all(isinstance(row, BadRow) for row in batch.bad_rows)
    return evaluator, list(evaluator.check_many(batch.records, as_of=AS_OF))


def figures_of(evaluator: Evaluator, assessments: list[Any], *by: str) -> Figures:
    """The figures of assessments."""
    figures = Figures(list(evaluator.catalog.enabled_rules), by)
    for assessment in assessments:
        figures.add(assessment)
    return figures


@pytest.mark.parametrize("by", [(), ("team",), ("team", "channel")])
def test_figures_counted_one_by_one_are_those_of_summarize(
    by: tuple[str, ...], centre: tuple[Evaluator, list[Any]]
) -> None:
    evaluator, assessments = centre
    rules = evaluator.catalog.rules.values()
    objectives: dict[str, Objective] = {rule.id: rule.objective for rule in rules if rule.objective}
    got = figures_of(evaluator, assessments, *by).summaries_by_group(objectives)
    assert got == summarize(assessments, ("rule_id", *by), objectives)


def test_the_order_of_records_changes_no_figure(centre: tuple[Evaluator, list[Any]]) -> None:
    evaluator, assessments = centre
    shuffled = random.Random(3).sample(assessments, len(assessments))
    one, other = figures_of(evaluator, assessments), figures_of(evaluator, shuffled)
    assert one.summaries() == other.summaries()
    assert one.missing_words(one.rules) == other.missing_words(other.rules)


@pytest.mark.parametrize("width", [70, 80, 100, 120, 200])
def test_a_table_fits_or_is_as_short_as_it_can_be(width: int, centre: tuple[Evaluator, list[Any]]) -> None:
    evaluator, assessments = centre
    summaries = figures_of(evaluator, assessments).summaries({"email.response_time": Objective(at_least=0.95)})
    lines = [line.text for line in render_table(summaries, (), {}, width)]
    longest = max(len(summary.key["rule_id"]) for summary in summaries)
    assert max(map(len, lines)) <= max(width, longest + 48)
    assert [line.split()[0] for line in lines[1:]] == [summary.key["rule_id"] for summary in summaries]


def test_a_sentence_is_broken_before_the_next_and_loses_no_word() -> None:
    text = " ".join(f"Counted Mon {day} Mar 09:00 to Mon {day} Mar 17:00." for day in range(1, 30)) + " " + "x" * 150
    lines = list(wrap(text, "  ", "    "))
    assert " ".join(" ".join(lines).split()) == text
    assert all(len(line) <= LINE_WIDTH for line in lines[:-1])
    assert all(line.endswith(".") for line in lines[:-2])
    assert lines[0].startswith("  C")
    assert lines[1].startswith("    C")


def test_an_instant_is_shown_with_its_zone() -> None:
    assert show_instant(datetime.fromisoformat("2026-06-01T00:00+00:00")) == "2026-06-01 00:00 UTC"
    assert show_instant(datetime.fromisoformat("2026-06-01T09:30:15-04:00")) == "2026-06-01 09:30:15 UTC-04:00"
    assert show_instant(datetime.fromisoformat("2026-06-01T09:30:15.25+00:00")) == "2026-06-01 09:30:15.25 UTC"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    for patience, is_shown in ((60.0, False), (-1.0, True)):
        terminal = Terminal()
        monkeypatch.setattr(progress.sys, "stderr", terminal)
        monkeypatch.setattr(progress, "_PATIENCE_S", patience)
        with progress.counting("judging", 1000) as tell:
            for count in range(1, 1001):
                tell(count)
        assert ("judging" in terminal.getvalue()) == is_shown


@pytest.mark.parametrize(
    ("total", "said"),
    [(1000, "250 of 1,000 rows, 125 a second, 750 left"), (None, "250 rows, 125 a second, 50% read")],
)
def test_a_meter_tells_rows_and_pace_and_what_is_left(
    total: int | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 2.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    meter = progress.Meter("judging", total, 4000)
    meter.add(250, 2000)
    assert meter.told() == said
    assert meter.share == (0.25 if total else 0.5)


@pytest.mark.parametrize(
    ("is_terminal", "patience", "is_shown"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)]
)
def test_the_bar_is_for_terminals_and_long_work(
    is_terminal: bool, patience: float, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr(progress.sys, "stderr", stream)
    monkeypatch.setattr(progress, "_PATIENCE_S", patience)
    with progress.Meter("judging", 1000, 0) as meter:
        meter.add(300, 0)
        deadline = time.monotonic() + 5
        while is_shown and "300 of 1,000 rows" not in stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert ("300 of 1,000 rows" in stream.getvalue()) == is_shown


def test_a_signal_waits_for_the_end_of_a_step_that_must_be_whole() -> None:
    done = []

    def work() -> None:
        with stoppable(course := Course()):
            with course.held():
                signal.raise_signal(signal.SIGTERM)
                done.append("whole")
            done.append("never")

    with pytest.raises(typer.Exit) as left:
        work()
    assert done == ["whole"]
    assert left.value.exit_code == 143


def test_the_version_of_the_time_zone_data_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "UTC").touch()
    monkeypatch.setattr(packages.zoneinfo, "TZPATH", (str(tmp_path),))
    assert packages.time_zone_data() == f"of the system, in {tmp_path}"
    (tmp_path / "tzdata.zi").write_text("# version 2025b\n# more\n")
    assert packages.time_zone_data() == "2025b"
    (tmp_path / "+VERSION").write_text("2024a\n")
    assert packages.time_zone_data() == "2024a"
    monkeypatch.setattr(packages.zoneinfo, "TZPATH", ())
    assert re.fullmatch(r"\d{4}\.\d+ \(tzdata\)", packages.time_zone_data() or "")


def test_junit_holds_each_test_and_its_failure(servstd: Servstd) -> None:
    ran = servstd("test", "failing", "--format", "junit")
    assert ran.code == 1
    root = ElementTree.fromstring(ran.out)
    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("own.response_time", "2", "1")
    (failure,) = root.iter("failure")
    assert "expected fail, got pass" in (failure.get("message") or "")


def test_the_tests_of_the_shipped_rules_pass(servstd: Servstd) -> None:
    ran = servstd("test")
    last = ran.out.splitlines()[-1]
    match = re.fullmatch(r"(\d+) tests, (\d+) passed", last)
    assert match
    assert int(match[1]) > 1000
    assert match[1] == match[2]
    assert ran.code == 0


def test_only_the_tests_that_a_catalog_writes_itself_are_run(servstd: Servstd) -> None:
    said = (
        "nothing was tested: the catalog holds no rule of its own; --inherited runs the tests of the catalogs below\n"
    )
    assert servstd("test", "examples/policy").out == said


def test_the_codes_of_problems_are_stable(servstd: Servstd) -> None:
    found = json.loads(servstd("check", "bad.csv", "--format", "json").out)
    assert {problem["code"] for row in found["bad_rows"] for problem in row["problems"]} == {"bad-time"}
