"""Columns of written times to instants: the common layouts by columns, every other text once by the scalar reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Dialect
from servstd.adapters.table.arrow import Bools, Ints, instants, ints, only, valid
from servstd.adapters.table.layouts import Layout, format_layouts, iso_layouts, iso_texts, may_be_padded
from servstd.adapters.table.raw import listed
from servstd.adapters.table.zones import FIRST_YEAR, LAST_YEAR, localise
from servstd.values import BadValue, parse_instant, to_us

_LONGEST, _DATE_LETTERS = 40, 10
_LONE_DIGIT = r"\b(\d)\b"
_SMALLEST, _LARGEST = to_us(datetime.min.replace(tzinfo=UTC)), to_us(datetime.max.replace(tzinfo=UTC))
_NEAR = (to_us(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)), to_us(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)))


@dataclass(frozen=True)
class Instants:
    """UTC microseconds where `is_there`. Where `is_date` it is a date, as its midnight in UTC."""

    at: Ints
    is_there: Bools
    is_date: Bools

    def take(self, codes: Ints) -> Instants:
        """The instants at these places."""
        return Instants(self.at[codes], self.is_there[codes], self.is_date[codes])

    def array(self, where: Bools) -> Any:
        """As an Arrow array of instants."""
        return instants(self.at, where)

    def written(self, where: Bools) -> Any:
        """As texts, for a column that may hold dates beside instants."""
        texts = iso_texts(np.where(where, self.at, 0))
        if self.is_date.any():
            texts = pc.if_else(pa.array(self.is_date), pc.utf8_slice_codeunits(texts, 0, _DATE_LETTERS), texts)
        return only(texts, where)


def read_instants(column: Any, zone: tzinfo | None) -> Instants:
    """A column of Arrow's instants; those without a zone are wall times in `zone`. Beyond Python's years is none."""
    at, given = ints(column), valid(column)
    is_date = np.zeros(len(at), np.bool_)
    if column.type.tz is None and zone is None:
        return Instants(at, is_date, is_date)
    is_there = given & (at >= _NEAR[0]) & (at < _NEAR[1])
    if column.type.tz is None and zone is not None:
        at = at.copy()
        at[is_there] = localise(at[is_there], zone)
    far = np.flatnonzero(given & ~is_there)
    if len(far):
        at, is_there = at.copy(), is_there.copy()
        for row, value in zip(far.tolist(), listed(column.take(pa.array(far))), strict=True):
            found = _far(value, zone)
            at[row], is_there[row] = found or 0, found is not None
    return Instants(at, is_there, is_date)


def _far(value: Any, zone: tzinfo | None) -> int | None:
    """The instant of a time near the ends of Python's calendar, as long as it can be told in UTC."""
    try:
        at = to_us(parse_instant(value, zone))
    except BadValue:
        return None
    return at if _SMALLEST <= at <= _LARGEST else None


def read_texts(texts: Any, given: Bools, dialect: Dialect, wants_date: bool = False) -> Instants:
    """Texts as `Dialect.instant` reads them, or `instant_or_date`; only those `given` are read."""
    count = len(texts)
    found = Instants(np.zeros(count, np.int64), np.zeros(count, np.bool_), np.zeros(count, np.bool_))
    reading = _Reading(dialect, wants_date, found, np.zeros(count, np.bool_))
    reading.take(texts, np.flatnonzero(given), lambda length: _layouts(dialect, length))
    time_format = dialect.time_format
    if time_format is not None and may_be_padded(time_format):
        rows = np.flatnonzero(given & ~found.is_there)
        padded = pc.replace_substring_regex(texts.take(pa.array(rows)), _LONE_DIGIT, r"0\1")
        reading.take(padded, rows, lambda length: format_layouts(time_format, length))
    naive = np.flatnonzero(reading.is_naive & ~found.is_date)
    if dialect.zone is not None:
        found.at[naive] = localise(found.at[naive], dialect.zone)
    todo = given & ~found.is_there
    if dialect.zone is None:
        found.is_there[naive] = False
    _one_by_one(texts, np.flatnonzero(todo), dialect, wants_date, found)
    return found


@dataclass
class _Reading:
    """Texts that are read by layouts. `is_naive` marks those that are wall times so far."""

    dialect: Dialect
    wants_date: bool
    found: Instants
    is_naive: Bools

    def take(self, texts: Any, rows: Ints, layouts: Callable[[int], tuple[Layout, ...]]) -> None:
        """Read texts of these rows; `texts` holds those of all rows, or of these alone."""
        texts = texts if len(texts) == len(rows) else texts.take(pa.array(rows))
        starts, lengths, letters = _bytes_of(texts)
        for length in np.flatnonzero(np.bincount(np.minimum(lengths, _LONGEST + 1))[: _LONGEST + 1]).tolist():
            some = np.flatnonzero(lengths == length)
            self._by_layouts(_matrix(letters, starts[some], length), rows[some], layouts(length))

    def _by_layouts(self, letters: Any, rows: Ints, layouts: tuple[Layout, ...]) -> None:
        for layout in layouts:
            if not len(rows):
                return
            at, fits = layout.read(letters)
            if not fits.any():
                continue
            some = rows[fits]
            self.found.at[some], self.found.is_there[some] = at[fits], True
            self.found.is_date[some] = self.wants_date and not layout.has_clock
            self.is_naive[some] = not layout.has_offset
            rows, letters = rows[~fits], letters[~fits]


def _bytes_of(texts: Any) -> tuple[Ints, Ints, Any]:
    """Where each text begins, how many bytes it has, and all bytes."""
    texts = texts if texts.type == pa.large_string() else texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64, len(texts) + 1, texts.offset * 8) if len(texts) else np.zeros(1, np.int64)
    letters = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return ends[:-1], np.diff(ends), letters


def _matrix(letters: Any, starts: Ints, length: int) -> Any:
    if len(starts) and starts[-1] - starts[0] == (len(starts) - 1) * length and (np.diff(starts) == length).all():
        return letters[starts[0] : starts[0] + len(starts) * length].reshape(len(starts), length)
    return letters[starts[:, None] + np.arange(length)]


def _layouts(dialect: Dialect, length: int) -> tuple[Layout, ...]:
    """The layouts to try, in the order in which the scalar reader tries them."""
    iso = iso_layouts(length)
    if dialect.time_format is None:
        return iso
    own = format_layouts(dialect.time_format, length)
    return (*iso, *own) if dialect.time_format.startswith("%Y-%m-%d") else (*own, *iso)


def _one_by_one(texts: Any, rows: Ints, dialect: Dialect, wants_date: bool, found: Instants) -> None:
    """Each different text by the scalar reader."""
    if not len(rows):
        return
    encoded = pc.dictionary_encode(texts.take(pa.array(rows)))
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    different = encoded.dictionary.to_pylist()
    at, is_there = np.zeros(len(different), np.int64), np.zeros(len(different), np.bool_)
    is_date = is_there.copy()
    for place, text in enumerate(different):
        try:
            value = dialect.instant_or_date(text) if wants_date else dialect.instant(text)
        except BadValue:
            continue
        at[place] = to_us(value if isinstance(value, datetime) else datetime.combine(value, time(), UTC))
        is_there[place], is_date[place] = _SMALLEST <= at[place] <= _LARGEST, not isinstance(value, datetime)
    found.at[rows], found.is_there[rows], found.is_date[rows] = at[codes], is_there[codes], is_date[codes]
