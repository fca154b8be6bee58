"""Every fault of a calendar is named, with its place; problems.yaml holds the messages."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from servstd.calendar import BusinessCalendar, parse_calendar
from servstd.errors import CatalogError

CASES = yaml.load((Path(__file__).parent / "problems.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
PLAIN: dict[str, Any] = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_fault_is_named_with_its_place_and_what_is_allowed(case: dict[str, Any]) -> None:
    schedule, problems = parse_calendar(case["calendar"], path=("calendars", "shop"))
    assert schedule is None
    assert "\n".join(problem.render() for problem in problems) == case["says"].strip()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"strict_holidays": "yes"}, "not-true-or-false"),
        ({"hours": None}, "missing-key"),
        ({"hours": {"mon": None}}, "hours-missing"),
        ({"hours": {"mon": 9}}, "hours-format"),
        ({"exceptions": {"2026-07-03": None}}, "hours-missing"),
        ({"exceptions": {date(2026, 7, 3): "closed", "2026-07-03": "closed"}}, "date-twice"),
        ({"time_zone": 5}, "unknown-zone"),
        ({"holidays": {"country": "USA"}}, "unknown-country"),  # two letters, so that one country has one code
        ({"versions": [{"from": "2026-07-01", "holidays": {"country": "XX"}}]}, "unknown-country"),
    ],
)
def test_values_that_are_no_text_are_judged_too(keys: dict[str, Any], code: str) -> None:
    _, problems = parse_calendar(PLAIN | keys)
    assert [problem.code for problem in problems] == [code]


def test_from_spec_raises_all_problems_at_once() -> None:
    with pytest.raises(CatalogError) as caught:
        BusinessCalendar.from_spec({"time_zone": "Mars/Base", "hours": {"mon": "25:00-26:00", "tue": "9-5"}})
    assert [problem.code for problem in caught.value.problems] == ["unknown-zone", "hours-range", "hours-format"]
    assert not any(word in str(caught.value) for word in ("invalid", "Invalid"))


@pytest.mark.parametrize(
    "hours",
    [
        "09:00-17:00",
        "9:00 - 17:00",
        "09:00-12:00, 12:00-17:00",
        ["09:00-12:00", "12:00-17:00"],
        "12:00-17:00, 09:00-12:00",
    ],
)
def test_the_same_hours_may_be_written_in_several_ways(hours: Any) -> None:
    spec = PLAIN | {"hours": {"mon": hours}}
    monday = BusinessCalendar.from_spec(PLAIN).blocks_of_day(date(2026, 5, 18))
    assert BusinessCalendar.from_spec(spec).blocks_of_day(date(2026, 5, 18)) == monday


@pytest.mark.parametrize(
    ("key", "days"),
    [("daily", 7), ("mon-fri", 5), ("sat, sun", 2), ("fri-mon", 4), ("wed", 1), ("mon-tue, thu", 3), ("sun-sun", 1)],
)
def test_days_may_be_listed_and_ranges_may_run_over_the_weekend(key: str, days: int) -> None:
    calendar = BusinessCalendar.from_spec(PLAIN | {"hours": {key: "09:00-17:00"}})
    assert calendar.count_business_days(date(2026, 5, 18), date(2026, 5, 25)) == days


def test_any_minute_of_an_hour_may_open_or_close() -> None:
    schedule, problems = parse_calendar(PLAIN | {"hours": {"mon": "00:59-01:00, 09:00-17:59"}})
    assert schedule is not None, problems
    assert schedule.phases[0].week[0] == ((3540, 3600), (32400, 64740))
