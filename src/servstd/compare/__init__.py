"""Comparing two catalogs on the same records: what a change of a standard would do, before it is made."""

from __future__ import annotations

from servstd.compare.catalog_changes import KeyChange, catalog_changes
from servstd.compare.comparison import (
    OUTCOMES,
    Comparison,
    GroupComparison,
    Move,
    ReasonChange,
    RuleComparison,
    Side,
    Transition,
)
from servstd.compare.pairs import RulePair, Status, pair_rules
from servstd.compare.readings import ReadingEffect, reading_sensitivity
from servstd.compare.run import Comparer, compare

__all__ = [
    "OUTCOMES",
    "Comparer",
    "Comparison",
    "GroupComparison",
    "KeyChange",
    "Move",
    "ReadingEffect",
    "ReasonChange",
    "RuleComparison",
    "RulePair",
    "Side",
    "Status",
    "Transition",
    "catalog_changes",
    "compare",
    "pair_rules",
    "reading_sensitivity",
]
