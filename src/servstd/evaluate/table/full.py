"""The full verdict table as Arrow: the columns of evaluate/rows.py, a row a record and rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa

from servstd.evaluate.assessment import Assessment
from servstd.evaluate.rows import COLUMNS, verdict_row

_INSTANTS = ("received_at", "clock_started_at", "due_at", "late_after", "decided_at")
_SECONDS = ("elapsed_s", "target_s", "late_by_s")
_COUNTS = ("opportunities", "passed_count", "failed_count", "pending_count", "unknown_count")
_FLAGS = ("at_risk", "conflict")


def _type_of(name: str) -> Any:
    if name in _INSTANTS:
        return pa.timestamp("us", "UTC")
    if name in _SECONDS:
        return pa.float64()
    if name in _COUNTS:
        return pa.int32()
    return pa.bool_() if name in _FLAGS else pa.string()


FULL_SCHEMA = pa.schema([(name, _type_of(name)) for name in COLUMNS])


def full_batch(assessments: Iterable[Assessment]) -> Any:
    """Every verdict of some records."""
    return rows_batch(verdict_row(verdict) for assessment in assessments for verdict in assessment)


def rows_batch(rows: Iterable[dict[str, Any]]) -> Any:
    """Rows of the verdict table as a record batch."""
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row in rows:
        for name, value in row.items():
            columns[name].append(value)
    for name in _INSTANTS:
        columns[name] = [None if text is None else datetime.fromisoformat(text) for text in columns[name]]
    arrays = [pa.array(values, field.type) for field, values in zip(FULL_SCHEMA, columns.values(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=FULL_SCHEMA)
