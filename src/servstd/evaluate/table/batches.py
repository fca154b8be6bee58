"""Whatever holds a table as record batches of a moderate size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

try:
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:
    from servstd.errors import ExtraMissing

    raise ExtraMissing("a table needs pyarrow and numpy: pip install 'servstd[bulk]'") from error

from servstd.errors import Problem, RecordError
from servstd.values import parse_instant, to_us

BATCH_ROWS = 65_536
_SMALLEST, _LARGEST = to_us(parse_instant("0001-01-02T00:00Z")), to_us(parse_instant("9999-12-30T00:00Z"))


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
    if hasattr(source, "to_reader") and not hasattr(source, "schema"):  # a scanner
        return source.to_reader()
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
    """The same in the forms that are worked with: microseconds (no opening is finer), no views, no run ends."""
    return pa.RecordBatch.from_arrays([_tidy_column(column) for column in batch.columns], names=batch.schema.names)


def _tidy_column(column: Any) -> Any:
    if pa.types.is_run_end_encoded(column.type):
        column = pc.run_end_decode(column)
    if pa.types.is_dictionary(column.type) and column.dictionary.type == pa.string_view():
        return pa.DictionaryArray.from_arrays(column.indices, column.dictionary.cast(pa.large_string()))
    if pa.types.is_timestamp(column.type):
        return _tidy_instants(column)
    plain = _without_views(column.type)
    return column if plain == column.type else column.cast(plain)


def _tidy_instants(column: Any) -> Any:
    """Microseconds; with an instant that Python can not hold, texts, of which that one can not be read."""
    if column.type.unit != "us":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=column.type.unit != "ns")
    bounds = pc.min_max(column.cast(pa.int64())).as_py()
    is_near = bounds["min"] is None or (bounds["min"] >= _SMALLEST and bounds["max"] <= _LARGEST)
    return column if is_near else pc.cast(column, pa.string())


def _without_views(kind: Any) -> Any:
    """The type with plain texts and bytes instead of views, also within lists and structs."""
    if kind == pa.string_view():
        return pa.large_string()
    if kind == pa.binary_view():
        return pa.large_binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        make = pa.list_ if pa.types.is_list(kind) else pa.large_list
        return make(_without_views(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _without_views(field.type)) for field in kind])
    return kind
