"""`servstd init`: what it asks on a terminal, what it takes without one, and what it leaves behind."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest

import servstd as library
from cli.running import Ran, Servstd
from servstd.cli import init as command

FILES = (
    ".editorconfig",
    ".github/workflows/policy.yaml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "README.md",
    "log/example.csv",
    "policy.schema.json",
    "policy/calendars.yaml",
    "policy/catalog.yaml",
    "policy/rules.yaml",
    "policy/waivers.yaml",
    "requirements.txt",
)


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def answered(
    servstd: Servstd, monkeypatch: pytest.MonkeyPatch, answers: list[str], *arguments: str
) -> tuple[Ran, dict[str, Any]]:
    """A run on a terminal where somebody types these answers; and the calendar that came of it."""
    monkeypatch.setattr(command, "is_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
    ran = servstd("init", "new", *arguments)
    tree = library.load_catalog("new/policy").tree if ran.code == 0 else {}
    return ran, {**tree.get("calendars", {}).get("office", {}), "name": tree.get("catalog", {}).get("name")}


def test_every_file_is_there(servstd: Servstd, place: Path) -> None:
    assert servstd("init", "new").code == 0
    assert files_of(place / "new") == sorted(FILES)


def test_lint_and_test_pass_at_once(servstd: Servstd) -> None:
    servstd("init", "new", "--country", "GB")
    assert servstd("lint", "new/policy").out == "78 rules: 0 errors, 0 warnings, 0 notes\n"
    assert servstd("test", "new/policy").out == "7 tests, 7 passed\n"


def test_editors_are_led_to_the_schema(servstd: Servstd, place: Path) -> None:
    servstd("init", "new")
    for name in ("calendars", "catalog", "rules", "waivers"):
        first = (place / "new" / "policy" / f"{name}.yaml").read_text("utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../policy.schema.json"
    assert (
        servstd("schema", "new/policy", "-o", "new/policy.schema.json", "--modelines", "new/policy", "--check").code
        == 0
    )


def test_only_a_repository_of_git_may_be_there(servstd: Servstd, place: Path) -> None:
    (place / "new").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=place / "new", check=True)
    assert servstd("init", "new").code == 0


def test_the_defaults_of_an_answer_are_taken_by_an_empty_line(
    servstd: Servstd, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, office = answered(servstd, monkeypatch, ["", "", "", ""])
    assert office == {"name": "New", "time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    assert "(default)" not in ran.out


def test_a_country_brings_its_zone_and_asks_for_its_parts(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, office = answered(servstd, monkeypatch, ["Tarn Lamps", "gb", "ENG", "", "mon-sat 08:00-18:00"])
    assert office == {
        "name": "Tarn Lamps",
        "time_zone": "Europe/London",
        "hours": {"mon-sat": "08:00-18:00"},
        "holidays": {"country": "GB", "subdivision": "ENG"},
    }
    assert "part of GB with holidays of its own (ENG, NIR, SCT, WLS); - for none [-]: " in ran.out


def test_a_slip_is_told_with_its_hint_and_asked_again(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["x", "UK", "GB", "XX", "-", "London", "Europe/London", "9-5", "mon-fri 9-5", "mon-fri 09:00-17:00"]
    ran, office = answered(servstd, monkeypatch, answers)
    assert office["holidays"] == {"country": "GB"}
    assert ran.err == (
        "no holidays are known for the country 'UK' [unknown-country]\n"
        "hint: did you mean 'GB'?\n"
        "GB has no subdivision called 'XX' [unknown-subdivision]\n"
        "no time zone is called 'London' [unknown-zone]\n"
        "hint: did you mean 'Europe/London'?\n"
        "'9-5' does not say on which days [unknown-day]\n"
        "hint: write the days before the hours, such as 'mon-fri 09:00-17:00'\n"
        "'9-5' is not a span of hours such as '09:00-17:00', nor 'closed' [hours-format]\n"
    )


def test_what_an_option_gives_is_not_asked(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ("--name", "Lamps", "--country", "US", "--time-zone", "America/Chicago", "--hours", "daily 08:00-20:00")
    ran, office = answered(servstd, monkeypatch, ["IL"], *given)
    assert office["holidays"] == {"country": "US", "subdivision": "IL"}
    assert ran.out.count("]: ") == 1


def test_yes_asks_nothing(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    ran, office = answered(servstd, monkeypatch, [], "--yes")
    assert office["time_zone"] == "UTC"
    assert "time zone: UTC (default)\n" in ran.out


def test_a_folder_that_can_not_be_written_is_told(servstd: Servstd, place: Path) -> None:
    (place / "file").write_text("x")
    ran = servstd("init", "file/new")
    assert ran.code == 2
    assert ran.err == "'file/new' can not be written: not a directory [unwritable-file]\n"
