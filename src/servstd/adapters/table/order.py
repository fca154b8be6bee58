"""The rows of an event log in batches of whole cases, in bounded memory, in whatever order they come.

A log that fits is taken at once. Of a longer one whose cases stand together, each batch keeps its last case back for
the next. Of any other, rows are spread over files by their case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Literal

import numpy as np
import pyarrow as pa

from servstd.adapters.cells import Dialect, as_text
from servstd.adapters.table.arrow import Hashes
from servstd.adapters.table.case_rows import DIGEST, digests_of
from servstd.adapters.table.cells import given_cells
from servstd.adapters.table.hashes import hash_texts
from servstd.adapters.table.ids import read_ids
from servstd.adapters.table.raw import RawBatch, RawLog, joined
from servstd.adapters.table.seen import NEW, SeenIds
from servstd.adapters.table.spread import spread
from servstd.errors import Problem, RecordError

Order = Literal["clustered", "time"]
MOST_BYTES = 64 << 20
"""What is held at once of a log before its order matters."""
CHUNK_BYTES = 16 << 20


def whole_cases(
    raw: RawLog, columns: Sequence[str], case: str, dialect: Dialect, order: Order | None, seen: SeenIds
) -> Iterator[RawBatch]:
    """The rows in batches that hold whole cases."""
    batches = raw.batches()
    held, size = [], 0
    for batch in batches:
        held.append(narrowed(batch, columns))
        size += held[-1].nbytes
        if size > MOST_BYTES:
            break
    else:
        if held:
            yield joined(held)
        return
    rest = chain(held, (narrowed(batch, columns) for batch in batches))
    if order is None:
        order = "clustered" if raw.has_cheap_columns and is_clustered(raw, case, dialect) else "time"
    if order == "clustered":
        yield from _clustered(rest, case, dialect, seen, raw.file)
    else:
        yield from spread(rest, lambda batch: case_hashes(batch, case, dialect))


def narrowed(batch: RawBatch, columns: Sequence[str]) -> RawBatch:
    """The columns that are read, with what tells rows apart that differ in the others only."""
    wanted = {name: batch.columns[name] for name in columns if name in batch.columns}
    if len(wanted) < len(batch.columns):
        wanted[DIGEST] = pa.array(digests_of(batch))
    return RawBatch(wanted, batch.count, batch.lines, batch.is_json)


def case_hashes(batch: RawBatch, case: str, dialect: Dialect) -> Hashes:
    """A number for the case of each row; 0 where it has none."""
    column = batch.column(case)
    texts, _ = read_ids(column, dialect)
    found: Hashes = np.where(given_cells(column, dialect), hash_texts(texts) | np.uint64(1), np.uint64(0))
    return found


def is_clustered(raw: RawLog, case: str, dialect: Dialect) -> bool:
    """Whether no case comes again after others: a pass over the column of the case, as far as that takes."""
    seen, last = SeenIds(), np.zeros(0, np.uint64)
    for batch in raw.batches([case]):
        runs = _runs(np.concatenate([last, case_hashes(batch, case, dialect)]))
        if len(_come_again(runs[len(last) :], seen)) or seen.unchecked:
            return False
        last = runs[-1:]
    return True


def _runs(hashes: Hashes) -> Hashes:
    """The cases as they come, each once a run."""
    hashes = hashes[hashes != 0]
    begins = np.ones(len(hashes), np.bool_)
    begins[1:] = hashes[1:] != hashes[:-1]
    found: Hashes = hashes[begins]
    return found


def _come_again(cases: Hashes, seen: SeenIds) -> Hashes:
    """The cases that came before; the others are remembered."""
    state = seen.take(cases, np.zeros(len(cases), np.uint64), np.ones(len(cases), np.bool_))
    found: Hashes = cases[state != NEW]
    return found


def _clustered(
    batches: Iterator[RawBatch], case: str, dialect: Dialect, seen: SeenIds, file: str
) -> Iterator[RawBatch]:
    """Batches that end with the end of a case; the last case is kept for the next."""
    held: list[RawBatch] = []
    last = np.zeros(0, np.uint64)
    for batch in batches:
        hashes = case_hashes(batch, case, dialect)
        runs = _runs(np.concatenate([last, hashes]))
        again = _come_again(runs[len(last) :], seen)
        if len(again):
            raise _not_clustered(batch, int(np.flatnonzero(hashes == again[0])[-1]), case, file)
        cut = _begin_of_last(hashes)
        last = runs[-1:]
        if cut and sum(one.nbytes for one in held) + batch.nbytes >= CHUNK_BYTES:
            yield joined([*held, batch.slice(0, cut)])
            held = [batch.slice(cut, batch.count)]
        else:
            held.append(batch)
    if held:
        yield joined(held)


def _begin_of_last(hashes: Hashes) -> int:
    """Where the last case of a batch begins; 0 when it may have begun before, or the batch names none."""
    named = np.flatnonzero(hashes)
    if not len(named):
        return 0
    others = named[hashes[named] != hashes[named[-1]]]
    if len(others):
        return int(others[-1]) + 1
    return 0


def _not_clustered(batch: RawBatch, row: int, case: str, file: str) -> RecordError:
    [raw] = batch.rows(np.array([row]))
    message = f"the rows of {as_text(raw.cells[case])!r} do not stand together"
    hint = "give order='time', or leave it out"
    return RecordError([Problem("duplicate-id", message, (case,), hint, file, raw.line)])
