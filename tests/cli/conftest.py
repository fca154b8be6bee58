"""Running the command line inside this process, in a folder that holds the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import MATERIAL, Ran, Servstd
from servstd.cli.app import app


@pytest.fixture
def place(tmp_path: Path, month: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: `examples/`, `standards/`, `month.jsonl` and what is in tests/cli/material."""
    for path in (project_root / "examples", project_root / "standards", month, *MATERIAL.iterdir()):
        (tmp_path / path.name).symlink_to(path)
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def servstd(place: Path, capsys: pytest.CaptureFixture[str]) -> Servstd:
    """Runs a command: `servstd("check", "may.csv")`."""

    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as left:
            app(list(arguments), prog_name="servstd")
        captured = capsys.readouterr()
        code = left.value.code
        return Ran(captured.out, captured.err, code if isinstance(code, int) else int(bool(code)))

    return run
