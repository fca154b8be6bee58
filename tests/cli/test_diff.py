"""`servstd diff` as a command: files, formats, revisions, words that differ, exit codes."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.running import Ran, Servstd

POLICY, LOG = "examples/policy", "examples/policy/may.csv"
USUAL = (POLICY, "changed", LOG, "--as-of", "2026-06-01T00:00Z", "--rules", "email.r*")
SENTENCE = "13 of 412 verdicts of email.response_time change: 13 fail to pass"
Git = Callable[..., str]


def as_json(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_json_has_the_figures_of_the_table(servstd: Servstd) -> None:
    found = as_json(servstd("diff", *USUAL, "--format", "json"))
    assert found["catalog_changes"][0] == {
        "path": "rules.email.response_time.check.within",
        "rule_id": "email.response_time",
        "what": "changed",
        "before": "1 business day",
        "after": "24 business hours",
        "is_item": False,
        "is_text": False,
    }
    [rule] = found["rules"]
    assert (rule["changed"], rule["concerned"], rule["move"]) == (13, 412, "better")
    assert rule["matrix"]["fail"] == {"pass": 13, "fail": 4, "pending": 0, "unknown": 0, "not_applicable": 0}
    assert len(rule["transitions"][0]["record_ids"]) == 13
    assert (rule["before"]["failed"], rule["after"]["failed"]) == (17, 4)
    assert rule["sentence"].startswith(SENTENCE)
    assert found["versions"]["old"]["catalog"]["digest"] == found["old"]["digest"] != found["new"]["digest"]
    assert (found["records"], found["bad_rows"]) == (412, [])


@pytest.mark.parametrize(
    ("name", "begins"),
    [("diff.html", "<!doctype html>"), ("diff.json", "{"), ("diff.txt", "email.response_time: check.within")],
)
def test_the_name_of_the_file_says_how_it_is_written(name: str, begins: str, servstd: Servstd) -> None:
    ran = servstd("diff", *USUAL, "-o", name)
    assert Path(name).read_text("utf-8").startswith(begins)
    assert ran.out.startswith(SENTENCE)
    assert (ran.code, ran.err) == (0, "")


def test_a_format_that_is_asked_for_wins_over_the_name(servstd: Servstd) -> None:
    servstd("diff", *USUAL, "-o", "diff.txt", "--format", "json")
    assert json.loads(Path("diff.txt").read_text("utf-8"))["records"] == 412


def test_a_file_is_the_same_as_what_is_printed(servstd: Servstd) -> None:
    for style in ("table", "json", "html"):
        servstd("diff", *USUAL, "--format", style, "-o", "written")
        assert Path("written").read_text("utf-8") == servstd("diff", *USUAL, "--format", style).out


def test_a_log_is_never_written_over(servstd: Servstd, place: Path) -> None:
    shutil.copy(LOG, "own.csv")
    before = Path("own.csv").read_bytes()
    ran = servstd("diff", POLICY, "changed", "own.csv", "-o", "own.csv")
    assert (ran.code, Path("own.csv").read_bytes()) == (2, before)
    assert "output-is-input" in ran.err


def test_a_file_that_can_not_be_written_is_said_before_any_work(servstd: Servstd) -> None:
    ran = servstd("diff", "no-such-catalog", "changed", LOG, "-o", "nowhere/diff.html")
    assert ran.err == "-o: there is no folder 'nowhere' [unwritable-file]\n"
    assert ran.code == 2


def test_an_existing_file_stays_when_something_is_wrong(servstd: Servstd) -> None:
    Path("diff.html").write_text("older", "utf-8")
    assert servstd("diff", POLICY, "changed", "missing.csv", "-o", "diff.html").code == 2
    assert Path("diff.html").read_text("utf-8") == "older"


@pytest.mark.parametrize(
    ("old", "new", "fail_on", "code"),
    [
        (POLICY, "changed", "none", 0),
        (POLICY, "changed", "worse", 0),
        (POLICY, "changed", "any", 1),
        ("changed", POLICY, "none", 0),
        ("changed", POLICY, "worse", 1),
        ("changed", POLICY, "any", 1),
        (POLICY, POLICY, "worse", 0),
        (POLICY, POLICY, "any", 0),
    ],
)
def test_the_exit_code_says_what_was_asked_about(old: str, new: str, fail_on: str, code: int, servstd: Servstd) -> None:
    ran = servstd("diff", old, new, LOG, "--as-of", "2026-06-01T00:00Z", "--fail-on", fail_on, "--format", "json")
    assert ran.code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "xml"),
        ("--fail-on", "objective"),
        ("--explain", "E-1", "--format", "html"),
        ("--explain", "E-1", "--fail-on", "any"),
    ],
)
def test_what_can_not_be_asked_for_is_bad_usage(arguments: tuple[str, ...], servstd: Servstd) -> None:
    assert servstd("diff", *USUAL, *arguments).code == 2


def test_one_record_is_explained_in_json_too(servstd: Servstd) -> None:
    found = as_json(servstd("diff", *USUAL, "--explain", "E-116", "--format", "json"))
    [verdict] = found["verdicts"]
    assert (verdict["before"]["outcome"], verdict["after"]["outcome"], verdict["differs"]) == ("fail", "pass", True)
    assert verdict["before"]["explanation"].endswith("Responded 13:28:21: 3 h 14 min late.")
    assert (found["record_id"], found["compared"]) == ("E-116", 1)


def test_the_explanation_of_every_changed_record_agrees_with_its_transition(servstd: Servstd) -> None:
    [rule] = as_json(servstd("diff", *USUAL, "--format", "json"))["rules"]
    for record_id in rule["transitions"][0]["record_ids"][:3]:
        [verdict] = as_json(servstd("diff", *USUAL, "--explain", record_id, "--format", "json"))["verdicts"]
        assert (verdict["before"]["outcome"], verdict["after"]["outcome"]) == ("fail", "pass")


# --- revisions


@pytest.fixture
def git(servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in a repository of its own, which is the current folder."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    (place / "home").mkdir()
    (place / "repository").mkdir()
    names = {f"GIT_{who}_{what}": "Ann Owner" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for name, value in {"HOME": str(place / "home"), "GIT_CONFIG_NOSYSTEM": "1", **names}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(place / "repository")

    def run(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout

    run("init", "--quiet", "--initial-branch=main")
    return run


def test_the_working_tree_is_compared_with_the_last_commit(git: Git, servstd: Servstd, project_root: Path) -> None:
    policy = Path("policy/policy.yaml")
    policy.parent.mkdir()
    policy.write_text((project_root / POLICY / "policy.yaml").read_text("utf-8"), "utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    change = "\noverride:\n  email.response_time: {check: {within: 24 business hours}}\n"
    policy.write_text(policy.read_text("utf-8") + change, "utf-8")
    ran = servstd("diff", "HEAD:policy", "policy", str(project_root / LOG), "--as-of", "2026-06-01T00:00Z")
    assert ran.out.startswith("email.response_time: check.within: 1 business day -> 24 business hours\n")
    assert SENTENCE in ran.out
    git("commit", "--all", "--quiet", "--message", "second")
    again = servstd("diff", "HEAD~1:policy", "HEAD:policy", str(project_root / LOG), "--as-of", "2026-06-01T00:00Z")
    assert again == ran


def test_what_is_wrong_with_both_catalogs_is_said_at_once(git: Git, servstd: Servstd) -> None:
    Path("policy").mkdir()
    Path("policy/a.yaml").write_text("rules: {x.y: {titel: a}}\n", "utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message", "a slip")
    Path("policy/a.yaml").write_text("rule: {}\n", "utf-8")
    ran = servstd("diff", "HEAD:policy", "policy", "log.csv")
    assert "HEAD:policy/a.yaml:1:" in ran.err
    assert "policy/a.yaml:1:1: rule: unknown key 'rule'" in ran.err.replace(os.sep, "/")
    assert ran.code == 2


# --- words that differ

RULE = """\
calendars: {uk: {time_zone: UTC, hours: {mon-fri: 09:00-17:00}}}
default_calendar: uk
rules:
  mail.reply: {title: In time, check: {kind: deadline, from: received, to: responded, within: 1 business day}}
