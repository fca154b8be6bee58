"""A list column of reviews: which rows hold answers to which rule."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from servstd.columns.columns import Bools
from servstd.evaluate.table.decode import Places, different, is_text_like
from servstd.evaluate.table.event_list import ListItems


class ReviewList:
    """The reviews of a batch, flat."""

    def __init__(self, array: Any) -> None:
        self.items = ListItems(array)
        self._count = len(array)

    @staticmethod
    def fits(kind: Any) -> bool:
        """True for a type that can be read as reviews."""
        if not ListItems.fits(kind):
            return False
        return any(field.name == "rule" and is_text_like(field.type) for field in kind.value_type)

    def of(self, rule_id: str) -> Bools:
        """Rows with a review of this rule."""
        found = np.zeros(self._count, np.bool_)
        codes, rules = self._rules
        found[self.items.row[np.isin(codes, [number for number, text in enumerate(rules) if text == rule_id])]] = True
        return found

    @cached_property
    def _rules(self) -> tuple[Places, Sequence[Any]]:
        return different(self.items.child("rule"))
