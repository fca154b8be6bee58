"""Whatever holds a table as record batches of a moderate size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

try:
    import pyarrow as pa
except ImportError as error:
    from servstd.errors import ExtraMissing

    raise ExtraMissing("a table needs pyarrow and numpy: pip install 'servstd[bulk]'") from error

from servstd.errors import Problem, RecordError

BATCH_ROWS = 65_536


def batches_of(source: Any) -> Iterator[Any]:
    """The record batches of a pyarrow table, reader or dataset, or of anything with `__arrow_c_stream__`.

    None has more than `BATCH_ROWS` rows; a source without rows gives one batch without rows.
    """
    is_empty = True
    for batch in _batches(source):
        for begin in range(0, batch.num_rows, BATCH_ROWS):
            is_empty = False
            yield _tidy(batch.slice(begin, BATCH_ROWS))
    if is_empty:
        yield _tidy(pa.RecordBatch.from_pylist([], source.schema))


def as_reader(source: Any) -> Any:
    """The source as something that has a schema and gives batches, once."""
    if isinstance(source, (pa.Table, pa.RecordBatchReader)) or hasattr(source, "to_batches"):
        return source
    if hasattr(source, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(source)
    if hasattr(source, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(source)])
    message = f"expected a table (pyarrow, polars, duckdb, pandas ...), got {type(source).__name__}"
    raise RecordError([Problem("not-a-table", message, hint="a list of records goes to check_many")])


def _batches(source: Any) -> Iterator[Any]:
    if isinstance(source, pa.RecordBatchReader):
        return iter(source)
    if isinstance(source, (pa.Table, pa.RecordBatch)):
        return iter(source.to_batches())
    # A dataset reads ahead by itself, by far more than memory is worth here.
    return iter(source.to_batches(batch_size=BATCH_ROWS, batch_readahead=2, fragment_readahead=1))


def _tidy(batch: Any) -> Any:
    """The same with every instant in microseconds (no opening is finer), and without views."""
    columns, names = [], []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_timestamp(column.type) and column.type.unit != "us":
            column = column.cast(pa.timestamp("us", column.type.tz), safe=column.type.unit != "ns")
        elif column.type == pa.string_view():
            column = column.cast(pa.large_string())
        columns.append(column)
        names.append(name)
    return pa.RecordBatch.from_arrays(columns, names=names)
