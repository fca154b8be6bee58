"""How far the records of a batch reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.table.arrow import INSTANT
from servstd.flat import FlatReader


def newest_of(batch: Any, reader: FlatReader) -> int | None:
    """The newest observed instant in UTC microseconds: events of planned types do not count."""
    found = [pc.max(column.cast(pa.int64())).as_py() for column in _times(batch, reader) if len(column)]
    return max((one for one in found if one is not None), default=None)


def _times(batch: Any, reader: FlatReader) -> Iterator[Any]:
    planned = reader.vocabulary.planned
    for one in batch.schema:
        what, event, _ = reader.meaning(one.name)
        if what == "event" and event not in planned and one.type == INSTANT:
            yield batch.column(one.name)
    if "events" in batch.schema.names:
        events = batch.column("events").flatten()
        kinds = events.field("type")
        counts = [name not in planned for name in kinds.dictionary.to_pylist()]
        at = events.field("at")
        if all(counts) and not kinds.null_count:
            yield at
        else:
            codes = kinds.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            yield at.filter(pa.array(np.array([*counts, False], np.bool_)[codes]))
    for name in ("turns", "reviews"):
        if name in batch.schema.names:
            yield batch.column(name).flatten().field("at")
