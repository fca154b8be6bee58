"""The ids of rows: trimmed texts, as the row reader makes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Dialect
from servstd.adapters.logs import read_id
from servstd.adapters.table.arrow import Bools, is_coded, is_text
from servstd.adapters.table.cells import different, given_texts
from servstd.adapters.table.values import pick

_SPACE, _TILDE = 0x20, 0x7E


def read_ids(column: Any, dialect: Dialect) -> tuple[Any, Bools]:
    """The ids of a column as texts, and where there is one."""
    if not isinstance(column, list):
        if is_text(column.type):
            return _of_texts(column.cast(pa.string()), given_texts(column, dialect))
        if pa.types.is_integer(column.type):
            texts = column.cast(pa.string())
            return _of_texts(texts, given_texts(texts, dialect))
        if is_coded(column.type):
            return read_ids(column.cast(pa.string()), dialect)
    codes, raw = different(column)
    known = [read_id(value, dialect) for value in raw]
    texts = pick(pa.array(known, pa.string()), codes, pa.string())
    return texts, texts.is_valid().to_numpy(zero_copy_only=False)


def _of_texts(texts: Any, given: Bools) -> tuple[Any, Bools]:
    """Python trims more than blanks: what may need it is trimmed by Python."""
    odd = np.flatnonzero(given & _may_need_trimming(texts))
    if len(odd):
        trimmed = [text.strip() for text in texts.take(pa.array(odd)).to_pylist()]
        mask = np.zeros(len(texts), np.bool_)
        mask[odd] = True
        texts = pc.replace_with_mask(texts, pa.array(mask), pa.array(trimmed, pa.string()))
        given = given.copy()
        given[odd] = [bool(text) for text in trimmed]
    return texts, given


def _may_need_trimming(texts: Any) -> Bools:
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return np.zeros(len(texts), np.bool_)
    ends = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)
    letters = np.frombuffer(data, np.uint8)
    if not len(letters):
        return np.zeros(len(texts), np.bool_)
    first = letters[np.minimum(ends[:-1], len(letters) - 1)]
    last = letters[np.maximum(ends[1:] - 1, 0)]
    found: Bools = (first <= _SPACE) | (first > _TILDE) | (last <= _SPACE) | (last > _TILDE)
    return found
