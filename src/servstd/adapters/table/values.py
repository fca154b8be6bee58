"""Columns of cells to columns of values: each different cell is read once, by the reader of cells.

What holds for all cells of a column at once (instants, numbers and truths that Arrow holds already, texts that stay
as they are) is not even read once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.cells import Cell, Dialect, as_text
from servstd.adapters.table.arrow import INSTANT, WORDS, Bools, Ints, is_coded, is_text, only, valid
from servstd.adapters.table.cells import different, given_texts
from servstd.adapters.table.times import Instants, read_instants, read_texts
from servstd.values import BadValue, ValueType, to_us

_READ = ("instant", "instant or date", "duration", "time zone", "yes or no")


@dataclass(frozen=True)
class Values:
    """What a column of cells gives.

    `values` is an Arrow array with gaps where there is nothing, `bad` marks cells that can not be read (None: there
    are none), `given` those that do not stand for nothing.
    """

    values: Any
    bad: Bools | None
    given: Bools


def is_plain_text(kind: ValueType) -> bool:
    """Whether a value is the text as it stands."""
    return not kind.choices and kind.text not in _READ and not kind.text.startswith("number")


def arrow_type(kind: ValueType, raw: Any = None, is_translated: bool = False) -> Any:
    """The Arrow type of the values that cells of a type give; `raw` is that of the cells, where it is known."""
    if kind.text == "yes or no":
        return pa.bool_()
    if kind.text.startswith("number"):
        return pa.float64()
    if kind.text == "instant":
        return INSTANT
    if kind.text == "instant or date":
        is_date = raw is not None and pa.types.is_date(raw) and not is_translated
        is_instant = raw is not None and pa.types.is_timestamp(raw) and not is_translated
        return INSTANT if is_instant else pa.date32() if is_date else pa.string()
    if kind.choices or is_translated or (raw is not None and is_coded(raw)):
        return WORDS
    return raw if raw is not None and _stays(kind, raw) else pa.string()


def _stays(kind: ValueType, raw: Any) -> bool:
    """Whether a plain text's column keeps its type: it holds neither texts nor what is written as one."""
    is_written = is_text(raw) or is_coded(raw) or pa.types.is_boolean(raw) or pa.types.is_null(raw)
    is_written = is_written or pa.types.is_nested(raw)  # of which no cell can be read
    return is_plain_text(kind) and not (is_written or pa.types.is_integer(raw) or pa.types.is_floating(raw))


def read_cells(cell: Cell, column: Any, dialect: Dialect) -> Values:
    """The values of a column, as `cell.read` would read each."""
    if isinstance(column, list):
        return _each_different(cell, column, dialect)
    kind, fast = column.type, None
    if pa.types.is_null(kind):
        nothing = np.zeros(len(column), np.bool_)
        return Values(pa.nulls(len(column), arrow_type(cell.type, None, cell.values is not None)), None, nothing)
    if cell.values is None:
        fast = _fast_way(cell.type, kind, dialect)
    return _each_different(cell, column, dialect) if fast is None else fast(cell, column, dialect)


def can_be_bad(cell: Cell, raw: Any, dialect: Dialect) -> bool:
    """Whether a column of this type may hold cells that can not be read."""
    if pa.types.is_null(raw):
        return False
    fast = None if cell.values is not None else _fast_way(cell.type, raw, dialect)
    return fast not in (_texts, _as_it_is)


def _fast_way(kind: ValueType, raw: Any, dialect: Dialect) -> Callable[[Cell, Any, Dialect], Values] | None:
    """How to read a whole column, where there is a way to."""
    if kind.text.startswith("instant"):
        if pa.types.is_timestamp(raw) and not any(mark.startswith('"') for mark in dialect.missing):
            return _instants
        return _instants_of_texts if is_text(raw) or is_coded(raw) else None
    if kind.text.startswith("number"):
        return _numbers if pa.types.is_integer(raw) or pa.types.is_floating(raw) else None
    if kind.text == "yes or no" and pa.types.is_boolean(raw) and dialect.missing.isdisjoint(("true", "false")):
        return _as_it_is
    if is_plain_text(kind):
        if is_text(raw) or is_coded(raw):
            return _texts
        return _as_it_is if _stays(kind, raw) and dialect.missing == {""} else None
    return None


def _as_it_is(cell: Cell, column: Any, dialect: Dialect) -> Values:
    return Values(column, None, valid(column))


def _texts(cell: Cell, column: Any, dialect: Dialect) -> Values:
    given = given_texts(column, dialect)
    if not is_coded(column.type) and column.type != pa.string():
        column = column.cast(pa.string())
    return Values(only(column, given), None, given)


