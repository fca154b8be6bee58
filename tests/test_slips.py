"""Usual slips in small texts: what each was meant to be, and where a hint would be a guess."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from servstd.slips import (
    date_fault,
    dates_meant,
    days_meant,
    duration_meant,
    hours_meant,
    parse_date,
    time_format_meant,
    zone_hint,
)
from servstd.units import UnitError, parse_duration


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 July 2026", ["2026-07-01"]),
        ("1st Jul 2026", ["2026-07-01"]),
        ("July 1, 2026", ["2026-07-01"]),
        ("1-Jul-2026", ["2026-07-01"]),
        ("2026/07/01", ["2026-07-01"]),
        ("2026-7-1", ["2026-07-01"]),
        ("13/07/2026", ["2026-07-13"]),
        ("07/13/2026", ["2026-07-13"]),
        ("03/03/2026", ["2026-03-03"]),
        ("12/07/2026", ["2026-07-12", "2026-12-07"]),
        ("31/06/2026", []),
        ("31 June 2026", []),
        ("1 Quintember 2026", []),
        ("01/07/26", []),
        ("1 July", []),
        ("soon", []),
    ],
)
def test_a_date_written_another_way(text: str, meant: list[str]) -> None:
    assert [str(day) for day in dates_meant(text)] == meant


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("25/12/2026", "'25/12/2026' is not a date such as 2026-07-03", "write 2026-12-25"),
        (
            "01/07/2026",
            "'01/07/2026' is not a date such as 2026-07-03",
            "write 2026-07-01 (1 July) or 2026-01-07 (7 January)",
        ),
        ("2026-02-29", "there is no 2026-02-29: February has 28 days", None),
        ("2028-02-30", "there is no 2028-02-30: February has 29 days", None),
        ("2026-12-32", "there is no 2026-12-32: December has 31 days", None),
        ("2026-13-01", "there is no 2026-13-01: months are 01 to 12", None),
        ("2026-00-01", "there is no 2026-00-01: months are 01 to 12", None),
        (None, "nothing is not a date such as 2026-07-03", None),
        (2026, "'2026' is not a date such as 2026-07-03", None),
    ],
)
def test_what_is_wrong_with_a_date(value: object, message: str, hint: str | None) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(value)
    assert date_fault(value) == (message, hint)


def test_a_date_is_read_in_one_form_only() -> None:
    assert parse_date("2028-02-29") == date(2028, 2, 29)
    assert parse_date(datetime(2026, 7, 3, 12)) == date(2026, 7, 3)
    for other in ("20260703", "2026-W27-5", "2026-07-03T00:00"):
        with pytest.raises(ValueError, match=r"."):
            parse_date(other)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("monday", "mon"),
        ("Thurs", "thu"),
        ("Mon.", "mon"),
        ("Monday to Friday", "mon-fri"),
        ("mon\u2013fri", "mon-fri"),
        ("weekdays", "mon-fri"),
        ("weekend", "sat-sun"),
        ("every day", "daily"),
        ("mo", None),
        ("m-f", None),
        ("montag", None),
        ("mon, wed", None),
    ],
)
def test_a_day_written_another_way(text: str, meant: str | None) -> None:
    assert days_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9am-5pm", "09:00-17:00"),
        ("9 a.m. to 5 p.m.", "09:00-17:00"),
        ("9-5pm", "09:00-17:00"),
        ("1-5pm", "13:00-17:00"),
        ("10-2pm", "10:00-14:00"),
        ("12pm-1pm", "12:00-13:00"),
        ("12am-8am", "00:00-08:00"),
        ("10pm-6am", "22:00-06:00"),
        ("9:00 to 17:00", "09:00-17:00"),
        ("09:00\u201317:00", "09:00-17:00"),
        ("0900-1700", "09:00-17:00"),
        ("09.00-17.30", "09:00-17:30"),
        ("9h30-17h00", "09:30-17:00"),
        ("9-17", "09:00-17:00"),
        ("9-12", "09:00-12:00"),
        ("22-6", "22:00-06:00"),
        ("Closed", "closed"),
        ("off", "closed"),
        ("24 hours", "00:00-24:00"),
        ("9-5", None),  # 17:00, or overnight
        ("9:00", None),
        ("9-25", None),
        ("13pm-5pm", None),
        ("9:75-17:00", None),
        ("mornings", None),
    ],
)
def test_hours_written_another_way(text: str, meant: str | None) -> None:
    assert hours_meant(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2 working days", "2 business days"),
        ("1 working day", "1 business day"),
        ("3 workdays", "3 business days"),
        ("5 weekdays", "5 business days"),
        ("one business day", "1 business day"),
        ("next business day", "1 business day"),
        ("end of next business day", "end of 1 business day"),
        ("within 2 business days", "2 business days"),
        ("2 business hrs", "2 business hours"),
        ("90 elapsed mins", "90 elapsed minutes"),
        ("24 opening hours", "24 business hours"),
        ("24 clock hours", "24 elapsed hours"),
        ("2 busness dys", "2 business days"),
        ("2 calender days", "2 calendar days"),
    ],
)
def test_a_duration_written_another_way(text: str, meant: str) -> None:
    assert duration_meant(text) == meant
    with pytest.raises(UnitError) as error:
        parse_duration(text)
    assert (error.value.code, error.value.hint) == ("not-a-duration", f"did you mean {meant!r}?")
    parse_duration(meant)


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (4, "say on which clock: '4 business hours', '4 elapsed hours' or '4 business days'"),
        (" 4 ", "say on which clock: '4 business hours', '4 elapsed hours' or '4 business days'"),
        (1, "say on which clock: '1 business hour', '1 elapsed hour' or '1 business day'"),
        (1.5, "say on which clock: '1.5 business hours' or '1.5 elapsed hours'"),
        (-4, None),
        (True, None),
        (None, None),
        ([4], None),
    ],
)
def test_a_number_alone_is_told_the_clocks(number: object, hint: str | None) -> None:
    with pytest.raises(UnitError) as error:
        parse_duration(number)
    assert (error.value.code, error.value.hint) == ("not-a-duration", hint)


@pytest.mark.parametrize("text", ["soon", "", "business day", "2 moons", "2 business hours and a bit", "days 2"])
def test_what_is_no_duration_at_all_gets_no_hint(text: str) -> None:
    with pytest.raises(UnitError) as error:
        parse_duration(text)
    assert error.value.hint is None


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("24 hours", ["1 business day", "24 business hours", "24 elapsed hours"]),
        ("48h", ["2 business days", "48 business hours", "48 elapsed hours"]),
        ("36 hours", ["36 business hours", "36 elapsed hours"]),
        ("1 hour", ["1 business hour", "1 elapsed hour"]),
        ("30 mins", ["30 business minutes", "30 elapsed minutes"]),
        ("1 day", ["1 business day", "1 calendar day"]),
        ("1.5 days", ["36 business hours", "36 elapsed hours"]),
        ("2 weeks", ["10 business days", "14 calendar days"]),
        ("end of 2 days", ["end of 2 business days", "end of 2 calendar days"]),
    ],
)
def test_the_readings_of_a_bare_duration_are_durations(text: str, readings: list[str]) -> None:
    with pytest.raises(UnitError) as error:
        parse_duration(text)
    assert error.value.code == "clock-missing"
    assert str(error.value.hint).split("'")[1::2] == readings
    for reading in readings:
        parse_duration(reading)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("Kolkata", "Asia/Kolkata"),
        ("europe/london", "Europe/London"),
        ("Europe/Lodnon", "Europe/London"),
        ("UK", "Europe/London"),
        ("PST", "America/Los_Angeles"),
        ("eastern", "America/New_York"),
    ],
)
def test_a_zone_written_another_way(name: str, zone: str) -> None:
    assert zone_hint(name) == f"did you mean {zone!r}?"


@pytest.mark.parametrize("name", ["GMT+1", "UTC-05:00", "+01:00", "CEST", "IST"])
def test_an_offset_is_told_why_it_is_no_zone(name: str) -> None:
    assert "summer time" in str(zone_hint(name))


def test_a_zone_that_is_like_no_other_gets_no_hint() -> None:
    assert zone_hint("Mars/Olympus") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("dd/mm/yyyy hh:mm", "%d/%m/%Y %H:%M"),
        ("DD.MM.YYYY HH:mm:ss", "%d.%m.%Y %H:%M:%S"),
        ("yyyy-MM-ddTHH:mm", "%Y-%m-%dT%H:%M"),
        ("m/d/yy h:mm am/pm", "%m/%d/%y %I:%M %p"),
        ("m/d/yy h:mm tt", "%m/%d/%y %I:%M %p"),
        ("HH:MM DD/MM/YYYY", "%H:%M %d/%m/%Y"),
        ("dd-mmm-yyyy", "%d-%b-%Y"),
        ("mmmm d, yyyy", "%B %d, %Y"),
        ("%d/%m", None),
        ("day first", None),
        ("nonsense", None),
    ],
)
def test_a_time_format_as_spreadsheets_write_it(text: str, meant: str | None) -> None:
    assert time_format_meant(text) == meant
