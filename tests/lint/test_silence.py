"""Silencing in place, with a reason; and whose findings are reported when one catalog extends another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from servstd.catalog import load_catalog
from servstd.lint import Linted, lint, lint_catalog

TODAY = date(2026, 11, 22)
OFFICE = {"time_zone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}
RULE = {"title": "E-mails are answered", "applies_to": {"channel": "email"}, "check": {"kind": "review"}}
WHY = "the promise is older than any document"


def linted(catalog: Mapping[str, Any], **more: Any) -> Linted:
    return lint(
        load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", **catalog}), today=TODAY, **more
    )


def codes(found: Linted) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_rule_silences_what_is_found_in_it_and_nothing_else() -> None:
    loud = linted({"rules": {"mail.a": RULE, "mail.b": RULE}})
    quiet = linted({"rules": {"mail.a": {**RULE, "silence": {"source-missing": WHY}}, "mail.b": RULE}})
    assert codes(loud).count("source-missing") == 2
    assert [problem.path for problem in quiet.problems if problem.code == "source-missing"] == ["rules.mail.b"]
    assert quiet.silenced_count == 1


def test_a_calendar_silences_what_is_found_in_it() -> None:
    late = {"time_zone": "Europe/London", "hours": {"sat": "18:00-23:59"}}
    silence = {"calendar-unused": "next year", "almost-midnight": "the till closes a minute early"}
    assert codes(linted({"calendars": {"office": OFFICE, "late": late}})) == ["calendar-unused", "almost-midnight"]
    quiet = linted({"calendars": {"office": OFFICE, "late": {**late, "silence": silence}}})
    assert (codes(quiet), quiet.silenced_count) == ([], 2)


def test_the_catalog_silences_all_that_it_writes_itself() -> None:
    found = linted({"catalog": {"silence": {"source-missing": WHY}}, "rules": {"mail.a": RULE, "mail.b": RULE}})
    assert "source-missing" not in codes(found)
    assert found.silenced_count == 2


def test_a_silence_of_what_is_not_found_is_reported_where_it_stands() -> None:
    found = linted(
        {"rules": {"mail.a": {**RULE, "source": {"document": "promise"}, "silence": {"source-missing": WHY}}}}
    )
    [problem] = [problem for problem in found.problems if problem.code == "silence-unused"]
    assert (problem.path, problem.level) == ("rules.mail.a.silence.source-missing", "warning")


def test_an_unknown_code_is_an_error_with_the_nearest_known_one() -> None:
    [problem] = linted({"catalog": {"silence": {"source-mising": WHY}}}).problems
    assert (problem.code, problem.level, problem.hint) == ("silence-unknown", "error", "did you mean 'source-missing'?")


def test_what_is_found_only_beside_an_older_state_may_be_silenced_at_any_time() -> None:
    assert codes(linted({"catalog": {"silence": {"in-place-edit": "a slip of last week is mended"}}})) == []


def test_a_silence_changes_no_digest() -> None:
    rule = {**RULE, "silence": {"source-missing": WHY}}
    calendar = {**OFFICE, "silence": {"calendar-unused": WHY}}
    about = {"name": "Ours"}
    loud = load_catalog({"catalog": about, "calendars": {"office": OFFICE}, "rules": {"mail.a": RULE}})
    quiet = load_catalog(
        {
            "catalog": {**about, "silence": {"source-missing": WHY}},
            "calendars": {"office": calendar},
            "rules": {"mail.a": rule},
        }
    )
    assert loud.digest == quiet.digest


@pytest.fixture
def below(tmp_path: Path) -> Path:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "rules.yaml").write_text(
        "catalog: {silence: {statement-missing: the titles say it all}}\n"
        "calendars: {office: {time_zone: Europe/London, hours: {mon-fri: 09:00-17:00}}}\n"
        "default_calendar: office\n"
        "rules:\n"
        "  mail.a: {title: A, applies_to: {channel: email}, check: {kind: review}}\n"
        "waivers: [{rule: mail.a, until: 2026-01-01, reason: r}]\n",
        "utf-8",
    )
    return tmp_path


def above(folder: Path, text: str, **more: Any) -> Linted:
    (folder / "above.yaml").write_text(f"extends: below\n{text}", "utf-8")
    return lint(load_catalog(folder / "above.yaml"), today=TODAY, **more)


def test_what_is_inherited_is_its_owners_business(below: Path) -> None:
    assert codes(above(below, "")) == []
    found = codes(above(below, "", inherited=True))
    assert {"source-missing", "waiver-expired", "pass-not-tested"} <= set(found)


def test_the_silence_of_a_catalog_is_not_inherited(below: Path) -> None:
    own = "rules:\n  mail.b: {title: B, applies_to: {channel: web}, check: {kind: review}}\n"
    found = above(below, own, inherited=True)
    assert [problem.path for problem in found.problems if problem.code == "statement-missing"] == ["rules.mail.b"]


def test_what_a_catalog_below_silences_may_be_gone_in_the_one_above(below: Path) -> None:
    own = "override:\n  mail.a: {statement: Whoever writes is answered.}\n"
    assert "silence-unused" not in codes(above(below, own, inherited=True))


def test_what_an_override_writes_is_reported_and_what_it_leaves_is_not(below: Path) -> None:
    found = above(below, 'override:\n  mail.a: {objective: {at_least: "90%", per: month}}\n')
    assert codes(found) == ["objective-unconfirmed"]
    assert [problem.line for problem in found.problems] == [3]


def test_an_override_may_silence_what_is_found_in_an_inherited_rule(below: Path) -> None:
    loud = above(below, "", inherited=True)
    quiet = above(below, "override:\n  mail.a: {silence: {source-missing: the one above knows}}\n", inherited=True)
    assert "source-missing" in codes(loud)
    assert "source-missing" not in codes(quiet)
    assert "silence-unused" not in codes(quiet)


def test_a_waiver_of_ones_own_is_told_from_those_below(below: Path) -> None:
    found = above(below, "waivers: [{rule: mail.a, until: 2026-02-01, reason: r}]\n")
    assert [(problem.code, problem.path) for problem in found.problems] == [("waiver-expired", "waivers[1].until")]
    assert Path(str(found.problems[0].file)).name == "above.yaml"


def test_words_that_are_always_there_are_nobodys_finding() -> None:
    assert codes(linted({})) == []
    assert not {"cue-unused", "field-unused"} & set(codes(linted({}, inherited=True)))


def test_an_inherited_example_calendar_is_the_finding_of_whoever_uses_it(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("extends: servstd\n", "utf-8")
    [problem] = lint_catalog(load_catalog(tmp_path / "own.yaml"), today=TODAY)
    assert (problem.code, problem.path, problem.line) == ("example-calendar", "extends", 1)


def test_a_rule_switched_off_above_and_below_is_found_above(below: Path) -> None:
    base = below / "below" / "rules.yaml"
    base.write_text(base.read_text("utf-8") + "disable: {mail.a: not ours}\n", "utf-8")
    found = above(below, "disable: {mail.a: not ours either}\n")
    assert [(problem.code, problem.path) for problem in found.problems] == [
        ("disable-without-effect", "disable.mail.a")
    ]


def test_findings_come_in_line_order_with_the_line_they_are_about(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "rules:\n  mail.a: {title: A, check: {kind: review}}\n  mail.b: {title: B, check: {kind: review}}\n", "utf-8"
    )
    found = lint_catalog(load_catalog(tmp_path / "own.yaml"), today=TODAY)
    assert [problem.line for problem in found] == sorted(problem.line or 0 for problem in found)
    assert {problem.source for problem in found if problem.line == 3} == {"  mail.b: {title: B, check: {kind: review}}"}
