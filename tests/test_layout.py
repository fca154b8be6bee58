"""The house numbers: how long, where, and what no file may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import servstd

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FILE_LINES = 300
FUNCTION_LINES = 30

# `path` or `path:function` to the reason why it may be longer. Keep it short.
LONGER: dict[str, str] = {
    "src/servstd/cli/commands/check.py:check": "an option takes a line or three",
    "src/servstd/cli/commands/report.py:report": "the same",
}

TEXT_SUFFIXES = {
    "",
    ".cfg",
    ".csv",
    ".html",
    ".ini",
    ".json",
    ".jsonl",
    ".md",
    ".py",
    ".sh",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}
MADE_BY_TOOLS = {"__pycache__", "build", "dist", "htmlcov", "node_modules"}

# Written in pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~>-])/(?:" + "|".join(("home", "root", "tmp", "work", "Users")) + r")/")
REGISTRY_HOST = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "ana" + r"conda\.org", "index" + "-url")))

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """The path as it is written in messages: from the project's root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file."""
    return (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, Function))


def code_lines(node: Function) -> int:
    """Lines from `def` to the end; the docstring does not count, it should be as long as it must."""
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def project_texts() -> Iterator[Path]:
    """Every text file of the project; hidden folders other than .ci are the tools' own."""
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if path.is_dir():
                if path.name not in MADE_BY_TOOLS and (not path.name.startswith(".") or path.name == ".ci"):
                    pending.append(path)
            elif path.suffix in TEXT_SUFFIXES and path.name != ".coverage":
                yield path


def test_the_sources_are_found() -> None:
    assert [path for path in SOURCES if path.name == "errors.py"]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_has_at_most_300_lines(path: Path) -> None:
    length = len(path.read_text("utf-8").splitlines())
    assert length <= FILE_LINES or name_of(path) in LONGER, f"{name_of(path)} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_has_at_most_30_lines(path: Path) -> None:
    long = {f"{name_of(path)}:{node.name}": code_lines(node) for node in functions(path)}
    long = {name: length for name, length in long.items() if length > FUNCTION_LINES and name not in LONGER}
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{name_of(path)} has no docstring"


def test_what_may_be_longer_is_still_there() -> None:
    known = {name_of(path) for path in SOURCES} | {
        f"{name_of(p)}:{node.name}" for p in SOURCES for node in functions(p)
    }
    assert set(LONGER) <= known


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [name_of(path) for path in SOURCES if path.stem in {"utils", "util", "helpers", "misc", "common"}] == []


def test_the_package_is_marked_as_typed() -> None:
    assert (ROOT / "src" / "servstd" / "py.typed").is_file()


def test_public_names_are_sorted_and_exist() -> None:
    assert list(servstd.__all__) == sorted(servstd.__all__)
    assert [name for name in servstd.__all__ if not hasattr(servstd, name)] == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["machine path", "registry host"])
def test_no_text_names_one_machine(pattern: re.Pattern[str]) -> None:
    lines = (
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in project_texts()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    )
    assert list(lines) == []
