"""For editors: the JSON Schema of catalogs and mappings, made from what the loader itself uses."""

from servstd.editor.modelines import ModelineError, Refreshed, find_files, refresh_modelines
from servstd.editor.schema import catalog_schema, mapping_schema

__all__ = ["ModelineError", "Refreshed", "catalog_schema", "find_files", "mapping_schema", "refresh_modelines"]
