"""`servstd check --resume`, folders of verdicts, and runs that are stopped or killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.running import Servstd
from cli.test_bulk import HEADER, POLICY, write_logs
from servstd.cli import bulk_part, bulk_pool

SERVSTD = (sys.executable, "-m", "servstd")
CHECK = ("check", "logs", *POLICY, "--rules", "email.*", "--fail-on", "none")
WHOLE = (*CHECK, "--bulk", "always", "-o", "whole.csv")
PARTS = (*CHECK, "--resume", "-o", "parts.csv")


class Broken(Exception):
    """Raised in the middle of a run."""


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The logs that are judged, in order; the run breaks where the list holds `stop` at its end."""
    logs: list[str] = []
    judge = bulk_part.judge_part

    def noted(judging: bulk_part.Judging, part: bulk_part.Part, tell: bulk_part.Tell) -> None:
        if logs[-1:] == ["stop"]:
            raise Broken
        logs.append(Path(part.log).name)
        judge(judging, part, tell)
        if len(logs) == 3 and logs[0] == "break":
            logs.append("stop")

    monkeypatch.setattr(bulk_pool, "judge_part", noted)
    return logs


def hidden(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.name.startswith("."))


def test_a_run_that_broke_goes_on_where_it_was(
    servstd: Servstd, place: Path, judged: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write_logs(place, 4)
    judged.append("break")
    with pytest.raises(Broken):
        servstd(*PARTS)
    capsys.readouterr()
    assert judged == ["break", "log00.csv", "log01.csv", "stop"]
    assert hidden(place) == [".parts.csv.resume"]
    assert not (place / "parts.csv").exists()
    judged[:] = []
    ran = servstd(*PARTS)
    assert judged[:2] == ["log02.csv", "log03.csv"]
    whole = servstd(*WHOLE)
    assert (ran.out, ran.err) == (whole.out, whole.err)
    assert (place / "parts.csv").read_bytes() == (place / "whole.csv").read_bytes()
    assert hidden(place) == []


def test_a_log_that_changed_is_judged_again_and_a_new_one_too(servstd: Servstd, place: Path, judged: list[str]) -> None:
    write_logs(place, 3)
    folder = (*CHECK, "--resume", "-o", "verdicts")
    servstd(*folder)
    (place / "logs" / "log01.csv").write_text(f"{HEADER}N-1,email,t,a,2026-05-04T10:00Z,2026-05-04T12:00Z\n")
    (place / "logs" / "log99.csv").write_text(f"{HEADER}N-2,email,t,a,2026-05-04T10:00Z,\n")
    judged[:] = []
    ran = servstd(*folder)
    assert judged[:2] == ["log01.csv", "log99.csv"]
    assert set(judged[2:]) <= {"log02.csv"}  # it shared an id with the log that changed
    assert ran.out == servstd(*WHOLE).out


def test_a_folder_gets_a_file_for_each_log(servstd: Servstd, place: Path, judged: list[str]) -> None:
    write_logs(place, 2)
    ran = servstd(*CHECK, "logs/old", "-o", "verdicts")
    assert ran.code == 0
    files = sorted(str(path.relative_to(place)) for path in (place / "verdicts").rglob("*.parquet"))
    assert files == ["verdicts/log00.csv.parquet", "verdicts/log01.csv.parquet", "verdicts/old/may.csv.parquet"]
    assert pq.read_table(place / "verdicts" / "old" / "may.csv.parquet").num_rows > 1000
    judged[:] = []
    assert servstd(*CHECK, "logs/old", "-o", "verdicts", "--resume").out == ran.out
    assert judged == []
    (place / files[0]).unlink()
    servstd(*CHECK, "logs/old", "-o", "verdicts", "--resume")
    assert judged == ["log00.csv"]
    ran = servstd(*CHECK, "-o", "logs")
    assert (ran.code, "'logs' holds the logs, so verdicts can not go there" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            ("--as-of", "2026-06-02T00:00Z"),
            "another instant (2026-06-01T00:00:00+00:00, now 2026-06-02T00:00:00+00:00)",
        ),
        (("--catalog", "strict_target"), "another catalog ("),
        (("--rules", "external.*"), "other rules (email."),
        (("--by", "team"), "other groups (, now team)"),
    ],
)
def test_what_was_judged_otherwise_is_not_mixed_in(
    other: tuple[str, ...], said: str, servstd: Servstd, place: Path
) -> None:
    write_logs(place, 1)
    assert servstd(*CHECK, "--resume", "-o", "verdicts").code == 0
    ran = servstd(*CHECK, *other, "--resume", "-o", "verdicts")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.endswith("hint: leave out --resume to begin anew\n")
    assert servstd(*CHECK, *other, "-o", "verdicts").code == 0


