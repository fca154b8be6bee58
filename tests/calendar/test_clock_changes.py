"""Days on which the clocks, or the calendar on the wall, jump."""

from datetime import date, timedelta

import pytest
from tests.calendar.build import at, calendar

HOUR = timedelta(hours=1)
NIGHT = {"daily": "22:00-06:00"}


@pytest.mark.parametrize(
    ("zone", "hours", "day", "opening", "closing"),
    [
        ("America/New_York", "01:30-03:30", "2024-03-10", "2024-03-10T01:30-05:00", "2024-03-10T03:30-04:00"),
        ("America/New_York", "02:30-10:00", "2024-03-10", "2024-03-10T03:30-04:00", "2024-03-10T10:00-04:00"),
        ("America/New_York", "01:30-04:00", "2024-11-03", "2024-11-03T01:30-04:00", "2024-11-03T04:00-05:00"),
        ("America/New_York", "00:00-01:30", "2024-11-03", "2024-11-03T00:00-04:00", "2024-11-03T01:30-04:00"),
        ("Australia/Lord_Howe", "02:15-05:00", "2024-10-06", "2024-10-06T02:45+11:00", "2024-10-06T05:00+11:00"),
        ("Australia/Lord_Howe", "01:00-04:00", "2024-04-07", "2024-04-07T01:00+11:00", "2024-04-07T04:00+10:30"),
        ("Asia/Almaty", "00:00-02:00", "2024-03-01", "2024-03-01T00:00+05:00", "2024-03-01T02:00+05:00"),
        ("Asia/Almaty", "22:00-24:00", "2024-02-29", "2024-02-29T22:00+06:00", "2024-03-01T00:00+05:00"),
        ("Africa/Casablanca", "01:00-04:00", "2024-03-10", "2024-03-10T01:00+01:00", "2024-03-10T04:00+00:00"),
        ("Africa/Casablanca", "01:00-04:00", "2024-04-14", "2024-04-14T01:00+00:00", "2024-04-14T04:00+01:00"),
        ("America/Sao_Paulo", "00:00-09:00", "2018-11-04", "2018-11-04T01:00-02:00", "2018-11-04T09:00-02:00"),
        ("America/Havana", "00:30-02:00", "2024-11-03", "2024-11-03T00:30-04:00", "2024-11-03T02:00-05:00"),
    ],
)
def test_hours_are_read_forward_in_a_gap_and_first_in_a_fold(
    zone: str, hours: str, day: str, opening: str, closing: str
) -> None:
    blocks = calendar({"daily": hours}, zone).intervals(at(opening), at(closing))
    assert [(block.start, block.end) for block in blocks] == [(at(opening), at(closing))]
    found = calendar({"daily": hours}, zone).blocks_of_day(date.fromisoformat(day))
    assert found == ((at(opening).timestamp() * 10**6, at(closing).timestamp() * 10**6),)


@pytest.mark.parametrize("hours", ["02:30-03:00", "02:30-03:30"])
def test_a_span_that_a_gap_leaves_empty_vanishes(hours: str) -> None:
    shop = calendar({"sun": hours})
    assert shop.is_business_day(date(2024, 3, 3))
    assert not shop.is_business_day(date(2024, 3, 10))
    assert [skipped.reason for skipped in shop.skipped_days(*of_day("2024-03-10T00:00-05:00"))] == ["break"]


def of_day(midnight: str) -> tuple[int, int]:
    start = int(at(midnight).timestamp()) * 10**6
    return start, start + 3600 * 10**6


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-03-09T12:00-05:00", "2024-03-10T12:00-04:00", 7),
        ("2024-11-02T12:00-04:00", "2024-11-03T12:00-05:00", 9),
        ("2024-06-01T12:00-04:00", "2024-06-02T12:00-04:00", 8),
    ],
)
def test_a_night_shift_counts_real_time(start: str, end: str, hours: int) -> None:
    assert calendar(NIGHT).elapsed(at(start), at(end)) == hours * HOUR


def test_a_date_that_the_zone_skipped_has_no_hours() -> None:
    apia = calendar({"daily": "09:00-17:00"}, "Pacific/Apia")
    assert not apia.is_business_day(date(2011, 12, 30))
    assert apia.add_business_days(date(2011, 12, 29), 1) == date(2011, 12, 31)
    start, end = at("2011-12-29T09:00-10:00"), at("2011-12-31T17:00+14:00")
    assert apia.elapsed(start, end) == 16 * HOUR
    assert apia.skipped_days(*(int(t.timestamp()) * 10**6 for t in (start, end))) == []
    assert apia.add_business_days_at(start, 1) == at("2011-12-31T09:00+14:00")


def test_answers_in_a_repeated_hour_equal_the_same_instant_elsewhere() -> None:
    closing = calendar({"sun": "00:30-01:30"}).next_close(at("2024-11-03T00:00-04:00"))
    assert closing == at("2024-11-03T05:30+00:00")
    assert closing.isoformat() == "2024-11-03T01:30:00-04:00"
    later = calendar({"sun": "00:30-03:00"}).add(at("2024-11-03T01:00-04:00"), HOUR)
    assert (later.isoformat(), later.fold) == ("2024-11-03T01:00:00-05:00", 0)


def test_another_zone_keeps_the_wall_hours_and_the_holiday_dates() -> None:
    office = calendar(holidays={"dates": ["2024-07-04"]})
    london = office.with_time_zone("Europe/London")
    assert london.next_opening(at("2024-07-03T18:00+01:00")) == at("2024-07-05T09:00+01:00")
    assert office.with_time_zone("Europe/London") is london
    assert london.with_time_zone("Europe/London") is london
    with pytest.raises(ValueError, match="no time zone is called 'Europe/Londno'"):
        office.with_time_zone("Europe/Londno")