def _instants(cell: Cell, column: Any, dialect: Dialect) -> Values:
    found = read_instants(column, dialect.zone)
    return _of_instants(cell, column, found)


def _instants_of_texts(cell: Cell, column: Any, dialect: Dialect) -> Values:
    given = given_texts(column, dialect)
    wants_date = cell.type.text == "instant or date"
    if is_coded(column.type):
        known = read_texts(column.dictionary, np.ones(len(column.dictionary), np.bool_), dialect, wants_date)
        codes = column.indices.fill_null(0).to_numpy(zero_copy_only=False)
        found = known.take(codes) if len(column.dictionary) else read_texts(column.cast(pa.string()), given, dialect)
    else:
        found = read_texts(column, given, dialect, wants_date)
    is_there = given & found.is_there
    bad = given & ~found.is_there
    if not wants_date:
        return Values(found.array(is_there), bad if bad.any() else None, given)
    return Values(found.written(is_there), bad if bad.any() else None, given)


def _of_instants(cell: Cell, column: Any, found: Instants) -> Values:
    given = valid(column)
    bad = given & ~found.is_there
    return Values(found.array(given & found.is_there), bad if bad.any() else None, given)


def _numbers(cell: Cell, column: Any, dialect: Dialect) -> Values:
    given = valid(column)
    if pa.types.is_floating(column.type):
        given &= ~_equals(column, math.nan)
    marks = [value for mark in dialect.missing if (value := _number_written(mark)) is not None]
    for mark in marks:
        is_whole = isinstance(mark, int)
        if is_whole == pa.types.is_integer(column.type):
            given &= ~_equals(column, mark)
    numbers = only(column.cast(pa.float64(), safe=False), given)
    if cell.type.low is None or cell.type.high is None:
        return Values(numbers, None, given)
    raw = numbers.fill_null(cell.type.low).to_numpy(zero_copy_only=False)
    bad = ~((raw >= cell.type.low) & (raw <= cell.type.high))
    return Values(only(numbers, ~bad), bad if bad.any() else None, given)


def _equals(column: Any, mark: float) -> Bools:
    raw = column.cast(pa.float64(), safe=False).fill_null(0).to_numpy(zero_copy_only=False)
    found: Bools = np.isnan(raw) if mark != mark else raw == mark
    return found


def _number_written(mark: str) -> int | float | None:
    """The number that JSON writes as a mark of nothing."""
    try:
        value = json.loads(mark)
    except ValueError:
        return None
    is_number = type(value) in (int, float)
    return value if is_number and as_text(value) == mark else None


def _each_different(cell: Cell, column: Any, dialect: Dialect) -> Values:
    """Each different cell read by the reader of cells."""
    codes, raw = different(column)
    given, bad = np.zeros(len(raw) + 1, np.bool_), np.zeros(len(raw) + 1, np.bool_)
    place = np.full(len(raw) + 1, -1, np.int64)
    kind = arrow_type(cell.type, None if isinstance(column, list) else column.type, cell.values is not None)
    known: dict[Any, int] = {}
    for index, item in enumerate(raw):
        if dialect.is_missing(item):
            continue
        given[index] = True
        try:
            value = as_arrow(cell.read(item, dialect), kind)
        except BadValue:
            bad[index] = True
            continue
        if value is not None:
            place[index] = known.setdefault(value, len(known)) if _can_hash(value) else _add(known, value)
    array = pick(pa.array(list(_values_of(known)), _value_type(kind)), place[codes], kind)
    return Values(array, bad[codes] if bad.any() else None, given[codes])


def _add(known: dict[Any, int], value: Any) -> int:
    known[_Held(value)] = len(known)
    return len(known) - 1


class _Held:
    """A value that can not be a key."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _values_of(known: dict[Any, int]) -> Any:
    return (key.value if isinstance(key, _Held) else key for key in known)


def _can_hash(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _value_type(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else pa.int64() if kind == INSTANT else kind


def pick(values: Any, codes: Ints, kind: Any) -> Any:
    """`values[code]` for each code, nothing for -1."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(indices, values)
    found = values.take(indices)
    return found.cast(kind) if found.type != kind else found


def as_arrow(value: Any, kind: Any) -> Any:
    """A value as a column of that type holds it: instants as microseconds, in texts as they are written."""
    if value is None:
        return None
    if kind == INSTANT:
        return to_us(value)
    if kind == pa.float64():
        return float(value)
    if kind == pa.string() or pa.types.is_dictionary(kind):
        return written(value)
    return value


def written(value: Any) -> str:
    """A value as a text that its type reads again."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return as_text(value) if isinstance(value, (bool, int, float, list, dict)) else str(value)
