"""`servstd check -o FOLDER`: a file for each log, nothing lost, and no verdicts of other logs or instants there."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from cli.running import Servstd
from cli.test_bulk import HEADER
from servstd.cli import bulk_folder, bulk_part, bulk_pool
from servstd.cli.bulk_folder import names_of

CHECK = ("check", "--as-of", "2026-06-01T00:00Z", "--rules", "email.response_time", "--fail-on", "none")


def write_log(path: Path, *ids: str) -> None:
    """A log, as CSV or Parquet."""
    path.parent.mkdir(exist_ok=True)
    text = path.with_suffix(".csv") if path.suffix == ".parquet" else path
    text.write_text(HEADER + "".join(f"{one},email,t,a,2026-05-04T10:00Z,2026-05-04T12:00Z\n" for one in ids))
    if text != path:
        pq.write_table(arrow_csv.read_csv(text), path)
        text.unlink()


def verdicts(folder: Path) -> dict[str, list[str]]:
    """By the names of the files that a reader of the folder finds, the ids in them."""
    return {
        str(path.relative_to(folder)): pq.read_table(path).column("record_id").to_pylist()
        for path in sorted(folder.rglob("*.parquet"))
        if ".servstd" not in path.parts
    }


def said(servstd: Servstd, *arguments: str) -> str:
    """What a run says that is refused."""
    ran = servstd(*CHECK, *arguments)
    assert (ran.code, ran.out) == (2, "")
    return ran.err


def test_two_logs_whose_verdicts_would_be_in_one_file_are_refused(servstd: Servstd, place: Path) -> None:
    write_log(place / "a.csv.parquet", "P-1", "P-2")
    write_log(place / "a.csv", "A-1", "A-2", "A-3")
    assert said(servstd, "a.csv", "a.csv.parquet", "-o", "out") == (
        "-o: the verdicts of 'a.csv' and of 'a.csv.parquet' would both be in 'out/a.csv.parquet' [unwritable-file]\n"
        "hint: rename one of them, or give one file for all, such as -o verdicts.parquet\n"
    )
    assert not (place / "out").exists()


@pytest.mark.parametrize("again", ["a.csv", "./a.csv"])
def test_a_log_that_is_named_twice_does_not_lose_its_verdicts(again: str, servstd: Servstd, place: Path) -> None:
    write_log(place / "a.csv", "A-1")
    assert said(servstd, "a.csv", again, "-o", "out") == (
        f"-o: {again!r} is named twice, and a folder has one file for each log [unwritable-file]\nhint: name it once\n"
    )


def test_names_that_differ_in_case_alone_are_refused_where_they_name_one_file(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_log(place / "may" / "Mail.csv", "A-1")
    write_log(place / "may" / "mail.csv", "A-2")
    if len(list((place / "may").iterdir())) == 2:
        assert servstd(*CHECK, "may", "-o", "out").code == 0
        assert verdicts(place / "out") == {"Mail.csv.parquet": ["A-1"], "mail.csv.parquet": ["A-2"]}
        monkeypatch.setattr(bulk_folder, "_is_case_blind", lambda path: True)
        assert "would both be in" in said(servstd, "may", "-o", "out")


def test_whether_case_counts_is_asked_of_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Out").mkdir()
    is_blind = (tmp_path / "oUT").exists()
    assert bulk_folder._is_case_blind(tmp_path / "Out" / "not" / "there") is is_blind
    if not is_blind:
        (tmp_path / "oUT").symlink_to(tmp_path / "Out")
        assert bulk_folder._is_case_blind(tmp_path / "Out" / "not" / "there")


def test_logs_of_the_same_name_lie_in_folders_as_before(servstd: Servstd, place: Path) -> None:
    write_log(place / "one" / "a.csv", "A-1")
    write_log(place / "two" / "a.csv", "A-2")
    assert servstd(*CHECK, "one/a.csv", "two/a.csv", "-o", "out").code == 0
    assert verdicts(place / "out") == {"one/a.csv.parquet": ["A-1"], "two/a.csv.parquet": ["A-2"]}


def test_files_are_named_from_the_folder_that_all_lie_in_or_by_their_drive() -> None:
    posix = [PurePosixPath(name) for name in ("/logs/may/a.csv", "/logs/b.csv")]
    assert names_of(posix) == ["may/a.csv", "b.csv"]
    windows = [PureWindowsPath(name) for name in (r"C:\logs\a.csv", r"c:\Logs\May\b.csv")]
    assert names_of(windows) == ["a.csv", r"May\b.csv"]
    drives = [PureWindowsPath(name) for name in (r"C:\logs\a.csv", r"D:\b.csv", r"\\host\share\c.csv")]
    assert names_of(drives) == [r"C\logs\a.csv", r"D\b.csv", r"host_share\c.csv"]


@pytest.mark.parametrize("more", [(), ("--resume",)])
def test_a_folder_with_verdicts_of_other_logs_is_refused(more: tuple[str, ...], servstd: Servstd, place: Path) -> None:
    for name in "ab":
        write_log(place / f"{name}.csv", name)
    assert servstd(*CHECK, "a.csv", "-o", "out").code == 0
    (place / "out" / "notes.txt").write_text("of nobody's business")
    assert said(servstd, "b.csv", "-o", "out", *more) == (
        "-o: 'out' holds 'a.csv.parquet', which has no verdicts of these logs [unwritable-file]\n"
        "hint: give an empty folder, or remove what is not of these logs\n"
    )
    assert verdicts(place / "out") == {"a.csv.parquet": ["a"]}
    assert servstd(*CHECK, "a.csv", "b.csv", "-o", "out", *more).code == 0
    assert verdicts(place / "out") == {"a.csv.parquet": ["a"], "b.csv.parquet": ["b"]}


def test_a_log_that_went_away_between_two_runs_is_out_of_all(servstd: Servstd, place: Path) -> None:
    for name, ids in (("a", "12"), ("b", "23"), ("c", "34")):
        write_log(place / "logs" / f"{name}.csv", *ids)
    command = (*CHECK, "logs", "-o", "out", "--resume", "--workers", "2", "--format", "json")
    assert json.loads(servstd(*command).out)["records"] == 4
    assert verdicts(place / "out") == {"a.csv.parquet": ["1", "2"], "b.csv.parquet": ["3"], "c.csv.parquet": ["4"]}
    (place / "logs" / "a.csv").unlink()
    assert "'out' holds 'a.csv.parquet'" in said(servstd, "logs", "-o", "out", "--resume")
    (place / "out" / "a.csv.parquet").unlink()
    assert json.loads(servstd(*command).out)["records"] == 3
    assert verdicts(place / "out") == {"b.csv.parquet": ["2", "3"], "c.csv.parquet": ["4"]}


def test_with_resume_verdicts_of_another_log_of_the_same_name_are_kept(servstd: Servstd, place: Path) -> None:
    for day in ("one", "two"):
        write_log(place / day / "a.csv", day)
    assert servstd(*CHECK, "one/a.csv", "-o", "out").code == 0
    assert "has the verdicts of" in said(servstd, "two/a.csv", "-o", "out", "--resume")
    assert servstd(*CHECK, "./one/a.csv", "-o", "out", "--resume").code == 0
    assert verdicts(place / "out") == {"a.csv.parquet": ["one"]}
    assert servstd(*CHECK, "two/a.csv", "-o", "out").code == 0
    assert verdicts(place / "out") == {"a.csv.parquet": ["two"]}


def test_a_log_is_never_written_over_by_its_verdicts(servstd: Servstd, place: Path) -> None:
    write_log(place / "data" / "a.parquet", "A-1")
    assert said(servstd, "data/a.parquet", "-o", "data") == (
        "-o: 'data/a.parquet' is read, so it can not be written [output-is-input]\n"
    )
    assert "responded_at" in pq.read_schema(place / "data" / "a.parquet").names


def test_a_run_that_breaks_leaves_no_verdicts_of_another_instant(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        write_log(place / f"{name}.csv", name)
    assert servstd(*CHECK, "a.csv", "b.csv", "-o", "out").code == 0
    judge = bulk_part.judge_part

    def breaking(judging: bulk_part.Judging, part: bulk_part.Part, tell: bulk_part.Tell) -> None:
        if part.log == "b.csv":
            raise OSError(errno.ENOSPC, "no space left on device")
        judge(judging, part, tell)

    monkeypatch.setattr(bulk_pool, "judge_part", breaking)
    with pytest.raises(OSError, match="no space left"):
        servstd(*CHECK, "a.csv", "b.csv", "-o", "out", "--as-of", "2026-07-01T00:00Z")
    assert verdicts(place / "out") == {"a.csv.parquet": ["a"]}


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("output", [(), ("-o", "v.csv"), ("-o", "out"), ("-o", "v.csv", "--resume")])
def test_a_full_disk_is_told_as_a_problem(
    output: tuple[str, ...], servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_log(place / "a.csv", "A-1")
    monkeypatch.setattr("servstd.adapters.log_ids.IdFile.add", full)
    write_log(place / "b.csv", "B-1")
    err = said(servstd, "a.csv", "b.csv", "--bulk", "always", *output)
    assert err.endswith("can not be written: no space left on device [unwritable-file]\n")
    assert not (place / "v.csv").exists()


@pytest.mark.parametrize(
    ("way", "output"),
    [
        ("out/.servstd", ("-o", "out")),
        ("out/.servstd/sub/x", ("-o", "out")),
        ("out/a.csv.parquet/x", ("-o", "out")),
        ("out", ("-o", "out/in")),
        (".v.csv.resume/sub/x", ("-o", "v.csv", "--resume")),
        (".v.csv.resume", ("-o", "v.csv", "--resume")),
    ],
)
def test_what_is_in_the_way_is_told_as_a_problem(
    way: str, output: tuple[str, ...], servstd: Servstd, place: Path
) -> None:
    write_log(place / "a.csv", "A-1")
    (place / way).parent.mkdir(parents=True, exist_ok=True)
    (place / way).write_text("in the way")
    err = said(servstd, "a.csv", *output)
    assert "can not be written: " in err
    assert err.endswith(" [unwritable-file]\n")
    assert (place / way).read_text() == "in the way"


def test_a_worker_tells_what_it_can_not_write(servstd: Servstd, place: Path) -> None:
    resource = pytest.importorskip("resource")
    for name in "ab":
        write_log(place / f"{name}.csv", *map(str, range(9000)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))  # the workers have it from here
    try:
        err = said(servstd, "a.csv", "b.csv", "-o", "out", "--workers", "2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert err.endswith("can not be written: file too large [unwritable-file]\n")
    assert verdicts(place / "out") == {}
    assert servstd(*CHECK, "a.csv", "b.csv", "-o", "out", "--resume").code == 0
    assert [len(ids) for ids in verdicts(place / "out").values()] == [9000, 0]


def test_a_log_that_goes_away_in_the_middle_costs_only_its_own_verdicts(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        write_log(place / f"{name}.parquet", *(f"{name}{number}" for number in range(9)))
    logs = ("a.parquet", "b.parquet", "c.parquet")
    judge = bulk_part.judge_part

    def removing(judging: bulk_part.Judging, part: bulk_part.Part, tell: bulk_part.Tell) -> None:
        judge(judging, part, tell)
        (place / "b.parquet").replace(place / "b.kept")

    with monkeypatch.context() as patch:
        patch.setattr(bulk_pool, "judge_part", removing)
        assert said(servstd, *logs, "-o", "out").startswith("b.parquet: the file can not be read: no such file")
    assert list(verdicts(place / "out")) == ["a.parquet"]
    (place / "b.kept").replace(place / "b.parquet")
    ran = servstd(*CHECK, *logs, "-o", "out", "--resume", "--format", "json")
    assert json.loads(ran.out)["records"] == 27
    assert {name: len(ids) for name, ids in verdicts(place / "out").items()} == dict.fromkeys(logs, 9)
