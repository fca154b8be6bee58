"""Whatever holds a table as record batches of a moderate size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:
    from servstd.errors import ExtraMissing

    raise ExtraMissing("a table needs pyarrow and numpy: pip install 'servstd[bulk]'") from error

from servstd.ahead import ahead
from servstd.errors import Problem, RecordError
from servstd.evaluate.table.coded_texts import with_coded_texts
from servstd.parquet_datasets import STEP_BYTES, batches_of_long_groups, scanned
from servstd.plain_arrays import plain, plain_leaf
from servstd.values import parse_instant, to_us

BATCH_ROWS = 262_144
# So many come from a scanner at once; small batches are put together.
_READ_ROWS = 65_536
_LEAST_ROWS = 512
_SMALLEST, _LARGEST = to_us(parse_instant("0001-01-02T00:00Z")), to_us(parse_instant("9999-12-30T00:00Z"))


def batches_of(source: Any, texts: Sequence[str] = ()) -> Iterator[Any]:
    """The record batches of a pyarrow table, reader or dataset, or of anything with `__arrow_c_stream__`.

    None has more than `BATCH_ROWS` rows, and small ones are put together, as a batch costs something by itself. A
    source without rows gives one batch without rows. `texts` are columns that may come as dictionaries.
    """
    is_empty = True
    for batch in _gathered(_batches(source, texts)):
        is_empty = False
        yield _tidy(batch)
    if is_empty:
        yield _tidy(pa.RecordBatch.from_pylist([], source.schema))


def _gathered(batches: Iterator[Any]) -> Iterator[Any]:
    """Batches of half of `BATCH_ROWS` or more as far as that is possible, all columns alike within each."""
    waiting: list[Any] = []
    for batch in batches:
        most = _rows_at_once(batch)
        for begin in range(0, batch.num_rows, most):
            part = batch.slice(begin, most)
            count = sum(one.num_rows for one in waiting)
            if waiting and (count + part.num_rows > most or waiting[0].schema != part.schema):
                yield from _put_together(waiting)
                waiting, count = [], 0
            waiting.append(part)
            if count + part.num_rows >= most // 2:
                yield from _put_together(waiting)
                waiting = []
    yield from _put_together(waiting)


def _rows_at_once(batch: Any) -> int:
    """`BATCH_ROWS`, or fewer where that many would take too much memory."""
    if not batch.num_rows:
        return BATCH_ROWS
    fitting = int(STEP_BYTES * batch.num_rows / max(_size(batch), 1))
    return max(_LEAST_ROWS, min(BATCH_ROWS, fitting))


def _size(batch: Any) -> int:
    """Bytes; of views only newer versions of pyarrow know them, the others tell those of the whole buffers."""
    try:
        return int(batch.nbytes)
    except pa.ArrowTypeError:
        return int(batch.get_total_buffer_size())


def _put_together(batches: list[Any]) -> list[Any]:
    if len(batches) < 2:
        return batches
    try:
        found: list[Any] = pa.Table.from_batches(batches).combine_chunks().to_batches()
    except pa.ArrowInvalid:  # dictionaries that do not fit into one
        return batches
    return found


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


def _batches(source: Any, texts: Sequence[str]) -> Iterator[Any]:
    if isinstance(source, pa.RecordBatchReader):
        return iter(source)
    if isinstance(source, (pa.Table, pa.RecordBatch)):
        return iter(source.to_batches())
    if not hasattr(source, "scanner"):
        return iter(source.to_batches())
    source = with_coded_texts(source, texts)
    steps = batches_of_long_groups(source, BATCH_ROWS)
    if steps is not None:
        return ahead(steps, 1)
    return scanned(source, _READ_ROWS)


def _tidy(batch: Any) -> Any:
    """The same in the forms that are worked with: microseconds (no opening is finer), no views, no run ends."""
    return pa.RecordBatch.from_arrays([tidy_array(column) for column in batch.columns], names=batch.schema.names)


def tidy_array(array: Any) -> Any:
    """An array in a plain form, also within lists and structs: nothing else needs to know the others."""
    return plain(array, _tidy_leaf)


def _tidy_leaf(array: Any) -> Any:
    if pa.types.is_timestamp(array.type):
        return _tidy_instants(array)
    return _tidy_bytes(array) if _is_bytes(array.type) else plain_leaf(array)


def _is_bytes(kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or kind == pa.binary_view())


def _tidy_bytes(array: Any) -> Any:
    """Old writers of Parquet leave texts as bytes; what is no text stays bytes."""
    if array.type == pa.binary_view():
        array = array.cast(pa.large_binary())
    try:
        return array.cast(pa.string() if pa.types.is_binary(array.type) else pa.large_string())
    except pa.ArrowInvalid:
        return array


def _tidy_instants(column: Any) -> Any:
    """Microseconds; with an instant that Python can not hold, texts, of which that one can not be read."""
    if column.type.unit != "us":
        try:
            column = column.cast(pa.timestamp("us", column.type.tz), safe=column.type.unit != "ns")
        except pa.ArrowInvalid:
            return pc.cast(column, pa.string())
    return column if _are_near(column) else pc.cast(column, pa.string())


def _are_near(instants: Any) -> bool:
    """True when Python can hold all of them; what stands under nulls may be anything, but seldom is."""
    if not len(instants):
        return True
    raw = np.frombuffer(instants.buffers()[1], np.int64, len(instants), 8 * instants.offset)
    if raw.min() >= _SMALLEST and raw.max() <= _LARGEST:
        return True
    bounds = pc.min_max(instants.cast(pa.int64())).as_py()
    return bounds["min"] is None or bool(bounds["min"] >= _SMALLEST and bounds["max"] <= _LARGEST)
