"""What may be given as a column, and what is refused by its name."""

from typing import Any

import numpy as np
import pytest
from tests.calendar.build import at, calendar

from servstd.calendar.instants import to_us
from servstd.errors import CalendarError

HOUR, DAY = 3600 * 10**6, 86_400 * 10**6
NOW = to_us(at("2026-05-22T10:00-04:00"))
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


@pytest.mark.parametrize("unit", ["m", "h"])
def test_minutes_and_hours_are_exact_too(unit: str) -> None:
    office, size = calendar(), {"m": 60 * 10**6, "h": HOUR}[unit]
    coarse = STARTS // size
    whole = (coarse * size).tolist()
    assert office.elapsed_array(coarse.view(f"M8[{unit}]"), NOW).tolist() == [office.elapsed_us(t, NOW) for t in whole]
    lengths = np.array([1, 30, -7])
    expected = [office.add_us(NOW, d * size) for d in lengths.tolist()]
    assert office.add_array(NOW, lengths.view(f"m8[{unit}]")).tolist() == expected


@pytest.mark.parametrize(
    ("unit", "count"), [("h", 2), ("m", 120), ("s", 7200), ("ms", 7_200_000), ("us", 2 * HOUR), ("ns", 2000 * HOUR)]
)
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
        (np.array(["2026-05"], "M8[M]"), r"datetime64\[M\] is not accepted"),
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


@pytest.mark.parametrize("given_", [[0.5], STARTS.view("M8[us]"), np.timedelta64(1, "D"), np.array(["NaT"], "m8[s]")])
def test_what_is_no_exact_duration_is_refused_by_name(given_: Any) -> None:
    with pytest.raises(CalendarError, match=r"durations: (float64|datetime64|timedelta64\[D\]|1 of 1 values is NaT)"):
        calendar().add_array(NOW, given_)


def test_shapes_that_do_not_fit_are_named() -> None:
    said = r"arrays of these shapes do not fit together: starts \(4,\) and ends \(3,\)"
    with pytest.raises(CalendarError, match=said):
        calendar().elapsed_array(STARTS, STARTS[:3])
