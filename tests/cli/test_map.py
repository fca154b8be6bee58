"""`servstd map`: what is printed and written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import Servstd

LOG = "ticket,created,via\nA,2026-05-22T15:00Z,E-Mail\nB,2026-05-22T16:00Z,Phone\n"


@pytest.fixture
def log(place: Path) -> Path:
    path = place / "desk.csv"
    path.write_text(LOG)
    return path


def test_a_draft_can_be_used_at_once(servstd: Servstd, log: Path) -> None:
    printed = servstd("map", "desk.csv")
    assert (printed.code, printed.out.splitlines()[2]) == (0, "id: ticket")
    assert printed.err == "2 of 2 columns guessed, beside the id; read each line before you use it\n"
    written = servstd("map", "desk.csv", "-o", "desk.yaml")
    assert (written.code, written.out) == (0, "")
    assert written.err.startswith("wrote desk.yaml: 2 of 2 columns guessed")
    assert (log.parent / "desk.yaml").read_text() == printed.out
    checked = servstd("check", "desk.csv", "--mapping", "desk.yaml", "--as-of", "2026-06-01T00:00Z")
    assert "2 records, 0 bad rows" in checked.out
    assert checked.err == ""


def test_a_log_in_flat_form_is_told_to_need_none(servstd: Servstd, log: Path) -> None:
    ran = servstd("map", "examples/policy/may.csv")
    assert "this log needs no mapping\n" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("desk.csv", "-o", "desk.txt"), "'desk.txt' does not end in .yaml or .yml [unknown-format]"),
        (("desk.csv", "-o", "corrected.yaml"), "'corrected.yaml' is there already"),
        (("nope.csv",), "[unreadable-file]"),
        (("-",), "standard input does not say its format"),
        (("empty.csv",), ""),
        (("header.csv",), "'header.csv' holds no row that can be read [no-rows]"),
        (("desk.csv", "--catalog", "nope"), "[no-catalog]"),
        (("desk.csv", "--input-format", "xml"), "'xml' is not one of"),
    ],
)
def test_what_can_not_be_drafted_is_told_and_nothing_is_written(
    arguments: tuple[str, ...], said: str, servstd: Servstd, log: Path
) -> None:
    (log.parent / "corrected.yaml").write_text("id: ticket\n")
    (log.parent / "header.csv").write_text("ticket,created\n")
    ran = servstd("map", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert (log.parent / "corrected.yaml").read_text() == "id: ticket\n"


def test_rows_that_can_not_be_read_are_told(servstd: Servstd, log: Path) -> None:
    log.write_bytes(b"ticket,owner\nA,M\xfcller\nB,Smith\n")
    ran = servstd("map", "desk.csv")
    assert ran.code == 0
    assert ran.err.splitlines()[:3] == [
        "1 of 2 rows can not be read, the first:",
        "desk.csv:2: owner: the byte 0xfc is not UTF-8; as Windows-1252 it reads 'Müller' [not-utf8]",
        "hint: save the file as UTF-8",
    ]
    log.write_bytes(b"ticket,owner\nA,M\xfcller\nB,M\xfcller\n")
    ran = servstd("map", "desk.csv")
    assert ran.code == 2
    assert "holds no row that can be read [no-rows]" in ran.err
    assert "desk.csv:2: owner: the byte 0xfc is not UTF-8; as Windows-1252 it reads 'Müller' [not-utf8]" in ran.err


def test_a_draft_of_a_log_with_a_column_twice_can_be_used(servstd: Servstd, log: Path) -> None:
    log.write_text("ticket,Owner,created,Owner\nA,x,2026-05-22T15:00Z,y\nB,x,2026-05-23T15:00Z,y\n")
    assert servstd("map", "desk.csv", "-o", "desk.yaml").code == 0
    assert servstd("check", "desk.csv", "--mapping", "desk.yaml").code == 0
