"""What the records of a batch say, as a verdict's row and its groups have it: defaults are not laid under."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from servstd.evaluate.table.compact import checked_ids
from servstd.evaluate.table.flat_source import FlatSource
from servstd.flat import FlatReader
from servstd.objective.tally import tidy

Places = NDArray[np.integer[Any]]


def values_of(source: FlatSource, name: str, reader: FlatReader) -> tuple[Places, list[Any]]:
    """An attribute or a field: the place of each row's value, and the different values; a missing one is None."""
    if name in ("id", "record_id"):
        ids = checked_ids(source.batch)
        return np.arange(len(ids)), ids.to_pylist()
    found = source.field(name)
    count = source.batch.num_rows
    values: list[Any] = [None] if found is None else [*map(tidy, found.values), None]
    codes = np.zeros(count, np.int64) if found is None else np.where(found.codes < 0, len(values) - 1, found.codes)
    rows = np.flatnonzero(source.needs_record()) if "fields" in source.batch.schema.names else np.empty(0, np.int64)
    if len(rows):  # fields that only a reader of records can tell
        own = [reader.read(row) for row in source.rows(rows)]
        codes = codes.copy()
        codes[rows] = len(values) + np.arange(len(rows))
        values += [tidy(getattr(record, name, record.fields.get(name))) for record in own]
    return codes, values
