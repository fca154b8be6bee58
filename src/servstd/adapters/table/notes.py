"""What there is to say of a mapped log beside its rows: bad rows, repeats, and what was odd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np

from servstd.adapters.logs import BadRow
from servstd.adapters.reach import Reach
from servstd.adapters.table.arrow import Bools
from servstd.adapters.table.flat import Odd
from servstd.adapters.table.newest import newest_of, two_newest
from servstd.errors import Problem
from servstd.flat import FlatReader
from servstd.record import Record
from servstd.values import to_us

MOST_BAD_ROWS = 1000
FILE_BITS = 40
"""The line of a row holds the number of its file above these bits."""


@dataclass
class Notes:
    """Filled during a pass. `bad_rows` are the first of `bad_count`, `odd` counts records by what is odd about them."""

    file: str
    names: Sequence[str] = ()
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_count: int = 0
    repeats: int = 0
    records: int = 0
    odd: Counter[Problem] = field(default_factory=Counter)
    reach: Reach = field(default_factory=Reach)

    @property
    def newest_at(self) -> datetime | None:
        """The newest observed instant."""
        return self.reach.newest_at

    def add_bad(self, rows: Iterable[BadRow]) -> None:
        """Count bad rows, and keep the first, each with the name of its file."""
        self.add_named(self._placed(row) if len(self.bad_rows) < MOST_BAD_ROWS else row for row in rows)

    def add_named(self, rows: Iterable[BadRow]) -> None:
        """The same for bad rows that name their file already."""
        for row in rows:
            self.bad_count += 1
            if len(self.bad_rows) < MOST_BAD_ROWS:
                self.bad_rows.append(row)

    def _placed(self, row: BadRow) -> BadRow:
        """The row with the name of its own file, where there are several."""
        if row.line is None or len(self.names) < 2:
            return row
        file, line = self.names[row.line >> FILE_BITS], row.line & ((1 << FILE_BITS) - 1)
        first, *others = (replace(one, file=file, line=line) for one in row.problems)
        return BadRow(file, line, first, row.record_id, tuple(others))

    def add_odd(self, odd: Iterable[Odd], where: Bools) -> None:
        """Count what is odd about rows that were read by columns."""
        for one in odd:
            for bits, count in zip(*np.unique(one.bits[where], return_counts=True), strict=True):
                if bits:
                    given = [place for place in range(62) if int(bits) >> place & 1]
                    self.odd[replace(one.tell(given), file=self.file)] += int(count)

    def add_odd_of(self, record: Record) -> None:
        """Count what is odd about a record that was read by itself."""
        problems = [replace(one, line=None, keys=_names(one)) for one in record.problems]
        self.odd.update(list(dict.fromkeys(problems)))

    def saw(self, batch: Any, reader: FlatReader) -> None:
        """Note how far the records of a batch reach; they are told apart only where that may matter."""
        newest_us = newest_of(batch, reader)
        if newest_us is None:
            return
        if not self.reach.asks_for_rows(newest_us):
            self.reach.add(newest_us)
            return
        for one_us, record_id in two_newest(batch, reader):
            self.reach.add(one_us, record_id)

    def saw_record(self, record: Record, planned: frozenset[str]) -> None:
        """Note how far a record reaches that was read by itself."""
        newest = record.newest_at(planned)
        if newest is not None:
            self.reach.add(to_us(newest), record.id)


def _names(problem: Problem) -> tuple[str | int, ...]:
    return tuple(part for part in problem.keys if isinstance(part, str))
