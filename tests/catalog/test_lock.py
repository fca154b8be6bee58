"""A frozen catalog: it must be what was frozen, and its holidays stay what they were then."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from servstd import Catalog, CatalogError, Evaluator, load_catalog
from servstd.calendar import holidays_source
from servstd.calendar.holidays_source import Country, Year
from servstd.catalog import clocks, lock
from servstd.catalog.freeze import date_changes, freeze, years_of
from servstd.catalog.lock import Lock, checksum, lock_path, read_lock
from servstd.evaluate.versions import versions_of
from servstd.yaml_reader import plain, read_yaml_file
from servstd.yaml_reader.write import write_yaml

TODAY = date(2026, 11, 22)
POLICY = """
catalog: {name: Example, time_zone: Europe/London}
calendars:
  office:
    time_zone: Europe/London
    hours: {mon-fri: 09:00-17:00}
    holidays: {country: GB, subdivision: ENG, remove: [May Day]}
default_calendar: office
rules:
  mail.answer:
    title: An answer
    check: {kind: deadline, from: received, to: responded, within: 1 business day}
  mail.thanks: {title: Thanks, check: {kind: review}}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A folder with a catalog that is not frozen."""
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "mail.yaml").write_text(POLICY, "utf-8")
    return folder


@pytest.fixture
def frozen(policy: Path) -> Path:
    write_lock(policy)
    return policy


@pytest.fixture
def other_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another version of the package: 27 May 2026 is a holiday, the Spring Bank Holiday is not, May Day has no name."""
    real = holidays_source.find_year.__wrapped__

    def find(country: Country, year: int) -> Year:
        names = dict(real(country, year).names)
        names = {day: ("First Monday in May" if name == ("May Day",) else name[0],) for day, name in names.items()}
        names.pop(date(2026, 5, 25), None)
        if year == 2026:
            names[date(2026, 5, 27)] = ("A new holiday",)
        return Year(names, frozenset())

    holidays_source.holiday_names.cache_clear()
    monkeypatch.setattr(holidays_source, "find_year", find)
    monkeypatch.setattr("servstd.calendar.schedule.find_year", find)
    yield
    holidays_source.holiday_names.cache_clear()


def write_lock(folder: Path, **options: object) -> None:
    catalog = load_catalog(folder, check_lock=False)
    path = lock_path(folder)
    assert path is not None
    path.write_text(freeze(catalog, today=TODAY, old=read_lock(folder), **options).text, "utf-8")  # type: ignore[arg-type]


def due(catalog: Catalog) -> str:
    """When an e-mail of Friday 22 May 2026, 15:00, is due."""
    given = {"id": "r", "channel": "email", "received_at": "2026-05-22T15:00+01:00"}
    verdict = Evaluator(catalog).check(given, as_of=datetime.fromisoformat("2026-05-22T16:00+01:00"))["mail.answer"]
    return f"{verdict.due_at:%Y-%m-%d}"


def test_a_frozen_catalog_is_the_one_that_it_was(policy: Path) -> None:
    before = load_catalog(policy)
    write_lock(policy)
    after = load_catalog(policy)
    assert after.digest == before.digest
    assert after.lock is not None
    assert due(after) == due(before) == "2026-05-26"
    assert pickle.loads(pickle.dumps(after)).lock == after.lock


def test_another_version_of_the_package_changes_nothing_in_a_frozen_catalog(frozen: Path, other_package: None) -> None:
    assert due(load_catalog(frozen)) == "2026-05-26"
    (frozen / "catalog.lock").unlink()
    (frozen / "mail.yaml").write_text(POLICY.replace(", remove: [May Day]", ""), "utf-8")
    assert due(load_catalog(frozen)) == "2026-05-25"


def test_a_name_that_the_package_has_dropped_is_still_known_in_a_frozen_catalog(
    frozen: Path, other_package: None
) -> None:
    calendar = load_catalog(frozen).calendar()
    assert calendar.is_business_day(date(2026, 5, 4))
    (frozen / "catalog.lock").unlink()
    with pytest.raises(CatalogError, match="no holiday called 'May Day'"):
        load_catalog(frozen)


