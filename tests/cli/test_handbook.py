"""`servstd docs`: what it writes, where, and that it is the same each time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.running import Servstd


def test_the_name_of_the_file_says_how_it_is_written(servstd: Servstd, place: Path) -> None:
    servstd("docs", "-o", "handbook.html", "--rules", "web.*")
    servstd("docs", "-o", "handbook.md", "--rules", "web.*")
    assert (place / "handbook.html").read_text("utf-8").startswith("<!doctype html>")
    assert (place / "handbook.md").read_text("utf-8").startswith("# Example customer service standards\n")


def test_what_is_printed_is_what_is_written(servstd: Servstd, place: Path) -> None:
    printed = servstd("docs", "--rules", "web.*", "--format", "html")
    ran = servstd("docs", "--rules", "web.*", "-o", "page.html")
    assert (place / "page.html").read_text("utf-8") == printed.out
    assert (ran.out, ran.err) == ("", "wrote 1 rule to page.html\n")


def test_a_folder_gets_a_page_for_each_family(servstd: Servstd, place: Path) -> None:
    ran = servstd("docs", "-o", "deep/handbook", "--rules", "web.*,email.*")
    assert sorted(path.name for path in (place / "deep" / "handbook").iterdir()) == ["email.md", "index.md", "web.md"]
    assert ran.err == "wrote 5 rules to deep/handbook, 3 files\n"


def test_an_existing_folder_is_a_folder_whatever_its_name(servstd: Servstd, place: Path) -> None:
    (place / "pages.md").mkdir()
    servstd("docs", "-o", "pages.md", "--rules", "web.*")
    assert sorted(path.name for path in (place / "pages.md").iterdir()) == ["index.md", "web.md"]


def test_pages_of_an_earlier_run_are_replaced_and_those_of_other_people_are_not(servstd: Servstd, place: Path) -> None:
    assert servstd("docs", "-o", "site", "--rules", "web.*").code == 0
    assert servstd("docs", "-o", "site", "--rules", "web.*").code == 0
    (place / "site" / "index.md").write_text("# Our site\n")
    ran = servstd("docs", "-o", "site", "--rules", "web.*")
    assert ran.code == 2
    assert ran.err.startswith("'site' holds index.md, which servstd docs did not write [unwritable-file]")
    assert (place / "site" / "index.md").read_text() == "# Our site\n"


def test_a_folder_that_can_not_be_made_is_told(servstd: Servstd, place: Path) -> None:
    (place / "file").write_text("x")
    ran = servstd("docs", "-o", "file/handbook.md", "--rules", "web.*")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("'file' can not be made: ")
    assert ran.err.endswith("[unwritable-file]\n")


def test_today_is_asked_for_by_name(servstd: Servstd) -> None:
    year = datetime.now(ZoneInfo("America/New_York")).year
    ran = servstd("docs", "--rules", "web.*", "--as-of", "today")
    assert f" {year}.\n" in ran.out


def test_all_tells_the_rules_that_are_off_too(servstd: Servstd) -> None:
    ran = servstd("docs", "--all", "--rules", "coaching.feedback_time")
    assert "Not in use: it is off unless a catalog switches it on.\n" in ran.out


def test_without_jinja2_the_page_names_what_to_install(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    from servstd.page import render

    render._environment.cache_clear()
    monkeypatch.setattr(render, "find_spec", lambda name: None)
    ran = servstd("docs", "--format", "html", "--rules", "web.*")
    assert (ran.code, ran.err) == (2, "HTML pages need jinja2: pip install 'servstd[report]'\n")
