"""Signals: what one ends, what the same once more does, and what comes too late."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from servstd.cli import interrupt
from servstd.cli.interrupt import Course, stoppable

SCRIPT = """
import os, signal, sys, threading, time, typer
from servstd.cli import interrupt

interrupt._SAME_S, tidying, *waits = map(float, sys.argv[1:])

def send():
    for wait in waits:
        time.sleep(wait)
        os.kill(os.getpid(), signal.SIGTERM)

try:
    with interrupt.stoppable(interrupt.Course()):
        threading.Thread(target=send, daemon=True).start()
        try:
            time.sleep(60)
        finally:
            time.sleep(tidying)
            print("tidied up", flush=True)
except typer.Exit as left:
    sys.exit(left.exit_code)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@pytest.mark.parametrize(
    ("how", "code", "is_tidied"),
    [
        (["0.1", "0.1", "0.1"], 143, True),
        (["2", "0.1", "0.1", "0.02"], 143, True),
        (["0.1", "30", "0.1", "2"], -signal.SIGTERM, False),
    ],
    ids=["once", "the same again at once, as timeout(1) sends it", "again while it tidies up"],
)
def test_a_signal_ends_the_run_and_another_the_process(
    how: list[str], code: int, is_tidied: bool, project_root: Path
) -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT, *how], capture_output=True, text=True, cwd=project_root)
    assert ran.returncode == code
    assert ("tidied up" in ran.stdout) == is_tidied
    assert ("stopped after 0 rows" in ran.stderr) == is_tidied
    assert "Traceback" not in ran.stderr


def test_a_signal_that_comes_when_all_is_done_goes_to_who_had_it_before(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    real, calls = signal.signal, list[object]()

    def putting_back(number: int, handler: object) -> object:
        calls.append(number)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGTERM)
        return real(number, handler)  # type: ignore[arg-type]

    try:
        monkeypatch.setattr(interrupt.signal, "signal", putting_back)
        with stoppable(Course()):
            pass
    finally:
        real(signal.SIGTERM, before)
    assert seen == [signal.SIGTERM]


def test_a_signal_in_the_last_moment_of_the_work_ends_it() -> None:
    with pytest.raises(typer.Exit) as left, stoppable(Course()):
        signal.raise_signal(signal.SIGINT)
    assert left.value.exit_code == 130
