"""A table of records instead of one: Arrow in, Arrow out, a batch at a time in bounded memory. Needs pyarrow."""

from servstd.evaluate.table.compact import expand
from servstd.evaluate.table.run import TableRun

__all__ = ["TableRun", "expand"]
