"""Columns of cells: which of them stand for nothing, and what different ones there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Dialect
from servstd.adapters.table.arrow import Bools, Codes, bools, is_coded, is_text, valid
from servstd.adapters.table.raw import listed


def given_texts(texts: Any, dialect: Dialect) -> Bools:
    """Where texts do not stand for nothing."""
    if is_coded(texts.type):
        known = given_texts(texts.dictionary, dialect)
        codes = texts.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        found: Bools = np.append(known, False)[codes]
        return found
    if dialect.missing == {""}:
        return bools(pc.fill_null(pc.greater(pc.binary_length(texts), 0), False))
    marks = pa.array(sorted(dialect.missing), texts.type)
    return ~bools(pc.is_in(texts, value_set=marks)) & valid(texts)


def given_cells(column: Any, dialect: Dialect) -> Bools:
    """Where a column does not stand for nothing."""
    if not isinstance(column, list):
        if is_text(column.type) or is_coded(column.type):
            return given_texts(column, dialect)
        if pa.types.is_nested(column.type) and not any(mark.startswith(("[", "{")) for mark in dialect.missing):
            return valid(column)
        if pa.types.is_integer(column.type) and not any(mark.lstrip("-").isdigit() for mark in dialect.missing):
            return valid(column)
    codes, raw = different(column)
    known = [not dialect.is_missing(value) for value in raw]
    found: Bools = np.array([*known, False], np.bool_)[codes]
    return found


def different(column: Any) -> tuple[Codes, Sequence[Any]]:
    """For each cell the place of its value, -1 for none, and the different values."""
    codes, values = different_values(column)
    return codes, values if isinstance(values, list) else listed(values)


def different_values(column: Any) -> tuple[Codes, Any]:
    """The same with the values as a column."""
    if isinstance(column, list):
        return _different_objects(column)
    if pa.types.is_nested(column.type):
        return np.arange(len(column)), column
    encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    codes = encoded.indices.cast(pa.int32())
    codes = codes.fill_null(-1) if codes.null_count else codes
    return codes.to_numpy(zero_copy_only=False), encoded.dictionary


def _different_objects(column: list[Any]) -> tuple[Codes, list[Any]]:
    places: dict[Any, int] = {}
    values: list[Any] = []
    codes = np.full(len(column), -1, np.int64)
    for row, value in enumerate(column):
        if value is None:
            continue
        key = (type(value), value) if isinstance(value, (str, int, float, bool)) else (type(value), row)
        if key not in places:
            places[key] = len(values)
            values.append(value)
        codes[row] = places[key]
    return codes, values
