"""Many instants as local times in ISO 8601, as `datetime.isoformat` writes them."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.values import EPOCH, FIRST_US, LAST_US, local

Ints = NDArray[np.int64]
_SECOND, _HOUR_S = 1_000_000, 3600
_FIRST, _LAST = (
    int((at - EPOCH).total_seconds()) for at in (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
)
_TEXT = pa.large_string()


def local_texts(instants: Ints, zone_of: NDArray[np.int16], zones: Sequence[ZoneInfo], quote: str) -> Any:
    """Each instant (UTC microseconds) as `local` gives it in its zone, between two `quote`s: a large string array."""
    shifts, tails = np.zeros(len(instants), np.int64), np.zeros(len(instants), np.int32)
    texts: dict[str, int] = {}
    kept = np.clip(instants, FIRST_US, LAST_US)
    seconds, fraction = np.divmod(kept, _SECOND)
    years = (seconds.astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int64)
    keys = years * len(zones) + zone_of
    for key in np.unique(keys).tolist():
        mine = np.flatnonzero(keys == key)
        begins, offsets, names = offsets_of(zones[key % len(zones)], key // len(zones))
        at = np.searchsorted(begins, seconds[mine], side="right") - 1
        shifts[mine] = offsets[at]
        tails[mine] = np.array([texts.setdefault(name + quote, len(texts)) for name in names], np.int32)[at]
    walls = seconds + shifts
    is_beyond = (walls < FIRST_US // _SECOND) | (walls > LAST_US // _SECOND) | (kept != instants)
    if is_beyond.any():
        walls[is_beyond], tails[is_beyond] = seconds[is_beyond], texts.setdefault(f"+00:00{quote}", len(texts))
    stamps = pa.array(walls, pa.int64()).view(pa.timestamp("s")).cast(pa.string())
    stamps = pc.utf8_replace_slice(stamps, 10, 11, "T").cast(_TEXT)
    ends = pa.array(list(texts), _TEXT).take(pa.array(tails))
    nothing = pa.scalar("", _TEXT)
    return pc.binary_join_element_wise(pa.scalar(quote, _TEXT), stamps, _fractions(fraction), ends, nothing)


def _fractions(fraction: Ints) -> Any:
    if not fraction.any():
        return pa.scalar("", _TEXT)
    known, number = np.unique(fraction, return_inverse=True)
    texts = [f".{one:06}" if one else "" for one in known.tolist()]
    return pa.array(texts, _TEXT).take(pa.array(number))


@lru_cache(maxsize=1024)
def offsets_of(zone: ZoneInfo, year: int) -> tuple[Ints, Ints, list[str]]:
    """From which second of a UTC year on each offset holds, in seconds, and as it is written.

    The clock is looked at every hour: no zone has changed it twice within one.
    """
    begin = int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
    hours = 24 * (366 if isleap(year) else 365)
    begins, offsets = [begin], [_offset(begin, zone)]
    for second in range(begin + _HOUR_S, begin + hours * _HOUR_S, _HOUR_S):
        offset = _offset(second, zone)
        if offset != offsets[-1]:
            begins.append(_change(second - _HOUR_S, second, zone))
            offsets.append(offset)
    names = [_local(second, zone).isoformat()[19:] for second in begins]
    return np.array(begins, np.int64), np.array(offsets, np.int64), names


def _local(second: int, zone: ZoneInfo) -> datetime:
    """A second as local time; in the first and the last days, of which Python has no local time, that beside them."""
    return local(min(max(second, _FIRST), _LAST) * _SECOND, zone)


def _offset(second: int, zone: ZoneInfo) -> int:
    offset = _local(second, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _change(low: int, high: int, zone: ZoneInfo) -> int:
    """The first second after `low` with another offset."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high
