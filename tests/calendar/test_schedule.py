"""What the keys of a calendar mean: precedence, holidays, versions, sameness."""

import pickle
from datetime import date
from typing import Any

import pytest
from tests.calendar.build import at, calendar

from servstd.calendar import BusinessCalendar, Schedule, parse_calendar
from servstd.calendar.holidays_source import Country, find_year, known_years
from servstd.calendar.schedule import HolidayRules, Phase

NIGHTS = {"daily": "22:00-06:00"}


def hours_on(shop: BusinessCalendar, *days: str) -> list[str]:
    """The blocks of each date as wall times."""
    found = []
    for day in map(date.fromisoformat, days):
        midnight = shop.midnight_us(day)
        blocks = ("-".join(wall(edge - midnight) for edge in block) for block in shop.blocks_of_day(day))
        found.append(", ".join(blocks) or "closed")
    return found


def wall(since_midnight_us: int) -> str:
    hour, minute = divmod(since_midnight_us // 60_000_000, 60)
    return f"{hour:02}:{minute:02}"


def test_breaks_win_over_dated_hours_over_holidays_over_the_week() -> None:
    shop = calendar(
        holidays={"dates": ["2026-03-03", "2026-03-04", "2026-03-05"]},
        exceptions={
            "2026-03-04": "10:00-14:00",
            "2026-03-05": "10:00-14:00",
            "03-06": "closed",
            "2026-03-09": "closed",
        },
        breaks={"2026-03-05": "11:00-12:00", "03-10": "09:00-10:00"},
    )
    days = [f"2026-03-{day:02}" for day in (2, 3, 4, 5, 6, 7, 9, 10)]
    assert hours_on(shop, *days) == [
        "09:00-17:00", "closed", "10:00-14:00", "10:00-11:00, 12:00-14:00", "closed", "closed", "closed", "10:00-17:00",
    ]  # fmt: skip


def test_a_full_date_wins_over_the_same_day_of_every_year() -> None:
    shop = calendar(
        {"daily": "09:00-17:00"}, exceptions={"12-24": "09:00-12:00", "2026-12-24": "closed", "02-29": "closed"}
    )
    days = ("2025-12-24", "2026-12-24", "2028-02-29", "2026-02-28")
    assert hours_on(shop, *days) == ["09:00-12:00", "closed", "closed", "09:00-17:00"]


def test_a_holiday_drops_the_shift_that_starts_on_it_or_clips_at_midnight() -> None:
    days = ("2024-12-24", "2024-12-25", "2024-12-26")
    holidays = {"dates": ["2024-12-25"]}
    assert hours_on(calendar(NIGHTS, holidays=holidays), *days) == ["22:00-30:00", "closed", "22:00-30:00"]
    clipped = calendar(NIGHTS, holidays=holidays, holiday_clips_midnight=True)
    assert hours_on(clipped, *days) == ["22:00-24:00", "closed", "00:00-06:00, 22:00-30:00"]
    longer = calendar(NIGHTS, holidays={"dates": ["2024-12-25", "2024-12-26"]}, holiday_clips_midnight=True)
    assert hours_on(longer, *days) == ["22:00-24:00", "closed", "closed"]


def test_a_break_over_midnight_cuts_the_shifts_of_both_dates() -> None:
    shop = calendar({"daily": "00:00-24:00"}, breaks={"2026-03-04": "22:00-02:00"})
    assert hours_on(shop, "2026-03-04", "2026-03-05") == ["00:00-22:00", "02:00-24:00"]


def test_a_break_cuts_the_shift_of_the_night_before() -> None:
    shop = calendar(NIGHTS, breaks={"2026-03-04": "02:00-03:00"})
    assert hours_on(shop, "2026-03-03", "2026-03-04") == ["22:00-26:00, 27:00-30:00", "22:00-30:00"]


@pytest.mark.parametrize(
    ("holidays", "day", "is_open"),
    [
        ({"country": "US"}, "2026-10-12", False),  # Columbus Day
        ({"country": "US", "remove": ["Columbus Day"]}, "2026-10-12", True),
        ({"country": "US", "remove": ["2026-10-12"]}, "2026-10-12", True),
        ({"country": "US", "remove": ["10-12"]}, "2026-10-12", True),
        ({"country": "US", "remove": ["Juneteenth National Independence Day"]}, "2027-06-18", True),  # the day observed
        ({"country": "US"}, "2027-06-18", False),
        ({"country": "US", "observed": False}, "2027-06-18", True),
        ({"country": "US"}, "2026-02-12", True),
        ({"country": "US", "subdivision": "NY"}, "2026-02-12", False),  # Lincoln's Birthday
        ({"country": "US", "subdivision": "New York"}, "2026-02-12", False),
        ({"country": "US", "add": {"12-23": "Party"}}, "2026-12-23", False),
        ({"country": "US", "categories": ["public", "unofficial"]}, "2026-02-02", False),  # Groundhog Day
        (None, "2026-12-25", True),
        ({"country": "US", "observed": None}, "2027-06-18", False),
    ],
)
def test_holidays_are_those_asked_for(holidays: Any, day: str, is_open: bool) -> None:
    assert calendar(holidays=holidays).is_business_day(date.fromisoformat(day)) is is_open


def test_names_of_holidays_come_in_the_language_asked_for() -> None:
    swiss = calendar(zone="Europe/Zurich", holidays={"country": "CH", "language": "it"})
    start = int(at("2026-01-01T09:00+01:00").timestamp()) * 10**6
    assert [skipped.name for skipped in swiss.skipped_days(start, start + 1)] == ["Capodanno"]


@pytest.mark.parametrize(("honoured", "is_open"), [(True, True), (None, True), (False, False)])
def test_make_up_working_days_have_the_hours_of_a_weekday(honoured: Any, is_open: bool) -> None:
    shop = calendar(zone="Asia/Shanghai", holidays={"country": "CN", "weekend_workdays": honoured})
    days = ("2025-01-26", "2025-02-08", "2025-02-09")
    worked = ["09:00-17:00", "09:00-17:00", "closed"]
    assert hours_on(shop, *days) == (worked if is_open else ["closed"] * 3)


def test_a_calendar_without_hours_has_no_make_up_days() -> None:
    shop = calendar({"daily": "closed"}, zone="Asia/Shanghai", holidays={"country": "CN"})
    assert not shop.is_business_day(date(2025, 1, 26))


VERSIONS: dict[str, Any] = {
    "holidays": {"country": "US", "add": {"2026-07-08": "Fair"}},
    "exceptions": {"2026-07-09": "closed", "2026-07-10": "closed"},
    "versions": [
        {"from": "2027-01-01", "hours": {"mon": "10:00-18:00"}, "holidays": None},
        {
            "from": "2026-07-01", "until": "2027-02-01", "hours": {"tue-wed": "09:00-13:00"},
            "exceptions": {"2026-07-09": None}, "holidays": {"add": {"2026-07-13": "Rest"}},
            "holiday_clips_midnight": False,
        },
    ],
}  # fmt: skip


def test_versions_lay_over_the_hours_before_them_by_key() -> None:
    shop = calendar({"mon-wed": "09:00-17:00", "thu-fri": "09:00-16:00"}, **VERSIONS)
    june = hours_on(shop, "2026-06-29", "2026-06-30", "2026-07-01", "2026-07-02")
    assert june == ["09:00-17:00", "09:00-17:00", "09:00-13:00", "09:00-16:00"]
    july = hours_on(shop, "2026-07-08", "2026-07-09", "2026-07-10", "2026-07-13", "2026-09-07")
    assert july == ["closed", "09:00-16:00", "closed", "closed", "closed"]
    assert hours_on(shop, "2027-01-01", "2027-01-04", "2027-01-05") == ["09:00-16:00", "10:00-18:00", "09:00-13:00"]
    assert hours_on(shop, "2027-02-01", "2027-02-02") == ["10:00-18:00", "09:00-17:00"]


def test_a_shift_that_began_before_a_version_keeps_its_hours() -> None:
    shop = calendar(NIGHTS, versions=[{"from": "2026-07-01", "hours": {"daily": "09:00-17:00"}}])
    assert shop.previous_close(at("2026-07-01T08:00-04:00")) == at("2026-07-01T06:00-04:00")
    assert shop.next_opening(at("2026-07-01T07:00-04:00")) == at("2026-07-01T09:00-04:00")


def test_calendars_are_equal_by_content_and_pickle() -> None:
    one = calendar({"mon-fri": "09:00-17:00"}, holidays={"country": "US", "remove": ["2026-10-12", "2026-11-11"]})
    same = calendar(
        {"mon-wed": "9:00-17:00", "thu-fri": "09:00-17:00"},
        holidays={"remove": ["2026-11-11", "2026-10-12"], "country": "US"},
        example=True,
    )
    other = calendar({"mon-fri": "09:00-17:00"})
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same, other}) == 2
    assert one != "a calendar"
    assert len(one.digest) == 64
    assert (one.is_example, same.is_example) == (False, True)
    copy = pickle.loads(pickle.dumps(one))
    assert copy == one
    start, end = at("2026-05-01T00:00-04:00"), at("2026-06-01T00:00-04:00")
    assert copy.elapsed(start, end) == one.elapsed(start, end)
    assert repr(one) == f"<BusinessCalendar America/New_York {one.digest[:12]}>"


