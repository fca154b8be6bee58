"""What the columns of a log hold, as far as the first rows show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from servstd.adapters.rows import RawRow
from servstd.errors import Problem
from servstd.values import BadValue, parse_instant

MOST_ROWS = 2000
MOST_TEXTS = 40
# What exports write for nothing; taken as such only where it is seen.
NOTHING = ("n/a", "N/A", "na", "NA", "null", "NULL", "None", "none", "-", "?")
# Day before month stands before month before day, as in most of the world; both may fit.
TIME_FORMATS = tuple(
    f"{day} {time}".strip()
    for day in ("%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%b %d, %Y")
    for time in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "")
)
_MOST_SEEN = 50
_ENOUGH = 0.95
_LIKE_A_TIME = re.compile(r"\d\D{1,9}\d.*\d|^\d{10}(?:\d{3})?$")  # the latter: seconds or milliseconds since 1970


@dataclass
class Column:
    """What one column holds: how many cells are given, its different texts, and its lists.

    `texts` are the different values as texts, up to `MOST_TEXTS`; `are_more` says that there are others; `is_twice`
    that the header has the name twice.
    """

    name: str
    is_twice: bool = False
    given: int = 0
    texts: dict[str, int] = field(default_factory=dict)
    are_more: bool = False
    different: set[str] = field(default_factory=set)
    lists: list[Any] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def add(self, value: Any) -> None:
        """Look at one cell."""
        if value is None or value == "" or value == []:
            return
        self.given += 1
        if isinstance(value, (list, dict)) or (isinstance(value, str) and value.lstrip().startswith(("[", "{"))):
            self.lists.append(value)
            return
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        self.different.add(text)
        if len(self.seen) < _MOST_SEEN and text not in NOTHING:
            self.seen.append(text)
        if text in self.texts or len(self.texts) < MOST_TEXTS:
            self.texts[text] = self.texts.get(text, 0) + 1
        else:
            self.are_more = True

    @property
    def nothing(self) -> list[str]:
        """The texts in it that stand for nothing, by the looks of them."""
        return [text for text in self.texts if text in NOTHING]

    def formats(self) -> list[str | None]:
        """How its times are written: None for ISO 8601, else formats that fit; empty where it holds none.

        Of many cells a few may be no times: a log has its slips.
        """
        if not self.seen:
            return []
        if _fit(map(_is_iso, self.seen)):
            return [None]
        return [one for one in TIME_FORMATS if _fit(_fits(text, one) for text in self.seen)]

    def no_time(self) -> tuple[str, bool] | None:
        """The first text that is not in the form of most of its times, and whether that form is known.

        None where few of its texts look like times at all.
        """
        if 2 * sum(_LIKE_A_TIME.search(text) is not None for text in self.seen) <= len(self.seen):
            return None
        fitting = ([text for text in self.seen if _is_time(text, one)] for one in (None, *TIME_FORMATS))
        best = max(fitting, key=len)
        return next(text for text in self.seen if text not in best), bool(best)

    def repeats(self) -> int:
        """How many of its cells have a value that came before."""
        return self.given - len(self.different)

    def is_unique(self, rows: int) -> bool:
        """Whether it has another value in every row, or in nearly every one of many."""
        return rows > 0 and self.given >= _ENOUGH * rows and len(self.different) >= _ENOUGH * self.given

    def has_naive_times(self) -> bool:
        """Whether a time is given without an offset."""
        return any(not _is_aware(text) for text in self.seen)


@dataclass(frozen=True)
class Look:
    """The columns of a log in their order, and how many rows were looked at.

    `bad_count` rows could not be read, `first_bad` says why of the first.
    """

    columns: tuple[Column, ...]
    rows: int
    is_all: bool
    bad_count: int = 0
    first_bad: Problem | None = None

    def column(self, name: str) -> Column:
        """One column by its name."""
        return next(one for one in self.columns if one.name == name)


def look_at(header: Iterable[str] | None, rows: Iterator[RawRow], repeated: Collection[str] = ()) -> Look:
    """Look at the first rows; those that can not be read show nothing. `repeated` names stand twice in the header."""
    columns = {name: Column(name, bool(name) and name in repeated) for name in header or ()}
    count = 0
    bad: list[Problem] = []
    for raw in islice(rows, MOST_ROWS):
        if raw.problem is not None:
            bad.append(raw.problem)
            continue
        count += 1
        for name, value in raw.cells.items():
            columns.setdefault(name, Column(name)).add(value)
    return Look(tuple(columns.values()), count, next(rows, None) is None, len(bad), bad[0] if bad else None)


def _fit(cells: Iterable[bool]) -> bool:
    found = list(cells)
    return sum(found) >= _ENOUGH * len(found)


def _is_iso(text: str) -> bool:
    return (
        any(char.isdigit() for char in text)
        and _works(lambda: parse_instant(text, UTC))
        and len(text) >= len("2026-05-22")
    )


def _is_time(text: str, time_format: str | None) -> bool:
    return _is_iso(text) if time_format is None else _fits(text, time_format)


def _is_aware(text: str) -> bool:
    return _works(lambda: parse_instant(text))


def _fits(text: str, time_format: str) -> bool:
    return _works(lambda: datetime.strptime(text, time_format).replace(tzinfo=UTC))


def _works(read: Callable[[], Any]) -> bool:
    try:
        read()
    except (BadValue, ValueError):
        return False
    return True
