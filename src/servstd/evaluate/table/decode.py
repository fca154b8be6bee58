"""Arrow arrays as columns: each different value is read once, by the same reader that reads records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.columns import FieldColumn
from servstd.columns.columns import YES, Bools, Ints
from servstd.columns.instants import Instants
from servstd.flat import FlatReader
from servstd.plain import is_missing
from servstd.values import BadValue, ValueType, parse_instant, to_us

Read = Callable[[Any], Any]
Places = NDArray[np.int32]
_MOST_INTEGERS = 1 << 10
_FEW = 8
_NOTHING = np.empty(0, np.int64)
# What Arrow reads to the same microsecond as Python; all else is read by Python, one different text at a time.
_ISO = (
    r"^(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ]"
    r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$"
)


def read_values(array: Any, read: Read) -> FieldColumn:
    """An array as a column; `read` is asked once for each different value."""
    codes, raw = different(array)
    values: list[Any] = []
    places = np.full(len(raw) + 1, -1, np.int32)
    bad: list[int] = []
    for index, value in enumerate(raw):
        if is_missing(value):
            continue
        try:
            found = read(value)
        except BadValue:
            bad.append(index)
            continue
        places[index] = len(values)
        values.append(found)
    if len(values) == len(raw):
        return FieldColumn(codes, values)
    return FieldColumn(places.take(codes), values, np.isin(codes, bad) if bad else None)


def read_typed(array: Any, kind: ValueType | None, reader: FlatReader) -> FieldColumn:
    """An array as a column of values of a declared type; without one they stay as they are."""
    if kind is not None and kind.text.startswith("instant") and _has_zone(array):
        return _instants(array)
    zone = reader.zone
    return read_values(array, as_it_is if kind is None else lambda value: kind.read(value, zone))


def _has_zone(array: Any) -> bool:
    return bool(pa.types.is_timestamp(array.type) and array.type.tz is not None)


def _instants(array: Any) -> FieldColumn:
    """Instants as numbers; nearly all differ, so that looking for equal ones would cost more than it saves."""
    is_given = is_valid(array)
    places = np.flatnonzero(is_given)
    codes = np.full(len(array), -1, np.int32)
    codes[places] = np.arange(len(places), dtype=np.int32)
    return FieldColumn(codes, Instants(_microseconds(array).take(places)))


def as_it_is(value: Any) -> Any:
    """For values that nobody declared."""
    return value


def can_fail(kind: ValueType | None, array: Any) -> bool:
    """Whether a value of this array may be unreadable as that type, as far as the two types tell."""
    if kind is None:
        return False
    if kind.text == "text":
        return bool(pa.types.is_nested(array.type))
    if kind.text == "yes or no":
        return not pa.types.is_boolean(array.type)
    if kind.text == "number":
        return not (pa.types.is_integer(array.type) or pa.types.is_floating(array.type))
    return True


def read_instants(array: Any, reader: FlatReader) -> tuple[Ints, Bools, Bools]:
    """UTC microseconds, 0 where there is no instant; whether there is one; and whether a value could not be read."""
    at, is_there, is_bad = instants_as_they_lie(array, reader)
    return (at if is_there.all() else at * is_there), is_there, is_bad


def instants_as_they_lie(array: Any, reader: FlatReader) -> tuple[Ints, Bools, Bools]:
    """The same without a copy of a column of instants: under its nulls stands anything."""
    kind = array.type
    if pa.types.is_null(kind):
        return _no_instants(len(array), np.zeros(len(array), np.bool_))
    if pa.types.is_timestamp(kind):
        is_given = is_valid(array)
        if kind.tz is not None:
            return _microseconds(array), is_given, np.zeros(len(array), np.bool_)
        if reader.zone is None:  # a wall time without a zone is nobody's instant
            return _no_instants(len(array), is_given)
    elif not is_text(kind) and not pa.types.is_dictionary(kind):
        return _no_instants(len(array), is_valid(_without_nan(array)))
    return _read_texts(array, reader) if is_text(kind) else _read_one_by_one(array, reader)


def _without_nan(array: Any) -> Any:
    return pc.if_else(pc.is_nan(array), None, array) if pa.types.is_floating(array.type) else array


def _no_instants(count: int, is_bad: Bools) -> tuple[Ints, Bools, Bools]:
    return np.zeros(count, np.int64), np.zeros(count, np.bool_), is_bad


def _read_texts(array: Any, reader: FlatReader) -> tuple[Ints, Bools, Bools]:
    """ISO texts: those in the usual form by Arrow, the others as records read them."""
    is_usual = pc.fill_null(pc.match_substring_regex(array, _ISO), False)
    whole = pa.concat_arrays([array])  # of texts in a slice and a null, pyarrow before 24 makes wrong ones
    try:
        read = pc.cast(pc.if_else(is_usual, whole, None), pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:  # the form of an instant, and none: 31 February
        return _read_one_by_one(array, reader)
    is_there = is_valid(read)
    at = _microseconds(read)
    rest = np.flatnonzero(is_valid(array) & ~is_there)
    is_bad = np.zeros(len(array), np.bool_)
    if len(rest):
        at, is_there = at.copy(), is_there.copy()
        at[rest], is_there[rest], is_bad[rest] = _read_one_by_one(array.take(pa.array(rest)), reader)
    return at, is_there, is_bad


def _read_one_by_one(array: Any, reader: FlatReader) -> tuple[Ints, Bools, Bools]:
    column = read_values(array, lambda value: to_us(parse_instant(value, reader.zone)))
    known = np.array([*column.values, 0], np.int64)
    none = np.zeros(len(array), np.bool_)
    return known[column.codes], ~column.is_missing, none if column.unreadable is None else column.unreadable


def _microseconds(array: Any) -> Ints:
    return np.frombuffer(array.buffers()[1], np.int64, len(array), 8 * array.offset) if len(array) else _NOTHING


def different(array: Any) -> tuple[Places, Sequence[Any]]:
    """For each row the place of its value, -1 for none, and the different values."""
    kind = array.type
    if not len(array):
        return np.empty(0, np.int32), ()
    if pa.types.is_nested(kind):
        return np.arange(len(array), dtype=np.int32), array.to_pylist()
    if pa.types.is_boolean(kind):
        return _present(_or_none(_bits(array, 1).astype(np.int32), array), (False, True))
    if pa.types.is_integer(kind) and (low := _small_integers(array)) is not None:
        return low
    if pa.types.is_dictionary(kind) and len(array.dictionary) > max(len(array), _MOST_INTEGERS):
        array = array.dictionary_decode()  # most of the words are those of other rows
    encoded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    indices = encoded.indices.cast(pa.int32())
    codes = np.frombuffer(indices.buffers()[1], np.int32, len(indices), 4 * indices.offset)
    return _or_none(codes, indices), encoded.dictionary.to_pylist()


def _small_integers(array: Any) -> tuple[Places, Sequence[Any]] | None:
    """Whole numbers that lie close together need no look-up; None where they do not."""
    numbers = np.frombuffer(array.buffers()[1], np.dtype(str(array.type)), len(array) + array.offset)[array.offset :]
    wide = numbers.view(np.int64) if numbers.itemsize == 8 else numbers.astype(np.int64)
    first = 0
    if array.null_count:
        is_given = is_valid(array)
        first = int(is_given.argmax())
    near = wide - wide[first]
    if array.null_count:
        near *= is_given  # what stands under a null is anything: it becomes the first number
    low, high, number = int(near.min()), int(near.max()), int(numbers[first])
    bounds = np.iinfo(numbers.dtype)
    if high - low >= _MOST_INTEGERS or number + low < bounds.min or number + high > bounds.max:  # the last: it wrapped
        return None
    codes = near.astype(np.int32)
    codes -= np.int32(low)
    return _present(_or_none(codes, array), range(number + low, number + high + 1))


def _present(codes: Places, values: Sequence[Any]) -> tuple[Places, Sequence[Any]]:
    """The values that stand in some row, and their places."""
    if len(values) <= _FEW:
        used = [place for place in range(len(values)) if (codes == place).any()]
    else:
        used = np.flatnonzero(np.bincount(codes + 1)[1:]).tolist()
    if len(used) == len(values):
        return codes, values
    places = np.full(len(values) + 1, -1, np.int32)
    places[1:][used] = np.arange(len(used))
    return places.take(codes + 1), [values[place] for place in used]  # negative places take far longer


def _or_none(codes: Places, array: Any) -> Places:
    """The same with -1 under the nulls of an array."""
    return codes if not array.null_count else codes | (_bits(array, 0).view(np.int8) - np.int8(1))


def is_text(kind: Any) -> bool:
    """True for plain texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_text_like(kind: Any) -> bool:
    """True for texts, and for dictionaries of texts."""
    return is_text(kind.value_type if pa.types.is_dictionary(kind) else kind)


