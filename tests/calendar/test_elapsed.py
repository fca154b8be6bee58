"""`elapsed` goes by UTC dates where `elapsed_us` searches the whole table: both say the same, at every edge."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.calendar.build import at, calendar

from servstd.calendar import BusinessCalendar
from servstd.calendar.arguments import ONE_US
from servstd.calendar.instants import EPOCH, to_us

DAY = timedelta(days=1)
SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "office": ({"mon-thu": "09:00-12:30, 13:30-17:00", "fri": "09:00-16:00"}, "America/New_York"),
    "office open at midnight of UTC": ({"mon-fri": "09:00-17:00"}, "Australia/Sydney"),
    "office that opens at midnight of UTC": ({"daily": "09:00-17:00"}, "Asia/Tokyo"),
    "office that closes at midnight of UTC": ({"daily": "01:00-09:00"}, "Asia/Tokyo"),
    "night": ({"daily": "22:00-06:00"}, "America/New_York"),
    "always": ({"daily": "00:00-24:00"}, "UTC"),
    "never": ({"daily": "closed"}, "Europe/London"),
    "many spans": ({"daily": ", ".join(f"{hour:02}:00-{hour:02}:40" for hour in range(24))}, "Asia/Kathmandu"),
}


def interesting(cal: BusinessCalendar, start: datetime, end: datetime) -> list[datetime]:
    """Each opening, closing and midnight of UTC between, and the microseconds beside it."""
    edges = [edge for one in cal.intervals(start, end) for edge in (one.start, one.end)]
    midnights = [start + n * DAY for n in range((end - start).days + 1)]
    return [moment + step * ONE_US for moment in edges + midnights for step in (-1, 0, 1)]


@pytest.mark.parametrize("name", SHAPES)
def test_elapsed_is_elapsed_us_at_every_edge_and_midnight(name: str) -> None:
    cal = calendar(*SHAPES[name], exceptions={"2026-03-09": "closed", "2026-03-10": "09:00-12:00"})
    start, end = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 23, tzinfo=UTC)
    anchor = at("2026-03-11T15:30Z")
    cal.elapsed(start - DAY, end + DAY)
    for moment in interesting(cal, start, end):
        expected = cal.elapsed_us(to_us(anchor), to_us(moment)) * ONE_US
        assert cal.elapsed(anchor, moment) == expected, moment
        assert cal.elapsed(moment, anchor) == -expected, moment
        zoned = cal.elapsed(anchor.astimezone(cal.zone), moment.astimezone(cal.zone))
        assert zoned == expected, moment
        assert cal.elapsed(anchor.astimezone(cal.zone), moment) == expected, moment
        assert cal.elapsed(anchor, moment.astimezone(cal.zone)) == expected, moment


@pytest.mark.parametrize("name", ["office", "office open at midnight of UTC", "always"])
def test_a_table_that_grew_gives_the_answers_of_a_new_one(name: str) -> None:
    cal = calendar(*SHAPES[name])
    start, end = at("2026-05-20T03:00Z"), at("2026-05-27T21:15Z")
    expected = calendar(*SHAPES[name]).elapsed(start, end)
    for far in ("2027-06-01T00:00Z", "2024-02-01T12:00Z", "2026-01-01T00:00Z", "2029-12-31T23:59Z"):
        assert cal.elapsed(at(far), start) == calendar(*SHAPES[name]).elapsed(at(far), start)
        assert cal.elapsed(start, end) == expected


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Sydney", "UTC"])
def test_a_date_that_the_table_holds_in_part_is_answered_from_it(zone: str) -> None:
    cal = calendar({"daily": "00:00-24:00"}, zone)
    anchor = at("2026-05-20T00:00Z")
    cal.elapsed(anchor, anchor + DAY)
    table = cal.table_us(to_us(anchor), to_us(anchor))
    lo, hi = EPOCH + ONE_US * table.lo, EPOCH + ONE_US * table.hi
    for moment in (lo, lo + ONE_US, lo + DAY, hi - DAY, hi - ONE_US, hi):
        assert cal.elapsed(anchor, moment) == moment - anchor
        assert cal.elapsed(moment, anchor) == anchor - moment
    assert cal.table_us(table.lo, table.hi) is table
    assert cal.elapsed(anchor, hi + ONE_US) == hi + ONE_US - anchor
    assert cal.table_us(table.lo, table.hi) is not table


def test_a_date_before_1970_is_counted_like_any_other() -> None:
    cal = calendar(zone="UTC")
    for _ in range(2):
        assert cal.elapsed(at("1969-12-31T10:00Z"), at("1970-01-02T10:30Z")) == timedelta(hours=16, minutes=30)
        assert cal.elapsed(at("1969-12-25T16:59:59.999999Z"), at("1969-12-25T23:00Z")) == ONE_US


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_whole_dates_of_a_table_are_answered_without_a_search(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cal, anchor = calendar(zone=zone), at("2026-05-20T00:00Z")
    cal.elapsed(anchor, anchor + DAY)
    table = cal.table_us(to_us(anchor), to_us(anchor))
    lo, hi = EPOCH + ONE_US * table.lo, EPOCH + ONE_US * table.hi
    first = datetime(lo.year, lo.month, lo.day, tzinfo=UTC) + (DAY if lo.hour else 0 * DAY)
    last = datetime(hi.year, hi.month, hi.day, tzinfo=UTC) - ONE_US
    expected = cal.elapsed_us(to_us(first), to_us(last)) * ONE_US

    def search(*_: Any) -> timedelta:
        raise AssertionError("searched")

    monkeypatch.setattr(BusinessCalendar, "_elapsed_beyond", search)
    assert cal.elapsed(first, last) == expected == -cal.elapsed(last, first)
    for outside in (first - ONE_US, last + ONE_US):
        with pytest.raises(AssertionError, match="searched"):
            cal.elapsed(anchor, outside)
