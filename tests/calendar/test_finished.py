"""Calendars as plain data: the same answers, where their days are known and where they are not."""

from __future__ import annotations

from typing import Any

from tests.calendar.build import at

from servstd.calendar import BusinessCalendar
from servstd.calendar.finished import finish

OFFICE: dict[str, Any] = {"time_zone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}
FROM, UNTIL = at("2026-05-18T09:00+01:00"), at("2026-05-27T12:00+01:00")


def test_a_finished_calendar_gives_the_answers_of_the_calendar() -> None:
    versions = [{"from": "2026-05-21", "hours": {"mon-fri": "10:00-16:00"}}]
    for more in ({}, {"holidays": {"country": "GB"}}, {"holidays": {"country": "GB"}, "versions": versions}):
        whole = BusinessCalendar.from_spec({**OFFICE, **more})
        found = finish(whole, 2025, 2027).calendar()
        assert found.elapsed(FROM, UNTIL) == whole.elapsed(FROM, UNTIL)
        assert finish(found, 2026, 2026).calendar().elapsed(FROM, UNTIL) == whole.elapsed(FROM, UNTIL)


def test_without_known_days_there_is_no_table_and_the_calendar_works_it_out() -> None:
    whole = BusinessCalendar.from_spec({**OFFICE, "holidays": {"country": "GB"}, "known_until": "2020-12-31"})
    data = finish(whole, 2030, 2031)
    assert data.edges == b""
    assert data.calendar().is_open(at("2019-05-22T12:00+01:00"))
