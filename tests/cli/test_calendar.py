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
