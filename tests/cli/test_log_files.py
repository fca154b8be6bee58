"""LOG arguments: folders, patterns, several files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import Servstd
from servstd.cli.log_files import find_logs

NAMES = ("b.csv", "a.CSV", "c.jsonl", "notes.txt", ".hidden.csv", "deep/d.csv", "deep/er/e.parquet", "odd[1].csv")


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        path = tmp_path / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["logs"], ["logs/a.CSV", "logs/b.csv", "logs/c.jsonl", "logs/odd[1].csv"]),
        (["logs/*.csv"], ["logs/b.csv", "logs/odd[1].csv"]),
        (["logs/*"], ["logs/a.CSV", "logs/b.csv", "logs/c.jsonl", "logs/odd[1].csv"]),
        (["logs/**/*.csv"], ["logs/b.csv", "logs/deep/d.csv", "logs/odd[1].csv"]),
        (["logs/deep/**"], ["logs/deep/d.csv", "logs/deep/er/e.parquet"]),
        (["logs/odd[1].csv"], ["logs/odd[1].csv"]),
        (["logs/b.csv", "logs/*.csv"], ["logs/b.csv", "logs/odd[1].csv"]),
        (["logs/b.csv", "logs/b.csv"], ["logs/b.csv", "logs/b.csv"]),
        (["-", "nope.csv"], ["-", "nope.csv"]),
    ],
)
def test_arguments_stand_for_files(arguments: list[str], found: list[str], logs: Path) -> None:
    assert find_logs(arguments) == found


def test_with_a_format_every_file_of_a_folder_counts(logs: Path) -> None:
    assert "logs/notes.txt" in find_logs(["logs"], "csv")


def test_what_of_a_folder_may_be_missed_is_said(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old.csv.gz", "may.xlsx", "kept/.servstd/manifest.json", "kept/a.csv.parquet"):
        path = logs / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    find_logs(["logs"])
    said = capsys.readouterr().err
    assert said == (
        "left out of the folder 'logs': 2 packed files, as 'logs/may.xlsx' [log-left-out]\n"
        "hint: unpack it first; of a sheet, save it as CSV\n"
        "left out of the folder 'logs': 1 log in folders, as 'logs/deep/d.csv' [log-left-out]\n"
        "hint: 'logs/**' takes those too\n"
    )
    find_logs(["logs/**", "logs/b.csv", "logs/deep/er"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("x*.csv", "'x*.csv' matches no log: a log ends in .csv, .tsv, .tab, .jsonl, .ndjson, .json, .parquet, .pq"),
        ("none", "the folder 'none' holds no log: a log ends in .csv"),
    ],
)
def test_what_stands_for_nothing_is_said(argument: str, said: str, servstd: Servstd, place: Path) -> None:
    (place / "none").mkdir()
    ran = servstd("check", argument, "all_bad.csv")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "[no-such-log]" in ran.err


def test_a_folder_is_judged_as_one_log(servstd: Servstd, place: Path) -> None:
    text = (place / "examples" / "policy" / "may.csv").read_text().splitlines(keepends=True)
    (place / "logs").mkdir()
    for number in range(2):
        part = text[1 + number * 206 : 1 + (number + 1) * 206]
        (place / "logs" / f"{number}.csv").write_text(text[0] + "".join(part))
    command = ("--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z", "--rules", "email.*")
    assert servstd("check", "logs", *command).out == servstd("check", "examples/policy/may.csv", *command).out
    ran = servstd("check", "logs", *command, "-o", "logs/0.csv")
    assert (ran.code, "[output-is-input]" in ran.err) == (2, True)


def test_rows_of_nothing_at_the_end_are_no_rows(servstd: Servstd, place: Path) -> None:
    (place / "sheet.csv").write_text("id,channel,received_at\nA,email,2026-05-04T10:00Z\n,,\n  ,,\n \n")
    for bulk in ("never", "always"):
        command = ("check", "sheet.csv", "--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z")
        figures = json.loads(servstd(*command, "--bulk", bulk, "--rules", "email.r*", "--format", "json").out)
        assert (figures["records"], figures["bad_row_count"]) == (1, 0)
