"""Columns: every row is what the scalar clock says, and what a plain search in the sorted edges says."""

import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calendar.build import at, calendar
from tests.calendar.strategies import DAYS, ZONES, Pair, durations, instants, pairs, text

from servstd.calendar import BusinessCalendar, HolidaysUnknownWarning, vector
from servstd.calendar.array_table import ArrayTable, EdgePlaces, SlotPlaces
from servstd.calendar.clock import Landing
from servstd.calendar.instants import to_us
from servstd.errors import CalendarError, HolidaysUnknown, NeverOpen

MINUTE, HOUR, DAY = 60 * 10**6, 3600 * 10**6, 86_400 * 10**6
NOW = to_us(at("2026-05-22T10:00-04:00"))
LANDINGS: tuple[Landing, ...] = ("close", "open")
some = settings(max_examples=60)


def searched(table: Any, times: Any) -> Any:
    """Open time before each instant, by a search in the sorted edges."""
    opens, closes = np.array(table.edges[::2]), np.array(table.edges[1::2])
    before = np.concatenate([[0], np.cumsum(closes - opens)])
    block = np.searchsorted(opens, times, "right") - 1
    inside = np.minimum(times, closes[block]) - opens[block]
    return np.where(block < 0, 0, before[block] + np.maximum(inside, 0))


def searched_back(table: Any, times: Any) -> Any:
    """The earliest instant after so much open time, by a search in the sums at the closings."""
    block = np.searchsorted(table.ends, times, "left")
    return np.array(table.edges[1::2])[block] - (np.array(table.ends)[block] - times)


def places(cal: BusinessCalendar) -> type:
    """Which kind of table the calendar has made for its arrays."""
    assert isinstance(cal.arrays, ArrayTable)
    return type(cal.arrays.places)


def near_edges(cal: BusinessCalendar, start_us: int, end_us: int) -> list[int]:
    """Each opening and closing between, and the microseconds beside it."""
    edges = (edge for block in cal.intervals_us(start_us, end_us) for edge in block)
    return [edge + step for edge in edges for step in (-1, 0, 1)]


def assert_same(cal: BusinessCalendar, times: list[int], lengths: list[int]) -> None:
    """All four operations on all pairs, against the scalar clock of an equal calendar and against the search."""
    other, column, across = BusinessCalendar(cal.schedule), np.array(times), np.array(times)[::-1].copy()
    elapsed = cal.elapsed_array(column, across)
    assert elapsed.tolist() == [other.elapsed_us(a, b) for a, b in zip(times, reversed(times), strict=True)]
    assert (elapsed == -cal.elapsed_array(across, column)).all()
    table = other.table_us(min(times), max(times))
    assert (elapsed == searched(table, across) - searched(table, column)).all()
    assert cal.is_open_array(column).tolist() == [other.is_open_us(t) for t in times]
    assert cal.next_open_array(column).tolist() == [other.next_open_us(t) for t in times]
    for landing in LANDINGS:
        found = cal.add_array(column[:, None], np.array(lengths), landing)
        assert found.tolist() == [[other.add_us(t, d, landing) for d in lengths] for t in times]
    table = other.table_us(min(times), max(times))
    for d in (d for d in lengths if d > 0 and table.ends):
        goals = searched(table, column) + d
        within = goals <= table.ends[-1]
        assert (cal.add_array(column[within], d) == searched_back(table, goals[within])).all()


@some
@given(pairs(), st.data())
def test_rows_equal_the_scalar_clock_on_random_calendars(pair: Pair, data: st.DataObject) -> None:
    times = [to_us(t) for t in data.draw(st.lists(instants(pair.day), min_size=1, max_size=8))]
    lengths = [d // np.timedelta64(1, "us").item() for d in data.draw(st.lists(durations, min_size=1, max_size=4))]
    noon = to_us(datetime.fromisoformat(f"{pair.day}T12:00+00:00"))
    assert_same(pair.calendar, times + near_edges(pair.calendar, noon - 2 * DAY, noon + 2 * DAY), [*lengths, 0])


@st.composite
def minute_calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, date]:
    """Hours on any minute, also in years when zones had offsets with seconds."""
    day_spans = st.lists(st.integers(0, 1439), max_size=8, unique=True).map(sorted)
    week = [[*zip(e[::2], e[1::2], strict=False)] for e in draw(st.lists(day_spans, min_size=7, max_size=7))]
    hours = {name: text(spans) for name, spans in zip(DAYS, week, strict=True)}
    day = draw(st.dates(date(1880, 1, 3), date(2035, 12, 28)))
    return calendar({**hours, "fri": "00:00-23:59"}, draw(st.sampled_from(ZONES))), day


