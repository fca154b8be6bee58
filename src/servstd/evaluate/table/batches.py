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
    fitting = int(STEP_BYTES * batch.num_rows / max(batch.nbytes, 1))
    return max(_LEAST_ROWS, min(BATCH_ROWS, fitting))


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
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return tidy_array(array.storage)
    if pa.types.is_run_end_encoded(kind):
        return tidy_array(pc.run_end_decode(array))
    if pa.types.is_dictionary(kind):
        return _tidy_dictionary(array)
    if pa.types.is_timestamp(kind):
        return _tidy_instants(array)
    if pa.types.is_duration(kind):
        return array.cast(pa.duration("us"), safe=False)
    if _is_bytes(kind):
        return _tidy_bytes(array)
    if pa.types.is_struct(kind):
        return _tidy_struct(array)
    if _is_any_list(kind):
        return _tidy_list(array)
    return array.cast(pa.large_string()) if kind == pa.string_view() else array


def _is_any_list(kind: Any) -> bool:
    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, pa.types.is_list_view)
    return any(test(kind) for test in tests) or bool(pa.types.is_large_list_view(kind))


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


def _tidy_dictionary(array: Any) -> Any:
    """A dictionary of plain texts stays one; any other is written out."""
    kind = array.type.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return array
    if kind == pa.string_view():
        return pa.DictionaryArray.from_arrays(array.indices, array.dictionary.cast(pa.large_string()))
    return tidy_array(array.dictionary_decode())


def _tidy_list(array: Any) -> Any:
    """A list with offsets; views and lists of a fixed size become one."""
    has_offsets = pa.types.is_list(array.type) or pa.types.is_large_list(array.type)
    flat = array.flatten()
    items = tidy_array(flat)
    if has_offsets and items.type == flat.type:
        return array
    return pa.LargeListArray.from_arrays(_offsets(array), items, mask=array.is_null())


def _offsets(array: Any) -> Any:
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    return pa.array(np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]), pa.int64())


def _tidy_struct(array: Any) -> Any:
    parts = array.flatten()
    tidied = [tidy_array(part) for part in parts]
    if all(new is old for new, old in zip(tidied, parts, strict=True)):
        return array
    names = [array.type.field(place).name for place in range(array.type.num_fields)]
    return pa.StructArray.from_arrays(tidied, names=names, mask=array.is_null())


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
