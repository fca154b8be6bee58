"""Business days, ends of day, and the days that are skipped."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.calendar.build import at, calendar

from servstd.calendar import BusinessCalendar, SkippedDay
from servstd.calendar.business_days import Closed
from servstd.calendar.instants import to_datetime, to_us
from servstd.errors import CalendarError, NeverOpen

HEAD_OFFICE = {
    "time_zone": "America/New_York",
    "hours": {"mon-thu": "09:00-12:30, 13:30-17:00", "fri": "09:00-16:00"},
    "holidays": {"country": "US", "subdivision": "NY"},
}
NIGHTS = {"mon-fri": "22:00-06:00"}


def written(calendar: BusinessCalendar, instant_us: int) -> str:
    return to_datetime(instant_us, calendar.zone).isoformat(timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("received", "business_day", "business_hours", "end_of_next"),
    [
        ("2026-05-19T10:00", "2026-05-20T10:00", "2026-05-22T10:00", "2026-05-20T17:00"),
        ("2026-05-19T16:45", "2026-05-20T16:45", "2026-05-22T16:45", "2026-05-20T17:00"),
        ("2026-05-19T20:30", "2026-05-21T09:00", "2026-05-22T17:00", "2026-05-20T17:00"),
        ("2026-05-22T16:00", "2026-05-26T16:00", "2026-05-28T16:00", "2026-05-26T17:00"),
        ("2026-05-23T11:00", "2026-05-27T09:00", "2026-05-28T17:00", "2026-05-26T17:00"),
        ("2026-05-25T10:00", "2026-05-27T09:00", "2026-05-28T17:00", "2026-05-26T17:00"),
    ],
)
def test_the_worked_table_of_the_standards_holds(
    received: str, business_day: str, business_hours: str, end_of_next: str
) -> None:
    office = calendar(holidays={"country": "US"})
    received_us = to_us(at(received + "-04:00"))
    start_us = office.next_open_us(received_us)
    assert written(office, office.add_business_days_at_us(start_us, 1)) == business_day
    assert written(office, office.add_us(start_us, 24 * 3600 * 10**6)) == business_hours
    assert written(office, office.end_of_business_day_us(received_us, 1)) == end_of_next


@pytest.mark.parametrize(
    ("instant", "count", "expected"),
    [
        ("2026-05-22T15:00", 1, "2026-05-26T15:00"),  # over Memorial Day
        ("2026-05-21T16:30", 1, "2026-05-26T09:00"),  # shut at 16:30 on a Friday, so the next opening
        ("2026-05-21T12:30", 1, "2026-05-22T12:30"),
        ("2026-05-22T12:45", 1, "2026-05-26T13:30"),  # in the lunch break
        ("2026-05-22T12:30", 1, "2026-05-26T12:30"),  # a closing instant stays
        ("2026-05-26T09:00", -1, "2026-05-22T09:00"),
        ("2026-05-23T11:00", 0, "2026-05-26T09:00"),
        ("2026-05-22T11:00", 0, "2026-05-22T11:00"),
    ],
)
def test_business_days_keep_the_wall_time_and_roll_forward_when_shut(instant: str, count: int, expected: str) -> None:
    office = BusinessCalendar.from_spec(HEAD_OFFICE)
    assert office.add_business_days_at(at(instant + "-04:00"), count) == at(expected + "-04:00")


@pytest.mark.parametrize(
    ("instant", "count", "expected"),
    [
        ("2026-05-23T02:00", 1, "2026-05-26T02:00"),  # fourth hour of Friday's shift, fourth hour of Monday's
        ("2026-05-20T02:00", 1, "2026-05-21T02:00"),
        ("2026-05-22T23:00", 1, "2026-05-25T23:00"),
        ("2026-05-23T06:00", 1, "2026-05-25T22:00"),  # the closing instant is no longer in the shift
        ("2026-05-23T07:00", 1, "2026-05-25T22:00"),  # between shifts
        ("2026-05-26T02:00", -1, "2026-05-23T02:00"),
    ],
)
def test_a_night_shift_belongs_to_the_date_on_which_it_starts(instant: str, count: int, expected: str) -> None:
    assert calendar(NIGHTS).add_business_days_at(at(instant + "-04:00"), count) == at(expected + "-04:00")


@pytest.mark.parametrize(
    ("hours", "instant", "count", "expected"),
    [
        ({"mon-fri": "09:00-17:00"}, "2026-05-19T10:00", 0, "2026-05-19T17:00"),
        ({"mon-fri": "09:00-17:00"}, "2026-05-19T20:00", 0, "2026-05-19T17:00"),
        ({"mon-fri": "09:00-17:00"}, "2026-05-23T10:00", 0, "2026-05-25T17:00"),
        ({"mon-fri": "09:00-17:00"}, "2026-05-22T10:00", 2, "2026-05-26T17:00"),
        ({"mon-fri": "09:00-12:30, 13:30-17:00"}, "2026-05-19T10:00", 0, "2026-05-19T17:00"),
        (NIGHTS, "2026-05-20T02:00", 0, "2026-05-20T06:00"),
        (NIGHTS, "2026-05-20T02:00", 1, "2026-05-21T06:00"),
        (NIGHTS, "2026-05-19T12:00", 0, "2026-05-20T06:00"),
    ],
)
def test_the_end_of_a_business_day_is_its_last_closing(
    hours: dict[str, str], instant: str, count: int, expected: str
) -> None:
    office = calendar(hours)
    assert written(office, office.end_of_business_day_us(to_us(at(instant + "-04:00")), count)) == expected


def test_a_date_without_hours_falls_back_to_the_closing_before_it() -> None:
    office = BusinessCalendar.from_spec(HEAD_OFFICE)
    closings = [written(office, office.last_close_on_or_before_us(date(2026, 5, day))) for day in (21, 22, 25, 26)]
    assert closings == ["2026-05-21T17:00", "2026-05-22T16:00", "2026-05-22T16:00", "2026-05-26T17:00"]


def test_a_day_knows_its_blocks_its_length_and_its_midnight() -> None:
    office = BusinessCalendar.from_spec(HEAD_OFFICE)
    thursday, hour = date(2026, 5, 21), 3600 * 10**6
    assert office.open_us_of_day(thursday) == 7 * hour
    assert [written(office, edge) for block in office.blocks_of_day(thursday) for edge in block] == [
        f"2026-05-21T{time}" for time in ("09:00", "12:30", "13:30", "17:00")
    ]
    assert written(office, office.midnight_us(thursday)) == "2026-05-21T00:00"
    assert office.local_date(office.midnight_us(thursday) - 1) == date(2026, 5, 20)
    week = list(office.business_days_between(date(2026, 5, 22), date(2026, 5, 28)))
    assert week == [date(2026, 5, 22), date(2026, 5, 26), date(2026, 5, 27)]


@pytest.mark.parametrize("closed", ["left", "right", "both"])
def test_counting_says_which_end_counts_and_backwards_is_negative(closed: Closed) -> None:
    office = calendar()
    friday, tuesday, saturday = date(2026, 5, 22), date(2026, 5, 26), date(2026, 5, 23)
    assert office.count_business_days(friday, tuesday, closed="both") == 3
    assert office.count_business_days(tuesday, friday, closed="both") == -3
    monday = date(2026, 5, 25)
    assert office.count_business_days(friday, monday, closed=closed) == {"left": 1, "right": 1, "both": 2}[closed]
    assert office.count_business_days(friday, tuesday, closed=closed) == {"both": 3}.get(closed, 2)
    assert office.count_business_days(saturday, friday, closed=closed) == {"left": 0}.get(closed, -1)
    assert office.count_business_days(friday, saturday, closed=closed) == {"right": 0}.get(closed, 1)


def test_skipped_days_say_why() -> None:
    office = calendar(
        {"mon-fri": "09:00-17:00"},
        holidays={"country": "US", "add": {"2026-05-29": "Summer party"}, "dates": ["2026-05-28"]},
        exceptions={"2026-05-27": "closed"},
        breaks={"2026-05-26": "08:00-18:00"},
    )
    start, end = to_us(at("2026-05-22T15:00-04:00")), to_us(at("2026-05-30T00:00-04:00"))
    assert office.skipped_days(start, end) == [
        SkippedDay(date(2026, 5, 23), "weekend"),
        SkippedDay(date(2026, 5, 24), "weekend"),
        SkippedDay(date(2026, 5, 25), "holiday", "Memorial Day"),
        SkippedDay(date(2026, 5, 26), "break"),
        SkippedDay(date(2026, 5, 27), "exception"),
        SkippedDay(date(2026, 5, 28), "holiday"),
        SkippedDay(date(2026, 5, 29), "holiday", "Summer party"),
    ]
    assert office.skipped_days(end, start) == []
    saturday = to_us(at("2026-05-23T12:00-04:00"))
    assert office.skipped_days(saturday, saturday) == []


def test_a_search_for_a_business_day_ends() -> None:
    never = calendar({"daily": "closed"})
    once = calendar({"daily": "closed"}, exceptions={"2026-05-22": "09:00-10:00"})
    for shut, day in ((never, date(2026, 1, 1)), (once, date(2026, 5, 22))):
        for step, word in ((1, "after"), (-1, "before")):
            with pytest.raises(NeverOpen, match=f"there is no business day {word} {day}"):
                shut.add_business_days(day, step)
    assert once.add_business_days(date(2020, 1, 1), 1) == date(2026, 5, 22)
    assert once.add_business_days(date(2040, 1, 1), -1) == date(2026, 5, 22)
    with pytest.raises(CalendarError, match="beyond the years that a calendar reaches, 1800 to 2399"):
        once.add_business_days(date(2399, 12, 1), 1)
    with pytest.raises(CalendarError, match="beyond the years that a calendar reaches, 1800 to 2399"):
        calendar().add_business_days(date(2399, 12, 30), 9)


def test_a_search_goes_no_further_back_than_the_first_day() -> None:
    office, first = calendar(), date(1800, 1, 1)
    assert office.add_business_days(date(1800, 1, 2), -1) == first
    for count in (-1, -40):
        with pytest.raises(CalendarError, match="beyond the years that a calendar reaches, 1800 to 2399"):
            office.add_business_days(first, count)
    # Twelve years after the last date that is named, each year is like the next.
    once = calendar({"daily": "closed"}, exceptions={"2026-05-22": "09:00-10:00"})
    for days in (0, 1):
        with pytest.raises(NeverOpen, match="there is no business day before"):
            once.add_business_days(first + timedelta(days=12 * 366 + days), -1)
    with pytest.raises(CalendarError, match="beyond the years"):
        once.add_business_days(first + timedelta(days=12 * 366 - 1), -1)


def test_a_calendar_that_never_opens_needs_no_holidays() -> None:
    never = calendar({"daily": "closed"}, known_until="2026-01-31", strict_holidays=True)
    with pytest.raises(NeverOpen):
        never.add_business_days(date(2026, 1, 1), 1)


def test_where_two_shifts_overlap_the_later_one_has_the_instant() -> None:
    shop = calendar({"mon": "22:00-08:00", "tue": "06:00-14:00"})
    dates = [shop.business_date(to_us(at(f"2026-05-19T{time}-04:00"))) for time in ("05:59", "06:00", "07:00")]
    assert dates == [date(2026, 5, 18), date(2026, 5, 19), date(2026, 5, 19)]


MORNINGS = {"sat-sun": "00:00-12:00"}
SUNDAYS = {"sun": "00:00-12:00"}
# What is left of a night after its break, with a short shift of the next date inside it.
BROKEN_NIGHTS = {"hours": {"mon-fri": "02:00-03:00, 22:00-06:00"}, "breaks": {"2026-05-22": "00:30-01:00"}}


@pytest.mark.parametrize(
    ("spec", "count", "moves"),
    [
        # The clocks go back on the first Sunday of November at 02:00: by then some of the morning is over.
        ({"hours": MORNINGS}, 1, {"2026-10-31T01:00-04:00": "01:00-04:00", "2026-10-31T05:00-04:00": "05:00-05:00"}),
        ({"hours": MORNINGS}, -1, {"2026-11-01T00:30-04:00": "00:30-04:00", "2026-11-01T05:00-05:00": "05:00-04:00"}),
        # From one such Sunday to that of the next year: of the hour that is shown twice, the first is taken.
        ({"hours": SUNDAYS}, 53, {"2026-11-01T00:30-04:00": "00:30-04:00", "2026-11-01T01:30-05:00": "01:30-04:00"}),
        # Open together, but of two business days: the night of Thursday leads to that of Friday, Friday to Monday.
        (
            BROKEN_NIGHTS,
            1,
            {"2026-05-22T01:30-04:00": "2026-05-23T01:30", "2026-05-22T02:30-04:00": "2026-05-25T02:30"},
        ),
        (
            BROKEN_NIGHTS,
            1,
            {"2026-05-15T01:30-04:00": "2026-05-16T01:30", "2026-05-15T02:30-04:00": "2026-05-18T02:30"},
        ),
    ],
)
def test_what_is_open_together_need_not_move_together(spec: dict[str, Any], count: int, moves: dict[str, str]) -> None:
    one = BusinessCalendar.from_spec({"time_zone": "America/New_York", **spec})
    landed = {instant: one.add_business_days_at(at(instant), count).isoformat() for instant in moves}
    assert all(end in landed[instant].replace(":00-", "-") for instant, end in moves.items()), landed
