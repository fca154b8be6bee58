"""What each command prints, word for word.

A file in golden/ holds a command after `$ `, what it prints, what it says on standard error, and its exit code.
`SERVSTD_WRITE_GOLDEN=1 pytest tests/cli/test_golden.py` writes the files anew from their first lines; read the diff.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from cli.running import GOLDEN, Ran, Servstd

CASES = sorted(GOLDEN.glob("*.txt"))


def rendered(command: str, ran: Ran) -> str:
    """The text of a golden file."""
    said = f"--- standard error ---\n{ran.err}" if ran.err else ""
    return f"{command}\n{ran.out}{said}--- exit {ran.code} ---\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_command_prints_what_its_golden_file_says(path: Path, servstd: Servstd) -> None:
    wanted = path.read_text("utf-8")
    command = wanted.splitlines()[0]
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "servstd"
    got = rendered(command, servstd(*arguments))
    if os.environ.get("SERVSTD_WRITE_GOLDEN"):
        path.write_text(got, "utf-8")
    else:
        assert got == wanted


def test_the_golden_files_are_found() -> None:
    assert len(CASES) > 10
