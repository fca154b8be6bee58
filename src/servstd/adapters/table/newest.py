"""How far the records of a batch reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.table.arrow import INSTANT, valid
from servstd.flat import FlatReader

_NEVER = np.iinfo(np.int64).min


def newest_of(batch: Any, reader: FlatReader) -> int | None:
    """The newest observed instant in UTC microseconds: events of planned types do not count."""
    found = [pc.max(column.cast(pa.int64())).as_py() for column, _ in _times(batch, reader) if len(column)]
    return max((one for one in found if one is not None), default=None)


def two_newest(batch: Any, reader: FlatReader) -> list[tuple[int, str]]:
    """The newest instants of the two records that reach furthest, with their ids; fewer where there are no others."""
    newest = np.full(batch.num_rows, _NEVER, np.int64)
    for column, lists in _times(batch, reader):
        is_given = valid(column)
        rows = np.arange(batch.num_rows) if lists is None else pc.list_parent_indices(lists).to_numpy()
        np.maximum.at(newest, rows[is_given], column.drop_null().cast(pa.int64()).to_numpy())
    ids = batch.column("id")
    return [
        (int(newest[row]), ids[row].as_py())
        for row in np.argsort(newest, kind="stable")[:-3:-1].tolist()
        if newest[row] != _NEVER
    ]


def _times(batch: Any, reader: FlatReader) -> Iterator[tuple[Any, Any]]:
    """Arrays of instants, those that do not count as nulls, each with the lists that it is the whole of."""
    planned = reader.vocabulary.planned
    for one in batch.schema:
        what, event, _ = reader.meaning(one.name)
        if what == "event" and event not in planned and one.type == INSTANT:
            yield batch.column(one.name), None
    if "events" in batch.schema.names:
        lists = batch.column("events")
        events = lists.flatten()
        kinds = events.field("type")
        counts = [name not in planned for name in kinds.dictionary.to_pylist()]
        at = events.field("at")
        if not all(counts) or kinds.null_count:
            codes = kinds.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            at = pc.if_else(pa.array(np.array([*counts, False], np.bool_)[codes]), at, None)
        yield at, lists
    for name in ("turns", "reviews"):
        if name in batch.schema.names:
            yield batch.column(name).flatten().field("at"), batch.column(name)
