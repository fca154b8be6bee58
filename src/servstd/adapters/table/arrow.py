"""Columns of pyarrow in the forms that are worked with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.plain_arrays import plain, plain_type

Ints = NDArray[np.int64]
Codes = NDArray[np.signedinteger[Any]]
"""Places in something short, of any width."""
Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]

INSTANT = pa.timestamp("us", "UTC")
WORDS = pa.dictionary(pa.int32(), pa.string())
"""Texts of which few differ."""


def is_text(kind: Any) -> bool:
    """Whether a type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_coded(kind: Any) -> bool:
    """Whether a type holds codes of texts."""
    return bool(pa.types.is_dictionary(kind) and is_text(kind.value_type))


def is_list(kind: Any) -> bool:
    """Whether a type holds lists of any length."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def bools(array: Any) -> Bools:
    """An array of truths without gaps as numpy has it."""
    found: Bools = array.to_numpy(zero_copy_only=False).astype(np.bool_, copy=False)
    return found


def valid(array: Any) -> Bools:
    """Where an array holds something."""
    if array.null_count == 0 and not pa.types.is_dictionary(array.type):
        return np.ones(len(array), np.bool_)
    if pa.types.is_dictionary(array.type) and array.dictionary.null_count:
        array = array.dictionary_decode()  # older pyarrow takes a null among its values for something
    return bools(pc.is_valid(array))


def ints(array: Any) -> Ints:
    """Integers or instants as numpy has them, 0 where there are none."""
    whole = array if array.type == pa.int64() else array.cast(pa.int64())
    if whole.null_count:
        whole = whole.fill_null(0)
    found: Ints = whole.to_numpy(zero_copy_only=False)
    return found


def instants(at_us: Ints, is_there: Bools) -> Any:
    """UTC microseconds as instants."""
    return pa.array(at_us, pa.int64(), mask=None if is_there.all() else ~is_there).cast(INSTANT)


def only(array: Any, where: Bools) -> Any:
    """An array with gaps wherever it is not wanted."""
    if where.all():
        return array
    if array.offset and not pa.types.is_primitive(array.type):
        array = pa.concat_arrays([array])  # of texts in a slice and a null, pyarrow before 24 makes wrong ones
    return pc.if_else(pa.array(where), array, pa.scalar(None, array.type))


def tidy(column: Any) -> Any:
    """A column without chunks in its plain form."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return column if plain_type(column.type) == column.type else plain(column)
