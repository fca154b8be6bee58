"""The objectives that the rules of a catalog name."""

from __future__ import annotations

from servstd.catalog import Catalog
from servstd.objective import Objective


def objectives_of(catalog: Catalog) -> dict[str, Objective]:
    """The objective of every rule that has one, by rule id."""
    return {rule_id: rule.objective for rule_id, rule in catalog.rules.items() if rule.objective is not None}