@some
@given(minute_calendars(), st.data())
def test_rows_equal_the_scalar_clock_for_edges_off_every_grid(
    given_: tuple[BusinessCalendar, date], data: st.DataObject
) -> None:
    cal, day = given_
    times = [to_us(t) for t in data.draw(st.lists(instants(day), min_size=1, max_size=8))]
    lengths = data.draw(st.lists(st.integers(-40 * HOUR, 40 * HOUR), min_size=1, max_size=4))
    noon = to_us(datetime.fromisoformat(f"{day}T12:00+00:00"))
    assert_same(cal, times + near_edges(cal, noon - 2 * DAY, noon + 2 * DAY), lengths)
    assert places(cal) is EdgePlaces


OFFICE = {"mon-thu": "09:00-12:30, 13:30-17:00", "fri": "09:00-16:00"}
SHAPES: dict[str, tuple[dict[str, Any], str, type]] = {
    "office": (OFFICE, "America/New_York", SlotPlaces),
    "night": ({"daily": "22:00-06:00"}, "America/New_York", SlotPlaces),
    "half-hour clock changes": ({"daily": "00:30-04:00"}, "Australia/Lord_Howe", SlotPlaces),
    "quarter-hour offset": ({"mon-fri": "09:05-17:25"}, "Asia/Kathmandu", SlotPlaces),
    "one minute off": ({"mon-fri": "09:01-17:00"}, "Europe/London", EdgePlaces),
    "one minute a day": ({"daily": "23:59-24:00"}, "Europe/London", EdgePlaces),
    "all but a minute": ({"daily": "00:00-23:59"}, "Europe/London", EdgePlaces),
}


@pytest.mark.parametrize("name", SHAPES)
def test_rows_equal_the_scalar_clock_at_every_edge_of_a_year(name: str) -> None:
    hours, zone, kind = SHAPES[name]
    cal = calendar(hours, zone, exceptions={"2024-03-09": "closed", "12-24": "09:00-12:00"})
    start = to_us(at("2024-01-01T00:00Z"))
    rng = np.random.default_rng(5)
    times = [*near_edges(cal, start, start + 366 * DAY), *rng.integers(start, start + 800 * DAY, 300).tolist()]
    assert_same(cal, times, [0, 1, -1, HOUR, -8 * HOUR, 3 * DAY])
    assert places(cal) is kind


def test_slots_begin_where_the_table_begins() -> None:
    # Edges at 05:45 and 17:45 in UTC, and the table at 18:15: counted from elsewhere, slots of 12 hours would fit.
    kathmandu = calendar({"daily": "11:30-23:30"}, "Asia/Kathmandu")
    assert_same(kathmandu, near_edges(kathmandu, NOW, NOW + 9 * DAY), [0, 1, 8 * HOUR, -30 * HOUR])
    assert places(kathmandu) is SlotPlaces


def test_half_an_hour_of_offset_in_seconds_is_no_grid() -> None:
    monrovia = calendar({"daily": "09:00-17:00"}, "Africa/Monrovia")
    start = to_us(at("1971-12-30T00:00Z"))
    assert_same(monrovia, near_edges(monrovia, start, start + 12 * DAY), [1, 8 * HOUR])
    assert places(monrovia) is EdgePlaces


def test_a_fine_grid_over_many_years_takes_no_slots() -> None:
    office = calendar({"mon-fri": "09:05-17:00"})
    century = np.arange(NOW - 50 * 365 * DAY, NOW + 50 * 365 * DAY, 997 * HOUR)
    assert places_after(office, century) is EdgePlaces
    assert office.elapsed_array(century, NOW).tolist() == [office.elapsed_us(t, NOW) for t in century.tolist()]


def places_after(cal: BusinessCalendar, times: Any) -> type:
    cal.is_open_array(times)
    return places(cal)


