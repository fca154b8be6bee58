"""A new policy repository: what it holds, that it works at once, and that it never overwrites anything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import servstd
from servstd.adapters.logs import read_log
from servstd.calendar.holidays_source import country_codes
from servstd.evaluate.rule_tests import run_tests
from servstd.policy_repository import (
    Settings,
    check_settings,
    default_zone,
    in_the_way,
    repository_files,
    subdivisions_of,
    write_repository,
)

LONDON = Settings("Tarn Lamps", "Europe/London", "mon-fri 09:00-17:00; sat 10:00-13:00", "GB", "ENG")
HOURS = (
    "mon-fri 09:00-17:00",
    "daily 00:00-24:00",
    "mon-thu 09:00-12:30, 13:30-17:00; fri 09:00-16:00",
    "sun-thu 08:00-16:00",
    "mon-fri 22:00-06:00",
    "sat 10:00-10:20",
    "tue 09:00-09:01",
    "mon-fri 01:30-03:30",
)
ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo", "UTC")


def some_settings(count: int) -> Iterator[Settings]:
    """Random countries, subdivisions, zones and hours, the same ones each time."""
    dice = random.Random(22)
    for number in range(count):
        country = dice.choice(("NO", *country_codes()))
        parts = subdivisions_of(country)
        part = dice.choice(parts) if parts and number % 2 else None
        zone = default_zone(country) if number % 3 else dice.choice(ZONES)
        if number % 10 == 9:
            country, part = None, None
        yield Settings(f'Org "{number}": # & {{x}}', zone, dice.choice(HOURS), country, part)


def written(folder: Path, settings: Settings) -> servstd.Catalog:
    write_repository(folder, repository_files(settings, "0.1.0"))
    return servstd.load_catalog(folder / "policy")


@pytest.mark.parametrize("settings", list(some_settings(36)), ids=lambda one: f"{one.country}-{one.time_zone}")
def test_what_is_written_loads_and_passes_its_tests_at_once(settings: Settings, tmp_path: Path) -> None:
    assert check_settings(settings) == []
    catalog = written(tmp_path, settings)
    results = list(run_tests(catalog))
    assert [result.sentence() for result in results if not result.is_passed] == []
    assert len(results) >= 5
    assert catalog.name == settings.name
    assert catalog.calendar() == settings.calendar()
    assert str(catalog.zone) == settings.time_zone


def test_the_example_log_can_be_judged(tmp_path: Path) -> None:
    catalog = written(tmp_path, LONDON)
    records = list(read_log(str(tmp_path / "log" / "example.csv"), None, catalog.vocabulary))
    evaluator = servstd.Evaluator(catalog)
    newest = max(record.newest_at() for record in records)
    outcomes = [str(evaluator.check(record, as_of=newest)["email.response_time"].outcome) for record in records]
    assert (outcomes.count("pass"), outcomes.count("fail")) == (40, 8)


def test_the_same_settings_give_the_same_files() -> None:
    assert repository_files(LONDON, "0.1.0") == repository_files(LONDON, "0.1.0")


def test_everything_that_is_yaml_can_be_read_by_other_readers() -> None:
    files = repository_files(Settings('A "b": #c', "Europe/Oslo", country="NO"), "0.1.0")
    read = {name: yaml.safe_load(text) for name, text in files.items() if name.endswith(".yaml")}
    assert read["policy/catalog.yaml"]["catalog"]["name"] == 'A "b": #c'
    assert read["policy/calendars.yaml"]["calendars"]["office"]["holidays"] == {"country": "NO"}
    assert read["policy/waivers.yaml"] is None


def test_the_workflow_runs_lint_test_and_diff_against_the_base_branch() -> None:
    workflow = repository_files(LONDON, "0.1.0")[".github/workflows/policy.yaml"]
    steps = yaml.safe_load(workflow)["jobs"]["policy"]["steps"]
    commands = [line.strip() for step in steps for line in step.get("run", "").splitlines() if "servstd " in line]
    assert commands == [
        "servstd lint policy --format github",
        "servstd test policy --format github",
        'servstd lint policy --against "origin/$BASE:policy" --format github',
        'servstd diff "origin/$BASE:policy" policy log/example.csv && is_done=0 || is_done=$?',
    ]


def test_the_checks_use_the_version_that_wrote_them() -> None:
    assert "servstd[cli]==1.2.3" in repository_files(LONDON, "1.2.3")["requirements.txt"]


def test_without_a_country_the_holidays_are_a_comment() -> None:
    files = repository_files(Settings("Lamps"), "0.1.0")
    assert "# holidays: {country: US" in files["policy/calendars.yaml"]


@pytest.mark.parametrize(("there", "shown"), [(".git", []), ("notes", ["notes/"]), (".env", [".env/"])])
def test_only_git_may_be_there(there: str, shown: list[str], tmp_path: Path) -> None:
    (tmp_path / there).mkdir()
    assert in_the_way(tmp_path) == shown


def test_a_file_in_the_place_of_the_folder_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("mine")
    assert in_the_way(tmp_path / "policy") == [str(tmp_path / "policy")]
    assert in_the_way(tmp_path / "new") == []


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(FileExistsError, match="README"):
        write_repository(tmp_path, repository_files(LONDON, "0.1.0"))
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("settings", "key", "code"),
    [
        (Settings(" "), "name", "not-text"),
        (Settings("x", "Europe/Londn"), "time_zone", "unknown-zone"),
        (Settings("x", country="UK"), "country", "unknown-country"),
        (Settings("x", country="GB", subdivision="XX"), "subdivision", "unknown-subdivision"),
        (Settings("x", hours="mon-fri 9-5"), "hours", "hours-format"),
        (Settings("x", hours="9-5"), "hours", "unknown-day"),
        (Settings("x", hours="mo-fri 09:00-17:00"), "hours", "unknown-day"),
        (Settings("x", hours="mon 09:00-09:00"), "hours", "hours-empty"),
        (Settings("x", hours="mon closed"), "hours", "hours-missing"),
        (Settings("x", hours=" ; "), "hours", "hours-missing"),
    ],
)
def test_a_slip_is_told_by_the_reader_of_calendars(settings: Settings, key: str, code: str) -> None:
    [problem] = check_settings(settings)
    assert (problem.keys, problem.code) == ((key,), code)


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ("mon-fri 09:00-17:00", {"mon-fri": "09:00-17:00"}),
        (
            "mon-thu: 09:00-12:00,13:00-17:00 ;FRI 09:00-16:00",
            {"mon-thu": "09:00-12:00,13:00-17:00", "fri": "09:00-16:00"},
        ),
        ("mon 09:00-10:00; mon 11:00-12:00", {"mon": "09:00-10:00, 11:00-12:00"}),
        ("mon, wed 09:00-17:00; sun closed", {"mon, wed": "09:00-17:00", "sun": "closed"}),
        ("daily", {"daily": ""}),
    ],
)
def test_hours_are_written_on_one_line(hours: str, week: dict[str, str]) -> None:
    assert Settings("x", hours=hours).week == week


def test_the_zone_of_a_country_is_the_first_of_its_zones() -> None:
    assert [default_zone(code) for code in ("GB", "US", "NO", None, "XX")] == [
        "Europe/London",
        "America/New_York",
        "Europe/Oslo",
        "UTC",
        "UTC",
    ]


def test_an_unknown_country_has_no_subdivisions() -> None:
    assert subdivisions_of("XX") == ()
    assert "ENG" in subdivisions_of("GB")
