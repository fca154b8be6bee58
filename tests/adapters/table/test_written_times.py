"""Written times by columns are those of the scalar reader, text by text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servstd.adapters.cells import Dialect
from servstd.adapters.table.layouts import format_layouts, iso_layouts, iso_texts
from servstd.adapters.table.times import read_instants, read_texts
from servstd.adapters.table.zones import localise
from servstd.values import BadValue, parse_instant, to_us

ZONES = ["UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Africa/Monrovia",
         "Asia/Kolkata", "Pacific/Apia", "Europe/Dublin", "Africa/Casablanca"]  # fmt: skip
FORMATS = [None, "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%d-%b-%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%y",
           "%Y%m%d%H%M", "%Y-%m-%dT%H:%M:%S.%f", "%d/%m/%Y %H:%M:%S.%f"]  # fmt: skip


def scalar(text: str, dialect: Dialect, wants_date: bool) -> Any:
    """What the scalar reader says: microseconds, a date, or nothing."""
    try:
        value = dialect.instant_or_date(text) if wants_date else dialect.instant(text)
    except BadValue:
        return None
    return to_us(value) if isinstance(value, datetime) else value.isoformat()


def by_columns(texts: list[str], dialect: Dialect, wants_date: bool) -> list[Any]:
    found = read_texts(pa.array(texts, pa.string()), np.ones(len(texts), np.bool_), dialect, wants_date)
    rows = zip(found.at.tolist(), found.is_there.tolist(), found.is_date.tolist(), strict=True)
    day = [str(one) for one in found.at.astype("datetime64[us]").astype("datetime64[D]")]
    return [None if not there else day[place] if is_date else at for place, (at, there, is_date) in enumerate(rows)]


WALLS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)) | st.datetimes(
    datetime(1900, 1, 1), datetime(2100, 1, 1)
)
SHAPES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ",
          "%Y-%m-%d %H:%M%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y%m%dT%H%M%S", "%Y-%m-%dx%H:%M",
          *(one for one in FORMATS if one)]  # fmt: skip


@st.composite
def written(draw: st.DrawFn) -> str:
    wall = draw(WALLS).replace(tzinfo=timezone(timedelta(minutes=draw(st.sampled_from([0, 330, -570, 840])))))
    text = wall.strftime(draw(st.sampled_from(SHAPES)))
    if draw(st.booleans()) and text[-5:-4] in "+-":
        text = text[:-2] + ":" + text[-2:]
    if draw(st.booleans()):
        place = draw(st.integers(0, max(len(text) - 1, 0)))
        text = (
            text[:place]
            + draw(st.sampled_from(["", "0", "9", " ", "/", "T", "é"]))
            + text[place + draw(st.integers(0, 1)) :]
        )
    return text


@given(st.lists(written(), max_size=12), st.sampled_from(FORMATS), st.sampled_from([None, *ZONES]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_text_gives_the_same(
    texts: list[str], time_format: str | None, zone: str | None, wants_date: bool
) -> None:
    dialect = Dialect(ZoneInfo(zone) if zone else None, time_format)
    assert by_columns(texts, dialect, wants_date) == [scalar(text, dialect, wants_date) for text in texts]


@pytest.mark.parametrize(
    "text", ["2026-05-22T15:00:00.1", "2026-05-22T15:00:00.1234567Z", "2026-05-22T15:00:00.123456789-04:00"]
)
def test_a_fraction_may_have_any_length(text: str) -> None:
    dialect = Dialect(UTC)
    assert by_columns([text], dialect, False) == [scalar(text, dialect, False)]
    assert any(layout.read(np.frombuffer(text.encode(), np.uint8)[None])[1][0] for layout in iso_layouts(len(text)))


@pytest.mark.parametrize(
    "text",
    ["2026-03-02T23:59:59Z", "2026-03-02T24:00:00Z", "2026-03-02T23:60:00Z", "2026-03-02T23:59:60Z",
     "2026-02-29T10:00:00Z", "2028-02-29T10:00:00Z", "1900-02-29T10:00:00Z", "2026-00-01T10:00:00Z",
     "2026-13-01T10:00:00Z", "2026-04-31T10:00:00Z"],
)  # fmt: skip
def test_layouts_take_no_time_that_no_clock_shows(text: str) -> None:
    fits = [layout.read(np.frombuffer(text.encode(), np.uint8)[None])[1][0] for layout in iso_layouts(len(text))]
    assert any(fits) == (text in ("2026-03-02T23:59:59Z", "2028-02-29T10:00:00Z"))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [1883, 1919, 1972, 2011, 2026])
def test_wall_times_around_every_change_of_the_clocks_are_those_of_the_zone(zone: str, year: int) -> None:
    known = ZoneInfo(zone)
    minutes = [datetime(year, 1, 1) + timedelta(minutes=10 * step) for step in range(0, 6 * 24 * 366, 3)]
    near = [
        one
        for one in minutes
        if known.utcoffset(one - timedelta(hours=26)) != known.utcoffset(one + timedelta(hours=26))
    ]
    walls = [one + timedelta(seconds=second) for one in [*near, *minutes[::500]] for second in (-1, 0, 1)]
    at = np.array([to_us(one.replace(tzinfo=UTC)) for one in walls], np.int64)
    assert localise(at, known).tolist() == [to_us(parse_instant(one, known)) for one in walls]


def test_times_of_many_years_at_once() -> None:
    zone = ZoneInfo("Europe/Paris")
    walls = [datetime(year, 7, 1) for year in (3, 1500, 1999, 2026, 9997)]
    at = np.array([to_us(one.replace(tzinfo=UTC)) for one in walls], np.int64)
    assert localise(at, zone).tolist() == [to_us(parse_instant(one, zone)) for one in walls]


def test_instants_beyond_the_years_of_python_can_not_be_read() -> None:
    first, last = to_us(datetime.min.replace(tzinfo=UTC)), to_us(datetime.max.replace(tzinfo=UTC))
    column = pa.array([first - 1, first, last, last + 1, None], pa.int64()).cast(pa.timestamp("us", "UTC"))
    found = read_instants(column, None)
    assert found.is_there.tolist() == [False, True, True, False, False]
    assert found.at[1:3].tolist() == [first, last]


@pytest.mark.parametrize(
    "time_format", ["%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%y %H:%M", "%d/%m/%Y", "%d/%m/%Y %H:%M:%S.%f"]
)
def test_parts_of_one_digit_are_read_as_strptime_reads_them(time_format: str) -> None:
    dialect = Dialect(ZoneInfo("Europe/London"), time_format)
    texts = ["2/3/2026 9:05", "02/3/2026 09:5", "2/3/26 9:05", "2/3/6 9:05", "2/3/2026 9:05:07 PM", "2/3/2026",
             "0/3/2026", "2/3/2026 9:05:07.5", "2 /3/2026 9:05", "2/13/2026 9:05"]  # fmt: skip
    assert by_columns(texts, dialect, True) == [scalar(text, dialect, True) for text in texts]


def test_wall_times_at_the_ends_of_the_calendar_are_read_where_their_zone_leaves_them_in_it() -> None:
    column = pa.array([datetime.min, datetime.max], pa.timestamp("us"))
    assert read_instants(column, ZoneInfo("America/New_York")).is_there.tolist() == [True, False]
    assert read_instants(column, ZoneInfo("Asia/Tokyo")).is_there.tolist() == [False, True]


@given(st.lists(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)), max_size=5))
def test_instants_are_written_so_that_they_can_be_read_again(instants: list[datetime]) -> None:
    texts = iso_texts(np.array([to_us(one) for one in instants], np.int64)).to_pylist()
    assert [parse_instant(text) for text in texts] == instants


@pytest.mark.parametrize(
    "time_format", ["%Y", "%Y-%m", "%d/%m/%Y %z", "%j %Y", "%d %B %Y", "%d/%m/%Y %I:%M", "%d/%d/%Y", "day 1 %d/%m/%Y"]
)
def test_formats_without_a_fixed_place_for_every_part_are_left_to_the_scalar_reader(time_format: str) -> None:
    assert all(format_layouts(time_format, length) == () for length in range(40))
