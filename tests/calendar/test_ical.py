"""iCalendar feeds become holidays, exceptions and breaks; what can not be read is named with its event and line."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.calendar import BusinessCalendar
from servstd.calendar.ical import from_ical
from servstd.calendar.ical_event import reason_of
from servstd.errors import CatalogError, Problem

FEEDS = Path(__file__).parent / "feeds"
DAY = "DTSTART;VALUE=DATE:20260101"


def feed(name: str) -> str:
    return (FEEDS / name).read_bytes().decode()


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


def dates(text: str, *years: int, zone: str | None = None) -> list[str]:
    """The closed dates of a feed."""
    mapping = from_ical(text, years or [2026], zone)
    return list(mapping.get("holidays", {}).get("add", {}))


def problems(text: str, **keys: Any) -> list[Problem]:
    with pytest.raises(CatalogError) as caught:
        from_ical(text, range(2020, 2040), **keys)
    return list(caught.value.problems)


def test_whole_days_become_holidays_with_their_names() -> None:
    fair = (
        "Town fair, with a name so long that the program that wrote this file had to fold it over three lines, "
        "as RFC 5545 demands after seventy-five octets"
    )
    assert from_ical(feed("holidays.ics"), [2026, 2027]) == {
        "holidays": {
            "add": {
                "2026-01-01": "New Year's Day",
                "2026-07-06": fair,
                "2026-07-07": fair,
                "2026-07-08": fair,
                "2026-11-26": "Thanksgiving Day",
                "2027-01-01": "New Year's Day",
                "2027-11-25": "Thanksgiving Day",
            }
        }
    }


def test_whole_days_may_become_exceptions() -> None:
    mapping = from_ical(feed("holidays.ics"), [2027], use="exceptions")
    assert mapping == {"exceptions": {"2027-01-01": "closed", "2027-11-25": "closed"}}


def test_years_between_those_asked_for_are_left_out() -> None:
    assert dates(feed("holidays.ics"), 2025, 2029) == ["2025-01-01", "2025-11-27", "2029-01-01", "2029-11-22"]


def test_times_become_breaks_on_the_clocks_of_the_calendar() -> None:
    mapping = from_ical(feed("office.ics"), [2026])
    assert mapping == {
        "holidays": {"add": {"2026-07-01": "Stocktaking"}},  # all of it, from the evening before
        "breaks": {
            "2026-03-04": "10:00-11:30",
            "2026-03-05": "11:00-11:11",
            "2026-03-19": "10:00-10:30",
            "2026-03-25": "10:00-11:30",
            "2026-06-30": "13:00-24:00",
            "2026-12-30": "04:00-05:30",
        },
    }


def test_the_zone_given_wins_over_that_of_the_feed() -> None:
    assert from_ical(feed("office.ics"), [2026], "Europe/Berlin")["breaks"]["2026-12-30"] == "10:00-11:30"


def test_a_calendar_takes_what_a_feed_gives() -> None:
    spec = {
        "time_zone": "America/New_York",
        "hours": {"mon-fri": "09:00-17:00"},
        **from_ical(feed("office.ics"), [2026]),
    }
    office = BusinessCalendar.from_spec(spec)
    assert office.open_us_of_day(date(2026, 3, 4)) == 6.5 * 3600 * 10**6
    assert not office.is_business_day(date(2026, 7, 1))


@pytest.mark.parametrize(
    ("lines", "closed"),
    [
        ([DAY], ["2026-01-01"]),
        ([DAY, "DTEND;VALUE=DATE:20260101"], ["2026-01-01"]),  # some programs write an end that takes no time
        ([DAY, "DTEND;VALUE=DATE:20260103"], ["2026-01-01", "2026-01-02"]),
        ([DAY, "RRULE:FREQ=DAILY;COUNT=2"], ["2026-01-01", "2026-01-02"]),
        ([DAY, "RRULE:FREQ=WEEKLY;UNTIL=20260108"], ["2026-01-01", "2026-01-08"]),
        ([DAY, "RRULE:FREQ=WEEKLY;UNTIL=20260108T000000Z"], ["2026-01-01", "2026-01-08"]),
        ([DAY, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260101,20260108"], ["2026-01-15"]),
        ([DAY, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20260108T000000"], ["2026-01-01", "2026-01-15"]),
        (
            [DAY, "RDATE;VALUE=DATE:20260105,20260107", "RDATE;VALUE=DATE:20260109"],
            ["2026-01-01", "2026-01-05", "2026-01-07", "2026-01-09"],
        ),
        ([DAY, "RRULE:FREQ=MONTHLY;COUNT=2", "RRULE:FREQ=YEARLY;COUNT=1"], ["2026-01-01", "2026-02-01"]),
        (["DTSTART:20260101T000000", "DTEND:20260102T000000"], ["2026-01-01"]),
        (["DTSTART:20260101T000000", "DURATION:P1D", "RRULE:FREQ=DAILY;UNTIL=20260102"], ["2026-01-01", "2026-01-02"]),
        (["DTSTART:20260101T090000", "DURATION:P2D"], ["2026-01-02"]),
        (
            ["DTSTART:20260101T000000", "DURATION:P1D", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE;VALUE=DATE:20260101"],
            ["2026-01-02"],
        ),
        (["DTSTART:20260101T090000"], []),  # it takes no time
        (["DTSTART;VALUE=DATE:20251231", "DURATION:P1D"], []),
    ],
)
def test_dates_follow_from_starts_ends_and_recurrence(lines: list[str], closed: list[str]) -> None:
    assert dates(event(*lines)) == closed


def test_a_meeting_keeps_its_wall_time_when_the_clocks_change() -> None:
    text = event("DTSTART;TZID=America/New_York:20260307T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")
    assert from_ical(text, [2026], "UTC")["breaks"] == {"2026-03-07": "15:00-16:00", "2026-03-08": "14:00-15:00"}


def test_events_of_one_date_share_it() -> None:
    lines = ["SUMMARY:One", "END:VEVENT", "BEGIN:VEVENT", DAY, "SUMMARY:Two", "END:VEVENT", "BEGIN:VEVENT", DAY]
    assert from_ical(event(DAY, *lines, "SUMMARY:One"), [2026])["holidays"]["add"] == {"2026-01-01": "One; Two"}
    assert from_ical(event(DAY), [2026])["holidays"]["add"] == {"2026-01-01": None}
    more = ["END:VEVENT", "BEGIN:VEVENT", "DTSTART:20260101T093000", "DTEND:20260101T110000"]
    times = ["DTSTART:20260101T090000", "DTEND:20260101T100000", *more]
    assert from_ical(event(*times), [2026]) == {"breaks": {"2026-01-01": "09:00-11:00"}}


def test_an_event_may_happen_as_often_as_the_limit() -> None:
    many = event("DTSTART;VALUE=DATE:20000101", "RRULE:FREQ=DAILY;COUNT=10000")
    assert len(dates(many, *range(1999, 2030))) == 10_000


def test_an_event_may_last_a_leap_year() -> None:
    assert len(dates(event("DTSTART;VALUE=DATE:20240101", "DTEND;VALUE=DATE:20250101"), 2024)) == 366
    period = event("DTSTART:20240101T000000", "RDATE;VALUE=PERIOD:20240201T000000/P366D")
    assert len(dates(period, 2024)) == 335


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260106"], ["05", "07"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260107"], ["05", "06", "07"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260107T090000"], ["05", "06"]),
        (["RRULE:FREQ=DAILY;UNTIL=20260107T100000"], ["05", "06", "07"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260106T100000"], ["05", "07"]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260106T110000"], ["05", "06", "07"]),
    ],
    ids=str,
)
def test_dates_and_local_times_end_or_leave_out_a_meeting(lines: list[str], days: list[str]) -> None:
    for start in ("DTSTART:20260105T100000", "DTSTART;TZID=Asia/Kolkata:20260105T100000"):
        found = from_ical(event(start, "DURATION:PT1H", *lines), [2026], "Asia/Kolkata")
        assert found == {"breaks": {f"2026-01-{day}": "10:00-11:00" for day in days}}


def test_a_period_ends_after_a_length_or_at_an_instant() -> None:
    text = event("DTSTART:20260101T090000", "RDATE;VALUE=PERIOD:20260102T090000/20260102T100000,20260103T090000/PT2H")
    assert from_ical(text, [2026])["breaks"] == {"2026-01-02": "09:00-10:00", "2026-01-03": "09:00-11:00"}
    assert from_ical(text, [2027]) == {}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["SUMMARY:x"], ".DTSTART: the event has no start [unreadable-event]"),
        (["DTSTART;VALUE=DATE:2026122x"], ".DTSTART: wrong date format 2026122x [unreadable-event]"),
        (
            [DAY, "no content line"],
            ": a line of it is no property [unreadable-event]",
        ),
        ([DAY, DAY], ".DTSTART: it is given 2 times [unreadable-event]"),
        (["DTSTART:PT1H"], ".DTSTART: 'PT1H' is not what belongs here [unreadable-event]"),
        (
            [DAY, "DTEND:20260101T100000Z"],
            ".DTEND: the start and the end are not both dates, nor both times [unreadable-event]",
        ),
        ([DAY, "DTEND;VALUE=DATE:20251231"], ".DTEND: the event ends before it starts [unreadable-event]"),
        ([DAY, "DURATION:P400D"], ".DTEND: it lasts over a year [unreadable-event]"),
        ([DAY, "EXDATE:PT5H"], ".EXDATE: 'PT5H' is no date [unreadable-event]"),
        (
            [DAY, "EXRULE:FREQ=DAILY"],
            ".EXRULE: this way to leave dates out is not understood; EXDATE is [unreadable-event]",
        ),
        ([DAY, "RRULE;VALUE=DATE:20260101"], ".RRULE: it is no rule such as FREQ=YEARLY [unreadable-event]"),
        (
            [DAY, "RRULE:FREQ=DAILY;INTERVAL=0"],
            ".RRULE: 'FREQ=DAILY;INTERVAL=0' counts with numbers below 1 [unreadable-event]",
        ),
        (
            ["DTSTART:20260101T090000", "RRULE:FREQ=DAILY;BYHOUR=25"],
            ".RRULE: hour must be in 0..23 [unreadable-event]",
        ),
        ([DAY, "RECURRENCE-ID:100000"], ".RECURRENCE-ID: '100000' is not what belongs here [unreadable-event]"),
        ([DAY, "RRULE:COUNT=3"], ".RRULE: 'COUNT=3' has no FREQ [unreadable-event]"),
        ([DAY, "RRULE:FREQ=DAILY;RSCALE=CHINESE"], ".RRULE: unknown parameter 'RSCALE' [unreadable-event]"),
        (
            [DAY, "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20260105"],
            ".RRULE: 'FREQ=DAILY;UNTIL=20260105;COUNT=3' does not say clearly where it ends [unreadable-event]",
        ),
        ([DAY, "RRULE:FREQ=HOURLY"], ".RRULE: 'FREQ=HOURLY' is more often than daily [recurs-too-often]"),
        (
            ["DTSTART:20260101T090000", "DURATION:PT1M", "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4"],
            ".RRULE: more than 10,000 times within the years asked for [recurs-too-often]",
        ),
        (
            ["DTSTART:20260101T090000", "RDATE;VALUE=PERIOD:20260401T140000/20260301T140000"],
            ".RDATE: a period lasts up to a year, and ends after it starts [unreadable-event]",
        ),
        (
            ["DTSTART:20260101T090000", "RDATE;VALUE=PERIOD:20260401T140000/PT0S"],
            ".RDATE: a period lasts up to a year, and ends after it starts [unreadable-event]",
        ),
        (
            [DAY, "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260101"],
            ".RECURRENCE-ID: a change of all later occurrences is not understood [unreadable-event]",
        ),
        (
            ["DTSTART;TZID=Nowhere/Land:20260101T100000"],
            ".DTSTART: no time zone is called 'Nowhere/Land' [unknown-zone]",
        ),
    ],
)
def test_an_event_that_can_not_be_read_is_named(lines: list[str], said: str) -> None:
    assert [problem.headline() for problem in problems(event(*lines))] == [f"2: VEVENT[0]{said}"]


def test_all_events_that_can_not_be_read_are_named_at_once() -> None:
    text = event("SUMMARY:x", "END:VEVENT", "BEGIN:VEVENT", DAY, "END:VEVENT", "BEGIN:VEVENT", "SUMMARY:y")
    assert [(problem.line, problem.path) for problem in problems(text)] == [
        (2, "VEVENT[0].DTSTART"),
        (8, "VEVENT[2].DTSTART"),
    ]


def test_no_line_is_named_when_it_is_not_certain() -> None:
    text = "BEGIN:VCALENDAR\r\nBEGIN:VEV\r\n ENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    assert [problem.line for problem in problems(text)] == [None]


def test_a_fault_in_what_does_not_matter_is_passed_over() -> None:
    assert dates(event(DAY, "LAST-MODIFIED:yesterday", "GEO:here")) == ["2026-01-01"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is no iCalendar feed: no line is BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "the feed ends in the middle: a BEGIN has no END"),
        ("BEGIN:VCALENDAR\nEND:VEVENT", "the feed ends in the middle: a BEGIN has no END"),
        (
            "BEGIN:VCALENDAR\nfoo\nEND:VCALENDAR",
            "the feed can not be read: content line could not be parsed into parts: 'foo'",
        ),
    ],
)
def test_a_text_that_is_no_feed_is_refused(text: str, said: str) -> None:
    [problem] = problems(text)
    assert (problem.code, problem.message) == ("not-icalendar", said)


def test_times_need_a_zone_to_be_told_in() -> None:
    text = event("DTSTART:20260101T090000Z", "DURATION:PT1H")
    [problem] = problems(text)
    assert (problem.code, problem.path) == ("missing-key", "time_zone")
    assert [one.code for one in problems(text, time_zone="Mars/Olympus")] == ["unknown-zone"]
    floating = event("DTSTART:20260101T090000", "DURATION:PT1H")
    assert from_ical(floating, [2026]) == {"breaks": {"2026-01-01": "09:00-10:00"}}


def test_words_of_a_library_are_put_in_our_form() -> None:
    assert reason_of(ValueError("invalid 'BYDAY': 8XX")) == "it does not follow RFC 5545"
    assert reason_of(ValueError("")) == "it does not follow RFC 5545"


def test_what_reads_feeds_is_loaded_when_it_is_asked_for() -> None:
    code = "import sys, servstd; print({'icalendar', 'dateutil.rrule', 'servstd.calendar.ical'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert done.stdout == "set()\n"
    assert servstd.calendar.from_ical is from_ical
    with pytest.raises(AttributeError, match="no attribute 'from_excel'"):
        servstd.calendar.from_excel  # noqa: B018


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'servstd\[calendars\]'"):
        from_ical("", [2026])
