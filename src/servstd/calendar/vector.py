"""Open time of whole columns: what clock.py does for one instant, to the microsecond, in blocks of rows.

Needs numpy, so it is imported when the first array is asked about. Before a kernel runs, the smallest and the
largest instant are held against the horizon, which grows to cover both: a row beyond the table would be cut to its
last one, and the answer would be wrong without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

try:
    import numpy as np
except ImportError as error:
    raise ImportError("a calendar needs numpy for arrays: pip install 'servstd[bulk]'") from error

from servstd.calendar.arguments import bad_choice
from servstd.calendar.array_inputs import Array, Bools, Column, Ints, read_durations, read_instants
from servstd.calendar.array_table import ArrayTable, make_array_table
from servstd.calendar.clock import LANDINGS, Clock, Landing
from servstd.calendar.horizon import FIRST_DAY, LAST_DAY, REACH
from servstd.errors import CalendarError

# Small enough for the caches of the processor, large enough for the cost of a numpy call not to count.
BLOCK_ROWS = 1 << 15
_REACH_US = (LAST_DAY - FIRST_DAY).days * 86_400 * 1_000_000


class _Beyond(NamedTuple):
    """A row whose answer lies beyond the table."""

    start_us: int
    duration_us: int


class _Rows:
    """Columns stretched to one shape, and an array for the answers; all are walked in the same blocks."""

    def __init__(self, kind: type[np.generic], **columns: Column) -> None:
        shapes = {name: column.values.shape for name, column in columns.items()}
        try:
            shape = np.broadcast_shapes(*shapes.values())
        except ValueError:
            said = " and ".join(f"{name} {given}" for name, given in shapes.items())
            raise CalendarError(f"arrays of these shapes do not fit together: {said}") from None
        self.answers: Array = np.empty(shape, kind)
        self._columns = tuple(columns.values())
        self._flat = [np.broadcast_to(column.values, shape).reshape(-1) for column in self._columns]

    def blocks(self) -> Iterator[list[Array]]:
        """Instants and durations in microseconds, one array a column, then where their answers go."""
        out = self.answers.reshape(-1)
        for begin in range(0, out.size, BLOCK_ROWS):
            part = slice(begin, begin + BLOCK_ROWS)
            yield [*(column.us(flat[part]) for column, flat in zip(self._columns, self._flat, strict=True)), out[part]]


def elapsed_array(clock: Clock, starts: Any, ends: Any) -> Ints:
    """`elapsed_us` of each pair."""
    first, second = read_instants(starts, "starts"), read_instants(ends, "ends")
    rows = _Rows(np.int64, starts=first, ends=second)
    if rows.answers.size:
        table = _array_table(clock, min(first.lo_us, second.lo_us), max(first.hi_us, second.hi_us))
        for start, end, out in rows.blocks():
            np.subtract(table.open_time(end), table.open_time(start), out=out)
    return rows.answers


def is_open_array(clock: Clock, instants: Any) -> Bools:
    """`is_open_us` of each instant."""
    column = read_instants(instants, "instants")
    rows = _Rows(np.bool_, instants=column)
    if rows.answers.size:
        table = _array_table(clock, column.lo_us, column.hi_us + 1)
        for instant, out in rows.blocks():
            out[:] = table.is_open(instant)
    return rows.answers


def add_array(clock: Clock, starts: Any, durations: Any, landing: Landing) -> Ints:
    """`add_us` of each pair; raises what `add_us` raises for any of them."""
    if landing not in LANDINGS:
        raise bad_choice("landing", landing, LANDINGS)
    start, duration = read_instants(starts, "starts"), read_durations(durations, "durations")
    rows = _Rows(np.int64, starts=start, durations=duration)
    if max(-duration.lo_us, duration.hi_us) > _REACH_US:
        raise CalendarError(f"an answer lies beyond the years that a calendar reaches, {REACH}")
    while rows.answers.size:
        table = _array_table(clock, start.lo_us, start.hi_us)
        beyond = next((row for block in rows.blocks() if (row := _add_block(table, landing, *block))), None)
        if beyond is None:
            break
        # The scalar clock knows how to grow and when to give up; then all is done again, with the longer table.
        clock.add_us(*beyond, landing)
    return rows.answers


def _add_block(table: ArrayTable, landing: Landing, starts: Ints, durations: Ints, out: Ints) -> _Beyond | None:
    """Fill `out`, or give the row whose answer lies furthest beyond the table."""
    targets = table.open_time(starts)
    targets += durations
    # Open time that is used up at a closing: landing there looks in the open stretch before it, else in the next.
    keys = targets - (durations > 0) if landing == "close" else targets
    stays = durations == 0 if landing == "close" else np.zeros(1, np.bool_)
    is_outside = keys.view(np.uint64) >= table.total  # as unsigned, a negative key is beyond everything
    is_outside &= ~stays
    if is_outside.any():
        row = int(np.argmax(np.abs(keys) * is_outside))
        return _Beyond(int(starts[row]), int(durations[row]))
    np.copyto(out, table.instants(targets, keys))
    np.copyto(out, starts, where=stays)
    return None


def _array_table(clock: Clock, lo_us: int, hi_us: int) -> ArrayTable:
    """The arrays for `[lo_us, hi_us]`, kept on the clock for as long as they are of its table."""
    table, found = clock.table_us(lo_us, hi_us), clock.arrays
    if not isinstance(found, ArrayTable) or found.source is not table:
        found = clock.arrays = make_array_table(table)
    return found
