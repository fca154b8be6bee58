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


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-o", "report.pdf"), "unknown-format"),
        (("-o", "report.html", "--by", "teem"), "unknown-field"),
        (("-o", "report.html", "--by", "team,agent"), "unknown-value"),
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
