"""`servstd lint`: what it compares with, and when it ends with 1."""

from __future__ import annotations

import json
from pathlib import Path

from cli.running import Servstd

POLICY = """\
calendars: {office: {time_zone: Europe/London, hours: {mon-fri: 09:00-17:00}}}
default_calendar: office
rules:
  mail.reply:
    title: E-mails are answered
    source: {document: Service promise}
    applies_to: {channel: email}
    check: {kind: deadline, from: received, to: responded, within: WITHIN}
    silence: {pass-not-tested: soon, fail-not-tested: soon, not-applicable-not-tested: soon}
"""


def write(folder: Path, within: str) -> None:
    folder.mkdir()
    (folder / "policy.yaml").write_text(POLICY.replace("WITHIN", within), "utf-8")


def test_an_edit_in_place_is_an_error_beside_the_older_state(servstd: Servstd, place: Path) -> None:
    write(place / "old", "1 business day")
    write(place / "new", "2 business days")
    assert servstd("lint", "new").code == 0
    ran = servstd("lint", "new", "--against", "old")
    assert ran.code == 1
    assert "[in-place-edit]" in ran.out
    assert "1 rule: 1 error," in ran.out


def test_the_same_catalog_is_no_edit_of_itself(servstd: Servstd, place: Path) -> None:
    write(place / "old", "1 business day")
    ran = servstd("lint", "old", "--against", "old")
    assert (ran.code, ran.out) == (0, "1 rule: 0 errors, 0 warnings, 3 notes (--level info shows them), 3 silenced\n")


def test_warnings_do_not_fail_and_are_counted_when_they_are_not_shown(servstd: Servstd, place: Path) -> None:
    write(place / "old", "1 business day")
    path = place / "old" / "policy.yaml"
    path.write_text(path.read_text("utf-8").replace("    source: {document: Service promise}\n", ""), "utf-8")
    ran = servstd("lint", "old", "--level", "error")
    assert ran.code == 0
    assert ran.out.startswith("1 rule: 0 errors, 1 warning (--level warning shows it),")


def test_a_program_reads_the_findings_alone(servstd: Servstd, place: Path) -> None:
    write(place / "old", "1 business day")
    ran = servstd("lint", "old", "--format", "json", "--level", "info")
    assert {problem["level"] for problem in json.loads(ran.out)} == {"info"}
    assert ran.err == "1 rule: 0 errors, 0 warnings, 3 notes, 3 silenced\n"


def test_the_day_decides_what_is_over(servstd: Servstd) -> None:
    before = servstd("lint", "examples/contact_centre/policy", "--today", "2027-01-31")
    after = servstd("lint", "examples/contact_centre/policy", "--today", "2027-02-01")
    assert "review-overdue" not in before.out
    assert "review-overdue" in after.out