def test_many_openings_at_the_end_of_the_table_are_told_apart() -> None:
    minutes = ", ".join(f"23:{minute:02}-23:{minute + 1:02}" for minute in range(0, 59, 2))
    bell = calendar({"mon": "09:01-10:00"}, "UTC", exceptions={"2026-12-31": minutes})
    table = bell.table_us(NOW, NOW + 1)
    times = np.arange(table.hi - 61 * MINUTE, table.hi + 1, 20 * 10**6)
    assert bell.elapsed_array(NOW, times).tolist() == [bell.elapsed_us(NOW, t) for t in times.tolist()]
    assert places(bell) is EdgePlaces
    back = np.arange(1, 31) * MINUTE - 1
    assert bell.add_array(table.hi, -back).tolist() == [bell.add_us(table.hi, -d) for d in back.tolist()]


def test_many_openings_within_one_bucket_are_told_apart() -> None:
    minutes = ", ".join(f"10:{minute:02}-10:{minute + 1:02}" for minute in range(0, 58, 2))
    bell = calendar({"daily": "closed"}, exceptions={"2026-05-22": minutes})
    times = np.arange(NOW - 2 * MINUTE, NOW + 60 * MINUTE, 20 * 10**6)
    assert bell.elapsed_array(times, NOW).tolist() == [bell.elapsed_us(t, NOW) for t in times.tolist()]
    assert bell.is_open_array(times).tolist() == [bell.is_open_us(t) for t in times.tolist()]
    assert bell.add_array(NOW, np.arange(1, 29) * MINUTE).tolist() == [NOW + (2 * n - 1) * MINUTE for n in range(1, 29)]


# --- the horizon ---


def test_the_horizon_grows_to_cover_the_smallest_and_the_largest_instant() -> None:
    office, other = calendar(), calendar()
    for years in ((2026, 2027), (2020, 2033), (1999, 2001), (2050, 1960)):
        first, second = (to_us(at(f"{year}-03-04T12:00Z")) for year in years)
        rows = np.array([first, NOW, second])
        assert office.elapsed_array(rows, NOW).tolist() == [other.elapsed_us(t, NOW) for t in rows.tolist()]
        assert office.elapsed_array(NOW, rows).tolist() == [other.elapsed_us(NOW, t) for t in rows.tolist()]


def test_an_answer_beyond_the_table_grows_it_both_ways() -> None:
    office, other = calendar(), calendar()
    lengths = [HOUR, 3000 * HOUR, -9000 * HOUR, 40_000 * HOUR, 0, -1]
    for landing in LANDINGS:
        found = calendar().add_array(NOW, lengths, landing).tolist()
        assert found == office.add_array(NOW, lengths, landing).tolist()
        assert found == [other.add_us(NOW, d, landing) for d in lengths]


def test_the_last_instant_of_the_table_is_counted() -> None:
    office = calendar({"daily": "00:00-24:00"}, "UTC")
    table = office.table_us(NOW, NOW + 1)
    assert office.elapsed_array(table.lo, table.hi) == table.hi - table.lo
    assert office.arrays is not None
    assert office.table_us(NOW, NOW + 1) is table
    assert office.is_open_array([table.lo - 1, table.lo, table.hi - 1, table.hi]).tolist() == [True] * 4
    assert office.add_array(table.hi, [0, 1, -1]).tolist() == [table.hi, table.hi + 1, table.hi - 1]


@pytest.mark.parametrize("rows", [[NOW, to_us(at("1700-01-01T00:00Z"))], [to_us(at("2500-01-01T00:00Z"))], [2**62]])
def test_an_instant_beyond_the_reach_of_calendars_raises(rows: list[int]) -> None:
    for ask in (calendar().is_open_array, calendar().next_open_array, lambda t: calendar().elapsed_array(t, NOW)):
        with pytest.raises(CalendarError, match="beyond the years that a calendar reaches, 1800 to 2399"):
            ask(rows)


@pytest.mark.parametrize("length", [2**62, -(2**63), 601 * 366 * DAY, 400 * 365 * DAY, np.timedelta64(2**50, "s")])
def test_a_duration_beyond_the_reach_of_calendars_raises(length: Any) -> None:
    article = "the" if length == 400 * 365 * DAY else "an"  # a shorter one is looked for before it is given up
    said = rf"^{article} answer lies beyond the years that a calendar reaches, 1800 to 2399$"
    with pytest.raises(CalendarError, match=said):
        calendar().add_array([NOW, NOW], [1, length] if isinstance(length, int) else length)


