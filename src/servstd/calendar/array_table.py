"""The table of a calendar (horizon.py) as arrays, for many instants at once.

Open time before t is `sums[n] + t` inside an open stretch and `sums[n]` outside, where n counts the edges up to t.
Both numbers are packed into one, `sums[n] << 1 | is_open`, so that each instant costs one look-up. Where to look:

- slots: when all edges fall on a grid of five minutes or more, the table has a row a slot, and its number is a
  division;
- edges: otherwise a row an edge; buckets of time say how many edges lie before each, and a few halving steps find
  the place within one.

The way back, from open time to the instant, goes by the same two over open time instead of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from servstd.calendar.array_inputs import Ints
from servstd.calendar.horizon import Table

MIN_SLOT_US = 5 * 60 * 1_000_000
# 8 MiB a table; a grid of 30 minutes reaches 60 years with that.
MAX_SLOTS = 1 << 20
MAX_BUCKETS = 1 << 20
_NEVER = np.iinfo(np.int64).max


class Places(Protocol):
    """Row numbers of a table."""

    def of(self, values: Ints) -> Ints:
        """The row for each value."""
        ...


@dataclass(frozen=True, slots=True)
class SlotPlaces:
    """Rows of equal width, the first at `lo`."""

    lo: int
    width: int

    def of(self, values: Ints) -> Ints:
        """The row for each value, `lo` or more."""
        rows = values - self.lo
        rows //= self.width
        return rows


class EdgePlaces:
    """Rows between ascending edges: the row of a value is the count of edges up to it."""

    def __init__(self, edges: Ints, lo: int, hi: int) -> None:
        # A few buckets an edge; their width is a power of two, because a shift costs a fifth of a division.
        self._lo = lo
        self._shift = ((hi - lo) // min(4 * len(edges) + 1, MAX_BUCKETS)).bit_length()
        starts = lo + (np.arange(((hi - lo) >> self._shift) + 2, dtype=np.int64) << self._shift)
        firsts = np.searchsorted(edges, starts, "left")
        most = int(np.diff(firsts).max())
        self._firsts = firsts.astype(np.int32)
        self._steps = [1 << power for power in reversed(range(most.bit_length()))]
        self._edges = np.append(edges, _NEVER)  # where a step leads past the last edge, it finds this

    def of(self, values: Ints) -> Ints:
        """The row for each value from `lo` to `hi`."""
        rows = self._firsts.take((values - self._lo) >> self._shift, mode="clip").astype(np.int64)
        for step in self._steps:
            rows += (self._edges.take(rows + (step - 1), mode="clip") <= values) * step
        return rows


@dataclass(frozen=True, slots=True)
class ArrayTable:
    """A `Table` as arrays; all instants asked must lie from `source.lo` to `source.hi`.

    `total` is all open time in it. `offsets` lead from open time since `lo` to the instant: add the row's.
    """

    source: Table
    places: Places
    packed: Ints
    total: int
    open_places: Places
    offsets: Ints

    def open_time(self, instants: Ints) -> Ints:
        """Open time from `lo` to each instant."""
        found = self.packed.take(self.places.of(instants), mode="clip")
        inside = found & 1
        inside *= instants
        found >>= 1
        found += inside
        return found

    def is_open(self, instants: Ints) -> Ints:
        """1 where an instant is open, else 0."""
        return self.packed.take(self.places.of(instants), mode="clip") & 1

    def instants(self, open_times: Ints, keys: Ints) -> Ints:
        """The instants with that open time since `lo`, in the open stretches that hold `keys`, 0 to `total` - 1."""
        return open_times + self.offsets.take(self.open_places.of(keys), mode="clip")


def make_array_table(table: Table) -> ArrayTable:
    """The arrays of a table: slots where they are wide and few, else edges."""
    edges = np.array(table.edges, dtype=np.int64)
    sums = np.array(table.sums, dtype=np.int64)
    packed = sums << 1
    packed[1::2] |= 1
    # A calendar that never opens still needs a row to look at.
    ends = np.array(table.ends, dtype=np.int64)
    offsets = -sums[1::2] if table.ends else np.zeros(1, dtype=np.int64)
    total = table.ends[-1] if table.ends else 0
    width = int(np.gcd.reduce(edges - table.lo, initial=table.hi - table.lo))
    count = (table.hi - table.lo) // width
    if width < MIN_SLOT_US or count > MAX_SLOTS:
        places, open_places = EdgePlaces(edges, table.lo, table.hi), EdgePlaces(ends, 0, total)
        return ArrayTable(table, places, packed, total, open_places, offsets)
    slots = table.lo + width * np.arange(count + 1, dtype=np.int64)
    packed = packed[np.searchsorted(edges, slots, "right")]
    if table.ends:
        offsets = np.repeat(offsets, np.diff(ends, prepend=0) // width)
    return ArrayTable(table, SlotPlaces(table.lo, width), packed, total, SlotPlaces(0, width), offsets)
