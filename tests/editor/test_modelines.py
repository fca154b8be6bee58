"""Modelines: they are put at the top or brought up to date, and nothing else of a file is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

import servstd
from servstd.editor import ModelineError, refresh_modelines
from servstd.editor.modelines import find_files, with_modelines

SERVER = "# yaml-language-server: $schema=./s.json\n"
JETBRAINS = "# $schema: ./s.json\n"
BOTH = SERVER + JETBRAINS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rules: {}\n", f"{BOTH}rules: {{}}\n"),
        ("", BOTH),
        ("# ours\nrules: {}\n", f"{BOTH}# ours\nrules: {{}}\n"),
        ("---\nrules: {}\n", f"{BOTH}---\nrules: {{}}\n"),
        ("\ufeffrules: {}\n", f"\ufeff{BOTH}rules: {{}}\n"),
        (f"{BOTH}rules: {{}}\n", f"{BOTH}rules: {{}}\n"),
        (f"{BOTH.replace('./s.json', '../old.json')}rules: {{}}", f"{BOTH}rules: {{}}"),
        ("# ours\n\n#yaml-language-server:$schema=x\nrules: {}\n", f"{JETBRAINS}# ours\n\n{SERVER}rules: {{}}\n"),
        ("# $schema: x\nrules: {}\n", f"{BOTH}rules: {{}}\n"),
        ("rules: {}\n# $schema: x\n", f"{BOTH}rules: {{}}\n# $schema: x\n"),
        ("rules:\n  a.b: {title: '# $schema: x'}\n", f"{BOTH}rules:\n  a.b: {{title: '# $schema: x'}}\n"),
    ],
)  # fmt: skip
def test_the_two_lines_are_at_the_top_once(before: str, after: str) -> None:
    assert with_modelines(before, "./s.json") == after
    assert with_modelines(after, "./s.json") == after


@pytest.mark.parametrize("text", ["rules: {}\r\n", "# $schema: x\r\nrules: {}\r\n", "# a\r\n\r\nrules:\r\n  x: 1"])
def test_line_ends_stay_as_they_are(text: str) -> None:
    laid = with_modelines(text, "./s.json")
    assert laid.count("\r\n") == laid.count("\n")
    assert [line for line in laid.split("\r\n") if "$schema" not in line] == [
        line for line in text.split("\r\n") if "$schema" not in line
    ]


def test_every_file_is_named_with_what_was_done(tmp_path: Path) -> None:
    for name, text in (("a.yaml", "rules: {}\n"), ("b.yml", f"{BOTH}rules: {{}}\n"), ("c.yaml", "# $schema: x\n")):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "notes.txt").write_text("rules\n", "utf-8")
    files = find_files([tmp_path])
    assert [one.done for one in refresh_modelines(files, tmp_path / "s.json", dry_run=True)] == [
        "added",
        "kept",
        "refreshed",
    ]
    assert (tmp_path / "a.yaml").read_text("utf-8") == "rules: {}\n"
    assert [one.done for one in refresh_modelines(files, tmp_path / "s.json")] == ["added", "kept", "refreshed"]
    assert [one.done for one in refresh_modelines(files, tmp_path / "s.json")] == ["kept", "kept", "kept"]
    assert (tmp_path / "notes.txt").read_text("utf-8") == "rules\n"


def test_hidden_files_of_a_folder_belong_to_other_programs(tmp_path: Path) -> None:
    for name in ("rules.yaml", ".pre-commit-config.yaml"):
        (tmp_path / name).write_text("repos: []\n")
    assert [file.name for file in find_files([tmp_path])] == ["rules.yaml"]


def test_a_file_that_is_kept_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"{BOTH}rules: {{}}\n", "utf-8")
    os.utime(file, (1, 1))
    list(refresh_modelines([file], tmp_path / "s.json"))
    assert file.stat().st_mtime == 1


def test_the_mode_of_a_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("rules: {}\n", "utf-8")
    file.chmod(0o640)
    list(refresh_modelines([file], tmp_path / "s.json"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_the_path_is_from_the_folder_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "policy" / "mail" / "a.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("rules: {}\n", "utf-8")
    list(refresh_modelines([file], tmp_path / "policy" / "s.json"))
    assert "$schema=../s.json\n" in file.read_text("utf-8")
    list(refresh_modelines([file], tmp_path / "schemas" / "s.json"))
    assert "$schema=../../schemas/s.json\n" in file.read_text("utf-8")


def test_a_catalog_with_modelines_loads_as_before(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("rules: {mail.reply: {title: An answer, check: {kind: review}}}\n", "utf-8")
    before = servstd.load_catalog(tmp_path).digest
    list(refresh_modelines([file], tmp_path / "s.json"))
    assert servstd.load_catalog(tmp_path).digest == before


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.yaml", b"\xff\xfe", "not-utf8"), ("folder", None, "no-catalog"), ("gone.yaml", None, "no-catalog")],
)
def test_what_can_not_be_marked_is_said(tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    (tmp_path / "folder").mkdir()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelineError) as error:
        list(refresh_modelines(find_files([tmp_path / name]), tmp_path / "s.json"))
    assert error.value.problem.code == code


def test_a_path_with_a_blank_is_refused_because_editors_end_it_there(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("rules: {}\n", "utf-8")
    with pytest.raises(ModelineError, match="blank-in-path"):
        list(refresh_modelines([file], tmp_path / "my schema.json"))
    assert file.read_text("utf-8") == "rules: {}\n"
