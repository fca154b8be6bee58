"""Rows of a Parquet file, a batch at a time. Needs pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from servstd.adapters.rows import RawRow, Rows
from servstd.adapters.unreadable import unreadable
from servstd.errors import ExtraMissing, Problem, RecordError

_BATCH_ROWS = 8192
_FEW_BYTES = 1.5
_BUFFER_BYTES = 1 << 20  # without it all that a row group holds of a column is read at once


def parquet_rows(name: str) -> Rows:
    """Open a Parquet file as a log; its rows are counted from 1, as lines are.

    Raises `RecordError` for a file that can not be read, and `ExtraMissing` without pyarrow.
    """
    file = open_parquet(name)
    header = tuple(file.schema_arrow.names)
    repeated = frozenset(one for one in header if header.count(one) > 1)
    return Rows(name, header, _rows(file, name), repeated)


def open_parquet(name: str, coded: Sequence[str] = ()) -> Any:
    """A `pyarrow.parquet.ParquetFile`, some of whose texts are read as codes. Raises `RecordError`, `ExtraMissing`."""
    if find_spec("pyarrow") is None:
        raise ExtraMissing("a Parquet file needs pyarrow: pip install 'servstd[bulk]'")
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    if name == "-":
        message = "Parquet can not be read from standard input; name the file"
        raise RecordError([Problem("unknown-format", message, file=name)])
    try:
        return pq.ParquetFile(Path(name), read_dictionary=list(coded), buffer_size=_BUFFER_BYTES, pre_buffer=False)
    except OSError as error:
        raise unreadable(error, name) from None
    except ArrowException:
        raise RecordError([Problem("unreadable-file", "the file is no Parquet, or is broken", file=name)]) from None


def texts_of_few_values(metadata: Any) -> list[str]:
    """The columns of texts that are worth reading as codes: so few differ that a text takes little more than a byte.

    That can only be where the file holds codes itself; a text that is written out takes four bytes and more.
    """
    found = dict.fromkeys(range(metadata.num_columns if metadata.num_rows else 0))
    for group in range(metadata.num_row_groups):
        for index in tuple(found):
            chunk = metadata.row_group(group).column(index)
            is_text = (
                chunk.physical_type == "BYTE_ARRAY" and metadata.schema.column(index).logical_type.type == "STRING"
            )
            is_plain = chunk.path_in_schema == metadata.schema.column(index).name
            if not (is_text and is_plain) or chunk.total_uncompressed_size > _FEW_BYTES * chunk.num_values:
                del found[index]
    return [metadata.schema.column(index).name for index in found]


def _rows(file: Any, name: str) -> Iterator[RawRow]:
    number = 0
    for batch in parquet_batches(file, name, _BATCH_ROWS):
        for cells in _as_python_has_it(batch).to_pylist():
            number += 1
            yield RawRow(number, cells, hash(repr(cells)))


def parquet_batches(
    file: Any, name: str, rows: int, groups: Sequence[int] | None = None, columns: Sequence[str] | None = None
) -> Iterator[Any]:
    """The record batches of a file, or of some of its row groups or columns.

    Raises `RecordError` where it can not be read.
    """
    from pyarrow import ArrowException

    done = 0
    batches = file.iter_batches(rows, row_groups=groups, columns=None if columns is None else list(columns))
    while True:
        try:
            batch = next(batches, None)
        except (ArrowException, OSError):
            problem = Problem("unreadable-file", f"the file can not be read beyond row {done}", file=name)
            raise RecordError([problem]) from None
        if batch is None:
            return
        done += batch.num_rows
        yield batch


def _as_python_has_it(batch: Any) -> Any:
    """Instants end at microseconds: what lies below is dropped. Bytes are texts that were not marked as such."""
    import pyarrow as pa

    from servstd.plain_arrays import plain_leaf

    for place, column in enumerate(batch.columns):
        kind = column.type
        is_fine = pa.types.is_timestamp(kind) and kind.unit == "ns"
        if is_fine or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            batch = batch.set_column(place, batch.schema.names[place], plain_leaf(column))
    return batch
