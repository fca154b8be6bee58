"""What callers give as arrays, checked once and read in blocks as int64 microseconds.

Instants are integers (microseconds since 1970-01-01T00:00Z) or datetime64, which has no zone and is read as UTC;
durations are integers (microseconds) or timedelta64. Units from hours to us convert exactly. Of ns the part below a
microsecond is dropped, towards the past: all openings and closings are whole microseconds, so this moves no instant
over one. Days are refused: a date is no instant, and a day no fixed length. A value that is missing (NaT, masked)
raises, as no number would be honest in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from servstd.errors import CalendarError

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Array = NDArray[Any]
_NAT = np.iinfo(np.int64).min
# So many microseconds for so many units.
_UNITS = {
    "8[h]": (3_600_000_000, 1),
    "8[m]": (60_000_000, 1),
    "8[s]": (1_000_000, 1),
    "8[ms]": (1_000, 1),
    "8[us]": (1, 1),
    "8[ns]": (1, 1_000),
}
_WANTED = {
    "M": "integers (microseconds since 1970 in UTC) or datetime64 in h, m, s, ms, us or ns",
    "m": "integers (microseconds) or timedelta64 in h, m, s, ms, us or ns",
}


@dataclass(frozen=True, slots=True)
class Column:
    """Integers of any shape; in microseconds they are `values * factor // divisor`, from `lo_us` to `hi_us`."""

    values: Array
    factor: int
    divisor: int
    lo_us: int
    hi_us: int

    def us(self, block: Array) -> Ints:
        """A block of the values in microseconds; not to be changed, as it may be the caller's own."""
        if self.divisor != 1:
            return block // self.divisor
        integers = block.astype(np.int64, copy=False)
        return integers if self.factor == 1 else integers * self.factor


def read_instants(given: Any, name: str) -> Column:
    """The instants of an argument called `name`; raises `CalendarError`."""
    return _read(given, name, "M")


def read_durations(given: Any, name: str) -> Column:
    """The durations of an argument called `name`; raises `CalendarError`."""
    return _read(given, name, "m")


def _read(given: Any, name: str, kind: Literal["M", "m"]) -> Column:
    if isinstance(given, np.ma.MaskedArray) and np.ma.is_masked(given):
        raise _missing(name, "masked", int(np.count_nonzero(np.ma.getmaskarray(given))), given.size)
    values = np.asarray(given)
    if not values.size:
        return Column(np.zeros(values.shape, np.int64), 1, 1, 0, 0)
    order, code = values.dtype.str[0], values.dtype.str[1:]
    factor, divisor = _UNITS.get(code[1:], (0, 0)) if code[0] == kind else (1, 1)
    if code[0] not in kind + "iu" or not factor:
        hint = "; a pandas column with a zone becomes that by .to_numpy('datetime64[us]')" if kind == "M" else ""
        raise CalendarError(f"{name}: {values.dtype} is not accepted; give {_WANTED[kind]}{hint}")
    integers = values.view(f"{order}i8") if code[0] == kind else values
    first, last = int(integers.min()), int(integers.max())
    if code[0] == kind and first == _NAT:
        raise _missing(name, "NaT", int(np.count_nonzero(np.isnat(values))), values.size)
    return Column(integers, factor, divisor, first * factor // divisor, last * factor // divisor)


def _missing(name: str, what: str, count: int, size: int) -> CalendarError:
    verb = "is" if count == 1 else "are"
    return CalendarError(f"{name}: {count} of {size} values {verb} {what}; leave such rows out first")
