"""A log with a row an event in words of ours: `id`, `type`, `at`, and columns named after attributes and fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from servstd.adapters import LogMapping, load_mapping
from servstd.adapters.cells import Cell
from servstd.adapters.plan import RowPlan
from servstd.errors import Problem, RecordError
from servstd.values import ValueType
from servstd.vocabulary import RECORD_ATTRIBUTES, Vocabulary

_OWN = ("id", "type", "at", "sequence")


def event_rows(names: Sequence[str], vocabulary: Vocabulary) -> LogMapping:
    """The mapping that such columns need. Raises `RecordError` when `id`, `type` or `at` is not there.

    A column named after an attribute goes with the events that have it. Any other, and one that could be either, is
    a field of the record: the newest row that has a value gives it.
    """
    missing = [name for name in ("id", "type", "at") if name not in names]
    if missing:
        problems = [Problem("missing-column", f"the table has no column {name!r}", (name,)) for name in missing]
        raise RecordError(problems)
    columns = {name: _targets(name, vocabulary) for name in names if name not in _OWN}
    body = {
        "layout": "events",
        "case": "id",
        "at": "at",
        "event": "type",
        "columns": {name: targets for name, targets in columns.items() if targets},
        **({"sequence": "sequence"} if "sequence" in names else {}),
    }
    mapping = load_mapping(body, vocabulary)
    undeclared = tuple(Cell(name, name, ValueType("text")) for name, targets in columns.items() if not targets)
    plan = mapping.plan or RowPlan()
    return replace(mapping, plan=replace(plan, fields=(*plan.fields, *undeclared)))


def _targets(name: str, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """What a column gives, as a mapping writes it."""
    if name in vocabulary.fields or name in RECORD_ATTRIBUTES:
        return [{"field": name}]
    found: list[dict[str, Any]] = []
    for event, known in vocabulary.events.items():
        if name == "until":
            found.append({"event": event, "until": True})
        elif name in known.attributes or name in ("actor", "ref"):
            found.append({"event": event, "attribute": name})
    return found
