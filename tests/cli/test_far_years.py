"""Dates near the ends of time in a log: every command goes on, and reading by columns says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import Servstd

RULES = """extends: servstd
catalog: {time_zone: America/New_York}
calendars:
  office: {time_zone: America/New_York, hours: {mon-fri: 09:00-17:00}}
default_calendar: office
fields:
  customer_zone: {type: time zone, brief: the zone of the customer, example: Europe/London}
rules:
  mail.reply:
    title: t
    applies_to: {channel: email}
    calendar: {time_zone: customer_zone}
    check: {kind: deadline, from: received, to: responded, within: 8 elapsed hours}
"""
ROWS = """id,channel,team,customer_zone,received_at,responded_at
A,email,x,Asia/Tokyo,0001-01-01T00:00:00Z,
B,email,x,America/New_York,0001-01-01T00:00:00Z,2026-05-04T11:00Z
H,email,x,America/New_York,0001-01-01T00:00:00+02:00,
C,email,x,Pacific/Kiritimati,2026-05-04T10:00Z,0001-01-01T00:00:00Z
D,email,y,Asia/Tokyo,1899-12-30T00:00:00Z,2026-05-04T11:00Z
E,email,y,Pacific/Kiritimati,9999-12-31T23:59:59Z,
F,email,y,America/New_York,2026-05-04T10:00Z,9999-12-31T23:59:59Z
G,email,y,,2026-05-04T10:00Z,2026-05-04T11:00Z
"""
GIVEN = ("log.csv", "--catalog", "own.yaml", "--as-of", "2026-06-01T00:00Z")


@pytest.fixture
def log(place: Path) -> Path:
    (place / "own.yaml").write_text(RULES)
    (place / "log.csv").write_text(ROWS)
    return place


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_same_verdicts_are_written_by_each_path(servstd: Servstd, log: Path, suffix: str) -> None:
    written = []
    for bulk in ("never", "always"):
        ran = servstd("check", *GIVEN, "--bulk", bulk, "--fail-on", "none", "-o", f"{bulk}.{suffix}")
        assert (ran.code, "failed" in ran.err) == (0, False)
        written.append((log / f"{bulk}.{suffix}").read_text())
    assert written[0] == written[1]
    assert "0001-01-01T00:00:00+00:00" in written[0]  # New York has no date for it


@pytest.mark.parametrize("per", ["day", "month"])
def test_they_are_counted_by_period_on_each_path(servstd: Servstd, log: Path, per: str) -> None:
    told = [
        servstd("check", *GIVEN, "--by", per, "--bulk", bulk, "--fail-on", "none", "--all")
        for bulk in ("never", "always")
    ]
    assert [one.code for one in told] == [0, 0]
    assert told[0].out == told[1].out
    assert "0001-" in told[0].out
    assert "1 bad row" in told[0].out


def test_the_other_commands_go_on(servstd: Servstd, log: Path) -> None:
    for name in "ABCE":
        assert servstd("explain", *GIVEN[:1], name, *GIVEN[1:]).code == 0
    assert servstd("report", *GIVEN, "-o", "report.html").code == 0
    (log / "newer.yaml").write_text(RULES.replace("8 elapsed", "9 elapsed"))
    assert servstd("diff", "own.yaml", "newer.yaml", "log.csv", *GIVEN[3:]).code == 0


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_a_newest_event_beyond_the_years_of_calendars_is_said(servstd: Servstd, log: Path, bulk: str) -> None:
    ran = servstd("check", *GIVEN[:3], "--by", "month", "--bulk", bulk)
    assert ran.code == 2
    assert "beyond the years that calendars reach, 1800 to 2399 [bad-time]" in ran.err
