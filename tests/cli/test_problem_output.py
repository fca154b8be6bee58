"""Problems in each style: text for people, JSON, GitHub workflow commands, SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servstd.cli.problem_output import STYLES, render_problems
from servstd.errors import Problem

PLAIN = Problem(
    "unknown-kind",
    "no kind is called 'dedline'",
    ("rules", "mail.reply", "check", "kind"),
    "did you mean 'deadline'?",
    "policy/mail.yaml",
    4,
    19,
    "    check: {kind: dedline}",
)
WARNING = Problem("no-tests", "has no tests", ("rules", "mail.reply"), None, "policy/mail.yaml", 2, 3, level="warning")
NOTE = Problem("no-owner", "has no owner", ("rules", "mail.reply"), level="info")
NOWHERE = Problem("no-catalog", "no file or folder 'polcy'")
ALL = (PLAIN, WARNING, NOTE, NOWHERE)
AWKWARD = Problem("not-text", "got 'a\r\n100%, b: c'", ("x",), None, "100%, a:b\n/c.yaml", 1, 2)


def sarif_of(*problems: Problem) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render_problems(problems, "sarif"))
    return log


def test_text_names_the_level_of_what_is_no_error() -> None:
    assert render_problems(ALL, "text") == (
        "policy/mail.yaml:4:19: rules.mail.reply.check.kind: no kind is called 'dedline' [unknown-kind]\n"
        "      check: {kind: dedline}\n"
        "                    ^\n"
        "hint: did you mean 'deadline'?\n"
        "policy/mail.yaml:2:3: rules.mail.reply: warning: has no tests [no-tests]\n"
        "rules.mail.reply: info: has no owner [no-owner]\n"
        "no file or folder 'polcy' [no-catalog]"
    )


def test_of_a_very_long_line_the_part_around_the_caret_is_shown() -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    shown = render_problems([Problem("not-text", "x", file="a.yaml", line=1, column=301, source=line)], "text")
    _, source, caret = shown.split("\n")
    assert source.startswith("  ...x")
    assert source.endswith("y...")
    assert source[caret.index("^") :].startswith("HERE")
    assert len(source) < 220


def test_json_gives_every_member_of_every_problem() -> None:
    first, *_, last = json.loads(render_problems(ALL, "json"))
    assert first == {
        "level": "error",
        "code": "unknown-kind",
        "file": "policy/mail.yaml",
        "line": 4,
        "column": 19,
        "path": "rules.mail.reply.check.kind",
        "message": "no kind is called 'dedline'",
        "hint": "did you mean 'deadline'?",
    }
    assert (last["file"], last["line"], last["path"], last["hint"]) == (None, None, "", None)


def test_github_gives_one_workflow_command_a_problem() -> None:
    assert render_problems(ALL, "github").split("\n") == [
        "::error file=policy/mail.yaml,line=4,col=19,title=unknown-kind::"
        "rules.mail.reply.check.kind: no kind is called 'dedline'%0Ahint: did you mean 'deadline'?",
        "::warning file=policy/mail.yaml,line=2,col=3,title=no-tests::rules.mail.reply: has no tests",
        "::notice title=no-owner::rules.mail.reply: has no owner",
        "::error title=no-catalog::no file or folder 'polcy'",
    ]


def test_github_escapes_what_would_end_a_command_or_a_property() -> None:
    assert render_problems([AWKWARD], "github") == (
        "::error file=100%25%2C a%3Ab%0A/c.yaml,line=1,col=2,title=not-text::x: got 'a%0D%0A100%25, b: c'"
    )


def test_files_below_the_current_folder_are_named_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inside = Problem("not-text", "x", file=str(tmp_path / "my policy" / "mail.yaml"), line=1)
    assert "file=my policy/mail.yaml," in render_problems([inside], "github")
    [result] = sarif_of(inside)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "my%20policy/mail.yaml"}


def test_sarif_has_what_the_standard_demands() -> None:
    log = sarif_of(*ALL)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "servstd"
    codes = [rule["id"] for rule in driver["rules"]]
    assert len(set(codes)) == len(codes) == 4
    assert run["columnKind"] == "unicodeCodePoints"  # our columns count characters, not UTF-16 units
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note", "error"]
    for result in run["results"]:
        assert codes[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        for location in result.get("locations", ()):
            region = location.get("physicalLocation", {}).get("region", {"startLine": 1})
            assert all(isinstance(value, int) and value >= 1 for value in region.values())


def test_sarif_places_a_problem_in_its_file_and_under_its_path() -> None:
    plain, _, note, nowhere = sarif_of(*ALL)["runs"][0]["results"]
    assert plain["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "policy/mail.yaml"},
                "region": {"startLine": 4, "startColumn": 19},
            },
            "logicalLocations": [{"fullyQualifiedName": "rules.mail.reply.check.kind"}],
        }
    ]
    assert list(note["locations"][0]) == ["logicalLocations"]
    assert "locations" not in nowhere


def test_sarif_has_no_region_without_a_line() -> None:
    [result] = sarif_of(Problem("file-too-large", "x", file="big.yaml"))["runs"][0]["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "big.yaml"}}}]


def test_sarif_names_a_file_elsewhere_by_a_whole_uri(tmp_path: Path) -> None:
    [result] = sarif_of(Problem("not-text", "x", file=str(tmp_path / "a.yaml"), line=1))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (tmp_path / "a.yaml").as_uri()


def test_one_code_twice_is_one_rule_of_sarif() -> None:
    run = sarif_of(PLAIN, PLAIN)["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["unknown-kind"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 0]


@pytest.mark.parametrize(("style", "wanted"), [("text", ""), ("github", ""), ("json", "[]")])
def test_no_problem_is_a_document_too(style: str, wanted: str) -> None:
    assert render_problems([], style) == wanted
    assert sarif_of()["runs"][0]["results"] == []


def test_every_style_is_rendered_and_no_other() -> None:
    assert all(render_problems([PLAIN], style) for style in STYLES)
    with pytest.raises(KeyError):
        render_problems([PLAIN], "xml")