def test_a_calendar_that_never_opens_counts_nothing_and_finds_nothing() -> None:
    never = calendar({"daily": "closed"})
    assert never.elapsed_array([NOW, NOW], [NOW + DAY, NOW - DAY]).tolist() == [0, 0]
    assert never.is_open_array([NOW]).tolist() == [False]
    assert never.add_array([NOW, NOW + 1], 0).tolist() == [NOW, NOW + 1]
    for ask in (never.next_open_array, lambda t: never.add_array(t, 1), lambda t: never.add_array(t, -1)):
        with pytest.raises(NeverOpen, match="the calendar never opens"):
            ask([NOW])


def test_unknown_holidays_warn_once_or_raise_as_for_one_instant() -> None:
    later = [NOW, NOW + 60 * DAY]
    office = calendar(known_until="2026-06-30")
    with pytest.warns(HolidaysUnknownWarning, match="there may be more than the calendar has"):
        office.elapsed_array(NOW, later)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        office.elapsed_array(NOW, later)
        assert calendar(known_until="2026-06-30").add_array(later[:1], 8 * HOUR).tolist() == [NOW + 3 * DAY]
    strict = calendar(known_until="2026-06-30", strict_holidays=True)
    for ask in (
        strict.is_open_array,
        lambda t: strict.elapsed_array(t, NOW),
        lambda _: strict.add_array(NOW, 60 * DAY),
    ):
        with pytest.raises(HolidaysUnknown, match="holidays are not known after 2026-06-30"):
            ask(later)


# --- blocks, memory, threads ---


@pytest.mark.parametrize("count", [1, 6, 7, 8, 14, 40])
def test_the_size_of_blocks_does_not_change_the_answers(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(vector, "BLOCK_ROWS", 7)
    times, lengths = NOW + np.arange(count) * 7 * HOUR, np.arange(count) * 61 * HOUR
    office, other = calendar(), calendar()
    rows = list(zip(times.tolist(), lengths.tolist(), strict=True))
    assert office.add_array(times, lengths).tolist() == [other.add_us(t, d) for t, d in rows]
    assert office.elapsed_array(times, NOW).tolist() == [other.elapsed_us(t, NOW) for t, _ in rows]


def test_arrays_are_made_once_for_a_table_and_are_not_pickled() -> None:
    office, starts = calendar(OFFICE), np.array([NOW, NOW - 50 * DAY + 1])
    office.elapsed_array(starts, NOW)
    first = office.arrays
    office.add_array(starts, HOUR)
    assert office.arrays is first is not None
    copy = pickle.loads(pickle.dumps(office))
    assert copy.arrays is None
    assert copy.elapsed_array(starts, NOW).tolist() == office.elapsed_array(starts, NOW).tolist()
    office.elapsed_array(starts, NOW + 900 * DAY)
    assert office.arrays is not first


def test_threads_that_grow_one_calendar_agree() -> None:
    shared, other = calendar(OFFICE), calendar(OFFICE)
    spans = [NOW + step * 365 * DAY + np.arange(2000) * HOUR for step in (0, -9, 14, 3, -2, 8)] * 3
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda rows: shared.add_array(rows, 900 * HOUR)[::97].tolist(), spans))
    assert found == [[other.add_us(t, 900 * HOUR) for t in rows[::97].tolist()] for rows in spans]


@pytest.mark.parametrize("ask", ["elapsed_array", "add_array", "is_open_array", "next_open_array"])
def test_without_numpy_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, ask: str) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.delitem(sys.modules, "servstd.calendar.vector")
    method: Callable[..., Any] = getattr(calendar(), ask)
    with pytest.raises(ImportError, match=r"a calendar needs numpy for arrays: pip install 'servstd\[bulk\]'"):
        method([NOW], [NOW]) if ask in {"elapsed_array", "add_array"} else method([NOW])


def test_numpy_is_loaded_by_the_first_array_and_not_before() -> None:
    code = (
        "import sys, servstd;"
        "cal = servstd.BusinessCalendar.from_spec({'time_zone': 'UTC', 'hours': {'mon': '09:00-12:00'}});"
        "cal.elapsed_us(0, 1); before = 'numpy' in sys.modules; cal.elapsed_array([0], [1]);"
        "print(before, 'numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_the_whole_reach_of_calendars_may_be_added_and_no_more() -> None:
    always = calendar({"daily": "00:00-24:00"}, "UTC")
    first, last = (always.midnight_us(date(year, 1, 1)) for year in (1800, 2400))
    assert always.add_array(first, last - first) == last
    assert always.elapsed_array(first, last) == last - first
    with pytest.raises(CalendarError, match="an answer lies beyond the years"):
        always.add_array(first, last - first + 1)
