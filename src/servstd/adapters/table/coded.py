"""Parquet files of a dataset with texts of which few differ read as codes, as the files hold them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow.fs import LocalFileSystem

from servstd.adapters.parquet_rows import texts_of_few_values
from servstd.parquet_datasets import fragments_of, with_codes


def coded(source: Any) -> Any:
    """The same dataset, read so; anything else as it is.

    The first file tells which columns those are, as long as every file holds them as plain texts.
    """
    fragments = fragments_of(source)
    # to look at a far file twice costs more
    if not fragments or not isinstance(source.filesystem, LocalFileSystem):
        return source
    if source.format.read_options.dictionary_columns:
        return source
    names = set(texts_of_few_values(fragments[0].metadata))
    for schema in (source.schema, *(one.physical_schema for one in fragments)):
        names &= {one.name for one in schema if one.type == pa.string()}
    return with_codes(source, fragments, names) if names else source
