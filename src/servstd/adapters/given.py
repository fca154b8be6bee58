"""The words that the columns of a log stand for, so that an empty column is not taken for one that is not there."""

from __future__ import annotations

from servstd.adapters.mapping import LogMapping
from servstd.adapters.plan import LISTS
from servstd.adapters.rows import Rows
from servstd.flat import classify_key
from servstd.vocabulary import Vocabulary


def words_given(rows: Rows, mapping: LogMapping, vocabulary: Vocabulary) -> frozenset[str]:
    """Fields, events, attributes (`promise.due_at`) and lists that have a column; none for JSON without a mapping."""
    plan = mapping.plan
    if plan is not None:
        events = {event.type for event in plan.events}
        attributes = {f"{event.type}.{cell.name}" for event in plan.events for cell in event.attributes}
        return frozenset(events | attributes | {cell.name for cell in plan.fields} | {name for name, _ in plan.lists})
    words = set()
    for column in rows.header or ():
        what, name, attribute = classify_key(column, vocabulary)
        words.add(f"{name}.{attribute}" if what == "attribute" else name)
    return frozenset(words - set(LISTS) | (words & {"turns", "reviews"}))
