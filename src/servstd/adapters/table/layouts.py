"""Layouts of written times in which every part has its place, such as `2026-05-22T15:00:00-04:00`.

Texts of one length are a matrix of bytes; a layout reads its columns. A text that does not fit is left to the scalar
reader, which understands more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.table.arrow import Bools, Ints
from servstd.adapters.table.zones import FIRST_YEAR, LAST_YEAR

_US = 1_000_000
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "y": 2, "p": 2, "b": 3, "f": 6}
_LONGEST_FRACTION = 9
_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of a time as `(directive, place, width)`, and the letters between them as `(place, letter)`.

    Directives are those of `strptime`, and `z` an offset such as -04:00. `has_clock` is False for a date alone;
    `is_utc` says that a Z ends it.
    """

    length: int
    parts: tuple[tuple[str, int, int], ...]
    letters: tuple[tuple[int, str], ...]
    has_clock: bool = True
    is_utc: bool = False

    @property
    def has_offset(self) -> bool:
        """Whether it is an instant by itself, not a wall time."""
        return self.is_utc or any(name == "z" for name, _, _ in self.parts)

    def read(self, letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> tuple[Ints, Bools]:
        """Microseconds since 1970 of each row of a matrix of bytes, and whether it fits."""
        fits = np.ones(len(letters), np.bool_)
        for place, letter in self.letters:
            fits &= letters[:, place] == ord(letter)
        if not fits.any():
            return np.zeros(len(letters), np.int64), fits
        found: dict[str, Ints] = {}
        for name, place, width in self.parts:
            if name == "z":
                found[name] = _offset(letters, place, fits)
            elif name == "b":
                found["m"] = _month(letters[:, place : place + 3], fits)
            elif name == "p":
                found[name] = _half(letters[:, place : place + 2], fits)
            else:
                found[name] = _number(letters, place, width, fits)
                if name == "f":
                    found[name] = found[name] * 10 ** (6 - width) if width <= 6 else found[name] // 10 ** (width - 6)
        return _microseconds(found, fits), fits


def _number(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]], place: int, width: int, fits: Bools) -> Ints:
    found = np.zeros(len(letters), np.int64)
    for index in range(place, place + width):
        digit = letters[:, index] - np.uint8(48)  # what is below '0' comes out large
        fits &= digit <= 9
        found = found * 10 + digit
    return found


def _offset(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]], place: int, fits: Bools) -> Ints:
    sign = letters[:, place]
    hours, minutes = _number(letters, place + 1, 2, fits), _number(letters, place + 4, 2, fits)
    fits &= ((sign == ord("+")) | (sign == ord("-"))) & (letters[:, place + 3] == ord(":"))
    fits &= (hours <= 23) & (minutes <= 59)
    found: Ints = np.where(sign == ord("-"), -1, 1) * (hours * 60 + minutes) * 60 * _US
    return found


def _month(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]], fits: Bools) -> Ints:
    """Names of months by their three letters, large or small."""
    small = (letters | np.uint8(32)).astype(np.int64)
    key = (small[:, 0] << 16) | (small[:, 1] << 8) | small[:, 2]
    found = np.zeros(len(letters), np.int64)
    for number, name in enumerate(_month_names(), 1):
        found[key == int.from_bytes(name.encode())] = number
    fits &= found > 0
    return found


def _half(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]], fits: Bools) -> Ints:
    """0 for am, 12 for pm."""
    small = letters | np.uint8(32)
    fits &= (small[:, 1] == ord("m")) & ((small[:, 0] == ord("a")) | (small[:, 0] == ord("p")))
    found: Ints = np.where(small[:, 0] == ord("p"), 12, 0)
    return found