"""
MAILS = """\
id,received_at,responded_at,mood
a,2026-05-04T10:00Z,2026-05-04T11:00Z,3
b,2026-05-04T10:00Z,2026-05-04T12:00Z,sunny
c,2026-05-04T10:00Z,2026-05-06T12:00Z,4
"""


@pytest.fixture
def words(servstd: Servstd) -> Servstd:
    """Two catalogs with the same rule, where `mood` is a number after and nothing before, and a log."""
    Path("before.yaml").write_text(RULE, "utf-8")
    Path("after.yaml").write_text(RULE + "fields: {mood: {type: number}}\n", "utf-8")
    Path("log.csv").write_text(MAILS, "utf-8")
    return servstd


def test_a_record_that_only_one_catalog_can_read_is_named_and_left_out(words: Servstd) -> None:
    ran = words("diff", "before.yaml", "after.yaml", "log.csv", "--format", "json")
    found = as_json(ran)
    assert (found["records"], found["only_old"], found["only_new"]) == (2, ["b"], [])
    assert "left out, as only the words of OLD can read it: 1 record, b\n" in ran.err
    assert "log.csv:3: mood: 'sunny' is not a number" in ran.err


def test_the_page_names_what_was_left_out(words: Servstd) -> None:
    assert "Left out" in words("diff", "before.yaml", "after.yaml", "log.csv", "--format", "html").out


def test_without_a_record_that_both_can_read_nothing_is_compared(words: Servstd) -> None:
    Path("log.csv").write_text("".join(MAILS.splitlines(keepends=True)[::2]), "utf-8")
    Path("other.csv").write_text(MAILS.splitlines(keepends=True)[0] + "x,soon,,1\n", "utf-8")
    ran = words("diff", "before.yaml", "after.yaml", "log.csv")
    assert ran.code == 2


def test_a_mapping_in_the_words_of_one_side_serves_both(words: Servstd) -> None:
    Path("mapping.yaml").write_text(
        "columns: {received_at: {event: received}, responded_at: {event: responded}, feeling: {field: mood}}\n", "utf-8"
    )
    Path("log.csv").write_text(MAILS.replace("mood", "feeling").replace("sunny", "5"), "utf-8")
    for sides, unfit, fit in (
        (("before.yaml", "after.yaml"), "OLD", "NEW"),
        (("after.yaml", "before.yaml"), "NEW", "OLD"),
    ):
        ran = words("diff", *sides, "log.csv", "--mapping", "mapping.yaml", "--format", "json")
        assert as_json(ran)["records"] == 3
        assert f"does not fit the words of {unfit}, so the log is read with those of {fit} for both" in ran.err
        assert "no field is called 'mood'" in ran.err


def test_a_mapping_that_fits_neither_side_is_bad_usage(words: Servstd) -> None:
    Path("mapping.yaml").write_text("columns: {x: {field: moood}}\n", "utf-8")
    ran = words("diff", "before.yaml", "after.yaml", "log.csv", "--mapping", "mapping.yaml")
    assert ran.code == 2
    assert ran.err.count("no field is called 'moood'") == 1


def test_standard_input_can_not_be_read_twice(words: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAILS.encode())))
    arguments = ("-", "--input-format", "csv", "--as-of", "2026-06-01T00:00Z")
    ran = words("diff", "before.yaml", "after.yaml", *arguments)
    assert "can be read only once" in ran.err
    assert ran.code == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAILS.encode())))
    assert words("diff", "before.yaml", "before.yaml", *arguments).code == 0


def test_every_rule_and_id_is_shown_when_asked_for(servstd: Servstd) -> None:
    ran = servstd("diff", POLICY, "changed", LOG, "--as-of", "2026-06-01T00:00Z", "--all")
    assert "63 rules unchanged: " in ran.out
    assert "E-116" in ran.out
    assert "--all shows" not in ran.out
    table = {row.split()[0] for row in ran.out.splitlines() if " 0  " in row}
    assert len(table) == 64


@pytest.mark.parametrize(
    "hostile", ["a\nrule  0  0", "\x1b[31mred\x1b[0m", "[bold]x[/bold]", "<b>&amp;</b>", "a, b; 'c'", "=1+1"]
)
def test_a_hostile_id_stays_a_name(hostile: str, servstd: Servstd) -> None:
    event = {"channel": "email", "received_at": "2026-05-05T15:35:20-04:00", "responded_at": "2026-05-06T17:00-04:00"}
    Path("log.jsonl").write_text(json.dumps({"id": hostile, "team": hostile, **event}) + "\n", "utf-8")
    arguments = ("diff", POLICY, "changed", "log.jsonl", "--by", "team")
    assert as_json(servstd(*arguments, "--format", "json"))["rules"][0]["transitions"][0]["record_ids"] == [hostile]
    ran = servstd(*arguments)
    shown = hostile.replace("\n", "\\n").replace("\x1b", "\\x1b")
    assert f"email.response_time, fail to pass (1): {shown}\n" in ran.out
    assert "\x1b" not in ran.out
    page = servstd(*arguments, "--format", "html").out
    assert "<b>" not in page
    explained = servstd("diff", POLICY, "changed", "log.jsonl", "--explain", hostile)
    assert explained.out.startswith(f"{shown}, as of ")
