"""How far a wide log reaches, by its columns of times alone: only rows that may be the newest are read whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from servstd.adapters.cells import Cell
from servstd.adapters.reach import Reach
from servstd.adapters.table.arrow import Bools, Ints, ints, valid
from servstd.adapters.table.hashes import hash_texts
from servstd.adapters.table.ids import read_ids
from servstd.adapters.table.notes import Notes
from servstd.adapters.table.raw import RawBatch, RawLog
from servstd.adapters.table.seen import NEW, SeenIds
from servstd.adapters.table.values import read_cells
from servstd.adapters.table.wide import WideRows
from servstd.values import ValueType

_WITH_TIMES = frozenset(("events", "turns", "reviews"))
_NEVER = np.iinfo(np.int64).min
_AT_ONCE = 64


class Unsure(Exception):
    """Only a whole pass can tell: times stand in lists, or a row that may count has the id of another."""


def reach_of(reader: WideRows, raw: RawLog) -> Reach:
    """How far the log reaches. Raises `Unsure`."""
    reach, seen = Reach(), SeenIds()
    for batch in raw.batches():
        cells = _time_cells(reader, list(batch.columns))
        dialect = reader.log.mapping.dialect
        bound = np.full(batch.count, _NEVER, np.int64)
        for cell in cells:
            at = read_cells(cell, batch.column(cell.column), dialect).values
            bound = np.maximum(bound, np.where(valid(at), ints(at), _NEVER))
        _reach_on(reader, batch, bound, reach, _came_before(reader, batch, seen))
    return reach


def _came_before(reader: WideRows, batch: RawBatch, seen: SeenIds) -> Bools:
    ids, has_id = read_ids(batch.column(reader.log.mapping.id_column), reader.log.mapping.dialect)
    rows = np.flatnonzero(has_id)
    found = np.zeros(batch.count, np.bool_)
    none = np.zeros(len(rows), np.uint64)
    found[rows] = seen.take(hash_texts(ids)[rows], none, np.ones(len(rows), np.bool_)) != NEW
    return found


def _reach_on(reader: WideRows, batch: RawBatch, bound: Ints, reach: Reach, came_before: Bools) -> None:
    """The rows of a batch that may be newer are read, from the newest on, until the others can not change anything."""
    rows = np.flatnonzero(bound > _least(reach))
    rows = rows[np.argsort(-bound[rows], kind="stable")]
    size = _AT_ONCE
    while len(rows) and bound[rows[0]] > _least(reach):
        some, rows, size = rows[:size], rows[size:], size * 4
        if came_before[some].any():
            raise Unsure
        notes = Notes(reader.notes.file)
        replace(reader, notes=notes, seen=SeenIds()).read(batch.take(np.sort(some)))
        reach.join(notes.reach)


def _least(reach: Reach) -> int:
    """What an instant must be after to matter: the newest, or the second where the newest stands alone."""
    least = reach.second_us if reach.is_alone else reach.newest_us
    return _NEVER if least is None else least


def _time_cells(reader: WideRows, names: Sequence[str]) -> list[Cell]:
    planned = reader.log.reader.vocabulary.planned
    if reader.plan is None:
        if _WITH_TIMES.intersection(names):
            raise Unsure
        meant = {name: reader.log.reader.meaning(name) for name in names}
        return [
            Cell(name, "at", ValueType("instant"))
            for name, (what, event, _) in meant.items()
            if what == "event" and event not in planned
        ]
    plan = reader.plan.plan
    if _WITH_TIMES.intersection(name for name, _ in plan.lists):
        raise Unsure
    is_any = any(event.at is None and event.type not in planned for event in plan.events)
    cells: list[Any] = [event.at for event in plan.events if event.at and (is_any or event.type not in planned)]
    return list(dict.fromkeys(cells))