def _microseconds(found: dict[str, Ints], fits: Bools) -> Ints:
    zero = np.zeros(len(fits), np.int64)
    year = found["Y"] if "Y" in found else found["y"] + np.where(found["y"] >= 69, 1900, 2000)
    month, day = found["m"], found["d"]
    fits &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    month = np.where(fits, month, 1)
    is_leap = (month == 2) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fits &= day <= _DAYS[month - 1] + is_leap
    hour = found.get("H", zero)
    if "I" in found:
        fits &= (found["I"] >= 1) & (found["I"] <= 12)
        hour = found["I"] % 12 + found.get("p", zero)
    minute, second = found.get("M", zero), found.get("S", zero)
    fits &= (hour <= 23) & (minute <= 59) & (second <= 59)
    months = ((np.where(fits, year, 1970) - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + day - 1
    found_us: Ints = ((days * 24 + hour) * 60 + minute) * 60 * _US + second * _US + found.get("f", zero)
    return found_us - found["z"] if "z" in found else found_us


@lru_cache(maxsize=256)
def iso_layouts(length: int) -> tuple[Layout, ...]:
    """The layouts of ISO 8601 of that length."""
    clocks = {"": "", "HM": "H:M", "HMS": "H:M:S"}
    clocks |= {f"HMS{width}": f"H:M:S.{width}" for width in range(1, _LONGEST_FRACTION + 1)}
    found = []
    for clock, zone in product(clocks.values(), ("", "Z", "z")):
        for between in ("T", " ") if clock else ("",):
            layout = _iso(clock, zone, between)
            if layout.length == length and (clock or not zone):
                found.append(layout)
    return tuple(found)


def _iso(clock: str, zone: str, between: str) -> Layout:
    written = "Y-m-d" + between + clock + zone
    parts: list[tuple[str, int, int]] = []
    letters: list[tuple[int, str]] = []
    place = 0
    for one in written:
        if one == "z":
            parts.append(("z", place, 6))
            place += 6
        elif one.isdigit():
            parts.append(("f", place, int(one)))
            place += int(one)
        elif one in "YmdHMS":
            parts.append((one, place, _WIDTHS[one]))
            place += _WIDTHS[one]
        else:
            letters.append((place, one))
            place += 1
    return Layout(place, tuple(parts), tuple(letters), bool(clock), zone == "Z")


@lru_cache(maxsize=256)
def format_layouts(time_format: str, length: int) -> tuple[Layout, ...]:
    """The layout of what `strptime` reads by a format, where a text of that length has every part in full."""
    pieces = re.findall(r"%.|[^%]", time_format.strip())
    directives = [piece[1] for piece in pieces if piece[0] == "%"]
    is_odd = any(name not in _WIDTHS for name in directives) or len(set(directives)) != len(directives)
    if is_odd or not {"Y", "y"}.intersection(directives) or {"m", "b"} <= set(directives) or not _speaks_english():
        return ()
    if "d" not in directives or not {"m", "b"}.intersection(directives):
        return ()
    if ("I" in directives) != ("p" in directives) or {"H", "I"} <= set(directives) or {"Y", "y"} <= set(directives):
        return ()
    if any(piece.isdigit() for piece in pieces) or not time_format.isascii():
        return ()
    widths = range(1, 7) if "f" in directives else (6,)
    layouts = (_laid_out(pieces, width, bool({"H", "I", "M"}.intersection(directives))) for width in widths)
    return tuple(layout for layout in layouts if layout.length == length)


def may_be_padded(time_format: str) -> bool:
    """Whether a single digit means the same with a 0 before it: not so in a year of two digits or a fraction."""
    return not {"f", "y"}.intersection(re.findall(r"%(.)", time_format))


def _laid_out(pieces: list[str], fraction: int, has_clock: bool) -> Layout:
    parts: list[tuple[str, int, int]] = []
    letters: list[tuple[int, str]] = []
    place = 0
    for piece in pieces:
        if piece[0] == "%":
            width = fraction if piece[1] == "f" else _WIDTHS[piece[1]]
            parts.append((piece[1], place, width))
            place += width
        else:
            letters.append((place, piece))
            place += 1
    return Layout(place, tuple(parts), tuple(letters), has_clock)


def iso_texts(at_us: Ints) -> Any:
    """Instants as ISO 8601 in UTC, such as `2026-05-22T19:00:00Z`, with microseconds where any has them."""
    days, rest = np.divmod(at_us, 86_400 * _US)
    seconds, fraction = np.divmod(rest, _US)
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    day = days - dates.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1
    parts = [(months // 12 + 1970, 4, "-"), (months % 12 + 1, 2, "-"), (day, 2, "T"), (seconds // 3600, 2, ":")]
    parts += [(seconds // 60 % 60, 2, ":"), (seconds % 60, 2, "Z")]
    if fraction.any():
        parts[-1] = (seconds % 60, 2, ".")
        parts.append((fraction, 6, "Z"))
    width = sum(digits + 1 for _, digits, _ in parts)
    letters = np.empty((len(at_us), width), np.uint8)
    place = 0
    for number, digits, after in parts:
        for index in range(place + digits - 1, place - 1, -1):
            number, digit = np.divmod(number, 10)
            letters[:, index] = digit + ord("0")
        letters[:, place + digits] = ord(after)
        place += digits + 1
    ends = pa.py_buffer((np.arange(len(at_us) + 1) * width).astype(np.int32))
    return pa.StringArray.from_buffers(len(at_us), ends, pa.py_buffer(letters))


@lru_cache(maxsize=1)
def _month_names() -> tuple[str, ...]:
    return tuple(date(2026, month, 1).strftime("%b").lower() for month in range(1, 13))


def _speaks_english() -> bool:
    """Whether `strptime` has names that fit the layouts: a program may have set another language."""
    names = _month_names()
    halves = [time(hour).strftime("%p") for hour in (1, 13)]
    return all(len(name) == 3 and name.isascii() and name.isalpha() for name in names) and halves == ["AM", "PM"]
