"""Facts that other calendars agree on; cases.json names the project and the test each was taken from."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from servstd.calendar import BusinessCalendar

FACTS = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
ONE_US = timedelta(microseconds=1)
# What is not asked, and why.
NOT_ASKED: dict[str, str] = {}
# Cases that need newer time-zone data than a system may have: the instant at which the offset tells.
NEEDS_OFFSET = {"biz-108": (datetime(2026, 12, 1), timedelta(0))}

Args = dict[str, Any]


@cache
def calendar_named(name: str) -> BusinessCalendar:
    return BusinessCalendar.from_spec(FACTS["calendars"][name])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def rolled(calendar: BusinessCalendar, day: date, roll: str) -> date:
    """Numpy's roll: a day that is no business day moves to the next or the previous one first."""
    if roll == "none" or calendar.is_business_day(day):
        return day
    return calendar.add_business_days(day, 1 if roll == "forward" else -1)


def add_days(calendar: BusinessCalendar, args: Args) -> date:
    day = rolled(calendar, date.fromisoformat(args["date"]), args.get("roll", "none"))
    return calendar.add_business_days(day, args["n"])


def intervals(calendar: BusinessCalendar, args: Args) -> list[list[datetime]]:
    return [[found.start, found.end] for found in calendar.intervals(at(args["start"]), at(args["end"]))]


def count_days(calendar: BusinessCalendar, args: Args) -> int:
    return calendar.count_business_days(date.fromisoformat(args["start"]), date.fromisoformat(args["end"]))


OPS: dict[str, Callable[[BusinessCalendar, Args], Any]] = {
    "is_open": lambda c, a: c.is_open(at(a["t"])),
    "elapsed": lambda c, a: c.elapsed(at(a["start"]), at(a["end"])).total_seconds(),
    "add": lambda c, a: c.add(at(a["t"]), timedelta(seconds=a["seconds"])),
    "sub": lambda c, a: c.subtract(at(a["t"]), timedelta(seconds=a["seconds"])),
    "next_open": lambda c, a: c.next_open(at(a["t"])),
    "prev_open": lambda c, a: c.previous_open(at(a["t"])),
    "next_opening": lambda c, a: c.next_opening(at(a["t"])),
    "next_opening_incl": lambda c, a: c.next_opening(at(a["t"]) - ONE_US),
    "prev_opening": lambda c, a: c.previous_opening(at(a["t"])),
    "prev_opening_incl": lambda c, a: c.previous_opening(at(a["t"]) + ONE_US),
    "next_close": lambda c, a: c.next_close(at(a["t"])),
    "prev_close": lambda c, a: c.previous_close(at(a["t"])),
    "intervals": intervals,
    "is_business_day": lambda c, a: c.is_business_day(date.fromisoformat(a["date"])),
    "count_days": count_days,
    "add_days": add_days,
    "add_days_at": lambda c, a: c.add_business_days_at(at(a["t"]), a["n"]),
}


def read_expected(value: Any) -> Any:
    """Times and dates of the file as objects, the rest as it stands."""
    if isinstance(value, list):
        return [read_expected(part) for part in value]
    if isinstance(value, str):
        return at(value) if "T" in value else date.fromisoformat(value)
    return value


@pytest.mark.parametrize("case", FACTS["cases"], ids=lambda case: case["id"])
def test_the_calendar_gives_the_answer_that_others_agree_on(case: dict[str, Any]) -> None:
    if case["id"] in NOT_ASKED:
        pytest.skip(NOT_ASKED[case["id"]])
    calendar = calendar_named(case["calendar"])
    if case["id"] in NEEDS_OFFSET:
        wall, offset = NEEDS_OFFSET[case["id"]]
        if ZoneInfo(FACTS["calendars"][case["calendar"]]["time_zone"]).utcoffset(wall) != offset:
            pytest.skip("the time-zone data of this system is older than the case")
    assert OPS[case["op"]](calendar, case["args"]) == read_expected(case["expected"])
