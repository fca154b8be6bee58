"""Wall times to instants, a column at a time, as `values.parse_instant` does: forward out of a gap, the first of two.

A zone tells its offset one instant at a time; of each year that occurs the instants at which it changes are found
once, to the second.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

import numpy as np

from servstd.adapters.table.arrow import Ints

_DAY_S, _US = 86_400, 1_000_000
_EPOCH_YEAR = 1970
FIRST_YEAR, LAST_YEAR = 2, 9998
"""Beyond these an offset may lead out of the years that Python has."""


def years_of(at_us: Ints) -> Ints:
    """The year of each time."""
    found: Ints = at_us.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + _EPOCH_YEAR
    return found


def localise(wall_us: Ints, zone: tzinfo) -> Ints:
    """UTC microseconds of wall times in a zone, all between the years 2 and 9998."""
    if zone is UTC or not len(wall_us):
        return wall_us
    years = years_of(wall_us)
    low, high = int(years.min()), int(years.max())
    if low == high:
        return _of_year(wall_us, low, zone)
    found = np.empty_like(wall_us)
    for year in np.unique(years).tolist():
        where = years == year
        found[where] = _of_year(wall_us[where], year, zone)
    return found


def _of_year(wall_us: Ints, year: int, zone: tzinfo) -> Ints:
    begins, offsets = _offsets(year, zone)
    if len(offsets) == 1:
        found: Ints = wall_us - offsets[0]
        return found
    found = wall_us - offsets[np.searchsorted(begins, wall_us, "right") - 1]
    return found


@lru_cache(maxsize=4096)
def _offsets(year: int, zone: tzinfo) -> tuple[Ints, Ints]:
    """The wall times from which each offset holds in a year, the first for ever, and the offsets, in microseconds.

    At a change both clocks are shown in turn: what is skipped or shown twice goes by the older offset.
    """
    first = int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) - 2 * _DAY_S
    last = int(datetime(year, 12, 31, tzinfo=UTC).timestamp()) + 3 * _DAY_S
    begins, offsets = [-(1 << 62)], [_offset(first, zone)]
    for day in range(first, last, _DAY_S):
        if _offset(day + _DAY_S, zone) != offsets[-1]:
            changed = _change(day, day + _DAY_S, zone)
            after = _offset(changed, zone)
            begins.append((changed + max(offsets[-1], after)) * _US)
            offsets.append(after)
    return np.array(begins, np.int64), np.array(offsets, np.int64) * _US


def _change(low: int, high: int, zone: tzinfo) -> int:
    """The second at which the offset changes: it is another at `high` than at `low`."""
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(at_s: int, zone: tzinfo) -> int:
    offset = datetime.fromtimestamp(at_s, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())
