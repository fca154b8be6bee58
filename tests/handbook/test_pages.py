"""The handbook as Markdown and as HTML: links that lead somewhere, headings in order, and nothing hostile."""

from __future__ import annotations

import os
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import servstd
from handbook.lamps import lamps
from servstd.handbook import Handbook, build_handbook, render_folder, render_html, render_markdown
from servstd.handbook.escape import escaped

DAY = date(2026, 5, 10)
GOLDEN = Path(__file__).parent / "golden" / "lamps.md"
HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[click](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "# a heading",
    "- a list",
    "1. a list",
    "> a quote",
    "`code` *stars* _lines_ **more** ~~gone~~ __init__",
    "| a | table |",
    "https://example.org and www.example.org and a@example.org",
    "&lt;b&gt; &#60;b>",
    "back\\slash \\[x](y)",
    "{{ 7 * 7 }} {% raw %}",
    "```\ncode\n```",
    "a\n\n# two\n---\n===",
    "+ plus",
    "$math$",
    "</title></style></script><h1>",
)


def small(as_of: date | None = DAY) -> Handbook:
    return build_handbook(servstd.load_catalog(lamps()), as_of=as_of)


def hostile(text: str) -> Handbook:
    """A handbook in which everything that an author may write freely is one text."""
    tree: dict[str, Any] = lamps()
    tree["catalog"] = {"title": text, "version": text}
    rule = tree["rules"]["mail.answered"]
    for key in ("title", "statement", "why", "owner", "question"):
        rule[key] = text
    rule["source"] = {"document": text, "section": text}
    rule["objective"] = {"at_least": "95%", "confirmed": True, "confirmed_by": text}
    rule["except"] = {text: {"direction": "outbound"}}
    rule["readings"] = {text: {"check": {"within": "8 business hours"}, "title": text}}
    rule["reading"] = text + "x"
    rule["tests"] = [dict(rule["tests"][0], name=text)]
    rule["versions"] = [{"from": "2026-07-01", "statement": text + "!"}]
    tree["disable"] = {"call.off": text}
    tree["waivers"] = [{"rule": "mail.answered", "when": {"team": text}, "reason": text, "approved_by": text}]
    tree["fields"] = {"mood": {"type": "text", "brief": text}}
    tree["rules"]["mail.polite"]["except"] = {"mood": {"mood": text}}
    tree["calendars"]["office"]["holidays"]["add"] = {"2026-12-24": text}
    return build_handbook(servstd.load_catalog(tree), as_of=DAY)


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append((tag, name, value))
            if name == "id":
                self.ids.append(value or "")
            if tag == "a" and name == "href":
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def rendered(markdown: str) -> Page:
    """Markdown as a browser gets it, raw HTML and tables included."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


def test_the_markdown_of_a_small_handbook_is_as_it_was_read_by_eye() -> None:
    text = render_markdown(small())
    if os.environ.get("SERVSTD_WRITE_GOLDEN"):
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_the_same_catalog_gives_the_same_pages() -> None:
    assert render_markdown(small()) == render_markdown(small())
    assert render_html(small()) == render_html(small())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup_in_markdown(text: str) -> None:
    page = rendered(f"{escaped(text)}\n")
    assert page.tags == ["p"]
    assert page.text == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup_in_a_list_or_a_table(text: str) -> None:
    assert rendered(f"- label: {escaped(text)}\n").tags == ["ul", "li"]
    table = rendered(f"| a | b |\n|---|---|\n| {escaped(text)} | x |\n")
    assert table.tags.count("td") == 2
    assert table.text == " ".join(f"a b {text} x".split())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_catalog_gives_the_markup_of_a_harmless_one(text: str) -> None:
    paragraphs = text.count("\n\n")  # an empty line in a statement begins a paragraph, and that is all
    harmless, other = hostile("harmless" + "\n\nharmless" * paragraphs), hostile(text)
    assert rendered(render_markdown(other)).tags == rendered(render_markdown(harmless)).tags
    assert Page(render_html(other)).tags == Page(render_html(harmless)).tags
    assert Page(render_html(other)).links == Page(render_html(harmless)).links


def test_words_and_ids_stay_readable_in_markdown() -> None:
    assert escaped("email.response_time of a well-known e-mail: 3-5 days") == (
        "email.response_time of a well-known e-mail: 3-5 days"
    )


@pytest.mark.parametrize("as_of", [None, DAY])
def test_every_link_of_the_markdown_leads_to_an_anchor(as_of: date | None) -> None:
    page = rendered(render_markdown(small(as_of)))
    assert page.links
    assert [link for link in page.links if link.removeprefix("#") not in page.ids] == []


def test_a_folder_has_an_index_and_a_page_a_family() -> None:
    files = render_folder(small())
    assert list(files) == ["index.md", "mail.md"]
    for link in rendered(files["index.md"]).links:
        file, _, anchor = link.partition("#")
        assert anchor in rendered(files[file or "index.md"]).ids
    assert rendered(files["mail.md"]).links == ["index.md"]


def test_a_family_called_index_does_not_hide_the_index() -> None:
    tree = {"rules": {"index.rule": {"title": "A rule", "check": {"kind": "review"}}}}
    files = render_folder(build_handbook(servstd.load_catalog(tree)))
    assert list(files) == ["index.md", "index-rules.md"]


@pytest.mark.parametrize("as_of", [None, DAY])
def test_every_link_of_the_page_leads_to_an_anchor(as_of: date | None) -> None:
    page = Page(render_html(build_handbook(servstd.load_catalog(), as_of=as_of)))
    assert [link for link in page.links if link.removeprefix("#") not in page.ids] == []
    assert len(page.ids) == len(set(page.ids))


def test_the_headings_of_the_page_are_in_order() -> None:
    levels = [int(tag[1]) for tag in Page(render_html(small())).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


def test_the_page_asks_nothing_of_any_server() -> None:
    page = Page(render_html(small()))
    sources = [value for _, name, value in page.attributes if name in ("src", "srcset", "action", "data")]
    assert sources == []
    assert [link for link in page.links if not link.startswith("#")] == []


def test_every_table_has_a_caption_and_headed_columns() -> None:
    page = Page(render_html(small()))
    assert page.tags.count("table") == page.tags.count("caption") > 1
    assert page.attributes.count(("th", "scope", "col")) == 3 * page.tags.count("table")


def test_the_box_that_finds_rules_has_a_label_and_waits_for_its_script() -> None:
    page = Page(render_html(small()))
    assert ("label", "for", "wanted") in page.attributes
    assert ("form", "hidden", None) in page.attributes


def test_an_outcome_is_told_in_words_and_not_by_colour_alone() -> None:
    page = Page(render_html(small()))
    assert "Pass Answered at the limit. Received Mon 11 May 11:00." in page.text