def test_a_manifest_that_was_cut_off_loses_only_its_last_line(servstd: Servstd, place: Path, judged: list[str]) -> None:
    write_logs(place, 2)
    folder = (*CHECK, "--resume", "-o", "verdicts")
    ran = servstd(*folder)
    manifest = place / "verdicts" / ".servstd" / "manifest.jsonl"
    settings = json.loads(manifest.read_text().splitlines()[0])
    assert settings["as_of"] == "2026-06-01T00:00:00+00:00"
    assert len(settings["catalog"]) == 64
    manifest.write_text(manifest.read_text()[:-20])
    judged[:] = []
    assert servstd(*folder).out == ran.out
    assert set(judged) == {"log01.csv"}


def test_a_manifest_goes_on_behind_a_line_that_was_cut_off(servstd: Servstd, place: Path, judged: list[str]) -> None:
    write_logs(place, 2)
    folder = (*CHECK, "--resume", "-o", "verdicts")
    servstd(*folder)
    manifest = place / "verdicts" / ".servstd" / "manifest.jsonl"
    for end, wanted in ((-20, {"log01.csv"}), (None, set()), (9, {"log00.csv", "log01.csv"}), (None, set())):
        manifest.write_text(manifest.read_text()[:end])
        judged[:] = []
        servstd(*folder)
        assert set(judged) == wanted


