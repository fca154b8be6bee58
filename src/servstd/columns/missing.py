"""Which words keep a condition from being decided, for a whole batch: the `missing` of terms/condition.py."""

from __future__ import annotations

from dataclasses import dataclass

from servstd.columns.arrays import OPEN, Bools
from servstd.columns.columns import Columns
from servstd.columns.matching import can_be_seen
from servstd.columns.truth import truths
from servstd.terms.condition import Condition, FieldIs, FieldMissing
from servstd.terms.happening import Happened, Open


@dataclass(frozen=True)
class Missing:
    """Rows in which a word that is no event is missing, an event that can be logged, and one that can not."""

    other: Bools
    tracked: Bools
    untracked: Bools

    @property
    def event(self) -> Bools:
        """Rows in which any event is missing."""
        return self.tracked | self.untracked


def missing_words(condition: Condition, columns: Columns) -> Missing:
    """What is missing where the condition can not be decided."""
    none = columns.nowhere
    if isinstance(condition, FieldMissing):
        return Missing(none, none, none)
    if isinstance(condition, FieldIs):
        return Missing(columns.field(condition.name).is_missing, none, none)
    if isinstance(condition, (Happened, Open)):
        can_be = can_be_seen(condition.event, columns)
        return Missing(none, columns.marked(can_be), columns.marked(~can_be))
    found = Missing(none, none, none)
    parts = getattr(condition, "parts", None)
    if parts is None:
        return Missing(~none, none, none)
    for part in parts:
        is_open = truths(part, columns, columns.count) == OPEN
        own = missing_words(part, columns)
        pairs = (found.other, own.other), (found.tracked, own.tracked), (found.untracked, own.untracked)
        found = Missing(*(before if more is none else before | (more & is_open) for before, more in pairs))
    return found
