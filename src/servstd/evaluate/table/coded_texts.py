"""Texts of Parquet files read as the numbers that they are stored as: nobody writes them out to number them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from servstd.catalog import Catalog
from servstd.evaluate.table.decode import is_text
from servstd.flat import RESERVED, FlatReader
from servstd.parquet_datasets import fragments_of, with_codes

_MOST_FILES = 64


def texts_asked(catalog: Catalog, schema: Any, reader: FlatReader) -> list[str]:
    """The columns of texts whose different values some rule asks about."""
    asked = {name for one in catalog.calendar_for for name in one.when.fields()}
    asked = asked.union(*(body.fields() for rule in catalog.rules.values() for body in rule.bodies)) - RESERVED
    return [
        one.name for one in schema if is_text(one.type) and one.name in asked and reader.meaning(one.name)[0] == "field"
    ]


def with_coded_texts(source: Any, names: Sequence[str]) -> Any:
    """A dataset of a few Parquet files of one schema, with these columns as dictionaries; any other as it is."""
    fragments = fragments_of(source) if names else []
    if not 0 < len(fragments) <= _MOST_FILES:
        return source
    is_one = all(one.physical_schema.equals(source.schema) for one in fragments)
    return with_codes(source, fragments, names) if is_one else source
