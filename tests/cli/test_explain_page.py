"""The page of `servstd explain --format html`: what it shows, and what it must never let through."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from cli.running import Servstd

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
POLICY = ("--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z", "--format", "html")
VOID = {"meta", "img", "br", "link", "input"}


class Page(HTMLParser):
    """The elements of a page, and whether they are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


@pytest.fixture
def page(servstd: Servstd) -> Page:
    """The page of the record of the README, with one rule."""
    return Page(servstd("explain", "examples/policy/may.csv", "E-17", "email.response_time", *POLICY).out)


def test_the_page_shows_the_tree_and_the_clock(page: Page) -> None:
    text = " ".join(page.text.split())
    assert "channel is email email yes" in text
    assert "Mon 25 May Skipped: Memorial Day." in text
    assert "Tue 26 May 09:00 Counted until 12:30. 3 h 30 min 4 h 30 min" in text
    assert "Times are those of America/New_York." in text


def test_every_table_has_a_caption_and_headers_with_a_scope(page: Page) -> None:
    assert page.count("table") == page.count("caption") == 2
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[:2] == [1, 2]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_element_is_closed_in_order(page: Page) -> None:
    assert page.open == []


def test_the_page_asks_nothing_of_any_server(page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "script")
        assert not str(attributes.get("src", "")).startswith("http")
        assert str(attributes.get("href", "#")).startswith("#")
    assert "http" not in page.text


def test_without_a_rule_the_page_has_a_section_for_each_verdict_that_applies(servstd: Servstd) -> None:
    short = Page(servstd("explain", "examples/policy/may.csv", "E-17", *POLICY).out)
    every = Page(servstd("explain", "examples/policy/may.csv", "E-17", *POLICY, "--all").out)
    assert "rules do not apply." in short.text
    assert "rules do not apply." not in every.text
    assert every.count("section") > short.count("section") > 1
    links = {attributes["href"] for tag, attributes in short.tags if tag == "a" and attributes["href"] != "#main"}
    assert links == {f"#{attributes['id']}" for tag, attributes in short.tags if tag == "h2"}


def test_nothing_of_a_record_becomes_markup(servstd: Servstd, place: Path) -> None:
    turns = [{"speaker": "agent", "text": HOSTILE, "at": "2026-05-22T15:00-04:00"}]
    review = {"rule": "email.response_time", "value": HOSTILE, "reviewer": HOSTILE, "reason": HOSTILE, "override": True}
    record = {
        "id": HOSTILE,
        "channel": "email",
        "team": HOSTILE,
        "agent": HOSTILE,
        "priority": HOSTILE,
        "received_at": "2026-05-22T15:00-04:00",
        "turns": turns,
        "reviews": [review],
    }
    (place / "hostile.jsonl").write_text(json.dumps(record) + "\n")
    for arguments in ((), ("--all",), ("email.response_time",)):
        out = servstd("explain", "hostile.jsonl", HOSTILE, *arguments, *POLICY).out
        page = Page(out)
        assert page.open == []
        assert page.count("script") == page.count("img") == 0
        assert HOSTILE in page.text
        assert "<script" not in out
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_nothing_of_a_catalog_becomes_markup(servstd: Servstd, place: Path) -> None:
    text = json.dumps(HOSTILE)
    rule = f"{{title: {text}, statement: {text}, applies_to: {{priority: {text}}}, check: {{kind: review}}}}"
    (place / "odd.yaml").write_text(f"catalog: {{name: {text}, version: {text}}}\nrules: {{own.rule: {rule}}}\n")
    (place / "one.jsonl").write_text(json.dumps({"id": "A", "priority": HOSTILE, "channel": "email"}) + "\n")
    out = servstd(
        "explain", "one.jsonl", "A", "--catalog", "odd.yaml", "--as-of", "2026-06-01T00:00Z", "--format", "html"
    ).out
    assert Page(out).count("script") == Page(out).count("img") == 0
    assert "<script" not in out


def test_what_people_said_is_not_on_the_page(servstd: Servstd, month: Path) -> None:
    rows = (
        json.loads(line) for line in month.read_text("utf-8").splitlines() if line.startswith("{") and line[-1] == "}"
    )
    row = next(row for row in rows if row.get("turns"))
    centre = ("--catalog", "examples/contact_centre/policy", "--mapping", "examples/contact_centre/mapping.yaml")
    out = servstd(
        "explain", "month.jsonl", row["ticket"], *centre, "--as-of", "2026-04-01T00:00Z", "--format", "html", "--all"
    ).out
    assert [turn["text"] for turn in row["turns"] if turn["text"] in out] == []
