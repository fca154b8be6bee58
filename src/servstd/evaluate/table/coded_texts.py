"""Texts of Parquet files read as the numbers that they are stored as: nobody writes them out to number them again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from pyarrow import dataset as ds

from servstd.catalog import Catalog
from servstd.evaluate.table.decode import is_text
from servstd.flat import RESERVED, FlatReader
from servstd.long_groups import has_filter

_MOST_FILES = 64


def texts_asked(catalog: Catalog, schema: Any, reader: FlatReader) -> list[str]:
    """The columns of texts whose different values some rule asks about."""
    asked = {name for one in catalog.calendar_for for name in one.when.fields()}
    asked = asked.union(*(body.fields() for rule in catalog.rules.values() for body in rule.bodies)) - RESERVED
    return [
        one.name for one in schema if is_text(one.type) and one.name in asked and reader.meaning(one.name)[0] == "field"
    ]


def with_coded_texts(source: Any, names: Iterable[str]) -> Any:
    """A dataset of a few Parquet files of one schema, with these columns as dictionaries; any other as it is."""
    names = list(names)
    if not names or not isinstance(source, ds.FileSystemDataset) or has_filter(source):
        return source
    if not isinstance(source.format, ds.ParquetFileFormat) or len(source.files) > _MOST_FILES:
        return source
    options = source.format.read_options
    if options != ds.ParquetReadOptions(dictionary_columns=options.dictionary_columns):
        return source
    fragments = list(source.get_fragments())
    if any(one.buffer is not None or not one.physical_schema.equals(source.schema) for one in fragments):
        return source
    kind = ds.ParquetFileFormat(
        read_options=ds.ParquetReadOptions(dictionary_columns=options.dictionary_columns | set(names))
    )
    coded = [
        kind.make_fragment(
            one.path, one.filesystem, one.partition_expression, row_groups=[group.id for group in one.row_groups]
        )
        for one in fragments
    ]
    return ds.FileSystemDataset(coded, _coded(source.schema, names), kind, source.filesystem)


def _coded(schema: Any, names: list[str]) -> Any:
    for name in names:
        place = schema.get_field_index(name)
        field = schema.field(place)
        schema = schema.set(place, field.with_type(pa.dictionary(pa.int32(), field.type)))
    return schema