def test_a_log_that_grows_while_it_is_judged_is_judged_again(
    servstd: Servstd, place: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_logs(place, 2)
    log = place / "logs" / "log00.csv"
    noted = bulk_pool.judge_part

    def growing(judging: bulk_part.Judging, part: bulk_part.Part, tell: bulk_part.Tell) -> None:
        noted(judging, part, tell)
        if part.log == "logs/log00.csv":
            log.write_text(log.read_text() + "N-1,email,t,a,2026-05-04T10:00Z,2026-05-04T12:00Z\n")

    with monkeypatch.context() as patch:
        patch.setattr(bulk_pool, "judge_part", growing)
        ran = servstd(*CHECK, "--resume", "-o", "verdicts")
    assert "'logs/log00.csv' was changed while it was judged; --resume judges it again\n" in ran.err
    judged[:] = []
    ran = servstd(*CHECK, "--resume", "-o", "verdicts")
    assert set(judged) == {"log00.csv"}
    whole = servstd(*WHOLE)
    assert (ran.out, ran.err) == (whole.out, whole.err)
    assert "N-1" in pq.read_table(place / "verdicts" / "log00.csv.parquet").column("record_id").to_pylist()


@pytest.mark.parametrize(
    ("what", "said"),
    [("holidays", "another version of holidays (0.1, now "), ("time_zones", "other time-zone data (1999a, now ")],
)
def test_verdicts_by_other_holidays_or_time_zones_are_not_mixed_in(
    what: str, said: str, servstd: Servstd, place: Path
) -> None:
    write_logs(place, 1)
    servstd(*CHECK, "--resume", "-o", "verdicts")
    manifest = place / "verdicts" / ".servstd" / "manifest.jsonl"
    settings, *lines = manifest.read_text().splitlines()
    older = {"holidays": "0.1", "time_zones": "1999a"}[what]
    manifest.write_text("\n".join([json.dumps({**json.loads(settings), what: older}), *lines, ""]))
    ran = servstd(*CHECK, "--resume", "-o", "verdicts")
    assert (ran.code, said in ran.err) == (2, True)


def test_two_runs_do_not_work_in_one_folder(servstd: Servstd, place: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    write_logs(place, 1)
    (place / ".parts.csv.resume").mkdir()
    with (place / ".parts.csv.resume" / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        ran = servstd(*PARTS)
    assert (ran.code, "another run is at work in" in ran.err) == (2, True)


def test_what_a_killed_run_left_is_removed_by_the_next(servstd: Servstd, place: Path) -> None:
    write_logs(place, 1)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (place / f".whole.csv.{dead.pid}.part").write_text("half")
    (place / f".whole.csv.{dead.pid}.parts").mkdir()
    (place / f".whole.csv.{os.getppid()}.part").write_text("of a run that is at work")
    assert servstd(*WHOLE).code == 0
    assert hidden(place) == [f".whole.csv.{os.getppid()}.part"]


KILLER = """
import os, random, sys, time
from servstd.cli.app import app
import servstd.cli.bulk, servstd.evaluate.table.figures, servstd.adapters.table  # so that runs are short

def run():
    if pid := os.fork():
        return pid
    try:
        app(sys.argv[1:], prog_name="servstd")
    except SystemExit as left:
        sys.stdout.flush()
        os._exit(left.code or 0)

rng, length = random.Random(5), None
for number in range(21):
    begun, pid = time.monotonic(), run()
    if length is None:
        os.waitpid(pid, 0)
        length = time.monotonic() - begun
    else:
        time.sleep(rng.uniform(0.05, 0.95) * length)
        os.kill(pid, (9, 15)[number % 2])
        print("left with", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    if os.path.exists("parts.csv"):
        print("was whole", open("parts.csv", "rb").read() == open("whole.csv", "rb").read(), flush=True)
        os.unlink("parts.csv")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_killed_at_random_points_and_resumed_it_gives_the_same(
    servstd: Servstd, place: Path, project_root: Path
) -> None:
    write_logs(place, 5)
    whole = servstd(*WHOLE)
    env = {**os.environ, "PYTHONPATH": str(project_root / "src")}
    killer = subprocess.run([sys.executable, "-c", KILLER, *PARTS], env=env, capture_output=True, text=True, check=True)
    codes = [line for line in killer.stdout.splitlines() if line.startswith("left with")]
    assert len(codes) == 20
    assert {"left with -9", "left with 143"} <= set(codes)
    assert "was whole False" not in killer.stdout
    assert "Traceback" not in killer.stderr
    assert killer.stderr.count("stopped after ") == codes.count("left with 143")
    last = servstd(*PARTS)
    assert (last.out, last.err) == (whole.out, whole.err)
    assert (place / "parts.csv").read_bytes() == (place / "whole.csv").read_bytes()
    assert hidden(place) == []


@pytest.mark.parametrize(
    ("number", "code", "bulk"),
    [(signal.SIGINT, 130, "never"), (signal.SIGTERM, 143, "never"), (signal.SIGTERM, 143, "always")],
)
def test_a_run_that_is_stopped_says_so_and_writes_nothing(
    number: int, code: int, bulk: str, servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from servstd.evaluate import Evaluator

    write_logs(place, 1)
    check = Evaluator.check

    def stopped(self: Evaluator, record: object, **more: object) -> object:
        os.kill(os.getpid(), number)
        return check(self, record, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Evaluator, "check", stopped)
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    ran = servstd(*CHECK, "--bulk", bulk, "-o", "verdicts.csv")
    assert (ran.code, ran.out) == (code, "")
    assert "rows; nothing was written\n" in ran.err
    assert ran.err.splitlines()[-1].startswith("stopped after ")
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    assert not (place / "verdicts.csv").exists()
    assert hidden(place) == []
