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


@pytest.mark.parametrize("length", [2**62, -(2**63), 400 * 365 * DAY, np.timedelta64(2**50, "s")])
def test_a_duration_beyond_the_reach_of_calendars_raises(length: Any) -> None:
    with pytest.raises(CalendarError, match="answer lies beyond the years that a calendar reaches, 1800 to 2399"):
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
    with pytest.warns(HolidaysUnknownWarning, match="none are assumed"):
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


# --- what may be given ---

STARTS = np.array([NOW, NOW + HOUR, NOW - 50 * DAY + 1, NOW + 3 * DAY])
WHOLE = STARTS // 10**6 * 10**6


@pytest.mark.parametrize(
    "given_",
    [
        WHOLE.tolist(),
        tuple(WHOLE.tolist()),
        WHOLE.astype(np.uint64),
        WHOLE.astype(">i8"),
        WHOLE.view("M8[us]"),
        WHOLE.view("M8[us]").astype(">M8[us]"),
        WHOLE.view("M8[us]").astype("M8[s]"),
        WHOLE.view("M8[us]").astype("M8[ms]"),
        WHOLE.view("M8[us]").astype("M8[ns]"),
        np.ma.MaskedArray(WHOLE, mask=False),
        np.repeat(WHOLE, 3)[::3],
    ],
    ids=str,
)
def test_instants_of_every_exact_type_give_the_same(given_: Any) -> None:
    office = calendar()
    expected = [office.elapsed_us(t, NOW + 9 * DAY) for t in WHOLE.tolist()]
    found = office.elapsed_array(given_, NOW + 9 * DAY)
    assert found.dtype == np.int64
    assert found.tolist() == expected
    assert office.elapsed_array(NOW + 9 * DAY, given_).tolist() == [-us for us in expected]


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.uint8, np.uint16, np.uint32])
def test_short_integers_are_microseconds_too(dtype: type) -> None:
    assert calendar({"daily": "00:00-24:00"}).elapsed_array(np.array([0, 100], dtype), 127).tolist() == [127, 27]


@pytest.mark.parametrize(("unit", "count"), [("s", 7200), ("ms", 7_200_000), ("us", 2 * HOUR), ("ns", 2000 * HOUR)])
def test_durations_may_be_timedelta64(unit: str, count: int) -> None:
    office = calendar()
    expected = [office.add_us(t, 2 * HOUR) for t in STARTS.tolist()]
    assert office.add_array(STARTS, np.timedelta64(count, unit)).tolist() == expected
    assert office.add_array(STARTS, np.full(4, count).astype(f"m8[{unit}]")).tolist() == expected


def test_nanoseconds_below_a_microsecond_are_dropped_towards_the_past() -> None:
    always = calendar({"daily": "00:00-24:00"}, "UTC")
    parts = np.array([-1001, -1000, -1, 0, 999, 1000])
    assert always.elapsed_array(0, parts.view("M8[ns]")).tolist() == [-2, -1, -1, 0, 0, 1]
    assert always.add_array(0, parts.view("m8[ns]")).tolist() == [-2, -1, -1, 0, 0, 1]
    opening = to_us(at("2026-05-22T09:00-04:00")) * 1000
    assert calendar().is_open_array(np.array([opening - 1, opening]).view("M8[ns]")).tolist() == [False, True]


def test_one_value_serves_for_all_rows_and_shapes_are_kept() -> None:
    office = calendar()
    assert office.elapsed_array(NOW, NOW + HOUR).shape == ()
    assert int(office.elapsed_array(NOW, NOW + HOUR)) == HOUR
    grid = office.elapsed_array(STARTS[:, None], STARTS)
    assert grid.tolist() == [[office.elapsed_us(a, b) for b in STARTS.tolist()] for a in STARTS.tolist()]
    assert office.next_open_array(STARTS.reshape(2, 2).T).shape == (2, 2)
    assert office.next_open_array(STARTS.reshape(2, 2).T)[0].tolist() == office.next_open_array(STARTS[::2]).tolist()


@pytest.mark.parametrize("empty", [[], np.array([], np.int64), np.array([], "M8[ns]"), np.zeros((0, 3), np.int32)])
def test_no_rows_give_no_rows(empty: Any) -> None:
    office, shape = calendar(), np.shape(empty)
    assert office.elapsed_array(empty, NOW).shape == office.add_array(empty, 1).shape == shape
    assert office.next_open_array(empty).shape == office.is_open_array(empty).shape == shape
    assert (office.elapsed_array(empty, NOW).dtype, office.is_open_array(empty).dtype) == (np.int64, np.bool_)
    assert office.arrays is None


def test_inputs_are_left_as_they_are_and_may_be_read_only() -> None:
    starts, lengths = STARTS.copy(), np.array([0, HOUR, -HOUR, DAY])
    starts.flags.writeable = lengths.flags.writeable = False
    calendar().elapsed_array(starts, starts)
    calendar().add_array(starts, lengths)
    assert (starts == STARTS).all()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (np.array(["2026-05-22", "NaT", "NaT"], "M8[us]"), "2 of 3 values are NaT; leave such rows out first"),
        (np.array(["2026-05-22", "NaT"], "M8[ns]"), "1 of 2 values is NaT"),
        (np.ma.MaskedArray([NOW, NOW], mask=[True, False]), "1 of 2 values is masked"),
        ([1.0, 2.0], "float64 is not accepted; give integers"),
        ([True], "bool is not accepted"),
        ([at("2026-05-22T10:00-04:00")], "object is not accepted; .* a pandas column with a zone becomes that by"),
        (["2026-05-22"], "<U10 is not accepted"),
        (np.array(["2026-05-22"], "M8[D]"), r"datetime64\[D\] is not accepted"),
        (np.array([1], "m8[us]"), r"timedelta64\[us\] is not accepted"),
        (np.array([2**63], np.uint64), "beyond the years"),
    ],
)
def test_what_is_no_exact_instant_is_refused_by_name(given_: Any, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        calendar().elapsed_array(given_, NOW)
    name = "instants" if "years" not in said else ""
    with pytest.raises(CalendarError, match=f"{name}.*{said}"):
        calendar().is_open_array(given_)


@pytest.mark.parametrize("given_", [[0.5], STARTS.view("M8[us]"), np.array(["NaT"], "m8[s]")])
def test_what_is_no_exact_duration_is_refused_by_name(given_: Any) -> None:
    with pytest.raises(CalendarError, match=r"durations: (float64|datetime64|1 of 1 values is NaT)"):
        calendar().add_array(NOW, given_)


def test_shapes_that_do_not_fit_are_named() -> None:
    said = r"arrays of these shapes do not fit together: starts \(4,\) and ends \(3,\)"
    with pytest.raises(CalendarError, match=said):
        calendar().elapsed_array(STARTS, STARTS[:3])


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
    office = calendar(OFFICE)
    office.elapsed_array(STARTS, NOW)
    first = office.arrays
    office.add_array(STARTS, HOUR)
    assert office.arrays is first is not None
    copy = pickle.loads(pickle.dumps(office))
    assert copy.arrays is None
    assert copy.elapsed_array(STARTS, NOW).tolist() == office.elapsed_array(STARTS, NOW).tolist()
    office.elapsed_array(STARTS, NOW + 900 * DAY)
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
