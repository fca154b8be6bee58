"""Catalogs: reading YAML with positions, layering, rules with their versions and readings."""

from __future__ import annotations

from servstd.catalog.catalog import Catalog
from servstd.catalog.load import load_catalog
from servstd.catalog.rule import Rule

__all__ = ["Catalog", "Rule", "load_catalog"]
