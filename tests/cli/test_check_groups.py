"""`servstd check --by` periods and with what rules say of their reporting; --reviews; --version; cells of CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import servstd as library
from cli.running import Servstd
from servstd.evaluate.figures import Figures
from servstd.evaluate.figures_file import figures_from_dict, figures_to_dict

RULES = """catalog: {time_zone: America/New_York}
calendars: {office: {time_zone: America/New_York, hours: {mon-fri: 09:00-17:00}}}
default_calendar: office
rules:
  mail.reply: {title: t, check: {kind: deadline, from: received, to: responded, within: 1 business day}}
  mail.polite:
    title: t
    report_by: team
    min_group: 3
    question: Was it polite?
    check: {kind: first_decided, checks: {person: {kind: review}, field: {kind: recorded, fields: [priority]}}}
"""
ROWS = """id,channel,team,agent,priority,received_at,responded_at
A,email,care,a1,high,2026-05-01T03:30Z,2026-05-01T15:00Z
B,email,care,a2,high,2026-05-01T04:00Z,2026-05-01T15:00Z
C,email,care,a1,high,2026-05-31T12:00Z,2026-06-01T15:00Z
D,email,sales,a3,high,2027-01-01T12:00Z,
E,email,sales,a3,high,,2026-06-01T15:00Z
"""
CHECK = ("check", "log.csv", "--catalog", "own.yaml", "--as-of", "2026-07-01T00:00Z", "--format", "json")


@pytest.fixture
def log(place: Path) -> Path:
    (place / "own.yaml").write_text(RULES)
    (place / "log.csv").write_text(ROWS)
    return place / "log.csv"


def groups(servstd: Servstd, rule: str, by: str, bulk: str = "never") -> list[Any]:
    found = json.loads(servstd(*CHECK, "--by", by, "--bulk", bulk).out)["rules"]
    names = by.split(",")
    return [
        (*(one[name] for name in names), one["opportunities"], one["records"])
        for one in found
        if one["rule_id"] == rule
    ]


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize(
    ("by", "found"),
    [
        ("month", [("2026-04", 1, 1), ("2026-05", 2, 2), (None, 2, 2)]),
        ("week", [("2026-W18", 2, 2), ("2026-W22", 1, 1), (None, 2, 2)]),
        ("day", [("2026-04-30", 1, 1), ("2026-05-01", 1, 1), ("2026-05-31", 1, 1), (None, 2, 2)]),
        ("quarter", [("2026-Q2", 3, 3), (None, 2, 2)]),
        ("year,team", [("2026", "care", 3, 3), (None, "sales", 2, 2)]),
    ],
)
def test_periods_go_by_the_beginning_in_the_zone_of_the_catalog(
    by: str, found: list[Any], bulk: str, servstd: Servstd, log: Path
) -> None:
    """A began at 23:30 on 30 April in New York, B half an hour later; D has not begun, E never did."""
    assert groups(servstd, "mail.reply", by, bulk) == found


def test_a_field_that_is_called_month_wins(servstd: Servstd, log: Path) -> None:
    (log.parent / "own.yaml").write_text(f"{RULES}fields: {{month: {{type: text, brief: b, example: x}}}}\n")
    log.write_text("id,channel,month,received_at\nA,email,mine,2026-05-01T03:30Z\n")
    assert groups(servstd, "mail.reply", "month") == [("mine", 1, 1)]


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_a_rule_is_split_only_by_what_it_is_reported_by(bulk: str, servstd: Servstd, log: Path) -> None:
    assert groups(servstd, "mail.polite", "agent", bulk) == [("all", 5, 5)]
    assert groups(servstd, "mail.polite", "team,agent", bulk) == [("care", "all", 3, 3)]
    assert [one[0] for one in groups(servstd, "mail.reply", "agent", bulk)] == ["a1", "a2", "a3"]


def test_groups_that_are_too_small_are_left_out_and_counted(servstd: Servstd, log: Path) -> None:
    found = json.loads(servstd(*CHECK, "--by", "team").out)
    assert found["small_groups"] == {"mail.polite": 1}
    table = servstd(*CHECK[:-2], "--by", "team")
    assert "groups left out, for their rules ask for larger ones: 1 of mail.polite under 3\n" in table.out
    whole = json.loads(servstd(*CHECK).out)
    assert "small_groups" not in whole
    assert [one["opportunities"] for one in whole["rules"]] == [5, 5]
    log.write_text(ROWS + "F,email,sales,a3,high,2026-05-01T03:30Z,\n")
    assert json.loads(servstd(*CHECK, "--by", "team").out)["small_groups"] == {}


def test_the_version_is_printed(servstd: Servstd) -> None:
    ran = servstd("--version")
    assert (ran.out, ran.code) == (f"servstd {library.__version__}\n", 0)


@pytest.mark.parametrize("name", ["answers.csv", "answers.json"])
def test_answers_of_reviewers_are_laid_beside_the_records(name: str, servstd: Servstd, log: Path) -> None:
    answers = [
        {"record_id": "A", "rule": "mail.polite", "value": "no", "reviewer": "r1", "at": "2026-08-01T00:00Z"},
        {"record_id": "B", "rule": "mail.polite", "value": "yes", "reviewer": "r2"},
        {"record_id": "C", "rule": "mail.polite", "value": "perhaps", "reviewer": "r2"},
        {"record_id": "Z", "rule": "mail.polite", "value": "yes", "reviewer": "r2"},
    ]
    path = log.parent / name
    if name.endswith("json"):
        path.write_text(json.dumps(answers))
    else:
        with path.open("w", newline="") as stream:
            table = csv.DictWriter(stream, ["record_id", "rule", "value", "reviewer", "at"])
            table.writeheader()
            table.writerows(answers)
    before = json.loads(servstd(*CHECK, "--rules", "mail.polite").out)["rules"][0]
    ran = servstd(*CHECK, "--rules", "mail.polite", "--reviews", name)
    found = json.loads(ran.out)["rules"][0]
    assert (before["failed"], found["failed"], found["reasons"]["reviewer_yes"]) == (0, 1, 1)
    assert "'perhaps' is no answer to mail.polite" in ran.err
    assert "no record has the id 'Z'; 1 answer to it is left out [unknown-record]" in ran.err
    table_ran = servstd(*CHECK[:-2], "--rules", "mail.polite", "--reviews", name)
    assert table_ran.out.splitlines()[0].endswith("0 bad rows; 3 answers of 2 reviewers")
    strict = servstd(*CHECK, "--reviews", name, "--strict")
    assert (strict.code, strict.out) == (2, "")
    assert servstd(*CHECK, "--reviews", name, "--bulk", "always").code == 2


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_no_cell_of_a_csv_file_is_a_formula(bulk: str, servstd: Servstd, log: Path) -> None:
    log.write_text('id,channel,agent,received_at\n"=HYPERLINK(""x"")",email,@a,2026-05-01T03:30Z\n')
    assert servstd(*CHECK, "-o", "verdicts.csv", "--bulk", bulk).code == 0
    with (log.parent / "verdicts.csv").open(newline="") as stream:
        row = next(csv.DictReader(stream))
    assert (row["record_id"], row["agent"]) == ('\'=HYPERLINK("x")', "'@a")


def test_figures_of_parts_add_up_and_go_through_a_file(project_root: Path) -> None:
    from datetime import UTC, datetime

    folder = project_root / "examples" / "policy"
    evaluator = library.Evaluator(library.load_catalog(folder))
    with (folder / "may.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assessments = list(evaluator.check_many(rows, as_of=datetime(2026, 6, 1, tzinfo=UTC)))
    rules = list(evaluator.catalog.enabled_rules)
    whole, parts = Figures(rules, ("agent", "week")), [Figures(rules, ("agent", "week")) for _ in range(3)]
    for number, assessment in enumerate(assessments):
        whole.add(assessment)
        parts[min(number // 100, 2)].add(assessment)
    kept = [figures_from_dict(json.loads(json.dumps(figures_to_dict(part)))) for part in parts]
    total = Figures(rules, ("agent", "week"))
    for part in kept:
        total.absorb(part)
    assert total.summaries_by_group() == whole.summaries_by_group()
    assert (total.records, total.seen, total.lacking) == (whole.records, whole.seen, whole.lacking)
    for rule_id in rules:
        assert total.newest_fails(rule_id) == whole.newest_fails(rule_id)
    assert len(total.newest_fails("email.response_time")) == 5
