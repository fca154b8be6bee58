"""Logs to records: mappings, file formats, and rows that can not be read."""

from servstd.adapters.load import load_mapping
from servstd.adapters.logs import BadRow, Log, read_log
from servstd.adapters.mapping import LogMapping

__all__ = ["BadRow", "Log", "LogMapping", "load_mapping", "read_log"]
