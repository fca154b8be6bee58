"""Logs to tables in the flat form, by columns. Needs numpy and pyarrow."""

from servstd.errors import ExtraMissing

try:
    from servstd.adapters.table.mapped import MappedTable, mapped
    from servstd.adapters.table.raw import PyBatch
    from servstd.adapters.table.read import read_table
except ImportError as error:
    if isinstance(error, ExtraMissing) or (error.name or "").startswith("servstd"):
        raise
    raise ExtraMissing("a table needs pyarrow and numpy: pip install 'servstd[bulk]'") from error

__all__ = ["MappedTable", "PyBatch", "mapped", "read_table"]
