"""Parquet files of a dataset with texts of which few differ read as codes, as the files hold them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import dataset as ds
from pyarrow.fs import LocalFileSystem

from servstd.adapters.parquet_rows import texts_of_few_values
from servstd.adapters.table.arrow import WORDS
from servstd.long_groups import has_filter, has_options


def coded(source: Any) -> Any:
    """The same dataset, read so; anything else as it is.

    The first file tells which columns those are, as long as every file holds them as plain texts.
    """
    is_parquet = isinstance(source, ds.FileSystemDataset) and isinstance(source.format, ds.ParquetFileFormat)
    if not is_parquet or not isinstance(source.filesystem, LocalFileSystem):  # to look at a far file twice costs more
        return source
    # a filter is known to the dataset alone, and whoever set options of their own had a reason
    if has_filter(source) or has_options(source) or source.format.read_options.dictionary_columns:
        return source
    fragments = list(source.get_fragments())
    if not fragments or any(one.buffer is not None for one in fragments):
        return source
    names = set(texts_of_few_values(fragments[0].metadata))
    for schema in (source.schema, *(one.physical_schema for one in fragments)):
        names &= {one.name for one in schema if one.type == pa.string()}
    return _read_as_codes(source, fragments, names) if names else source


def _read_as_codes(source: Any, fragments: list[Any], names: set[str]) -> Any:
    fields = [one.with_type(WORDS) if one.name in names else one for one in source.schema]
    old = source.format.read_options
    options = ds.ParquetReadOptions(
        dictionary_columns=names, coerce_int96_timestamp_unit=old.coerce_int96_timestamp_unit
    )
    chosen = ds.ParquetFileFormat(options, default_fragment_scan_options=source.format.default_fragment_scan_options)
    parts = [
        chosen.make_fragment(one.path, one.filesystem, one.partition_expression, [group.id for group in one.row_groups])
        for one in fragments
    ]
    return ds.FileSystemDataset(parts, pa.schema(fields, source.schema.metadata), chosen, source.filesystem)
