"""Every code block of README.md and docs/ is run, in order, one file after the other in a fresh folder.

A fence is three backticks, a language, then words:

    python             run; the blocks of a file share one namespace. An expression followed by `# => text` must give
                       that text: its repr, its str, what it printed, or the parts of a tuple joined by ", "
    yaml, json         must parse
    yaml catalog       must load through `servstd.load_catalog`
    console            lines after `$ ` are run by a shell; what follows must be printed exactly.
                       `no-compare`: run, but print what you like; `exit=1`: the code that the commands end with;
                       `in=policy`: the folder in which they run
    sh, text, mermaid, csv, markdown       shown, not run

`file=policy/mail.yaml` on any block writes it there first. The folder holds a copy of all that is in examples/
(so `policy/` is examples/policy/), its may.csv, and `standards/` and `examples/` under their own names.
`needs=pyspark` on a block says what its page needs beside the project: it then runs in the step that STEPS names.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import servstd

pytestmark = pytest.mark.docs

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if path.is_file()]
FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=indent)(?P=ticks) *$", re.M | re.S
)
EXPECTED = re.compile(r"#\s=>\s(?P<text>.*\S)\s*$")
SHOWN = {"csv", "markdown", "mermaid", "sh", "text"}
STEPS = {"pyspark": pytest.mark.spark, "ray": pytest.mark.recipes, "dask": pytest.mark.recipes,
         "daft": pytest.mark.recipes}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block; `line` is that of its first line of content, from 1."""

    page: str
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    def option(self, name: str) -> str | None:
        """What stands after `name=` on the fence."""
        return next((word.removeprefix(f"{name}=") for word in self.words if word.startswith(f"{name}=")), None)


def read_blocks(path: Path) -> Iterator[Block]:
    source = path.read_text("utf-8")
    for match in FENCE.finditer(source):
        language, *words = match["info"].split() or [""]
        line = source.count("\n", 0, match.start("text")) + 1
        yield Block(path.relative_to(ROOT).as_posix(), line, language, tuple(words), textwrap.dedent(match["text"]))


def pages() -> list[Any]:
    """Every page, with the mark of the step that has what it needs."""
    found = []
    for path in PAGES:
        needed = {name for block in read_blocks(path) if (name := block.option("needs"))}
        marks = [STEPS[package] for package in sorted(needed)]
        found.append(pytest.param(path, id=path.relative_to(ROOT).as_posix(), marks=marks))
    return found


def run_python(block: Block, names: dict[str, Any]) -> None:
    tree = ast.increment_lineno(ast.parse(block.text, block.page), block.line - 1)
    lines = block.text.splitlines()
    expected = {block.line + i: match["text"] for i, line in enumerate(lines) if (match := EXPECTED.search(line))}
    for statement in tree.body:
        text = expected.pop(statement.end_lineno or 0, None)
        if text is None:
            exec(compile(ast.Module([statement], []), block.page, "exec", dont_inherit=True), names)
            continue
        assert isinstance(statement, ast.Expr), f"{block.place}: only an expression can be followed by '# =>'"
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            value = eval(compile(ast.Expression(statement.value), block.page, "eval", dont_inherit=True), names)
        assert text in spellings(value, printed.getvalue()), f"{block.page}:{statement.end_lineno}: got {value!r}"
    assert expected == {}, f"{block.place}: '# =>' must end a statement that is not indented"


def spellings(value: object, printed: str) -> set[str]:
    """The texts that may stand after `# =>`."""
    if value is None and printed:
        return {printed.strip()}
    joined = {", ".join(map(str, value))} if isinstance(value, tuple) else set()
    return {repr(value), str(value)} | joined


def run_yaml(block: Block) -> None:
    documents = list(yaml.safe_load_all(block.text))
    assert documents, f"{block.place}: an empty block"
    if "catalog" in block.words:
        path = Path("block.yaml")
        path.write_text(block.text, "utf-8")
        servstd.load_catalog(path)
        path.unlink()


def run_console(block: Block, programs: Path) -> None:
    code = 0
    # A command goes on over lines that end in a backslash.
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, _, output = re.sub(r"\\\n\s*", "", part).partition("\n")
        done = subprocess.run(
            command,
            shell=True,
            env=environment(programs),
            text=True,
            capture_output=True,
            check=False,
            cwd=block.option("in"),
            stdin=subprocess.DEVNULL,
        )
        code, printed = done.returncode, done.stdout + done.stderr
        if "no-compare" not in block.words:
            assert tidy(printed) == tidy(output), f"{block.place}: $ {command}"
    assert code == int(block.option("exit") or 0), f"{block.place}: ended with {code}"


def tidy(output: str) -> list[str]:
    """Lines without the blanks that editors remove, and without empty lines at the end."""
    return "\n".join(line.rstrip() for line in output.splitlines()).rstrip().splitlines()


def environment(programs: Path) -> dict[str, str]:
    """A terminal without colour, 120 wide, that finds this environment's programs first."""
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    return {**os.environ, "PATH": path, "COLUMNS": "120", "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with `servstd`, run by this interpreter whether or not the project is installed."""
    script = tmp_path / "programs" / "servstd"
    script.parent.mkdir()
    start = "import sys; from servstd.cli import main; sys.argv[0] = 'servstd'; sys.exit(main())"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(start)} "$@"\n', "utf-8")
    script.chmod(0o755)
    return script.parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the blocks run; the docstring of this file says what it holds."""
    place = tmp_path / "docs"
    place.mkdir()
    for name in ("examples", "standards"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name)
    if (ROOT / "examples").is_dir():
        shutil.copytree(ROOT / "examples", place, dirs_exist_ok=True)
        shutil.copy(ROOT / "examples" / "policy" / "may.csv", place)
    monkeypatch.chdir(place)
    return place


@pytest.mark.parametrize("page", pages())
def test_the_code_blocks_of_a_page_do_what_they_say(page: Path, folder: Path, programs: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in read_blocks(page):
        if target := block.option("file"):
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            (folder / target).write_text(block.text, "utf-8")
        match block.language:
            case "python":
                run_python(block, names)
            case "yaml":
                run_yaml(block)
            case "json":
                json.loads(block.text)
            case "console":
                run_console(block, programs)
            case _:
                assert block.language in SHOWN, f"{block.place}: a block in {block.language or 'no language'}"
