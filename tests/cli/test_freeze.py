"""`servstd freeze` writes into the folder that it is given; `servstd resolve` as data, and of a git revision."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cli.running import MATERIAL, Servstd
from servstd import load_catalog
from servstd.calendar import holidays_source
from servstd.calendar.holidays_source import Country, LockedYears
from servstd.catalog import freeze as freezing

DAY = ("--today", "2026-11-22")
OFFICE = "hours: {mon-fri: 09:00-17:00}"


@pytest.fixture
def layers(place: Path) -> Path:
    """A copy of the organisation and its team, to write into."""
    folder = place / "copy"
    shutil.copytree(MATERIAL / "layers", folder)
    return folder


def holidays_of(layers: Path) -> None:
    path = layers / "organisation" / "organisation.yaml"
    path.write_text(path.read_text("utf-8").replace(OFFICE, f"{OFFICE}\n    holidays: {{country: GB}}"), "utf-8")


def test_a_lock_is_written_and_then_found_to_be_right(layers: Path, servstd: Servstd) -> None:
    holidays_of(layers)
    written = servstd("freeze", "copy/team", *DAY)
    assert (written.code, written.err) == (0, "")
    assert written.out == "copy/team/catalog.lock: 3 rules, 2 calendars, 40 holidays of GB, 2024 to 2029\n"
    checked = servstd("freeze", "copy/team", "--check", *DAY)
    assert (checked.code, checked.out) == (0, written.out.replace("lock: 3", "lock is what the catalog is: 3"))
    assert not (layers / "organisation" / "catalog.lock").exists()


def test_a_change_stops_every_command_until_it_is_frozen(layers: Path, servstd: Servstd) -> None:
    servstd("freeze", "copy/team", *DAY)
    path = layers / "team" / "team.yaml"
    path.write_text(path.read_text("utf-8").replace("warn: [80%]", "warn: [90%]"), "utf-8")
    stale = servstd("freeze", "copy/team", "--check", *DAY)
    assert (stale.code, stale.err) == (1, "copy/team/catalog.lock is stale: mail.answer changed\n")
    stopped = servstd("check", "month.jsonl", "--catalog", "copy/team")
    assert stopped.code == 2
    assert "the catalog is not what was frozen: mail.answer changed [lock-mismatch]" in stopped.err
    assert "hint: 'servstd freeze copy/team' takes it as it is now" in stopped.err
    assert servstd("resolve", "copy/team").code == 0
    assert servstd("freeze", "copy/team", *DAY).out.splitlines()[1:] == ["  mail.answer changed"]
    assert servstd("freeze", "copy/team", "--check", *DAY).code == 0


def test_other_dates_of_the_package_are_told_and_taken_only_when_asked(
    layers: Path, servstd: Servstd, monkeypatch: pytest.MonkeyPatch
) -> None:
    holidays_of(layers)
    servstd("freeze", "copy/team", *DAY)
    real = holidays_source.lock_years

    def other(country: Country, first: int, last: int) -> LockedYears:
        found = real(country, first, last)
        return LockedYears(first, last, tuple(sorted((*found.names, ("2027-06-01", "A new holiday")))))

    monkeypatch.setattr(freezing, "lock_years", other)
    monkeypatch.setattr("servstd.cli.freeze.lock_years", other)
    told = [
        "kept 1 date of GB that the package has otherwise:",
        "  2027-06-01: no holiday becomes A new holiday",
        "'servstd freeze --upgrade' takes them",
    ]
    assert servstd("freeze", "copy/team", "--check", *DAY).out.splitlines()[1:] == told
    assert servstd("freeze", "copy/team", *DAY).out.splitlines()[1:] == told
    upgraded = servstd("freeze", "copy/team", "--upgrade", *DAY).out.splitlines()
    assert upgraded[1:] == ["  GB 2027-06-01: no holiday becomes A new holiday"]
    assert "2027-06-01: A new holiday" in (layers / "team" / "catalog.lock").read_text("utf-8")


@pytest.mark.parametrize(
    ("today", "code"), [("2029-12-31", 0), ("2030-01-01", 1), ("2024-01-01", 0), ("2023-12-31", 1)]
)
def test_a_lock_is_stale_in_a_year_that_it_does_not_hold(layers: Path, servstd: Servstd, today: str, code: int) -> None:
    servstd("freeze", "copy/team", *DAY)
    assert servstd("freeze", "copy/team", "--check", "--today", today).code == code


def test_the_years_can_be_named(layers: Path, servstd: Servstd) -> None:
    holidays_of(layers)
    assert servstd("freeze", "copy/team", "--years", "2020-2021").out.endswith("2020 to 2021\n")
    lock = load_catalog(layers / "team").lock
    assert lock is not None
    assert lock.years == (2020, 2021)


def test_a_lock_that_was_edited_is_written_anew(layers: Path, servstd: Servstd) -> None:
    servstd("freeze", "copy/team", *DAY)
    path = layers / "team" / "catalog.lock"
    path.write_text(path.read_text("utf-8").replace("years: 2024-2029", "years: 2023-2029"), "utf-8")
    checked = servstd("freeze", "copy/team", "--check", *DAY)
    assert (checked.code, checked.err) == (
        1,
        "copy/team/catalog.lock: the lock can not be read: it was edited by hand, or merged\n",
    )
    assert servstd("freeze", "copy/team", *DAY).code == 0
    assert servstd("freeze", "copy/team", "--check", *DAY).code == 0


def test_a_folder_has_to_be_named(servstd: Servstd) -> None:
    assert servstd("freeze").code == 2


def test_the_resolved_catalog_as_yaml_is_one_that_decides_the_same(layers: Path, servstd: Servstd) -> None:
    text = servstd("resolve", "copy/team", "--format", "yaml").out
    own = load_catalog(layers / "team")
    assert text.startswith(f"# The catalog Care with all that it extends, without tests. Digest {own.digest}\n")
    (layers / "flat.yaml").write_text(text, "utf-8")
    assert load_catalog(layers / "flat.yaml").digest == own.digest


def test_the_resolved_rules_are_json_too(layers: Path, servstd: Servstd) -> None:
    found = json.loads(servstd("resolve", "copy/team", "--format", "json").out)
    assert found["layers"] == ["Example Ltd", "Care"]
    assert list(found["rules"]) == ["mail.answer", "mail.thanks", "mail.greeting"]
    assert found["calendars"]["night"]["file"] == "copy/team/team.yaml"
    (severity,) = [one for one in found["rules"]["mail.answer"]["keys"] if one["path"] == "severity"]
    assert (severity["value"], severity["line"], severity["replaced"][0]["value"]) == ("minor", 9, "major")
    assert found["rules"]["mail.greeting"]["switches"][0]["value"] == "machines read our mail first"
    only = json.loads(servstd("resolve", "copy/team", "--changed", "--format", "json").out)
    assert list(only["rules"]) == ["mail.answer", "mail.greeting"]


def test_what_was_changed_is_told_where_it_was_changed(layers: Path, servstd: Servstd) -> None:
    whole, changed = servstd("resolve", "copy/team").out, servstd("resolve", "copy/team", "--changed").out
    written = {line.split()[0]: line.split()[1] for line in whole.splitlines()[:3]}
    assert written["mail.answer"].startswith("copy/organisation/organisation.yaml:")
    places = {line.split()[0]: line.split()[1] for line in changed.splitlines()[:2]}
    assert set(places) == {"mail.answer", "mail.greeting"}
    assert all(place.startswith("copy/team/team.yaml:") for place in places.values())


def test_a_rule_that_only_got_tests_is_told_so(place: Path, servstd: Servstd) -> None:
    servstd("init", "fresh", "--name", "Acme")
    lines = servstd("resolve", "fresh/policy", "--changed").out.splitlines()
    assert [part.strip() for part in lines[0].split("  ") if part] == [
        "email.response_time", "fresh/policy/rules.yaml:5", "its tests",
    ]  # fmt: skip


def test_a_revision_is_resolved_with_the_names_that_its_files_have(layers: Path, servstd: Servstd) -> None:
    names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "copy"], ["commit", "-q", "-m", "first"]):
        subprocess.run(["git", *names, *arguments], check=True)
    assert "main:copy/team/team.yaml:9; was major" in servstd("resolve", "main:copy/team", "mail.answer").out
    assert (
        "main:copy/organisation/organisation.yaml:27"
        in servstd("history", "mail.thanks", "--catalog", "main:copy/team").out
    )
