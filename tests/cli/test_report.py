"""`servstd report` from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.running import Servstd

CENTRE = ("--mapping", "examples/contact_centre/mapping.yaml", "--catalog", "examples/contact_centre/policy")


def test_the_example_month_becomes_a_page(servstd: Servstd, place: Path) -> None:
    ran = servstd("report", "month.jsonl", "-o", "report.html", "--previous", "month.jsonl", *CENTRE)
    assert ran.code == 0
    assert re.search(
        r"wrote report.html, \d\.\d MB: as of 2026-04-01 00:00 UTC-04:00 .*; 426 records, 6 bad rows", ran.err
    )
    page = (place / "report.html").read_text("utf-8")
    assert "Customer service standards: what was met" in page
    assert "+0.0 points: no more than chance" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "Agreement of reviewers" in page  # their answers stand in the log


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-o", "report.pdf"), "unknown-format"),
        (("-o", "report.html", "--by", "teem"), "unknown-field"),
        (("-o", "report.html", "--by", "team,agent"), "unknown-value"),
        (("-o", "report.html", "--by", "agent"), "unknown-value"),
        (("-o", "report.html", "--service-level", "20 parsecs"), "not-a-duration"),
        (("-o", "report.html", "--service-level", "-20s"), "not-a-duration"),
        (("-o", "report.html", "--sample", "none.json"), "unreadable-file"),
        (("-o", "report.html", "--per", "fortnight"), "unknown-value"),
        (("-o", "report.html", "--disputes", "month.jsonl"), "yaml-syntax"),
        (("-o", "month.jsonl.html", "--reviews", "none.json"), "unreadable-file"),
    ],
)
def test_what_can_not_be_done_is_told_and_nothing_is_written(
    servstd: Servstd, place: Path, arguments: tuple[str, ...], code: str
) -> None:
    ran = servstd("report", "month.jsonl", *arguments, *CENTRE)
    assert (ran.code, f"[{code}]" in ran.err) == (2, True), ran.err
    assert not list(place.glob("*.html"))
    assert "bad row" not in ran.err  # before anything is judged


AGENTS = "".join(
    f'{{"id": "E-{number}", "channel": "email", "audience": "external", "agent": "a{number % 2}", '
    f'"received_at": "2026-05-04T15:00-04:00", "responded_at": "2026-05-{4 + number % 5:02}T16:00-04:00"}}\n'
    for number in range(20)
)


@pytest.mark.parametrize(("ranking", "code"), [((), 2), (("--rank-agents",), 0)])
def test_agents_are_compared_only_for_who_asks_to_rank_them(
    servstd: Servstd, place: Path, ranking: tuple[str, ...], code: int
) -> None:
    (place / "log.jsonl").write_text(AGENTS)
    ran = servstd("report", "log.jsonl", "-o", "report.html", "--by", "agent", *ranking)
    assert ran.code == code
    assert ("'agent' compares people, which needs --rank-agents" in ran.err) is (code == 2)
    if code == 0:
        assert "Nobody is ranked" in (place / "report.html").read_text("utf-8")


def test_rates_of_a_sample_are_not_held_against_an_objective(servstd: Servstd, place: Path) -> None:
    rows = "".join(
        f'{{"id": "C-{number}", "channel": "phone", "audience": "external", "answered_at": "2026-05-04T15:00-04:00"}}\n'
        for number in range(30)
    )
    answers = "record_id,rule,value,reviewer,probability\n"
    (place / "log.jsonl").write_text(rows)
    rule = "general.tone_of_voice"
    for chance, is_sampled in ((0.5, True), (1, False)):
        lines = "".join(f"C-{number},{rule},yes,r1,{chance}\n" for number in range(6))
        (place / "answers.csv").write_text(answers + lines)
        ran = servstd("report", "log.jsonl", "-o", "report.html", "--reviews", "answers.csv", "--rules", rule)
        assert ran.code == 0, ran.err
        page = (place / "report.html").read_text("utf-8")
        assert ("from a sample, not weighted" in page) is is_sampled
