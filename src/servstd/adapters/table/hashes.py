"""Texts and rows as numbers: 64 bits that differ where they differ, worked out a column at a time.

A number depends on its text or row alone: not on the others of a batch, nor on the type that these give a column, nor
on the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.rows import without_gaps
from servstd.adapters.table.arrow import Hashes, Ints, is_text
from servstd.adapters.table.raw import listed

_PRIME, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_HALF = np.uint64(32)
_NOTHING = np.uint64(0x165667B19E3779F9)
_LONG = 64
_AT_ONCE = 32_768
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], np.uint64)
_KINDS = {type(None): None, str: str, bool: pa.bool_(), float: pa.float64()}
_INT_64, _UINT_64 = range(-(1 << 63), 1 << 63), range(1 << 64)


def hash_texts(texts: Any) -> Hashes:
    """A number for each text, eight bytes at a time; nothing has one of its own."""
    texts = texts if texts.type in (pa.large_string(), pa.large_binary()) else texts.cast(pa.large_string())
    if not len(texts):
        return np.zeros(0, np.uint64)
    ends = _ends(texts)
    lengths = np.diff(ends)
    if int(lengths.max()) <= _LONG:
        return _with_nothing(_of_short(texts, ends, lengths), texts)
    is_long = lengths > _LONG
    rows = np.flatnonzero(is_long)
    found = np.empty(len(texts), np.uint64)
    found[rows] = _of_long(np.frombuffer(texts.buffers()[2], np.uint8), ends[rows], ends[rows + 1])
    if len(rows) < len(texts):
        others = texts.filter(pa.array(~is_long))
        found[~is_long] = _of_short(others, _ends(others), lengths[~is_long])
    return _with_nothing(found, texts)


def _ends(texts: Any) -> Ints:
    """Where the first text begins, and where each ends."""
    found: Ints = np.frombuffer(texts.buffers()[1], np.int64, len(texts) + 1, texts.offset * 8)
    return found


def _of_short(texts: Any, ends: Ints, lengths: Ints) -> Hashes:
    """All texts in step: the first eight bytes of each, the next of those that have more, and so on."""
    first, size = int(ends[0]), int(ends[-1] - ends[0])
    padded = np.zeros(size + 8, np.uint8)
    if size:
        padded[:size] = np.frombuffer(texts.buffers()[2], np.uint8, size, first)
    words = np.ndarray((size + 1,), "<u8", padded, 0, (1,))
    starts = ends[:-1] - first if first else ends[:-1]
    longest = int(lengths.max(initial=0))
    found = lengths.astype(np.uint64) * _OTHER
    if longest:
        begun = mixed(found, _word(words, starts, lengths))
        found = begun if int(lengths.min()) else np.where(lengths == 0, found, begun)
    rows = np.flatnonzero(lengths > 8) if longest > 8 else np.zeros(0, np.int64)
    for begin in range(8, longest, 8):
        rows = rows[lengths[rows] > begin]
        found[rows] = mixed(found[rows], _word(words, starts[rows] + begin, lengths[rows] - begin))
    return found


def _word(words: Any, places: Any, left: Any) -> Hashes:
    """Up to eight bytes of each text, without what comes after its end."""
    found: Hashes = words[places]
    found &= _FIRST_BYTES.take(np.minimum(left, 8))
    return found


def _of_long(data: Any, starts: Ints, ends: Ints) -> Hashes:
    """One text after the other, `_AT_ONCE` words at a time. The last word of a text may overlap the one before."""
    words = np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))
    lengths = ends - starts
    bounds = np.append(0, np.cumsum((lengths + 7) >> 3))
    found = np.zeros(len(starts), np.uint64)
    for begin in range(0, int(bounds[-1]), _AT_ONCE):
        end = min(begin + _AT_ONCE, int(bounds[-1]))
        some = slice(int(np.searchsorted(bounds, begin, "right")) - 1, int(np.searchsorted(bounds, end)))
        edges = np.clip(bounds[some.start : some.stop + 1], begin, end)
        counts = np.diff(edges)
        within = np.arange(8 * begin, 8 * end, 8) - np.repeat(8 * bounds[some], counts)
        places = within + np.repeat(starts[some], counts)
        last = edges[1:] - begin - 1
        places[last] = np.minimum(places[last], ends[some] - 8)
        parts = words[places] ^ (within.view(np.uint64) * _OTHER)
        parts ^= parts >> _HALF  # without it the last byte of a word would change few bits
        found[some] += np.add.reduceat(mixed(parts, _PRIME), edges[:-1] - begin)
    return mixed(found, lengths.view(np.uint64) * _OTHER)


def mixed(found: Hashes, more: Hashes | np.uint64) -> Hashes:
    """Numbers made of two, in which every bit counts."""
    both: Hashes = found ^ more
    both *= _PRIME
    both ^= both >> _HALF
    both *= _OTHER
    return both


def hash_column(column: Any) -> Hashes:
    """A number for each cell."""
    if isinstance(column, list):
        return _of_objects(column)
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
        return _of_objects(listed(column))
    raw = whole.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
    own = _OTHER if pa.types.is_boolean(kind) else _PRIME  # JSON tells true and 1 apart
    return _with_nothing(mixed(raw, np.full(1, own)), column)


def _as_whole(column: Any) -> Any:
    """Fixed numbers as integers of the same bits; None for anything else."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8())
    if pa.types.is_floating(kind):
        return column.cast(pa.float64()).view(pa.int64())
    if kind == pa.uint64():
        return column.view(pa.int64())
    if pa.types.is_timestamp(kind) or pa.types.is_integer(kind):
        return column.cast(pa.int64())
    return column.cast(pa.int32()) if pa.types.is_date32(kind) else None


def _of_objects(values: list[Any]) -> Hashes:
    """A number for each Python value: that of a column of its type; of anything else that of how it is written."""
    rows: dict[Any, list[int]] = {}
    for row, value in enumerate(values):
        rows.setdefault(_kind_of(value), []).append(row)
    found = np.full(len(values), _NOTHING)
    for kind, places in rows.items():
        some = [values[row] for row in places]
        if kind is str:  # half a character, which JSON can hold, is no text of Arrow's
            encoded = [text.encode("utf-8", "surrogatepass") for text in some]
            found[places] = hash_texts(pa.array(encoded, pa.large_binary()))
        elif kind is object:
            found[places] = mixed(hash_texts(pa.array([repr(without_gaps(one)) for one in some])), _OTHER)
        elif kind is not None:
            found[places] = hash_column(pa.array(some, kind))
    return found


def _kind_of(value: Any) -> Any:
    kind = type(value)
    if kind is int:
        return pa.int64() if value in _INT_64 else pa.uint64() if value in _UINT_64 else object
    return _KINDS.get(kind, object)


def _with_nothing(found: Hashes, column: Any) -> Hashes:
    if column.null_count:
        found = np.where(column.is_valid().to_numpy(zero_copy_only=False), found, _NOTHING)
    return found


def hash_rows(columns: Mapping[str, Any], count: int) -> Hashes:
    """A number for each row of some columns; those that hold nothing in it do not count."""
    found, of_nothing = np.zeros(count, np.uint64), np.zeros(1, np.uint64)
    for name, column in columns.items():
        number = _number_of(name)
        found += mixed(hash_column(column), number)
        of_nothing += mixed(np.full(1, _NOTHING), number)
    return found - of_nothing


@lru_cache(maxsize=4096)
def _number_of(name: str) -> Hashes:
    return _of_objects([name])
