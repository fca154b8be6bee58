"""Periods: half-open, by the local date, over nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import Period, period_at, periods_between, previous_period
from servstd.objective.grouping import period_codes
from servstd.objective.period import CALENDAR_PERIODS, newest, read_columns, verdict_at
from servstd.values import to_us

NEW_YORK = ZoneInfo("America/New_York")
PERS = ("15 minutes", "30 minutes", "hour", "day", "week", "month", "quarter", "year")


@pytest.mark.parametrize(
    ("per", "label", "start"),
    [
        ("15 minutes", "2026-05-22T15:15+00:00", "2026-05-22"),
        ("30 minutes", "2026-05-22T15:00+00:00", "2026-05-22"),
        ("hour", "2026-05-22T15:00+00:00", "2026-05-22"),
        ("day", "2026-05-22", "2026-05-22"),
        ("week", "2026-W21", "2026-05-18"),
        ("month", "2026-05", "2026-05-01"),
        ("quarter", "2026-Q2", "2026-04-01"),
        ("year", "2026", "2026-01-01"),
    ],
)
def test_each_period_has_its_label_and_its_start(per: str, label: str, start: str) -> None:
    period = period_at(datetime(2026, 5, 22, 15, 29, 59, 999999, tzinfo=UTC), per)
    assert (period.label, period.start.date().isoformat()) == (label, start)


EDGES = ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:00-05:00")


@pytest.mark.parametrize("per", PERS)
@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Tokyo"])
@pytest.mark.parametrize("text", EDGES)
def test_the_first_and_the_last_days_have_periods(text: str, zone: str, per: str) -> None:
    instant = datetime.fromisoformat(text)
    period = period_at(instant, per, zone)
    assert period.label.startswith(text[:4])
    assert to_us(period.start) < to_us(period.end)
    assert periods_between(instant, instant, per, zone)[0] == period


@pytest.mark.parametrize("per", CALENDAR_PERIODS)
@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Tokyo"])
def test_they_are_those_by_columns(zone: str, per: str) -> None:
    instants = [datetime.fromisoformat(text) for text in EDGES]
    at = np.array([to_us(instant) for instant in instants])
    codes, labels = period_codes(at, np.ones(len(at), np.bool_), per, ZoneInfo(zone))
    assert [labels[code] for code in codes] == [period_at(instant, per, zone).label for instant in instants]


@pytest.mark.parametrize(
    ("per", "label"),
    [("day", "0001-01-01"), ("week", "0001-W01"), ("month", "0001-01"), ("quarter", "0001-Q1"), ("year", "0001")],
)
def test_years_are_written_with_four_digits(per: str, label: str) -> None:
    assert period_at(datetime(1, 1, 1, tzinfo=UTC), per, "America/New_York").label == label


def test_the_last_period_ends_with_the_year_9999() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)
    found = periods_between(datetime(9999, 12, 30, tzinfo=UTC), last, "day")
    assert [one.label for one in found] == ["9999-12-30", "9999-12-31"]
    assert found[-1].end == last


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert period_at(datetime(2027, 1, 3, tzinfo=UTC), "week").label == "2026-W53"
    assert period_at(datetime(2027, 1, 4, tzinfo=UTC), "week").label == "2027-W01"


def test_december_ends_where_the_year_ends() -> None:
    ends = {period_at(datetime(2026, 12, 31, tzinfo=UTC), per).end for per in ("month", "quarter", "year")}
    assert ends == {datetime(2027, 1, 1, tzinfo=UTC)}


def test_a_period_begins_at_its_start_and_stops_before_its_end() -> None:
    day = period_at(datetime(2026, 5, 22, 15, tzinfo=NEW_YORK), "day", "America/New_York")
    tick = timedelta(microseconds=1)
    assert day.start in day
    assert day.end - tick in day
    assert day.end not in day
    assert day.start - tick not in day
    assert "2026-05-22" not in day
    assert (day.is_over(day.end - tick), day.is_over(day.end)) == (False, True)


def test_the_date_is_that_of_the_zone() -> None:
    late = datetime(2026, 5, 23, 3, 30, tzinfo=UTC)
    assert period_at(late, "day", NEW_YORK).label == "2026-05-22"
    assert period_at(late, "day").label == "2026-05-23"


def test_the_second_of_two_equal_wall_times_lies_in_its_day() -> None:
    day = period_at(datetime(2026, 11, 1, 12, tzinfo=NEW_YORK), "day", NEW_YORK)
    assert datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1) in day
    assert (day.end.astimezone(UTC) - day.start.astimezone(UTC)) == timedelta(hours=25)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)), st.sampled_from(PERS))
def test_periods_follow_each_other_without_gaps(wall: datetime, per: str) -> None:
    instant = wall.replace(tzinfo=UTC)
    period = period_at(instant, per, NEW_YORK)
    assert instant in period
    following = period_at(period.end, per, NEW_YORK)
    assert following.start == period.end
    assert previous_period(following, per, NEW_YORK) == period
    assert following > period


def test_in_the_hour_that_comes_twice_each_half_hour_comes_twice() -> None:
    begin = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    found = periods_between(begin, begin + timedelta(hours=1), "30 minutes", NEW_YORK)
    assert [period.label[11:] for period in found] == ["01:30-04:00", "01:00-05:00", "01:30-05:00"]
    assert {(one.end.astimezone(UTC) - one.start.astimezone(UTC)) for one in found} == {timedelta(minutes=30)}


def test_half_hours_are_those_of_the_local_clock() -> None:
    period = period_at(datetime(2026, 5, 22, 12, tzinfo=UTC), "hour", "Asia/Kathmandu")  # 17:45 there
    assert period.label == "2026-05-22T17:00+05:45"


def test_all_periods_between_are_given_empty_ones_too() -> None:
    found = periods_between(datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), "month")
    assert [period.label for period in found] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    same = datetime(2026, 1, 31, tzinfo=UTC)
    assert len(periods_between(same, same, "month")) == 1


def test_a_naive_instant_and_an_unknown_period_are_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        period_at(datetime(2026, 1, 1), "day")
    with pytest.raises(
        ValueError, match=r"'weak' is not one of 15 minutes, 30 minutes, hour, day, week.*did you mean 'week'"
    ):
        period_at(datetime(2026, 1, 1, tzinfo=UTC), "weak")


def test_a_verdict_belongs_where_its_matter_was_received() -> None:
    row = {"received_at": "2026-05-22T15:00-04:00", "decided_at": "2026-06-02T15:00-04:00"}
    assert verdict_at(read_columns(row)) == datetime(2026, 5, 22, 19, tzinfo=UTC)
    row["received_at"] = ""
    assert verdict_at(read_columns(row)) == datetime(2026, 6, 2, 19, tzinfo=UTC)
    assert verdict_at(read_columns({})) is None
    with pytest.raises(ValueError, match="no time zone"):
        verdict_at(read_columns({"received_at": "2026-05-22T15:00"}))


def test_the_newest_of_nothing_is_nothing() -> None:
    assert newest([None]) is None
    assert newest([None, datetime(2026, 1, 1, tzinfo=UTC)]) == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_period_can_be_made_by_hand() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert start in Period(start, start + timedelta(days=10), "the ten days")
