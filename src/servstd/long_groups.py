"""Parquet files with very long row groups, in steps: the scanner of a dataset decodes a row group as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow.parquet as pq
from pyarrow import dataset as ds
from pyarrow.fs import LocalFileSystem

LONG_BYTES = 128 << 20
"""A row group that takes more, as it is encoded, is long."""
_SMALL_FILE = 16 << 20
BUFFER_BYTES = 1 << 20
"""What is read of a column at once, instead of all that a row group holds of it."""


def batches_of_long_groups(source: Any, rows: int, columns: Sequence[str] | None = None) -> Iterator[Any] | None:
    """The record batches of a dataset of plain files on this machine that have long row groups; None for any other.

    They come in the same order as from the dataset.
    """
    is_parquet = isinstance(source, ds.FileSystemDataset) and isinstance(source.format, ds.ParquetFileFormat)
    if not is_parquet or not isinstance(source.filesystem, LocalFileSystem):
        return None
    if has_filter(source) or has_options(source):
        return None
    fragments = list(source.get_fragments())
    if not any(map(_has_long_group, fragments)) or not all(_is_plain(one, source.schema) for one in fragments):
        return None
    return _batches(fragments, rows, columns, sorted(source.format.read_options.dictionary_columns))


def has_filter(source: Any) -> bool:
    """Whether somebody chose some of a dataset's rows: only the dataset knows which."""
    return bool(getattr(source, "_scan_options", None))


def has_options(source: Any) -> bool:
    """Whether somebody chose how Parquet files are read, other than which texts come as codes."""
    options = source.format.read_options
    return bool(options != ds.ParquetReadOptions(dictionary_columns=options.dictionary_columns))


def _has_long_group(fragment: Any) -> bool:
    if fragment.buffer is not None or fragment.filesystem.get_file_info(fragment.path).size < _SMALL_FILE:
        return False
    return any(group.total_byte_size > LONG_BYTES for group in fragment.row_groups)


def _is_plain(fragment: Any, schema: Any) -> bool:
    """Whether a file holds just the columns of the dataset: none comes from its name, and none is another's."""
    is_whole = fragment.buffer is None and fragment.partition_expression.equals(ds.scalar(True))
    return bool(is_whole and fragment.physical_schema.equals(schema))


def _batches(fragments: Sequence[Any], rows: int, columns: Sequence[str] | None, coded: Sequence[str]) -> Iterator[Any]:
    for one in fragments:
        with pq.ParquetFile(one.path, read_dictionary=list(coded), buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            groups = [group.id for group in one.row_groups]
            yield from file.iter_batches(rows, row_groups=groups, columns=None if columns is None else list(columns))
