"""The rows of an event log in batches of whole cases, in bounded memory, in whatever order they come.

A log that fits is held and brought into the order of cases, if it is not in it. Of a longer one whose cases stand
together, each batch keeps its last case back for the next. Of any other, rows are spread over files by their case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Dialect, as_text
from servstd.adapters.mapping import EventRows
from servstd.adapters.table.arrow import Hashes, Ints, is_text
from servstd.adapters.table.case_ids import CaseIds, case_ids, sorted_by
from servstd.adapters.table.case_order import DIGEST, digests_of
from servstd.adapters.table.cells import given_cells
from servstd.adapters.table.hashes import hash_texts
from servstd.adapters.table.ids import read_ids
from servstd.adapters.table.raw import RawBatch, RawLog, joined, joined_and_freed
from servstd.adapters.table.seen import NEW, SeenIds
from servstd.adapters.table.spread import spread
from servstd.errors import Problem, RecordError

Order = Literal["clustered", "time"]
MOST_BYTES = 96 << 20
"""What is held at once of a log before its order matters."""
CHUNK_BYTES = 12 << 20
"""About how much a batch takes, unless a case takes more."""
MOST_CASES = 65_536
"""How many cases a batch has at most: so many are judged at once."""
_USUAL_CASES = 60_000


class Part(NamedTuple):
    """The rows of whole cases, with the case of each; `is_all` says that the log holds no others."""

    rows: RawBatch
    ids: CaseIds
    is_all: bool = False


def whole_cases(
    raw: RawLog, columns: Sequence[str], terms: EventRows, dialect: Dialect, order: Order | None, seen: SeenIds
) -> Iterator[Part]:
    """The rows in batches that hold whole cases."""
    words = [name for name in (terms.event_column, terms.state_column) if name]
    batches = (narrowed(batch, columns, words) for batch in raw.batches())
    held, size = list[RawBatch](), 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size > MOST_BYTES:
            break
    else:
        yield from by_case(held, terms.case, dialect, is_all=True)
        return
    rest, held = chain(_popped(held), batches), []
    if order is None:
        order = "clustered" if raw.has_cheap_columns and is_clustered(raw, terms.case, dialect) else "time"
    if order == "clustered":
        yield from _clustered(rest, terms.case, dialect, seen, raw.file)
    else:
        parts = spread(rest, lambda batch: case_hashes(batch, terms.case, dialect), is_ahead=raw.can_read_ahead)
        for part in parts:
            yield from by_case(part, terms.case, dialect)


def _popped(held: list[RawBatch]) -> Iterator[RawBatch]:
    """The batches, none of which is kept once it is taken."""
    held.reverse()
    while held:
        yield held.pop()


def narrowed(batch: RawBatch, columns: Sequence[str], words: Sequence[str] = ()) -> RawBatch:
    """The columns that are read, with what tells rows apart that differ in the others only.

    Of `words` few differ: as codes they are moved about at less cost.
    """
    wanted = {name: batch.columns[name] for name in columns if name in batch.columns}
    if len(wanted) < len(batch.columns):
        wanted[DIGEST] = pa.array(digests_of(batch))
    for name in words:
        column = wanted.get(name)
        if column is not None and not isinstance(column, list) and is_text(column.type):
            wanted[name] = pc.dictionary_encode(column)
    return RawBatch(wanted, batch.count, batch.lines, batch.is_json)


def by_case(held: list[RawBatch], case: str, dialect: Dialect, is_all: bool = False) -> Iterator[Part]:
    """Rows that are held by their cases, a batch at a time. Empties the list; `is_all`: there are no others."""
    if not held:
        return
    rows = joined_and_freed(held)
    ids = case_ids(rows.column(case), dialect)
    if case in rows.columns:
        rows = replace(rows, columns={**rows.columns, case: ids.column})
    order = None if ids.in_runs else sorted_by(ids.case + 1, len(ids.names) + 1)
    counts = np.bincount(ids.case + 1, minlength=len(ids.names) + 1)
    chunks = list(_chunks(counts, rows.nbytes))
    is_all = is_all and len(chunks) == 1
    for first, last, begin, end in chunks:
        names = slice(max(first - 1, 0), last - 1)
        if order is None:
            yield Part(rows.slice(begin, end), ids.part(slice(begin, end), names), is_all)
        else:
            yield Part(rows.take(order[begin:end]), ids.part(order[begin:end], names), is_all)


def _chunks(counts: Ints, size: int) -> Iterator[tuple[int, int, int, int]]:
    """Ranges of cases of about the same number of rows, and the rows of each; the first case of all is no case."""
    ends = np.cumsum(counts)
    parts = max(-(-size // max(CHUNK_BYTES, 1)), -(-len(counts) // _USUAL_CASES))
    at_once = -(-int(ends[-1]) // parts) + int(counts.max())  # with room for one case, so that none is left over
    first = begin = 0
    while begin < ends[-1]:
        last = int(np.searchsorted(ends, begin + at_once, "right"))
        last = max(min(last, first + MOST_CASES), first + 1)
        end = int(ends[last - 1])
        if end > begin:
            yield first, last, begin, end
        first, begin = last, end


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
        runs = np.concatenate([last, run_hashes(case_ids(batch.column(case), dialect))[0]])
        runs = runs[np.append(True, runs[1:] != runs[:-1])] if len(runs) else runs
        if len(_come_again(runs[len(last) :], seen)) or seen.unchecked:
            return False
        last = runs[-1:]
    return True


def run_hashes(ids: CaseIds) -> tuple[Hashes, Ints]:
    """A number for the case of each run of rows of one case, and where the run begins; rows of no case are none."""
    begins = np.flatnonzero(np.append(True, ids.case[1:] != ids.case[:-1])) if len(ids.case) else np.zeros(0, np.int64)
    begins = begins[ids.case[begins] >= 0]
    hashes = hash_texts(ids.names) | np.uint64(1)
    cases = ids.case[begins]
    is_new = np.append(True, cases[1:] != cases[:-1]) if len(cases) else np.zeros(0, np.bool_)
    return hashes[cases[is_new]], begins[is_new]


def _come_again(cases: Hashes, seen: SeenIds) -> Ints:
    """Which cases came before; the others are remembered."""
    state = seen.take(cases, np.zeros(len(cases), np.uint64), np.ones(len(cases), np.bool_))
    return np.flatnonzero(state != NEW)


def _clustered(batches: Iterator[RawBatch], case: str, dialect: Dialect, seen: SeenIds, file: str) -> Iterator[Part]:
    """Batches that end with the end of a case; the last case is kept for the next."""
    held, size, least = list[RawBatch](), 0, CHUNK_BYTES
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size < least:
            continue
        rows = joined(held)
        ids = case_ids(rows.column(case), dialect)
        hashes, begins = run_hashes(ids)
        if len(hashes) < 2:  # one long case: look again when there is twice as much
            held, least = [rows], 2 * size
            continue
        cut = int(begins[-1])
        _check(rows, hashes[:-1], begins, case, seen, file)
        names = slice(0, len(ids.names) - ids.in_runs)  # in runs, the last of them is that of the last case
        yield Part(rows.slice(0, cut), ids.part(slice(0, cut), names))
        held, least = [rows.slice(cut, rows.count)], CHUNK_BYTES
        size = held[0].nbytes
    if held:
        rows = joined(held)
        ids = case_ids(rows.column(case), dialect)
        hashes, begins = run_hashes(ids)
        _check(rows, hashes, begins, case, seen, file)
        yield Part(rows, ids)


def _check(rows: RawBatch, hashes: Hashes, begins: Ints, case: str, seen: SeenIds, file: str) -> None:
    """Raise `RecordError` when a case came before."""
    again = _come_again(hashes, seen)
    if len(again):
        [raw] = rows.rows(begins[again[:1]])
        message = f"the rows of {as_text(raw.cells[case])!r} do not stand together"
        hint = "give order='time', or leave it out"
        raise RecordError([Problem("duplicate-id", message, (case,), hint, file, raw.line)])


__all__ = ["CHUNK_BYTES", "MOST_BYTES", "Order", "by_case", "case_hashes", "is_clustered", "whole_cases"]
