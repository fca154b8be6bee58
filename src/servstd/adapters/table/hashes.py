"""Rows as numbers: 64 bits that differ where rows differ, worked out a column at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.table.arrow import Hashes, is_text

_PRIME, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_HALF = np.uint64(32)
_NOTHING = np.uint64(0x165667B19E3779F9)
_LONG = 64
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)


def hash_texts(texts: Any) -> Hashes:
    """A number for each text, eight bytes at a time; nothing has one of its own."""
    texts = texts if texts.type == pa.large_string() else texts.cast(pa.large_string())
    count = len(texts)
    if not count:
        return np.zeros(0, np.uint64)
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64, count + 1, texts.offset * 8)
    starts, lengths = ends[:-1], np.diff(ends)
    letters = b"" if data is None else data
    if int(lengths.sum()) > _LONG * count:
        return _by_python(texts)
    padded = np.zeros(int(ends[-1]) + 8, np.uint8)
    padded[: int(ends[-1])] = np.frombuffer(letters, np.uint8)[: int(ends[-1])]
    words = np.ndarray((len(padded) - 7,), "<u8", padded, 0, (1,))
    longest = int(lengths.max(initial=0))
    found = lengths.astype(np.uint64) * _OTHER
    if longest:
        first = mixed(found, _word(words, starts, lengths))
        found = first if int(lengths.min()) else np.where(lengths == 0, found, first)
    rows = np.flatnonzero(lengths > 8) if longest > 8 else np.zeros(0, np.int64)
    for begin in range(8, longest, 8):
        rows = rows[lengths[rows] > begin]
        found[rows] = mixed(found[rows], _word(words, starts[rows] + begin, lengths[rows] - begin))
    return _with_nothing(found, texts)


def _word(words: Any, places: Any, left: Any) -> Hashes:
    """Up to eight bytes of each text, without what comes after its end."""
    found: Hashes = words[places]
    found &= _FIRST_BYTES.take(np.minimum(left, 8))
    return found


def _by_python(texts: Any) -> Hashes:
    return np.fromiter(map(hash, texts.to_pylist()), np.int64, len(texts)).view(np.uint64)


def mixed(found: Hashes, more: Hashes) -> Hashes:
    """Numbers made of two, in which every bit counts."""
    both = found ^ more
    both *= _PRIME
    both ^= both >> _HALF
    both *= _OTHER
    return both


def hash_column(column: Any) -> Hashes:
    """A number for each cell."""
    if isinstance(column, list):
        return np.fromiter((hash(repr(value)) for value in column), np.int64, len(column)).view(np.uint64)
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), _NOTHING)
    if is_text(kind):
        return hash_texts(column)
    if pa.types.is_dictionary(kind) and len(column.dictionary) > len(column):
        return hash_column(column.dictionary_decode())
    if pa.types.is_dictionary(kind):
        known = np.append(hash_column(column.dictionary), _NOTHING)
        coded: Hashes = known[column.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)]
        return coded
    whole = _as_whole(column)
    if whole is None:
        return _by_python_repr(column)
    raw = whole.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
    return _with_nothing(mixed(raw, np.full(1, _PRIME)), column)


def _as_whole(column: Any) -> Any:
    """Fixed numbers as integers of the same bits; None for anything else."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64()).view(pa.int64())
    if pa.types.is_timestamp(kind) or (pa.types.is_integer(kind) and kind != pa.uint64()):
        return column.cast(pa.int64())
    return column.cast(pa.int32()) if pa.types.is_date32(kind) else None


def _by_python_repr(column: Any) -> Hashes:
    return np.fromiter((hash(repr(value)) for value in column), np.int64, len(column)).view(np.uint64)


def _with_nothing(found: Hashes, column: Any) -> Hashes:
    if column.null_count:
        found = np.where(column.is_valid().to_numpy(zero_copy_only=False), found, _NOTHING)
    return found


def hash_rows(columns: Iterable[Any], count: int) -> Hashes:
    """A number for each row of some columns."""
    found = np.zeros(count, np.uint64)
    for column in columns:
        found = mixed(found, hash_column(column))
    return found