def is_valid(array: Any) -> Bools:
    """Where an array is not null."""
    if pa.types.is_dictionary(array.type):  # it may hold a null among its values, of which not every pyarrow tells
        array = array.dictionary_decode() if array.dictionary.null_count else array.indices
    if not pa.types.is_primitive(array.type):
        found: Bools = pc.is_valid(array).to_numpy(zero_copy_only=False)
        return found
    if not array.null_count:
        return np.ones(len(array), np.bool_)
    return _bits(array, 0)


def _bits(array: Any, buffer: int) -> Bools:
    """One of the buffers of an array as truths."""
    first, end = array.offset >> 3, (array.offset + len(array) + 7) >> 3
    bits = np.unpackbits(np.frombuffer(array.buffers()[buffer], np.uint8)[first:end], bitorder="little")
    return bits[array.offset & 7 :][: len(array)].view(np.bool_)


def is_given(array: Any) -> Bools:
    """Where a list, a mapping or a text is there and not empty."""
    if pa.types.is_null(array.type):
        return np.zeros(len(array), np.bool_)
    if is_list(array.type):
        array = pc.if_else(pc.greater(pc.list_value_length(array), 0), True, None)
    elif is_text(array.type):
        array = pc.if_else(pc.not_equal(array, ""), True, None)
    return is_valid(array)


def is_list(kind: Any) -> bool:
    """True for lists with offsets of either size."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def is_true(column: FieldColumn | None, count: int) -> Bools:
    """Where a value is yes, and no other value that counts as such."""
    return np.zeros(count, np.bool_) if column is None else column.ask(lambda value: value is True) == YES


def no_values(count: int) -> FieldColumn:
    """A column in which every value is missing."""
    return FieldColumn(np.full(count, -1, np.int32), ())