def test_freezing_again_keeps_the_dates_of_the_years_that_were_frozen(frozen: Path, other_package: None) -> None:
    (frozen / "mail.yaml").write_text(POLICY.replace("Thanks", "A word of thanks"), "utf-8")
    write_lock(frozen)
    assert due(load_catalog(frozen)) == "2026-05-26"


def test_an_upgrade_takes_all_dates_anew(policy: Path, request: pytest.FixtureRequest) -> None:
    (policy / "mail.yaml").write_text(POLICY.replace(", remove: [May Day]", ""), "utf-8")
    write_lock(policy)
    frozen, old = policy, read_lock(policy)
    request.getfixturevalue("other_package")
    write_lock(frozen, is_upgrade=True)
    new = read_lock(frozen)
    assert old is not None
    assert new is not None
    assert due(load_catalog(frozen)) == "2026-05-25"
    (country,) = new.holidays
    assert [line for line in date_changes(old.holidays[country], new.holidays[country]) if line[:4] == "2026"] == [
        "2026-05-04: May Day becomes First Monday in May",
        "2026-05-25: Spring Bank Holiday becomes no holiday",
        "2026-05-27: no holiday becomes A new holiday",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("within: 1 business day", "within: 2 business days", "mail.answer changed"),
        ("mail.thanks", "mail.regards", "mail.regards is new, mail.thanks is gone"),
        ("mon-fri: 09:00-17:00", "mon-thu: 09:00-17:00", "calendar office changed"),
        (
            "default_calendar: office",
            "default_calendar: office\ndisable: {mail.thanks: no time}",
            "mail.thanks changed",
        ),
        ("default_calendar: office", "default_calendar: office\ndefaults: {channel: email}", "defaults is new"),
        ("name: Example", "name: Other", "catalog changed"),
    ],
)
def test_a_catalog_that_is_not_what_was_frozen_does_not_load(frozen: Path, old: str, new: str, says: str) -> None:
    (frozen / "mail.yaml").write_text(POLICY.replace(old, new), "utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(frozen)
    (problem,) = caught.value.problems
    assert problem.code == "lock-mismatch"
    assert problem.message == f"the catalog is not what was frozen: {says}"
    assert problem.hint == f"'servstd freeze {frozen}' takes it as it is now"
    assert load_catalog(frozen, check_lock=False).lock is not None


@pytest.mark.parametrize("text", ["# a remark\n", "tests: []\n", "profiles: {small: {disable: {}}}\n"])
def test_what_decides_nothing_does_not_break_the_lock(frozen: Path, text: str) -> None:
    (frozen / "more.yaml").write_text(text, "utf-8")
    assert load_catalog(frozen).lock is not None


def test_a_change_in_a_catalog_below_breaks_the_lock_of_the_one_above(frozen: Path) -> None:
    team = frozen.parent / "team"
    team.mkdir()
    (team / "team.yaml").write_text("extends: ../policy\noverride: {mail.thanks: {severity: major}}\n", "utf-8")
    write_lock(team)
    (frozen / "mail.yaml").write_text(POLICY.replace("1 business day", "2 business days"), "utf-8")
    with pytest.raises(CatalogError, match=r"mail\.answer changed"):
        load_catalog(team)


def test_the_lock_of_a_single_file_lies_beside_it(policy: Path) -> None:
    file = policy / "mail.yaml"
    write_lock(file)
    assert (policy / "mail.yaml.lock").is_file()
    assert load_catalog(file).lock is not None
    assert load_catalog(policy).lock is None


def test_a_lock_is_not_read_as_a_part_of_the_catalog(frozen: Path) -> None:
    assert list(load_catalog(frozen).rules) == ["mail.answer", "mail.thanks"]


def test_a_mapping_has_no_lock() -> None:
    assert lock_path({}) is None
    assert load_catalog({"rules": {}}).lock is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("2026-05-25: Spring", "2026-05-26: Spring"), "it was edited by hand, or merged"),
        (lambda text: "<<<<<<< HEAD\n" + text, "line 4: "),
        (lambda text: text.replace("format: 1", "format: 2"), "its format is 2, not 1"),
        (lambda text: "a list\n", "it is not of this form"),
        (lambda text: "", "it is not of this form"),
    ],
)
def test_a_lock_that_can_not_be_used_is_told(frozen: Path, change: object, says: str) -> None:
    path = frozen / "catalog.lock"
    path.write_text(change(path.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(CatalogError) as caught:
        load_catalog(frozen)
    (problem,) = caught.value.problems
    assert problem.code == "lock-unreadable"
    assert problem.message.startswith(f"the lock can not be read: {says}")
    assert load_catalog(frozen, check_lock=False).lock is None


def test_the_lock_is_the_same_text_each_time_and_holds_one_date_a_line(policy: Path) -> None:
    first = freeze(load_catalog(policy), today=TODAY)
    assert freeze(load_catalog(policy), today=TODAY).text == first.text
    lines = first.text.splitlines()
    assert "      2026-05-25: Spring Bank Holiday" in lines
    assert "    2026-03-28: UTC+01:00" in lines or "    2026-03-29: UTC+01:00" in lines
    assert sum(bool(re.fullmatch(r" +\d{4}-\d\d-\d\d: .+", line)) for line in lines) == 52 + 12


def test_the_years_reach_from_two_years_back_to_three_ahead(policy: Path) -> None:
    assert years_of(load_catalog(policy), TODAY) == (2024, 2029)


@pytest.mark.parametrize(
    ("old", "new", "years"),
    [
        (
            "title: An answer",
            "title: An answer\n    versions: [{from: 2021-01-01, check: {cycles: first}}]",
            (2021, 2029),
        ),
        ("hours: {mon", "versions: [{from: 2020-01-01, hours: {fri: closed}}]\n    hours: {mon", (2020, 2029)),
        ("hours: {mon", "known_until: 2035-12-31\n    hours: {mon", (2024, 2035)),
    ],
)
def test_versions_and_known_until_widen_the_years(policy: Path, old: str, new: str, years: tuple[int, int]) -> None:
    (policy / "mail.yaml").write_text(POLICY.replace(old, new), "utf-8")
    assert years_of(load_catalog(policy), TODAY) == years


def test_years_that_were_frozen_stay_when_time_goes_on(frozen: Path) -> None:
    catalog = load_catalog(frozen)
    assert years_of(catalog, date(2028, 1, 1), catalog.lock) == (2024, 2031)


def test_an_answer_from_beyond_the_frozen_years_is_told_once(frozen: Path, caplog: pytest.LogCaptureFixture) -> None:
    calendar = load_catalog(frozen).calendar()
    assert calendar.is_business_day(date(2029, 12, 27))
    assert caplog.messages == []
    assert not calendar.is_business_day(date(2023, 12, 25))
    assert not calendar.is_business_day(date(2022, 12, 26))
    (message,) = caplog.messages
    assert message.startswith("the lock holds the holidays of 2024 to 2029; those of 2023 are the package's")


def test_clocks_that_change_otherwise_are_told(
    frozen: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    load_catalog(frozen)
    assert caplog.messages == []
    monkeypatch.setattr(lock, "clock_changes", lambda *_: {"2026-04-05": "UTC+01:00"})
    assert load_catalog(frozen).lock is not None
    (message,) = caplog.messages
    assert "the clocks of Europe/London change otherwise than when the catalog was frozen" in message


def test_the_changes_of_clocks_are_dated() -> None:
    assert clocks.clock_changes("Europe/London", 2026, 2026) == {
        "2026-03-28": "UTC+01:00",
        "2026-10-24": "UTC+00:00",
    } or (clocks.clock_changes("Europe/London", 2026, 2026) == {"2026-03-29": "UTC+01:00", "2026-10-25": "UTC+00:00"})
    assert clocks.clock_changes("UTC", 2026, 2027) == {}
    assert clocks.clock_changes("Asia/Kolkata", 2026, 2027) == {}


def test_only_calendars_in_use_are_frozen(policy: Path) -> None:
    spare = "default_calendar: office\ncalendar_for: []"
    text = POLICY.replace(
        "calendars:", "calendars:\n  spare: {time_zone: Asia/Tokyo, hours: {mon: 09:00-10:00}, holidays: {country: JP}}"
    )
    (policy / "mail.yaml").write_text(text.replace("default_calendar: office", spare), "utf-8")
    found = freeze(load_catalog(policy), today=TODAY)
    assert [country.code for country in found.holidays] == ["GB"]
    assert "Asia/Tokyo" not in found.text


def test_all_settings_of_a_country_come_back_from_the_lock(policy: Path) -> None:
    settings = "{country: JP, categories: [bank, public], language: en_US, observed: false}"
    (policy / "mail.yaml").write_text(
        POLICY.replace("{country: GB, subdivision: ENG, remove: [May Day]}", settings), "utf-8"
    )
    write_lock(policy)
    (country,) = read_lock(policy).holidays  # type: ignore[union-attr]
    assert country == Country("JP", None, ("bank", "public"), False, "en_US")
    holidays = load_catalog(policy).calendar().schedule.phases[0].holidays
    assert holidays.locked is not None


def test_weekends_that_are_worked_are_frozen_too(policy: Path) -> None:
    (policy / "mail.yaml").write_text(
        POLICY.replace("{country: GB, subdivision: ENG, remove: [May Day]}", "{country: CN}"), "utf-8"
    )
    before = load_catalog(policy).calendar()
    write_lock(policy)
    after = load_catalog(policy).calendar()
    days = [date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 5, 4)]
    assert [after.is_business_day(day) for day in days] == [before.is_business_day(day) for day in days]
    assert any(after.is_business_day(day) for day in days)


def test_a_run_says_what_its_catalog_was_frozen_with(frozen: Path, policy: Path) -> None:
    frozen_with = versions_of(load_catalog(frozen))["locked"]
    assert set(frozen_with) == {"servstd", "holidays", "time_zones"}
    (policy / "catalog.lock").unlink()
    assert "locked" not in versions_of(load_catalog(policy))


def test_a_lock_names_only_the_first_of_many_differences() -> None:
    many = {"rules": {f"mail.r{n}": "0" for n in range(20)}, "calendars": {}, "sections": {}}
    found = list(Lock(Path("policy/catalog.lock"), "x", many).problems(load_catalog({"rules": {}})))
    assert re.search(r"mail\.r6 is gone, mail\.r7 is gone, and \d+ more$", found[0].message)


WORDS = """fields: {tier: {type: text, brief: how much they pay, example: gold}}
events: {sampled: {brief: it was drawn, attributes: {drawer: {type: text, brief: who drew it}}}}
cues: {hooray: {brief: joy, by: agent, any: [hooray]}}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fields: {", "fields: {rank: {type: text, brief: how long, example: old}, ", None),
        ("cues: {", "cues: {alas: {brief: grief, by: agent, any: [alas]}, ", None),
        ("drawer: {", "reason: {type: text, brief: why}, drawer: {", None),
        ("events: {", "events: {weighed: {brief: it was weighed}, ", None),
        ("how much they pay", "what they pay", None),  # decides nothing
        ("type: text, brief: how much", "type: number, brief: how much", "fields changed"),
        ("tier: {", "level: {", "fields changed"),
        ("any: [hooray]", "any: [hooray, hurrah]", "cues changed"),
        ("drawer: {type: text", "drawer: {type: number", "events changed"),
        ("drawer: {", "by_whom: {", "events changed"),
    ],
)
def test_words_that_are_added_break_no_lock(policy: Path, old: str, new: str, says: str | None) -> None:
    (policy / "words.yaml").write_text(WORDS, "utf-8")
    write_lock(policy)
    before = load_catalog(policy)
    assert old in WORDS
    (policy / "words.yaml").write_text(WORDS.replace(old, new), "utf-8")
    if says is None:
        after = load_catalog(policy)
        assert after.digest != before.digest
        assert after.lock == before.lock
        return
    with pytest.raises(CatalogError, match=f"the catalog is not what was frozen: {says}"):
        load_catalog(policy)


def test_a_lock_from_before_words_were_in_it_still_holds(frozen: Path) -> None:
    path = frozen / "catalog.lock"
    content, _, _ = read_yaml_file(path)
    older = {key: value for key, value in plain(content).items() if key not in ("words", "checksum")}
    path.write_text(write_yaml({**older, "checksum": checksum(older)}), "utf-8")
    lock = load_catalog(frozen).lock
    assert lock is not None
    assert lock.words == {}
    (frozen / "more.yaml").write_text("fields: {rank: {type: text, brief: how long, example: old}}\n", "utf-8")
    with pytest.raises(CatalogError, match="the catalog is not what was frozen: fields changed"):
        load_catalog(frozen)
