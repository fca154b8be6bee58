"""Datasets of Parquet files, read otherwise than they would be by themselves.

Very long row groups come in steps, for the scanner of a dataset decodes a row group as a whole. Texts of which few
differ come as the codes that the files hold: nobody writes them out to number them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import dataset as ds
from pyarrow.fs import LocalFileSystem

LONG_BYTES = 32 << 20
"""A row group that takes more, as it is encoded, is long."""
STEP_BYTES = 48 << 20
"""About what is worked on at once: rows with long lists or texts come fewer at a time."""
_SMALL_FILE = 16 << 20
_LEAST_ROWS = 512
BUFFER_BYTES = 1 << 20
"""What is read of a column at once, instead of all that a row group holds of it."""


def batches_of_long_groups(source: Any, rows: int, columns: Sequence[str] | None = None) -> Iterator[Any] | None:
    """The record batches of a dataset of plain files on this machine that have long row groups; None for any other.

    They come in the same order as from the dataset.
    """
    fragments = fragments_of(source)
    if not fragments or not isinstance(source.filesystem, LocalFileSystem):
        return None
    if not any(map(_has_long_group, fragments)) or not all(_is_plain(one, source.schema) for one in fragments):
        return None
    return _batches(fragments, rows, columns, sorted(source.format.read_options.dictionary_columns))


def scanned(source: Any, rows: int, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """The record batches of any dataset as its scanner reads them, which by itself is too far ahead for its memory."""
    some = {} if columns is None else {"columns": list(columns)}
    options = {**some, **_near_options(source)}
    return iter(source.to_batches(batch_size=rows, batch_readahead=2, fragment_readahead=1, **options))


def _near_options(source: Any) -> dict[str, Any]:
    """A Parquet file of this machine need not be fetched as a whole before it is read; chosen options stay."""
    kind = getattr(source, "format", None)
    if not isinstance(kind, ds.ParquetFileFormat) or not isinstance(source.filesystem, LocalFileSystem):
        return {}
    is_usual = kind.default_fragment_scan_options == ds.ParquetFragmentScanOptions()
    return {"fragment_scan_options": ds.ParquetFragmentScanOptions(pre_buffer=False)} if is_usual else {}


def rows_at_once(groups: Iterable[Any], most: int) -> int:
    """How many rows of some row groups to decode at once: `most`, or fewer where these would take too much memory.

    Texts that come again and again take more than their codes in the file say: they stay codes where rules ask.
    """
    fitting = min((STEP_BYTES * one.num_rows // max(one.total_byte_size, 1) for one in groups), default=most)
    return min(most, max(_LEAST_ROWS, fitting))


def fragments_of(source: Any) -> list[Any]:
    """The files of a dataset of Parquet files that may be read otherwise; none of anything else.

    Whoever chose rows or options of their own had a reason, and a file in memory is read by the dataset alone.
    """
    is_parquet = isinstance(source, ds.FileSystemDataset) and isinstance(source.format, ds.ParquetFileFormat)
    if not is_parquet or _has_filter(source) or _has_options(source):
        return []
    fragments = list(source.get_fragments())
    return [] if any(one.buffer is not None for one in fragments) else fragments


def with_codes(source: Any, fragments: Iterable[Any], names: Iterable[str]) -> Any:
    """The dataset of these files with some of its columns of texts as dictionaries."""
    chosen = source.format.read_options.dictionary_columns | set(names)
    kind = ds.ParquetFileFormat(
        ds.ParquetReadOptions(dictionary_columns=chosen),
        default_fragment_scan_options=source.format.default_fragment_scan_options,
    )
    coded = [
        kind.make_fragment(one.path, one.filesystem, one.partition_expression, [group.id for group in one.row_groups])
        for one in fragments
    ]
    return ds.FileSystemDataset(coded, _coded(source.schema, chosen), kind, source.filesystem)


def _coded(schema: Any, names: Iterable[str]) -> Any:
    chosen = set(names)  # which may name what is inside of a list: that is no column
    return pa.schema([_as_code(one) if one.name in chosen else one for one in schema], schema.metadata)


def _as_code(field: Any) -> Any:
    return field if pa.types.is_dictionary(field.type) else field.with_type(pa.dictionary(pa.int32(), field.type))


def _has_filter(source: Any) -> bool:
    """Whether somebody chose some of a dataset's rows: only the dataset knows which."""
    return bool(getattr(source, "_scan_options", None))


def _has_options(source: Any) -> bool:
    """Whether somebody chose how Parquet files are read, other than which texts come as codes."""
    options = source.format.read_options
    return bool(options != ds.ParquetReadOptions(dictionary_columns=options.dictionary_columns))


def _has_long_group(fragment: Any) -> bool:
    if fragment.filesystem.get_file_info(fragment.path).size < _SMALL_FILE:
        return False
    return any(group.total_byte_size > LONG_BYTES for group in fragment.row_groups)


def _is_plain(fragment: Any, schema: Any) -> bool:
    """Whether a file holds just the columns of the dataset: none comes from its name, and none is another's."""
    is_whole = fragment.partition_expression.equals(ds.scalar(True))
    return bool(is_whole and fragment.physical_schema.equals(schema))


def _batches(fragments: Sequence[Any], rows: int, columns: Sequence[str] | None, coded: Sequence[str]) -> Iterator[Any]:
    for one in fragments:
        with pq.ParquetFile(one.path, read_dictionary=list(coded), buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            groups = [group.id for group in one.row_groups]
            some = None if columns is None else list(columns)
            yield from file.iter_batches(rows_at_once(one.row_groups, rows), row_groups=groups, columns=some)
