"""`servstd sample`, `sheet` and `calibrate` from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cli.running import Servstd

CENTRE = ("--mapping", "examples/contact_centre/mapping.yaml", "--catalog", "examples/contact_centre/policy")


def drawn(servstd: Servstd, *options: str) -> dict[str, object]:
    ran = servstd("sample", "month.jsonl", "-o", "s.json", "--seed", "7", *options, *CENTRE)
    assert ran.code == 0, ran.err
    found: dict[str, object] = json.loads(Path("s.json").read_text("utf-8"))
    return found


def filled(name: str, value: str, count: int | None = None) -> str:
    """The table of a sheet, filled in by one reviewer."""
    with open("sheet.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with open(f"{name}.csv", "w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, list(rows[0]))
        table.writeheader()
        table.writerows({**row, "value": value, "reviewer": name} for row in rows[:count])
    return f"{name}.csv"


def test_a_sample_says_what_it_was_drawn_from(servstd: Servstd) -> None:
    ran = servstd("sample", "month.jsonl", "-o", "s.json", "--seed", "7", "--size", "12", "--by", "team", *CENTRE)
    assert ran.err.splitlines()[-4:] == [
        "drew 12 records of 322 that wait for a reviewer, to s.json",
        "  care: 6 of 175 (3%)",
        "  london: 3 of 76 (4%)",
        "  sales: 3 of 71 (4%)",
    ]


def test_also_decided_asks_again(servstd: Servstd) -> None:
    assert drawn(servstd)["population"] == 322
    assert int(str(drawn(servstd, "--also-decided")["population"])) > 322


def test_a_sheet_of_another_log_writes_nothing(servstd: Servstd, place: Path) -> None:
    drawn(servstd)
    ran = servstd("sheet", "examples/policy/may.csv", "--sample", "s.json", "-o", "sheet.html", *CENTRE[2:])
    assert (ran.code, (place / "sheet.html").exists()) == (2, False)
    assert "50 records of the sample are not in the log" in ran.err


def test_a_changed_catalog_is_said(servstd: Servstd) -> None:
    drawn(servstd)
    ran = servstd("sheet", "month.jsonl", "--sample", "s.json", "-o", "sheet.csv", *CENTRE[:2])
    assert "the catalog is not the one that the sample was drawn with; its questions are asked" in ran.err


def test_two_reviewers_are_held_against_each_other(servstd: Servstd) -> None:
    drawn(servstd, "--size", "5")
    servstd("sheet", "month.jsonl", "--sample", "s.json", "-o", "sheet.csv", *CENTRE)
    ran = servstd("calibrate", filled("r1", "yes"), filled("r2", "yes", 3), "--sample", "s.json", *CENTRE[2:])
    assert ran.code == 0
    assert ran.out.splitlines()[0].endswith("questions without an answer") is False
    assert "- (all answers are the same)" in ran.out
    found = json.loads(servstd("calibrate", "r1.csv", "r2.csv", "--format", "json", *CENTRE[2:]).out)
    assert [one["reviewer"] for one in found["reviewers"]] == ["r1", "r2"]
    assert sum(one["twice"] for one in found["rules"]) == 3


def test_questions_left_open_are_counted(servstd: Servstd) -> None:
    drawn(servstd, "--size", "5")
    servstd("sheet", "month.jsonl", "--sample", "s.json", "-o", "sheet.csv", *CENTRE)
    ran = servstd("calibrate", "sheet.csv", *CENTRE[2:])
    assert (ran.code, ran.out, ran.err) == (2, "", "no answer could be used\n")


def test_disputes_stand_alone_too(servstd: Servstd, place: Path) -> None:
    (place / "disputes.yaml").write_text(
        "disputes: [{record: C-1, rule: external.greet, verdict: fail, by: a7, reason: I did, outcome: upheld}]\n"
    )
    assert servstd("calibrate", "--disputes", "disputes.yaml").out.splitlines() == [
        "rule            upheld  rejected  withdrawn  open  upheld of decided (95% interval)",
        "external.greet       1         0          0     0  100.0% (20.7-100.0) few",
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("calibrate",), "missing-argument"),
        (("calibrate", "none.json"), "unreadable-file"),
        (("sample", "may.csv", "-o", "s.csv", "--seed", "7"), "unknown-format"),
        (("sample", "may.csv", "-o", "s.json", "--seed", "7", "--each", "3"), "option-alone"),
        (("sample", "may.csv", "-o", "s.json", "--seed", "7", "--rules", "email.response_time"), "unknown-rule"),
        (("sheet", "month.jsonl", "--sample", "month.jsonl", "-o", "sheet.html"), "not-a-sample"),
        (("sheet", "may.csv", "--sample", "s.json", "-o", "sheet.pdf"), "unknown-format"),
    ],
)
def test_what_can_not_be_done_is_told(servstd: Servstd, arguments: tuple[str, ...], code: str) -> None:
    ran = servstd(*arguments)
    assert (ran.code, f"[{code}]" in ran.err) == (2, True), ran.err


def test_a_sample_without_its_instant_is_told(servstd: Servstd) -> None:
    tree = drawn(servstd)
    Path("s.json").write_text(json.dumps({**tree, "as_of": None}))
    ran = servstd("sheet", "month.jsonl", "--sample", "s.json", "-o", "sheet.csv", *CENTRE)
    assert (ran.code, ran.err) == (2, "s.json: the sample does not say at what instant it was drawn [not-a-sample]\n")


def test_answers_beside_the_sample_and_of_nobody_are_said(servstd: Servstd) -> None:
    drawn(servstd, "--size", "5")
    servstd("sheet", "month.jsonl", "--sample", "s.json", "-o", "sheet.csv", *CENTRE)
    filled("r1", "yes")
    text = Path("r1.csv").read_text("utf-8").replace(",r1,", ",,", 1)
    Path("r1.csv").write_text(text, "utf-8")
    drawn(servstd, "--size", "1")
    ran = servstd("calibrate", "r1.csv", "--sample", "s.json", *CENTRE[2:])
    assert ran.err == "4 answered records are not in the sample, and no part of the rates\n"
    assert ran.out.splitlines()[0].endswith("answers of 1 reviewer, 1 that names nobody")
    assert " of 1 " in ran.out


def test_explain_minds_the_answers_of_reviewers(servstd: Servstd, place: Path) -> None:
    head = "record_id,rule,value,reviewer\n"
    (place / "r1.csv").write_text(head + "C-9,external.listen,yes,r1\nE-168,external.listen,Yes,r1\n")
    asked = ("explain", "examples/policy/may.csv", "E-168", "external.listen")
    assert servstd(*asked).out.splitlines()[1] == "external.listen: unknown, no_review"
    ran = servstd(*asked, "--reviews", "r1.csv")
    assert ran.out.splitlines()[1] == "external.listen: pass, reviewer_yes"
    assert ran.err == "no record has the id 'C-9'; 1 answer to it is left out [unknown-record]\n"
