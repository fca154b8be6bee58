"""The generated reference pages are fresh, and every kind, reason and command has its heading."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import servstd
from servstd.catalog.rule_model import RuleModel
from servstd.catalog.source import TOP_KEYS
from servstd.cli.app import app
from servstd.kinds import KINDS
from servstd.outcome import REASONS
from servstd.terms.validation import key_names

pytestmark = pytest.mark.docs

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")


def text_of(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def headings(page: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S), re.M))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual Markdown renderers make them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    lines = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_no_generated_page_is_stale() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_kind_has_its_heading() -> None:
    assert set(KINDS) <= headings("reference/kinds.md")


def test_every_reason_has_its_heading() -> None:
    assert set(REASONS) <= headings("reference/reasons.md")


def test_every_rule_has_its_heading() -> None:
    assert set(servstd.load_catalog().rules) <= headings("reference/standards.md")


def test_every_key_of_a_rule_and_of_a_catalog_is_explained() -> None:
    page = text_of("reference/rules.md")
    assert [key for key in (*key_names(RuleModel), *TOP_KEYS) if f"`{key}`" not in page] == []


def test_every_public_name_is_explained() -> None:
    page = text_of("reference/python.md")
    assert [name for name in servstd.__all__ if f"`{name}" not in page] == []


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    broken = []
    for match in LINK.finditer(re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)):
        target, _, anchor = match["target"].partition("#")
        if target.startswith("https://"):
            continue
        path = (page.parent / target) if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(match["target"])
    assert broken == []


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, those of subgroups too."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{before}{name} ")
        else:
            yield f"{before}{name}", one


def test_every_command_and_option_is_explained() -> None:
    page = text_of("reference/command-line.md")
    sections = {part.split("\n")[0]: part for part in page.split("\n## servstd ")[1:]}
    known = dict(commands(typer.main.get_command(app)))
    assert set(sections) == set(known)
    options = [
        (name, option)
        for name, one in known.items()
        for parameter in one.params
        for option in parameter.opts
        if option.startswith("-") and option != "--help"
    ]
    assert [(name, option) for name, option in options if f"`{option}" not in sections[name]] == []
