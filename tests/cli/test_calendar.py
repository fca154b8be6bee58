"""`servstd calendar`: what the golden files do not show, as it hangs on the day, the terminal or the machine."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from cli.running import Servstd
from servstd.calendar import BusinessCalendar
from servstd.calendar.at_a_glance import WIDTH
from servstd.cli.due_view import readings_of
from servstd.evaluate.whole_file import OutputError, whole_file

CENTRE_MAPPING = "examples/contact_centre/mapping.yaml"
CENTRE = ("--catalog", "examples/contact_centre/policy")


def test_a_year_ends_with_the_fingerprint(servstd: Servstd) -> None:
    ran = servstd("calendar", "show", "new_york", "--year", "2026", *CENTRE)
    *_, digest, made_with = ran.out.splitlines()
    assert re.fullmatch(r"digest [0-9a-f]{64}", digest)
    assert re.fullmatch(
        r"made with holidays \d+\.\d+\S*, time zones (\d{4}[a-z]|\d{4}\.\d+ \(tzdata\)|of .+)", made_with
    )
    assert max(map(len, ran.out.splitlines())) <= WIDTH
    assert "\x1b" not in ran.out


def test_without_a_year_it_is_this_one(servstd: Servstd) -> None:
    assert re.match(r"london 2\d{3}  Europe/London\n", servstd("calendar", "show", "london", *CENTRE).out)
    feed = servstd("calendar", "export", "london", *CENTRE).out
    assert len(set(re.findall(r"DTSTART;VALUE=DATE:(\d{4})", feed))) == 2


def test_a_terminal_shows_the_same_in_colour(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = servstd("calendar", "show", "new_york", "--year", "2026", *CENTRE).out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = servstd("calendar", "show", "new_york", "--year", "2026", *CENTRE).out
    assert "\x1b[31m25*\x1b[0m" in coloured
    bare = re.sub(r"\x1b\[\d+m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_an_exported_file_is_written_whole_and_can_be_imported(servstd: Servstd, place: Path) -> None:
    assert servstd("calendar", "export", "new_york", "--ics", "-o", "dates.ics", "--year", "2026", *CENTRE).code == 0
    assert [path.name for path in place.iterdir() if "dates" in path.name] == ["dates.ics"]
    assert (place / "dates.ics").read_bytes().endswith(b"END:VCALENDAR\r\n")
    mapping = yaml.safe_load(servstd("calendar", "import", "dates.ics", "--year", "2026").out)
    assert mapping["holidays"]["add"]["2026-05-25"] == "Memorial Day"
    assert mapping["holidays"]["add"]["2026-03-20"] == "Closed"


def test_a_file_that_can_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder.ics").mkdir()
    with pytest.raises(OutputError, match="unwritable-file"), whole_file(tmp_path / "folder.ics") as stream:
        stream.write("BEGIN:VCALENDAR")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.ics"]


@pytest.mark.parametrize("source", ["hours.txt", "-"])
def test_opening_hours_may_come_from_a_file_or_standard_input(
    source: str, servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "hours.txt").write_text("Mo-Fr 09:00-17:00\n", "utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO("Mo-Fr 09:00-17:00\n"))
    ran = servstd("calendar", "import", source, "--time-zone", "Europe/London")
    BusinessCalendar.from_spec(yaml.safe_load(ran.out))


def test_a_source_in_another_encoding_is_refused(servstd: Servstd, place: Path) -> None:
    (place / "latin.ics").write_bytes("SUMMARY:Fête".encode("latin-1"))
    ran = servstd("calendar", "import", "latin.ics")
    assert (ran.code, ran.err) == (2, "latin.ics: the byte 0xea is not UTF-8 [not-utf8]\n")


def test_a_text_too_long_for_a_file_name_is_opening_hours(servstd: Servstd) -> None:
    ran = servstd("calendar", "import", "; ".join(["Mo-Fr 09:00-17:00"] * 40))
    assert yaml.safe_load(ran.out) == {"hours": {"mon-fri": "09:00-17:00"}}


def test_the_extra_is_named_when_it_is_missing(servstd: Servstd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    ran = servstd("calendar", "import", "closed.ics")
    assert (ran.code, ran.err) == (2, "iCalendar files need the library icalendar: pip install 'servstd[calendars]'\n")


def test_a_due_time_beyond_all_years_is_an_error(servstd: Servstd) -> None:
    ran = servstd(
        "calendar", "due", "london", "--from", "2026-05-19T10:00", "--within", "9999999 calendar days", *CENTRE
    )
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("24 hours", ["24 business hours", "1 business day", "end of 1 business day", "24 elapsed hours"]),
        ("2 Days", ["48 business hours", "2 business days", "end of 2 business days", "48 elapsed hours"]),
        ("90min", None),
        ("4 hours", ["4 business hours", "4 elapsed hours"]),
        ("30 elapsed minutes", ["30 elapsed minutes", "30 business minutes"]),
        ("end of 1 business day", ["end of 1 business day", "24 business hours", "1 business day", "24 elapsed hours"]),
        (
            "2880 business minutes",
            ["2880 business minutes", "2 business days", "end of 2 business days", "2880 elapsed minutes"],
        ),
    ],
)
def test_an_amount_has_these_readings(text: str, readings: list[str] | None) -> None:
    if readings is None:
        with pytest.raises(ValueError, match="does not say which clock"):
            readings_of(text)
    else:
        assert [str(one) for one in readings_of(text)] == readings


def test_a_run_names_the_versions_that_decide(servstd: Servstd) -> None:
    ran = servstd("check", "month.jsonl", "--mapping", CENTRE_MAPPING, "--format", "json", "--fail-on", "none", *CENTRE)
    versions = json.loads(ran.out)["versions"]
    assert set(versions) == {"servstd", "catalog", "calendars", "holidays", "time_zones"}
    assert versions["calendars"]["new_york"] in servstd("calendar", "show", "new_york", *CENTRE).out
    assert re.fullmatch(r"\d+\.\d+.*", versions["holidays"])
    assert re.fullmatch(r"\d{4}[a-z]|\d{4}\.\d+ \(tzdata\)|of the system, in .+", versions["time_zones"])


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("abc", "--year: 'abc' is not a year such as 2026 [bad-years]"),
        ("2026-2027", "--year: '2026-2027' is not a year such as 2026 [bad-years]"),
        ("-5", "--year: '-5' is not a year such as 2026 [bad-years]"),
        ("1799", "--year: 1799 is beyond the years that a calendar reaches, 1800 to 2399 [bad-years]"),
        ("2400", "--year: 2400 is beyond the years that a calendar reaches, 1800 to 2399 [bad-years]"),
    ],
)
def test_what_is_no_year_is_refused(servstd: Servstd, year: str, said: str) -> None:
    ran = servstd("calendar", "show", "new_york", "--year", year, *CENTRE)
    assert (ran.code, ran.out, ran.err.strip()) == (2, "", said)


@pytest.mark.parametrize("year", ["1800", "2399"])
def test_the_first_and_the_last_year_are_shown_and_exported(servstd: Servstd, place: Path, year: str) -> None:
    hours = "{time_zone: Europe/Berlin, hours: {mon-fri: 09:00-17:00}, exceptions: {12-31: 09:00-12:00}}"
    (place / "odd.yaml").write_text(f"calendars: {{odd: {hours}}}\n", "utf-8")
    assert servstd("calendar", "show", "odd", "--year", year, "--catalog", "odd.yaml").code == 0
    feed = servstd("calendar", "export", "odd", "--year", year, "--catalog", "odd.yaml")
    assert (feed.code, feed.out.count("BEGIN:VEVENT")) == (0, 1)


def test_a_strict_calendar_is_exported_to_its_last_known_day(servstd: Servstd, place: Path) -> None:
    hours = "time_zone: Europe/Berlin, hours: {mon-sun: 09:00-17:00}, exceptions: {12-31: 09:00-12:00}"
    spec = f"{{{hours}, known_until: 2026-12-31, strict_holidays: true}}"
    (place / "strict.yaml").write_text(f"calendars: {{strict: {spec}}}\n", "utf-8")
    known = servstd("calendar", "export", "strict", "--year", "2026", "--catalog", "strict.yaml")
    assert (known.code, known.out.count("BEGIN:VEVENT")) == (0, 1)
    ran = servstd("calendar", "export", "strict", "--year", "2026-2027", "--catalog", "strict.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip() == "holidays are not known after 2026-12-31, but 2027-01-01 is needed"
    due = servstd(
        "calendar", "due", "strict", "--from", "2026-12-31T11:00", "--within", "8 business hours",
        "--catalog", "strict.yaml",
    )  # fmt: skip
    assert due.err.strip() == "holidays are not known after 2026-12-31, but 2027-01-01 is needed"


@pytest.mark.parametrize("name", ["hours.txt", "no/such/feed.json", "."])
def test_a_file_that_is_not_there_is_not_read_as_opening_hours(servstd: Servstd, name: str) -> None:
    ran = servstd("calendar", "import", name)
    assert ran.code == 2
    assert ran.err.startswith(f"{name}: the file can not be read: ")


def test_opening_hours_with_a_zone_or_a_country_that_is_not_known_are_refused(servstd: Servstd) -> None:
    ran = servstd("calendar", "import", "Mo-Fr 09:00-17:00; PH off", "--time-zone", "Europe/Berlln", "--country", "XX")
    assert (ran.code, ran.out) == (2, "")
    assert "time_zone: no time zone is called 'Europe/Berlln' [unknown-zone]" in ran.err
    assert "hint: did you mean 'Europe/Berlin'?" in ran.err
    assert "no holidays are known for the country 'XX' [unknown-country]" in ran.err


def test_calendars_with_any_name_are_found(servstd: Servstd, place: Path) -> None:
    hours = "{time_zone: UTC, hours: {mon: 09:00-17:00}}"
    names = ["back office", "2026", 'Zürich, "HQ"; a:b']
    lines = "".join(f"  {json.dumps(name)}: {hours}\n" for name in names)
    (place / "names.yaml").write_text(f"calendars:\n{lines}", "utf-8")
    for name in names:
        shown = servstd("calendar", "show", name, "--year", "2026", "--catalog", "names.yaml")
        assert shown.out.startswith(f"{name} 2026  UTC\n")
