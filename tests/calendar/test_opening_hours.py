"""OpenStreetMap opening_hours: what is understood means the same here, and the rest is named with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from servstd.calendar import BusinessCalendar
from servstd.calendar.osm import from_opening_hours
from servstd.errors import CatalogError

NINE = "09:00-17:00"
PARTS = [
    ("Mo-Fr 09:00-17:00", {"hours": {"mon-fri": NINE}}),
    ("mo-fr 9:00 - 17:00;", {"hours": {"mon-fri": NINE}}),
    ("Mo–Fr 09:00–17:00", {"hours": {"mon-fri": NINE}}),
    ("24/7", {"hours": {"daily": "00:00-24:00"}}),
    ("Mo-Fr", {"hours": {"mon-fri": "00:00-24:00"}}),
    ("Mo-Fr open", {"hours": {"mon-fri": "00:00-24:00"}}),
    ("Mo-Fr 09:00-17:00 open; Sa closed", {"hours": {"mon-fri": NINE}}),
    ("09:00-17:00", {"hours": {"daily": NINE}}),
    ("off", {"hours": {"daily": "closed"}}),
    (
        "Mo-Fr 08:30-12:30,13:30-18:00; Sa 09:00-13:00",
        {"hours": {"mon-fri": "08:30-12:30, 13:30-18:00", "sat": "09:00-13:00"}},
    ),
    ("Mo 09:00-12:00,11:00-13:00,13:00-14:00", {"hours": {"mon": "09:00-14:00"}}),
    ("Mo,We,Fr 09:00-17:00", {"hours": {"mon": NINE, "wed": NINE, "fri": NINE}}),
    ("Su-Th 22:00-02:00", {"hours": {"mon-thu": "22:00-02:00", "sun": "22:00-02:00"}}),
    ("Fr 18:00-26:00", {"hours": {"fri": "18:00-02:00"}}),
    ("Mo-Fr 09:00-17:00; We 09:00-12:00; Tu off", {"hours": {"mon": NINE, "wed": "09:00-12:00", "thu-fri": NINE}}),
    ("Mo-Fr 09:00-12:00, Mo 13:00-15:00", {"hours": {"mon": "09:00-12:00, 13:00-15:00", "tue-fri": "09:00-12:00"}}),
    ("Mo-Sa 09:00-17:00, Sa off", {"hours": {"mon-fri": NINE}}),
    ("Mo-Fr 09:00-17:00; PH off", {"hours": {"mon-fri": NINE}, "holidays": {"country": None}}),
    ("Mo-Fr 09:00-17:00, PH off", {"hours": {"mon-fri": NINE}, "holidays": {"country": None}}),
    ("09:00-17:00; PH,Su off", {"hours": {"mon-sat": NINE}, "holidays": {"country": None}}),
    ("PH off, Mo-Fr 09:00-17:00", {"hours": {"mon-fri": NINE}, "holidays": {"country": None}}),
    ("Mo-Su,PH 09:00-17:00", {"hours": {"daily": NINE}}),
    (
        "Mo 09:00-17:00; Dec 24 09:00-12:00; Dec 25-26 off",
        {"hours": {"mon": NINE}, "exceptions": {"12-24": "09:00-12:00", "12-25": "closed", "12-26": "closed"}},
    ),
    ("Mo 09:00-17:00; Dec 24,31 off", {"hours": {"mon": NINE}, "exceptions": {"12-24": "closed", "12-31": "closed"}}),
    (
        "Mo 09:00-17:00; 2026 Dec 31-2027 Jan 1 off",
        {"hours": {"mon": NINE}, "exceptions": {"2026-12-31": "closed", "2027-01-01": "closed"}},
    ),
    (
        "Mo 09:00-17:00; 2026 Dec 24,2027 Dec 24 off",
        {"hours": {"mon": NINE}, "exceptions": {"2026-12-24": "closed", "2027-12-24": "closed"}},
    ),
    (
        "Mo 09:00-17:00; Dec 31-Jan 1 off",
        {"hours": {"mon": NINE}, "exceptions": {"01-01": "closed", "12-31": "closed"}},
    ),
    (
        "Dec 24 09:00-10:00, Dec 24 11:00-12:00",
        {"hours": {"daily": "closed"}, "exceptions": {"12-24": "09:00-10:00, 11:00-12:00"}},
    ),
    (
        "Mo 09:00-17:00; 2026 Dec 24 09:00-10:00; Dec 24 off",
        {"hours": {"mon": NINE}, "exceptions": {"12-24": "closed"}},
    ),
    # What is said of a day of every year lies over dates of one year, too.
    (
        "Mo 09:00-17:00; 2026 Dec 24 09:00-10:00, Dec 24 off",
        {"hours": {"mon": NINE}, "exceptions": {"12-24": "closed"}},
    ),
    (
        "Dec 24 09:00-10:00; 2026 Dec 24 11:00-12:00, Dec 24 13:00-14:00",
        {
            "hours": {"daily": "closed"},
            "exceptions": {"12-24": "09:00-10:00, 13:00-14:00", "2026-12-24": "11:00-12:00, 13:00-14:00"},
        },
    ),
    (
        "Dec 24 09:00-10:00; 2026 Dec 24 11:00-12:00, 2026 Dec 24 13:00-14:00",
        {
            "hours": {"daily": "closed"},
            "exceptions": {"12-24": "09:00-10:00", "2026-12-24": "11:00-12:00, 13:00-14:00"},
        },
    ),
    ("Mo-Su,PH 09:00-12:00, Mo-Su,PH 13:00-17:00", {"hours": {"daily": "09:00-12:00, 13:00-17:00"}}),
    ("Mo-Su 00:00-24:00; PH open", {"hours": {"daily": "00:00-24:00"}}),
    ("Mo 09:59-17:59", {"hours": {"mon": "09:59-17:59"}}),
    ("Mo 10:00-33:59", {"hours": {"mon": "10:00-09:59"}}),
    ("Mo 23:59-47:30", {"hours": {"mon": "23:59-23:30"}}),
    ("2026 Dec 24-24 off", {"hours": {"daily": "closed"}, "exceptions": {"2026-12-24": "closed"}}),
    (
        "Dec 24, Jan 1 off",
        {"hours": {"daily": "closed"}, "exceptions": {"01-01": "closed", "12-24": "closed"}},
    ),
    (
        "Mo 09:00-17:00; Dec 25 off; PH off",
        {"hours": {"mon": NINE}, "holidays": {"country": None}, "exceptions": {"12-25": "closed"}},
    ),
]


@pytest.mark.parametrize(("text", "mapping"), PARTS, ids=[text for text, _ in PARTS])
def test_the_common_subset_becomes_the_mapping_of_a_calendar(text: str, mapping: dict[str, Any]) -> None:
    assert from_opening_hours(text) == mapping
    BusinessCalendar.from_spec({"time_zone": "Europe/Berlin", **mapping})


FAULTS = [
    ("", 1, "no opening hours are given"),
    ("Mo[1] 09:00-17:00", 3, "'[' is not understood here"),
    ("Mo-Fr sunrise-sunset", 7, "'sunrise' is not understood here"),
    ("Mo-Fr 09:00+", 12, "'+' is not understood here"),
    ("Mo 09:00", 9, "the end is not understood here"),
    ("Mo-Fr 9-17", 7, "'9' is not understood here"),
    ("Mo-X 09:00-10:00", 4, "'X' is not understood here"),
    ("week 1-10 Mo 09:00-12:00", 1, "'week' is not understood here"),
    ("SH off", 1, "'SH' is not understood here"),
    ('Mo-Fr 09:00-17:00 || "by appointment"', 19, "'||' is not understood here"),
    ('Mo-Fr 09:00-17:00 "by appointment"', 19, "'\"by appointment\"' is not understood here"),
    ("Mo-Fr 12:00-13:00 off", 19, "'off' is not understood here"),
    ("Mo 09:00-17:00;; Sa off", 16, "';' is not understood here"),
    ("Mo-Fr 09:60-10:00", 7, "'09:60' is not understood here"),
    ("Mo-Fr 10:00-60:00", 13, "'60:00' is not understood here"),
    ("Mo-Fr 25:00-26:00", 7, "'25:00-26:00' is no span of hours of one day"),
    ("Mo-Fr 09:00-09:00", 7, "'09:00-09:00' is no span of hours of one day"),
    ("Mo-Fr 09:00-34:00", 7, "'09:00-34:00' is no span of hours of one day"),
    ("Jan-Mar 09:00-17:00", 4, "whole months and years are not understood"),
    ("2026 09:00-10:00", 6, "whole months and years are not understood"),
    ("Feb 30 off", 5, "February has no day 30"),
    ("Feb 2026202620 off", 5, "February has no day 2026202620"),
    ("2026 Dec 24-20 off", 13, "the dates end before they start"),
    ("Dec 24 Mo 10:00-12:00", 8, "weekdays within dates are not understood"),
    ("PH off; Mo-Fr 09:00-17:00", 9, "'Mo-Fr 09:00-17:00' stands after 'PH off' and overrides it"),
    ("Dec 25 off; Mo 09:00-10:00", 13, "'Mo 09:00-10:00' stands after 'Dec 25 off' and overrides it"),
    ("Dec 25 09:00-10:00; PH off", 21, "'PH off' stands after 'Dec 25 09:00-10:00' and overrides it"),
    ("Mo-Fr 09:00-17:00; PH 10:00-12:00", 20, "hours of their own for holidays can not be told"),
    ("Mo-Sa,PH 09:00-10:00; Su off", 1, "hours of their own for holidays can not be told"),
    ("Mo off We 09:00-10:00", 8, "'We' is not understood here"),
    ("Mo, 09:00-12:00", 3, "',' is not understood here"),
    ("Dec 24 off Dec 26 off", 12, "'Dec' is not understood here"),
    ("Dec 24 off 26 off", 12, "'26' is not understood here"),
    ("Dec 24, Mo 10:00-12:00", 7, "',' is not understood here"),
    ("Mo 24:00-26:00", 4, "'24:00-26:00' is no span of hours of one day"),
    ("Mo 10:00-34:00", 4, "'10:00-34:00' is no span of hours of one day"),
    ("Mo 23:59-48:00", 10, "'48:00' is not understood here"),
    ("Mo 09:00-12:00, Dec 24 13:00-15:00", 17, "'Dec 24 13:00-15:00' adds to the hours of the week"),
]


@pytest.mark.parametrize(("text", "column", "message"), FAULTS, ids=[text for text, _, _ in FAULTS])
def test_what_is_not_understood_is_named_with_its_place(text: str, column: int, message: str) -> None:
    with pytest.raises(CatalogError) as caught:
        from_opening_hours(text)
    [problem] = caught.value.problems
    assert (problem.code, problem.line, problem.column, problem.source) == ("opening-hours", 1, column, text)
    assert problem.message.startswith(message)


def test_the_zone_and_the_country_are_put_in() -> None:
    spec = from_opening_hours("Mo-Fr 09:00-17:00; PH off", time_zone="Europe/Berlin", country="DE")
    shop = BusinessCalendar.from_spec(spec)
    assert shop.schedule.time_zone == "Europe/Berlin"
    assert [shop.is_business_day(date(2026, 10, day)) for day in (2, 3)] == [True, False]
    assert not shop.is_business_day(date(2026, 12, 25))


def test_a_country_is_of_no_use_when_holidays_are_like_other_days() -> None:
    assert "holidays" not in from_opening_hours("Mo-Su,PH 09:00-17:00", country="DE")


def test_a_zone_or_a_country_that_is_not_known_is_refused() -> None:
    with pytest.raises(CatalogError) as caught:
        from_opening_hours("Mo 09:00-17:00; PH off", time_zone="Mars/Olympus", country="XX")
    assert sorted(problem.code for problem in caught.value.problems) == ["unknown-country", "unknown-zone"]


def test_spans_that_join_to_a_whole_day_from_its_middle_are_refused() -> None:
    with pytest.raises(CatalogError, match="closes at 09:00, when it opens"):
        from_opening_hours("Mo 09:00-20:00,18:00-33:00")