def test_a_schedule_can_be_read_without_building_a_calendar() -> None:
    schedule, problems = parse_calendar({"time_zone": "UTC", "hours": {}, "known_until": "2030-12-31"})
    assert problems == []
    assert schedule is not None
    assert schedule.known_days() == (None, date(2030, 12, 31))


def test_a_shift_inside_that_of_the_day_before_adds_nothing() -> None:
    shop = calendar({"sun": "09:00-10:00", "mon": "22:00-20:00", "tue": "09:00-12:00"})
    found = shop.intervals(at("2026-05-17T00:00-04:00"), at("2026-05-20T00:00-04:00"))
    assert [(i.start, i.end) for i in found] == [
        (at("2026-05-17T09:00-04:00"), at("2026-05-17T10:00-04:00")),
        (at("2026-05-18T22:00-04:00"), at("2026-05-19T20:00-04:00")),
    ]


def test_holidays_are_known_while_those_of_every_version_are() -> None:
    shop = calendar(holidays={"country": "DE"}, versions=[{"from": "2026-07-01", "holidays": {"country": "JP"}}])
    german, japanese = known_years(Country("DE")), known_years(Country("JP"))
    first, last = max(german[0], japanese[0]), min(german[1], japanese[1])
    assert shop.schedule.known_days() == (date(first, 1, 1), date(last, 12, 31))


def test_a_schedule_written_in_python_has_the_defaults_of_yaml() -> None:
    read, _ = parse_calendar({"time_zone": "UTC", "hours": {}})
    phase = Phase(date.min, ((),) * 7, HolidayRules(), (), (), False)
    assert Schedule("UTC", (phase,)) == read


def test_a_country_observes_its_holidays_unless_told_otherwise() -> None:
    assert date(2027, 6, 18) in find_year(Country("US"), 2027).names
