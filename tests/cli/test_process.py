"""The command as a process: pipes, terminals, `python -m servstd`, a missing extra."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import servstd.cli as cli
from servstd.cli.notices import show_notices

CHECK = ("check", "--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z", "--rules", "email.r*")
SERVSTD = (sys.executable, "-m", "servstd")


@pytest.fixture
def surroundings(place: Path, project_root: Path) -> dict[str, str]:
    """Variables with which a process finds the checkout, whether or not it is installed."""
    return {**os.environ, "PYTHONPATH": str(project_root / "src")}


def test_python_dash_m_servstd_is_the_command(surroundings: dict[str, str]) -> None:
    done = subprocess.run([*SERVSTD, "--help"], env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: servstd [OPTIONS] COMMAND")
    for command in ("check", "explain", "test", "lint"):
        assert f"\n  {command} " in done.stdout


def test_standard_input_gives_the_same_as_the_file(surroundings: dict[str, str], place: Path) -> None:
    log = place / "examples" / "policy" / "may.csv"
    from_file = subprocess.run([*SERVSTD, *CHECK, str(log)], env=surroundings, capture_output=True, check=True)
    from_pipe = subprocess.run(
        [*SERVSTD, *CHECK, "-", "--input-format", "csv"],
        env=surroundings,
        capture_output=True,
        check=True,
        input=log.read_bytes(),
    )
    assert from_pipe.stdout == from_file.stdout
    assert from_pipe.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "-", "--as-of", "2026-06-01T00:00Z"), "does not say its format"),
        (("check", "-", "--input-format", "csv"), "give --as-of, or exported_at in the mapping"),
    ],
)
def test_standard_input_needs_a_format_and_an_instant(
    arguments: tuple[str, ...], said: str, surroundings: dict[str, str]
) -> None:
    log = "id,received_at\nA,2026-05-04T10:00Z\n"
    done = subprocess.run([*SERVSTD, *arguments], env=surroundings, capture_output=True, text=True, input=log)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_pipe_gets_no_colours_and_no_progress(surroundings: dict[str, str]) -> None:
    done = subprocess.run([*SERVSTD, *CHECK, "examples/policy/may.csv"], env=surroundings, capture_output=True)
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_a_reader_that_goes_away_sees_no_traceback(surroundings: dict[str, str]) -> None:
    with subprocess.Popen(
        [*SERVSTD, "explain", "examples/policy/may.csv", "E-17", "--all", "--format", "json"],
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", [80, 140])
def test_a_terminal_gets_colours_and_a_table_that_fits(columns: int, surroundings: dict[str, str]) -> None:
    import pty

    ours, theirs = pty.openpty()
    env = {**surroundings, "TERM": "xterm", "COLUMNS": str(columns)}
    env.pop("NO_COLOR", None)
    process = subprocess.Popen([*SERVSTD, *CHECK, "examples/policy/may.csv"], env=env, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = read_all(ours).decode().replace("\r\n", "\n")
    assert process.wait() == 0
    row = next(line for line in printed.splitlines() if line.startswith("email.response_time"))
    assert "\x1b[32m" in row
    plain = row.replace("\x1b[32m", "").replace("\x1b[0m", "")
    assert len(plain) <= columns
    assert plain.endswith("met so far") == (columns == 140)


def read_all(descriptor: int) -> bytes:
    """All that a pseudo-terminal gives; Linux ends it with an error."""
    chunks = []
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(descriptor)
    return b"".join(chunks)


def test_without_the_extra_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert capsys.readouterr().err == "the command line needs typer and rich: pip install 'servstd[cli]'\n"


def test_importing_the_command_line_loads_no_extra(surroundings: dict[str, str]) -> None:
    code = "import sys, servstd.cli; print(sorted({'typer', 'rich', 'numpy', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_warnings_are_plain_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import logging
    import warnings

    logger = logging.getLogger("servstd")
    before = list(logger.handlers)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    try:
        show_notices()
        logger.error("the check of rule %s failed", "x.y")
        logger.error("the check of rule %s failed", "x.y")
        logger.error("failed on record a", extra={"once": "x.z"})
        logger.error("failed on record b", extra={"once": "x.z"})
        warnings.showwarning(UserWarning("holidays are not known"), UserWarning, "horizon.py", 1)
    finally:
        logger.handlers[:] = before
    assert (
        capsys.readouterr().err == "the check of rule x.y failed\nfailed on record a\nwarning: holidays are not known\n"
    )
