"""`servstd.read_table`: a log of any size as a table that can be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from servstd.adapters.load import load_mapping
from servstd.adapters.logs import require_columns
from servstd.adapters.mapping import LogMapping
from servstd.adapters.rows import Rows
from servstd.adapters.table.files import open_files
from servstd.adapters.table.mapped import MappedTable, mapped
from servstd.adapters.table.order import Order
from servstd.catalog import Catalog, load_catalog


def read_table(
    source: Any,
    mapping: LogMapping | Mapping[str, Any] | str | Path | None = None,
    catalog: Catalog | str | Path | None = None,
    *,
    order: Order | None = None,
) -> MappedTable:
    """A log as a table in the flat form, for `Evaluator.check_table`; read batch by batch, as often as it is asked for.

    `source` is a pyarrow table, reader or dataset, anything with `__arrow_c_stream__` (polars, duckdb, pandas), or
    files: a path, a pattern such as `logs/*.parquet`, a folder or a list of them (Parquet, CSV, tab-separated, JSON
    Lines, JSON). `mapping` is a file, a dict or a loaded mapping; None: the log is in the flat form. `catalog` declares
    the words, by default the shipped one. Of a log with a row an event, `order` says whether the rows of a case stand
    together (`clustered`) or come by their times (`time`); None: that is found out.

    Raises `RecordError` for what can not be read as a whole, `CatalogError` for a mapping with slips or a column that
    it names and the log lacks, and `ExtraMissing` without the extra `bulk`.
    """
    known = catalog if isinstance(catalog, Catalog) else load_catalog(catalog) if catalog else load_catalog()
    loaded = mapping if mapping is None or isinstance(mapping, LogMapping) else load_mapping(mapping, known.vocabulary)
    if isinstance(source, (str, Path)) or _is_paths(source):
        source = open_files(source)
        for part in source.parts:
            repeated = frozenset(getattr(part, "repeated", ()))
            require_columns(Rows(part.file, part.header, iter(()), repeated), loaded)
    return mapped(source, loaded, known.vocabulary, order=order)


def _is_paths(source: Any) -> bool:
    is_list = isinstance(source, Sequence) and not isinstance(source, (bytes, bytearray))
    return is_list and bool(source) and all(isinstance(one, (str, Path)) for one in source)
